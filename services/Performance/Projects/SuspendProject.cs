using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>The bureau halts a project (暂停) until the reason is gone. Faults: project.wrong_state, project.same_person (on record).</summary>
internal static class SuspendProject
{
    public sealed record Body(Remark Reason);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        project.Open(
            actor, ProjectState.Diagnosed, ProjectState.Contracted, ProjectState.FilingChecked, ProjectState.Filed, ProjectState.Implementing, ProjectState.Completed,
            ProjectState.AcceptanceApplied, ProjectState.DistrictVerified, ProjectState.Evaluated) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(ProjectSuspended))
                ?? Decision.Accept(project.Stream, new ProjectSuspended(project.Id, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/suspension", [Role.BureauOfficer], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
