using System.Globalization;
using System.Numerics;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// Scores answers by an instrument (for miit-2024: 工信厅企业〔2024〕56号): exact decimals, never rounded; the level is
/// the highest row of which every condition holds, so the weaker of points and scenarios decides. Pure; all problems of
/// an answer set are reported at once (<c>answers.invalid</c>, <c>instrument.incomplete</c>).
/// </summary>
internal static class ScoreAnswers
{
    /// <summary>No count or amount (万元) of an enterprise is larger, and products with it stay exact.</summary>
    public const decimal FactMax = 1_000_000_000_000m;

    private static readonly Text FactRange = new("0 至一万亿之间、最多四位小数的数", "a number from 0 to 10^12 with at most four decimals");

    private static readonly Text CountRange = new("0 至一万亿之间的整数", "a whole number from 0 to 10^12");

    private static readonly Text Percentage = new("[0, 100]", "[0, 100]");

    public static Result<ScoreResult> Score(Instrument instrument, Answers answers)
    {
        if (instrument.Status == InstrumentStatus.Incomplete)
            return InstrumentFaults.Incomplete(instrument);

        List<FaultDetail>? problems = null;
        CheckNames(instrument, answers, ref problems);
        var items = ScoreItems(instrument, answers, ref problems);
        var levels = new int[instrument.Scenarios.Count];
        var counts = CountScenarios(instrument, answers, levels, ref problems);
        if (problems is not null)
            return AnswerFaults.Invalid(problems);

        var scores = new decimal[instrument.Dimensions.Count];
        var total = 0m;
        foreach (var item in instrument.Items)
        {
            var score = items[item.Index].Score.Value;
            scores[item.Dimension.Index] += score;
            total += score;
        }

        var steps = new LevelStep[instrument.Levels.Count];
        var reached = instrument.Levels.Count;
        for (var i = steps.Length - 1; i >= 0; i--)
        {
            steps[i] = Step(instrument.Levels[i], new(total), counts);
            if (steps[i].Holds)
                reached = i;
        }

        var axes = instrument.Axes.Count == 0 ? null : OnAxes(instrument, scores);
        var level = instrument.Placement is { } placement ? placement.Levels[items[placement.Item.Index].Chosen[0]] : reached < steps.Length ? new(steps[reached].Level, steps[reached].Name) : instrument.NoLevel;
        return new ScoreResult(
            instrument.Reference,
            ByDimension(instrument, scores),
            new(total),
            level?.Level ?? 0,
            level?.Name,
            ByLevel(counts),
            items,
            steps,
            reached == 0 ? null : Next(instrument, instrument.Levels[reached - 1], steps[reached - 1], levels))
        {
            NoTotal = !instrument.HasTotal,
            NoLevel = !instrument.HasLevel,
            Axes = axes,
            Zone = axes is null ? null : Zone(instrument, axes),
            Outcomes = instrument.Outcomes is { } outcomes ? PlaceOutcomes.Place(outcomes, items[outcomes.Industry.Index].Chosen is [var industry, ..] ? industry : null, answers.Facts) : null,
        };
    }

    /// <summary>A score at a cut belongs to the part above it.</summary>
    private static AxisScore[] OnAxes(Instrument instrument, decimal[] scores)
    {
        var axes = new AxisScore[instrument.Axes.Count];
        for (var a = 0; a < axes.Length; a++)
        {
            var axis = instrument.Axes[a];
            var score = axis.Dimensions.Sum(d => scores[d]);
            axes[a] = new(axis.Id, axis.Title, new(score), axis.Maximum, axis.Cuts.Count(c => score >= c.Value));
        }

        return axes;
    }

    private static ReachedZone Zone(Instrument instrument, AxisScore[] axes)
    {
        var zone = instrument.Zones.First(z => z.At.SequenceEqual(axes.Select(a => a.Part)));
        return new(zone.Id, zone.Name);
    }

    private static void CheckNames(Instrument instrument, Answers answers, ref List<FaultDetail>? problems)
    {
        foreach (var id in answers.Items.Keys)
        {
            if (!instrument.ItemsById.ContainsKey(id))
                (problems ??= []).Add(AnswerFaults.UnknownItem(id));
        }

        foreach (var (id, value) in answers.Facts)
        {
            if (!instrument.FactsById.TryGetValue(id, out var fact))
                (problems ??= []).Add(AnswerFaults.UnknownFact(id));
            else if (!Fits(fact, value))
                (problems ??= []).Add(AnswerFaults.FactOutOfRange(id, RangeOf(fact)));
        }
    }

    /// <summary>Whether a figure can be that of the fact at all.</summary>
    public static bool Fits(FactDefinition fact, decimal value) => value is >= 0m and <= FactMax && value.Scale <= 4 && fact.Kind switch
    {
        FactKind.Count => value == decimal.Truncate(value),
        FactKind.Percent => value <= 100m,
        FactKind.Amount => true,
    };

