using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The finance bureau enters money that came back from an over-advance (Q8), whole or in parts; it is available on the fund again, and the
/// award closes when all is there. Faults: <c>award.no_recovery</c>, <c>award.recovery_amount</c>, <c>award.recovery_document</c>, <c>fund.document_repeated</c>.
/// </summary>
internal static class ReceiveRecovery
{
    public sealed record Body(Money Amount, string Document);

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "award.recovery_document", new("缴款凭证号应为 1 至 100 个字符。", "The number of the receipt has 1 to 100 characters."));

    internal static Decision Decide(Award award, Fund fundNow, Body body)
    {
        if (award is not { Status: AwardStatus.RecoveryDue, Fund: { } fund }) return AwardFaults.NoRecovery;
        var left = award.RecoveryDemanded - award.RecoveryRepaid;
        return body.Amount.Fen <= 0 || body.Amount > left ? AwardFaults.RecoveryAmount(left)
            : string.IsNullOrWhiteSpace(body.Document) || body.Document.Length > 100 ? DocumentWrong
            : fundNow.Documents.Contains(body.Document) ? ReceiveFunds.Repeated(body.Document)
            : Decision.Accept(
                new Change(Award.Noun.StreamOf(award.Id), new RecoveryRepaid(body.Document, body.Amount)),
                new Change(Fund.Noun.StreamOf(fund), new RecoveryReceived(award.Id, body.Document, body.Amount)));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/recoveries", [Role.FinanceOfficer], async (request, _) =>
    {
        var award = await request.Load(Award.Noun, request.Route("id"));
        if (!award.Ok) return award.Fault;
        return award.Value.Fund is { } fund
            ? request.On(Award.Noun, request.Route("id"), [Fund.Noun.StreamOf(fund)], (now, streams, _) => Decide(now, streams.Get(Fund.Noun, fund), request.Body))
            : AwardFaults.NoRecovery;
    });
}
