using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Tests.Awards;

public class MeasureWaitingTests
{
    private static readonly DateTimeOffset Monday = new(2026, 7, 6, 10, 0, 0, ChinaTime.Offset);

    private static FiledAward Waited(double hours, string? district = null, DateTimeOffset? from = null) => new(
        "p", "e", AwardStatus.Publicised, null, new(from ?? Monday, (from ?? Monday).AddHours(hours), District: district), []);

    private static async Task<IReadOnlyList<MeasureWaiting.Waited>> Of(params FiledAward[] awards) => await MeasureWaiting.Of(awards.ToAsyncEnumerable(), default);

    [Fact]
    public async Task Median_ninth_decile_and_longest_are_of_whole_hours()
    {
        var all = (await Of([.. Enumerable.Range(1, 10).Select(i => Waited(i + 0.9))]))[0];
        Assert.Equal((MeasureWaiting.Step.ComputedToPublicised, 10, 5L, 9L, 10L), (all.Step, all.Count, all.MedianHours, all.NinthDecileHours, all.LongestHours));
        var one = (await Of(Waited(7)))[0];
        Assert.Equal((7L, 7L, 7L), (one.MedianHours, one.NinthDecileHours, one.LongestHours));
    }

    [Fact]
    public async Task Months_and_districts_are_counted_where_known_and_no_step_that_was_not_taken()
    {
        var rows = await Of(Waited(24, "350802"), Waited(24 * 30, "350821"), Waited(48), new("q", "e", AwardStatus.Computed, null, new(Monday), []), new("r", "e", AwardStatus.Computed, null, null, []));
        Assert.All(rows, r => Assert.Equal(MeasureWaiting.Step.ComputedToPublicised, r.Step));
        Assert.Equal([(null, null, 3), (null, "350802", 1), (null, "350821", 1), ("2026-07", null, 2), ("2026-08", null, 1)], rows.Select(r => (r.Month, r.District, r.Count)));
        Assert.Empty(await Of());
    }

    [Fact]
    public async Task Working_days_leave_out_weekends_and_holidays_and_are_none_without_their_notice()
    {
        Assert.Equal(5, (await Of(Waited(24 * 7)))[0].MedianWorkingDays);
        Assert.Equal(0, (await Of(Waited(1)))[0].MedianWorkingDays);
        Assert.Null((await Of(Waited(24, from: Monday.AddYears(300))))[0].MedianWorkingDays);
    }

    [Fact]
    public void Working_days_between_are_those_that_a_term_counts()
    {
        foreach (var start in Enumerable.Range(0, 400).Select(i => new DateOnly(2025, 6, 1).AddDays(i)))
            foreach (var count in new[] { 1, 5, 20 })
                if (WorkingDays.After(start, count) is { Ok: true } end) Assert.Equal(count, WorkingDays.Between(start, end.Value.Day));
    }

    [Fact]
    public async Task Awards_are_counted_by_the_version_that_computed_them()
    {
        FiledAward Award(int version, AwardStatus status, long paid) => new(
            "p", "e", status, new("longyan", version, Money.OfYuan(100)), null, [new(Money.OfYuan(paid), TrancheStatus.Paid), new(Money.OfYuan(10), TrancheStatus.Approved), new(Money.OfYuan(5), TrancheStatus.Withdrawn)]);
        var counted = await CountAwardsByRule.Of(new[] { Award(2, AwardStatus.Paid, 60), Award(1, AwardStatus.Computed, 0), Award(2, AwardStatus.Approved, 30), new("q", "e", AwardStatus.AdvancePaid, null, null, []) }.ToAsyncEnumerable(), default);

        Assert.Equal(
            [new("longyan", 1, 1, 0, Money.OfYuan(100), Money.OfYuan(10), Money.Zero), new CountAwardsByRule.Counted("longyan", 2, 2, 2, Money.OfYuan(200), Money.OfYuan(110), Money.OfYuan(90))],
            counted);
    }

    [Fact]
    public void The_steps_of_an_award_are_when_they_were_taken()
    {
        var town = Town.Founded().Approved().Account();
        var approved = town.Award().Steps.ApprovedAt;
        town.Batched("b1").Released("b1").Settled("b1", null).Batched("b2").Released("b2").Settled("b2", "B-2");
        var steps = town.Award().Steps;

        Assert.True(steps.ComputedAt < steps.PublicisedAt || steps.ComputedAt == steps.PublicisedAt);
        Assert.Equal(approved, steps.ApprovedAt);
        Assert.True(steps.FrozenAt < steps.PaidAt);
        Assert.Equal(FiledAward.Of(town.Award()).Paid, town.Award().Paid);
    }
}
