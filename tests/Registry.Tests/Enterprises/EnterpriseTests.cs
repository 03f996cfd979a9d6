using PilotCity.Defaults.Identity;
using PilotCity.Registry.Enterprises;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Enterprises;

public class EnterpriseTests
{
    [Fact]
    public void It_stands_on_the_list_from_its_first_day_until_the_day_before_its_removal()
    {
        var enterprise = After(Listed, new EnterpriseRemoved(Uscc, Day(6, 20), "停产"));

        Assert.False(enterprise.OnListAt(Day(5, 31)));
        Assert.True(enterprise.OnListAt(Day(6, 1)));
        Assert.True(enterprise.OnListAt(Day(6, 19)));
        Assert.False(enterprise.OnListAt(Day(6, 20)));
    }

    [Fact]
    public void A_later_list_brings_new_facts_and_keeps_the_first_day()
    {
        var enterprise = After(Listed, new EnterpriseRelisted(Uscc, "l2", Day(6, 25), Facts with { Name = "龙岩湛嶂纺织有限公司", Staff = 60 }));

        Assert.Equal(("龙岩湛嶂纺织有限公司", 60), (enterprise.Facts!.Name, enterprise.Facts.Staff));
        Assert.Equal([new FormerName("龙岩湛嶂针织有限公司", Day(6, 25))], enterprise.FormerNames);
        Assert.Equal([new Listing("l2", Day(6, 1))], enterprise.Listings);
        Assert.Null(enterprise.Contact);
    }

    [Fact]
    public void A_later_import_of_an_earlier_list_moves_the_first_day_back() =>
        Assert.Equal(Day(5, 1), Assert.Single(After(Listed, new EnterpriseRelisted(Uscc, "l0", Day(5, 1), Facts)).Listings).From);

    [Fact]
    public void After_a_removal_it_can_be_listed_again_and_both_stays_are_known()
    {
        var enterprise = After(Listed, new EnterpriseRemoved(Uscc, Day(6, 10), "停产"), Listed with { List = "l2", ListedOn = Day(6, 20) });

        Assert.Equal([new Listing("l1", Day(6, 1), Day(6, 10), "停产"), new Listing("l2", Day(6, 20))], enterprise.Listings);
        Assert.False(enterprise.OnListAt(Day(6, 15)));
        Assert.True(enterprise.OnListAt(Day(6, 20)));
    }

    [Fact]
    public void A_credit_listing_counts_from_its_day_until_the_day_before_its_clearance()
    {
        var enterprise = After(
            Listed, new CreditListed(Uscc, CreditList.AbnormalOperation, Day(6, 5), "公示系统"), new CreditListingCleared(Uscc, CreditList.AbnormalOperation, Day(6, 8), "公示系统"),
            new CreditListed(Uscc, CreditList.AbnormalOperation, Day(6, 12), "公示系统"));

        Assert.Equal([false, true, true, false, false, true], new[] { 4, 5, 7, 8, 11, 12 }.Select(day => enterprise.CreditListingsAt(Day(6, day)).Any()));
    }

    [Theory]
    [InlineData(Role.Enterprise, Uscc, true)]
    [InlineData(Role.Enterprise, "913508819095492496", false)]
    [InlineData(Role.DistrictOfficer, "350825", true)]
    [InlineData(Role.DistrictOfficer, "350802", false)]
    [InlineData(Role.BureauOfficer, "350800-bureau", true)]
    [InlineData(Role.Auditor, "350800-audit", true)]
    public void An_enterprise_sees_itself_and_a_district_its_own(Role role, string org, bool sees) => Assert.Equal(sees, After(Listed).IsSeenBy(new(role, "x", org)));
}
