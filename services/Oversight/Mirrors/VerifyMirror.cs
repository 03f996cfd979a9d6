using System.Runtime.CompilerServices;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Verify;

namespace PilotCity.Oversight.Mirrors;

/// <summary>What a check of a mirror looked at: the checkpoint it speaks of, the note as it was read, whether its signature was checked, and the first thing that does not hold.</summary>
internal sealed record VerifiedMirror(Checkpoint Checkpoint, string Note, bool Signed, Finding? Wrong);

/// <summary>
/// Checks a mirror with nothing but its files: the checkpoint is signed, every entry is that of its leaf hash, each service's entries follow
/// one another, and all tiles are those of the tree that the checkpoint speaks of. The first bad entry or tile is named.
/// Faults: <c>mirror.checkpoint_missing</c>, <c>mirror.unreachable</c>, <c>mirror.too_large</c>, those of checkpoints and notes, and as findings
/// <c>mirror.tile_missing</c>, <c>mirror.leaf_wrong</c>, <c>mirror.entry_unreadable</c>, <c>mirror.order_wrong</c>, <c>mirror.tile_wrong</c>, <c>mirror.root_wrong</c>.
/// </summary>
internal static class VerifyMirror
{
    /// <summary>What is asked for at once: a web server answers this many together, and their contents fit in memory.</summary>
    private const int TilesTogether = 16;

    /// <summary>More than any city of ours writes in a hundred years; a checkpoint of more is not followed tile by tile.</summary>
    private const long SizeMax = 1L << 30;

    private const int BundleBytesMax = Tiles.WidthMax * (2 + Tiles.EntryBytesMax);

    /// <param name="key">The verifier key of this log, or of another city of the same installation; null leaves the signature unchecked.</param>
    public static async Task<Result<VerifiedMirror>> Check(MirrorSource mirror, VerifierKeys? key, Action<long>? progress, CancellationToken ct)
    {
        try
        {
            var opened = await Open(mirror, key, ct);
            return opened.Ok ? new VerifiedMirror(opened.Value.Checkpoint, opened.Value.Note, key is not null, await Walk(mirror, opened.Value.Checkpoint, progress, ct)) : opened.Fault;
        }
        catch (Exception e) when (IsAway(e, ct))
        {
            return Away(mirror, e);
        }
    }

    /// <summary>Whether an exception means that the mirror's files cannot be had; a timeout does, our own stop does not.</summary>
    public static bool IsAway(Exception e, CancellationToken ct) =>
        e is IOException or HttpRequestException or UnauthorizedAccessException || (e is TaskCanceledException && !ct.IsCancellationRequested);

    public static Fault NoCheckpoint(MirrorSource mirror) => new(FaultKind.NotFound, "mirror.checkpoint_missing", new(
        $"{mirror.Name} 下没有 checkpoint 文件：请给出镜像的根目录或网址。", $"There is no file 'checkpoint' at {mirror.Name}: give the mirror's root folder or address."));

    public static Fault Away(MirrorSource mirror, Exception e) =>
        new(FaultKind.Unavailable, "mirror.unreachable", new($"{mirror.Name} 无法读取：{e.Message}", $"{mirror.Name} cannot be read: {e.Message}"));

    /// <summary>The mirror's checkpoint, signed by this key where one is given.</summary>
    public static async Task<Result<(Checkpoint Checkpoint, string Note)>> Open(MirrorSource mirror, VerifierKeys? key, CancellationToken ct)
    {
        if (await mirror.Read(WriteMirror.CheckpointName, SignedNote.BytesMax, ct) is not { } bytes)
        {
            return NoCheckpoint(mirror);
        }

        var note = Encoding.UTF8.GetString(bytes);
        var opened = VerifyCheckpoints.Open(note, key);
        return !opened.Ok ? opened.Fault : opened.Value.Size <= SizeMax ? (opened.Value, note) : new Fault(FaultKind.TooLarge, "mirror.too_large", new(
            $"检查点有 {opened.Value.Size} 条，超过核验上限 {SizeMax} 条。", $"The checkpoint speaks of {opened.Value.Size} entries; at most {SizeMax} are checked."));
    }

    /// <summary>The hashes of one tile, also where only its full one is left; null where there is none of that width.</summary>
    public static async Task<Hash[]?> Hashes(MirrorSource mirror, Tile tile, CancellationToken ct) =>
        await Either(mirror, tile, Tiles.WidthMax * Hash.Length, ct) is { } bytes && Tiles.Hashes(bytes) is { } hashes && hashes.Length >= tile.Width ? hashes[..tile.Width] : null;

    /// <summary>The first entries of a mirror, as many as there are of <paramref name="count"/>: bytes that nobody checked yet.</summary>
    public static async IAsyncEnumerable<byte[]> Entries(MirrorSource mirror, long count, [EnumeratorCancellation] CancellationToken ct)
    {
        var opened = await Open(mirror, null, ct);
        foreach (var tile in opened.Ok ? Tiles.Of(Math.Min(SizeMax, opened.Value.Checkpoint.Size)).TakeWhile(t => t.Level == 0 && t.Index * Tiles.WidthMax < count) : [])
        {
            if (await Either(mirror, tile with { Level = Tiles.EntriesLevel }, BundleBytesMax, ct) is not { } bundle || Tiles.Entries(bundle) is not { } entries)
            {
                yield break;
            }

            foreach (var entry in entries.Take((int)Math.Min(tile.Width, count - (tile.Index * Tiles.WidthMax))))
            {
                yield return entry;
            }
        }
    }

