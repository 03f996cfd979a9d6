using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Verify;

namespace PilotCity.Oversight.Mirrors;

/// <summary>What was written: the checkpoint's size, and how many files are new.</summary>
internal sealed record WrittenMirror(long Size, int Files);

/// <summary>
/// Writes a city's log as files that any web server serves (C2SP tlog-tiles): <c>checkpoint</c>, <c>tile/&lt;level&gt;/…</c>, <c>tile/entries/…</c>.
/// A mirror that is there grows: full tiles stay, the checkpoint comes last, so whoever reads meanwhile finds every tile of the checkpoint it
/// read. Faults: <c>mirror.unsigned</c>, <c>mirror.other_tree</c>.
/// </summary>
internal static class WriteMirror
{
    public const string CheckpointName = "checkpoint";

    public static Result<WrittenMirror> Write(Snapshot snapshot, string city, string folder, CancellationToken ct)
    {
        if (Newest(snapshot, city) is not { } signed)
        {
            return new Fault(FaultKind.NotFound, "mirror.unsigned", new(
                $"{city} 还没有签署过检查点，没有可镜像的日志。", $"No checkpoint of {city} was signed yet; there is nothing to mirror."));
        }

        var before = Before(folder);
        if (before is { } old && !Continues(snapshot, city, old, signed.Size))
        {
            return OtherTree(folder, old.Size, signed.Size);
        }

        var files = 0;
        foreach (var tile in Tiles.Grown(before?.Size ?? 0, signed.Size))
        {
            ct.ThrowIfCancellationRequested();
            Put(folder, tile.Path, Hashes(snapshot, city, tile));
            files++;
            if (tile.Level == 0)
            {
                var entries = tile with { Level = Tiles.EntriesLevel };
                Put(folder, entries.Path, Tiles.Bundle(Entries(snapshot, city, tile)));
                files++;
            }
        }

        Put(folder, CheckpointName, Encoding.UTF8.GetBytes(signed.Note + Cosigned(snapshot, city, signed.Size)));
        return new WrittenMirror(signed.Size, files + 1);
    }

    private static (long Size, string Note)? Newest(Snapshot snapshot, string city)
    {
        using var command = snapshot.Query("SELECT size, note FROM checkpoint WHERE city = @city ORDER BY size DESC LIMIT 1", ("city", city));
        using var row = command.ExecuteReader();
        return row.Read() ? (row.GetInt64(0), row.GetString(1)) : null;
    }

    /// <summary>What witnesses said of that checkpoint until now.</summary>
    private static string Cosigned(Snapshot snapshot, string city, long size)
    {
        using var command = snapshot.Query("SELECT line FROM cosignature WHERE city = @city AND size = @size ORDER BY witness", ("city", city), ("size", size));
        using var row = command.ExecuteReader();
        var lines = new StringBuilder();
        while (row.Read())
        {
            lines.Append(row.GetString(0));
        }

        return lines.ToString();
    }

    /// <summary>The checkpoint of the mirror that is there; one that cannot be read is begun anew.</summary>
    private static Checkpoint? Before(string folder)
    {
        var path = Path.Combine(folder, CheckpointName);
        return File.Exists(path) && new FileInfo(path).Length <= SignedNote.BytesMax && SignedNote.Parse(File.ReadAllBytes(path)) is { Ok: true, Value: var note }
            && Checkpoint.Parse(note.Text) is { Ok: true, Value: var checkpoint } ? checkpoint : null;
    }

    /// <summary>A mirror that says something else than this database now does is evidence: it is not written over.</summary>
    private static bool Continues(Snapshot snapshot, string city, Checkpoint old, long size)
    {
        if (old.Size > size)
        {
            return false;
        }

        var source = Tiles.Source(old.Size, tile => Tiles.Hashes(Hashes(snapshot, city, tile))!);
        return MerkleTree.Root(old.Size, source) == old.Root;
    }

    private static byte[] Hashes(Snapshot snapshot, string city, Tile tile)
    {
        using var command = snapshot.Query("SELECT hashes FROM tile WHERE city = @city AND level = @level AND idx = @index", ("city", city), ("level", tile.Level), ("index", tile.Index));
        var length = tile.Width * Hash.Length;
        return command.ExecuteScalar() is byte[] stored && stored.Length >= length ? stored[..length]
            : throw new InvalidDataException($"{tile.Path}: the tree of {city} lacks it");
    }

    private static List<byte[]> Entries(Snapshot snapshot, string city, Tile tile)
    {
        var first = tile.Index * Tiles.WidthMax;
        using var command = snapshot.Query("SELECT entry FROM leaf WHERE city = @city AND idx >= @first AND idx < @end ORDER BY idx", ("city", city), ("first", first), ("end", first + tile.Width));
        using var row = command.ExecuteReader();
        var entries = new List<byte[]>();
        while (row.Read())
        {
            entries.Add(row.GetFieldValue<byte[]>(0));
        }

        return entries.Count == tile.Width ? entries : throw new InvalidDataException($"{tile.Path}: the tree of {city} lacks entries");
    }

    /// <summary>A file is whole or not there.</summary>
    private static void Put(string folder, string path, byte[] bytes)
    {
        var file = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var aside = $"{file}.new";
        using (var stream = new FileStream(aside, FileMode.Create, FileAccess.Write))
        {
            stream.Write(bytes);
            stream.Flush(flushToDisk: path == CheckpointName);
        }

        File.Move(aside, file, overwrite: true);
    }

    private static Fault OtherTree(string folder, long mirrored, long size) => new(FaultKind.Conflict, "mirror.other_tree", new(
        $"{folder} 中的镜像有 {mirrored} 条，与现在的 {size} 条不一致：日志被截断或改写。镜像保持原样，请用 ./city verify 查明。",
        $"The mirror in {folder} holds {mirrored} entries that are not the beginning of the {size} there are now: the log was cut or rewritten. The mirror is left as it is; run ./city verify to find out more."));
}
