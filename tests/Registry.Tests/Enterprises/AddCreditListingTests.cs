using PilotCity.Registry.Enterprises;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Enterprises;

public class AddCreditListingTests
{
    private static readonly AddCreditListing.Body Body = new(CreditList.DishonestDebtor, Day(6, 30), new("执行信息公开网"));

    [Fact]
    public void A_credit_listing_is_recorded_with_its_day_and_source() =>
        Assert.Equal(
            new CreditListed(Uscc, CreditList.DishonestDebtor, Day(6, 30), "执行信息公开网"), Assert.Single(AddCreditListing.Decide(After(Listed), Body, At).Changes).Event);

    [Fact]
    public void A_listing_that_has_not_ended_is_not_recorded_twice()
    {
        var listed = new CreditListed(Uscc, CreditList.DishonestDebtor, Day(6, 1), "x");

        Assert.Equal("enterprise.already_credit_listed", AddCreditListing.Decide(After(Listed, listed), Body, At).Fault?.Code);
        Assert.Null(AddCreditListing.Decide(After(Listed, listed, new CreditListingCleared(Uscc, CreditList.DishonestDebtor, Day(6, 2), "x")), Body, At).Fault);
    }

    [Fact]
    public void Tomorrow_is_not_yet() => Assert.Equal("enterprise.day_in_future", AddCreditListing.Decide(After(Listed), Body with { Since = Day(7, 1) }, At).Fault?.Code);
}
