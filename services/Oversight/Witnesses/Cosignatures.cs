using System.Data.Common;
using Dapper;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Witnesses;

/// <summary>What a witness said last that was no cosignature: what it answered, about which size.</summary>
internal sealed record WitnessRefusal(string Witness, long Size, int Status, string Reason, DateTimeOffset At);

/// <summary>
/// The cosignatures that witnesses gave to a city's checkpoints, and their last refusals. They are beside the checkpoint and not in it: losing
/// them loses nothing but the witnesses' word, which can be asked for again.
/// </summary>
internal static class Cosignatures
{
    internal const string Tables = """
        CREATE TABLE IF NOT EXISTS cosignature (
          city TEXT NOT NULL,
          size BIGINT NOT NULL,
          witness TEXT NOT NULL,
          line TEXT NOT NULL,
          at_micros BIGINT NOT NULL,
          PRIMARY KEY (city, size, witness)
        );
        CREATE TABLE IF NOT EXISTS witness_refusal (
          city TEXT NOT NULL,
          witness TEXT NOT NULL,
          size BIGINT NOT NULL,
          status INT NOT NULL,
          reason TEXT NOT NULL,
          at_micros BIGINT NOT NULL,
          PRIMARY KEY (city, witness)
        );

        """;

    /// <summary>The note with the cosignatures that its checkpoint has.</summary>
    public static async Task<string> Under(DbConnection connection, string city, StoredCheckpoint signed, CancellationToken ct) =>
        signed.Note + string.Concat(await connection.QueryAsync<string>(new CommandDefinition(
            "SELECT line FROM cosignature WHERE city = @city AND size = @Size ORDER BY witness", new { city, signed.Size }, cancellationToken: ct)));

    /// <summary>How far back a checkpoint with enough cosignatures is looked for: witnesses that are further behind are away.</summary>
    private const int CheckpointsMax = 200;

    /// <summary>
    /// The largest checkpoint of at least so many entries that has the cosignatures the policy asks for; where there is none, the newest with those that it has. What was appended in the last seconds
    /// is not cosigned yet, and a proof of an older entry need not wait for it.
    /// </summary>
    public static async Task<StoredCheckpoint> Best(DbConnection connection, WitnessPolicy policy, string city, StoredCheckpoint newest, long sizeMin, CancellationToken ct) =>
        await Cosigned(connection, policy, city, sizeMin, ct) ?? newest with { Note = await Under(connection, city, newest, ct) };

    /// <summary>The largest checkpoint of at least so many entries that has the cosignatures the policy asks for, with them; null where there is none, or no witness is named.</summary>
    public static async Task<StoredCheckpoint?> Cosigned(DbConnection connection, WitnessPolicy policy, string city, long sizeMin, CancellationToken ct)
    {
        if (policy.Witnesses.Count == 0)
        {
            return null;
        }

        var kept = await connection.QueryAsync<(long Size, string Witness)>(new CommandDefinition(
            $"SELECT size, witness FROM cosignature WHERE city = @city AND size >= @sizeMin ORDER BY size DESC LIMIT {CheckpointsMax * policy.Witnesses.Count}", new { city, sizeMin }, cancellationToken: ct));
        foreach (var at in kept.GroupBy(k => k.Size).Where(at => policy.Satisfied([.. policy.Witnesses.Select(w => w.Key).Where(k => at.Any(c => c.Witness == k.Name))])))
        {
            var row = await connection.QuerySingleOrDefaultAsync<(byte[] Root, string Note, long AtMicros)?>(new CommandDefinition(
                "SELECT root, note, at_micros FROM checkpoint WHERE city = @city AND size = @size", new { city, size = at.Key }, cancellationToken: ct));
            if (row is not { } found)
            {
                continue;
            }

            // Kept under the name of a witness whose key may be another one now.
            var signed = new StoredCheckpoint(at.Key, Tree.Hash.Of(found.Root), found.Note, Instant.FromMicros(found.AtMicros));
            var whole = await Under(connection, city, signed, ct);
            if (SignedNote.Parse(whole) is { Ok: true, Value: var under } && under.Verify(policy.Witnesses.Select(w => w.Key)) is { Ok: true, Value: var by } && policy.Satisfied([.. by]))
            {
                return signed with { Note = whole };
            }
        }

        return null;
    }

    /// <summary>How much of the log a witness has cosigned.</summary>
    public static Task<long> Reached(DbConnection connection, string city, string witness, CancellationToken ct) => connection.ExecuteScalarAsync<long>(new CommandDefinition(
        "SELECT COALESCE(MAX(size), 0) FROM cosignature WHERE city = @city AND witness = @witness", new { city, witness }, cancellationToken: ct));

    public static async Task<IReadOnlyList<WitnessRefusal>> Refusals(DbConnection connection, string city, CancellationToken ct) =>
        [.. (await connection.QueryAsync<(string Witness, long Size, long Status, string Reason, long AtMicros)>(new CommandDefinition(
            "SELECT witness, size, status, reason, at_micros FROM witness_refusal WHERE city = @city ORDER BY witness", new { city }, cancellationToken: ct)))
            .Select(r => new WitnessRefusal(r.Witness, r.Size, (int)r.Status, r.Reason, Instant.FromMicros(r.AtMicros)))];

    /// <summary>Keeps a cosignature; what the witness refused before is over.</summary>
    public static async Task Keep(LogDatabase database, string city, long size, string witness, string line, DateTimeOffset at, CancellationToken ct)
    {
        await using var transaction = await database.BeginWrite(city, ct);
        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO cosignature (city, size, witness, line, at_micros) VALUES (@city, @size, @witness, @line, @at) ON CONFLICT DO NOTHING; DELETE FROM witness_refusal WHERE city = @city AND witness = @witness",
            new { city, size, witness, line, at = Instant.Micros(at) },
            transaction.Transaction,
            cancellationToken: ct));
        await transaction.Commit(ct);
    }

    public static async Task Keep(LogDatabase database, string city, WitnessRefusal refusal, CancellationToken ct)
    {
        await using var transaction = await database.BeginWrite(city, ct);
        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO witness_refusal (city, witness, size, status, reason, at_micros) VALUES (@city, @Witness, @Size, @Status, @Reason, @at) "
            + "ON CONFLICT (city, witness) DO UPDATE SET size = excluded.size, status = excluded.status, reason = excluded.reason, at_micros = excluded.at_micros",
            new { city, refusal.Witness, refusal.Size, refusal.Status, refusal.Reason, at = Instant.Micros(refusal.At) },
            transaction.Transaction,
            cancellationToken: ct));
        await transaction.Commit(ct);
    }
}
