using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Findings;

/// <summary>
/// A finding goes to the next level (升级督办): by itself when nobody explained it in time or its day is over (<see cref="FindingWatch"/>), or because the bureau says so. Its life goes on; that it went
/// up, when, why and by whom stays with it. Faults: <c>finding.escalated</c>, <c>finding.reason</c>, <c>finding.wrong_state</c>.
/// </summary>
internal static class EscalateFinding
{
    public sealed record Body(string Reason);

    internal static readonly Fault Already = new(
        FaultKind.Conflict, "finding.escalated", new("该疑点已由人工升级督办。", "Somebody escalated this finding already."));

    internal static Decision Decide(Finding finding, Body body) =>
        (finding.Open(FindingStatus.Opened, FindingStatus.Assigned, FindingStatus.Explained, FindingStatus.RectificationOrdered, FindingStatus.Rechecked)
            ?? Finding.ReasonRefused(body.Reason)
            ?? (finding.Escalations.Exists(e => e.What.Cause == EscalationCause.ByHand) ? Already : null)) is { } fault
            ? fault
            : Decision.Accept(Finding.Noun.StreamOf(finding.Id), new FindingEscalated(EscalationCause.ByHand, finding.Escalations.Count + 1, body.Reason));

    /// <summary>What the passing of time asks for on a day, if it did not happen yet; a later day of rectification asks anew.</summary>
    internal static FindingEscalated? Due(Finding finding, DateTimeOffset at)
    {
        var cause = CountFindings.Overdue(finding, at) ? EscalationCause.Overdue
            : CountFindings.Unexplained(finding, at) ? EscalationCause.Unexplained
            : (EscalationCause?)null;
        var due = cause == EscalationCause.Overdue ? finding.Ordered!.DueOn : (DateOnly?)null;
        return cause is { } known && !finding.Escalations.Exists(e => e.What.Cause == known && e.What.DueOn == due)
            ? new(known, finding.Escalations.Count + 1, null, due)
            : null;
    }

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/findings/{id}/escalation", [Role.BureauOfficer, Role.BureauApprover], request => request.On(Finding.Noun, request.Route("id"), (finding, _) => Decide(finding, request.Body)));
}
