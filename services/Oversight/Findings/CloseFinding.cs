using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Findings;

/// <summary>
/// The bureau's approver closes a finding (办结): settled ones as explained or rectified, any that was looked at again as referred. Faults: <c>finding.not_settled</c>,
/// <c>finding.same_person</c>, <c>finding.reason</c>, <c>finding.wrong_state</c>.
/// </summary>
internal static class CloseFinding
{
    public sealed record Body(FindingOutcome Outcome, string Reason);

    internal static readonly Fault NotSettled = new(
        FaultKind.Refused, "finding.not_settled", new(
            "复核认为尚未解决：请再次责令整改，或按移送办结；未责令整改的不得以“已整改”办结。", "The recheck found it not settled: order it to be put right again, or close it as referred; what was never ordered is not closed as rectified."));

    internal static Decision Decide(Finding finding, Body body, Actor actor) =>
        (finding.Open(FindingStatus.Rechecked)
            ?? (finding.Handled(actor.Sub) ? Finding.SamePerson : null)
            ?? Finding.ReasonRefused(body.Reason)
            ?? (Fits(finding, body.Outcome) ? null : NotSettled)) is { } fault
            ? fault
            : Decision.Accept(Finding.Noun.StreamOf(finding.Id), new FindingClosed(body.Outcome, body.Reason));

    private static bool Fits(Finding finding, FindingOutcome outcome) => outcome switch
    {
        FindingOutcome.Explained => finding.Rechecked!.Settled,
        FindingOutcome.Rectified => finding.Rechecked!.Settled && finding.Ordered is not null,
        FindingOutcome.Referred => true,
    };

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/findings/{id}/closure", [Role.BureauApprover], request => request.On(Finding.Noun, request.Route("id"), (finding, _) => Decide(finding, request.Body, request.Actor)));
}
