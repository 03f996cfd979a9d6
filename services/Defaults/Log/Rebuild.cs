using System.Data.Common;
using Dapper;

namespace PilotCity.Defaults.Log;

/// <summary>Drops read models and makes them again from the log; the log is the truth, tables are a convenience.</summary>
public sealed class Rebuild(ServiceLog log)
{
    /// <summary>Rows that are written while the next are being folded.</summary>
    private const int RowsPerWrite = 5_000;

    /// <summary>Entries between two words about progress.</summary>
    private const int EntriesPerWord = 20_000;

    /// <summary>Sorting or indexing a long log takes what it takes; the start waits for it.</summary>
    private const int NoTimeout = 0;

    /// <summary>The nation's log, and the lock under which tables are made.</summary>
    public const string NationCity = "000000";

    /// <summary>Models whose definition differs from the stored one: at every start, one instance after another.</summary>
    public async Task ChangedModels(CancellationToken ct)
    {
        await using var alone = await log.Database.Alone(ct);
        await using var connection = await log.Database.Connect(ct);
        var stored = (await connection.QueryAsync<(string Name, string Definition)>(new CommandDefinition(
            "SELECT name, definition FROM read_model", cancellationToken: ct))).ToDictionary(r => r.Name, r => r.Definition, StringComparer.Ordinal);
        await Models([.. log.ReadModels.Where(m => !stored.TryGetValue(m.Name, out var definition) || definition != m.Definition)], null, ct);
    }

    /// <summary>Every model: <c>./city rebuild</c>. <paramref name="progress"/> is told (city, entries read, entries in all).</summary>
    public async Task AllModels(Action<string, long, long>? progress, CancellationToken ct)
    {
        await using var alone = await log.Database.Alone(ct);
        await Models(log.ReadModels, progress, ct);
    }

    private async Task Models(IReadOnlyList<ReadModel> models, Action<string, long, long>? progress, CancellationToken ct)
    {
        if (models.Count == 0)
        {
            return;
        }

        // The tables are made under the nation's lock. They are only said to be as defined once the last city is in them: a crash on the
        // way leaves them to the next start. Cities are asked after the lock, so that what was committed meanwhile is not missed.
        await UnderNationLock(async transaction =>
        {
            foreach (var model in models)
            {
                await Run(transaction, $"DROP TABLE IF EXISTS {model.Table}");
                await Run(transaction, log.Database.Tables(model.CreateTable));
                await Run(transaction, "DELETE FROM read_model WHERE name = @Name", new { model.Name });
            }
        });
        foreach (var city in await log.Cities(ct))
        {
            await City(models, city.City, progress, ct);
        }

        await UnderNationLock(async transaction =>
        {
            foreach (var model in models)
            {
                foreach (var index in model.CreateIndexes)
                {
                    await Run(transaction, index);
                }

                await Run(transaction, "INSERT INTO read_model (name, definition) VALUES (@Name, @Definition)", new { model.Name, model.Definition });
            }
        });

        async Task UnderNationLock(Func<LogTransaction, Task> change)
        {
            await using var transaction = await log.Database.BeginWrite(NationCity, ct);
            await change(transaction);
            await transaction.Commit(ct);
        }

        async Task Run(LogTransaction transaction, string sql, object? parameters = null) =>
            await transaction.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction.Transaction, NoTimeout, cancellationToken: ct));
    }

    /// <summary>
    /// One city under its lock. Its entries come stream by stream, so that one state is held at a time; they are read on a connection of
    /// their own, so that rows are written meanwhile.
    /// </summary>
    private async Task City(IReadOnlyList<ReadModel> models, string city, Action<string, long, long>? progress, CancellationToken ct)
    {
        await using var transaction = await log.Database.BeginWrite(city, ct);
        await log.Database.MayIdle(transaction, ct);
        foreach (var model in models)
        {
            // Whoever wrote between the making of the table and this lock has left rows in it.
            await transaction.Connection.ExecuteAsync(new CommandDefinition($"DELETE FROM {model.Table} WHERE city = @city", new { city }, transaction.Transaction, cancellationToken: ct));
        }

        var last = await transaction.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COALESCE(MAX(position), 0) FROM log WHERE city = @city", new { city }, transaction.Transaction, cancellationToken: ct));
        var ofNoun = models.ToLookup(m => m.Noun.Category, StringComparer.Ordinal);
        var rows = models.ToDictionary(m => m, _ => new List<ReadModelRow>());
        var writing = Task.CompletedTask;
        long read = 0;
        await foreach (var (stream, state, position, entries) in States(city, ofNoun, ct))
        {
            var slash = stream.IndexOf('/', StringComparison.Ordinal);
            foreach (var model in ofNoun[stream[..slash]])
            {
                if (model.Row(city, stream[(slash + 1)..], state, position) is { } row)
                {
                    rows[model].Add(row);
                }

                if (rows[model].Count >= RowsPerWrite)
                {
                    var (full, filled) = (rows[model], model);
                    rows[model] = [];
                    await writing;
                    writing = Task.Run(() => filled.Fill(transaction, full, ct), ct);
                }
            }

            if ((read + entries) / EntriesPerWord != read / EntriesPerWord)
            {
                progress?.Invoke(city, read + entries, last);
            }

            read += entries;
        }

        await writing;
        foreach (var (model, rest) in rows)
        {
            await model.Fill(transaction, rest, ct);
        }

        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO read_position (city, position) VALUES (@city, @last) ON CONFLICT (city) DO UPDATE SET position = excluded.position",
            new { city, last },
            transaction.Transaction,
            cancellationToken: ct));
        await transaction.Commit(ct);
        progress?.Invoke(city, last, last);
    }

    /// <summary>The state of every stream whose noun has a list, with how many entries were read for it (those without a list before it included).</summary>
    private async IAsyncEnumerable<(string Stream, object State, long Position, int Entries)> States(
        string city, ILookup<string, ReadModel> ofNoun, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        await using DbDataReader reader = await connection.ExecuteReaderAsync(new CommandDefinition(
            "SELECT stream, version, type, actor, at_micros, position, payload FROM log WHERE city = @city ORDER BY stream, version", new { city }, commandTimeout: NoTimeout, cancellationToken: ct));
        (string Stream, Noun Noun, object State)? open = null;
        var (skipped, position, entries) = (string.Empty, 0L, 0);
        while (await reader.ReadAsync(ct))
        {
            var stream = reader.GetString(0);
            if (open is { } done && done.Stream != stream)
            {
                yield return (done.Stream, done.State, position, entries);
                (open, entries) = (null, 0);
            }

            entries++;
            if (stream == skipped)
            {
                continue;
            }

            if (open is null)
            {
                if (!ofNoun.Contains(stream[..stream.IndexOf('/', StringComparison.Ordinal)]))
                {
                    skipped = stream;
                    continue;
                }

                var noun = log.NounOf(stream);
                open = (stream, noun, noun.InitialState);
            }

            var (_, of, state) = open.Value;
            position = reader.GetInt64(5);
            var meta = new EventMeta(Identity.Actor.Parse(reader.GetString(3)), Instant.FromMicros(reader.GetInt64(4)), position, reader.GetInt64(1), stream);
            open = (stream, of, of.ApplyTo(state, of.Read(reader.GetString(2), (byte[])reader.GetValue(6)), meta));
        }

        if (open is { } rest)
        {
            yield return (rest.Stream, rest.State, position, entries);
        }
    }
}
