using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Findings;

/// <summary>Somebody who did not explain it looks at a finding again (复核) and says whether it is settled. Faults: <c>finding.same_person</c>, <c>finding.reason</c>, <c>finding.wrong_state</c>.</summary>
internal static class RecheckFinding
{
    public sealed record Body(bool Settled, string Reason);

    internal static Decision Decide(Finding finding, Body body, Actor actor) =>
        (finding.Open(FindingStatus.Explained) ?? (finding.Handled(actor.Sub) ? Finding.SamePerson : null) ?? Finding.ReasonRefused(body.Reason)) is { } fault
            ? fault
            : Decision.Accept(Finding.Noun.StreamOf(finding.Id), new FindingRechecked(body.Settled, body.Reason));

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/findings/{id}/recheck", [Role.BureauOfficer, Role.BureauApprover], request => request.On(Finding.Noun, request.Route("id"), (finding, _) => Decide(finding, request.Body, request.Actor)));
}
