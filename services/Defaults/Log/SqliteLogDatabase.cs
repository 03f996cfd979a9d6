using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace PilotCity.Defaults.Log;

/// <summary>The log in one SQLite file in WAL mode; a commit is on the disk when it returns (<c>synchronous=FULL</c>).</summary>
internal sealed class SqliteLogDatabase : LogDatabase
{
    // SQLite has one writer per file: waiting here costs nothing, waiting in SQLite's busy loop costs up to 150 ms a turn.
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly string connectionString;
    private SqliteConnection? writer;

    public SqliteLogDatabase(string connectionString)
    {
        SQLitePCL.Batteries_V2.Init();
        var builder = new SqliteConnectionStringBuilder(connectionString) { Pooling = true, DefaultTimeout = 30 };
        this.connectionString = builder.ToString();
        if (Path.GetDirectoryName(Path.GetFullPath(builder.DataSource)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }
    }

    public override string Tables(string sql) => sql.Replace("{bytes}", "BLOB", StringComparison.Ordinal);

    public override string Has(string column, string parameter) => $"instr({column}, {parameter}) > 0";

    internal override bool IsServer => false;

    public override async Task<DbConnection> Connect(CancellationToken ct)
    {
        var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(ct);
        return connection;
    }

    public override async Task Migrate(CancellationToken ct)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(ct);
        await Run("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;", null);
        await using var transaction = connection.BeginTransaction();
        await using var version = connection.CreateCommand();
        version.Transaction = transaction;
        version.CommandText = "PRAGMA user_version";
        var found = (long)(await version.ExecuteScalarAsync(ct))!;
        if (found > SchemaVersion)
        {
            throw new InvalidOperationException($"{connection.DataSource} was written by a newer version (tables {found}, this program knows {SchemaVersion})");
        }

        if (found == 0)
        {
            await Run(LogTables + LogAppendOnly + $"PRAGMA user_version = {SchemaVersion};", transaction);
        }

        await transaction.CommitAsync(ct);

        async Task Run(string sql, SqliteTransaction? within)
        {
            await using var command = connection.CreateCommand();
            command.Transaction = within;
            command.CommandText = sql;
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public override async Task<LogTransaction> BeginWrite(string city, CancellationToken ct)
    {
        await writing.WaitAsync(ct);
        try
        {
            if (writer is null)
            {
                writer = new SqliteConnection(connectionString);
                await writer.OpenAsync(ct);
                await using var pragma = writer.CreateCommand();
                // A destroyed key must not stay in a free page.
                pragma.CommandText = "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;";
                await pragma.ExecuteNonQueryAsync(ct);
            }

            return new LogTransaction(this, city, writer, writer.BeginTransaction(deferred: false), () =>
            {
                writing.Release();
                return ValueTask.CompletedTask;
            });
        }
        catch
        {
            if (writer is not null)
            {
                await writer.DisposeAsync();
                writer = null;
            }

            writing.Release();
            throw;
        }
    }

    /// <summary>A file is one process's, and its hosts start each with a file of its own: there is nobody else.</summary>
    internal override Task<IAsyncDisposable> Alone(CancellationToken ct) => Task.FromResult<IAsyncDisposable>(new Nobody());

    internal override Task MayIdle(LogTransaction transaction, CancellationToken ct) => Task.CompletedTask;

    public override async Task InsertMany<TRow>(LogTransaction transaction, Insert<TRow> insert, IReadOnlyList<TRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var command = (SqliteCommand)transaction.Connection.CreateCommand();
        command.Transaction = (SqliteTransaction)transaction.Transaction;
        var places = string.Join(", ", Enumerable.Range(1, insert.Columns.Count).Select(i => $"${i}"));
        command.CommandText = $"INSERT INTO {insert.Table} ({insert.Names}) VALUES ({places}){insert.Conflict}";
        for (var i = 0; i < insert.Columns.Count; i++)
        {
            command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
        }

        foreach (var row in rows)
        {
            for (var i = 0; i < insert.Columns.Count; i++)
            {
                command.Parameters[i].Value = insert.Columns[i] switch
                {
                    InsertColumn<TRow>.Text text => text.Value(row) ?? (object)DBNull.Value,
                    InsertColumn<TRow>.Number number => number.Value(row),
                    InsertColumn<TRow>.Bytes bytes => bytes.Value(row) ?? (object)DBNull.Value,
                    var other => throw new NotSupportedException(other.Name),
                };
            }

            await command.ExecuteNonQueryAsync(ct);
        }
    }

    public override string AppendOnly(string table) => $"""
        CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append only'); END;
        CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} BEGIN SELECT RAISE(ABORT, '{table} is append only'); END;
        """;

    public override string In(string column, string parameter) => $"{column} IN (SELECT value FROM json_each({parameter}))";

    public override object List(IReadOnlyCollection<string> values) => JsonSerializer.Serialize(values);

    public override object List(IReadOnlyCollection<long> values) => JsonSerializer.Serialize(values);

    internal override string InIds(string column, string parameter) => $"{column} IN (SELECT unhex(value) FROM json_each({parameter}))";

    internal override object List(IReadOnlyCollection<Guid> values) => JsonSerializer.Serialize(values.Select(id => Convert.ToHexString(id.ToByteArray(bigEndian: true))));

    public override bool IsOutage(Exception exception) => exception is SqliteException or IOException;

    public override async ValueTask DisposeAsync()
    {
        await writing.WaitAsync();
        if (writer is not null)
        {
            await writer.DisposeAsync();
            writer = null;
        }

        writing.Dispose();
        using var pool = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(pool);
    }

    private const string LogAppendOnly = """

        CREATE TRIGGER log_no_update BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append only'); END;
        CREATE TRIGGER log_no_delete BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append only'); END;
        CREATE TRIGGER command_no_update BEFORE UPDATE ON command BEGIN SELECT RAISE(ABORT, 'answers are kept as given'); END;
        CREATE TRIGGER command_no_delete BEFORE DELETE ON command BEGIN SELECT RAISE(ABORT, 'answers are kept as given'); END;

        """;

    private sealed class Nobody : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
