using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// A person with the right lets pass what stopped a computed award, with the reason; computed again, the award is decided without it. A credit
/// list (Q30) either approver, an invoice claimed elsewhere finance (Q7), a second project the bureau (Q20). Who handled the award does not
/// (AC33), and who let it pass does not pay it.
/// Faults: <c>award.not_computed</c>, <c>award.decided</c>, <c>award.nothing_to_waive</c>, <c>award.waiver_role</c>, <c>award.waiver_reason</c>,
/// <c>award.same_person</c> (on record).
/// </summary>
internal static class WaiveStop
{
    /// <summary><see cref="Key"/> is the credit list's word or the invoice's number; for a second project it is left out.</summary>
    public sealed record Body(WaiverKind Kind, string Reason, string Key = "");

    internal static readonly Fault NothingToWaive = new(
        FaultKind.Conflict, "award.nothing_to_waive", new("最近一次核定没有这一项障碍。", "Nothing of the kind stopped the last computation."), "Q7、Q20、Q30");

    internal static readonly Fault RoleWrong = new(
        FaultKind.Forbidden, "award.waiver_role", new("此项障碍不由您裁定：发票在别处申报由财政裁定，第二个项目由主管部门裁定。", "This one is not yours to let pass: an invoice claimed elsewhere is decided by finance, a second project by the bureau."), "Q7、Q20");

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "award.waiver_reason", new("裁定须说明理由（1 至 500 个字符）。", "Letting it pass asks for a reason of 1 to 500 characters."));

    internal static bool May(WaiverKind kind, Role role) => kind switch
    {
        WaiverKind.CreditList => role is Role.BureauApprover or Role.FinanceApprover,
        WaiverKind.ClaimedInvoice => role == Role.FinanceApprover,
        WaiverKind.SecondProject => role == Role.BureauApprover,
    };

    internal static Decision Decide(Award award, Body body, Actor actor)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        if (award.Decided) return AwardFaults.Decided;
        if ((award.Final ?? award.Advance) is not { } computed) return AwardFaults.NotComputed;
        if (!May(body.Kind, actor.Role)) return RoleWrong;
        if (!computed.Stops.Contains(new(body.Kind, body.Key))) return NothingToWaive;
        if (Duties.Refuse(award, Duty.Approve, actor, "waiver") is { } refused) return refused;
        return string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500
            ? ReasonWrong
            : Decision.Accept(stream, new StopWaived(body.Kind, body.Key, body.Reason));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/waivers", [Role.BureauApprover, Role.FinanceApprover], request =>
        request.On(Award.Noun, request.Route("id"), (award, _) => Decide(award, request.Body, request.Actor)));
}
