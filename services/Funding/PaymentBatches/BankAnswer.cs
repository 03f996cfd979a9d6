using PilotCity.Defaults;
using PilotCity.Funding.BankMessages;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>What the bank says of one line, finally, and where in its file; without an amount it is the line's.</summary>
internal sealed record AnsweredLine(string Place, string Line, bool Paid, Money? Amount, string? Reference, DateTimeOffset? PaidAt, string? Reason);

/// <summary>A line that is on its way, and where in the bank's file that is said.</summary>
internal sealed record LineOnItsWay(string Place, LineSaid Said);

/// <summary>What a file of the bank says of a batch, whatever its format: lines with their result, and lines on their way.</summary>
internal sealed record BankAnswer(string Batch, IReadOnlyList<AnsweredLine> Lines, IReadOnlyList<LineOnItsWay> OnTheWay)
{
    /// <summary>
    /// A status report on this batch, line by line: what is said of a payment or of the whole is said of each of its lines that no transfer names. A
    /// result that is known already is not one again. Fault: <c>bank_result.has_errors</c>.
    /// </summary>
    public static Result<BankAnswer> Of(StatusReport report, PaymentBatch batch)
    {
        var released = batch.Released.ToArray();
        var (lines, said, faults) = (new List<AnsweredLine>(), new List<LineOnItsWay>(), new List<FaultDetail>());
        var named = report.Statuses.Select(s => s.EndToEndId).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var byLine = batch.Lines.ToDictionary(l => l.Is.Line, StringComparer.Ordinal);
        var all = released.Select(l => l.Is).ToArray();
        var payments = all.Select(l => l.Fund).Distinct(StringComparer.Ordinal).ToDictionary(f => BatchFiles.PaymentOf(batch.Id, all, f), StringComparer.Ordinal);
        foreach (var status in report.Statuses)
        {
            var place = $"{status.Place.Path}, line {status.Place.Line}";
            if (status.Payment is { } payment && !payments.ContainsKey(payment))
            {
                BankResultFile.Add(faults, place, "bank_result.payment_unknown", $"本批次没有付款指令“{MessageReader.Short(payment)}”", $"the batch has no payment '{MessageReader.Short(payment)}'");
                continue;
            }

            // A line that the batch does not have is named by the check of the answer.
            var of = status.EndToEndId is { } line
                ? byLine.TryGetValue(line, out var known) ? [known] : [new LineState(new(line, "", default, "", "", Money.Zero, 0), LineStatus.ToPay)]
                : released.Where(l => !named.Contains(l.Is.Line) && (status.Payment is null || l.Is.Fund == payments[status.Payment])).ToArray();
            foreach (var told in of) Tell(report, status, told, place, lines, said);
        }

        return faults.Count > 0 ? BankResultFile.Wrong(faults) : new BankAnswer(report.OriginalMessage, Distinct(lines), said);
    }

    /// <summary>Transfers that the bank booked as one may share its reference: with its line each has its own again.</summary>
    private static List<AnsweredLine> Distinct(List<AnsweredLine> lines)
    {
        var shared = lines.Select(l => l.Reference).OfType<string>().CountBy(r => r).Where(c => c.Value > 1).Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        return lines.ConvertAll(l => l.Reference is { } reference && shared.Contains(reference) ? l with { Reference = $"{l.Reference}/{l.Line}" } : l);
    }

    private static void Tell(StatusReport report, ReportedStatus status, LineState told, string place, List<AnsweredLine> lines, List<LineOnItsWay> said)
    {
        switch (status.Status)
        {
            case TransferStatus.Pending or TransferStatus.Accepted:
                if (told.Status == LineStatus.ToPay) said.Add(new(place, new(told.Is.Line, status.Code)));
                break;
            case TransferStatus.Executed:
                if (told.Status is not (LineStatus.Paid or LineStatus.Returned)) lines.Add(new(place, told.Is.Line, true, status.Amount, status.Reference ?? $"{report.Id}/{told.Is.Line}", status.At, null));
                break;
            case TransferStatus.Rejected:
                if (told.Status != LineStatus.Failed) lines.Add(new(place, told.Is.Line, false, status.Amount, null, null, status.Reason ?? status.Code));
                break;
        }
    }
}
