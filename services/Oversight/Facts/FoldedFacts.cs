using System.Collections.Concurrent;
using System.Data.Common;
using Dapper;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Facts;

/// <summary>
/// Where facts stand: how many leaves of the city's tree are in them, until which instant where one was asked for, when the newest entry among them was written down, and which
/// position of each service's log they have come to.
/// </summary>
internal sealed record Standing(long TreeSize, DateTimeOffset? AsOf, DateTimeOffset? NewestEntryAt, IReadOnlyDictionary<string, long> Positions);

/// <summary>
/// The facts of each city, folded from the tree's leaves and kept: whoever reads them gets them with everything in that the tree took in by now. Folded again after a start. One reader at a
/// time, as the facts grow in place.
/// </summary>
internal sealed class FoldedFacts(ServiceLog log) : IDisposable
{
    /// <summary>Leaves read at a time.</summary>
    private const int PageLeaves = 2_000;

    private readonly SemaphoreSlim alone = new(1);

    /// <summary>A past is folded for one reader at a time, beside the present: it costs as much as a start.</summary>
    private readonly SemaphoreSlim past = new(1);

    private (string City, DateTimeOffset At, long TreeSize, CityFacts Facts, Standing Standing)? lastPast;

    private readonly ConcurrentDictionary<string, Folded> cities = new(StringComparer.Ordinal);

    private sealed class Folded
    {
        public CityFacts Facts { get; } = new();

        /// <summary>Leaves that are in the facts.</summary>
        public long Size { get; set; }

        public Standing Standing { get; set; } = new(0, null, null, new Dictionary<string, long>());

        /// <summary>What the checks have not looked at since it changed.</summary>
        public Touched Touched { get; set; } = new();
    }

    /// <summary>What is read of the facts, with the size of the tree that is in them; nothing of the facts is kept beyond the call.</summary>
    public Task<T> Read<T>(string city, Func<CityFacts, long, T> read, CancellationToken ct) => Fold(city, folded => read(folded.Facts, folded.Size), ct);

    /// <summary>The same, with how far each service's log has come.</summary>
    public Task<T> ReadStanding<T>(string city, Func<CityFacts, Standing, T> read, CancellationToken ct) => Fold(city, folded => read(folded.Facts, folded.Standing), ct);

    /// <summary>The facts as the entries told them that were written down no later than an instant. Folded for this question; the last such answer is kept until the tree grows.</summary>
    public async Task<T> ReadAsOf<T>(string city, DateTimeOffset at, Func<CityFacts, Standing, T> read, CancellationToken ct)
    {
        await past.WaitAsync(ct);
        try
        {
            await using var connection = await log.Database.Connect(ct);
            var now = await Stands(connection, city, null, ct);
            if (lastPast is not { } kept || kept.City != city || kept.At != at || kept.TreeSize != now.TreeSize)
            {
                lastPast = null;
                var facts = new CityFacts();
                await Apply(connection, city, facts, new(), 0, now.TreeSize, Instant.Micros(at), ct);
                lastPast = kept = (city, at, now.TreeSize, facts, await Stands(connection, city, at, ct));
            }

            return read(kept.Facts, kept.Standing);
        }
        finally
        {
            past.Release();
        }
    }

    /// <summary>The same for the checks, with what changed since they looked last.</summary>
    public Task<T> Changed<T>(string city, Func<CityFacts, long, Touched, T> look, CancellationToken ct) => Fold(
        city,
        folded =>
        {
            var touched = folded.Touched;
            folded.Touched = new();
            return look(folded.Facts, folded.Size, touched);
        },
        ct);

    /// <summary>Everything is folded again, and has changed.</summary>
    public void Forget() => cities.Clear();

    public void Dispose()
    {
        alone.Dispose();
        past.Dispose();
    }

    private async Task<T> Fold<T>(string city, Func<Folded, T> read, CancellationToken ct)
    {
        await alone.WaitAsync(ct);
        try
        {
            // Facts into which an entry went half are not kept: they are put back when they are whole.
            var folded = cities.TryRemove(city, out var known) ? known : new();
            await CatchUp(city, folded, ct);
            var answer = read(folded);
            cities[city] = folded;
            return answer;
        }
        finally
        {
            alone.Release();
        }
    }

    private async Task CatchUp(string city, Folded folded, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        var now = await Stands(connection, city, null, ct);
        if (now.TreeSize > folded.Size)
        {
            await Apply(connection, city, folded.Facts, folded.Touched, folded.Size, now.TreeSize, long.MaxValue, ct);
            (folded.Size, folded.Standing) = (now.TreeSize, now);
        }
    }

    private async Task Apply(DbConnection connection, string city, CityFacts facts, Touched touched, long after, long size, long atMicros, CancellationToken ct)
    {
        while (after < size)
        {
            var page = (await connection.QueryAsync<(long Index, byte[] Entry)>(new CommandDefinition(
                $"SELECT idx, entry FROM leaf WHERE city = @city AND idx >= @after AND idx < @size AND at_micros <= @atMicros AND {log.Database.In("type", "@types")} ORDER BY idx LIMIT {PageLeaves}",
                new { city, after, size, atMicros, types = log.Database.List(CityFacts.Types) },
                cancellationToken: ct))).ToList();
            foreach (var (_, entry) in page)
            {
                facts.Apply(CanonicalEntry.Read(entry), touched);
            }

            after = page.Count == PageLeaves ? page[^1].Index + 1 : size;
        }
    }

    /// <summary>How far the tree has come, seen in one statement.</summary>
    private static async Task<Standing> Stands(DbConnection connection, string city, DateTimeOffset? at, CancellationToken ct)
    {
        var atMicros = at is { } instant ? Instant.Micros(instant) : long.MaxValue;
        var logs = (await connection.QueryAsync<(string Service, long? Position, long? Index, long? AtMicros)>(new CommandDefinition(
            at is null ? Newest : UntilThen, new { city, atMicros }, cancellationToken: ct))).Where(l => l.Position is not null).ToList();
        return logs.Count == 0
            ? new(0, at, null, new Dictionary<string, long>())
            : new(logs.Max(l => l.Index!.Value) + 1, at, Instant.FromMicros(logs.Max(l => l.AtMicros!.Value)), logs.ToDictionary(l => l.Service, l => l.Position!.Value, StringComparer.Ordinal));
    }

    private const string Services = "(SELECT 'registry' AS service UNION ALL SELECT 'assessment' UNION ALL SELECT 'performance' UNION ALL SELECT 'funding' UNION ALL SELECT 'oversight') AS s";

    /// <summary>The last leaf of each log: five steps on an index.</summary>
    private const string Newest =
        "SELECT s.service, l.position, l.idx, l.at_micros FROM " + Services
        + " LEFT JOIN leaf l ON l.city = @city AND l.service = s.service AND l.position = (SELECT MAX(m.position) FROM leaf m WHERE m.city = @city AND m.service = s.service)";

    private const string UntilThen =
        "SELECT s.service, MAX(l.position), MAX(l.idx), MAX(l.at_micros) FROM " + Services
        + " LEFT JOIN leaf l ON l.city = @city AND l.service = s.service AND l.at_micros <= @atMicros GROUP BY s.service";
}
