using System.Data.Common;
using Npgsql;
using NpgsqlTypes;

namespace PilotCity.Defaults.Log;

/// <summary>The log in a PostgreSQL database; a city's lock is a transaction-level advisory lock, so replicas take turns.</summary>
internal sealed class PostgresLogDatabase : LogDatabase
{
    // Any number will do as long as every instance takes the same one while the tables are made.
    private const long MigrationLock = 0x50696C6F74436974;
    private const long RebuildLock = MigrationLock + 1;
    private readonly NpgsqlDataSource source;

    public PostgresLogDatabase(string connectionString) => source = NpgsqlDataSource.Create(connectionString);

    public override string Tables(string sql) =>
        sql.Replace(" TEXT", " TEXT COLLATE \"C\"", StringComparison.Ordinal).Replace("{bytes}", "BYTEA", StringComparison.Ordinal);

    public override string Has(string column, string parameter) => $"strpos({column}, {parameter}) > 0";

    internal override bool IsServer => true;

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
            await Run(LogTables + LogAppendOnly + $"INSERT INTO log_schema VALUES ({SchemaVersion});");
        }

        await transaction.CommitAsync(ct);

        async Task Run(string sql)
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public override Task<LogTransaction> BeginWrite(string city, CancellationToken ct) =>
        Begin(city, new("SELECT pg_advisory_xact_lock(hashtextextended($1, 20230117))") { Parameters = { new NpgsqlParameter { Value = city } } }, ct);

    internal override async Task<IAsyncDisposable> Alone(CancellationToken ct)
    {
        var alone = await Begin(string.Empty, new($"SELECT pg_advisory_xact_lock({RebuildLock})") { CommandTimeout = 0 }, ct);
        await MayIdle(alone, ct);
        return alone;
    }

    internal override async Task MayIdle(LogTransaction transaction, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SET LOCAL idle_in_transaction_session_timeout = 0", (NpgsqlConnection)transaction.Connection, (NpgsqlTransaction)transaction.Transaction);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>A transaction that begins by taking its lock.</summary>
    private async Task<LogTransaction> Begin(string city, NpgsqlCommand takeLock, CancellationToken ct)
    {
        var connection = await source.OpenConnectionAsync(ct);
        try
        {
            var transaction = await connection.BeginTransactionAsync(ct);
            await using (takeLock)
            {
                (takeLock.Connection, takeLock.Transaction) = (connection, transaction);
                await takeLock.ExecuteNonQueryAsync(ct);
            }

            return new LogTransaction(this, city, connection, transaction, connection.DisposeAsync);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public override Task InsertMany<TRow>(LogTransaction transaction, Insert<TRow> insert, IReadOnlyList<TRow> rows, CancellationToken ct) =>
        rows.Count == 0 ? Task.CompletedTask
        : insert.Conflict.Length == 0 ? Copy((NpgsqlConnection)transaction.Connection, insert, rows, ct)
        : Merge(transaction, insert, rows, ct);

    /// <summary>New rows by COPY: half of what INSERT costs the server, at any number of rows.</summary>
    private static async Task Copy<TRow>(NpgsqlConnection connection, Insert<TRow> insert, IReadOnlyList<TRow> rows, CancellationToken ct)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"COPY {insert.Table} ({insert.Names}) FROM STDIN (FORMAT BINARY)", ct);
        foreach (var row in rows)
        {
            await copy.StartRowAsync(ct);
            foreach (var column in insert.Columns)
            {
                await (column switch
                {
                    InsertColumn<TRow>.Text text => text.Value(row) is { } value ? copy.WriteAsync(value, NpgsqlDbType.Text, ct) : copy.WriteNullAsync(ct),
                    InsertColumn<TRow>.Number number => copy.WriteAsync(number.Value(row), NpgsqlDbType.Bigint, ct),
                    InsertColumn<TRow>.Bytes bytes => bytes.Value(row) is { } value ? copy.WriteAsync(value, NpgsqlDbType.Bytea, ct) : copy.WriteNullAsync(ct),
                    var other => throw new NotSupportedException(other.Name),
                });
            }
        }

        await copy.CompleteAsync(ct);
    }

    /// <summary>Rows whose key may be there: one statement over arrays, which COPY cannot say.</summary>
    private static async Task Merge<TRow>(LogTransaction transaction, Insert<TRow> insert, IReadOnlyList<TRow> rows, CancellationToken ct)
    {
        // The arrays are held twice, here and in the protocol's buffer; this many rows keep them at a few megabytes.
        const int RowsPerStatementMax = 5_000;
        foreach (var chunk in rows.Chunk(RowsPerStatementMax))
        {
            await using var command = new NpgsqlCommand { Connection = (NpgsqlConnection)transaction.Connection, Transaction = (NpgsqlTransaction)transaction.Transaction };
            var arrays = new List<string>();
            foreach (var column in insert.Columns)
            {
                (NpgsqlParameter Parameter, string Type) array = column switch
                {
                    InsertColumn<TRow>.Text text => (new NpgsqlParameter<string?[]> { TypedValue = Array.ConvertAll(chunk, r => text.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }, "text"),
                    InsertColumn<TRow>.Number number => (new NpgsqlParameter<long[]> { TypedValue = Array.ConvertAll(chunk, r => number.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint }, "bigint"),
                    InsertColumn<TRow>.Bytes bytes => (new NpgsqlParameter<byte[]?[]> { TypedValue = Array.ConvertAll(chunk, r => bytes.Value(r)), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea }, "bytea"),
                    var other => throw new NotSupportedException(other.Name),
                };
                command.Parameters.Add(array.Parameter);
                arrays.Add($"${command.Parameters.Count}::{array.Type}[]");
            }

            command.CommandText = $"INSERT INTO {insert.Table} ({insert.Names}) SELECT * FROM unnest({string.Join(", ", arrays)}){insert.Conflict}";
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public override string AppendOnly(string table) => $"""
        CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION refuse_change();
        """;

    public override string In(string column, string parameter) => $"{column} = ANY({parameter})";

    public override object List(IReadOnlyCollection<string> values) => values.ToArray();

    public override object List(IReadOnlyCollection<long> values) => values.ToArray();

    internal override string InIds(string column, string parameter) => $"{column} = ANY({parameter})";

    internal override object List(IReadOnlyCollection<Guid> values) => values.Select(id => id.ToByteArray(bigEndian: true)).ToArray();

    public override bool IsOutage(Exception exception) =>
        exception is NpgsqlException { IsTransient: true } or TimeoutException or IOException or System.Net.Sockets.SocketException

        // Npgsql's own race: a pooled connection that breaks while a command begins on it.
        || exception is ObjectDisposedException
        || exception is NpgsqlException { InnerException: IOException or System.Net.Sockets.SocketException or TimeoutException }

        // The server ended a transaction that its process had left idle: that process was paused, or cut off.
        || exception is PostgresException { SqlState: IdleInTransactionSessionTimeout }
        || exception is PostgresException { SqlState: var state } && (state.StartsWith("57", StringComparison.Ordinal) || state.StartsWith("53", StringComparison.Ordinal) || state.StartsWith("08", StringComparison.Ordinal));

    public override ValueTask DisposeAsync() => source.DisposeAsync();

    private const string IdleInTransactionSessionTimeout = "25P03";

    private const string LogAppendOnly = """

        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION '% is append only', TG_TABLE_NAME; END $$;
        CREATE TRIGGER log_append_only BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON log EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER command_append_only BEFORE UPDATE OR DELETE ON command FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER command_no_truncate BEFORE TRUNCATE ON command EXECUTE FUNCTION refuse_change();

        """;
}
