using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The bureau records why a project has no special audit: most cities' rules ask for none (a special audit is stated for Nanjing only).
/// Faults: audit.recorded, project.same_person (on record), project.wrong_state.
/// </summary>
internal static class WaiveAudit
{
    public sealed record Body(Remark Reason);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        (project.Open(actor, ProjectState.AcceptanceApplied, ProjectState.DistrictVerified)
            ?? (project.Attempt?.Audit is not null ? Project.AuditDone : null)) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(AuditWaived))
                ?? Decision.Accept(project.Stream, new AuditWaived(project.Id, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/audit-waiver", [Role.BureauOfficer], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
