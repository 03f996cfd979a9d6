using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Tree;

/// <summary>
/// A tile of hashes, or a bundle of entries, as C2SP tlog-tiles names and lays them out: tools written by others audit the whole log with
/// these alone. A partial tile stays available once it has grown. Fault: <c>tile.unknown</c>.
/// </summary>
internal static class ReadTile
{
    internal static void Map(Routes routes) =>
        routes.Get("/tile/{**path}", Officials.All, async (request, ct) =>
        {
            await using var connection = await request.Log.Database.Connect(ct);
            if (!Tiles.TryParse($"tile/{request.Route("path")}", out var tile)
                || !Tiles.Holds(await StoredTree.Size(connection, null, request.City, ct), tile))
            {
                return new Fault(FaultKind.NotFound, "tile.unknown", new(
                    "日志没有这个分片：请按检查点的条数计算分片路径。", "The log has no such tile: derive the paths of tiles from a checkpoint's size."));
            }

            byte[] bytes;
            if (tile.Level == Tiles.EntriesLevel)
            {
                var first = tile.Index * Tiles.WidthMax;
                bytes = Tiles.Bundle([.. await connection.QueryAsync<byte[]>(new CommandDefinition(
                    "SELECT entry FROM leaf WHERE city = @City AND idx >= @first AND idx < @end ORDER BY idx",
                    new { request.City, first, end = first + tile.Width },
                    cancellationToken: ct))]);
            }
            else
            {
                var stored = await connection.QuerySingleAsync<byte[]>(new CommandDefinition(
                    "SELECT hashes FROM tile WHERE city = @City AND level = @Level AND idx = @Index", new { request.City, tile.Level, tile.Index }, cancellationToken: ct));
                bytes = stored[..(tile.Width * Hash.Length)];
            }

            return (object)Results.Bytes(bytes, "application/octet-stream");
        });
}
