using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The district has been there and signs that the renovation is real (区级真实性核查, programme.md S9); the moment of signing is the entry's.
/// Faults: project.same_person (on record), evidence.needed, date.out_of_order and what any step may be refused for.
/// </summary>
internal static class VerifyOnSite
{
    public sealed record Body(DateOnly VisitedOn, Remark Opinion, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.AcceptanceApplied)
            ?? Sane.Day(body.VisitedOn, at, "/visitedOn")
            ?? Sane.Order(project.CompletedOn!.Value, DayNames.Completion, body.VisitedOn, DayNames.Visit, "/visitedOn")
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.OnSiteRecord, DocumentCode.Photographs)) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(OnSiteVerified))
                ?? Decision.Accept(project.Stream, new OnSiteVerified(project.Id, body.VisitedOn, body.Opinion, body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/verification", [Role.DistrictOfficer], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.On(Project.Noun, request.Route("id"), (project, at) => Decide(project, request.Body, stored, request.Actor, at));
        });
}
