using System.Globalization;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// The fewest improvements that reach a level, found exactly: one step is an answer raised to the next better option, one more option of a
/// multiple choice, or a scenario raised by one level. What a step costs in money nobody published, so all count the same. Points and scenarios
/// do not touch each other: the scenarios nearest to the level are raised, constraint scenarios first where they are short; the answers are
/// a knapsack over steps, solved whole. Of equally few steps the one with more points is given, then the earlier items.
/// Faults: <c>improvement.level_unknown</c>, <c>improvement.reached</c>, <c>improvement.out_of_reach</c>, <c>assessment.not_explained</c>.
/// </summary>
internal static class FindImprovements
{
    /// <summary>Bound of the search: nobody plans hundreds of steps, and the table of the knapsack stays small.</summary>
    public const int StepsMax = 400;

    internal static readonly Text Method = new(
        "步数最少的组合：单选题提高一档、多选题增加一项、场景提高一级各算一步；不含费用。",
        "The fewest steps: an answer raised to the next better option, one more option of a multiple choice, a scenario raised by one level; money is not counted.");

    internal static Fault LevelUnknown(Instrument instrument) => new(
        FaultKind.Invalid, "improvement.level_unknown",
        new($"等级应为 {string.Join("、", instrument.Levels.Select(l => l.Level).Order())} 之一。", $"The level is one of {string.Join(", ", instrument.Levels.Select(l => l.Level).Order())}."));

    internal static Fault Reached(int level) => new(
        FaultKind.Conflict, "improvement.reached", new($"已达到 {level} 级。", $"Level {level} is reached already."));

    internal static Fault OutOfReach(int level) => new(
        FaultKind.Refused, "improvement.out_of_reach", new($"{level} 级不能在 {StepsMax} 步之内达到。", $"Level {level} is not reached within {StepsMax} steps."));

    internal static readonly Fault NotExplained = new(
        FaultKind.Refused, "assessment.not_explained",
        new("本系统没有该结果所用的评测工具文件，不能重新计算。", "This system does not hold the very instrument file of the result; it cannot be computed again."));

    /// <param name="level">The level to reach; without one, the next.</param>
    public static Result<Improvements> Find(Instrument instrument, Answers answers, int? level = null)
    {
        var scored = ScoreAnswers.Score(instrument, answers);
        if (!scored.Ok)
            return scored.Fault;

        var result = scored.Value;
        var wanted = level ?? result.Next?.Level ?? result.Level;
        if (instrument.Levels.FirstOrDefault(l => l.Level == wanted) is not { } row)
            return LevelUnknown(instrument);
        if (result.LevelSteps.Any(s => s.Level >= wanted && s.Holds))
            return Reached(wanted);

        var scenarios = Scenarios(instrument, answers, row);
        var items = Items(instrument, result, row);
        return scenarios is null || items is null
            ? OutOfReach(wanted)
            : new Improvements(
                instrument.Reference, row.Level, row.Name, items.Sum(i => i.Steps) + scenarios.Sum(s => s.Steps),
                result.Total, new(result.Total.Value + items.Sum(i => i.Gain.Value)), items, scenarios, Method);
    }

