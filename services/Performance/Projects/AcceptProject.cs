using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The city accepts the project with its experts (通过验收, programme.md S11): somebody who took no step in another role, above all not the verification on site.
/// Faults: project.same_person (on record), evidence.needed, acceptance.satisfaction, date.out_of_order and what any step may be refused for.
/// </summary>
internal static class AcceptProject
{
    public sealed record Body(DateOnly AcceptedOn, IReadOnlyList<Document> Documents, int? Satisfaction = null);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.Evaluated)
            ?? Sane.Day(body.AcceptedOn, at, "/acceptedOn")
            ?? Sane.Order(project.Attempt!.AppliedOn, DayNames.Application, body.AcceptedOn, DayNames.Acceptance, "/acceptedOn")
            ?? Sane.Order(project.Attempt.VisitedOn!.Value, DayNames.Visit, body.AcceptedOn, DayNames.Acceptance, "/acceptedOn")
            ?? Sane.Order(ChinaTime.DayOf(project.EvaluationDoneAt!.Value), DayNames.Evaluation, body.AcceptedOn, DayNames.Acceptance, "/acceptedOn")
            ?? (body.Satisfaction is < 0 or > 100 ? Project.SatisfactionOutOfRange : null)
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.Minutes)) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(ProjectAccepted))
                ?? Decision.Accept(project.Stream, new ProjectAccepted(project.Id, body.AcceptedOn, body.Satisfaction, body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/acceptance", [Role.BureauApprover], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.On(Project.Noun, request.Route("id"), (project, at) => Decide(project, request.Body, stored, request.Actor, at));
        });
}
