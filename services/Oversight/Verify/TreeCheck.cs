using System.Data.Common;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Verify;

/// <summary>
/// Reads Oversight's database and holds it against the services' logs: every leaf is its log's entry, no log is shorter than what was taken
/// in, the stored tiles are those of the leaves, and every signed checkpoint has the root of the leaves it covers.
/// </summary>
internal sealed class TreeCheck(Readers readers, string city, IReadOnlyList<VerifierKey> keys, IReadOnlyList<CheckedLog> logs, Action<Finding> found)
{
    internal const string Service = "oversight";

    private readonly Snapshot view = readers.View;
    private readonly Dictionary<string, CheckedLog> logOf = logs.Where(l => l.City == city).ToDictionary(l => l.Service, StringComparer.Ordinal);
    private readonly Dictionary<string, (long Position, byte[] Head)> taken = new(StringComparer.Ordinal);

    // A log that was found wrong once here is not named again for each entry after it.
    private readonly HashSet<string> named = new(StringComparer.Ordinal);

    /// <summary>In the order of the tree: a checkpoint's before those of the entries that it does not cover.</summary>
    private readonly List<(long Before, Finding Finding)> findings = [];

    /// <summary>How many leaves the tree has.</summary>
    public long Run(int rowsPerPart, Action<long> progress, CancellationToken ct)
    {
        var parts = Readers.All(
            [.. Plan(rowsPerPart).Select(p => (readers, p))],
            (snapshot, part) =>
            {
                var read = ReadLeaves.Of(snapshot, city, part.Begin, part.End, logOf, ct);
                progress(read.Hashes.Count);
                return read;
            },
            ct);
        var leaves = new List<Hash>();
        var whole = parts.All(part => Join(part.Value, leaves));
        var tree = new WholeTree(leaves);
        var beyond = Signed(tree);
        foreach (var (_, finding) in findings.OrderBy(f => f.Before))
        {
            found(finding);
        }

        if (whole && beyond is { } size)
        {
            found(Finding.Of(
                "tree.tail_cut", Service, city, tree.Size + 1,
                $"日志树止于 {tree.Size} 条，而已签署 {size} 条的检查点：树的末尾被截去", $"the tree ends after {tree.Size} entries, but a checkpoint of {size} was signed: its tail was cut"));
        }
        else if (whole)
        {
            StoredTiles(tree);
            Cursors();
        }

        return tree.Size;
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

    /// <summary>Stretches of the tree that are read side by side; where leaves are missing it is one, so that the first that is missing is named.</summary>
    private IEnumerable<(long Begin, long? End)> Plan(int rowsPerPart)
    {
        using var command = Query("SELECT COUNT(*), MIN(idx), MAX(idx) FROM leaf WHERE city = @city");
        using var row = command.ExecuteReader();
        row.Read();
        var count = row.GetInt64(0);
        if (count == 0)
        {
            return [];
        }

        return row.GetValue(1) is 0L && row.GetValue(2) is long last && last == count - 1
            ? [.. Enumerable.Range(0, (int)((count + rowsPerPart - 1) / rowsPerPart)).Select(i => ((long)i * rowsPerPart, (long?)Math.Min((i + 1L) * rowsPerPart, count)))]
            : [(0, null)];
    }

    /// <summary>Puts the next part behind those before it; false where the tree breaks in it.</summary>
    private bool Join(ReadLeaves part, List<Hash> leaves)
    {
        var wrong = part.Wrong;
        foreach (var (service, first) in part.First)
        {
            var (position, head) = taken.TryGetValue(service, out var before) ? before : (0, CanonicalEntry.FirstHead());
            if (!(wrong?.Index <= first.Index) && !ReadLeaves.Continues(position, head, first))
            {
                wrong = (first.Index, ReadLeaves.OrderWrong(city, first.Index, service, first.Position, position));
            }
        }

        foreach (var (index, finding) in part.Differences)
        {
            if (!(wrong?.Index <= index) && named.Add(finding.Service))
            {
                findings.Add((index + 1, finding));
            }
        }

        foreach (var (service, last) in part.Last)
        {
            taken[service] = last;
        }

        leaves.AddRange(wrong is { } at ? part.Hashes.Take((int)(at.Index - part.Begin)) : part.Hashes);
        if (wrong is { } w)
        {
            findings.Add((w.Index + 1, w.Finding));
        }

        return wrong is null;
    }

    /// <summary>Checks every signed checkpoint that the tree reaches; gives the size of the first that it does not.</summary>
    private long? Signed(WholeTree tree)
    {
        foreach (var page in view.Pages("size, root, note", "checkpoint", city).Chunk(Snapshot.RowsPerPage))
        {
            (long Size, byte[] Root, string Note)[] reached =
                [.. page.Select(row => ((long)row[0], (byte[])row[1], (string)row[2])).TakeWhile(c => c.Item1 >= 0 && c.Item1 <= tree.Size)];
            var wrong = new Finding?[reached.Length];
            Parallel.For(0, reached.Length, i => wrong[i] = SignedWrong(tree, reached[i].Size, reached[i].Root, reached[i].Note));
            findings.AddRange(wrong.Index().Where(w => w.Item is not null).Select(w => (reached[w.Index].Size, w.Item!)));
            if (reached.Length < page.Length)
            {
                return (long)page[reached.Length][0];
            }
        }

        return null;
    }

    private Finding? SignedWrong(WholeTree tree, long size, byte[] signedRoot, string note)
    {
        var root = tree.Root(size);
        if (!root.ToArray().AsSpan().SequenceEqual(signedRoot))
        {
            return Finding.Of("checkpoint.root_wrong", Service, city, size, "前若干条的根与已签署的检查点不符：日志树被改写", "the root over the entries up to here is not that of the signed checkpoint: the tree was rewritten");
        }

        if (keys.Count == 0)
        {
            return null;
        }

        var opened = Checkpoint.Open(note, keys[0].Name, keys, []);
        return !opened.Ok ? new(Service, city, size, opened.Fault)
            : opened.Value.Checkpoint.Size != size || opened.Value.Checkpoint.Root != root
                ? Finding.Of("checkpoint.note_wrong", Service, city, size, "所签署的检查点说的不是这棵树", "the signed checkpoint speaks of another tree")
            : null;
    }

    private void StoredTiles(WholeTree tree)
    {
        var missing = Tiles.Of(tree.Size).ToDictionary(t => (t.Level, t.Index));
        using var command = Query("SELECT level, idx, hashes FROM tile WHERE city = @city ORDER BY level, idx");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var place = (row.GetInt32(0), row.GetInt64(1));
            if (!missing.Remove(place, out var tile) || Tiles.Hashes(row.GetFieldValue<byte[]>(2)) is not { } hashes || !hashes.AsSpan().SequenceEqual(tree.Row(tile)))
            {
                found(Finding.Of("tree.tile_wrong", Service, city, null, $"分片 {place.Item1}/{place.Item2} 与日志树的条目不符", $"the tile {place.Item1}/{place.Item2} is not that of the tree's entries"));
                return;
            }
        }

        if (missing.Keys.Order().Select(k => ((int, long)?)k).FirstOrDefault() is { } first)
        {
            found(Finding.Of("tree.tile_wrong", Service, city, null, $"缺分片 {first.Item1}/{first.Item2}", $"the tile {first.Item1}/{first.Item2} is missing"));
        }
    }

    private void Cursors()
    {
        using var command = Query("SELECT source, position FROM cursor WHERE city = @city ORDER BY source");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var (source, position) = (row.GetString(0), row.GetInt64(1));
            var there = taken.TryGetValue(source, out var t) ? t.Position : 0;
            if (position != there)
            {
                found(Finding.Of(
                    "tree.cursor_wrong", Service, city, null,
                    $"{source} 已收录到第 {position} 条，树中只有 {there} 条", $"{source} was taken in up to position {position}, and the tree holds {there} entries of it"));
            }
        }
    }

    private DbCommand Query(string sql) => view.Query(sql, ("city", city));
}
