using System.Data.Common;
using Dapper;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Tree;

/// <summary>The city's tree as the database keeps it: one row per tile, the rightmost of each level still growing. It grows in the transaction that takes the entries in.</summary>
internal static class StoredTree
{
    private static readonly Insert<TileRow> InsertTile = new Insert<TileRow>("tile")
        .Text("city", t => t.City)
        .Number("level", t => t.Level)
        .Number("idx", t => t.Index)
        .Bytes("hashes", t => t.Hashes)
        .OrReplace("city", "level", "idx");

    private sealed record TileRow(string City, int Level, long Index, byte[] Hashes);

    /// <summary>How many leaves the tree has.</summary>
    public static Task<long> Size(DbConnection connection, DbTransaction? within, string city, CancellationToken ct) =>
        connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT COALESCE(MAX(idx), -1) + 1 FROM leaf WHERE city = @city", new { city }, within, cancellationToken: ct));

    public static async Task<Hash> Root(LogDatabase database, DbConnection connection, DbTransaction? within, string city, long size, CancellationToken ct) =>
        MerkleTree.Root(size, await Source(database, connection, within, city, size, MerkleTree.RootNodes(size), ct));

    /// <summary>The hashes of <paramref name="nodes"/> in the tree of <paramref name="size"/> leaves, read in one query; the tree may have grown since.</summary>
    public static async Task<HashAt> Source(
        LogDatabase database, DbConnection connection, DbTransaction? within, string city, long size, IEnumerable<Node> nodes, CancellationToken ct)
    {
        var tiles = nodes.Select(n => Tiles.Under(n, size)).Distinct().ToList();
        var stored = await Rows(database, connection, within, city, tiles.Select(t => (t.Level, t.Index)), ct);
        return Tiles.Source(size, tile => stored.TryGetValue((tile.Level, tile.Index), out var row) && row.Length >= tile.Width
            ? row[..tile.Width]
            : throw new InvalidDataException($"the tree of {city} lacks hashes of {tile.Path}"));
    }

    /// <summary>Appends leaves after the first <paramref name="size"/>, level by level: a tile that fills up gives one hash to the level above.</summary>
    public static async Task Append(LogTransaction transaction, long size, IReadOnlyList<Hash> leaves, CancellationToken ct)
    {
        var edges = new List<(int, long)>();
        for (var level = 0; Tiles.Hashes(size, level) is > 0 and var there; level++)
        {
            edges.Add((level, there / Tiles.WidthMax));
        }

        var stored = await Rows(transaction.Database, transaction.Connection, transaction.Transaction, transaction.City, edges, ct);
        var changed = new List<TileRow>();
        var rising = leaves;
        for (var level = 0; rising.Count > 0; level++)
        {
            var there = Tiles.Hashes(size, level);
            var index = there / Tiles.WidthMax;
            List<Hash> row = [.. stored.GetValueOrDefault((level, index), [])];
            if (row.Count != there % Tiles.WidthMax)
            {
                throw new InvalidDataException($"the tree of {transaction.City} has {row.Count} hashes at the edge of level {level} instead of {there % Tiles.WidthMax}");
            }

            var full = new List<Hash>();
            foreach (var hash in rising)
            {
                row.Add(hash);
                if (row.Count == Tiles.WidthMax)
                {
                    changed.Add(new(transaction.City, level, index, Bytes(row)));
                    full.Add(RootOf(row));
                    row.Clear();
                    index++;
                }
            }

            if (row.Count > 0)
            {
                changed.Add(new(transaction.City, level, index, Bytes(row)));
            }

            rising = full;
        }

        await transaction.Database.InsertMany(transaction, InsertTile, changed, ct);
    }

    private static async Task<Dictionary<(int Level, long Index), Hash[]>> Rows(
        LogDatabase database, DbConnection connection, DbTransaction? within, string city, IEnumerable<(int Level, long Index)> places, CancellationToken ct)
    {
        var found = new Dictionary<(int, long), Hash[]>();
        foreach (var level in places.GroupBy(p => p.Level))
        {
            var rows = await connection.QueryAsync<(long Index, byte[] Hashes)>(new CommandDefinition(
                $"SELECT idx, hashes FROM tile WHERE city = @city AND level = @level AND {database.In("idx", "@indexes")}",
                new { city, level = level.Key, indexes = database.List([.. level.Select(p => p.Index)]) },
                within,
                cancellationToken: ct));
            foreach (var (index, hashes) in rows)
            {
                found[(level.Key, index)] = Tiles.Hashes(hashes) ?? throw new InvalidDataException($"tile {level.Key}/{index} of {city} is damaged");
            }
        }

        return found;
    }

    private static Hash RootOf(List<Hash> row)
    {
        var frontier = new Frontier();
        row.ForEach(hash => frontier.Append(hash));
        return frontier.Root;
    }

    private static byte[] Bytes(List<Hash> row)
    {
        var bytes = new byte[row.Count * Hash.Length];
        for (var i = 0; i < row.Count; i++)
        {
            row[i].CopyTo(bytes.AsSpan(i * Hash.Length));
        }

        return bytes;
    }
}
