using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The bureau assigns the special audit (专项审计) of a project to an organisation that has no part in it (programme.md §3).
/// Faults: evaluator.not_independent (on record), project.same_person (on record), audit.recorded, project.wrong_state.
/// </summary>
internal static class AssignAudit
{
    public sealed record Body(OtherId Auditor);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        (project.Open(actor, ProjectState.AcceptanceApplied, ProjectState.DistrictVerified)
            ?? (project.Attempt?.Audit is not null ? Project.AuditDone : null)) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(AuditAssigned))
                ?? project.RefuseRelated(body.Auditor.Value, nameof(AuditAssigned))
                ?? Decision.Accept(project.Stream, new AuditAssigned(project.Id, body.Auditor.Value));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/audit-assignment", [Role.BureauOfficer], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
