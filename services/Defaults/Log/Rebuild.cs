using Dapper;

namespace PilotCity.Defaults.Log;

/// <summary>Drops read models and makes them again from the log; the log is the truth, tables are a convenience.</summary>
public sealed class Rebuild(ServiceLog log)
{
    private const int EntriesPerPage = 5_000;

    /// <summary>Models whose definition differs from the stored one: at every start.</summary>
    public async Task ChangedModels(CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        var stored = (await connection.QueryAsync<(string Name, string Definition)>(new CommandDefinition(
            "SELECT name, definition FROM read_model", cancellationToken: ct))).ToDictionary(r => r.Name, r => r.Definition, StringComparer.Ordinal);
        await Models([.. log.ReadModels.Where(m => !stored.TryGetValue(m.Name, out var definition) || definition != m.Definition)], null, ct);
    }

    /// <summary>Every model: <c>./city rebuild</c>. <paramref name="progress"/> is told (city, entries read, entries in all).</summary>
    public Task AllModels(Action<string, long, long>? progress, CancellationToken ct) => Models(log.ReadModels, progress, ct);

    private async Task Models(IReadOnlyList<ReadModel> models, Action<string, long, long>? progress, CancellationToken ct)
    {
        if (models.Count == 0)
        {
            return;
        }

        // The tables are made under the nation's lock. They are only said to be as defined once the last city is in them: a crash on the
        // way leaves them to the next start. Cities are asked after the lock, so that what was committed meanwhile is not missed.
        await using (var transaction = await log.Database.BeginWrite(NationCity, ct))
        {
            foreach (var model in models)
            {
                await Run(transaction, $"DROP TABLE IF EXISTS {model.Table}");
                await Run(transaction, model.CreateSql);
                await Run(transaction, "DELETE FROM read_model WHERE name = @Name", new { model.Name });
            }

            await transaction.Commit(ct);
        }

        foreach (var city in await log.Cities(ct))
        {
            await City(models, city.City, progress, ct);
        }

        await using (var transaction = await log.Database.BeginWrite(NationCity, ct))
        {
            foreach (var model in models)
            {
                await Run(transaction, "INSERT INTO read_model (name, definition) VALUES (@Name, @Definition) ON CONFLICT (name) DO UPDATE SET definition = excluded.definition", new { model.Name, model.Definition });
            }

            await transaction.Commit(ct);
        }

        async Task Run(LogTransaction transaction, string sql, object? parameters = null) =>
            await transaction.Connection.ExecuteAsync(new CommandDefinition(sql, parameters, transaction.Transaction, cancellationToken: ct));
    }

    /// <summary>The nation's log, and the lock under which tables are made.</summary>
    public const string NationCity = "000000";

    private async Task City(IReadOnlyList<ReadModel> models, string city, Action<string, long, long>? progress, CancellationToken ct)
    {
        await using var transaction = await log.Database.BeginWrite(city, ct);
        var wanted = models.Select(m => m.Noun).Distinct().ToDictionary(n => n.Category, StringComparer.Ordinal);
        var states = new Dictionary<string, (object State, long Position)>(StringComparer.Ordinal);
        var last = await transaction.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COALESCE(MAX(position), 0) FROM log WHERE city = @city", new { city }, transaction.Transaction, cancellationToken: ct));
        for (long after = 0; after < last;)
        {
            var page = await log.Entries(
                transaction.Connection, transaction.Transaction, "WHERE city = @city AND position > @after ORDER BY position LIMIT @limit", new { city, after, limit = EntriesPerPage }, ct);
            foreach (var entry in page)
            {
                after = entry.Position;
                var slash = entry.Stream.IndexOf('/', StringComparison.Ordinal);
                if (wanted.TryGetValue(entry.Stream[..slash], out var noun))
                {
                    var state = states.TryGetValue(entry.Stream, out var known) ? known.State : noun.InitialState;
                    var meta = new EventMeta(Identity.Actor.Parse(entry.Actor), entry.At, entry.Position, entry.Version, entry.Stream);
                    states[entry.Stream] = (noun.ApplyTo(state, noun.Read(entry.Type, entry.Payload), meta), entry.Position);
                }
            }

            progress?.Invoke(city, after, last);
        }

        foreach (var model in models)
        {
            var prefix = model.Noun.Category + "/";
            await model.Write(
                transaction,
                states.Where(s => s.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(s => (s.Key[prefix.Length..], s.Value.State, s.Value.Position)),
                ct);
        }

        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO read_position (city, position) VALUES (@city, @last) ON CONFLICT (city) DO UPDATE SET position = excluded.position",
            new { city, last },
            transaction.Transaction,
            cancellationToken: ct));
        await transaction.Commit(ct);
    }
}