    internal static void Map(Routes routes) => routes.Get("/assessments/{id}/improvements", ReadAssessments.Readers, async (request, ct) =>
    {
        if (request.QueryNames.FirstOrDefault(name => name != "level") is { } unknown)
            return SliceFaults.QueryMalformed(unknown, new("没有这个参数。", "there is only 'level'."));
        var level = 0;
        if (request.Query("level") is { } text && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out level))
            return SliceFaults.QueryMalformed("level", new("应为整数等级。", "a whole number is asked for."));

        var id = request.Route("id");
        var found = await request.Load(Assessment.Noun, id);
        if (!found.Ok)
            return found.Fault;
        if (found.Value.Confirmed is not { } confirmed || !ReadAssessments.MaySee(request.Actor, confirmed))
            return SliceFaults.Unknown(Assessment.Noun.Category, id);
        if (await FindInstrument.OfResult(request.Log, request.City, confirmed, ct) is not { } instrument)
            return NotExplained;
        var improvements = Find(instrument, new(confirmed.Answers, confirmed.Scenarios, confirmed.Facts), request.Query("level") is null ? null : level);
        return improvements.Ok ? improvements.Value : improvements.Fault;
    });

    /// <summary>The scenarios to raise: as many constraint scenarios as are short, then whichever are nearest; null where there are too few.</summary>
    private static List<ScenarioImprovement>? Scenarios(Instrument instrument, Answers answers, LevelRow row)
    {
        var below = instrument.Scenarios
            .Select(s => (Scenario: s, Level: answers.Scenarios.GetValueOrDefault(s.Id)))
            .Where(s => s.Level < row.Level)
            .OrderBy(s => row.Level - s.Level).ThenBy(s => s.Scenario.Index)
            .ToList();
        var (all, constraint) = (instrument.Scenarios.Count - below.Count, instrument.Scenarios.Count(s => s.Constraint) - below.Count(s => s.Scenario.Constraint));
        var first = below.Where(s => s.Scenario.Constraint).Take(Math.Max(0, row.MinConstraint - constraint)).ToList();
        if (constraint + first.Count < row.MinConstraint)
            return null;

        var chosen = first.Concat(below.Except(first).Take(Math.Max(0, row.MinScenarios - all - first.Count))).ToList();
        return all + chosen.Count < row.MinScenarios
            ? null
            : [.. chosen.OrderBy(s => s.Scenario.Index).Select(s => new ScenarioImprovement(s.Scenario.Id, s.Level, row.Level, row.Level - s.Level))];
    }

    /// <summary>One way to answer an item better.</summary>
    private readonly record struct Way(int Steps, decimal Gain, IReadOnlyList<string> To);

    /// <summary>The answers to raise; none where the points are enough already, null where they cannot be reached.</summary>
    private static List<ItemImprovement>? Items(Instrument instrument, ScoreResult result, LevelRow row)
    {
        var missing = row.MinScore.Value - result.Total.Value;
        if (missing < 0m || (missing == 0m && row.MinScoreInclusive))
            return [];

        var scored = instrument.Items.Where(i => i.Scored).Select(i => (Item: i, Ways: Ways(i, result.Items[i.Index]))).Where(i => i.Ways.Count > 0).ToList();
        var most = Math.Min(StepsMax, scored.Sum(i => i.Ways[^1].Steps));

        // best[n]: the most points that n steps give with the items so far; how[i][n]: which way of item i that took, 0 is none.
        var best = new decimal[most + 1];
        var how = new int[scored.Count][];
        for (var i = 0; i < scored.Count; i++)
        {
            how[i] = new int[most + 1];
            for (var n = most; n > 0; n--)
            {
                var top = best[n];
                for (var w = 0; w < scored[i].Ways.Count && scored[i].Ways[w].Steps <= n; w++)
                {
                    var way = scored[i].Ways[w];
                    if (best[n - way.Steps] + way.Gain > top)
                        (top, how[i][n]) = (best[n - way.Steps] + way.Gain, w + 1);
                }

                best[n] = top;
            }
        }

        var steps = Array.FindIndex(best, gain => row.MinScoreInclusive ? gain >= missing : gain > missing);
        if (steps < 0)
            return null;

        var chosen = new List<ItemImprovement>();
        for (var i = scored.Count - 1; i >= 0; i--)
        {
            if (how[i][steps] is not (> 0 and var w))
                continue;
            var (item, way) = (scored[i].Item, scored[i].Ways[w - 1]);
            chosen.Add(new(item.Id, item.Title, result.Items[item.Index].Chosen, way.To, new(way.Gain), way.Steps));
            steps -= way.Steps;
        }

        chosen.Reverse();
        return chosen;
    }

    /// <summary>Better answers of an item in rising number of steps, each with the most points that so many steps give.</summary>
    private static List<Way> Ways(Item item, ItemScore now) => item.Type switch
    {
        ItemType.Multi => MoreOptions(item, now),
        ItemType.Single or ItemType.YesNo or ItemType.Graded or ItemType.Ratio => BetterOption(item, now),
    };

    private static List<Way> BetterOption(Item item, ItemScore now) =>
    [
        .. item.Options.Where(o => o.Score.Value > now.Score.Value).GroupBy(o => o.Score.Value).OrderBy(g => g.Key)
            .Select((better, i) => new Way(i + 1, better.Key - now.Score.Value, better.First().Alone)),
    ];

    private static List<Way> MoreOptions(Item item, ItemScore now)
    {
        var kept = item.Options.Where(o => now.Chosen.Contains(o.Id) && !o.ExcludesOthers).ToList();
        var added = item.Options.Where(o => !o.ExcludesOthers && o.Score.Value > 0m && !now.Chosen.Contains(o.Id)).OrderByDescending(o => o.Score.Value).ThenBy(o => o.Index).ToList();
        var ways = new List<Way>();
        for (var n = 1; n <= added.Count; n++)
        {
            var all = kept.Concat(added.Take(n)).OrderBy(o => o.Index).ToList();
            ways.Add(new(n, all.Sum(o => o.Score.Value) - now.Score.Value, [.. all.Select(o => o.Id)]));
        }

        return ways;
    }
}

/// <summary>The way to a level with the fewest steps: which answers and scenarios to raise, and the total before and after.</summary>
internal sealed record Improvements(
    string Instrument, int Level, Text LevelName, int Steps, Points TotalBefore, Points TotalAfter,
    IReadOnlyList<ItemImprovement> Items, IReadOnlyList<ScenarioImprovement> Scenarios, Text Method);

/// <summary>An answer to raise: what is chosen now, what it becomes, the points it gives.</summary>
internal sealed record ItemImprovement(string Item, Text Title, IReadOnlyList<string> From, IReadOnlyList<string> To, Points Gain, int Steps);

/// <summary>A scenario to raise to the level.</summary>
internal sealed record ScenarioImprovement(string Scenario, int From, int To, int Steps);
