using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// An officer gives a project back with the reason (退回, programme.md S4, S9): a filing to the parties, a completion or an acceptance file to the enterprise.
/// The district returns what it is asked to verify, the bureau any of them. Faults: project.nothing_to_return, project.same_person (on record).
/// </summary>
internal static class ReturnProject
{
    public sealed record Body(Remark Reason);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        !project.IsOf(actor) ? SliceFaults.Unknown(Project.Noun.Category, project.Id)
        : To(project.State, actor.Role) is not { } to ? Project.ReturnNowhere
        : project.RefuseSecondRole(actor, nameof(ProjectReturned))
            ?? Decision.Accept(project.Stream, new ProjectReturned(project.Id, project.State, to, body.Reason));

    private static ProjectState? To(ProjectState state, Role role) => state switch
    {
        ProjectState.AcceptanceApplied => ProjectState.Completed,
        ProjectState.FilingChecked when role == Role.BureauOfficer => ProjectState.Contracted,
        ProjectState.Completed when role == Role.BureauOfficer => ProjectState.Implementing,
        ProjectState.DistrictVerified or ProjectState.Evaluated when role == Role.BureauOfficer => ProjectState.Completed,
        _ => null,
    };

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/return", [Role.DistrictOfficer, Role.BureauOfficer], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
