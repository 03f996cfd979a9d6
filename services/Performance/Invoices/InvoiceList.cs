using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Invoices;

/// <summary>
/// The invoices that the city's projects claim, and who tried to claim one again (<c>refused=true</c>): for the authorities, the auditor above all (AC08).
/// </summary>
internal static class InvoiceList
{
    private static readonly Role[] Readers =
        [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Evaluator, Role.Auditor];

    internal static readonly ReadModel<Invoice> Model = new(
        "invoice", 1, Invoice.Noun, invoice => invoice,
        new Column<Invoice>("project", "项目", i => i.Project),
        new Column<Invoice>("enterprise", "企业", i => i.Enterprise),
        new Column<Invoice>("refused", "重复申报", i => i.Refused.Count > 0));

    internal static void Map(Routes routes)
    {
        routes.List("/invoices", Readers, Model);
        routes.Get("/invoices/{number}", Readers, async (request, _) =>
        {
            var found = await request.Load(Invoice.Noun, InvoiceNumber.Read(request.Route("number"))?.Value ?? request.Route("number"));
            if (!found.Ok)
            {
                return found.Fault;
            }

            return found.Value;
        });
    }
}
