using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Registry.Enterprises;

/// <summary>
/// Records that an enterprise stands on a national exclusion list and is not financed again (programme.md F10), with the document that says so.
/// Fault: enterprise.already_excluded.
/// </summary>
internal static class ExcludeEnterprise
{
    public sealed record Body(ExclusionList List, Remark Source);

    internal static Decision Decide(Enterprise enterprise, Body body) =>
        enterprise.Exclusions.ContainsKey(body.List)
            ? Enterprise.AlreadyExcluded
            : Decision.Accept(Enterprise.Noun.StreamOf(enterprise.Uscc), new EnterpriseExcluded(enterprise.Uscc, body.List, body.Source.Value));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/enterprises/{uscc}/exclusions", [Role.BureauOfficer],
        request => request.On(Enterprise.Noun, request.Route("uscc"), (enterprise, _) => Decide(enterprise, request.Body)));
}
