using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau's approver carries over what is not paid yet (结转), by the document that allows it: it may be paid until a later day (AC39).
/// Faults: <c>fund.document</c>, <c>fund.document_repeated</c>, <c>fund.pay_until</c>.
/// </summary>
internal static class CarryOverFunds
{
    public sealed record Body(string Document, DateOnly PayUntil);

    internal static readonly Fault DayWrong = new(
        FaultKind.Invalid, "fund.pay_until", new("最后付款日应晚于今天，且晚于现有的最后付款日。", "The last day of payment lies after today and after the one that stands."), "AC39");

    internal static Decision Decide(Fund fund, Body body, DateTimeOffset at)
    {
        if (ReceiveFunds.Refuses(fund, body.Document) is { } wrong) return wrong;
        var left = fund.Ledger[Fund.Unallocated] + Left(fund, FundPool.Renovation) + Left(fund, FundPool.Services);
        return body.PayUntil <= ChinaTime.DayOf(at) || body.PayUntil <= fund.PayableUntil
            ? DayWrong
            : Decision.Accept(Fund.Noun.StreamOf(fund.Id), new FundCarriedOver(body.Document, body.PayUntil, left));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/carry-over", [Role.FinanceApprover], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, at) => Decide(fund, request.Body, at)));

    private static Money Left(Fund fund, FundPool pool) => fund.Ledger[Fund.Available(pool)] + fund.Ledger[Fund.Reserved(pool)];
}
