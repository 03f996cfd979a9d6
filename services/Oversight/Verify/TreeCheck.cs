using System.Data.Common;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Verify;

/// <summary>
/// Reads Oversight's database and holds it against the services' logs: every leaf is its log's entry, no log is shorter than what was taken
/// in, the stored tiles are those of the leaves, and every signed checkpoint has the root of the leaves it covers.
/// </summary>
internal sealed class TreeCheck(Snapshot snapshot, string city, VerifierKey? key, IReadOnlyList<CheckedLog> logs, Action<Finding> found)
{
    private const string Service = "oversight";

    private readonly Dictionary<string, (long Taken, byte[] Head)> taken = new(StringComparer.Ordinal);

    // A log that was found wrong once here is not named again for each entry after it.
    private readonly HashSet<string> named = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Level, long Index), List<Hash>> tiles = [];
    private readonly Frontier frontier = new();

    /// <summary>How many leaves the tree has.</summary>
    public long Run(Action<long> progress)
    {
        using var signed = snapshot.Pages("size, root, note", "checkpoint", city).GetEnumerator();
        using var leaves = snapshot.Pages("idx, service, position, stream, version, type, actor, at_micros, trace, entry, hash, head", "leaf", city).GetEnumerator();
        var more = signed.MoveNext();
        var whole = true;
        for (var going = true; going;)
        {
            for (; more && (long)signed.Current[0] == frontier.Size; more = signed.MoveNext())
            {
                Signed((byte[])signed.Current[1], (string)signed.Current[2]);
            }

            going = leaves.MoveNext() && (whole = Leaf(leaves.Current));
            progress(1);
        }

        if (whole && more)
        {
            found(Finding.Of(
                "tree.tail_cut", Service, city, frontier.Size + 1,
                $"日志树止于 {frontier.Size} 条，而已签署 {signed.Current[0]} 条的检查点：树的末尾被截去", $"the tree ends after {frontier.Size} entries, but a checkpoint of {signed.Current[0]} was signed: its tail was cut"));
        }
        else if (whole)
        {
            StoredTiles();
            Cursors();
        }

        return frontier.Size;
    }

    /// <summary>The breaks that intake found while it ran.</summary>
    public void Breaks()
    {
        using var command = Query("SELECT service, position, reason FROM intake_break WHERE city = @city ORDER BY service, position");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            found(Finding.Of("log.broken", row.GetString(0), city, row.GetInt64(1), $"监督收录到这里时日志接不上（{row.GetString(2)}）", $"the log did not continue here when Oversight took it in ({row.GetString(2)})"));
        }
    }

    private bool Leaf(object[] row)
    {
        var index = (long)row[0];
        if (index != frontier.Size)
        {
            found(Finding.Of("tree.gap", Service, city, frontier.Size + 1, "日志树缺这一条", "the tree lacks this entry"));
            return false;
        }

        var bytes = (byte[])row[9];
        var hash = MerkleTree.LeafHash(bytes);
        if (ReadEntry(bytes) is not { } entry || !hash.ToArray().AsSpan().SequenceEqual((byte[])row[10]) || !SameColumns(entry, row))
        {
            found(Finding.Of("tree.leaf_wrong", Service, city, index + 1, "日志树中这一条的内容、散列与各列不一致，被改动", "content, hash and columns of this entry of the tree do not agree: it was changed"));
            return false;
        }

        var (position, head) = taken.TryGetValue(entry.Service, out var before) ? before : (0, CanonicalEntry.FirstHead());
        var next = CanonicalEntry.NextHead(head, hash.ToArray());
        if (entry.Position != position + 1 || !next.AsSpan().SequenceEqual((byte[])row[11]))
        {
            found(Finding.Of(
                "tree.order_wrong", Service, city, index + 1,
                $"{entry.Service} 第 {entry.Position} 条接不上第 {position} 条", $"position {entry.Position} of {entry.Service} does not continue position {position}"));
            return false;
        }

        Compare(entry, hash);
        taken[entry.Service] = (entry.Position, next);
        frontier.Append(hash, (node, subtree) =>
        {
            if (node.Level % Tiles.Height == 0)
            {
                var place = (node.Level / Tiles.Height, node.Index / Tiles.WidthMax);
                (tiles.TryGetValue(place, out var list) ? list : tiles[place] = []).Add(subtree);
            }
        });
        return true;
    }

    /// <summary>The entry in the tree against the same position of its service's log.</summary>
    private void Compare(Entry entry, Hash hash)
    {
        if (named.Contains(entry.Service))
        {
            return;
        }

        // Of a log that is wrong by itself the part before the break is compared all the same: the first wrong entry may stand there.
        var log = logs.FirstOrDefault(l => l.Service == entry.Service && l.City == city);
        if (log is { Broken: true } && log.Hashes.Count < entry.Position)
        {
            return;
        }

        if (log is null || log.Hashes.Count < entry.Position)
        {
            named.Add(entry.Service);
            var end = log?.Hashes.Count ?? 0;
            found(Finding.Of("log.tail_cut", entry.Service, city, end + 1, $"日志止于第 {end} 条，而日志树已收录第 {entry.Position} 条：末尾被截去", $"the log ends at position {end}, but the tree holds position {entry.Position}: its tail was cut"));
        }
        else if (log.Hashes[(int)entry.Position - 1] != hash)
        {
            named.Add(entry.Service);
            found(Finding.Of(
                "log.rewritten", entry.Service, city, entry.Position,
                $"与日志树所收录的 {entry.Stream} {entry.Type} 不同：日志被改写并重算了链", $"it is not the {entry.Stream} {entry.Type} that the tree holds: the log was rewritten and its chain computed anew"));
        }
    }

    private void Signed(byte[] signedRoot, string note)
    {
        var (size, root) = (frontier.Size, frontier.Root);
        if (!root.ToArray().AsSpan().SequenceEqual(signedRoot))
        {
            found(Finding.Of("checkpoint.root_wrong", Service, city, size, "前若干条的根与已签署的检查点不符：日志树被改写", "the root over the entries up to here is not that of the signed checkpoint: the tree was rewritten"));
            return;
        }

        if (key is null)
        {
            return;
        }

        var opened = Checkpoint.Open(note, key.Name, [key], []);
        if (!opened.Ok)
        {
            found(new(Service, city, size, opened.Fault));
        }
        else if (opened.Value.Checkpoint.Size != size || opened.Value.Checkpoint.Root != root)
        {
            found(Finding.Of("checkpoint.note_wrong", Service, city, size, "所签署的检查点说的不是这棵树", "the signed checkpoint speaks of another tree"));
        }
    }

    private void StoredTiles()
    {
        using var command = Query("SELECT level, idx, hashes FROM tile WHERE city = @city ORDER BY level, idx");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var place = (row.GetInt32(0), row.GetInt64(1));
            if (!tiles.Remove(place, out var expected) || Tiles.Hashes(row.GetFieldValue<byte[]>(2)) is not { } hashes || !hashes.AsSpan().SequenceEqual(expected.ToArray()))
            {
                found(Finding.Of("tree.tile_wrong", Service, city, null, $"分片 {place.Item1}/{place.Item2} 与日志树的条目不符", $"the tile {place.Item1}/{place.Item2} is not that of the tree's entries"));
                return;
            }
        }

        if (tiles.Keys.Order().Select(k => ((int, long)?)k).FirstOrDefault() is { } missing)
        {
            found(Finding.Of("tree.tile_wrong", Service, city, null, $"缺分片 {missing.Item1}/{missing.Item2}", $"the tile {missing.Item1}/{missing.Item2} is missing"));
        }
    }

    private void Cursors()
    {
        using var command = Query("SELECT source, position FROM cursor WHERE city = @city ORDER BY source");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var (source, position) = (row.GetString(0), row.GetInt64(1));
            var there = taken.TryGetValue(source, out var t) ? t.Taken : 0;
            if (position != there)
            {
                found(Finding.Of(
                    "tree.cursor_wrong", Service, city, null,
                    $"{source} 已收录到第 {position} 条，树中只有 {there} 条", $"{source} was taken in up to position {position}, and the tree holds {there} entries of it"));
            }
        }
    }

    private DbCommand Query(string sql) => snapshot.Query(sql, ("city", city));

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
