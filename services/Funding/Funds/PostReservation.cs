using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// A second person of the finance bureau posts what was paid of a reservation outside awards; what is left stays reserved. Who reserved it
/// does not pay it, and an attempt stays on record (programme.md §3, AC33).
/// Faults: <c>reservation.not_open</c>, <c>reservation.same_person</c> (on record), <c>reservation.document</c>, <c>ledger.amount</c>,
/// <c>reservation.above_held</c>.
/// </summary>
internal static class PostReservation
{
    /// <summary>Without an amount, all that is still reserved.</summary>
    public sealed record Body(string Document, Money? Amount = null);

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "reservation.document", new("支付凭证号应为 1 至 100 个字符。", "The number of the payment document has 1 to 100 characters."));

    internal static readonly Fault SamePerson = new(
        FaultKind.Refused, "reservation.same_person", new("预留人不得拨付同一笔预留。", "Who reserved the money may not pay it."), "programme.md §3（AC33）");

    internal static Decision Decide(Fund fund, string reservation, Body body, Actor actor)
    {
        if (!ReservationKey.IsOutside(reservation) || !fund.Open.TryGetValue(ReservationKey.Outside(reservation), out var held)) return Reservation.NotOpen(reservation);
        var stream = Fund.Noun.StreamOf(fund.Id);
        if (held.By == actor.Sub) return Decision.RefuseOnRecord(SamePerson, new Change(stream, new EncumbrancePostingRefused(reservation, SamePerson.Code)));
        if (string.IsNullOrWhiteSpace(body.Document) || body.Document.Length > 100) return DocumentWrong;
        var posted = new EncumbrancePosted(reservation, body.Document, body.Amount ?? held.Open);
        return fund.Refuses(posted) is { } fault ? fault : Decision.Accept(stream, posted);
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/reservations/{reservation}/posting", [Role.FinanceApprover], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, _) => Decide(fund, request.Route("reservation"), request.Body, request.Actor)));
}
