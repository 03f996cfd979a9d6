using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Proofs;

namespace PilotCity.Performance.Projects;

/// <summary>
/// A provider of the project reports a milestone (里程碑) with its evidence; the first is the kick-off (programme.md S6).
/// Faults: project.no_contract, milestone.too_many, evidence.needed, proof.already_used (on record) and what any step may be refused for.
/// </summary>
internal static class ReportMilestone
{
    public sealed record Body(Label Name, DateOnly ReachedOn, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.Filed, ProjectState.Implementing)
            ?? project.NotContracted(actor)
            ?? (project.Milestones.Count >= Project.MilestonesMax ? Project.MilestonesFull : null)
            ?? Sane.Day(body.ReachedOn, at, "/reachedOn")
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.MilestoneReport)) is { } fault
            ? fault
            : Decision.Accept(project.Stream, new MilestoneReported(project.Id, body.Name, body.ReachedOn, body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/milestones", [Role.Provider], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.OnProject(Proof.Of(request.Body.Documents), [], (project, _, at) => Decide(project, request.Body, stored, request.Actor, at));
        });
}
