using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise of an accepted project applies for the award (申请奖补); the moment is the entry's, the claim window is for Funding's rule set.
/// Faults: claim.promise_missing, project.wrong_state.
/// </summary>
internal static class SubmitClaim
{
    public sealed record Body(bool Promise);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        (project.Open(actor, ProjectState.Accepted)
            ?? (body.Promise ? null : Project.PromiseMissing)) is { } fault
            ? fault
            : Decision.Accept(project.Stream, new ClaimSubmitted(project.Id));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/claim", [Role.Enterprise], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
