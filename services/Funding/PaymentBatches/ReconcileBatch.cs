using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// What was sent and what became of it, by control totals and by line, now or at <c>?asOf=</c>: the bank accepted it, paid it, a statement shows it
/// booked, it failed or came back, or nothing is known of it; and what statements showed that should not be there. CSV and XLSX are the lines.
/// Fault: <c>payment_batch.unknown</c>.
/// </summary>
internal static class ReconcileBatch
{
    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    /// <summary>Where a line stands to the bank; <c>missing</c> was sent and is not answered.</summary>
    internal enum Outcome { NotSent, Missing, Accepted, Paid, Booked, Failed, Returned }

    internal sealed record Total(int Count, Money Amount);

    internal sealed record Line(string Id, string Award, string Payee, string Fund, Money Amount, Outcome Outcome, string? Said, string? Reference, string? Reason);

    /// <summary>Sent is what became of it: missing, accepted, paid, booked, failed and returned; reconciled, when a statement shows all that was paid and nothing else.</summary>
    internal sealed record Reconciliation(
        string Batch, Total Made, Total Sent, IReadOnlyDictionary<Outcome, Total> Outcomes, bool Reconciled, IReadOnlyList<UnexpectedBooking> Unexpected, IReadOnlyList<Line> Lines);

    internal static Outcome OutcomeOf(LineState line) => line.Status switch
    {
        LineStatus.Frozen or LineStatus.Blocked => Outcome.NotSent,
        LineStatus.ToPay => line.Said is null ? Outcome.Missing : Outcome.Accepted,
        LineStatus.Paid => line.Booked ? Outcome.Booked : Outcome.Paid,
        LineStatus.Failed => Outcome.Failed,
        LineStatus.Returned => Outcome.Returned,
    };

    internal static Reconciliation Of(PaymentBatch batch)
    {
        var outcomes = batch.Lines.GroupBy(OutcomeOf).OrderBy(g => g.Key).ToDictionary(g => g.Key, Sum);
        return new(
            batch.Id, Sum(batch.Lines), Sum(batch.Released), outcomes,
            batch.Unexpected.IsEmpty && outcomes.Keys.All(o => o is Outcome.NotSent or Outcome.Booked or Outcome.Failed or Outcome.Returned) && outcomes.Keys.Any(o => o != Outcome.NotSent),
            batch.Unexpected,
            [.. batch.Lines.Select(l => new Line(l.Is.Line, l.Is.Award, l.Is.To, l.Is.Fund, l.Is.Amount, OutcomeOf(l), l.Said, l.Reference, l.Reason ?? l.Code))]);
    }

    internal static void Map(Routes routes) => routes.Get("/payment-batches/{id}/reconciliation", Readers, async (request, _) =>
    {
        var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
        if (!batch.Ok) return batch.Fault;
        var reconciliation = Of(batch.Value);
        var table = new Table(
            $"reconciliation-{batch.Value.Id}",
            [("line", "笔"), ("award", "奖补"), ("payee", "收款人"), ("fund", "资金"), ("amount", "金额"), ("outcome", "结果"), ("said", "银行状态"), ("reference", "银行流水号"), ("reason", "原因")],
            _ => Rows(reconciliation).ToAsyncEnumerable());
        return table.AsAsked(request) ?? (object)reconciliation;
    });

    private static Total Sum(IEnumerable<LineState> lines) => lines.ToArray() switch { var all => new(all.Length, PaymentBatch.Sum(all)) };

    private static IEnumerable<string?[]> Rows(Reconciliation of) =>
        of.Lines.Select(l => new[] { l.Id, l.Award, l.Payee, l.Fund, l.Amount.ToString(), Word(l.Outcome), l.Said, l.Reference, l.Reason })
            .Concat(of.Unexpected.Select(u => new[] { u.Line, null, null, null, u.Amount.ToString(), "unexpected", null, u.Reference, u.Code }));

    private static string Word(Outcome outcome) => JsonNamingPolicy.KebabCaseLower.ConvertName(outcome.ToString());
}
