using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau's approver returns money to its source (上缴) that nothing is reserved for, of a pool or not yet split, by a document; what
/// is reserved stays. Faults: <c>fund.document</c>, <c>fund.document_repeated</c>, <c>ledger.amount</c>, <c>ledger.insufficient</c>.
/// </summary>
internal static class ReturnFunds
{
    /// <summary>Without a pool, unallocated money.</summary>
    public sealed record Body(string Document, Money Amount, FundPool? Pool = null);

    internal static Decision Decide(Fund fund, Body body)
    {
        if (ReceiveFunds.Refuses(fund, body.Document) is { } wrong) return wrong;
        var returned = new FundReturned(body.Document, body.Amount, body.Pool);
        return fund.Refuses(returned) is { } fault ? fault : Decision.Accept(Fund.Noun.StreamOf(fund.Id), returned);
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/returns", [Role.FinanceApprover], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, _) => Decide(fund, request.Body)));
}
