using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;
using PilotCity.Funding.BankMessages;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>
/// The bank's answer settles the lines of a released batch, all of the file or nothing: a paid line posts its reservation and pays the award's
/// tranche, a failed one keeps its reservation and may go into a new batch, one on its way waits. It comes as the bank's CSV or as pain.002. The
/// same file again changes nothing; a line is settled once, and a reference pays one line of the city's (AC36).
/// Faults: <c>bank_result.has_errors</c> and <c>bank_message.has_errors</c> (with every wrong place), <c>bank_result.other_batch</c>,
/// <c>payment_batch.not_released</c>.
/// </summary>
internal static class ImportBankResult
{
    internal sealed record Imported(int Paid, Money PaidTotal, int Failed, Money FailedTotal, bool Repeated, int OnTheWay = 0);

    internal static Fault OtherBatch(string named, string batch) => new(
        FaultKind.Invalid, "bank_result.other_batch", new($"文件属于批次“{(named.Length > 40 ? named[..40] : named)}”，不是“{batch}”。", $"The file is for the batch '{(named.Length > 40 ? named[..40] : named)}', not for '{batch}'."));

    internal static Decision Decide(
        PaymentBatch batch, Func<PaymentBatch, Result<BankAnswer>> answerOf, string sha256, Func<string, Fund> fundOf, Func<string, BankReference> referenceOf, DateTimeOffset at)
    {
        var read = answerOf(batch);
        if (!read.Ok) return read.Fault;
        var answer = read.Value;
        if (answer.Batch != batch.Id) return OtherBatch(answer.Batch, batch.Id);
        if (batch.ApprovedAt is not { } approvedAt) return ExportBatch.NotReleased;
        if (batch.Results.Contains(sha256)) return Decision.Accept().Answering(null, new Imported(0, Money.Zero, 0, Money.Zero, true));
        var lines = batch.Lines.ToDictionary(l => l.Is.Line, StringComparer.Ordinal);
        var wrong = new List<FaultDetail>();
        var used = batch.Lines.Select(l => l.Reference).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var line in answer.Lines) Check(lines, line, r => used.Contains(r) || referenceOf(r).Line.Length > 0, approvedAt, at, wrong);
        foreach (var line in answer.OnTheWay) if (!lines.ContainsKey(line.Said.Line)) Unknown(wrong, line.Place);
        return wrong.Count > 0 ? BankResultFile.Wrong(wrong) : Settle(batch, lines, answer, sha256, fundOf);
    }

    internal static void Map(Routes routes) => routes.FileCommand("POST", "/payment-batches/{id}/result", [Role.FinanceOfficer], MessageReader.BytesMax, "text/csv", async (request, _) =>
    {
        var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
        if (!batch.Ok) return batch.Fault;
        var answerOf = Read(request.Body, request.Header("Content-Type"));
        if (!answerOf.Ok) return answerOf.Fault;

        // The lines of a batch never change: an answer on it names the same references whenever it is read.
        var answer = answerOf.Value(batch.Value);
        if (!answer.Ok) return answer.Fault;
        var sha256 = BatchFiles.Sha256(request.Body);
        var lines = batch.Value.Lines.Select(l => l.Is).ToArray();
        var references = answer.Value.Lines.Select(l => l.Reference).OfType<string>().Distinct(StringComparer.Ordinal).ToDictionary(r => r, BankReference.StreamOf, StringComparer.Ordinal);
        return request.On(
            PaymentBatch.Noun, batch.Value.Id,
            [.. lines.Select(l => Award.Noun.StreamOf(l.Award)).Distinct(StringComparer.Ordinal), .. lines.Select(l => Fund.Noun.StreamOf(l.Fund)).Distinct(StringComparer.Ordinal), .. references.Values],
            (now, streams, at) => Decide(
                now, answerOf.Value, sha256, f => streams.Get(Fund.Noun, f), r => references.ContainsKey(r) ? streams.Get(BankReference.Noun, BankReference.IdOf(r)) : BankReference.Noun.Initial, at));
    }, ["application/xml", "text/xml"]);

    /// <summary>What the file says of a batch, by the format that the request names.</summary>
    private static Result<Func<PaymentBatch, Result<BankAnswer>>> Read(byte[] file, string contentType)
    {
        if (!contentType.Contains("xml", StringComparison.OrdinalIgnoreCase))
        {
            if (file.Length > BankResultFile.BytesMax) return RequestFaults.TooLarge;
            var csv = BankResultFile.Read(file);
            if (!csv.Ok) return csv.Fault;
            return (Func<PaymentBatch, Result<BankAnswer>>)(_ => csv);
        }

        var report = StatusReport.Read(file);
        if (!report.Ok) return report.Fault;
        return (Func<PaymentBatch, Result<BankAnswer>>)(batch => BankAnswer.Of(report.Value, batch));
    }

    private static void Unknown(List<FaultDetail> wrong, string place) => BankResultFile.Add(wrong, place, "bank_result.line_unknown", "本批次没有这一笔", "the batch has no such line");

    private static void Check(
        Dictionary<string, LineState> lines, AnsweredLine told, Func<string, bool> used, DateTimeOffset approvedAt, DateTimeOffset at, List<FaultDetail> wrong)
    {
        if (!lines.TryGetValue(told.Line, out var line))
            Unknown(wrong, told.Place);
        else if (line.Status != LineStatus.ToPay)
            BankResultFile.Add(wrong, told.Place, "bank_result.line_settled", "这一笔未签发或已有结果", "the line was not released, or its result is known already");
        else if (told.Amount is { } amount && line.Is.Amount != amount)
            BankResultFile.Add(wrong, told.Place, "bank_result.amount_differs", $"金额应为 {line.Is.Amount} 元", $"the line's amount is {line.Is.Amount}");
        else if (told.PaidAt is { } paidAt && (paidAt < approvedAt || paidAt > at))
            BankResultFile.Add(wrong, told.Place, "bank_result.paid_at", "付款时刻应在签发之后、当前时刻之前", "the moment of payment lies between the batch's release and now");
        else if (told.Reference is { } reference && used(reference))
            BankResultFile.Add(wrong, told.Place, "bank_result.reference_repeated", $"银行流水号“{reference}”已用于另一笔", $"the bank's reference '{reference}' paid another line already");
    }

    private static Decision Settle(PaymentBatch batch, Dictionary<string, LineState> lines, BankAnswer answer, string sha256, Func<string, Fund> fundOf)
    {
        var results = answer.Lines.Select(l => new BankResult(l.Line, lines[l.Line].Is.Award, l.Paid, lines[l.Line].Is.Amount, l.Reference, l.PaidAt?.ToUniversalTime(), l.Reason)).ToArray();
        var changes = Changes(batch.Id, results, sha256, l => lines[l].Is).ToList();
        var stream = PaymentBatch.Noun.StreamOf(batch.Id);
        changes.AddRange(PaymentBatch.Parts(answer.OnTheWay.Select(l => l.Said).ToArray()).Where(p => p.Count > 0).Select(p => new Change(stream, new BankStatusReported(sha256, p))));
        var (paid, failed) = (results.Where(r => r.Paid).ToArray(), results.Where(r => !r.Paid).ToArray());
        return Fund.Refuses(changes, fundOf) is { } fault ? fault : Decision.Accept(changes).Answering(
            null, new Imported(paid.Length, Sum(paid), failed.Length, Sum(failed), changes.Count == 0, answer.OnTheWay.Count));
    }

    /// <summary>What results do: to the batch, to each line's award and fund, and to the bank's references.</summary>
    internal static IEnumerable<Change> Changes(string batch, IReadOnlyList<BankResult> results, string sha256, Func<string, BatchLine> lineOf)
    {
        if (results.Count == 0) yield break;
        var (stream, parts) = (PaymentBatch.Noun.StreamOf(batch), PaymentBatch.Parts(results));
        yield return new(stream, new BankResultImported(sha256, results.Count, Sum(results.Where(r => r.Paid)), Sum(results.Where(r => !r.Paid)), parts[0]));
        foreach (var part in parts[1..]) yield return new(stream, new BankResultContinued(sha256, part));
        foreach (var result in results)
        {
            var line = lineOf(result.Line);
            var award = Award.Noun.StreamOf(line.Award);
            if (!result.Paid)
            {
                yield return new(award, new TrancheReleased(line.Tranche, batch, line.Line, "bank.failed", result.Reason, line.Payment));
                continue;
            }

            yield return new(award, new TranchePaid(line.Tranche, batch, line.Line, line.Amount, result.Reference!, result.PaidAt!.Value, line.Payment));
            yield return new(Fund.Noun.StreamOf(line.Fund), new ReservationPosted(line.Award, batch, line.Line, line.Amount, Payee: line.To));
            yield return new(BankReference.StreamOf(result.Reference!), new BankReferenceUsed(result.Reference!, batch, line.Line));
        }
    }

    private static Money Sum(IEnumerable<BankResult> results) => new(results.Sum(r => r.Amount.Fen));
}
