using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// A finance officer proposes to write off what has to come back and cannot be collected (核销), with reason and document; a second person decides.
/// Faults: <c>award.no_recovery</c>, <c>write_off.open</c>, <c>write_off.too_many</c>, <c>write_off.amount</c>, <c>write_off.reason</c>,
/// <c>write_off.document</c>, <c>award.same_person</c> (on record).
/// </summary>
internal static class ProposeWriteOff
{
    public sealed record Body(Money Amount, string Reason, string Document);

    /// <summary>Each stays in the award's state.</summary>
    private const int ProposalsMax = 20;

    internal sealed record Told(string WriteOff);

    internal static readonly Fault AlreadyOpen = new(
        FaultKind.Conflict, "write_off.open", new("已有核销建议尚未决定。", "A proposal to write off is not decided yet."));

    internal static readonly Fault TooMany = new(
        FaultKind.TooMany, "write_off.too_many", new($"该奖补的核销建议已达 {ProposalsMax} 件。", $"There are {ProposalsMax} proposals on this award already."));

    internal static Fault AmountWrong(Money due) => new(
        FaultKind.Refused, "write_off.amount", new($"核销金额应大于零且不超过待收回的 {due} 元。", $"The amount is above zero and at most what is still due, {due}."));

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "write_off.reason", new("核销须说明理由（1 至 500 个字符）。", "Writing off asks for a reason of 1 to 500 characters."));

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "write_off.document", new("文号应为 1 至 100 个字符。", "The number of the document has 1 to 100 characters."));

    internal static Decision Decide(Award award, string id, Body body, Actor actor)
    {
        var due = new Money(award.Due.Sum(d => d.Value.Fen));
        return due.Fen == 0 ? AwardFaults.NoRecovery
            : award.WriteOffs.Exists(w => w.Open) ? AlreadyOpen
            : award.WriteOffs.Count >= ProposalsMax ? TooMany
            : Duties.Refuse(award, Duty.ProposeWriteOff, actor) is { } refused ? refused
            : body.Amount.Fen <= 0 || body.Amount > due ? AmountWrong(due)
            : (Wrong(body.Reason, body.Document) is { } wrong) ? wrong
            : Decision.Accept(Award.Noun.StreamOf(award.Id), new WriteOffProposed(id, body.Amount, body.Reason, body.Document)).Answering($"/awards/{award.Id}", new Told(id));
    }

    internal static Fault? Wrong(string reason, string document) =>
        string.IsNullOrWhiteSpace(reason) || reason.Length > 500 ? ReasonWrong
        : string.IsNullOrWhiteSpace(document) || document.Length > 100 ? DocumentWrong
        : null;

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/write-offs", [Role.FinanceOfficer], request =>
        request.On(Award.Noun, request.Route("id"), (award, _) => Decide(award, request.CommandId.ToString("N", CultureInfo.InvariantCulture)[..12], request.Body, request.Actor)));
}
