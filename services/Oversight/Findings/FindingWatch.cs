using System.Security.Cryptography;
using System.Text;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Findings;

/// <summary>
/// Runs the checks over everything that the tree took in, so that nobody waits for it: what changed is looked at within a second, everything once a day and when a threshold or outside data
/// changed. The facts are folded from the tree's own leaves; after a start they are folded again, and what was found before has its id already, so nothing is raised twice, by whichever
/// instance. An outage is waited out.
/// </summary>
internal sealed class FindingWatch(ServiceLog log, TimeProvider clock, ILogger<FindingWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Leaves read at a time.</summary>
    private const int PageLeaves = 2_000;

    /// <summary>Findings noted in one command: they share a transaction and stay a small one.</summary>
    private const int NotedMax = 50;

    private static readonly Actor Watch = new(Role.Service, "finding-watch", "oversight");

    private readonly SemaphoreSlim alone = new(1);

    private readonly Dictionary<string, Known> cities = new(StringComparer.Ordinal);

    private sealed class Known
    {
        public CityFacts Facts { get; } = new();

        /// <summary>Leaves that are in the facts.</summary>
        public long Size { get; set; }

        public DateOnly LookedAtAllOn { get; set; }

        public HashSet<string> Raised { get; } = new(StringComparer.Ordinal);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                // Real time, also where the host's clock is simulated: this is pacing, not a moment of the city.
                await Task.Delay(Pause, TimeProvider.System, stoppingToken);
                await LookAtAll(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The database is away, or a rule fails on an entry: nothing is skipped, the facts are folded again.
                logger.LogError(e, "Checks wait: {Reason}", e.Message);
                cities.Clear();
            }
        }
    }

    /// <summary>Looks at everything that is in the tree of every city by now.</summary>
    internal async Task LookAtAll(CancellationToken ct)
    {
        await alone.WaitAsync(ct);
        try
        {
            await using var connection = await log.Database.Connect(ct);
            var sizes = (await connection.QueryAsync<(string City, long Size)>(new CommandDefinition(
                "WITH RECURSIVE c(city) AS (SELECT MIN(city) FROM leaf UNION ALL SELECT (SELECT MIN(l.city) FROM leaf l WHERE l.city > c.city) FROM c WHERE c.city IS NOT NULL) "
                + "SELECT c.city, (SELECT MAX(l.idx) + 1 FROM leaf l WHERE l.city = c.city) FROM c WHERE c.city IS NOT NULL", cancellationToken: ct))).ToList();
            foreach (var (city, size) in sizes)
            {
                await Look(city, size, ct);
            }
        }
        finally
        {
            alone.Release();
        }
    }

    public override void Dispose()
    {
        alone.Dispose();
        base.Dispose();
    }

    private async Task Look(string city, long size, CancellationToken ct)
    {
        if (!cities.TryGetValue(city, out var known))
        {
            cities[city] = known = new();
        }

        var today = ChinaTime.DayOf(clock.GetUtcNow());
        var touched = new Touched { Everything = today != known.LookedAtAllOn };
        await Fold(city, known, size, touched, ct);
        if (touched.Nothing)
        {
            return;
        }

        var hits = RunChecks.Over(known.Facts, touched, today).Concat(await Breaks(city, ct)).Where(h => !known.Raised.Contains(h.Id)).ToList();
        foreach (var some in hits.Chunk(NotedMax))
        {
            await Note(city, known, some, today, ct);
        }

        known.LookedAtAllOn = today;
    }

    private async Task Fold(string city, Known known, long size, Touched touched, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        while (known.Size < size)
        {
            var page = (await connection.QueryAsync<(long Index, byte[] Entry)>(new CommandDefinition(
                $"SELECT idx, entry FROM leaf WHERE city = @city AND idx >= @Size AND idx < @size AND {log.Database.In("type", "@types")} ORDER BY idx LIMIT {PageLeaves}",
                new { city, known.Size, size, types = log.Database.List(CityFacts.Types) },
                cancellationToken: ct))).ToList();
            foreach (var (_, entry) in page)
            {
                known.Facts.Apply(CanonicalEntry.Read(entry), touched);
            }

            known.Size = page.Count == PageLeaves ? page[^1].Index + 1 : size;
        }
    }

    /// <summary>A log that does not continue is a finding like the others (AC45).</summary>
    private async Task<IEnumerable<Hit>> Breaks(string city, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        var breaks = await connection.QueryAsync<(string Service, long Position, string Reason)>(new CommandDefinition(
            "SELECT service, position, reason FROM intake_break WHERE city = @city ORDER BY service, position LIMIT 1000", new { city }, cancellationToken: ct));
        return breaks.Select(b => Hit.Of("AC45", [new("log", b.Service)], [new(b.Service, b.Position)], Money.Zero, ("position", b.Position), ("reason", b.Reason)));
    }

    private async Task Note(string city, Known known, Hit[] hits, DateOnly today, CancellationToken ct)
    {
        var ids = string.Join('\n', hits.Select(h => h.Id));
        var answer = await log.Do(
            new Command
            {
                City = city,
                Id = IdOf(city, ids),
                Actor = Watch,
                Input = Encoding.UTF8.GetBytes(ids),
                Streams = [.. hits.Select(h => Finding.Noun.StreamOf(h.Id))],
                Decide = (streams, _) => Decide(streams, hits, known.Facts.Limits, today, known.Size),
                Weight = hits.Length,
            },
            ct);
        if (answer.Fault is { } fault)
        {
            throw new InvalidOperationException($"what was found in {city} could not be noted: {fault.Message.En}");
        }

        known.Raised.UnionWith(hits.Select(h => h.Id));
    }

    /// <summary>What was found before, and decided or not, is not raised again.</summary>
    internal static Decision Decide(Streams streams, IReadOnlyList<Hit> hits, Limits limits, DateOnly today, long treeSize) => Decision.Accept(
    [
        .. hits.Where(h => streams.Version(Finding.Noun, h.Id) == 0).Select(h => new Change(
            Finding.Noun.StreamOf(h.Id),
            new FindingOpened(h.Check, Check.All[h.Check].Severity, h.About, h.Figures, limits.Of(h.Check), h.Evidence, h.AtStake, today, treeSize))),
    ]);

    /// <summary>The same findings are the same command, whoever finds them.</summary>
    private static Guid IdOf(string city, string ids)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"finding-watch\n{city}\n{ids}")).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // RFC 9562 version 8: a UUID of one's own making.
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }
}
