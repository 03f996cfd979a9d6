using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class FindResultTests
{
    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-03-01T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture);

    private static AssessmentRow Row(string id, Mode mode, int minutes) =>
        new(id, "E", Purpose.After, mode, "miit-2024@1", new Dictionary<string, Points>(), Points.Zero, 0, null, Noon.AddMinutes(minutes));

    [Fact]
    public void An_independent_result_counts_before_a_later_self_assessment() =>
        Assert.Equal("B", FindResult.Choose([Row("A", Mode.Self, 0), Row("B", Mode.ThirdParty, 1), Row("C", Mode.Self, 2)], null)?.Id);

    [Fact]
    public void Of_independent_results_the_latest_counts_whoever_gave_it()
    {
        Assert.Equal("B", FindResult.Choose([Row("A", Mode.Official, 0), Row("B", Mode.ThirdParty, 1)], null)?.Id);
        Assert.Equal("B", FindResult.Choose([Row("A", Mode.ThirdParty, 0), Row("B", Mode.Official, 1)], null)?.Id);
    }

    [Fact]
    public void At_a_moment_only_what_was_confirmed_by_then_counts()
    {
        var rows = new[] { Row("A", Mode.Self, 0), Row("B", Mode.ThirdParty, 1) };
        Assert.Equal("B", FindResult.Choose(rows, Noon.AddMinutes(1))?.Id);
        Assert.Equal("A", FindResult.Choose(rows, Noon.AddMinutes(1).AddMicroseconds(-1))?.Id);
        Assert.Equal("A", FindResult.Choose(rows, Noon)?.Id);
        Assert.Null(FindResult.Choose(rows, Noon.AddMicroseconds(-1)));
    }
}
