using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The city confirms the filing (备案确认) that the district has checked; another person than there (programme.md S4).
/// Faults: project.same_person (on record), date.in_future, date.too_early, date.out_of_order, project.wrong_state.
/// </summary>
internal static class ConfirmFiling
{
    public sealed record Body(DateOnly FiledOn);

    internal static Decision Decide(Project project, Body body, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.FilingChecked)
            ?? Sane.Day(body.FiledOn, at, "/filedOn")
            ?? Sane.Order(project.FirstSigning, DayNames.Signing, body.FiledOn, DayNames.Filing, "/filedOn")) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(FilingConfirmed))
                ?? Decision.Accept(project.Stream, new FilingConfirmed(project.Id, body.FiledOn));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/filing-confirmation", [Role.BureauOfficer], request =>
            request.On(Project.Noun, request.Route("id"), (project, at) => Decide(project, request.Body, request.Actor, at)));
}
