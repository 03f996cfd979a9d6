using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Registry.Enterprises;

/// <summary>
/// Records that an enterprise stands on a credit list since a day, with the source: a payment to it is blocked until a person decides.
/// Faults: enterprise.already_credit_listed, enterprise.day_in_future.
/// </summary>
internal static class AddCreditListing
{
    public sealed record Body(CreditList List, DateOnly Since, Remark Source);

    internal static Decision Decide(Enterprise enterprise, Body body, DateTimeOffset at) =>
        enterprise.OpenCreditListing(body.List) is not null ? Enterprise.AlreadyCreditListed
        : body.Since > ChinaTime.DayOf(at) ? Enterprise.DayInFuture(ChinaTime.DayOf(at))
        : Decision.Accept(Enterprise.Noun.StreamOf(enterprise.Uscc), new CreditListed(enterprise.Uscc, body.List, body.Since, body.Source.Value));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/enterprises/{uscc}/credit-listings", [Role.BureauOfficer, Role.FinanceOfficer],
        request => request.On(Enterprise.Noun, request.Route("uscc"), (enterprise, at) => Decide(enterprise, request.Body, at)));
}
