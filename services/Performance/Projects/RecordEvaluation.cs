using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>
/// An evaluator without any part in the project records which assessment after the renovation is its result (第三方评测, programme.md S10); the level itself
/// is Assessment's. Faults: evaluator.not_independent (on record), project.same_person (on record), evaluation.recorded, evidence.needed, date.out_of_order (AC27) and what any step may be refused for.
/// </summary>
internal static class RecordEvaluation
{
    public sealed record Body(OtherId Assessment, DateTimeOffset DoneAt, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.DistrictVerified)
            ?? (project.Attempt?.Evaluation is not null ? Project.EvaluationDone : null)
            ?? Sane.Moment(body.DoneAt, at, "/doneAt")
            ?? Sane.Order(project.CompletedOn!.Value, DayNames.Completion, ChinaTime.DayOf(body.DoneAt), DayNames.Evaluation, "/doneAt")
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.EvaluationReport)) is { } fault
            ? fault
            : project.RefuseRelated(actor.Org, nameof(EvaluationRecorded))
                ?? project.RefuseSecondRole(actor, nameof(EvaluationRecorded))
                ?? Decision.Accept(project.Stream, new EvaluationRecorded(project.Id, body.Assessment.Value, body.DoneAt, body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/evaluation", [Role.Evaluator], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.On(Project.Noun, request.Route("id"), (project, at) => Decide(project, request.Body, stored, request.Actor, at));
        });
}
