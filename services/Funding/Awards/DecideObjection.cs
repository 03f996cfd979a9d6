using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau's approver decides an objection with its reason; upheld, the award is computed again (AC35). Who computed or publicised it
/// does not decide. Faults: <c>objection.unknown</c>, <c>objection.decided</c>, <c>objection.reason</c>, <c>award.same_person</c> (on record).
/// </summary>
internal static class DecideObjection
{
    public sealed record Body(bool Upheld, string Reason);

    internal static readonly Fault Closed = new(FaultKind.Conflict, "objection.decided", new("该异议已处理。", "The objection is decided already."));

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "objection.reason", new("处理异议须说明理由（1 至 500 个字符）。", "Deciding an objection asks for a reason of 1 to 500 characters."));

    internal static Decision Decide(Award award, string id, Body body, Actor actor)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        if (award.Objections.Find(o => o.Id == id) is not { } objection) return SliceFaults.Unknown("objection", id);
        if (!objection.Open || award.Decided) return Closed;
        if (Duties.Refuse(award, Duty.Approve, actor, "objection") is { } refused) return refused;
        return string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500 ? ReasonWrong
            : Decision.Accept(stream, new ObjectionDecided(id, body.Upheld, body.Reason));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/objections/{objection}/decision", [Role.BureauApprover], request =>
        request.On(Award.Noun, request.Route("id"), (award, _) => Decide(award, request.Route("objection"), request.Body, request.Actor)));
}
