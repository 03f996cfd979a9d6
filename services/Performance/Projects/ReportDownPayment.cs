using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Proofs;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise reports that a contract's down payment (首付款) is made, with its proof: one of the triggers of an advance (programme.md S5).
/// Faults: contract.unknown, down_payment.not_agreed, down_payment.reported, down_payment.short, down_payment.above_contract, proof.already_used (on record), evidence.needed and what any step may be refused for.
/// </summary>
internal static class ReportDownPayment
{
    public sealed record Body(DateOnly PaidOn, Money Amount, IReadOnlyList<Document> Documents);

    internal static Decision Decide(Project project, string contractId, Body body, StoredFiles stored, Actor actor, DateTimeOffset at)
    {
        if (project.Open(actor, ProjectState.Contracted, ProjectState.FilingChecked, ProjectState.Filed, ProjectState.Implementing) is { } closed)
        {
            return closed;
        }

        if (project.Contracts.FirstOrDefault(c => c.Id.Value == contractId) is not { } contract)
        {
            return Project.ContractUnknown(contractId, "/contract");
        }

        return ((contract.DownPayment is null ? Project.DownPaymentNone : null)
            ?? (contract.PaidDown is not null ? Project.DownPaymentAgain : null)
            ?? Sane.Day(body.PaidOn, at, "/paidOn")
            ?? Sane.Order(contract.SignedOn, DayNames.Signing, body.PaidOn, DayNames.DownPayment, "/paidOn")
            ?? (body.Amount < contract.DownPayment ? Project.DownPaymentShort(contract.DownPayment.Value) : null)
            ?? (body.Amount > contract.Amount ? Project.DownPaymentLong(contract.Amount) : null)
            ?? stored.Hold(body.Documents)
            ?? Project.Noun.Initial.Lacks(body.Documents, DocumentCode.DownPaymentProof)) is { } fault
            ? fault
            : Decision.Accept(project.Stream, new DownPaymentReported(project.Id, contract.Id, body.PaidOn, body.Amount, body.Documents));
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/contracts/{contract}/down-payment", [Role.Enterprise], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.OnProject(Proof.Of(request.Body.Documents), [], (project, _, at) => Decide(project, request.Route("contract"), request.Body, stored, request.Actor, at));
        });
}
