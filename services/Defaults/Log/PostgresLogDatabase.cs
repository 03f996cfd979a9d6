using System.Data.Common;
using Npgsql;

namespace PilotCity.Defaults.Log;

/// <summary>The log in a PostgreSQL database; a city's lock is a transaction-level advisory lock, so replicas take turns.</summary>
internal sealed class PostgresLogDatabase : LogDatabase
{
    // Any number will do as long as every instance takes the same one while the tables are made.
    private const long MigrationLock = 0x50696C6F74436974;
    private readonly NpgsqlDataSource source;

    public PostgresLogDatabase(string connectionString) => source = NpgsqlDataSource.Create(connectionString);

    public override string BytesType => "BYTEA";

    public override async Task<DbConnection> Connect(CancellationToken ct) => await source.OpenConnectionAsync(ct);

    public override async Task Migrate(CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await Run($"SELECT pg_advisory_xact_lock({MigrationLock})");
        await Run("CREATE TABLE IF NOT EXISTS log_schema (version INT NOT NULL)");
        await using var version = new NpgsqlCommand("SELECT COALESCE(MAX(version), 0) FROM log_schema", connection, transaction);
        var found = (int)(await version.ExecuteScalarAsync(ct))!;
        if (found > SchemaVersion)
        {
            throw new InvalidOperationException($"the database was written by a newer version (tables {found}, this program knows {SchemaVersion})");
        }

        if (found == 0)
        {
            await Run(Tables + LogAppendOnly + $"INSERT INTO log_schema VALUES ({SchemaVersion});");
        }

        await transaction.CommitAsync(ct);

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public override async Task<LogTransaction> BeginWrite(string city, CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct);
            await using var locked = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended($1, 20230117))", connection, transaction)
            {
                Parameters = { new NpgsqlParameter { Value = city } },
            };
            await locked.ExecuteNonQueryAsync(ct);
            return new LogTransaction(this, city, connection, transaction, connection.DisposeAsync);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override async Task ExecuteMany(LogTransaction transaction, string sql, IReadOnlyList<object?[]> rows, CancellationToken ct)
    {
        // A batch holds its statements and parameters in memory at once; this many keep it under a few megabytes.
        const int RowsPerRoundTripMax = 1_000;
        foreach (var chunk in rows.Chunk(RowsPerRoundTripMax))
        {
            await using var batch = new NpgsqlBatch((NpgsqlConnection)transaction.Connection, (NpgsqlTransaction)transaction.Transaction);
            foreach (var row in chunk)
            {
                var command = new NpgsqlBatchCommand(sql);
                foreach (var value in row)
                {
                    command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
                }

                batch.BatchCommands.Add(command);
            }

            await batch.ExecuteNonQueryAsync(ct);
        }
    }

    public override string AppendOnly(string table) => $"""
        CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change();
        """;

    public override string In(string column, string parameter) => $"{column} = ANY({parameter})";

    public override object List(IReadOnlyCollection<string> values) => values.ToArray();

    public override object List(IReadOnlyCollection<long> values) => values.ToArray();

    internal override bool IsOutage(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or TimeoutException or IOException or System.Net.Sockets.SocketException
        || exception is NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException or TimeoutException }
        || exception is PostgresException { SqlState: var state } && (state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal));

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    private const string LogAppendOnly = """

        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$;
        CREATE TRIGGER log_append_only BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON log EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER command_append_only BEFORE UPDATE OR DELETE ON command FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER command_no_truncate BEFORE TRUNCATE ON command EXECUTE FUNCTION refuse_change();

        """;
}
