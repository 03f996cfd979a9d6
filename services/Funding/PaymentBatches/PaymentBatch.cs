using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>Where a batch stands: lines frozen, released by a second person, all lines settled; or given up before release.</summary>
internal enum BatchStatus { Created, Approved, Completed, Cancelled }

/// <summary>A line's way: frozen, blocked at approval, or to be paid and then paid or failed; what was paid may come back.</summary>
internal enum LineStatus { Frozen, Blocked, ToPay, Paid, Failed, Returned }

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

/// <summary>A line with where it stands, the last status that the bank told while it was on its way, and whether a statement has shown it booked.</summary>
internal sealed record LineState(BatchLine Is, LineStatus Status, string? Reference = null, string? Code = null, string? Reason = null)
{
    public string? Said { get; init; }

    public bool Booked { get; init; }
}

/// <summary>Who opened the account data for the bank's file, and until when it may be fetched.</summary>
internal sealed record FileOpening(string By, DateTimeOffset Until);

/// <summary>
/// Payments that go to the bank together under two signatures (S15): the maker freezes lines, the approver (who is neither the maker nor
/// handled any line) releases them, the bank's result settles each line once. Stream <c>payment-batch/&lt;id&gt;</c>.
/// </summary>
internal sealed record PaymentBatch(string Id, BatchStatus Status, string MadeBy, string Purpose, ImmutableArray<LineState> Lines)
{
    /// <summary>Bound of a batch: what is decided on it at once, some three entries a line, stays within seconds of the city's writer.</summary>
    public const int LinesMax = 5_000;

    /// <summary>What a list in an entry may take of the 60,000 bytes that an entry holds; what is longer goes on in further entries.</summary>
    private const int ListBytesMax = 50_000;

    private static readonly PaymentBatch Initial = new("", BatchStatus.Created, "", "", []);

    public static readonly Noun<PaymentBatch> Noun = new(
        "payment-batch", Initial, Apply, typeof(PaymentBatchCreated), typeof(PaymentBatchApproved), typeof(PaymentBatchApprovalRefused),
        typeof(PaymentBatchCancelled), typeof(PaymentFileOpened), typeof(BankResultImported), typeof(PaymentBatchExtended), typeof(PaymentBatchChecked),
        typeof(BankResultContinued), typeof(BankStatusReported), typeof(BatchBooked));

    public string? ApprovedBy { get; init; }

    public DateTimeOffset? ApprovedAt { get; init; }

