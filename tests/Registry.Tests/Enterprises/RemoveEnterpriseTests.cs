using PilotCity.Registry.Enterprises;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Enterprises;

public class RemoveEnterpriseTests
{
    private static RemoveEnterprise.Body On(DateOnly day) => new(day, new("停产"));

    [Theory]
    [InlineData(6, 1)]
    [InlineData(6, 30)]
    public void An_enterprise_on_the_list_is_taken_off_from_its_first_day_until_today(int month, int day) =>
        Assert.Equal(new EnterpriseRemoved(Uscc, Day(month, day), "停产"), Assert.Single(RemoveEnterprise.Decide(After(Listed), On(Day(month, day)), At).Changes).Event);

    [Fact]
    public void Before_it_was_listed_it_cannot_be_removed() =>
        Assert.Equal("enterprise.removed_before_listed", RemoveEnterprise.Decide(After(Listed), On(Day(5, 31)), At).Fault?.Code);

    [Fact]
    public void Tomorrow_is_not_yet() => Assert.Equal("enterprise.day_in_future", RemoveEnterprise.Decide(After(Listed), On(Day(7, 1)), At).Fault?.Code);

    [Fact]
    public void Today_is_read_in_Shanghai() =>
        Assert.Null(RemoveEnterprise.Decide(After(Listed), On(Day(7, 1)), new(2025, 6, 30, 16, 0, 0, TimeSpan.Zero)).Fault);

    [Fact]
    public void Who_is_not_on_the_list_cannot_be_removed() =>
        Assert.Equal("enterprise.not_listed", RemoveEnterprise.Decide(After(Listed, new EnterpriseRemoved(Uscc, Day(6, 2), "停产")), On(Day(6, 3)), At).Fault?.Code);
}
