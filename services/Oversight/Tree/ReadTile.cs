using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
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
            var tile = await Read(request.Log, request.City, $"tile/{request.Route("path")}", ct);
            if (!tile.Ok)
            {
                return tile.Fault;
            }

            return (object)Results.Bytes(tile.Value, "application/octet-stream");
        });

    internal static async Task<Result<byte[]>> Read(ServiceLog log, string city, string path, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        if (!Tiles.TryParse(path, out var tile) || !Tiles.Holds(await StoredTree.Size(connection, null, city, ct), tile))
        {
            return new Fault(FaultKind.NotFound, "tile.unknown", new(
                "日志没有这个分片：请按检查点的条数计算分片路径。", "The log has no such tile: derive the paths of tiles from a checkpoint's size."));
        }

        if (tile.Level == Tiles.EntriesLevel)
        {
            var first = tile.Index * Tiles.WidthMax;
            return Tiles.Bundle([.. await connection.QueryAsync<byte[]>(new CommandDefinition(
                "SELECT entry FROM leaf WHERE city = @city AND idx >= @first AND idx < @end ORDER BY idx", new { city, first, end = first + tile.Width }, cancellationToken: ct))]);
        }

        var stored = await connection.QuerySingleAsync<byte[]>(new CommandDefinition(
            "SELECT hashes FROM tile WHERE city = @city AND level = @Level AND idx = @Index", new { city, tile.Level, tile.Index }, cancellationToken: ct));
        return stored[..(tile.Width * Hash.Length)];
    }
}
