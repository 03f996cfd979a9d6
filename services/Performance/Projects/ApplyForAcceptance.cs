using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Proofs;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise applies for acceptance (申请验收, programme.md S8). The file is complete, or the project stays where it is and every missing document
/// is named (AC48). Deadlines are for Funding's rule set. Faults: evidence.needed, date.out_of_order, proof.already_used (on record) and what any step may be refused for.
/// </summary>
internal static class ApplyForAcceptance
{
    /// <summary>What the states up to S8 ask for (programme.md §4, §5); a city's rule set may ask for more.</summary>
    private static readonly DocumentCode[] Needed =
    [
        DocumentCode.DiagnosisReport, DocumentCode.Contract, DocumentCode.NeedList, DocumentCode.PromiseLetter, DocumentCode.FilingForm,
        DocumentCode.CompletionReport, DocumentCode.InvoicesAndPayments, DocumentCode.InputList, DocumentCode.AcceptanceForm, DocumentCode.AfterAssessment,
    ];

    public sealed record Body(DateOnly AppliedOn, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, Body body, StoredFiles stored, Actor actor, DateTimeOffset at) =>
        (project.Open(actor, ProjectState.Completed)
            ?? Sane.Day(body.AppliedOn, at, "/appliedOn")
            ?? Sane.Order(project.CompletedOn!.Value, DayNames.Completion, body.AppliedOn, DayNames.Application, "/appliedOn")
            ?? stored.Hold(body.Documents)
            ?? project.Lacks(body.Documents, Needed)) is { } fault
            ? fault
            : Decision.Accept(project.Stream, new AcceptanceApplied(project.Id, body.AppliedOn, body.Documents));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/acceptance-application", [Role.Enterprise], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.OnProject(Proof.Of(request.Body.Documents), [], (project, _, at) => Decide(project, request.Body, stored, request.Actor, at));
        });
}
