using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace PilotCity.Oversight.Verify;

/// <summary>Where the database of a service is, and how it is opened for a check.</summary>
internal sealed record LogSource(string Service, Func<Snapshot> Open)
{
    public static LogSource OfFile(string path) => new(Path.GetFileNameWithoutExtension(path), () => Snapshot.OfFile(path));

    public static LogSource OfServer(string service, string connectionString) => new(service, () => Snapshot.OfServer(connectionString));
}

/// <summary>One service's database, for reading only, as it stood at the moment it was opened: a city that runs goes on meanwhile.</summary>
internal abstract class Snapshot(DbConnection connection) : IDisposable
{
    /// <summary>Rows held at once while a table is read beside another; a row is at most about 64 KiB.</summary>
    internal const int RowsPerPage = 500;

    public static Snapshot OfFile(string path) => new SqliteSnapshot(path);

    public static Snapshot OfServer(string connectionString) => new PostgresSnapshot(connectionString);

    /// <summary>The triggers by which this database refuses changes to a table.</summary>
    public abstract IEnumerable<string> TriggersOf(string table);

    /// <summary>Those triggers that are there, are on, and do refuse.</summary>
    public abstract IEnumerable<string> Refusing();

    /// <summary>The answer to a question, row by row where it stands; parameters are text and 64-bit integers.</summary>
    public abstract Rows Rows(string sql, params ReadOnlySpan<(string Name, object Value)> parameters);

    public DbCommand Query(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = (name, value);
            command.Parameters.Add(parameter);
        }

        return command;
    }

    /// <summary>Rows of one city in the order of a number that is their first column; between pages the connection is free for others.</summary>
    public IEnumerable<object[]> Pages(string columns, string table, string city)
    {
        var key = columns.Split(',')[0];
        for (var (after, full) = (long.MinValue, true); full;)
        {
            var page = new List<object[]>();
            using (var command = Query($"SELECT {columns} FROM {table} WHERE city = @city AND {key} > @after ORDER BY {key} LIMIT {RowsPerPage}", ("city", city), ("after", after)))
            using (var reader = command.ExecuteReader())
            {
                while (reader.Read())
                {
                    var row = new object[reader.FieldCount];
                    reader.GetValues(row);
                    page.Add(row);
                }
            }

            foreach (var row in page)
            {
                yield return row;
            }

            full = page.Count == RowsPerPage;
            after = full ? (long)page[^1][0] : after;
        }
    }

    public void Dispose() => connection.Dispose();

    /// <summary>A transaction goes on seeing what its first read saw.</summary>
    protected static T Begun<T>(T connection, string begin, string look)
        where T : DbConnection
    {
        try
        {
            connection.Open();
            foreach (var sql in new[] { begin, look })
            {
                using var command = connection.CreateCommand();
                command.CommandText = sql;
                command.ExecuteScalar();
            }

            return connection;
        }
        catch (DbException)
        {
            connection.Dispose();
            throw;
        }
    }

    protected IEnumerable<string> Names(string sql)
    {
        using var command = Query(sql);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            yield return reader.GetString(0);
        }
    }

    private sealed class SqliteSnapshot(SqliteConnection connection) : Snapshot(Begun(connection, "BEGIN", "SELECT COUNT(*) FROM sqlite_master"))
    {
        public SqliteSnapshot(string path)
            : this(new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString()))
        {
        }

        public override Rows Rows(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => new SqliteRows(connection, sql, parameters);

        public override IEnumerable<string> TriggersOf(string table) => [$"{table}_no_update", $"{table}_no_delete"];

        public override IEnumerable<string> Refusing() => Names("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'");
    }

    private sealed class PostgresSnapshot(string connectionString) : Snapshot(Begun(
        new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = CommandSecondsMax, Options = null }.ToString()),
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        "SELECT COUNT(*) FROM pg_class"))
    {
        /// <summary>The first row of a large log comes after it was sorted.</summary>
        private const int CommandSecondsMax = 300;

        public override Rows Rows(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => new PostgresRows(Query(sql, parameters));

        public override IEnumerable<string> TriggersOf(string table) => [$"{table}_append_only", $"{table}_no_truncate"];

        public override IEnumerable<string> Refusing() => Names("""
            SELECT t.tgname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_class c ON c.oid = t.tgrelid
            WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND p.prosrc LIKE '%RAISE EXCEPTION%' AND t.tgname LIKE c.relname || '\_%'
            """);
    }
}
