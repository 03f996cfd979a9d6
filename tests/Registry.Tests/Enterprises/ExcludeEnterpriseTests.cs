using PilotCity.Registry.Enterprises;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Enterprises;

public class ExcludeEnterpriseTests
{
    private static readonly ExcludeEnterprise.Body Body = new(ExclusionList.Pilot2022, new("工信厅联企业〔2022〕22号 名单"));

    [Fact]
    public void An_exclusion_is_recorded_with_its_source() =>
        Assert.Equal(
            new EnterpriseExcluded(Uscc, ExclusionList.Pilot2022, "工信厅联企业〔2022〕22号 名单"), Assert.Single(ExcludeEnterprise.Decide(After(Listed), Body).Changes).Event);

    [Fact]
    public void The_same_list_counts_once_and_another_one_besides()
    {
        var excluded = After(Listed, new EnterpriseExcluded(Uscc, ExclusionList.Pilot2022, "名单"));

        Assert.Equal("enterprise.already_excluded", ExcludeEnterprise.Decide(excluded, Body).Fault?.Code);
        Assert.Null(ExcludeEnterprise.Decide(excluded, Body with { List = ExclusionList.CentralLittleGiant }).Fault);
    }
}
