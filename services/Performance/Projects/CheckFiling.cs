using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The district checks the filing (备案初审) of a contracted project, before the city confirms it (programme.md S4).
/// Faults: project.same_person (on record), evidence.needed and what any step may be refused for.
/// </summary>
internal static class CheckFiling
{
    public sealed record Body(Remark Opinion, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor) =>
        (project.Open(actor, ProjectState.Contracted)
            ?? stored.Hold(body.Documents)
            ?? project.Lacks(body.Documents, DocumentCode.FilingForm)) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(FilingChecked))
                ?? Decision.Accept(project.Stream, new FilingChecked(project.Id, body.Opinion, body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/filing-check", [Role.DistrictOfficer], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, stored, request.Actor));
        });
}
