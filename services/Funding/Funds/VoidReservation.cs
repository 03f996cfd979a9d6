using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau gives up what is still reserved outside awards; the money is available again.
/// Faults: <c>reservation.not_open</c>, <c>reservation.reason</c>.
/// </summary>
internal static class VoidReservation
{
    public sealed record Body(string Reason);

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "reservation.reason", new("撤销预留须说明理由（1 至 500 个字符）。", "Voiding a reservation asks for a reason of 1 to 500 characters."));

    internal static Decision Decide(Fund fund, string reservation, Body body) =>
        !ReservationKey.IsOutside(reservation) || !fund.Open.TryGetValue(ReservationKey.Outside(reservation), out var held) ? Reservation.NotOpen(reservation)
        : string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500 ? ReasonWrong
        : Decision.Accept(Fund.Noun.StreamOf(fund.Id), new EncumbranceVoided(reservation, held.Open, body.Reason));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/reservations/{reservation}/void", [Role.FinanceOfficer, Role.FinanceApprover], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, _) => Decide(fund, request.Route("reservation"), request.Body)));
}
