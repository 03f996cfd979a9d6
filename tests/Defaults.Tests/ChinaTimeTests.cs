namespace PilotCity.Defaults.Tests;

public sealed class ChinaTimeTests
{
    private static readonly DateTimeOffset Last = DateTimeOffset.MaxValue;

    [Fact]
    public void A_day_begins_eight_hours_before_that_of_UTC()
    {
        Assert.Equal(new(2026, 1, 1), ChinaTime.DayOf(new(2025, 12, 31, 16, 0, 0, TimeSpan.Zero)));
        Assert.Equal(new(2025, 12, 31), ChinaTime.DayOf(new(2025, 12, 31, 15, 59, 59, TimeSpan.Zero)));
        Assert.Equal(new DateTimeOffset(2025, 12, 31, 16, 0, 0, TimeSpan.Zero), ChinaTime.StartOf(new(2026, 1, 1)));
    }

    [Fact]
    public void The_ends_of_time_are_days_and_instants_too()
    {
        Assert.Equal(DateOnly.MaxValue, ChinaTime.DayOf(Last));
        Assert.Equal(DateOnly.MaxValue, ChinaTime.DayOf(Last - ChinaTime.Offset));
        Assert.Equal(DateOnly.MinValue, ChinaTime.DayOf(DateTimeOffset.MinValue));
        Assert.Equal(DateTimeOffset.MinValue, ChinaTime.StartOf(DateOnly.MinValue));
        Assert.Equal(new DateTimeOffset(1, 1, 1, 16, 0, 0, TimeSpan.Zero), ChinaTime.StartOf(new(1, 1, 2)));
        Assert.Equal(Last, ChinaTime.Clock(Last));
    }

    [Theory]
    [InlineData(1, "2026-01-02")]
    [InlineData(-1, "2025-12-31")]
    [InlineData(10_000_000_000_000, "9999-12-31")]
    [InlineData(-10_000_000_000_000, "0001-01-01")]
    [InlineData(long.MaxValue, "9999-12-31")]
    [InlineData(long.MinValue, "0001-01-01")]
    public void Days_are_added_as_far_as_there_are_days(long days, string then) =>
        Assert.Equal(then, new DateOnly(2026, 1, 1).Plus(days).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
}
