using System.Data.Common;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>A checkpoint as it was signed and is served.</summary>
internal sealed record StoredCheckpoint(long Size, Hash Root, string Note, DateTimeOffset At);

/// <summary>
/// Signs what the tree is now, unless that is signed already. A tree that no longer contains what was signed last is not signed at all
/// (C2SP tlog-checkpoint): that signature would be the proof that this log says different things to different people.
/// Faults: <c>tree.cut</c>, <c>tree.rewritten</c>.
/// </summary>
internal sealed class SignCheckpoint(ServiceLog log, LogKey key, TimeProvider clock)
{
    /// <summary>The newest checkpoint, which covers every entry taken in so far.</summary>
    public async Task<Result<StoredCheckpoint>> Now(string city, CancellationToken ct)
    {
        await using (var connection = await log.Database.Connect(ct))
        {
            if (await Last(connection, null, city, ct) is { } newest && newest.Size == await StoredTree.Size(connection, null, city, ct))
            {
                return newest;
            }
        }

        return await AfterIntake(city, ct);
    }

    /// <summary>The same, but waits for an intake that is under way in this city to be committed.</summary>
    public async Task<Result<StoredCheckpoint>> AfterIntake(string city, CancellationToken ct)
    {
        await using var transaction = await log.Database.BeginWrite(city, ct);
        var signed = await Sign(transaction, ct);
        if (signed.Ok)
        {
            await transaction.Commit(ct);
        }

        return signed;
    }

    private async Task<Result<StoredCheckpoint>> Sign(LogTransaction transaction, CancellationToken ct)
    {
        var (connection, within, city) = (transaction.Connection, transaction.Transaction, transaction.City);
        var size = await StoredTree.Size(connection, within, city, ct);
        var last = await Last(connection, within, city, ct);
        if (last is not null)
        {
            if (last.Size > size)
            {
                return Cut(city, last.Size, size);
            }

            if (last.Root != await StoredTree.Root(transaction.Database, connection, within, city, last.Size, ct))
            {
                return Rewritten(city, last.Size);
            }

            if (last.Size == size)
            {
                return last;
            }
        }

        var root = await StoredTree.Root(transaction.Database, connection, within, city, size, ct);
        var at = clock.GetUtcNow();
        var note = new Checkpoint(key.OriginOf(city), size, root).Sign(key.Signers(city), at).ToString();
        await connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO checkpoint (city, size, root, note, at_micros) VALUES (@city, @size, @root, @note, @at)",
            new { city, size, root = root.ToArray(), note, at = Instant.Micros(at) },
            within,
            cancellationToken: ct));
        return new StoredCheckpoint(size, root, note, at);
    }

    private static async Task<StoredCheckpoint?> Last(DbConnection connection, DbTransaction? within, string city, CancellationToken ct)
    {
        var row = await connection.QuerySingleOrDefaultAsync<(long Size, byte[] Root, string Note, long AtMicros)?>(new CommandDefinition(
            "SELECT size, root, note, at_micros FROM checkpoint WHERE city = @city ORDER BY size DESC LIMIT 1", new { city }, within, cancellationToken: ct));
        return row is { } r ? new(r.Size, Hash.Of(r.Root), r.Note, Instant.FromMicros(r.AtMicros)) : null;
    }

    private static Fault Cut(string city, long signed, long size) => new(FaultKind.Conflict, "tree.cut", new(
        $"{city} 的日志树只剩 {size} 条，而已签署的检查点有 {signed} 条：日志被截断，不再签署。请用 ./city verify 查明。",
        $"The tree of {city} has {size} entries, and a checkpoint of {signed} was signed: it was cut, and is not signed again. Run ./city verify to find out more."));

    private static Fault Rewritten(string city, long signed) => new(FaultKind.Conflict, "tree.rewritten", new(
        $"{city} 的日志树前 {signed} 条与已签署的检查点不符：日志被改写，不再签署。请用 ./city verify 查明。",
        $"The first {signed} entries of the tree of {city} are not those that were signed: it was rewritten, and is not signed again. Run ./city verify to find out more."));
}
