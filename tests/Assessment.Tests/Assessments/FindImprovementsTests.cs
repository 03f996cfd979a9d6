using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Assessments;

/// <summary>The fewest steps to a level: they reach it, and fewer do not.</summary>
public sealed class FindImprovementsTests
{
    private static readonly Instrument Instrument = Examples.Miit2024;

    [Fact]
    public void What_is_found_reaches_the_level_when_it_is_done() => Check.QuickThrowOnFailure(Prop.ForAll(
        Examples.AnySet.ToArbitrary(),
        Gen.Choose(1, 4).ToArbitrary(),
        (answers, level) =>
        {
            var found = FindImprovements.Find(Instrument, answers, level);
            if (!found.Ok)
                return found.Fault.Code == "improvement.reached" && ScoreAnswers.Score(Instrument, answers).Value.Level >= level;

            var after = ScoreAnswers.Score(Instrument, Done(answers, found.Value)).Value;
            return after.LevelSteps.Single(s => s.Level == level).Holds
                && after.Total == found.Value.TotalAfter
                && found.Value.Steps == found.Value.Items.Sum(i => i.Steps) + found.Value.Scenarios.Sum(s => s.Steps);
        }));

    [Fact]
    public void Fewer_steps_do_not_reach_it() => Check.QuickThrowOnFailure(Prop.ForAll(
        Examples.AnySet.ToArbitrary(),
        Gen.Choose(1, 4).ToArbitrary(),
        (answers, level) =>
        {
            var found = FindImprovements.Find(Instrument, answers, level);
            return !found.Ok || found.Value.Steps == FewestPoints(answers, level) + FewestScenarios(answers, level);
        }));

    [Fact]
    public void From_nothing_to_the_first_level_it_takes_the_answers_that_give_most_and_six_scenarios_half_of_them_constraint()
    {
        var found = FindImprovements.Find(Instrument, Examples.Zero).Value;

        Assert.Equal((1, 6, 3), (found.Level, found.Scenarios.Count, found.Scenarios.Count(s => Instrument.ScenariosById[s.Scenario].Constraint) is >= 3 ? 3 : 0));
        Assert.True(found.TotalAfter.Value >= 20m && found.TotalBefore.Value == 0m);
        Assert.Equal(found.Items.OrderBy(i => Instrument.ItemsById[i.Item].Index), found.Items);
    }

    [Fact]
    public void A_level_that_is_reached_one_that_does_not_exist_and_one_out_of_reach_are_refused()
    {
        var full = Examples.Full.WithScenarios(4, 10, 6);
        Assert.Equal("improvement.reached", FindImprovements.Find(Instrument, full, 4).Fault?.Code);
        Assert.Equal("improvement.reached", FindImprovements.Find(Instrument, full).Fault?.Code);
        Assert.Equal("improvement.reached", FindImprovements.Find(Instrument, full, 2).Fault?.Code);
        Assert.Equal("improvement.level_unknown", FindImprovements.Find(Instrument, Examples.Zero, 5).Fault?.Code);
        Assert.Equal("answers.invalid", FindImprovements.Find(Instrument, Examples.Zero.Without("Q1"), 1).Fault?.Code);

        var unreachable = Instrument with { Levels = [Instrument.Levels[0] with { MinScenarios = 17 }] };
        Assert.Equal("improvement.out_of_reach", FindImprovements.Find(unreachable, full, 4).Fault?.Code);
        var above = Instrument with { Levels = [Instrument.Levels[0] with { MinScore = new(100m), MinScoreInclusive = false }] };
        Assert.Equal("improvement.out_of_reach", FindImprovements.Find(above, full, 4).Fault?.Code);
    }

    [Fact]
    public void Where_points_are_enough_only_scenarios_are_raised_and_where_scenarios_are_enough_only_answers()
    {
        var scenarios = FindImprovements.Find(Instrument, Examples.Full.WithScenarios(3, 10, 6), 4).Value;
        Assert.Equal((0, 10, 10), (scenarios.Items.Count, scenarios.Scenarios.Count, scenarios.Steps));
        var answers = FindImprovements.Find(Instrument, Examples.Zero.WithScenarios(4, 10, 6), 1).Value;
        Assert.Equal((0, true), (answers.Scenarios.Count, answers.Items.Count > 0));
    }

