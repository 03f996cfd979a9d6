using System.Buffers.Binary;
using System.Globalization;

namespace PilotCity.Oversight.Tree;

/// <summary>
/// A tile of the log (C2SP tlog-tiles): up to 256 neighbouring hashes of level 8 · <paramref name="Level"/>, or, at
/// <see cref="Tiles.EntriesLevel"/>, as many entries. <paramref name="Width"/> 256 is a full tile; 1 to 255 the partial one at the right edge.
/// </summary>
internal readonly record struct Tile(int Level, long Index, int Width)
{
    public bool Full => Width == Tiles.WidthMax;

    /// <summary>The path below the log's prefix: <c>tile/1/x001/x234/067</c>, <c>tile/0/273.p/112</c>, <c>tile/entries/000</c>.</summary>
    public string Path
    {
        get
        {
            var number = (Index % 1000).ToString("000", CultureInfo.InvariantCulture);
            for (var rest = Index / 1000; rest > 0; rest /= 1000)
            {
                number = string.Create(CultureInfo.InvariantCulture, $"x{rest % 1000:000}/{number}");
            }

            var level = Level == Tiles.EntriesLevel ? "entries" : Level.ToString(CultureInfo.InvariantCulture);
            return string.Create(CultureInfo.InvariantCulture, $"tile/{level}/{number}{(Full ? "" : $".p/{Width}")}");
        }
    }
}

/// <summary>The tree cut into static files as C2SP tlog-tiles lays them out, so that a plain web server can serve them and tools written by others can check them.</summary>
internal static class Tiles
{
    /// <summary>A tile spans eight levels of the tree.</summary>
    public const int Height = 8;

    /// <summary>Hashes in a full tile: 2^<see cref="Height"/>.</summary>
    public const int WidthMax = 1 << Height;

    /// <summary>The level under which the path says <c>entries</c>.</summary>
    public const int EntriesLevel = -1;

    /// <summary>The longest entry that the 2-byte length of an entry bundle can tell.</summary>
    public const int EntryBytesMax = 65_535;

    private const int LevelMax = 63;

    /// <summary>All tiles of a tree: every full one and, at the right edge of each level, the partial one.</summary>
    public static IEnumerable<Tile> Of(long size) => Grown(0, size);

