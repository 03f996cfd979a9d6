using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The finance bureau enters money that came back (an over-advance, Q8, or a clawback), whole or in parts; it is available again on the funds it
/// came from, in the order of their ids or on the one named, and the recovery is over when all is there.
/// Faults: <c>award.no_recovery</c>, <c>award.recovery_amount</c>, <c>award.recovery_document</c>, <c>fund.document_repeated</c>.
/// </summary>
internal static class ReceiveRecovery
{
    /// <summary>Without a fund, whichever have something due.</summary>
    public sealed record Body(Money Amount, string Document, string? Fund = null);

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "award.recovery_document", new("缴款凭证号应为 1 至 100 个字符。", "The number of the receipt has 1 to 100 characters."));

    internal static Decision Decide(Award award, Func<string, Fund> fundOf, Body body)
    {
        if (award.Due.IsEmpty) return AwardFaults.NoRecovery;
        var due = award.Due.Where(d => body.Fund is null || d.Key == body.Fund).ToArray();
        var left = new Money(due.Sum(d => d.Value.Fen));
        if (body.Amount.Fen <= 0 || body.Amount > left) return AwardFaults.RecoveryAmount(left);
        if (string.IsNullOrWhiteSpace(body.Document) || body.Document.Length > 100) return DocumentWrong;
        var changes = new List<Change>();
        foreach (var (fund, amount) in Spread(due, body.Amount))
        {
            if (fundOf(fund).Documents.Contains(body.Document)) return ReceiveFunds.Repeated(body.Document);
            changes.Add(new(Award.Noun.StreamOf(award.Id), new RecoveryRepaid(body.Document, amount, fund)));
            changes.Add(new(Fund.Noun.StreamOf(fund), new RecoveryReceived(award.Id, body.Document, amount)));
        }

        return Decision.Accept(changes);
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/recoveries", [Role.FinanceOfficer], async (request, _) =>
    {
        var award = await request.Load(Award.Noun, request.Route("id"));
        if (!award.Ok) return award.Fault;
        return award.Value.Due.IsEmpty
            ? AwardFaults.NoRecovery
            : request.On(Award.Noun, request.Route("id"), StreamsOf(award.Value), (now, streams, _) => Decide(now, f => streams.Get(Fund.Noun, f), request.Body));
    });

    /// <summary>Money comes back only to funds that the award drew on.</summary>
    internal static string[] StreamsOf(Award award) => [.. award.Funds.Select(Fund.Noun.StreamOf)];

    /// <summary>An amount over what is due by fund, the first fund first.</summary>
    internal static IEnumerable<(string Fund, Money Amount)> Spread(IEnumerable<KeyValuePair<string, Money>> due, Money amount)
    {
        foreach (var (fund, most) in due)
        {
            var part = amount < most ? amount : most;
            if (part.Fen > 0) yield return (fund, part);
            amount -= part;
        }
    }
}
