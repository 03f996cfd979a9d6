using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau's approver decides a concern about an award with its reason: dismissed it no longer holds the award, upheld it stops it for good
/// unless it is decided anew. Who handled the award does not decide (AC33).
/// Faults: <c>concern.unknown</c>, <c>concern.reason</c>, <c>award.decided</c>, <c>award.same_person</c> (on record).
/// </summary>
internal static class DecideConcern
{
    public sealed record Body(bool Dismissed, string Reason);

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "concern.reason", new("处理疑点须说明理由（1 至 500 个字符）。", "Deciding a concern asks for a reason of 1 to 500 characters."), "AC14");

    /// <summary>Why an award may not go on: a concern that nobody decided, or one that was upheld.</summary>
    internal static Fault? Holds(Award award)
    {
        var open = award.Concerns.Where(c => !award.ConcernDecisions.ContainsKey(c.Id)).ToArray();
        return open.Length > 0 ? AwardFaults.ConcernOpen(open)
            : award.Concerns.FirstOrDefault(c => !award.ConcernDecisions[c.Id].Dismissed) is { } upheld ? AwardFaults.ConcernUpheld(upheld)
            : null;
    }

    internal static Decision Decide(Award award, string id, Body body, Actor actor)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        if (!award.Concerns.Any(c => c.Id == id)) return SliceFaults.Unknown("concern", id);
        if (award.Decided) return AwardFaults.Decided;
        if (Duties.Refuse(award, Duty.Approve, actor, "concern") is { } refused) return refused;
        return string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500
            ? ReasonWrong
            : Decision.Accept(stream, new ConcernDecided(id, body.Dismissed, body.Reason));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/concerns/{concern}/decision", [Role.BureauApprover], request =>
        request.On(Award.Noun, request.Route("id"), (award, _) => Decide(award, request.Route("concern"), request.Body, request.Actor)));
}
