namespace PilotCity.Oversight.Tree;

/// <summary>Every hash of a tree in memory, level by level, two per leaf: for a check that needs the roots of many sizes.</summary>
internal sealed class WholeTree
{
    /// <summary>Below this many hashes a level is done before another core has begun.</summary>
    private const int ParallelFrom = 4_096;

    private readonly List<Hash[]> levels;

    public WholeTree(IReadOnlyCollection<Hash> leaves)
    {
        levels = [[.. leaves]];
        while (levels[^1] is { Length: > 1 } below)
        {
            var level = new Hash[below.Length / 2];
            if (level.Length < ParallelFrom)
            {
                Join(below, level, 0, level.Length);
            }
            else
            {
                var parts = (level.Length + ParallelFrom - 1) / ParallelFrom;
                Parallel.For(0, parts, part => Join(below, level, part * ParallelFrom, Math.Min((part + 1) * ParallelFrom, level.Length)));
            }

            levels.Add(level);
        }
    }

    public long Size => levels[0].Length;

    /// <summary>The root over the first <paramref name="size"/> leaves.</summary>
    public Hash Root(long size) => MerkleTree.Root(size, At);

    public Hash At(int level, long index) => levels[level][index];

    /// <summary>The hashes of a tile of this tree.</summary>
    public ReadOnlySpan<Hash> Row(Tile tile) => levels[tile.Level * Tiles.Height].AsSpan((int)(tile.Index * Tiles.WidthMax), tile.Width);

    private static void Join(Hash[] below, Hash[] level, int begin, int end)
    {
        for (var i = begin; i < end; i++)
        {
            level[i] = MerkleTree.NodeHash(below[2 * i], below[(2 * i) + 1]);
        }
    }
}
