using System.Data.Common;

namespace PilotCity.Defaults.Log;

/// <summary>
/// The database of one service: the log of every city it serves, the commands it answered, its read models, cursors and the
/// side table of personal data. SQLite and PostgreSQL keep the same promises; one contract test runs on both.
/// </summary>
public abstract class LogDatabase : IAsyncDisposable
{
    /// <summary>Version of the tables below; the log's own table is migrated, read models are rebuilt.</summary>
    public const int SchemaVersion = 1;

    /// <summary>
    /// Opens by connection string: <c>Data Source=…</c> is a SQLite file, <c>Host=…</c> is PostgreSQL. Anything else is refused by name.
    /// </summary>
    public static LogDatabase Open(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return parts.ContainsKey("Host") ? new PostgresLogDatabase(connectionString)
            : parts.ContainsKey("Data Source") ? new SqliteLogDatabase(connectionString)
            : throw new ArgumentException("ConnectionStrings:Log names neither a SQLite file (Data Source=…) nor a PostgreSQL server (Host=…)", nameof(connectionString));
    }

    /// <summary>A connection for reading; dispose it.</summary>
    public abstract Task<DbConnection> Connect(CancellationToken ct);

    /// <summary>Creates or migrates the tables; safe when several instances start together.</summary>
    public abstract Task Migrate(CancellationToken ct);

    /// <summary>Begins the transaction in which one batch of one city is decided, holding that city's lock until it ends.</summary>
    public abstract Task<LogTransaction> BeginWrite(string city, CancellationToken ct);

    /// <summary>The right, among all instances on this database, to make its tables again; dispose it. Nobody's commands wait for it.</summary>
    internal abstract Task<IAsyncDisposable> Alone(CancellationToken ct);

