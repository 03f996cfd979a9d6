using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Comparisons;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Comparisons;

public sealed class CompareResultsTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-03-01T08:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    internal static ComparedResult Result(Answers answers, string id = "a1", Instrument? instrument = null, Mode mode = Mode.Self, Purpose purpose = Purpose.Before)
    {
        var by = instrument ?? Examples.Miit2024;
        var scored = ScoreAnswers.Score(by, answers).Value;
        var confirmed = new AssessmentConfirmed(
            "91350825MAW5MTJ0XQ", purpose, mode, by.Reference, by.Sha256, answers.Items, answers.Scenarios, answers.Facts, scored.Scores, scored.Total, scored.Level);
        return new(id, confirmed, At, AssessmentStatus.Confirmed, 1, 7, by);
    }

    [Fact]
    public void Points_options_and_levels_are_told_with_their_differences()
    {
        var from = Result(Examples.Full.With("Q1", "B").WithScenarios(1, 6, 0));
        var to = Result(Examples.Full.With("Q1", "B", "C").WithScenarios(2, 6, 1), "a2");
        var c = CompareResults.Compare(from, to);

        Assert.Equal((Comparability.Full, null), (c.Comparable, c.Why));
        Assert.Equal((to.Confirmed.Total.Value - from.Confirmed.Total.Value, to.Confirmed.Level - from.Confirmed.Level), (c.Total!.Difference.Value, c.LevelDifference));
        Assert.True(c.Total.Difference.Value > 0m);
        var q1 = c.Items.Single(i => i.Item == "Q1");
        Assert.Equal("C", Assert.Single(q1.Added));
        Assert.Empty(q1.Removed);
        Assert.Equal(c.Total.Difference, q1.Points!.Difference);
        Assert.Equal(c.Total.Difference.Value, c.Dimensions.Sum(d => d.Points.Difference.Value));
        Assert.Equal(["foundation", "management", "results"], c.Dimensions.Select(d => d.Dimension));
        Assert.Equal((6, 7, 13), (c.Scenarios.Count(s => s.Difference == 1), c.Scenarios.Count(s => s.To == 2), c.Scenarios.Sum(s => s.To) - 1));
        Assert.Equal(("a1", "a2", "assessment/a2", 7L), (c.From.Id, c.To.Id, c.To.Stream, c.To.Position));
    }

    [Fact]
    public void A_result_that_fell_shows_a_difference_below_zero()
    {
        var c = CompareResults.Compare(Result(Examples.Full.WithScenarios(2, 3, 3)), Result(Examples.Zero, "a2"));
        Assert.Equal(("-100", -2), (c.Total!.Difference.ToString(), c.LevelDifference));
        Assert.Equal(["A"], c.Items.Single(i => i.Item == "Q1").Added);
    }

    [Fact]
    public void Numbers_are_never_compared_across_instruments()
    {
        var tencent = Examples.TencentProcess;
        var other = Result(new(tencent.Items.ToDictionary(i => i.Id, i => Examples.Options(i.Options[^1].Id)), Answers.NoScenarios, Answers.NoFacts), "a2", tencent);
        var c = CompareResults.Compare(Result(Examples.Full), other);
        Assert.Equal((Comparability.None, null, null), (c.Comparable, c.Total, c.LevelDifference));
        Assert.Equal((0, 0, 0), (c.Dimensions.Count, c.Items.Count, c.Scenarios.Count));
        Assert.NotNull(c.Why);
        Assert.Equal(("miit-2024@1", "tencent-process@1"), (c.From.Instrument, c.To.Instrument));
    }

    [Fact]
    public void Under_another_override_of_the_same_questions_only_answers_and_scenarios_are_compared()
    {
        var from = Result(Examples.Full.WithScenarios(1, 6, 0));
        var to = Result(Examples.Full.With("Q1", "B").WithScenarios(2, 6, 0), "a2");
        var local = to with { Confirmed = to.Confirmed with { Instrument = "miit-2024@1+longyan-1", InstrumentSha256 = "ab" } };
        var c = CompareResults.Compare(from, local);
        Assert.Equal((Comparability.Answers, null, null, 0), (c.Comparable, c.Total, c.LevelDifference, c.Dimensions.Count));
        Assert.All(c.Items, i => Assert.Null(i.Points));
        Assert.Equal(6, c.Scenarios.Count(s => s.Difference == 1));
        Assert.NotEmpty(c.Items.Single(i => i.Item == "Q1").Removed);
    }

    [Fact]
    public void The_same_name_with_another_file_is_another_instrument()
    {
        var first = Result(Examples.Full);
        var forged = first with { Confirmed = first.Confirmed with { InstrumentSha256 = "ab" } };
        Assert.Equal(Comparability.None, CompareResults.Compare(first, forged).Comparable);
    }

    [Fact]
    public void Without_the_instrument_file_totals_and_dimensions_are_left()
    {
        var (from, to) = (Result(Examples.Zero) with { Instrument = null }, Result(Examples.Full, "a2") with { Instrument = null });
        var c = CompareResults.Compare(from, to);
        Assert.Equal(("100", 3, 0, 0), (c.Total!.Difference.ToString(), c.Dimensions.Count, c.Items.Count, c.Scenarios.Count));
        Assert.NotNull(c.Why);
    }
}
