using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Invoices;
using PilotCity.Performance.Proofs;

namespace PilotCity.Performance.Projects;

/// <summary>
/// The enterprise reports spend (改造投入), one line per invoice line; lines of one invoice come in one report. An invoice that the city knows
/// already, from whichever project, is refused and the attempt stays on record (AC08). An invoice older than its contract is flagged (AC07).
/// Faults: contract.unknown, invoice.already_claimed (on record), invoice.differs, invoice.line_twice, spend.vat_above_rate, spend.above_contract,
/// spend.too_many, payment.above_invoice, payment.payer_other, payment.payee_other, proof.already_used (on record) and what any step may be refused for.
/// </summary>
internal static class ReportSpend
{
    /// <summary>Lines in one report: a page of a person's work, and far from what one transaction can hold.</summary>
    private const int LinesMax = 50;

    public sealed record Body(IReadOnlyList<Line> Lines, IReadOnlyList<Document>? Documents = null);

    public sealed record Line(ContractId Contract, SpendCategory Category, InvoiceLine Invoice, Label? Description = null, IReadOnlyList<Payment>? Payments = null);

    internal static Decision Decide(Project project, Streams streams, Body body, StoredFiles stored, Actor actor, DateTimeOffset at)
    {
        if ((project.Open(actor, ProjectState.Filed, ProjectState.Implementing, ProjectState.Completed)
            ?? Sane.Count(body.Lines.Count, 1, LinesMax, "/lines")
            ?? (project.Lines.Count + body.Lines.Count > Project.LinesMax ? Project.LinesFull : null)
            ?? body.Lines.Select((line, i) => project.Unsound(line, at, $"/lines/{i}")).FirstOrDefault(f => f is not null)
            ?? SameInvoice(body.Lines)
            ?? project.AboveContract(body.Lines)
            ?? stored.Hold(body.Documents ?? [])) is { } fault)
        {
            return fault;
        }

        var claims = body.Lines.GroupBy(l => l.Invoice.Number).ToList();
        var doubles = claims.Where(c => streams.Get(Invoice.Noun, c.Key.Value).Project is not null).ToList();
        if (doubles.Count > 0)
        {
            return Decision.RefuseOnRecord(
                Project.InvoiceClaimed([.. doubles.Select(d => d.Key)]),
                [.. doubles.Select(d => project.Refused(d, streams.Get(Invoice.Noun, d.Key.Value)))]);
        }

        var lines = body.Lines.Select((line, i) => project.Numbered(line, project.LinesReported + 1 + i)).ToList();
        return Decision.Accept([
                .. claims.Select(claim => project.Claimed(claim, lines)),
                .. lines.Select((line, i) => new Change(project.Stream, new SpendReported(project.Id, line, i == 0 ? body.Documents ?? [] : []))),
            ])
            .Answering(null, new Reported([.. lines.Select(l => l.Id)]));
    }

    /// <summary>A line by itself: its contract exists, its amounts and days can be, its payments are not above it and between the right parties.</summary>
    private static Fault? Unsound(this Project project, Line line, DateTimeOffset at, string path) =>
        project.ContractOf(line.Contract) is not { } contract
            ? Project.ContractUnknown(line.Contract.Value, $"{path}/contract")
            : Sane.Positive(line.Invoice.Net, $"{path}/invoice/net")
                ?? (line.Invoice.Vat < Money.Zero ? Sane.Positive(line.Invoice.Vat, $"{path}/invoice/vat") : null)
                ?? (VatIsAboveRate(line.Invoice) ? Project.VatAbove($"{path}/invoice/vat") : null)
                ?? Sane.Day(line.Invoice.IssuedOn, at, $"{path}/invoice/issuedOn")
                ?? Payments.Unsound(project, contract, line.Invoice.Net + line.Invoice.Vat, [], line.Payments ?? [], at, $"{path}/payments");