    [Fact]
    public void A_threshold_that_must_be_exceeded_is_exceeded()
    {
        var row = Instrument.Levels.Single(l => l.Level == 2);
        var start = Examples.Full.WithScenarios(4, 10, 6);
        var total = ScoreAnswers.Score(Instrument, start.With("Q1", "A")).Value.Total;
        var exact = Instrument with { Levels = [row with { MinScore = total, MinScoreInclusive = false }] };

        Assert.Equal(1, FindImprovements.Find(exact, start.With("Q1", "A"), 2).Value.Steps);
        Assert.Equal("improvement.reached", FindImprovements.Find(exact with { Levels = [row with { MinScore = total }] }, start.With("Q1", "A"), 2).Fault?.Code);
    }

    [Fact]
    public async Task They_are_asked_for_beside_the_assessment_by_who_may_see_it()
    {
        await using var service = await TestService.Start(AssessmentService.Build);
        var enterprise = service.As(Role.Enterprise, BeginAssessmentTests.Enterprise);
        var made = await enterprise.Command(HttpMethod.Post, "/api/assessment/350800/assessments", BeginAssessmentTests.Body());
        await made.Json(201);
        var path = $"{made.Headers.Location}/improvements";

        var next = await (await enterprise.GetAsync(path)).Json();
        Assert.Equal((3, true), (next.GetProperty("level").GetInt32(), next.GetProperty("steps").GetInt32() > 0));
        Assert.Equal(4, (await (await enterprise.GetAsync(path + "?level=4")).Json()).GetProperty("level").GetInt32());
        Assert.Equal((409, "improvement.reached"), await (await enterprise.GetAsync(path + "?level=2")).Refusal());
        Assert.Equal((400, "request.query"), await (await enterprise.GetAsync(path + "?level=x")).Refusal());
        Assert.Equal((400, "request.query"), await (await enterprise.GetAsync(path + "?steps=1")).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Enterprise, "91350100M000100Y44").GetAsync(path)).Refusal());
    }

    [Fact]
    public void Without_the_very_file_of_the_result_nothing_is_computed() =>
        Assert.Equal("assessment.not_explained", FindImprovements.NotExplained.Code);

    private static Answers Done(Answers answers, Improvements improvements)
    {
        foreach (var item in improvements.Items)
            answers = answers.With(item.Item, [.. item.To]);
        foreach (var scenario in improvements.Scenarios)
            answers = answers.WithScenario(scenario.Scenario, scenario.To);
        return answers;
    }

    /// <summary>Another way to the same number: every total that can be made, with the fewest steps that make it.</summary>
    private static int FewestPoints(Answers answers, int level)
    {
        var result = ScoreAnswers.Score(Instrument, answers).Value;
        var totals = new Dictionary<decimal, int> { [result.Total.Value] = 0 };
        foreach (var item in Instrument.Items)
        {
            var now = result.Items[item.Index];
            if (item.Type == ItemType.Multi)
            {
                foreach (var option in item.Options.Where(o => !o.ExcludesOthers && !now.Chosen.Contains(o.Id)))
                    totals = Reached(totals, [(option.Score.Value, 1)]);
            }
            else
            {
                var better = item.Options.Select(o => o.Score.Value).Where(s => s > now.Score.Value).Distinct().Order().ToArray();
                totals = Reached(totals, [.. better.Select((s, i) => (s - now.Score.Value, i + 1))]);
            }
        }

        return totals.Where(t => t.Key >= Instrument.Levels.Single(l => l.Level == level).MinScore.Value).Min(t => t.Value);
    }

    private static Dictionary<decimal, int> Reached(Dictionary<decimal, int> totals, (decimal Gain, int Steps)[] ways)
    {
        var next = new Dictionary<decimal, int>(totals);
        foreach (var (total, steps) in totals)
        {
            foreach (var way in ways)
                next[total + way.Gain] = Math.Min(next.GetValueOrDefault(total + way.Gain, int.MaxValue), steps + way.Steps);
        }

        return next;
    }

    /// <summary>Every number of constraint scenarios that could be raised, the nearest of each kind.</summary>
    private static int FewestScenarios(Answers answers, int level)
    {
        var row = Instrument.Levels.Single(l => l.Level == level);
        var costs = Instrument.Scenarios.ToLookup(s => s.Constraint, s => Math.Max(0, level - answers.Scenarios.GetValueOrDefault(s.Id)));
        var (constraint, guidance) = (costs[true].Order().ToArray(), costs[false].Order().ToArray());
        return Enumerable.Range(row.MinConstraint, constraint.Length - row.MinConstraint + 1)
            .Where(n => Math.Max(0, row.MinScenarios - n) <= guidance.Length)
            .Min(n => constraint.Take(n).Sum() + guidance.Take(Math.Max(0, row.MinScenarios - n)).Sum());
    }
}
