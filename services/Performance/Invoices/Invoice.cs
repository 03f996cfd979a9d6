using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Performance.Invoices;

/// <summary>
/// An invoice's number: 1 to 40 ASCII letters and digits. Small letters, blanks and dashes are put right where it is read, so that another way
/// of typing is not another invoice.
/// </summary>
[JsonConverter(typeof(ShapeJson<InvoiceNumber>))]
public readonly record struct InvoiceNumber(string Value) : IShape<InvoiceNumber>
{
    public const int LengthMax = 40;

    public static Text Wanted { get; } = new($"应为 1 到 {LengthMax} 位半角数字或字母的发票号码。", $"An invoice number of 1 to {LengthMax} ASCII digits or letters is asked for.");

    public static InvoiceNumber? Read(string text)
    {
        var number = text.Length > 2 * LengthMax ? "" : text.Replace(" ", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
        return number.Length is > 0 and <= LengthMax && number.All(char.IsAsciiLetterOrDigit) ? new(number) : null;
    }

    public override string ToString() => Value;
}

/// <summary>
/// An invoice (发票) as the city's claims use it: which project claims it, and who tried to claim it again (AC08, 多头申报).
/// Its stream is <c>invoice/&lt;number&gt;</c>; without a claimant it is free.
/// </summary>
public sealed record Invoice(string Number, string? Project, string? Enterprise, IReadOnlyList<string> Lines, IReadOnlyList<RefusedClaim> Refused)
{
    public static readonly Noun<Invoice> Noun = new(
        "invoice", new Invoice("", null, null, [], []), Apply, typeof(InvoiceClaimed), typeof(DuplicateInvoiceRefused), typeof(InvoiceReleased));

    private static Invoice Apply(Invoice invoice, object happened, EventMeta meta) => happened switch
    {
        InvoiceClaimed e => invoice with { Number = e.Number.Value, Project = e.Project, Enterprise = e.Enterprise, Lines = [.. invoice.Lines, .. e.Lines] },
        DuplicateInvoiceRefused e => invoice with { Refused = [.. invoice.Refused, new RefusedClaim(e.Project, e.Enterprise, e.Contract, meta.Actor.Sub, meta.At)] },
        InvoiceReleased e => invoice.Lines.Except(e.Lines).ToArray() is { Length: > 0 } left
            ? invoice with { Lines = left }
            : invoice with { Project = null, Enterprise = null, Lines = [] },
        _ => throw new InvalidOperationException($"an invoice knows no {happened.GetType().Name}"),
    };
}

/// <summary>A claim that was refused because the invoice is claimed already.</summary>
public sealed record RefusedClaim(string Project, string Enterprise, ContractId Contract, string Actor, DateTimeOffset At);

/// <summary>A project claims the invoice with these of its lines; amounts are their sum.</summary>
public sealed record InvoiceClaimed(InvoiceNumber Number, string Project, string Enterprise, IReadOnlyList<string> Lines, ContractId Contract, DateOnly IssuedOn, Money Net, Money Vat, Uscc? Seller);

/// <summary>Somebody tried to claim an invoice that is claimed already (AC08); <c>project</c> tried, <c>claimedByProject</c> has it.</summary>
public sealed record DuplicateInvoiceRefused(
    InvoiceNumber Number, string Project, string Enterprise, ContractId Contract, string ClaimedByProject, string ClaimedByEnterprise, Money Net, Money Vat);

/// <summary>The project has withdrawn these lines; without any left the invoice is free.</summary>
public sealed record InvoiceReleased(InvoiceNumber Number, string Project, IReadOnlyList<string> Lines);
