using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Invoices;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise withdraws a line of spend, e.g. because its invoice was reversed (红冲): the line no longer counts, and an invoice without lines is
/// free again. Faults: line.unknown, project.wrong_state.
/// </summary>
internal static class WithdrawSpend
{
    public sealed record Body(Remark Reason, InvoiceNumber Invoice);

    internal static Decision Decide(Project project, string lineId, Body body, Actor actor) =>
        project.Open(actor, ProjectState.Filed, ProjectState.Implementing, ProjectState.Completed) is { } closed ? closed
        : !project.Lines.Any(l => l.Id == lineId && l.Invoice.Number == body.Invoice) ? Project.LineUnknown(lineId)
        : Decision.Accept(
            new Change(project.Stream, new SpendWithdrawn(project.Id, lineId, body.Reason)),
            new Change(Invoice.Noun.StreamOf(body.Invoice.Value), new InvoiceReleased(body.Invoice, project.Id, [lineId])));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/lines/{line}/withdrawal", [Role.Enterprise], request =>
            request.On(
                Project.Noun, request.Route("id"), [Invoice.Noun.StreamOf(request.Body.Invoice.Value)],
                (project, _, _) => Decide(project, request.Route("line"), request.Body, request.Actor)));
}