    /// <summary>13 % is the highest rate since 2019; one fen more is the rounding of the line.</summary>
    private static bool VatIsAboveRate(InvoiceLine invoice) => (invoice.Vat.Fen - 1) * 100 > invoice.Net.Fen * 13;

    private static Fault? SameInvoice(IReadOnlyList<Line> lines)
    {
        var first = new Dictionary<InvoiceNumber, Line>();
        var seen = new HashSet<(InvoiceLine, SpendCategory, Label?)>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var path = $"/lines/{i}/invoice";
            if (!seen.Add((line.Invoice, line.Category, line.Description)))
            {
                return Project.InvoiceLineTwice(line.Invoice.Number, path);
            }

            if (first.TryGetValue(line.Invoice.Number, out var earlier)
                && (earlier.Invoice.IssuedOn, earlier.Invoice.Seller, earlier.Contract) != (line.Invoice.IssuedOn, line.Invoice.Seller, line.Contract))
            {
                return Project.InvoiceDiffers(line.Invoice.Number, path);
            }

            first.TryAdd(line.Invoice.Number, line);
        }

        return null;
    }

    private static Fault? AboveContract(this Project project, IReadOnlyList<Line> lines)
    {
        foreach (var contract in project.Contracts)
        {
            var invoiced = project.Lines.Where(l => l.Contract == contract.Id).Select(l => l.Gross)
                .Concat(lines.Where(l => l.Contract == contract.Id).Select(l => l.Invoice.Net + l.Invoice.Vat))
                .Aggregate(Money.Zero, (sum, gross) => sum + gross);
            if (invoiced > contract.Amount)
            {
                return Project.AboveContract(contract, invoiced);
            }
        }

        return null;
    }

    private static SpendLine Numbered(this Project project, Line line, int number) => new(
        string.Create(CultureInfo.InvariantCulture, $"L{number}"), line.Contract, line.Category, line.Description, line.Invoice, line.Payments ?? [],
        line.Invoice.IssuedOn < project.ContractOf(line.Contract)!.SignedOn ? ["AC07"] : []);

    private static Change Claimed(this Project project, IGrouping<InvoiceNumber, Line> claim, IReadOnlyList<SpendLine> lines) => new(
        Invoice.Noun.StreamOf(claim.Key.Value),
        new InvoiceClaimed(
            claim.Key, project.Id, project.Enterprise, [.. lines.Where(l => l.Invoice.Number == claim.Key).Select(l => l.Id)],
            claim.First().Contract, claim.First().Invoice.IssuedOn, Net(claim), Vat(claim), claim.First().Invoice.Seller));

    private static Change Refused(this Project project, IGrouping<InvoiceNumber, Line> claim, Invoice invoice) => new(
        Invoice.Noun.StreamOf(claim.Key.Value),
        new DuplicateInvoiceRefused(
            claim.Key, project.Id, project.Enterprise, claim.First().Contract, invoice.Project!, invoice.Enterprise!, Net(claim), Vat(claim)));

    private static Money Net(IEnumerable<Line> lines) => lines.Aggregate(Money.Zero, (sum, l) => sum + l.Invoice.Net);

    private static Money Vat(IEnumerable<Line> lines) => lines.Aggregate(Money.Zero, (sum, l) => sum + l.Invoice.Vat);

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/projects/{id}/spend", [Role.Enterprise], request =>
        {
            var stored = request.Stored(request.Body.Documents);
            return request.OnProject(
                Proof.Of(request.Body.Documents).Concat(Proof.Of(request.Body.Lines.SelectMany(l => l.Payments ?? []))),
                [.. request.Body.Lines.Select(l => Invoice.Noun.StreamOf(l.Invoice.Number.Value)).Distinct()],
                (project, streams, at) => Decide(project, streams, request.Body, stored, request.Actor, at));
        });

    /// <summary>What the caller is told: the ids that the lines were given.</summary>
    public sealed record Reported(IReadOnlyList<string> Lines);
}
