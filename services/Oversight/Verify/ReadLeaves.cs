using System.Text;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Verify;

/// <summary>An entry as a leaf holds it: where it stands in the tree and in its log, its hash, and the head that is stored beside it.</summary>
internal readonly record struct LeafPlace(long Index, long Position, Hash Hash, byte[] Head);

/// <summary>
/// A stretch of the tree, read by itself: every leaf's content, hash and columns agree, the entries of each service continue one another, and
/// each is that of its service's log. What comes before the stretch is checked when the parts are put together: <see cref="First"/> and
/// <see cref="Last"/> are the entries of each service that adjoin.
/// </summary>
internal sealed class ReadLeaves
{
    private const string Columns = "idx, service, position, stream, version, type, actor, at_micros, trace, entry, hash, head";

    private readonly string city;
    private readonly byte[] cityUtf8;
    private readonly IReadOnlyDictionary<string, CheckedLog> logs;

    private ReadLeaves(string city, long begin, IReadOnlyDictionary<string, CheckedLog> logs) => (this.city, cityUtf8, Begin, this.logs) = (city, Encoding.UTF8.GetBytes(city), begin, logs);

    public long Begin { get; }

    public List<Hash> Hashes { get; } = [];

    public Dictionary<string, LeafPlace> First { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, (long Position, byte[] Head)> Last { get; } = new(StringComparer.Ordinal);

    /// <summary>By service the first entry that its log holds otherwise.</summary>
    public List<(long Index, Finding Finding)> Differences { get; } = [];

    /// <summary>The first leaf that is wrong by itself; nothing of the tree can be said from there on.</summary>
    public (long Index, Finding Finding)? Wrong { get; private set; }

    public static ReadLeaves Of(Snapshot snapshot, string city, long begin, long? end, IReadOnlyDictionary<string, CheckedLog> logs, CancellationToken ct)
    {
        var read = new ReadLeaves(city, begin, logs);
        using var rows = end is { } last
            ? snapshot.Rows($"SELECT {Columns} FROM leaf WHERE city = @city AND idx >= @begin AND idx < @end ORDER BY idx", ("city", city), ("begin", begin), ("end", last))
            : snapshot.Rows($"SELECT {Columns} FROM leaf WHERE city = @city ORDER BY idx", ("city", city));
        while (read.Wrong is null && rows.Read())
        {
            ct.ThrowIfCancellationRequested();
            read.Take(rows);
        }

        if (read.Wrong is null && end is { } expected && begin + read.Hashes.Count < expected)
        {
            read.Gap();
        }

        return read;
    }

    /// <summary>Whether the entry follows this position and head of its service's log.</summary>
    public static bool Continues(long position, byte[] head, LeafPlace place) =>
        place.Position == position + 1 && CanonicalEntry.NextHead(head, place.Hash.ToArray()).AsSpan().SequenceEqual(place.Head);

    public static Finding OrderWrong(string city, long index, string service, long position, long before) => Finding.Of(
        "tree.order_wrong", TreeCheck.Service, city, index + 1,
        $"{service} 第 {position} 条接不上第 {before} 条", $"position {position} of {service} does not continue position {before}");

    private void Take(Rows row)
    {
        if (!row.Integer(0, out var index) || index != Begin + Hashes.Count)
        {
            Gap();
            return;
        }

        if (!row.Bytes(9, out var bytes) || !row.Bytes(10, out var stored) || !row.Bytes(11, out var head)
            || !Read(bytes, out var entry) || Hash.Of(CanonicalEntry.Hash(bytes)) is var hash && !stored.SequenceEqual(hash.ToArray()) || !SameColumns(entry, row))
        {
            Wrong = (index, Finding.Of("tree.leaf_wrong", TreeCheck.Service, city, index + 1, "日志树中这一条的内容、散列与各列不一致，被改动", "content, hash and columns of this entry of the tree do not agree: it was changed"));
            return;
        }

        var service = Encoding.UTF8.GetString(entry.Service);
        var place = new LeafPlace(index, entry.Position, hash, head.ToArray());
        if (!Last.TryGetValue(service, out var before))
        {
            First.Add(service, place);
        }
        else if (!Continues(before.Position, before.Head, place))
        {
            Wrong = (index, OrderWrong(city, index, service, entry.Position, before.Position));
            return;
        }

        Last[service] = (entry.Position, place.Head);
        Hashes.Add(hash);
        if (Difference(service, entry, hash) is { } difference && !Differences.Any(d => d.Finding.Service == service))
        {
            Differences.Add((index, difference));
        }
    }

    private void Gap()
    {
        var missing = Begin + Hashes.Count;
        Wrong = (missing, Finding.Of("tree.gap", TreeCheck.Service, city, missing + 1, "日志树缺这一条", "the tree lacks this entry"));
    }

    /// <summary>The entry in the tree against the same position of its service's log.</summary>
    private Finding? Difference(string service, in EntryFields entry, Hash hash)
    {
        if (entry.Position < 1)
        {
            return null; // It continues nothing, which is said where the parts are put together.
        }

        // Of a log that is wrong by itself the part before the break is compared all the same: the first wrong entry may stand there.
        var end = logs.TryGetValue(service, out var log) ? log.Hashes.Count : 0;
        if (end < entry.Position)
        {
            return log is { Broken: true } ? null : Finding.Of(
                "log.tail_cut", service, city, end + 1,
                $"日志止于第 {end} 条，而日志树已收录第 {entry.Position} 条：末尾被截去", $"the log ends at position {end}, but the tree holds position {entry.Position}: its tail was cut");
        }

        if (log!.Hashes[(int)entry.Position - 1] == hash)
        {
            return null;
        }

        var (stream, type) = (Encoding.UTF8.GetString(entry.Stream), Encoding.UTF8.GetString(entry.Type));
        return Finding.Of(
            "log.rewritten", service, city, entry.Position,
            $"与日志树所收录的 {stream} {type} 不同：日志被改写并重算了链", $"it is not the {stream} {type} that the tree holds: the log was rewritten and its chain computed anew");
    }

    private bool SameColumns(in EntryFields entry, Rows row) =>
        entry.City.SequenceEqual(cityUtf8)
        && Same(row, 1, entry.Service) && Same(row, 2, entry.Position) && Same(row, 3, entry.Stream) && Same(row, 4, entry.Version) && Same(row, 5, entry.Type)
        && Same(row, 6, entry.Actor) && Same(row, 7, entry.AtMicros) && Same(row, 8, entry.Trace);

    private static bool Same(Rows row, int column, ReadOnlySpan<byte> said) => row.Text(column, out var value) && value.SequenceEqual(said);

    private static bool Same(Rows row, int column, long said) => row.Integer(column, out var value) && value == said;

    private static bool Read(ReadOnlySpan<byte> bytes, out EntryFields entry)
    {
        try
        {
            entry = CanonicalEntry.Fields(bytes);
            return true;
        }
        catch (FormatException)
        {
            entry = default;
            return false;
        }
    }
}
