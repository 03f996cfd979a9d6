using System.Security.Cryptography;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The bank's result settles the lines of a released batch, all rows or none: a paid line posts its reservation and pays the award's tranche,
/// a failed one keeps its reservation and may go into a new batch. The same file again changes nothing; a line is settled once (AC36).
/// Faults: <c>bank_result.has_errors</c> (with every wrong row), <c>bank_result.other_batch</c>, <c>payment_batch.not_released</c>.
/// </summary>
internal static class ImportBankResult
{
    internal sealed record Imported(int Paid, Money PaidTotal, int Failed, Money FailedTotal, bool Repeated);

    internal static Fault OtherBatch(string named, string batch) => new(
        FaultKind.Invalid, "bank_result.other_batch", new($"文件属于批次“{(named.Length > 40 ? named[..40] : named)}”，不是“{batch}”。", $"The file is for the batch '{(named.Length > 40 ? named[..40] : named)}', not for '{batch}'."));

    internal static Decision Decide(PaymentBatch batch, BankResultFile file, string sha256, Func<string, Fund> fundOf, DateTimeOffset at)
    {
        if (file.Batch != batch.Id) return OtherBatch(file.Batch, batch.Id);
        if (batch.ApprovedAt is not { } approvedAt) return ExportBatch.NotReleased;
        if (batch.Results.Contains(sha256)) return Decision.Accept().Answering(null, new Imported(0, Money.Zero, 0, Money.Zero, true));
        var wrong = new List<FaultDetail>();
        foreach (var row in file.Rows) Check(batch, row, approvedAt, at, wrong);
        return wrong.Count > 0 ? BankResultFile.Wrong(wrong) : Settle(batch, file, sha256, fundOf);
    }

    internal static void Map(Routes routes) => routes.FileCommand("POST", "/payment-batches/{id}/result", [Role.FinanceOfficer], BankResultFile.BytesMax, "text/csv", async (request, _) =>
    {
        var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
        if (!batch.Ok) return batch.Fault;
        var file = BankResultFile.Read(request.Body);
        if (!file.Ok) return file.Fault;
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(request.Body));
        var lines = batch.Value.Lines.Select(l => l.Is).ToArray();
        return request.On(
            PaymentBatch.Noun, batch.Value.Id,
            [.. lines.Select(l => Award.Noun.StreamOf(l.Award)).Distinct(StringComparer.Ordinal), .. lines.Select(l => Fund.Noun.StreamOf(l.Fund)).Distinct(StringComparer.Ordinal)],
            (now, streams, at) => Decide(now, file.Value, sha256, f => streams.Get(Fund.Noun, f), at));
    });

    private static void Check(PaymentBatch batch, ResultRow row, DateTimeOffset approvedAt, DateTimeOffset at, List<FaultDetail> wrong)
    {
        if (batch.Lines.FirstOrDefault(l => l.Is.Line == row.Line) is not { } line)
            BankResultFile.Add(wrong, row.Row, "bank_result.line_unknown", "本批次没有这一笔", "the batch has no such line");
        else if (line.Status != LineStatus.ToPay)
            BankResultFile.Add(wrong, row.Row, "bank_result.line_settled", "这一笔未签发或已有结果", "the line was not released, or its result is known already");
        else if (line.Is.Amount != row.Amount)
            BankResultFile.Add(wrong, row.Row, "bank_result.amount_differs", $"金额应为 {line.Is.Amount} 元", $"the line's amount is {line.Is.Amount}");
        else if (row.PaidAt is { } paidAt && (paidAt < approvedAt || paidAt > at))
            BankResultFile.Add(wrong, row.Row, "bank_result.paid_at", "付款时刻应在签发之后、当前时刻之前", "the moment of payment lies between the batch's release and now");
        else if (row.Reference is { } reference && batch.Lines.Any(l => l.Reference == reference))
            BankResultFile.Add(wrong, row.Row, "bank_result.reference_repeated", $"银行流水号“{reference}”已用于另一笔", $"the bank's reference '{reference}' paid another line already");
    }

    private static Decision Settle(PaymentBatch batch, BankResultFile file, string sha256, Func<string, Fund> fundOf)
    {
        var lines = batch.Lines.ToDictionary(l => l.Is.Line, l => l.Is, StringComparer.Ordinal);
        var results = file.Rows.Select(r => new BankResult(r.Line, lines[r.Line].Award, r.Paid, r.Amount, r.Reference, r.PaidAt?.ToUniversalTime(), r.Reason)).ToArray();
        var (paid, failed) = (results.Where(r => r.Paid).ToArray(), results.Where(r => !r.Paid).ToArray());
        var (paidTotal, failedTotal) = (new Money(paid.Sum(r => r.Amount.Fen)), new Money(failed.Sum(r => r.Amount.Fen)));
        var changes = new List<Change>
        {
            new(PaymentBatch.Noun.StreamOf(batch.Id), new BankResultImported(sha256, results.Length, paidTotal, failedTotal, results)),
        };
        foreach (var result in results)
        {
            var line = lines[result.Line];
            var award = Award.Noun.StreamOf(line.Award);
            if (!result.Paid)
            {
                changes.Add(new(award, new TrancheReleased(line.Tranche, batch.Id, line.Line, "bank.failed", result.Reason, line.Payment)));
                continue;
            }

            changes.Add(new(award, new TranchePaid(line.Tranche, batch.Id, line.Line, line.Amount, result.Reference!, result.PaidAt!.Value, line.Payment)));
            changes.Add(new(Fund.Noun.StreamOf(line.Fund), new ReservationPosted(line.Award, batch.Id, line.Line, line.Amount)));
        }

        return Fund.Refuses(changes, fundOf) is { } fault ? fault : Decision.Accept(changes).Answering(null, new Imported(paid.Length, paidTotal, failed.Length, failedTotal, false));
    }
}
