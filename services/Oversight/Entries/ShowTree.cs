using Dapper;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// How the city's tree stands: its size and root, how far each service's log was taken in, every break that was found, and what is signed.
/// <c>unsigned</c> says why the tree as it is now is not signed, if it is not.
/// </summary>
internal static class ShowTree
{
    internal sealed record View(
        string Origin, long Size, Hash Root, long SignedSize, DateTimeOffset? SignedAt, Refusal? Unsigned, IReadOnlyList<TakenLog> Logs, IReadOnlyList<Break> Breaks);

    /// <summary>A log as it was taken in; <c>head</c> is in hex.</summary>
    internal sealed record TakenLog(string Service, long Position, string Head);

    internal sealed record Break(string Service, long Position, string Reason, DateTimeOffset FoundAt);

    internal sealed record Refusal(string Code, string Message);

    internal static void Map(Routes routes) =>
        routes.Get("/tree", Officials.All, async (request, ct) =>
        {
            var signed = await request.Service<SignCheckpoint>().Now(request.City, ct);
            await using var connection = await request.Log.Database.Connect(ct);
            var size = await StoredTree.Size(connection, null, request.City, ct);
            var last = await connection.QuerySingleOrDefaultAsync<(long Size, long AtMicros)?>(new CommandDefinition(
                "SELECT size, at_micros FROM checkpoint WHERE city = @City ORDER BY size DESC LIMIT 1", new { request.City }, cancellationToken: ct));
            var logs = await connection.QueryAsync<(string Service, long Position, byte[] Head)>(new CommandDefinition(
                "SELECT source, position, head FROM cursor WHERE city = @City ORDER BY source", new { request.City }, cancellationToken: ct));
            var breaks = await connection.QueryAsync<(string Service, long Position, string Reason, long AtMicros)>(new CommandDefinition(
                "SELECT service, position, reason, at_micros FROM intake_break WHERE city = @City ORDER BY at_micros, service, position",
                new { request.City },
                cancellationToken: ct));
            return (object)new View(
                request.Service<LogKey>().OriginOf(request.City),
                size,
                await StoredTree.Root(request.Log.Database, connection, null, request.City, size, ct),
                last?.Size ?? 0,
                last is { } l ? Instant.FromMicros(l.AtMicros) : null,
                signed.Ok ? null : new(signed.Fault.Code, signed.Fault.Message.In(request.Language)),
                [.. logs.Select(c => new TakenLog(c.Service, c.Position, Convert.ToHexStringLower(c.Head)))],
                [.. breaks.Select(b => new Break(b.Service, b.Position, b.Reason, Instant.FromMicros(b.AtMicros)))]);
        });
}
