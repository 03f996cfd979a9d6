using System.Collections.Concurrent;
using Dapper;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Facts;

/// <summary>
/// The facts of each city, folded from the tree's leaves and kept: whoever reads them gets them with everything in that the tree took in by now. Folded again after a start. One reader at a
/// time, as the facts grow in place.
/// </summary>
internal sealed class FoldedFacts(ServiceLog log) : IDisposable
{
    /// <summary>Leaves read at a time.</summary>
    private const int PageLeaves = 2_000;

    private readonly SemaphoreSlim alone = new(1);

    private readonly ConcurrentDictionary<string, Folded> cities = new(StringComparer.Ordinal);

    private sealed class Folded
    {
        public CityFacts Facts { get; } = new();

        /// <summary>Leaves that are in the facts.</summary>
        public long Size { get; set; }

        /// <summary>What the checks have not looked at since it changed.</summary>
        public Touched Touched { get; set; } = new();
    }

    /// <summary>What is read of the facts, with the size of the tree that is in them; nothing of the facts is kept beyond the call.</summary>
    public Task<T> Read<T>(string city, Func<CityFacts, long, T> read, CancellationToken ct) => Fold(city, folded => read(folded.Facts, folded.Size), ct);

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

    public void Dispose() => alone.Dispose();

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
        var size = await connection.ExecuteScalarAsync<long>(new CommandDefinition("SELECT COALESCE(MAX(idx), -1) + 1 FROM leaf WHERE city = @city", new { city }, cancellationToken: ct));
        while (folded.Size < size)
        {
            var page = (await connection.QueryAsync<(long Index, byte[] Entry)>(new CommandDefinition(
                $"SELECT idx, entry FROM leaf WHERE city = @city AND idx >= @after AND idx < @size AND {log.Database.In("type", "@types")} ORDER BY idx LIMIT {PageLeaves}",
                new { city, after = folded.Size, size, types = log.Database.List(CityFacts.Types) },
                cancellationToken: ct))).ToList();
            foreach (var (_, entry) in page)
            {
                folded.Facts.Apply(CanonicalEntry.Read(entry), folded.Touched);
            }

            folded.Size = page.Count == PageLeaves ? page[^1].Index + 1 : size;
        }
    }
}
