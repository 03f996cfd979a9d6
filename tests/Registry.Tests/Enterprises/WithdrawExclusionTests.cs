using PilotCity.Registry.Enterprises;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Enterprises;

public class WithdrawExclusionTests
{
    private static readonly Enterprise Excluded = After(Listed, new EnterpriseExcluded(Uscc, ExclusionList.Pilot2022, "名单"));

    [Fact]
    public void A_mistaken_exclusion_is_withdrawn_with_its_reason()
    {
        var happened = Assert.Single(WithdrawExclusion.Decide(Excluded, ExclusionList.Pilot2022, new(new("同名企业"))).Changes).Event;

        Assert.Equal(new ExclusionWithdrawn(Uscc, ExclusionList.Pilot2022, "同名企业"), happened);
        Assert.Empty(After(Listed, new EnterpriseExcluded(Uscc, ExclusionList.Pilot2022, "名单"), happened).Exclusions);
    }

    [Fact]
    public void What_is_not_there_cannot_be_withdrawn() =>
        Assert.Equal("enterprise.not_excluded", WithdrawExclusion.Decide(Excluded, ExclusionList.CentralLittleGiant, new(new("同名企业"))).Fault?.Code);
}
