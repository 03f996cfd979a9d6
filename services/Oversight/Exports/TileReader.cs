using System.Data.Common;
using Dapper;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Exports;

/// <summary>
/// Hashes of a city's tree for whoever walks it from left to right: of each level the last tile that was asked for is kept, and no more,
/// so it needs the memory of a few tiles however large the tree.
/// </summary>
internal sealed class TileReader(DbConnection connection, string city, long size)
{
    private readonly Dictionary<int, (long Index, Hash[][] Rows)> kept = [];

    /// <summary>The root over the part <c>[begin, end)</c> to which <see cref="MerkleTree.Middle"/> led.</summary>
    public async ValueTask<Hash> Root(long begin, long end, CancellationToken ct)
    {
        Hash? right = null;
        foreach (var node in MerkleTree.PartNodes(begin, end).Reverse())
        {
            var hash = await At(node, ct);
            right = right is { } r ? MerkleTree.NodeHash(hash, r) : hash;
        }

        return right!.Value;
    }

    private async ValueTask<Hash> At(Node node, CancellationToken ct)
    {
        var tile = Tiles.Under(node, size);
        if (!kept.TryGetValue(tile.Level, out var row) || row.Index != tile.Index)
        {
            kept[tile.Level] = row = (tile.Index, await Read(tile, ct));
        }

        var inside = node.Level % Tiles.Height;
        return row.Rows[inside][node.Index - ((tile.Index * Tiles.WidthMax) >> inside)];
    }

    /// <summary>The tile's own hashes and those of the levels inside it.</summary>
    private async Task<Hash[][]> Read(Tile tile, CancellationToken ct)
    {
        var stored = await connection.QuerySingleOrDefaultAsync<byte[]>(new CommandDefinition(
            "SELECT hashes FROM tile WHERE city = @city AND level = @Level AND idx = @Index", new { city, tile.Level, tile.Index }, cancellationToken: ct));
        if (stored is null || Tiles.Hashes(stored) is not { } hashes || hashes.Length < tile.Width)
        {
            throw new InvalidDataException($"the tree of {city} lacks hashes of {tile.Path}");
        }

        var rows = new Hash[Tiles.Height][];
        rows[0] = hashes[..tile.Width];
        for (var level = 1; level < rows.Length; level++)
        {
            var below = rows[level - 1];
            rows[level] = new Hash[below.Length / 2];
            for (var i = 0; i < rows[level].Length; i++)
            {
                rows[level][i] = MerkleTree.NodeHash(below[2 * i], below[(2 * i) + 1]);
            }
        }

        return rows;
    }
}
