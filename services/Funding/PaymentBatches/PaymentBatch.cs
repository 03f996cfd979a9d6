using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>Where a batch stands: lines frozen, released by a second person, all lines settled; or given up before release.</summary>
internal enum BatchStatus { Created, Approved, Completed, Cancelled }

/// <summary>A line's way: frozen, blocked at approval, or to be paid and then paid or failed.</summary>
internal enum LineStatus { Frozen, Blocked, ToPay, Paid, Failed }

/// <summary>
/// One payment of one award to the account as it was registered at <see cref="AccountVersion"/>; in entries from the time when an award had one
/// payment of a kind, to the enterprise, neither payment nor payee is named.
/// </summary>
internal sealed record BatchLine(
    string Line, string Award, TrancheKind Tranche, string Enterprise, string Fund, Money Amount, long AccountVersion, string? Payment = null, string? Payee = null)
{
    /// <summary>Whose account is paid.</summary>
    [JsonIgnore]
    public string To => Payee ?? Enterprise;
}

/// <summary>A line with where it stands.</summary>
internal sealed record LineState(BatchLine Is, LineStatus Status, string? Reference = null, string? Code = null, string? Reason = null);

/// <summary>Who opened the account data for the bank's file, and until when it may be fetched.</summary>
internal sealed record FileOpening(string By, DateTimeOffset Until);

/// <summary>
/// Payments that go to the bank together under two signatures (S15): the maker freezes lines, the approver (who is neither the maker nor
/// handled any line) releases them, the bank's result settles each line once. Stream <c>payment-batch/&lt;id&gt;</c>.
/// </summary>
internal sealed record PaymentBatch(string Id, BatchStatus Status, string MadeBy, string Purpose, ImmutableArray<LineState> Lines)
{
    /// <summary>Bound of a batch: its result stands in one entry of at most 60,000 bytes.</summary>
    public const int LinesMax = 100;

    private static readonly PaymentBatch Initial = new("", BatchStatus.Created, "", "", []);

    public static readonly Noun<PaymentBatch> Noun = new(
        "payment-batch", Initial, Apply, typeof(PaymentBatchCreated), typeof(PaymentBatchApproved), typeof(PaymentBatchApprovalRefused),
        typeof(PaymentBatchCancelled), typeof(PaymentFileOpened), typeof(BankResultImported));

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    public ImmutableList<FileOpening> Openings { get; init; } = [];

    /// <summary>SHA-256 of the bank's result files that were taken in.</summary>
    public ImmutableHashSet<string> Results { get; init; } = [];

    /// <summary>The lines that go, or went, to the bank.</summary>
    public IEnumerable<LineState> Released => Lines.Where(l => l.Status is LineStatus.ToPay or LineStatus.Paid or LineStatus.Failed);

    public static Money Sum(IEnumerable<LineState> lines) => new(lines.Sum(l => l.Is.Amount.Fen));

    private PaymentBatch With(Func<LineState, LineState> change) => this with { Lines = [.. Lines.Select(change)] };

    private static PaymentBatch Apply(PaymentBatch batch, object happened, EventMeta meta)
    {
        switch (happened)
        {
            case PaymentBatchCreated e:
                return new(e.Batch, BatchStatus.Created, meta.Actor.Sub, e.Purpose, [.. e.Lines.Select(l => new LineState(l, LineStatus.Frozen))]);
            case PaymentBatchApproved e:
                var checks = e.Checks.ToDictionary(c => c.Line, StringComparer.Ordinal);
                return batch.With(l => checks[l.Is.Line].BlockedBy is { } code ? l with { Status = LineStatus.Blocked, Code = code } : l with { Status = LineStatus.ToPay }) with
                {
                    Status = e.Count == 0 ? BatchStatus.Completed : BatchStatus.Approved,
                    ApprovedBy = meta.Actor.Sub,
                    ApprovedAt = meta.At,
                };
            case PaymentBatchApprovalRefused:
                return batch;
            case PaymentBatchCancelled:
                return batch with { Status = BatchStatus.Cancelled };
            case PaymentFileOpened e:
                return batch with { Openings = batch.Openings.RemoveAll(o => o.By == meta.Actor.Sub).Add(new(meta.Actor.Sub, e.Until)) };
            case BankResultImported e:
                var results = e.Results.ToDictionary(r => r.Line, StringComparer.Ordinal);
                var settled = batch.With(l => !results.TryGetValue(l.Is.Line, out var r) ? l
                    : r.Paid ? l with { Status = LineStatus.Paid, Reference = r.Reference }
                    : l with { Status = LineStatus.Failed, Reason = r.Reason });
                return settled with
                {
                    Status = settled.Lines.Any(l => l.Status == LineStatus.ToPay) ? BatchStatus.Approved : BatchStatus.Completed,
                    Results = batch.Results.Add(e.FileSha256),
                };
            default:
                throw new InvalidOperationException($"a payment batch knows no {happened.GetType().Name}");
        }
    }
}

/// <summary>Lines were frozen into a batch; count and total are its control totals.</summary>
internal sealed record PaymentBatchCreated(string Batch, string Purpose, int Count, Money Total, IReadOnlyList<BatchLine> Lines);

/// <summary>What was tested again for a line immediately before payment (AC04, AC36): the lists, as read at this place, and why it is blocked, if it is.</summary>
internal sealed record LineCheck(string Line, IReadOnlyList<CreditList> CreditLists, FactSource Source, string? BlockedBy = null);

/// <summary>A second person released the lines that nothing blocks; count and total are theirs.</summary>
internal sealed record PaymentBatchApproved(int Count, Money Total, IReadOnlyList<LineCheck> Checks);

/// <summary>Somebody tried to release a batch that the same person made, or a line that the same person handled.</summary>
internal sealed record PaymentBatchApprovalRefused(string Code, string? Award = null);

/// <summary>The batch was given up before release.</summary>
internal sealed record PaymentBatchCancelled(string Reason);

/// <summary>Account data was opened for the bank's file, whose SHA-256 this is; the same person may fetch it until then.</summary>
internal sealed record PaymentFileOpened(string FileSha256, int Count, Money Total, string Purpose, DateTimeOffset Until);

/// <summary>What the bank says of one line.</summary>
internal sealed record BankResult(string Line, string Award, bool Paid, Money Amount, string? Reference = null, DateTimeOffset? PaidAt = null, string? Reason = null);

/// <summary>A result file of the bank was taken in, whole.</summary>
internal sealed record BankResultImported(string FileSha256, int Count, Money PaidTotal, Money FailedTotal, IReadOnlyList<BankResult> Results);
