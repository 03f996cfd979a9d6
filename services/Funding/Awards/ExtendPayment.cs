using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The finance bureau's approver lets a payment be made until a later day than the approval's or the fund's last one, and says why (AC39).
/// Faults: <c>award.payment_unknown</c>, <c>award.not_open</c>, <c>award.extension_day</c>, <c>award.extension_reason</c>,
/// <c>award.same_person</c> (on record).
/// </summary>
internal static class ExtendPayment
{
    public sealed record Body(DateOnly Until, string Reason);

    internal static readonly Fault NotOpen = new(
        FaultKind.Conflict, "award.not_open", new("该笔款项已付、已撤回或已过期释放。", "The payment is made, withdrawn or expired already."));

    internal static readonly Fault DayWrong = new(
        FaultKind.Invalid, "award.extension_day", new("新的最后付款日不得早于今天，且应晚于原定日期。", "The new last day lies not before today, and after the one that stands."), "AC39");

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "award.extension_reason", new("延期须说明理由（1 至 500 个字符）。", "An extension asks for a reason of 1 to 500 characters."));

    internal static Decision Decide(Award award, string payment, Body body, Actor actor, DateTimeOffset at) =>
        award.Find(TrancheKind.Final, payment) is not { } tranche ? ConfirmCondition.Unknown(payment)
        : !tranche.Open ? NotOpen
        : Duties.Refuse(award, Duty.ExtendPayment, actor) is { } refused ? refused
        : body.Until < ChinaTime.DayOf(at) || body.Until <= (tranche.ExtendedTo ?? tranche.ExpiresOn) ? DayWrong
        : string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500 ? ReasonWrong
        : Decision.Accept(Award.Noun.StreamOf(award.Id), new TrancheExtended(payment, body.Until, body.Reason));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/payments/{payment}/extension", [Role.FinanceApprover], request =>
        request.On(Award.Noun, request.Route("id"), (award, at) => Decide(award, request.Route("payment"), request.Body, request.Actor, at)));
}
