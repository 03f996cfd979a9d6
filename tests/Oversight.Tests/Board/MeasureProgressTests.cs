using PilotCity.Oversight.Board;
using BoardCase = PilotCity.Oversight.Board.Case;

namespace PilotCity.Oversight.Tests.Board;

public sealed class MeasureProgressTests
{
    private static readonly Kpi Renovated = Kpi.All["renovated"];

    private static PlanVersion Plan(DateOnly from, DateOnly until) => new(1, from, until, "文1", [], "u-1", default);

    private static BoardCase Done(DateOnly on) => new("enterprise", $"{on:yyyyMMdd}", null, [], new(on, 1), null, []);

    [Theory]
    [InlineData("2026-01-01", 0)]
    [InlineData("2025-12-31", 0)]
    [InlineData("2026-01-02", 1)]
    [InlineData("2026-02-20", 50)]
    [InlineData("2026-04-10", 99)]
    [InlineData("2026-04-11", 100)]
    [InlineData("2027-01-01", 100)]
    public void A_line_is_expected_day_by_day(string day, int expected) =>
        Assert.Equal(expected, MeasureProgress.Expected(Renovated, Plan(new(2026, 1, 1), new(2026, 4, 11)), new("renovated", 100), DateOnly.Parse(day, null)));

    [Theory]
    [InlineData("2026-01-06", 5)]
    [InlineData("2026-01-11", 10)]
    [InlineData("2026-01-12", 11)]
    [InlineData("2026-02-25", 55)]
    public void Milestones_bend_the_line(string day, int expected) => Assert.Equal(
        expected,
        MeasureProgress.Expected(Renovated, Plan(new(2026, 1, 1), new(2026, 4, 11)), new("renovated", 100, Milestones: [new(new(2026, 1, 11), 10)]), DateOnly.Parse(day, null)));

    [Fact]
    public void A_level_is_expected_all_the_time() =>
        Assert.Equal(80, MeasureProgress.Expected(Kpi.All["satisfaction"], Plan(new(2026, 1, 1), new(2026, 4, 11)), new("satisfaction", 80), new(2026, 1, 2)));

    [Theory]
    [InlineData(100, TargetStanding.Reached)]
    [InlineData(99, TargetStanding.OnTrack)]
    [InlineData(50, TargetStanding.OnTrack)]
    [InlineData(49, TargetStanding.Behind)]
    internal void A_figure_reaches_its_target_is_on_track_or_behind(int value, TargetStanding expected) => Assert.Equal(
        expected, MeasureProgress.Of(Renovated, new(value, value, null, value), [], Plan(new(2026, 1, 1), new(2026, 4, 11)), new("renovated", 100), new(2026, 2, 20)).Standing);

    [Theory]
    [InlineData(60, TargetStanding.Reached)]
    [InlineData(61, TargetStanding.Behind)]
    internal void Of_what_is_better_smaller_the_target_is_the_most(int days, TargetStanding expected) => Assert.Equal(
        expected, MeasureProgress.Of(Kpi.All["cycle-payment"], new(days, days, 1, 1), [], Plan(new(2026, 1, 1), new(2026, 4, 11)), new("cycle-payment", 60), new(2026, 2, 20)).Standing);

    [Fact]
    public void The_forecast_is_what_stands_and_the_last_ninety_days_per_day_for_the_days_left()
    {
        var today = new DateOnly(2026, 7, 1);
        BoardCase[] cases = [Done(today.AddDays(-90)), Done(today.AddDays(-89)), Done(today), Done(today.AddDays(1))];
        var forecast = MeasureProgress.ForecastOf(Renovated, new(7, 7, null, 7), cases, Plan(new(2026, 1, 1), today.AddDays(180)), today)!;

        // The day ninety days ago and what is not yet are not in it: 7 + 2 ÷ 90 × 180.
        Assert.Equal((11m, 90, 2m, 180, today.AddDays(180)), (forecast.Value, forecast.Days, forecast.Added, forecast.DaysLeft, forecast.On));
        Assert.Equal("7 + 近 90 天新增 2 ÷ 90 × 剩余 180 天", forecast.Arithmetic.Zh);
    }

    [Theory]
    [InlineData(29, null)]
    [InlineData(30, 14)]
    public void Of_the_first_days_nothing_is_forecast(int days, int? expected)
    {
        var (from, today) = (new DateOnly(2026, 1, 1), new DateOnly(2026, 1, 1).AddDays(days));
        var forecast = MeasureProgress.ForecastOf(Renovated, new(2, 2, null, 2), [Done(today), Done(today)], Plan(from, today.AddDays(180)), today)!;

        Assert.Equal(expected, forecast.Value);
        Assert.Equal(expected is null, forecast.Why is not null);
    }

    [Fact]
    public void A_share_is_forecast_over_the_denominator_as_it_stands_and_never_above_all()
    {
        var today = new DateOnly(2026, 7, 1);
        var (kpi, plan) = (Kpi.All["l2-above-scale"], Plan(new(2026, 1, 1), today.AddDays(180)));
        BoardCase[] cases = [Done(today), Done(today.AddDays(-1)), Done(today.AddDays(-2))];

        Assert.Equal(45m, MeasureProgress.ForecastOf(kpi, new(15, 3, 20, 20), cases, plan, today)!.Value);
        Assert.Equal(100m, MeasureProgress.ForecastOf(kpi, new(80, 16, 20, 20), cases, plan, today)!.Value);
    }

    [Fact]
    public void After_the_window_nothing_is_forecast_any_more() =>
        Assert.Null(MeasureProgress.ForecastOf(Renovated, new(2, 2, null, 2), [], Plan(new(2026, 1, 1), new(2026, 6, 30)), new(2026, 7, 1)));
}
