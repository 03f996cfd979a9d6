using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Proofs;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise or a provider reports completion (完工, programme.md S7) with the report, all invoices and payments, and the list of inputs.
/// Faults: project.no_contract, evidence.needed, date.out_of_order, proof.already_used (on record) and what any step may be refused for.
/// </summary>
internal static class CompleteProject
{
    public sealed record Body(DateOnly CompletedOn, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.Implementing)
            ?? project.NotContracted(actor)
            ?? Sane.Day(body.CompletedOn, at, "/completedOn")
            ?? Sane.Order(project.FirstSigning, DayNames.Signing, body.CompletedOn, DayNames.Completion, "/completedOn")
            ?? stored.Hold(body.Documents)
            ?? project.Lacks(body.Documents, DocumentCode.CompletionReport, DocumentCode.InvoicesAndPayments, DocumentCode.InputList)) is { } fault
            ? fault
            : Decision.Accept(project.Stream, new ProjectCompleted(project.Id, body.CompletedOn, body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/completion", [Role.Enterprise, Role.Provider], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.OnProject(Proof.Of(request.Body.Documents), [], (project, _, at) => Decide(project, request.Body, stored, request.Actor, at));
        });
}
