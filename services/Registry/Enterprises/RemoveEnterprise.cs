using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Registry.Enterprises;

/// <summary>
/// Takes an enterprise off the pilot list from a day on (programme.md §4, S1 → Removed), with a reason.
/// Faults: enterprise.not_listed, enterprise.removed_before_listed, enterprise.day_in_future.
/// </summary>
internal static class RemoveEnterprise
{
    public sealed record Body(DateOnly Day, Remark Reason);

    internal static Decision Decide(Enterprise enterprise, Body body, DateTimeOffset at) =>
        enterprise.OpenListing is not { } listing ? Enterprise.NotListed
        : body.Day > ChinaTime.DayOf(at) ? Enterprise.DayInFuture(ChinaTime.DayOf(at))
        : body.Day < listing.From ? Enterprise.RemovedBeforeListed(listing.From)
        : Decision.Accept(Enterprise.Noun.StreamOf(enterprise.Uscc), new EnterpriseRemoved(enterprise.Uscc, body.Day, body.Reason.Value));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/enterprises/{uscc}/removal", [Role.BureauOfficer],
        request => request.On(Enterprise.Noun, request.Route("uscc"), (enterprise, at) => Decide(enterprise, request.Body, at)));
}
