using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Proofs;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise reports a payment (付款) on a line that it has reported before.
/// Faults: line.unknown, payment.above_invoice, payment.payer_other, payment.payee_other, proof.already_used (on record) and what any step may be refused for.
/// </summary>
internal static class ReportPayment
{
    public sealed record Body(Payment Payment, IReadOnlyList<Document>? Documents = null);

    internal static Decision Decide(Project project, string lineId, Body body, StoredFiles stored, Actor actor, DateTimeOffset at)
    {
        if (project.Open(actor, ProjectState.Filed, ProjectState.Implementing, ProjectState.Completed) is { } closed)
        {
            return closed;
        }

        if (project.Lines.FirstOrDefault(l => l.Id == lineId) is not { } line)
        {
            return Project.LineUnknown(lineId);
        }

        return (Payments.Unsound(project, project.ContractOf(line.Contract)!, line.Gross, line.Payments, [body.Payment], at, "/payment")
            ?? stored.Hold(body.Documents ?? [])) is { } fault
            ? fault
            : Decision.Accept(project.Stream, new PaymentReported(project.Id, lineId, body.Payment, body.Documents ?? []));
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/lines/{line}/payments", [Role.Enterprise], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.OnProject(Proof.Of(request.Body.Documents).Concat(Proof.Of([request.Body.Payment])), [], (project, _, at) => Decide(project, request.Route("line"), request.Body, stored, request.Actor, at));
        });
}