    /// <summary>What the approver signed: the SHA-256 of each file that the bank may be given, by its format.</summary>
    public ImmutableSortedDictionary<string, string> Files { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    public ImmutableList<FileOpening> Openings { get; init; } = [];

    /// <summary>What statements showed under this batch's names and should not be there.</summary>
    public ImmutableList<UnexpectedBooking> Unexpected { get; init; } = [];

    /// <summary>SHA-256 of the bank's result files that were taken in.</summary>
    public ImmutableHashSet<string> Results { get; init; } = [];

    /// <summary>The lines that go, or went, to the bank.</summary>
    public IEnumerable<LineState> Released => Lines.Where(l => l.Status is LineStatus.ToPay or LineStatus.Paid or LineStatus.Failed or LineStatus.Returned);

    public static Money Sum(IEnumerable<LineState> lines) => new(lines.Sum(l => l.Is.Amount.Fen));

    /// <summary>A list in parts, each of which an entry holds; at least one, though it be empty.</summary>
    public static IReadOnlyList<T>[] Parts<T>(IReadOnlyList<T> list)
        where T : notnull
    {
        var parts = new List<IReadOnlyList<T>>();
        var (part, bytes) = (new List<T>(), 0);
        foreach (var one in list)
        {
            var length = Defaults.Log.Noun.Write(one).Length + 1;
            if (bytes + length > ListBytesMax && part.Count > 0)
            {
                parts.Add(part);
                (part, bytes) = ([], 0);
            }

            part.Add(one);
            bytes += length;
        }

        return [.. parts, part];
    }

    /// <summary>The lines that an entry of a batch froze.</summary>
    public static IReadOnlyList<BatchLine> LinesOf(object happened) => happened switch
    {
        PaymentBatchCreated e => e.Lines,
        PaymentBatchExtended e => e.Lines,
        _ => [],
    };

    /// <summary>The tests of lines that an entry of a batch made at its release.</summary>
    public static IReadOnlyList<LineCheck> ChecksOf(object happened) => happened switch
    {
        PaymentBatchApproved e => e.Checks,
        PaymentBatchChecked e => e.Checks,
        _ => [],
    };

    /// <summary>What an entry of a batch took in of the bank's results.</summary>
    public static IReadOnlyList<BankResult> ResultsOf(object happened) => happened switch
    {
        BankResultImported e => e.Results,
        BankResultContinued e => e.Results,
        _ => [],
    };

    /// <summary>The lines that an entry names, changed; the others as they are.</summary>
    private PaymentBatch With<T>(IEnumerable<T> told, Func<T, string> lineOf, Func<LineState, T, LineState> change)
    {
        var byLine = told.ToDictionary(lineOf, StringComparer.Ordinal);
        return this with { Lines = [.. Lines.Select(l => byLine.TryGetValue(l.Is.Line, out var one) ? change(l, one) : l)] };
    }

    private PaymentBatch Checked(IReadOnlyList<LineCheck> checks) => With(
        checks, c => c.Line, (l, c) => c.BlockedBy is { } code ? l with { Status = LineStatus.Blocked, Code = code } : l with { Status = LineStatus.ToPay });

    private PaymentBatch Settled(IReadOnlyList<BankResult> results)
    {
        var settled = With(results, r => r.Line, (l, r) => r.Paid ? l with { Status = LineStatus.Paid, Reference = r.Reference } : l with { Status = LineStatus.Failed, Reason = r.Reason });
        return settled with { Status = settled.Lines.Any(l => l.Status == LineStatus.ToPay) ? BatchStatus.Approved : BatchStatus.Completed };
    }

    private static PaymentBatch Apply(PaymentBatch batch, object happened, EventMeta meta) => happened switch
    {
        PaymentBatchCreated e => new(e.Batch, BatchStatus.Created, meta.Actor.Sub, e.Purpose, Frozen(e.Lines)),
        PaymentBatchExtended e => batch with { Lines = batch.Lines.AddRange(Frozen(e.Lines)) },
        PaymentBatchChecked e => batch.Checked(e.Checks),
        PaymentBatchApproved e => batch.Checked(e.Checks) with
        {
            Status = e.Count == 0 ? BatchStatus.Completed : BatchStatus.Approved,
            ApprovedBy = meta.Actor.Sub,
            ApprovedAt = meta.At,
            Files = batch.Files.AddRange(e.Files ?? new Dictionary<string, string>()),
        },
        PaymentBatchApprovalRefused => batch,
        PaymentBatchCancelled => batch with { Status = BatchStatus.Cancelled },
        PaymentFileOpened e => batch with { Openings = batch.Openings.RemoveAll(o => o.By == meta.Actor.Sub).Add(new(meta.Actor.Sub, e.Until)) },
        BankResultImported e => batch.Settled(e.Results) with { Results = batch.Results.Add(e.FileSha256) },
        BankResultContinued e => batch.Settled(e.Results),
        BankStatusReported e => batch.With(e.Lines, l => l.Line, (l, said) => l with { Said = said.Code }) with { Results = batch.Results.Add(e.FileSha256) },
        BatchBooked e => batch.With(e.Lines, l => l.Line, (l, booked) => booked.Returned
            ? l with { Status = LineStatus.Returned, Reason = booked.Reason }
            : l with { Booked = true }) with
        { Unexpected = batch.Unexpected.AddRange(e.Unexpected ?? []) },
        _ => throw new InvalidOperationException($"a payment batch knows no {happened.GetType().Name}"),
    };

    private static ImmutableArray<LineState> Frozen(IReadOnlyList<BatchLine> lines) => [.. lines.Select(l => new LineState(l, LineStatus.Frozen))];
}

/// <summary>Lines were frozen into a batch; count and total are its control totals, those of <see cref="PaymentBatchExtended"/> included.</summary>
internal sealed record PaymentBatchCreated(string Batch, string Purpose, int Count, Money Total, IReadOnlyList<BatchLine> Lines);

/// <summary>What was tested again for a line immediately before payment (AC04, AC36): the lists, as read at this place, and why it is blocked, if it is.</summary>
internal sealed record LineCheck(string Line, IReadOnlyList<CreditList> CreditLists, FactSource Source, string? BlockedBy = null);

/// <summary>
/// A second person released the lines that nothing blocks; count and total are theirs. What was signed are the bank's files, by format with their
/// SHA-256. Checks that did not fit stand in <see cref="PaymentBatchChecked"/> before it.
/// </summary>
internal sealed record PaymentBatchApproved(int Count, Money Total, IReadOnlyList<LineCheck> Checks, IReadOnlyDictionary<string, string>? Files = null);

/// <summary>Further lines of a batch that was just made: an entry has its bound.</summary>
internal sealed record PaymentBatchExtended(IReadOnlyList<BatchLine> Lines);

/// <summary>Lines that were tested for the release that follows.</summary>
internal sealed record PaymentBatchChecked(IReadOnlyList<LineCheck> Checks);

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

/// <summary>Further results of the file that was just taken in.</summary>
internal sealed record BankResultContinued(string FileSha256, IReadOnlyList<BankResult> Results);

/// <summary>What the bank says of a line that is on its way: a status of ISO 20022 that is not final.</summary>
internal sealed record LineSaid(string Line, string Code);

/// <summary>The bank told that lines are on their way.</summary>
internal sealed record BankStatusReported(string FileSha256, IReadOnlyList<LineSaid> Lines);

/// <summary>A statement shows a line booked, or that it came back and why.</summary>
internal sealed record LineBooked(string Line, bool Returned, Money Amount, string Reference, DateTimeOffset At, string? Reason = null);

/// <summary>A statement shows what should not be there: under which name, and what is wrong with it.</summary>
internal sealed record UnexpectedBooking(string Statement, string Line, string Code, Money Amount, bool Credit, string? Reference = null);

/// <summary>A statement of the account showed lines of this batch.</summary>
internal sealed record BatchBooked(string Statement, IReadOnlyList<LineBooked> Lines, IReadOnlyList<UnexpectedBooking>? Unexpected = null);
