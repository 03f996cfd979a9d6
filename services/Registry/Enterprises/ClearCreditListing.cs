using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Registry.Enterprises;

/// <summary>
/// Records that an enterprise was taken off a credit list (信用修复, 移出) from a day on, with the source.
/// Faults: enterprise.not_credit_listed, enterprise.cleared_before_listed, enterprise.day_in_future, enterprise.list_unknown.
/// </summary>
internal static class ClearCreditListing
{
    public sealed record Body(DateOnly Day, Remark Source);

    internal static Decision Decide(Enterprise enterprise, CreditList list, Body body, DateTimeOffset at) =>
        enterprise.OpenCreditListing(list) is not { } listing ? Enterprise.NotCreditListed
        : body.Day > ChinaTime.DayOf(at) ? Enterprise.DayInFuture(ChinaTime.DayOf(at))
        : body.Day < listing.Since ? Enterprise.ClearedBeforeListed(listing.Since)
        : Decision.Accept(Enterprise.Noun.StreamOf(enterprise.Uscc), new CreditListingCleared(enterprise.Uscc, list, body.Day, body.Source.Value));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/enterprises/{uscc}/credit-listings/{list}/clearance", [Role.BureauOfficer, Role.FinanceOfficer],
        request => ListWords.Credit(request.Route("list")) is { } list
            ? request.On(Enterprise.Noun, request.Route("uscc"), (enterprise, at) => Decide(enterprise, list, request.Body, at))
            : Enterprise.ListUnknown(ListWords.Credits));
}
