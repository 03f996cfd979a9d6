using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau confirms by a document that what an instalment waited for is there; it may be paid. Who approved the award does not confirm.
/// Faults: <c>award.payment_unknown</c>, <c>award.no_condition</c>, <c>award.condition_document</c>, <c>award.evidence</c>,
/// <c>award.same_person</c> (on record).
/// </summary>
internal static class ConfirmCondition
{
    /// <summary>The document's number, and the SHA-256 of its file.</summary>
    public sealed record Body(string Document, string Evidence);

    internal static readonly Fault NoCondition = new(
        FaultKind.Conflict, "award.no_condition", new("该笔款项没有待确认的条件。", "The payment waits for no condition that is to be confirmed."));

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "award.condition_document", new("文件号应为 1 至 100 个字符。", "The number of the document has 1 to 100 characters."));

    internal static readonly Fault EvidenceWrong = new(
        FaultKind.Invalid, "award.evidence", new($"佐证应为 1 至 {Evidence.FilesMax} 个文件的 SHA-256（64 位小写十六进制）。", $"Evidence is the SHA-256 of 1 to {Evidence.FilesMax} files, 64 lower-case hexadecimal digits each."));

    internal static Fault Unknown(string payment) => new(
        FaultKind.NotFound, "award.payment_unknown", new($"该奖补没有这一笔：{payment}。", $"The award has no payment '{payment}'."));

    internal static Decision Decide(Award award, string payment, Body body, Actor actor) =>
        award.Find(TrancheKind.Final, payment) is not { } tranche ? Unknown(payment)
        : tranche is not { Status: TrancheStatus.Held, Condition: { Requires: not null, Outcome: null } } ? NoCondition
        : Duties.Refuse(award, Duty.Handle, actor) is { } refused ? refused
        : string.IsNullOrWhiteSpace(body.Document) || body.Document.Length > 100 ? DocumentWrong
        : !Evidence.IsSha256(body.Evidence) ? EvidenceWrong
        : Decision.Accept(Award.Noun.StreamOf(award.Id), new ConditionConfirmed(payment, body.Document, body.Evidence));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/payments/{payment}/confirmation", [Role.BureauOfficer], request =>
        request.On(Award.Noun, request.Route("id"), (award, _) => Decide(award, request.Route("payment"), request.Body, request.Actor)));
}