    private static Text RangeOf(FactDefinition fact) => fact.Kind switch
    {
        FactKind.Count => CountRange,
        FactKind.Percent => Percentage,
        FactKind.Amount => FactRange,
    };

    /// <summary>The option whose range holds the number, in percent; none where the item takes no number, or not this one.</summary>
    public static Option? OptionOf(Item item, decimal number) =>
        item.Number is { } bounds && number >= bounds.Minimum.Value && number <= bounds.Maximum.Value ? OptionOf(item, number, 100m) : null;

    /// <summary>The option whose range holds the ratio; the denominator is above 0.</summary>
    public static Option? OptionOf(Item item, decimal numerator, decimal denominator)
    {
        foreach (var option in item.Options)
        {
            if (option.Range is { } range && range.Holds(numerator, denominator))
                return option;
        }

        return null;
    }

    private static ItemScore[] ScoreItems(Instrument instrument, Answers answers, ref List<FaultDetail>? problems)
    {
        var scores = new ItemScore[instrument.Items.Count];
        foreach (var item in instrument.Items)
        {
            var answer = answers.Items.GetValueOrDefault(item.Id);
            var chosen = answer switch
            {
                null => Chosen.Nothing,
                { Number: { } number } => ByNumber(item, number, ref problems),
                _ => ByOptions(item, answer.Options, ref problems),
            };
            if (chosen == Chosen.Nothing && (item.Scored || instrument.Placement?.Item == item ? instrument.Unanswered == Unanswered.Error : !instrument.UnscoredMayBeAbsent))
                (problems ??= []).Add(AnswerFaults.Missing(item.Id));

            var undefined = item.Binding is { } binding && chosen.Options != 0 && !CheckBinding(item, binding, answers.Facts, chosen, ref problems);
            scores[item.Index] = new(item.Id, Names(item, chosen), item.Scored ? Sum(item, chosen) : Points.Zero, item.Maximum)
            {
                Number = answer?.Number,
                RateUndefined = undefined,
            };
        }

        return scores;
    }

    private static Chosen ByOptions(Item item, IReadOnlyList<string> options, ref List<FaultDetail>? problems)
    {
        var chosen = Chosen.Nothing;
        Option? excluding = null;
        for (var i = 0; i < options.Count; i++)
        {
            if (!item.OptionsById.TryGetValue(options[i], out var option))
            {
                (problems ??= []).Add(AnswerFaults.UnknownOption(item.Id, i, options[i]));
                chosen = chosen with { Refused = true };
            }
            else if (chosen.Has(option.Index))
            {
                (problems ??= []).Add(AnswerFaults.RepeatedOption(item.Id, i, option.Id));
            }
            else
            {
                if (item.Type != ItemType.Multi && i > 0)
                    (problems ??= []).Add(AnswerFaults.SecondOption(item.Id, i));

                chosen = chosen.With(option.Index);
                if (option.ExcludesOthers)
                    excluding = option;
            }
        }

        if (excluding is not null && item.Type == ItemType.Multi && BitOperations.PopCount(chosen.Options) > 1)
            (problems ??= []).Add(AnswerFaults.ExcludesOthers(item.Id, excluding.Id));

        return chosen;
    }

    private static Chosen ByNumber(Item item, decimal number, ref List<FaultDetail>? problems)
    {
        if (item.Number is not { } bounds)
        {
            (problems ??= []).Add(AnswerFaults.NotARatio(item.Id));
            return new(0, Refused: true);
        }

        if (OptionOf(item, number) is { } option)
            return Chosen.Nothing.With(option.Index);

        var text = string.Create(CultureInfo.InvariantCulture, $"[{bounds.Minimum}, {bounds.Maximum}]");
        (problems ??= []).Add(AnswerFaults.NumberOutOfRange(item.Id, number, new(text, text)));
        return new(0, Refused: true);
    }

    /// <summary>False where the figures are given and give no rate; where they give one, the option must be the one it falls into.</summary>
    private static bool CheckBinding(Item item, RatioOfFacts binding, IReadOnlyDictionary<string, decimal> facts, Chosen chosen, ref List<FaultDetail>? problems)
    {
        var hasNumerator = facts.TryGetValue(binding.Numerator.Id, out var numerator);
        var hasDenominator = facts.TryGetValue(binding.Denominator.Id, out var denominator);
        if (!hasNumerator)
            return !hasDenominator || denominator > 0m;

        if (!hasDenominator)
        {
            (problems ??= []).Add(AnswerFaults.FactMissing(item.Id, binding.Denominator.Id));
            return true;
        }

        if (denominator == 0m && numerator == 0m)
            return false;

        var derived = denominator > 0m ? OptionOf(item, numerator, denominator) : null;
        if (derived is null)
            (problems ??= []).Add(AnswerFaults.RatioOutOfRange(item.Id));
        else if (!chosen.Has(derived.Index))
            (problems ??= []).Add(AnswerFaults.DerivedOption(item.Id, derived.Id));

        return true;
    }