    /// <summary>The tiles to write when the tree grows from <paramref name="oldSize"/> to <paramref name="size"/>: those that became full and the partial ones of the new size.</summary>
    public static IEnumerable<Tile> Grown(long oldSize, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MerkleTree.SizeMax);
        for (var level = 0; Hashes(size, level) > 0; level++)
        {
            var (before, now) = (Hashes(oldSize, level), Hashes(size, level));
            for (var index = before / WidthMax; index < now / WidthMax; index++)
            {
                yield return new(level, index, WidthMax);
            }

            if (now % WidthMax != 0 && now != before)
            {
                yield return new(level, now / WidthMax, (int)(now % WidthMax));
            }
        }
    }

    /// <summary>True if a tree of <paramref name="size"/> leaves has all the hashes (or entries) of the tile.</summary>
    public static bool Holds(long size, Tile tile) =>
        tile.Index <= MerkleTree.SizeMax / WidthMax
        && (tile.Index * WidthMax) + tile.Width <= Hashes(size, tile.Level == EntriesLevel ? 0 : tile.Level);

    /// <summary>The bytes of a tile of hashes: 32 per hash.</summary>
    public static byte[] Contents(Tile tile, HashAt source)
    {
        var bytes = new byte[tile.Width * Hash.Length];
        for (var i = 0; i < tile.Width; i++)
        {
            source(tile.Level * Height, (tile.Index * WidthMax) + i).CopyTo(bytes.AsSpan(i * Hash.Length));
        }

        return bytes;
    }

    /// <summary>Reads the hashes of a tile; null if the bytes are not 1 to 256 hashes.</summary>
    public static Hash[]? Hashes(ReadOnlySpan<byte> contents)
    {
        if (contents.Length == 0 || contents.Length % Hash.Length != 0 || contents.Length > WidthMax * Hash.Length)
        {
            return null;
        }

        var hashes = new Hash[contents.Length / Hash.Length];
        for (var i = 0; i < hashes.Length; i++)
        {
            hashes[i] = Hash.Of(contents.Slice(i * Hash.Length, Hash.Length));
        }

        return hashes;
    }

    /// <summary>The tile of a tree of <paramref name="size"/> leaves from whose row the node is hashed.</summary>
    public static Tile Under(Node node, long size)
    {
        var level = node.Level / Height;
        var index = (node.Index << (node.Level % Height)) / WidthMax;
        var there = Hashes(size, level) - (index * WidthMax);
        return there > 0
            ? new(level, index, (int)Math.Min(there, WidthMax))
            : throw new ArgumentOutOfRangeException(nameof(node), $"a tree of {size} leaves has no subtree {node.Index} at level {node.Level}");
    }

    /// <summary>
    /// Any hash of the tree of <paramref name="size"/> leaves from its tiles: the levels inside a tile are hashed from the tile's
    /// own row. <paramref name="read"/> gives the hashes of a tile; what it gave is kept for the life of this source.
    /// </summary>
    public static HashAt Source(long size, Func<Tile, Hash[]> read)
    {
        var kept = new Dictionary<Tile, Hash[]>();
        return (level, index) =>
        {
            var tile = Under(new(level, index), size);
            var (first, span) = (index << (level % Height), 1 << (level % Height));
            if (!kept.TryGetValue(tile, out var row))
            {
                row = read(tile);
                if (row.Length != tile.Width)
                {
                    throw new InvalidDataException($"{tile.Path} holds {row.Length} hashes instead of {tile.Width}");
                }

                kept.Add(tile, row);
            }

            var part = row.AsSpan((int)(first % WidthMax), span).ToArray();
            for (var width = part.Length / 2; width > 0; width /= 2)
            {
                for (var i = 0; i < width; i++)
                {
                    part[i] = MerkleTree.NodeHash(part[2 * i], part[(2 * i) + 1]);
                }
            }

            return part[0];
        };
    }

    /// <summary>Reads a path below the prefix; only the one spelling that <see cref="Tile.Path"/> writes is a tile.</summary>
    public static bool TryParse(string path, out Tile tile)
    {
        tile = default;
        // The longest path of a 64-bit index; anything longer is no tile and need not be taken apart.
        if (path.Length > 64)
        {
            return false;
        }

        var parts = path.Split('/');
        if (parts.Length < 3 || parts[0] != "tile")
        {
            return false;
        }

        var level = EntriesLevel;
        if (parts[1] != "entries" && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out level) || level > LevelMax))
        {
            return false;
        }

        var (width, last) = (WidthMax, parts.Length - 1);
        if (parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out width) || width is < 1 or >= WidthMax)
            {
                return false;
            }

            last--;
            parts[last] = parts[last][..^2];
        }

        var index = 0L;
        for (var i = 2; i <= last; i++)
        {
            var digits = i < last ? parts[i].StartsWith('x') ? parts[i].AsSpan(1) : [] : parts[i].AsSpan();
            if (digits.Length != 3 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var thousand)
                || index > MerkleTree.SizeMax / 1000)
            {
                return false;
            }

            index = (index * 1000) + thousand;
        }

        var parsed = new Tile(level, index, width);
        if (parsed.Path != path)
        {
            return false;
        }

        tile = parsed;
        return true;
    }

    /// <summary>The bytes of an entry bundle: each entry with its length in two bytes, big-endian, before it.</summary>
    public static byte[] Bundle(IReadOnlyList<byte[]> entries)
    {
        var bytes = new byte[entries.Sum(e => e.Length + 2)];
        var rest = bytes.AsSpan();
        foreach (var entry in entries)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThan(entry.Length, EntryBytesMax);
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)entry.Length);
            entry.CopyTo(rest[2..]);
            rest = rest[(entry.Length + 2)..];
        }

        return bytes;
    }

    /// <summary>Reads an entry bundle; null if the lengths do not fit the bytes or there are more entries than a tile holds.</summary>
    public static IReadOnlyList<byte[]>? Entries(ReadOnlySpan<byte> bundle)
    {
        var entries = new List<byte[]>();
        while (bundle.Length > 0)
        {
            if (bundle.Length < 2 || entries.Count == WidthMax)
            {
                return null;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle);
            if (bundle.Length - 2 < length)
            {
                return null;
            }

            entries.Add(bundle.Slice(2, length).ToArray());
            bundle = bundle[(2 + length)..];
        }

        return entries;
    }

    /// <summary>How many hashes the tiles of a level hold in a tree of <paramref name="size"/> leaves. A shift by 64 would be one by 0, hence the question.</summary>
    public static long Hashes(long size, int level) => level * Height < 64 ? size >> (level * Height) : 0;
}
