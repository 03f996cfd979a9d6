using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The city does not accept the project, and says why; after rectification the enterprise may apply again, every attempt is recorded (Q8).
/// Faults: project.same_person (on record), project.wrong_state.
/// </summary>
internal static class RejectAcceptance
{
    public sealed record Body(Remark Reason);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        project.Open(actor, ProjectState.Evaluated) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(AcceptanceRejected))
                ?? Decision.Accept(project.Stream, new AcceptanceRejected(project.Id, project.Attempts, body.Reason));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/rejection", [Role.BureauApprover], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
