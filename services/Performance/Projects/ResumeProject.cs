using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>The bureau lets a suspended project go on where it was (恢复). Faults: project.wrong_state, project.same_person (on record).</summary>
internal static class ResumeProject
{
    public sealed record Body(Remark Reason);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        project.Open(actor, ProjectState.Suspended) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(ProjectResumed))
                ?? Decision.Accept(project.Stream, new ProjectResumed(project.Id, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/resumption", [Role.BureauOfficer], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
