using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau enters money that arrived with the number of its document (programme.md Q1: parts are entered by hand, nothing is
/// cut automatically). Faults: <c>fund.document</c>, <c>fund.document_repeated</c>, <c>fund.above_plan</c>, <c>ledger.amount</c>.
/// </summary>
internal static class ReceiveFunds
{
    public sealed record Body(string Document, Money Amount);

    /// <summary>A fund arrives in a few parts; far more is a mistake, and each document number is kept in the state.</summary>
    private const int DocumentsMax = 1_000;

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "fund.document", new($"文号应为 1 至 100 个字符，一笔资金最多 {DocumentsMax} 个文号。", $"A document number has 1 to 100 characters, and a fund at most {DocumentsMax} of them."));

    internal static Fault Repeated(string document) => new(
        FaultKind.Conflict, "fund.document_repeated", new($"文号“{document}”已登记。", $"The document '{document}' is entered already."));

    internal static Fault AbovePlan(Money received, Money planned) => new(
        FaultKind.Refused, "fund.above_plan",
        new($"累计到账 {received} 元，超过计划 {planned} 元。", $"{received} received altogether is above the plan of {planned}."), CityClass.Clause);

    internal static Decision Decide(Fund fund, Body body)
    {
        if (Refuses(fund, body.Document) is { } wrong) return wrong;
        var received = new FundReceived(body.Document, body.Amount);
        if (fund.Refuses(received) is { } fault) return fault;
        return fund.Received + body.Amount > fund.Planned
            ? AbovePlan(fund.Received + body.Amount, fund.Planned)
            : Decision.Accept(Fund.Noun.StreamOf(fund.Id), received);
    }

    /// <summary>A document moves money of a fund once.</summary>
    internal static Fault? Refuses(Fund fund, string document) =>
        string.IsNullOrWhiteSpace(document) || document.Length > 100 || fund.Documents.Count >= DocumentsMax ? DocumentWrong
        : fund.Documents.Contains(document) ? Repeated(document)
        : null;

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/receipts", [Role.FinanceOfficer], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, _) => Decide(fund, request.Body)));
}
