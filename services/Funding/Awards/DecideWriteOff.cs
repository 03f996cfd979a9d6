using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// A finance approver decides on writing off what cannot be collected: granted, each fund's claim falls and the money never becomes available
/// again. Who proposed it, entered what came back, or handled the award does not decide.
/// Faults: <c>write_off.unknown</c>, <c>write_off.decided</c>, <c>write_off.amount</c>, <c>write_off.reason</c>, <c>write_off.document</c>,
/// <c>award.same_person</c> (on record).
/// </summary>
internal static class DecideWriteOff
{
    public sealed record Body(bool Granted, string Document, string Reason);

    internal static Fault Unknown(string writeOff) => new(
        FaultKind.NotFound, "write_off.unknown", new($"没有这项核销建议：{writeOff}。", $"The award has no proposal '{writeOff}' to write off."));

    internal static readonly Fault Decided = new(
        FaultKind.Conflict, "write_off.decided", new("该核销建议已决定。", "The proposal is decided already."));

    internal static Decision Decide(Award award, string id, Body body, Actor actor)
    {
        if (award.WriteOffs.Find(w => w.Id == id) is not { } proposed) return Unknown(id);
        if (!proposed.Open) return Decided;
        if (Duties.Refuse(award, Duty.DecideWriteOff, actor) is { } refused) return refused;
        if (ProposeWriteOff.Wrong(body.Reason, body.Document) is { } wrong) return wrong;
        var stream = Award.Noun.StreamOf(award.Id);
        if (!body.Granted) return Decision.Accept(stream, new WriteOffDecided(id, false, body.Document, body.Reason));

        // Money may have come back since it was proposed.
        var due = new Money(award.Due.Sum(d => d.Value.Fen));
        if (proposed.Amount > due) return ProposeWriteOff.AmountWrong(due);
        var parts = ReceiveRecovery.Spread(award.Due, proposed.Amount).Select(p => new FundPart(p.Fund, p.Amount)).ToArray();
        return Decision.Accept(
        [
            new Change(stream, new WriteOffDecided(id, true, body.Document, body.Reason, parts)),
            .. parts.Select(p => new Change(Fund.Noun.StreamOf(p.Fund), new RecoveryWrittenOff(award.Id, id, p.Amount))),
        ]);
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/write-offs/{writeOff}/decision", [Role.FinanceApprover], async (request, _) =>
    {
        var id = request.Route("id");
        var award = await request.Load(Award.Noun, id);
        return award.Ok
            ? request.On(Award.Noun, id, ReceiveRecovery.StreamsOf(award.Value), (now, _, _) => Decide(now, request.Route("writeOff"), request.Body, request.Actor))
            : award.Fault;
    });
}
