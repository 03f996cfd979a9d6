using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The assigned auditor records the eligible spend that the special audit (专项审计) found, on the rule's own base, and its findings (programme.md S10).
/// Faults: audit.not_assigned, audit.recorded, evaluator.not_independent (on record), project.same_person (on record), amount.negative, evidence.needed and what any step may be refused for.
/// </summary>
internal static class RecordAudit
{
    private const int FindingsMax = 15;

    private static readonly Fault Negative = new(
        FaultKind.Invalid, "amount.negative", new Text("金额不能为负。", "The amount cannot be negative."));

    public sealed record Body(Money Spend, DateTimeOffset DoneAt, IReadOnlyList<Document> Documents, IReadOnlyList<Remark>? Findings = null);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.DistrictVerified)
            ?? (project.Attempt?.Auditor != actor.Org ? Project.AuditNotAssigned : null)
            ?? (project.Attempt?.Audit is not null ? Project.AuditDone : null)
            ?? (body.Spend < Money.Zero ? Negative : null)
            ?? Sane.Moment(body.DoneAt, at, "/doneAt")
            ?? Sane.Order(project.CompletedOn!.Value, DayNames.Completion, ChinaTime.DayOf(body.DoneAt), DayNames.Audit, "/doneAt")
            ?? Sane.Count(body.Findings?.Count ?? 0, 0, FindingsMax, "/findings")
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.AuditReport)) is { } fault
            ? fault
            : project.RefuseRelated(actor.Org, nameof(AuditRecorded))
                ?? project.RefuseSecondRole(actor, nameof(AuditRecorded))
                ?? Decision.Accept(project.Stream, new AuditRecorded(project.Id, body.Spend, body.DoneAt, body.Findings ?? [], body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/audit", [Role.Evaluator], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.On(Project.Noun, request.Route("id"), (project, at) => Decide(project, request.Body, stored, request.Actor, at));
        });
}
