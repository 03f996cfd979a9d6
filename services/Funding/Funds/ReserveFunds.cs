using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau encumbers money of the services pool for a contract or an order outside awards (预留), so that nothing else can
/// spend it; renovation money is paid by awards alone (programme.md F5), the uses of F11 never.
/// Faults: <c>reservation.reference</c>, <c>fund.use_forbidden</c>, <c>reservation.renovation</c>, <c>reservation.too_many</c>,
/// <c>ledger.amount</c>, <c>ledger.insufficient</c>.
/// </summary>
internal static class ReserveFunds
{
    /// <summary><see cref="Reference"/> is the number of what will be paid: a contract, an order.</summary>
    public sealed record Body(FundUse Use, Money Amount, string Reference);

    /// <summary>Open reservations live in the fund's state, in memory; a city has some thousands of contracts.</summary>
    internal const int OpenMax = 100_000;

    internal static readonly Fault ReferenceWrong = new(
        FaultKind.Invalid, "reservation.reference", new("依据（合同号、订单号等）应为 1 至 100 个字符。", "A reference (the number of a contract or an order) has 1 to 100 characters."));

    internal static readonly Fault Renovation = new(
        FaultKind.Refused, "reservation.renovation", new("企业改造资金只能通过奖补拨付，不能另行预留。", "Money for the renovation of enterprises is paid by awards alone; it is not reserved outside them."), "财建〔2023〕117号（F5）");

    internal static readonly Fault TooMany = new(
        FaultKind.Refused, "reservation.too_many", new($"一笔资金最多有 {OpenMax} 笔未结的预留，请先拨付或撤销。", $"A fund has at most {OpenMax} open reservations; pay or void some first."));

    internal static string IdOf(Guid command) => command.ToString("N");

    internal static Decision Decide(Fund fund, Body body, string reservation)
    {
        if (string.IsNullOrWhiteSpace(body.Reference) || body.Reference.Length > 100) return ReferenceWrong;
        if (Fund.PoolOf(body.Use) is not { } pool) return SplitFund.Forbidden(body.Use);
        if (pool == FundPool.Renovation) return Renovation;
        if (fund.Open.Count >= OpenMax) return TooMany;
        var reserved = new EncumbranceReserved(reservation, body.Use, body.Amount, body.Reference);
        return fund.Refuses(reserved) is { } fault
            ? fault
            : Decision.Accept(Fund.Noun.StreamOf(fund.Id), reserved).Answering($"/funds/{fund.Id}/reservations/{reservation}");
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/reservations", [Role.FinanceOfficer], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, _) => Decide(fund, request.Body, IdOf(request.CommandId))));
}
