using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau's approver enters until which day money of a fund may be paid (预算年度, or its extension), by the document that says so;
/// a release afterwards blocks its lines (AC39). Without an entry there is no such day. Faults: <c>fund.document</c>.
/// </summary>
internal static class EndFundBudget
{
    /// <summary>The last day included; a later document moves it, and stays in the log beside the earlier one.</summary>
    public sealed record Body(DateOnly Until, string Document);

    internal static Decision Decide(Fund fund, Body body) =>
        string.IsNullOrWhiteSpace(body.Document) || body.Document.Length > 100
            ? ReceiveFunds.DocumentWrong
            : Decision.Accept(Fund.Noun.StreamOf(fund.Id), new FundBudgetEnds(body.Until, body.Document));

    internal static void Map(Routes routes) => routes.Command<Body>("PUT", "/funds/{id}/budget-end", [Role.FinanceApprover], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, _) => Decide(fund, request.Body)));
}
