using PilotCity.Registry.Enterprises;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests.Enterprises;

public class ClearCreditListingTests
{
    private static readonly Enterprise Debtor = After(Listed, new CreditListed(Uscc, CreditList.DishonestDebtor, Day(6, 10), "x"));

    private static string? FaultOf(DateOnly day, CreditList list = CreditList.DishonestDebtor) =>
        ClearCreditListing.Decide(Debtor, list, new(day, new("已履行")), At).Fault?.Code;

    [Fact]
    public void A_listing_is_cleared_from_a_day_on() =>
        Assert.Equal(
            new CreditListingCleared(Uscc, CreditList.DishonestDebtor, Day(6, 10), "已履行"),
            Assert.Single(ClearCreditListing.Decide(Debtor, CreditList.DishonestDebtor, new(Day(6, 10), new("已履行")), At).Changes).Event);

    [Fact]
    public void Before_it_was_listed_it_cannot_be_cleared() => Assert.Equal("enterprise.cleared_before_listed", FaultOf(Day(6, 9)));

    [Fact]
    public void Tomorrow_is_not_yet()
    {
        Assert.Null(FaultOf(Day(6, 30)));
        Assert.Equal("enterprise.day_in_future", FaultOf(Day(7, 1)));
    }

    [Fact]
    public void What_is_not_there_cannot_be_cleared() => Assert.Equal("enterprise.not_credit_listed", FaultOf(Day(6, 20), CreditList.TaxViolation));
}