    private static async Task<Finding?> Walk(MirrorSource mirror, Checkpoint checkpoint, Action<long>? progress, CancellationToken ct)
    {
        var city = checkpoint.Origin[(checkpoint.Origin.LastIndexOf('/') + 1)..];
        var leaves = new List<Hash>();
        var positions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var together in Tiles.Of(checkpoint.Size).TakeWhile(t => t.Level == 0).Chunk(TilesTogether))
        {
            foreach (var read in await Task.WhenAll(together.Select(tile => Task.Run(() => Leaves(mirror, city, tile, ct), ct))))
            {
                if (read.Wrong is not null)
                {
                    return read.Wrong;
                }

                // That services' entries follow one another is seen across tiles only.
                foreach (var (index, entry) in read.Entries.Index())
                {
                    var before = positions.GetValueOrDefault(entry.Service);
                    if (entry.Position != before + 1)
                    {
                        return Wrong("mirror.order_wrong", city, leaves.Count + index + 1, $"{entry.Service} 第 {entry.Position} 条接不上第 {before} 条", $"position {entry.Position} of {entry.Service} does not continue position {before}");
                    }

                    positions[entry.Service] = entry.Position;
                }

                leaves.AddRange(read.Hashes);
            }

            progress?.Invoke(leaves.Count);
        }

        var tree = new WholeTree(leaves);
        return await Tile(mirror, city, tree, ct)
            ?? (tree.Root(checkpoint.Size) == checkpoint.Root ? null
                : Wrong("mirror.root_wrong", city, null, $"{checkpoint.Size} 条的根与检查点不符：镜像的条目不是所签署的那些", $"the root over its {checkpoint.Size} entries is not that of the checkpoint: the entries are not those that were signed"));
    }

    /// <summary>The first tile above the leaves that is not the tree's.</summary>
    private static async Task<Finding?> Tile(MirrorSource mirror, string city, WholeTree tree, CancellationToken ct)
    {
        foreach (var tile in Tiles.Of(tree.Size).SkipWhile(t => t.Level == 0))
        {
            if (await Hashes(mirror, tile, ct) is not { } hashes)
            {
                return Missing(city, tile);
            }

            if (!tree.Row(tile).SequenceEqual(hashes))
            {
                return Wrong("mirror.tile_wrong", city, null, $"{tile.Path} 与其下各条的散列不符", $"{tile.Path} is not that of the entries below it");
            }
        }

        return null;
    }

    private sealed record Stretch(IReadOnlyList<Hash> Hashes, IReadOnlyList<Entry> Entries, Finding? Wrong);

    /// <summary>The entries of one tile, each held against its hash.</summary>
    private static async Task<Stretch> Leaves(MirrorSource mirror, string city, Tile tile, CancellationToken ct)
    {
        var entriesTile = tile with { Level = Tiles.EntriesLevel };
        if (await Hashes(mirror, tile, ct) is not { } hashes)
        {
            return new([], [], Missing(city, tile));
        }

        if (await Either(mirror, entriesTile, BundleBytesMax, ct) is not { } bundle || Tiles.Entries(bundle) is not { } bytes || bytes.Count < tile.Width)
        {
            return new([], [], Missing(city, entriesTile));
        }

        var entries = new List<Entry>();
        for (var i = 0; i < tile.Width; i++)
        {
            var position = (tile.Index * Tiles.WidthMax) + i + 1;
            if (MerkleTree.LeafHash(bytes[i]) != hashes[i])
            {
                return new([], [], Wrong("mirror.leaf_wrong", city, position, $"{entriesTile.Path} 中这一条的内容与 {tile.Path} 中的散列不符", $"its content in {entriesTile.Path} is not that of its hash in {tile.Path}"));
            }

            if (Read(bytes[i]) is not { } entry || entry.City != city)
            {
                return new([], [], Wrong("mirror.entry_unreadable", city, position, $"{entriesTile.Path} 中这一条不是该城市日志的条目", $"in {entriesTile.Path} it is no entry of this city's log"));
            }

            entries.Add(entry);
        }

        return new(hashes, entries, null);
    }

    /// <summary>A partial tile, or the full one that it grew to: a mirror may drop what has grown.</summary>
    private static async Task<byte[]?> Either(MirrorSource mirror, Tile tile, int bytesMax, CancellationToken ct) =>
        await mirror.Read(tile.Path, bytesMax, ct) ?? (tile.Full ? null : await mirror.Read((tile with { Width = Tiles.WidthMax }).Path, bytesMax, ct));

    private static Entry? Read(byte[] bytes)
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

    private static Finding Missing(string city, Tile tile) => Wrong("mirror.tile_missing", city, null, $"缺 {tile.Path}，或其内容不足 {tile.Width} 条", $"{tile.Path} is missing, or holds fewer than {tile.Width}");

    private static Finding Wrong(string code, string city, long? position, string zh, string en) => Finding.Of(code, "mirror", city, position, zh, en);
}
