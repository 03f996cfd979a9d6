using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Projects;

/// <summary>The bureau assigns the project to a batch (批次), in cities whose rule pays by batch. Faults: batch.unknown, project.wrong_state, project.same_person (on record).</summary>
internal static class AssignBatch
{
    public sealed record Body(string Batch);

    internal static Decision Decide(Project project, Body body, Actor actor) =>
        (project.Open(
                actor, ProjectState.Diagnosed, ProjectState.Contracted, ProjectState.FilingChecked, ProjectState.Filed, ProjectState.Implementing,
                ProjectState.Completed, ProjectState.AcceptanceApplied, ProjectState.DistrictVerified, ProjectState.Evaluated)
            ?? (body.Batch is "1" or "2" or "3" ? null : Project.BatchUnknown)) is { } fault
            ? fault
            : project.RefuseSecondRole(actor, nameof(BatchAssigned))
                ?? Decision.Accept(project.Stream, new BatchAssigned(project.Id, body.Batch));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/batch", [Role.BureauOfficer], request =>
            request.On(Project.Noun, request.Route("id"), (project, _) => Decide(project, request.Body, request.Actor)));
}
