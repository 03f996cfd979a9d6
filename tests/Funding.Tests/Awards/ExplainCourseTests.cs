using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>What became of an award, in words: every step that there is, when, and by whom.</summary>
public class ExplainCourseTests
{
    [Fact]
    public void Every_event_of_an_award_is_said_in_both_languages() => Assert.All(
        GoldenTests.Samples.Where(sample => Award.Noun.Events.Contains(sample.GetType())),
        sample =>
        {
            var said = ExplainCourse.Said(sample);
            Assert.NotEqual(said.Zh, said.En);
            Assert.DoesNotContain("{", said.Zh + said.En, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("zh", "办理经过", "批准拨付 200000.00 元", "bureau-2（bureau-approver）")]
    [InlineData("en", "What became of it", "200000.00 were approved", "bureau-2 (bureau-approver)")]
    public void Approvals_and_payments_are_said_with_moment_account_and_role(string language, string heading, string approval, string by)
    {
        var town = Town.Founded().Approved().Account().Batched("b1").Released("b1").Settled("b1", "B-20260715-1");
        var course = ExplainCourse.Of(town.Entries.Where(e => e.Stream == "award/p-1"), language);

        Assert.Equal(heading, course.Heading);
        var approved = Assert.Single(course.Items, i => i.Statement.Contains(approval, StringComparison.Ordinal));
        Assert.StartsWith(town.Entries.Single(e => e.Type == nameof(AwardApproved)).At.ToOffset(TimeSpan.FromHours(8)).ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), approved.Statement, StringComparison.Ordinal);
        Assert.StartsWith(by, approved.Details[0], StringComparison.Ordinal);
        Assert.Contains(course.Items, i => i.Statement.Contains("B-20260715-1", StringComparison.Ordinal));
        Assert.Equal(town.Entries.Count(e => e.Stream == "award/p-1"), course.Items.Length);
    }
}