    /// <summary>A server that ends transactions left idle lets this one be: a rebuild holds its lock while it reads elsewhere.</summary>
    internal abstract Task MayIdle(LogTransaction transaction, CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    /// <summary>Inserts rows, in as few round trips as the database allows.</summary>
    public abstract Task InsertMany<TRow>(LogTransaction transaction, Insert<TRow> insert, IReadOnlyList<TRow> rows, CancellationToken ct);

    /// <summary>A condition that <paramref name="column"/> is one of <paramref name="parameter"/>, whose value <c>List</c> makes.</summary>
    public abstract string In(string column, string parameter);

    /// <summary>A list of texts as one parameter value.</summary>
    public abstract object List(IReadOnlyCollection<string> values);

    /// <summary>A list of numbers as one parameter value.</summary>
    public abstract object List(IReadOnlyCollection<long> values);

    /// <summary>A condition that a column of command ids is one of <paramref name="parameter"/>, whose value <c>List</c> of ids makes.</summary>
    internal abstract string InIds(string column, string parameter);

    /// <summary>A list of command ids as one parameter value.</summary>
    internal abstract object List(IReadOnlyCollection<Guid> values);

    /// <summary>A condition that the text in <paramref name="column"/> has the text <paramref name="parameter"/> in it, letter for letter.</summary>
    public abstract string Has(string column, string parameter);

    /// <summary>
    /// Statements that make tables, in the database's own words: <c>{bytes}</c> is a column of bytes, and <c>TEXT</c> is ordered by its bytes, whatever language the server was
    /// set up for. So pages, cursors and files are in the same order everywhere, and a server whose language data is updated has no index to make again.
    /// </summary>
    public abstract string Tables(string sql);

    /// <summary>
    /// Statements that make a table append only: the database itself refuses to change or delete its rows. A service that keeps
    /// further records beside its log runs them once the log's own tables are there; running them again changes nothing.
    /// </summary>
    public abstract string AppendOnly(string table);

    /// <summary>A server of its own, which may be away for a while; a file is there or is not.</summary>
    internal abstract bool IsServer { get; }

    /// <summary>Whether an exception means the database is away rather than that we did wrong.</summary>
    public abstract bool IsOutage(Exception exception);

    internal static readonly Insert<Entry> InsertEntry = new Insert<Entry>("log")
        .Text("city", e => e.City)
        .Number("position", e => e.Position)
        .Text("stream", e => e.Stream)
        .Number("version", e => e.Version)
        .Text("type", e => e.Type)
        .Bytes("command_id", e => e.CommandId.ToByteArray(bigEndian: true))
        .Text("actor", e => e.Actor)
        .Number("at_micros", e => e.AtMicros)
        .Text("trace", e => e.Trace)
        .Bytes("payload", e => e.Payload)
        .Bytes("hash", e => e.Hash)
        .Bytes("head", e => e.Head);

    internal static readonly Insert<AnsweredCommand> InsertCommand = new Insert<AnsweredCommand>("command")
        .Text("city", c => c.City)
        .Bytes("command_id", c => c.Id.ToByteArray(bigEndian: true))
        .Bytes("input", c => c.InputHash)
        .Text("answer", c => c.Answer)
        .Number("position", c => c.Position);

    internal const string SelectEntry =
        "SELECT city, position, stream, version, type, command_id, actor, at_micros, trace, payload, hash, head FROM log ";

    /// <summary>The tables, in words that both databases understand once <c>{bytes}</c> is filled in.</summary>
    protected string LogTables => Tables("""
        CREATE TABLE log (
          city TEXT NOT NULL,
          position BIGINT NOT NULL,
          stream TEXT NOT NULL,
          version BIGINT NOT NULL,
          type TEXT NOT NULL,
          command_id {bytes} NOT NULL,
          actor TEXT NOT NULL,
          at_micros BIGINT NOT NULL,
          trace TEXT NOT NULL,
          payload {bytes} NOT NULL,
          hash {bytes} NOT NULL,
          head {bytes} NOT NULL,
          PRIMARY KEY (city, position),
          UNIQUE (city, stream, version)
        );
        CREATE TABLE command (
          city TEXT NOT NULL,
          command_id {bytes} NOT NULL,
          input {bytes} NOT NULL,
          answer TEXT NOT NULL,
          position BIGINT NOT NULL,
          PRIMARY KEY (city, command_id)
        );
        CREATE TABLE personal_key (
          city TEXT NOT NULL,
          subject TEXT NOT NULL,
          key {bytes} NOT NULL,
          PRIMARY KEY (city, subject)
        );
        CREATE TABLE personal_data (
          city TEXT NOT NULL,
          ref TEXT NOT NULL,
          subject TEXT NOT NULL,
          sealed {bytes} NOT NULL,
          PRIMARY KEY (city, ref)
        );
        CREATE TABLE cursor (
          city TEXT NOT NULL,
          source TEXT NOT NULL,
          position BIGINT NOT NULL,
          head {bytes} NOT NULL,
          PRIMARY KEY (city, source)
        );
        CREATE TABLE read_model (
          name TEXT NOT NULL PRIMARY KEY,
          definition TEXT NOT NULL
        );
        CREATE TABLE read_position (
          city TEXT NOT NULL PRIMARY KEY,
          position BIGINT NOT NULL
        );
        """);
}

/// <summary>What was answered to a command, as it is kept: the answer as JSON text.</summary>
internal sealed record AnsweredCommand(string City, Guid Id, byte[] InputHash, string Answer, long Position);

/// <summary>One open write transaction on one city; whoever writes beside the log writes through it.</summary>
public sealed class LogTransaction(LogDatabase database, string city, DbConnection connection, DbTransaction transaction, Func<ValueTask> release) : IAsyncDisposable
{
    public LogDatabase Database => database;

    public string City => city;

    public DbConnection Connection => connection;

    public DbTransaction Transaction => transaction;

    public Task Commit(CancellationToken ct) => transaction.CommitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transaction.DisposeAsync();
        }
        finally
        {
            await release();
        }
    }
}
