using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.Logging;

namespace PilotCity.Defaults.Log;

/// <summary>The last position of one city's log and its head.</summary>
public sealed record CityHead(string City, long Position, byte[] Head);

/// <summary>The service's database did not answer; whether the command took effect is learnt by repeating it with the same id.</summary>
public sealed class LogUnavailableException(string message, Exception inner) : Exception(message, inner);

/// <summary>
/// The log of one service: commands go in through <see cref="Do"/>, states and entries come out. One <see cref="CityWriter"/> per city
/// decides commands one after another; what is read is what was committed.
/// </summary>
public sealed class ServiceLog : IAsyncDisposable
{
    /// <summary>Rows of an export that are in memory at a time: few questions for a million rows, some megabytes each.</summary>
    private const int ExportPageRows = 2_000;

    private readonly ConcurrentDictionary<string, CityWriter> writers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Noun> nouns;
    private readonly Dictionary<string, Noun>.AlternateLookup<ReadOnlySpan<char>> nounsByName;
    private readonly ILogger logger;
    private readonly TimeProvider clock;

    public ServiceLog(string service, LogDatabase database, IReadOnlyList<Noun> nouns, IReadOnlyList<ReadModel> readModels, TimeProvider clock, ILogger logger)
    {
        Service = service;
        Database = database;
        ReadModels = readModels;
        this.nouns = nouns.ToDictionary(n => n.Category, StringComparer.Ordinal);
        nounsByName = this.nouns.GetAlternateLookup<ReadOnlySpan<char>>();
        this.clock = clock;
        this.logger = logger;
        Personal = new PersonalData(database);
    }

    /// <summary>The service's name as entries hold it, e.g. <c>funding</c>.</summary>
    public string Service { get; }

    public LogDatabase Database { get; }

    public IReadOnlyList<ReadModel> ReadModels { get; }

    public IReadOnlyCollection<Noun> Nouns => nouns.Values;

    public PersonalData Personal { get; }

    /// <summary>Always, but where ./city bench asks what hashing and chaining cost; a convention test finds whoever else turns it off.</summary>
    internal bool Seals { get; init; } = true;

    internal Entry Seal(Entry entry, byte[] previousHead) =>
        Seals ? entry.Sealed(previousHead) : entry with { Hash = previousHead, Head = previousHead };

    internal RecentStates Recent { get; } = new();

    /// <summary>Told of every committed batch, in order per city, after the callers; must not throw and must not wait.</summary>
    public Action<string, IReadOnlyList<Entry>>? Committed { get; set; }

    /// <summary>Makes the tables and brings read models whose definition changed up to the log.</summary>
    public async Task Start(CancellationToken ct)
    {
        await Database.Migrate(ct);
        await new Rebuild(this).ChangedModels(ct);
    }

    /// <summary>
    /// Decides a command and answers once its entries are committed. Repeated with the same id and input it gives the first answer;
    /// with another input it is refused (<c>command.id_reused</c>).
    /// Throws <see cref="LogUnavailableException"/> where the database is away.
    /// </summary>
    public Task<Answer> Do(Command command, CancellationToken ct) =>
        writers.GetOrAdd(command.City, city => new CityWriter(this, city, clock, logger)).Do(command, ct);

    /// <summary>What was answered to this id with this input before, or null; with another input the answer is <c>command.id_reused</c>.</summary>
    public async Task<Answer?> AnsweredBefore(string city, Guid commandId, byte[] input, CancellationToken ct)
    {
        await using var connection = await Database.Connect(ct);
        var row = await connection.QuerySingleOrDefaultAsync<(byte[] Input, string Answer)?>(new CommandDefinition(
            "SELECT input, answer FROM command WHERE city = @city AND command_id = @id",
            new { city, id = commandId.ToByteArray(bigEndian: true) }, cancellationToken: ct));
        return row is not { } found ? null
            : !found.Input.AsSpan().SequenceEqual(SHA256.HashData(input)) ? new Answer(null, null, LogFaults.IdReused, 0)
            : JsonSerializer.Deserialize<Answer>(found.Answer, Json.Lenient)! with { Repeated = true };
    }