    /// <summary>Fills <paramref name="levels"/> (per scenario) and returns, per level from 0, how many stand at or above it.</summary>
    private static ScenarioCount[] CountScenarios(Instrument instrument, Answers answers, int[] levels, ref List<FaultDetail>? problems)
    {
        var counts = new ScenarioCount[instrument.ScenarioLevelMaximum + 1];
        foreach (var (id, level) in answers.Scenarios)
        {
            if (!instrument.ScenariosById.TryGetValue(id, out var scenario))
                (problems ??= []).Add(AnswerFaults.UnknownScenario(id));
            else if (level < 0 || level > instrument.ScenarioLevelMaximum)
                (problems ??= []).Add(AnswerFaults.ScenarioLevel(id, level, instrument.ScenarioLevelMaximum));
            else
                levels[scenario.Index] = level;
        }

        foreach (var scenario in instrument.Scenarios)
        {
            for (var level = 0; level <= levels[scenario.Index]; level++)
            {
                counts[level] = new(counts[level].All + 1, counts[level].Constraint + (scenario.Constraint ? 1 : 0));
            }
        }

        return counts;
    }

    private static LevelStep Step(LevelRow row, Points total, ScenarioCount[] counts)
    {
        var asksScenarios = row.MinScenarios > 0 || row.MinConstraint > 0;
        var actual = asksScenarios ? counts[row.Level] : default;
        var score = new ScoreCondition(row.MinScore, row.MinScoreInclusive, total, row.MinScoreInclusive ? total.Value >= row.MinScore.Value : total.Value > row.MinScore.Value);
        var scenarios = asksScenarios ? new CountCondition(row.MinScenarios, actual.All, actual.All >= row.MinScenarios) : null;
        var constraint = asksScenarios ? new CountCondition(row.MinConstraint, actual.Constraint, actual.Constraint >= row.MinConstraint) : null;
        return new(row.Level, row.Name, score.Holds && scenarios is not { Holds: false } && constraint is not { Holds: false }, score, scenarios, constraint);
    }

    private static NextLevel Next(Instrument instrument, LevelRow row, LevelStep step, int[] levels)
    {
        var points = new Points(Math.Max(0m, row.MinScore.Value - step.Score.Actual.Value));
        if (step.Scenarios is null || step.Constraint is null)
            return new(row.Level, row.Name, points, row.MinScoreInclusive, default, []);

        // A constraint scenario that is raised counts for both, so the larger of the two gaps is what must be raised.
        var constraint = Math.Max(0, row.MinConstraint - step.Constraint.Actual);
        var all = Math.Max(constraint, row.MinScenarios - step.Scenarios.Actual);
        var below = new List<ScenarioBelow>(instrument.Scenarios.Count);
        foreach (var scenario in instrument.Scenarios)
        {
            if (levels[scenario.Index] < row.Level)
                below.Add(new(scenario.Id, levels[scenario.Index], scenario.Constraint));
        }

        return new(row.Level, row.Name, points, row.MinScoreInclusive, new(all, constraint), below);
    }

    private static Dictionary<string, Points> ByDimension(Instrument instrument, decimal[] scores)
    {
        var map = new Dictionary<string, Points>(scores.Length, StringComparer.Ordinal);
        foreach (var dimension in instrument.Dimensions)
        {
            map.Add(dimension.Id, new(scores[dimension.Index]));
        }

        return map;
    }

    private static readonly string[] LevelIds = [.. Enumerable.Range(0, ReadInstrument.LevelsMax + 1).Select(l => l.ToString(CultureInfo.InvariantCulture))];

    private static Dictionary<string, ScenarioCount> ByLevel(ScenarioCount[] counts)
    {
        var map = new Dictionary<string, ScenarioCount>(counts.Length, StringComparer.Ordinal);
        for (var level = 1; level < counts.Length; level++)
        {
            map.Add(LevelIds[level], counts[level]);
        }

        return map;
    }

    private static IReadOnlyList<string> Names(Item item, Chosen chosen)
    {
        var count = BitOperations.PopCount(chosen.Options);
        if (count == 0)
            return [];

        if (count == 1)
            return item.Options[BitOperations.TrailingZeroCount(chosen.Options)].Alone;

        var names = new string[count];
        var next = 0;
        for (var rest = chosen.Options; rest != 0; rest &= rest - 1)
        {
            names[next++] = item.Options[BitOperations.TrailingZeroCount(rest)].Id;
        }

        return names;
    }

    private static Points Sum(Item item, Chosen chosen)
    {
        var sum = 0m;
        for (var rest = chosen.Options; rest != 0; rest &= rest - 1)
        {
            sum += item.Options[BitOperations.TrailingZeroCount(rest)].Score.Value;
        }

        return new(sum);
    }

    /// <summary>Chosen options as bits by index, and whether a part of the answer was refused (then it is not also missing).</summary>
    private readonly record struct Chosen(ulong Options, bool Refused)
    {
        public static Chosen Nothing => default;

        public bool Has(int option) => (Options & (1UL << option)) != 0;

        public Chosen With(int option) => this with { Options = Options | (1UL << option) };
    }
}
