using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// A second person decides on a proposal to take money back, by a document: upheld, so much is due back on each fund that it was paid from, in
/// proportion, and the enterprise's award falls. Where the authority set a fine, its amount is kept; it lies inside the range of the rule, and
/// this product sets none (F16). Who proposed it, or handled the award, does not decide.
/// Faults: <c>clawback.unknown</c>, <c>clawback.decided</c>, <c>clawback.document</c>, <c>clawback.reason</c>, <c>clawback.fine</c>,
/// <c>award.same_person</c> (on record).
/// </summary>
internal static class DecideClawback
{
    /// <summary>The number of the decision; the fines as the authority set them, of the enterprise and of persons.</summary>
    public sealed record Body(bool Upheld, string Document, string Reason, Money? Fine = null, Money? PersonFine = null);

    internal static Fault Unknown(string clawback) => new(
        FaultKind.NotFound, "clawback.unknown", new($"没有这项追回建议：{clawback}。", $"The award has no proposal '{clawback}' to claw back."));

    internal static readonly Fault Decided = new(
        FaultKind.Conflict, "clawback.decided", new("该追回建议已决定。", "The proposal is decided already."));

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "clawback.document", new("决定书文号应为 1 至 100 个字符。", "The number of the decision has 1 to 100 characters."));

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "clawback.reason", new("决定须说明理由（1 至 500 个字符）。", "The decision asks for a reason of 1 to 500 characters."));

    internal static Fault FineWrong(Money? min, Money? max) => new(
        FaultKind.Refused, "clawback.fine",
        new(min is null ? "该追回没有罚款。" : $"罚款应在 {min} 元至 {max} 元之间，且仅在追回成立时记录。", min is null ? "There is no fine here." : $"The fine lies between {min} and {max}, and stands only where the proposal is upheld."),
        "国务院令第427号第十四条（F16）");

    internal static Decision Decide(Award award, string clawback, Body body, Actor actor)
    {
        if (award.Clawbacks.Find(c => c.Id == clawback) is not { } proposed) return Unknown(clawback);
        if (!proposed.Open) return Decided;
        if (Duties.Refuse(award, Duty.DecideClawback, actor) is { } refused) return refused;
        if (string.IsNullOrWhiteSpace(body.Document) || body.Document.Length > 100) return DocumentWrong;
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500) return ReasonWrong;
        if (Outside(body.Fine, body.Upheld, proposed.Decision?.FineMin, proposed.Decision?.FineMax)) return FineWrong(proposed.Decision?.FineMin, proposed.Decision?.FineMax);
        if (Outside(body.PersonFine, body.Upheld, proposed.Decision?.FinePersonMin, proposed.Decision?.FinePersonMax)) return FineWrong(proposed.Decision?.FinePersonMin, proposed.Decision?.FinePersonMax);
        var stream = Award.Noun.StreamOf(award.Id);
        if (!body.Upheld) return Decision.Accept(stream, new ClawbackDecided(clawback, false, body.Document, body.Reason));

        var parts = Parts(award.Recoverable, proposed.Amount);
        var reduced = proposed.Amount < award.Awarded ? proposed.Amount : award.Awarded;
        var changes = new List<Change>
        {
            new(stream, new ClawbackDecided(clawback, true, body.Document, body.Reason, body.Fine, body.PersonFine, parts, reduced.Fen > 0 ? reduced : null)),
        };
        changes.AddRange(parts.Select(p => new Change(Fund.Noun.StreamOf(p.Fund), new RecoveryDue(award.Id, award.Enterprise, p.Amount))));
        if (reduced.Fen > 0) changes.Add(new(EnterpriseAwards.Noun.StreamOf(award.Enterprise), new EnterpriseAwardReduced(award.Enterprise, award.Id, reduced)));
        return Decision.Accept(changes);
    }

    internal static void Map(Routes routes) => routes.Command<Body>(
        "POST", "/awards/{id}/clawbacks/{clawback}/decision", [Role.BureauApprover, Role.FinanceApprover], async (request, _) =>
        {
            var id = request.Route("id");
            var award = await request.Load(Award.Noun, id);
            return award.Ok
                ? request.On(Award.Noun, id, [.. ReceiveRecovery.StreamsOf(award.Value), EnterpriseAwards.Noun.StreamOf(award.Value.Enterprise)], (now, _, _) =>
                    Decide(now, request.Route("clawback"), request.Body, request.Actor))
                : award.Fault;
        });

    /// <summary>An amount over the funds that it came from, in proportion to what each may still get back; the largest remainders get the fen left over.</summary>
    internal static FundPart[] Parts(IReadOnlyList<FundPart> recoverable, Money amount)
    {
        var whole = recoverable.Sum(p => p.Amount.Fen);
        var exact = recoverable.Select(p => (decimal)amount.Fen * p.Amount.Fen / whole).ToArray();
        var fen = exact.Select(e => (long)decimal.Floor(e)).ToArray();
        var left = (int)(amount.Fen - fen.Sum());
        foreach (var i in Enumerable.Range(0, fen.Length).OrderByDescending(i => exact[i] - fen[i]).Take(left)) fen[i]++;
        return [.. recoverable.Zip(fen, (p, f) => p with { Amount = new(f) }).Where(p => p.Amount.Fen > 0)];
    }

    private static bool Outside(Money? fine, bool upheld, Money? min, Money? max) =>
        fine is { } set && (!upheld || min is not { } least || max is not { } most || set < least || set > most);
}