    /// <summary>The state of one stream, now or as it was at <paramref name="asOf"/>; version and position are 0 where it does not exist.</summary>
    public async Task<(TState State, long Version, long Position)> Load<TState>(
        string city, Noun<TState> noun, string id, DateTimeOffset? asOf, CancellationToken ct)
        where TState : class
    {
        var stream = noun.StreamOf(id);
        if (asOf is not null)
        {
            var until = await Stream(city, stream, asOf, ct);
            return until.Count == 0 ? (noun.Initial, 0, 0) : ((TState)noun.Fold(until), until[^1].Version, until[^1].Position);
        }

        var known = Recent.Find(city, stream) ?? new RecentStates.Folded(noun.Initial, 0, 0);
        await using var connection = await Database.Connect(ct);
        var further = await Entries(
            connection, null, "WHERE city = @city AND stream = @stream AND version > @Version ORDER BY version", new { city, stream, known.Version }, ct);
        if (further.Count == 0)
        {
            return ((TState)known.State, known.Version, known.Position);
        }

        var (state, last) = ((TState)noun.Fold(known.State, further), further[^1]);
        Recent.Keep(city, stream, state, last.Version, last.Position);
        return (state, last.Version, last.Position);
    }

    /// <summary>The entries of one stream, oldest first.</summary>
    public async Task<IReadOnlyList<Entry>> Stream(string city, string stream, DateTimeOffset? asOf, CancellationToken ct)
    {
        await using var connection = await Database.Connect(ct);
        return await Entries(
            connection, null, "WHERE city = @city AND stream = @stream AND at_micros <= @until ORDER BY version",
            new { city, stream, until = asOf is { } at ? Instant.Micros(at) : long.MaxValue }, ct);
    }

    /// <summary>The entries of one stream up to an instant, oldest first, in memory that does not grow with them.</summary>
    public async IAsyncEnumerable<Entry> Entries(string city, string stream, DateTimeOffset? asOf, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (var after = 0L; ;)
        {
            List<Entry> page;
            await using (var connection = await Database.Connect(ct))
            {
                page = await Entries(
                    connection, null, "WHERE city = @city AND stream = @stream AND version > @after AND at_micros <= @until ORDER BY version LIMIT @limit",
                    new { city, stream, after, until = asOf is { } at ? Instant.Micros(at) : long.MaxValue, limit = ExportPageRows }, ct);
            }

            foreach (var entry in page)
            {
                yield return entry;
            }

            if (page.Count < ExportPageRows)
            {
                yield break;
            }

            after = page[^1].Version;
        }
    }

    /// <summary>The state of every stream of a noun as it was at an instant, one after another, in memory that does not grow with them.</summary>
    public async IAsyncEnumerable<(string Id, TState State)> States<TState>(
        string city, Noun<TState> noun, DateTimeOffset asOf, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
        where TState : class
    {
        await using var connection = await Database.Connect(ct);
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            "SELECT stream, version, type, actor, at_micros, position, payload FROM log WHERE city = @city AND stream LIKE @prefix AND at_micros <= @until ORDER BY stream, version",
            new { city, prefix = $"{noun.Category}/%", until = Instant.Micros(asOf) }, commandTimeout: 0, cancellationToken: ct));
        (string Stream, TState State)? open = null;
        while (await reader.ReadAsync(ct))
        {
            var stream = reader.GetString(0);
            if (open is { } done && done.Stream != stream)
            {
                yield return (done.Stream[(noun.Category.Length + 1)..], done.State);
                open = null;
            }

            var meta = new EventMeta(Identity.Actor.Parse(reader.GetString(3)), Instant.FromMicros(reader.GetInt64(4)), reader.GetInt64(5), reader.GetInt64(1), stream);
            open = (stream, noun.Apply(open?.State ?? noun.Initial, noun.Read(reader.GetString(2), (byte[])reader.GetValue(6)), meta));
        }

