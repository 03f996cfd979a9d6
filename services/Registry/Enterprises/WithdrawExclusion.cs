using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Registry.Enterprises;

/// <summary>
/// Corrects an exclusion that was recorded by mistake, with the reason; both entries stay in the trail.
/// Faults: enterprise.not_excluded, enterprise.list_unknown.
/// </summary>
internal static class WithdrawExclusion
{
    public sealed record Body(Remark Reason);

    internal static Decision Decide(Enterprise enterprise, ExclusionList list, Body body) =>
        enterprise.Exclusions.ContainsKey(list)
            ? Decision.Accept(Enterprise.Noun.StreamOf(enterprise.Uscc), new ExclusionWithdrawn(enterprise.Uscc, list, body.Reason.Value))
            : Enterprise.NotExcluded;

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/enterprises/{uscc}/exclusions/{list}/withdrawal", [Role.BureauOfficer],
        request => ListWords.Exclusion(request.Route("list")) is { } list
            ? request.On(Enterprise.Noun, request.Route("uscc"), (enterprise, _) => Decide(enterprise, list, request.Body))
            : Enterprise.ListUnknown(ListWords.Exclusions));
}
