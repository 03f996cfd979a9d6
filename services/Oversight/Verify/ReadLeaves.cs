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
    private readonly IReadOnlyDictionary<string, CheckedLog> logs;

    private ReadLeaves(string city, long begin, IReadOnlyDictionary<string, CheckedLog> logs) => (this.city, Begin, this.logs) = (city, begin, logs);

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
        using var command = end is { } last
            ? snapshot.Query($"SELECT {Columns} FROM leaf WHERE city = @city AND idx >= @begin AND idx < @end ORDER BY idx", ("city", city), ("begin", begin), ("end", last))
            : snapshot.Query($"SELECT {Columns} FROM leaf WHERE city = @city ORDER BY idx", ("city", city));
        using var reader = command.ExecuteReader();
        var row = new object[reader.FieldCount];
        while (read.Wrong is null && reader.Read())
        {
            ct.ThrowIfCancellationRequested();
            reader.GetValues(row);
            read.Take(row);
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

    private void Take(object[] row)
    {
        var index = (long)row[0];
        if (index != Begin + Hashes.Count)
        {
            Gap();
            return;
        }

        var bytes = (byte[])row[9];
        var hash = MerkleTree.LeafHash(bytes);
        if (ReadEntry(bytes) is not { } entry || !hash.ToArray().AsSpan().SequenceEqual((byte[])row[10]) || !SameColumns(entry, row))
        {
            Wrong = (index, Finding.Of("tree.leaf_wrong", TreeCheck.Service, city, index + 1, "日志树中这一条的内容、散列与各列不一致，被改动", "content, hash and columns of this entry of the tree do not agree: it was changed"));
            return;
        }

        var place = new LeafPlace(index, entry.Position, hash, (byte[])row[11]);
        if (!Last.TryGetValue(entry.Service, out var before))
        {
            First.Add(entry.Service, place);
        }
        else if (!Continues(before.Position, before.Head, place))
        {
            Wrong = (index, OrderWrong(city, index, entry.Service, entry.Position, before.Position));
            return;
        }

        Last[entry.Service] = (entry.Position, place.Head);
        Hashes.Add(hash);
        if (Difference(entry, hash) is { } difference && !Differences.Any(d => d.Finding.Service == entry.Service))
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
    private Finding? Difference(Entry entry, Hash hash)
    {
        // Of a log that is wrong by itself the part before the break is compared all the same: the first wrong entry may stand there.
        var end = logs.TryGetValue(entry.Service, out var log) ? log.Hashes.Count : 0;
        if (end < entry.Position)
        {
            return log is { Broken: true } ? null : Finding.Of(
                "log.tail_cut", entry.Service, city, end + 1,
                $"日志止于第 {end} 条，而日志树已收录第 {entry.Position} 条：末尾被截去", $"the log ends at position {end}, but the tree holds position {entry.Position}: its tail was cut");
        }

        return log!.Hashes[(int)entry.Position - 1] == hash ? null : Finding.Of(
            "log.rewritten", entry.Service, city, entry.Position,
            $"与日志树所收录的 {entry.Stream} {entry.Type} 不同：日志被改写并重算了链", $"it is not the {entry.Stream} {entry.Type} that the tree holds: the log was rewritten and its chain computed anew");
    }

    private bool SameColumns(Entry entry, object[] row) =>
        row is [_, string service, long position, string stream, long version, string type, string actor, long atMicros, string trace, ..]
        && (city, service, position, stream, version, type, actor, atMicros, trace)
            == (entry.City, entry.Service, entry.Position, entry.Stream, entry.Version, entry.Type, entry.Actor, entry.AtMicros, entry.Trace);

    private static Entry? ReadEntry(byte[] bytes)
    {
        try
        {
            return CanonicalEntry.Read(bytes);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