        if (open is { } rest)
        {
            yield return (rest.Stream[(noun.Category.Length + 1)..], rest.State);
        }
    }

    /// <summary>Entries after a position, in order; at most <paramref name="limit"/>.</summary>
    public async Task<IReadOnlyList<Entry>> Read(string city, long after, int limit, CancellationToken ct)
    {
        await using var connection = await Database.Connect(ct);
        return await Entries(
            connection, null, "WHERE city = @city AND position > @after ORDER BY position LIMIT @limit", new { city, after, limit }, ct);
    }

    /// <summary>Every city this service keeps a log of, with its last position and head.</summary>
    public async Task<IReadOnlyList<CityHead>> Cities(CancellationToken ct)
    {
        await using var connection = await Database.Connect(ct);

        // From city to city by the primary key: followers ask this every few seconds, and a GROUP BY would read the whole log.
        var rows = await connection.QueryAsync<(string, long, byte[])>(new CommandDefinition(
            "WITH RECURSIVE c(city) AS (SELECT MIN(city) FROM log UNION ALL "
            + "SELECT (SELECT MIN(l.city) FROM log l WHERE l.city > c.city) FROM c WHERE c.city IS NOT NULL) "
            + "SELECT l.city, l.position, l.head FROM c JOIN log l ON l.city = c.city AND l.position = (SELECT MAX(m.position) FROM log m WHERE m.city = c.city) "
            + "ORDER BY l.city",
            cancellationToken: ct));
        return [.. rows.Select(r => new CityHead(r.Item1, r.Item2, r.Item3))];
    }

    /// <summary>How far one city's log has come; position 0 and the first head where it has not begun.</summary>
    public async Task<CityHead> Head(string city, CancellationToken ct)
    {
        await using var connection = await Database.Connect(ct);
        var row = await connection.QuerySingleOrDefaultAsync<(long, byte[])?>(new CommandDefinition(
            "SELECT position, head FROM log WHERE city = @city ORDER BY position DESC LIMIT 1", new { city }, cancellationToken: ct));
        return row is { } found ? new(city, found.Item1, found.Item2) : new(city, 0, CanonicalEntry.FirstHead());
    }

    /// <summary>A page of a read model in the order of ids, and the total that the conditions match.</summary>
    public Task<(IReadOnlyList<ListedRow> Rows, long Total)> List(string city, ReadModel model, ListQuery query, bool count, CancellationToken ct) =>
        List(city, model, query, count, bodies: true, ct);

    /// <summary>
    /// All rows that the conditions match, in the order of ids, in memory that does not grow with them; without <paramref name="bodies"/> only the
    /// columns. They are read a page after the other, so that nobody's slow line keeps a transaction open.
    /// </summary>
    public async IAsyncEnumerable<ListedRow> Rows(string city, ReadModel model, ListQuery query, bool bodies, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        for (var page = query with { Limit = ExportPageRows }; ;)
        {
            var (rows, _) = await List(city, model, page, count: false, bodies, ct);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count < page.Limit)
            {
                yield break;
            }

            page = page with { After = rows[^1].Id };
        }
    }

    private async Task<(IReadOnlyList<ListedRow> Rows, long Total)> List(string city, ReadModel model, ListQuery query, bool count, bool bodies, CancellationToken ct)
    {
        var parameters = new DynamicParameters();
        var where = Conditions(city, model, query, parameters);
        await using var connection = await Database.Connect(ct);
        var total = count
            ? await connection.ExecuteScalarAsync<long>(new CommandDefinition($"SELECT COUNT(*) FROM {model.Table} {where}", parameters, cancellationToken: ct))
            : -1;
        if (query.After is { } after)
        {
            where += " AND id > @after";
            parameters.Add("after", after);
        }

        parameters.Add("limit", query.Limit);
        var columns = string.Concat(model.Columns.Select(c => $", \"{c.Name}\""));
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            $"SELECT id, {(bodies ? "body" : "''")}{columns} FROM {model.Table} {where} ORDER BY id LIMIT @limit", parameters, cancellationToken: ct));
        var rows = new List<ListedRow>();
        while (await reader.ReadAsync(ct))
        {
            var values = new string?[model.Columns.Count];
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = await reader.IsDBNullAsync(i + 2, ct) ? null : reader.GetString(i + 2);
            }

            rows.Add(new ListedRow(reader.GetString(0), reader.GetString(1), values));
        }

        return (rows, total);
    }

    /// <summary>Asks the database whether it is there.</summary>
    public async Task Ping(CancellationToken ct)
    {
        await using var connection = await Database.Connect(ct);
        await connection.ExecuteScalarAsync<int>(new CommandDefinition("SELECT 1", cancellationToken: ct));
    }

    /// <summary>How far a follower has come in another service's log; position 0 and the first head where it has not begun.</summary>
    public async Task<(long Position, byte[] Head)> Cursor(string city, string source, CancellationToken ct)
    {
        await using var connection = await Database.Connect(ct);
        var row = await connection.QuerySingleOrDefaultAsync<(long, byte[])?>(new CommandDefinition(
            "SELECT position, head FROM cursor WHERE city = @city AND source = @source", new { city, source }, cancellationToken: ct));
        return row ?? (0, CanonicalEntry.FirstHead());
    }

    /// <summary>
    /// Takes a follower from <paramref name="from"/> to <paramref name="to"/> in another log: its effect and its cursor in one transaction
    /// under the city's lock. False where another instance has been here: nothing was done, read the cursor again.
    /// </summary>
    public async Task<bool> Follow(
        string city, string source, long from, long to, byte[] head, Func<LogTransaction, CancellationToken, Task> effect, CancellationToken ct)
    {
        await using var transaction = await Database.BeginWrite(city, ct);
        var at = await transaction.Connection.ExecuteScalarAsync<long?>(new CommandDefinition(
            "SELECT position FROM cursor WHERE city = @city AND source = @source", new { city, source }, transaction.Transaction, cancellationToken: ct));
        if ((at ?? 0) != from)
        {
            return false;
        }

        await effect(transaction, ct);
        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO cursor (city, source, position, head) VALUES (@city, @source, @to, @head) "
            + "ON CONFLICT (city, source) DO UPDATE SET position = excluded.position, head = excluded.head",
            new { city, source, to, head },
            transaction.Transaction,
            cancellationToken: ct));
        await transaction.Commit(ct);
        return true;
    }

    /// <summary>The noun whose streams begin with this stream's category.</summary>
    public Noun NounOf(string stream)
    {
        var slash = stream.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && nounsByName.TryGetValue(stream.AsSpan(0, slash), out var noun)
            ? noun
            : throw new InvalidOperationException($"{Service} has no noun for the stream '{stream}'");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in writers.Values)
        {
            await writer.DisposeAsync();
        }

        await Database.DisposeAsync();
    }

    internal async Task<List<Entry>> Entries(System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction? within, string where, object parameters, CancellationToken ct)
    {
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(LogDatabase.SelectEntry + where, parameters, within, cancellationToken: ct));
        var entries = new List<Entry>();
        while (await reader.ReadAsync(ct))
        {
            entries.Add(new Entry(
                Service,
                reader.GetString(0),
                reader.GetInt64(1),
                reader.GetString(2),
                reader.GetInt64(3),
                reader.GetString(4),
                new Guid((byte[])reader.GetValue(5), bigEndian: true),
                reader.GetString(6),
                reader.GetInt64(7),
                reader.GetString(8),
                (byte[])reader.GetValue(9),
                (byte[])reader.GetValue(10),
                (byte[])reader.GetValue(11)));
        }

        return entries;
    }

    private string Conditions(string city, ReadModel model, ListQuery query, DynamicParameters parameters)
    {
        var where = new StringBuilder("WHERE city = @city");
        parameters.Add("city", city);
        var n = 0;
        foreach (var (column, values) in query.Where)
        {
            var name = model.Columns.Any(c => c.Name == column) ? column : throw new ArgumentException($"{model.Name} has no column '{column}'", nameof(query));
            if (model.HoldsSeveral(name))
            {
                var any = new List<string>();
                foreach (var value in values)
                {
                    any.Add(Database.Has($"\"{name}\"", $"@p{n}"));
                    parameters.Add($"p{n++}", $"|{value}|");
                }

                where.Append(CultureInfo.InvariantCulture, $" AND ({(any.Count == 0 ? "1 = 0" : string.Join(" OR ", any))})");
                continue;
            }

            where.Append(CultureInfo.InvariantCulture, $" AND {Database.In($"\"{name}\"", $"@p{n}")}");
            parameters.Add($"p{n++}", Database.List([.. values]));
        }

        if (query.Contains is { } contains)
        {
            // The letters A to Z in either case, as every database understands LOWER on text that is ordered by its bytes.
            parameters.Add("pattern", string.Concat(contains.Text.Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c)));
            where.Append(CultureInfo.InvariantCulture, $" AND ({Database.Has("LOWER(id)", "@pattern")}");
            foreach (var column in contains.Columns)
            {
                where.Append(CultureInfo.InvariantCulture, $" OR {Database.Has($"LOWER(\"{column}\")", "@pattern")}");
            }

            where.Append(')');
        }

        return where.ToString();
    }
}
