using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The bureau's approver ends a project before its acceptance (终止), for good. Its invoices stay claimed: what was once declared here is not declared elsewhere.
/// Faults: project.wrong_state, project.same_person (on record).
/// </summary>
internal static class TerminateProject
{
    public sealed record Body(Remark Reason);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        project.Open(
            actor, ProjectState.Diagnosed, ProjectState.Contracted, ProjectState.FilingChecked, ProjectState.Filed, ProjectState.Implementing, ProjectState.Completed,
            ProjectState.AcceptanceApplied, ProjectState.DistrictVerified, ProjectState.Evaluated, ProjectState.Suspended) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(ProjectTerminated))
                ?? Decision.Accept(project.Stream, new ProjectTerminated(project.Id, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/termination", [Role.BureauApprover], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
