using PilotCity.Defaults;

namespace PilotCity.Funding.Funds;

/// <summary>A reservation inside its fund: an award's, or one outside awards, whose id is the 32 hexadecimal digits of the command that made it.</summary>
internal readonly record struct ReservationKey(FundPool Pool, string Id)
{
    public static ReservationKey OfAward(string award, FundPool pool) => new(pool, $"award/{award}");

    /// <summary>A voucher's, with all of its parts.</summary>
    public static ReservationKey OfVoucher(string root) => new(FundPool.Services, $"voucher/{root}");

    /// <summary>A reservation that finance itself made: no slash, so that nobody pays or frees an award's or a voucher's by its name.</summary>
    public static bool IsOutside(string reservation) => !reservation.Contains('/', StringComparison.Ordinal);

    /// <summary>Outside awards only the services pool is drawn on: renovation is paid by awards alone (F5).</summary>
    public static ReservationKey Outside(string reservation) => new(FundPool.Services, reservation);
}

/// <summary>
/// An amount encumbered on a fund (预留): what was reserved, what of it is still open, by whom and when. Either an award's, or for a use with a
/// reference to the contract or order that it will pay.
/// </summary>
internal sealed record Reservation(Money Amount, Money Open, string By, DateTimeOffset At)
{
    public string? Award { get; init; }

    public FundUse? Use { get; init; }

    public string? Reference { get; init; }

    public static Fault AboveHeld(ReservationKey key, Money amount, Money held) => new(
        FaultKind.Refused, "reservation.above_held", new($"预留“{key.Id}”尚余 {held} 元，不足 {amount} 元。", $"The reservation '{key.Id}' still holds {held}, less than {amount}."));

    public static Fault NotOpen(string reservation) => new(
        FaultKind.NotFound, "reservation.not_open", new($"没有未结的预留：{reservation}。", $"There is no open reservation '{reservation}' on this fund; it was never made, or it is paid or void."));
}
