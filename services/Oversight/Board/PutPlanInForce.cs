using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Board;

/// <summary>A second person, the bureau's approver, puts a version of the plan in force. Faults: <c>plan.version</c>, <c>plan.same_person</c>, <c>plan.superseded</c>.</summary>
internal static class PutPlanInForce
{
    public sealed record Body;

    internal static readonly Fault VersionUnknown = new(FaultKind.NotFound, "plan.version", new("方案没有这一版本。", "The plan has no such version."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Forbidden, "plan.same_person", new("方案由一人起草、另一人批准生效。", "One person drafts a version, another one puts it in force."), "AC33");

    internal static readonly Fault Superseded = new(
        FaultKind.Conflict, "plan.superseded", new("该版本已生效过，或已有更新的版本生效。", "This version was in force before, or a later one is."));

    internal static Decision Decide(Plan plan, int version, Actor actor) =>
        version < 1 || version > plan.Versions.Count ? VersionUnknown
        : plan.Versions[version - 1].DraftedBy == actor.Sub ? SamePerson
        : plan.Versions[version - 1].PutInForceAt is not null || plan.InForce?.Version > version ? Superseded
        : Decision.Accept(Plan.Noun.StreamOf(Plan.Id), new PlanPutInForce(version));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/plan/versions/{version}/approval", [Role.BureauApprover], request =>
        int.TryParse(request.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new Intent([Plan.Noun.StreamOf(Plan.Id)], (streams, _) => Decide(streams.Get(Plan.Noun, Plan.Id), version, request.Actor))
            : VersionUnknown);
}
