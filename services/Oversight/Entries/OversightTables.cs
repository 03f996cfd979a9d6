using Dapper;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// What Oversight keeps beside its own log: every entry it took in, in the order of the tree (<c>leaf</c>), the tree's tiles, its signed
/// checkpoints, what the trail is read by (<see cref="IndexTrail"/>), and the breaks it found (<c>intake_break</c>).
/// Entries and checkpoints are append only; the rest follows from them.
/// </summary>
internal static class OversightTables
{
    internal static readonly Insert<(long Index, Entry Entry)> InsertLeaf = new Insert<(long Index, Entry Entry)>("leaf")
        .Text("city", l => l.Entry.City)
        .Number("idx", l => l.Index)
        .Text("service", l => l.Entry.Service)
        .Number("position", l => l.Entry.Position)
        .Text("stream", l => l.Entry.Stream)
        .Number("version", l => l.Entry.Version)
        .Text("type", l => l.Entry.Type)
        .Text("actor", l => l.Entry.Actor)
        .Number("at_micros", l => l.Entry.AtMicros)
        .Text("trace", l => l.Entry.Trace)
        .Bytes("entry", l => CanonicalEntry.Write(l.Entry))
        .Bytes("hash", l => l.Entry.Hash)
        .Bytes("head", l => l.Entry.Head);

    /// <summary>Makes the tables where they are missing; safe when several instances start together.</summary>
    public static async Task Create(LogDatabase database, CancellationToken ct)
    {
        // No city is called so: this lock is for the tables alone.
        await using (var transaction = await database.BeginWrite("tables", ct))
        {
            var sql = database.Tables(Tables + Cosignatures.Tables) + database.AppendOnly("leaf") + database.AppendOnly("checkpoint");
#if BREAKABLE
            if (Defaults.Breakage.DoublesEffects)
            {
                sql = sql.Replace("UNIQUE (city, service, position)", "CHECK (TRUE)", StringComparison.Ordinal);
            }

#endif
            await transaction.Connection.ExecuteAsync(new CommandDefinition(sql, transaction: transaction.Transaction, cancellationToken: ct));
            await transaction.Commit(ct);
        }

        // Each city under its own lock; this one is free again.
        await IndexTrail.Rebuild(database, all: false, null, ct);
    }

    private const string Tables = """
        CREATE TABLE IF NOT EXISTS leaf (
          city TEXT NOT NULL,
          idx BIGINT NOT NULL,
          service TEXT NOT NULL,
          position BIGINT NOT NULL,
          stream TEXT NOT NULL,
          version BIGINT NOT NULL,
          type TEXT NOT NULL,
          actor TEXT NOT NULL,
          at_micros BIGINT NOT NULL,
          trace TEXT NOT NULL,
          entry {bytes} NOT NULL,
          hash {bytes} NOT NULL,
          head {bytes} NOT NULL,
          PRIMARY KEY (city, idx),
          UNIQUE (city, service, position)
        );
        CREATE INDEX IF NOT EXISTS leaf_of_stream ON leaf (city, stream, version);
        CREATE TABLE IF NOT EXISTS tile (
          city TEXT NOT NULL,
          level INT NOT NULL,
          idx BIGINT NOT NULL,
          hashes {bytes} NOT NULL,
          PRIMARY KEY (city, level, idx)
        );
        CREATE TABLE IF NOT EXISTS checkpoint (
          city TEXT NOT NULL,
          size BIGINT NOT NULL,
          root {bytes} NOT NULL,
          note TEXT NOT NULL,
          at_micros BIGINT NOT NULL,
          PRIMARY KEY (city, size)
        );
        CREATE TABLE IF NOT EXISTS subject (
          city TEXT NOT NULL,
          kind TEXT NOT NULL,
          id TEXT NOT NULL,
          at_micros BIGINT NOT NULL,
          idx BIGINT NOT NULL,
          PRIMARY KEY (city, kind, id, at_micros, idx)
        );
        CREATE TABLE IF NOT EXISTS stream_subject (
          city TEXT NOT NULL,
          service TEXT NOT NULL,
          stream TEXT NOT NULL,
          kind TEXT NOT NULL,
          id TEXT NOT NULL,
          PRIMARY KEY (city, service, stream, kind, id)
        );
        CREATE TABLE IF NOT EXISTS occurred (
          city TEXT NOT NULL,
          idx BIGINT NOT NULL,
          true_micros BIGINT NOT NULL,
          PRIMARY KEY (city, idx)
        );
        CREATE TABLE IF NOT EXISTS trail_index (
          city TEXT NOT NULL PRIMARY KEY,
          version BIGINT NOT NULL
        );
        DROP INDEX IF EXISTS subject_of_leaf;
        CREATE TABLE IF NOT EXISTS intake_break (
          city TEXT NOT NULL,
          service TEXT NOT NULL,
          position BIGINT NOT NULL,
          reason TEXT NOT NULL,
          at_micros BIGINT NOT NULL,
          PRIMARY KEY (city, service, position, reason)
        );

        """;
}
