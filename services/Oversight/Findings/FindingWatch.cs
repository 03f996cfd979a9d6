using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
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
internal sealed class FindingWatch(ServiceLog log, TimeProvider clock, ILogger<FindingWatch> logger) : Rounds(Pause, logger)
{
    /// <summary>A person looks at a finding hours later; the question is one indexed row per city.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Leaves read at a time.</summary>
    private const int PageLeaves = 2_000;

    /// <summary>Findings noted beside one another: they share a transaction and stay a small one.</summary>
    private const int NotedMax = 50;

    internal const string Name = "finding-watch";

    private static readonly Actor Watch = new(Role.Service, Name, "oversight");

    private readonly SemaphoreSlim alone = new(1);

    private readonly Dictionary<string, Known> cities = new(StringComparer.Ordinal);

    private sealed class Known
    {
        public CityFacts Facts { get; } = new();

        /// <summary>Leaves that are in the facts.</summary>
        public long Size { get; set; }

        public DateOnly LookedAtAllOn { get; set; }

        public ConcurrentDictionary<string, bool> Raised { get; } = new(StringComparer.Ordinal);
    }

    protected override Task Round(CancellationToken ct) => LookAtAll(ct);

    /// <summary>A rule failed on an entry, or the database is away: nothing is skipped, the facts are folded again.</summary>
    protected override void Forget() => cities.Clear();

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

        var hits = RunChecks.Over(known.Facts, touched, today).Concat(await Breaks(city, ct)).Where(h => !known.Raised.ContainsKey(h.Id)).ToList();
        foreach (var some in hits.Chunk(NotedMax))
        {
            await Task.WhenAll(some.Select(hit => Note(city, known, hit, today, ct)));
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

    private async Task Note(string city, Known known, Hit hit, DateOnly today, CancellationToken ct)
    {
        var answer = await log.Do(
            new Command
            {
                City = city,
                Id = CommandIdFor(city, hit.Id),
                Actor = Watch,
                Input = Encoding.UTF8.GetBytes(hit.Id),
                Streams = [Finding.Noun.StreamOf(hit.Id)],
                Decide = (streams, _) => Decide(streams, hit, known.Facts.Limits, today, known.Size),
            },
            ct);
        if (answer.Fault is { } fault)
        {
            throw new InvalidOperationException($"what was found in {city} could not be noted: {fault.Message.En}");
        }

        known.Raised[hit.Id] = true;
    }

    /// <summary>What was found before, and decided or not, is not raised again.</summary>
    internal static Decision Decide(Streams streams, Hit hit, Limits limits, DateOnly today, long treeSize) => streams.Version(Finding.Noun, hit.Id) > 0
        ? Decision.Accept()
        : Decision.Accept(new Change(
            Finding.Noun.StreamOf(hit.Id),
            new FindingOpened(hit.Check, Check.All[hit.Check].Severity, hit.About, hit.Figures, limits.Of(hit.Check), hit.Evidence, hit.AtStake, today, treeSize)));

    /// <summary>The same finding is the same command, whichever instance finds it and how often.</summary>
    internal static Guid CommandIdFor(string city, string finding) => FollowPlan.CommandIdFor(Name, SHA256.HashData(Encoding.UTF8.GetBytes($"{city}/{finding}")));
}
