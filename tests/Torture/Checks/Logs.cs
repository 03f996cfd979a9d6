using System.Data.Common;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Torture.Replay;

namespace PilotCity.Torture.Checks;

/// <summary>The answer that a database keeps of a command.</summary>
internal sealed record KeptAnswer(string Service, string City, Guid Key, Answer Answer);

/// <summary>Everything that the databases of the services hold, read once, directly and by plain SQL.</summary>
internal sealed class Logs
{
    internal static readonly IReadOnlyList<string> Services = ["registry", "assessment", "performance", "funding", "oversight"];

    /// <summary>The entries of each log, in the order of positions as the database gives them.</summary>
    internal SortedDictionary<(string Service, string City), List<LoggedEntry>> Entries { get; } = [];

    internal ILookup<Guid, KeptAnswer> Answers { get; private set; } = Enumerable.Empty<KeptAnswer>().ToLookup(a => a.Key);

    internal ILookup<Guid, LoggedEntry> ByCommand { get; private set; } = Enumerable.Empty<LoggedEntry>().ToLookup(e => e.CommandId);

    internal IReadOnlyList<LoggedEntry> Of(string service, string city) => Entries.TryGetValue((service, city), out var entries) ? entries : [];

    internal static async Task<Logs> Read(Databases databases, CancellationToken ct)
    {
        var logs = new Logs();
        var answers = new List<KeptAnswer>();
        foreach (var service in Services)
        {
            await using var connection = await databases.Connect(service, ct);
            await foreach (var row in Rows(connection, "SELECT city, position, stream, version, type, command_id, actor, at_micros, trace, payload, hash, head FROM log ORDER BY city, position", ct))
            {
                var entry = new LoggedEntry(
                    service, row.GetString(0), row.GetInt64(1), row.GetString(2), row.GetInt64(3), row.GetString(4), new Guid((byte[])row.GetValue(5), bigEndian: true), row.GetString(6), row.GetInt64(7),
                    row.GetString(8), (byte[])row.GetValue(9), (byte[])row.GetValue(10), (byte[])row.GetValue(11));
                if (!logs.Entries.TryGetValue((service, entry.City), out var log))
                {
                    log = logs.Entries[(service, entry.City)] = [];
                }

                log.Add(entry);
            }

            await foreach (var row in Rows(connection, "SELECT city, command_id, answer FROM command", ct))
            {
                answers.Add(new(service, row.GetString(0), new Guid((byte[])row.GetValue(1), bigEndian: true), JsonSerializer.Deserialize<Answer>(row.GetString(2), Json.Lenient)!));
            }
        }

        logs.Answers = answers.ToLookup(a => a.Key);
        logs.ByCommand = logs.Entries.Values.SelectMany(e => e).ToLookup(e => e.CommandId);
        return logs;
    }

    internal static async IAsyncEnumerable<DbDataReader> Rows(DbConnection connection, string sql, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            yield return reader;
        }
    }
}

/// <summary>How the checks reach the databases of the services: directly, past every proxy.</summary>
internal sealed class Databases(Func<string, string> connectionString)
{
    internal string Of(string service) => connectionString(service);

    internal async Task<DbConnection> Connect(string service, CancellationToken ct)
    {
        var connection = new Npgsql.NpgsqlConnection(connectionString(service));
        await connection.OpenAsync(ct);
        return connection;
    }
}
