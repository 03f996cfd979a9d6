using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>
/// An evaluator without any part in the project records which assessment after the renovation is its result (第三方评测, programme.md S10); the level itself
/// is Assessment's, which is asked: it has to be the enterprise's confirmed result after renovation, found on site by this evaluator. Faults: evaluation.other_result, evaluation.not_on_site, evaluator.not_independent (on record), project.same_person (on record), evaluation.recorded, evidence.needed, date.out_of_order (AC27) and what any step may be refused for.
/// </summary>
internal static class RecordEvaluation
{
    public sealed record Body(OtherId Assessment, DateTimeOffset DoneAt, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, Body body, ResultFacts? result, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.DistrictVerified)
            ?? (project.Attempt?.Evaluation is not null ? Project.EvaluationDone : null)
            ?? Sane.Moment(body.DoneAt, at, "/doneAt")
            ?? Sane.Order(project.CompletedOn!.Value, DayNames.Completion, ChinaTime.DayOf(body.DoneAt), DayNames.Evaluation, "/doneAt")
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.EvaluationReport)) is { } fault
            ? fault
            : project.RefuseRelated(actor.Org, nameof(EvaluationRecorded))
                ?? project.RefuseSecondRole(actor, nameof(EvaluationRecorded))
                ?? (RefuseResult(body, result, actor) is { } refused ? refused : (Decision?)null)
                ?? Decision.Accept(project.Stream, new EvaluationRecorded(project.Id, body.Assessment.Value, body.DoneAt, body.Documents, result!.Level, result.Mode, result.Source));

    private static Fault? RefuseResult(Body body, ResultFacts? result, Actor actor) =>
        result is null || result.Assessment != body.Assessment.Value ? Project.OtherResult
        : !result.IsOnSite || result.Evaluator != actor.Org ? Project.NotOnSite
        : null;

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/evaluation", [Role.Evaluator], async (request, ct) =>
        {
            var found = await request.Load(Project.Noun, request.Route("id"));
            if (!found.Ok)
            {
                return found.Fault;
            }

            var result = await request.Service<AskResult>()(request.City, found.Value.Enterprise, ct);
            if (!result.Ok)
            {
                return result.Fault;
            }

            var stored = request.Stored(request.Body.Documents);
            return request.On(Project.Noun, request.Route("id"), (project, at) => Decide(project, request.Body, result.Value, stored, request.Actor, at));
        });
}
