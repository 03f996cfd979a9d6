using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Tests.Awards;

public class WorkingDaysTests
{
    [Theory]
    [InlineData("2026-07-06", 5, "2026-07-13")] // Monday: the day itself is not counted.
    [InlineData("2026-07-03", 5, "2026-07-10")] // Friday.
    [InlineData("2026-02-13", 5, "2026-02-27")] // Spring festival, with the Saturday before it worked.
    [InlineData("2026-09-30", 1, "2026-10-08")]
    [InlineData("2026-10-08", 2, "2026-10-10")] // A Saturday worked.
    [InlineData("2025-09-30", 1, "2025-10-09")]
    [InlineData("2025-12-31", 1, "2026-01-04")] // A Sunday worked, in the next year's notice.
    public void Working_days_are_counted_by_the_notices(string from, int count, string until) =>
        Assert.Equal(Sample.Day(until), WorkingDays.After(Sample.Day(from), count).Value.Day);

    [Fact]
    public void The_notices_used_are_named() =>
        Assert.Equal(2, WorkingDays.After(Sample.Day("2025-12-31"), 1 + 1).Value.Notices.Count + 1);

    [Theory]
    [InlineData("2026-12-30", 1, null)]
    [InlineData("2026-12-31", 1, "calendar.missing")]
    [InlineData("2024-12-01", 1, "calendar.missing")]
    public void A_year_without_its_notice_is_not_guessed(string from, int count, string? code) =>
        Assert.Equal(code, WorkingDays.After(Sample.Day(from), count).Fault?.Code);
}
