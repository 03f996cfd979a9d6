using System.Buffers;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Funding.BankMessages;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;

namespace PilotCity.Funding.BankStatements;

/// <summary>
/// Holds booked transfers against the lines of their batches, one after another, each as the earlier ones of the file left lines and funds; and
/// says what follows for batches, awards, funds and references.
/// </summary>
internal sealed class PostBookings(ImportStatement.Books books, string sha256, DateTimeOffset at)
{
    private static readonly SearchValues<char> Hexadecimal = SearchValues.Create("0123456789abcdef");

    private readonly Dictionary<string, Dictionary<string, LineState>> batches = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Fund> funds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> references = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, OfBatch> told = new(StringComparer.Ordinal);
    private readonly List<Change> returned = [];

    /// <summary>What the file says of one batch.</summary>
    private sealed class OfBatch
    {
        public List<BankResult> Paid { get; } = [];

        public Dictionary<string, List<LineBooked>> Booked { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, List<UnexpectedBooking>> Unexpected { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>The batch that an end-to-end id of ours names: twelve digits, a hyphen and the line's number; null where it is none of ours.</summary>
    public static string? BatchOf(string line) =>
        line.Length is >= 16 and <= 20 && line[12] == '-' && !line.AsSpan(0, 12).ContainsAnyExcept(Hexadecimal) && !line.AsSpan(13).ContainsAnyExceptInRange('0', '9') ? line[..12] : null;

    public IReadOnlyList<StatementLine> All(string statement, AccountStatement page) => [.. page.Transfers.Select(t => One(statement, page.Account, t))];

    /// <summary>Results first, then what came back, then what the statement shows: a line may be paid and returned in one file.</summary>
    public IEnumerable<Change> Changes()
    {
        foreach (var (batch, of) in told)
            foreach (var change in ImportBankResult.Changes(batch, of.Paid, sha256, line => batches[batch][line].Is)) yield return change;
        foreach (var change in returned) yield return change;
        foreach (var (batch, of) in told)
        {
            foreach (var statement in of.Booked.Keys.Union(of.Unexpected.Keys))
            {
                // A line that was booked and came back is told twice: the booking in an entry before.
                var stream = PaymentBatch.Noun.StreamOf(batch);
                var lines = of.Booked.GetValueOrDefault(statement, []);
                foreach (var part in new[] { lines.Where(l => !l.Returned), lines.Where(l => l.Returned) }.SelectMany(some => PaymentBatch.Parts(some.ToArray())).Where(p => p.Count > 0))
                    yield return new(stream, new BatchBooked(statement, part));
                foreach (var part in PaymentBatch.Parts(of.Unexpected.GetValueOrDefault(statement, [])).Where(p => p.Count > 0)) yield return new(stream, new BatchBooked(statement, [], part));
            }
        }
    }

    private StatementLine One(string statement, string account, BookedTransfer transfer)
    {
        var (finding, batch) = (Find(account, transfer), transfer.EndToEndId is { } id ? BatchOf(id) : null);
        if (batch is not null && Lines(batch) is { Count: > 0 } lines)
        {
            var of = told.TryGetValue(batch, out var known) ? known : told[batch] = new();
            if (BankStatement.Expected(finding)) Take(statement, batch, of, lines, transfer, finding);
            else Of(of.Unexpected, statement).Add(new(statement, transfer.EndToEndId!, System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(finding.ToString()), transfer.Amount, transfer.Credit, transfer.Reference));
        }

        return new(transfer.EndToEndId, transfer.Amount, transfer.Credit, transfer.Reference, transfer.At.ToUniversalTime(), finding);
    }

    private BookingFinding Find(string account, BookedTransfer transfer)
    {
        if (transfer.EndToEndId is not { } id || BatchOf(id) is not { } batch) return BookingFinding.Other;
        if (!Lines(batch).TryGetValue(id, out var line)) return BookingFinding.LineUnknown;
        if (books.FundAccountOf(line.Is.Fund).Number != account) return BookingFinding.OtherAccount;
        if (transfer.Amount != line.Is.Amount) return BookingFinding.AmountDiffers;
        return transfer.Credit ? Return(batch, line) : Debit(batch, line, transfer);
    }

    private BookingFinding Debit(string batch, LineState line, BookedTransfer transfer) => line.Status switch
    {
        LineStatus.Frozen or LineStatus.Blocked => BookingFinding.NotReleased,
        LineStatus.Failed => BookingFinding.FailedBefore,
        LineStatus.Returned => BookingFinding.BookedTwice,
        LineStatus.Paid when line.Booked => BookingFinding.BookedTwice,
        LineStatus.Paid => BookingFinding.Confirmed,
        LineStatus.ToPay when ChinaTime.DayOf(transfer.At) < ChinaTime.DayOf(books.BatchOf(batch).ApprovedAt!.Value) || transfer.At > at => BookingFinding.BeforeRelease,
        LineStatus.ToPay when Used(transfer.Reference ?? line.Is.Line, batch, line.Is.Line) => BookingFinding.ReferenceUsed,
        LineStatus.ToPay => BookingFinding.Paid,
    };

    private BookingFinding Return(string batch, LineState line) =>
        line.Status != LineStatus.Paid ? BookingFinding.NothingToReturn
        : FundOf(line.Is.Fund).After(Back(batch, line)).Ok ? BookingFinding.Returned
        : BookingFinding.NotInTheBooks;

    private bool Used(string reference, string batch, string line) =>
        books.ReferenceOf(reference).UsedBesides(batch, line) || (references.TryGetValue(reference, out var other) && other != line);

    private void Take(string statement, string batch, OfBatch of, Dictionary<string, LineState> lines, BookedTransfer transfer, BookingFinding finding)
    {
        var (line, when) = (lines[transfer.EndToEndId!], transfer.At.ToUniversalTime());
        var reference = transfer.Reference ?? line.Is.Line;
        if (finding == BookingFinding.Paid)
        {
            references[reference] = line.Is.Line;
            funds[line.Is.Fund] = FundOf(line.Is.Fund).After(new ReservationPosted(line.Is.Award, batch, line.Is.Line, line.Is.Amount)).Value;
            of.Paid.Add(new(line.Is.Line, line.Is.Award, true, line.Is.Amount, reference, when));
        }

        var back = finding == BookingFinding.Returned;
        if (back)
        {
            funds[line.Is.Fund] = FundOf(line.Is.Fund).After(Back(batch, line)).Value;
            returned.Add(new(Award.Noun.StreamOf(line.Is.Award), new TrancheReturned(line.Is.Tranche, batch, line.Is.Line, line.Is.Amount, reference, when, transfer.Reason, line.Is.Payment)));
            returned.Add(new(Fund.Noun.StreamOf(line.Is.Fund), Back(batch, line)));
        }

        lines[line.Is.Line] = back ? line with { Status = LineStatus.Returned } : line with { Status = LineStatus.Paid, Booked = true };
        Of(of.Booked, statement).Add(new(line.Is.Line, back, line.Is.Amount, reference, when, transfer.Reason));
    }

    private static PaymentReturned Back(string batch, LineState line) => new(line.Is.Award, batch, line.Is.Line, line.Is.Amount);

    private Fund FundOf(string fund) => funds.TryGetValue(fund, out var now) ? now : books.FundOf(fund);

    private Dictionary<string, LineState> Lines(string batch) => batches.TryGetValue(batch, out var lines)
        ? lines
        : batches[batch] = books.BatchOf(batch).Lines.ToDictionary(l => l.Is.Line, StringComparer.Ordinal);

    private static List<T> Of<T>(Dictionary<string, List<T>> lists, string key) => lists.TryGetValue(key, out var list) ? list : lists[key] = [];
}
