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
internal sealed class FindingWatch(ServiceLog log, FoldedFacts facts, TimeProvider clock, ILogger<FindingWatch> logger) : Rounds(Pause, logger)
{
    /// <summary>A person looks at a finding hours later; the question is one indexed row per city.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Findings noted beside one another: they share a transaction and stay a small one.</summary>
    private const int NotedMax = 50;

    internal const string Name = "finding-watch";

    private static readonly Actor Watch = new(Role.Service, Name, "oversight");

    private readonly SemaphoreSlim alone = new(1);

    private readonly Dictionary<string, Known> cities = new(StringComparer.Ordinal);

    private sealed class Known
    {
        public DateOnly LookedAtAllOn { get; set; }

        public ConcurrentDictionary<string, bool> Raised { get; } = new(StringComparer.Ordinal);
    }

    /// <summary>A hit with the thresholds that it was found with, on facts of a tree of this size.</summary>
    private sealed record Found(Hit Hit, IReadOnlyDictionary<string, long> Parameters, long TreeSize);

    protected override Task Round(CancellationToken ct) => LookAtAll(ct);

    /// <summary>A rule failed on an entry, or the database is away: nothing is skipped, the facts are folded again.</summary>
    protected override void Forget()
    {
        cities.Clear();
        facts.Forget();
    }

    /// <summary>Looks at everything that is in the tree of every city by now.</summary>
    internal async Task LookAtAll(CancellationToken ct)
    {
        await alone.WaitAsync(ct);
        try
        {
            await using var connection = await log.Database.Connect(ct);
            var all = (await connection.QueryAsync<string>(new CommandDefinition(
                "WITH RECURSIVE c(city) AS (SELECT MIN(city) FROM leaf UNION ALL SELECT (SELECT MIN(l.city) FROM leaf l WHERE l.city > c.city) FROM c WHERE c.city IS NOT NULL) "
                + "SELECT c.city FROM c WHERE c.city IS NOT NULL", cancellationToken: ct))).ToList();
            foreach (var city in all)
            {
                await Look(city, ct);
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

    private async Task Look(string city, CancellationToken ct)
    {
        if (!cities.TryGetValue(city, out var known))
        {
            cities[city] = known = new();
        }

        var today = ChinaTime.DayOf(clock.GetUtcNow());
        var broken = await Breaks(city, ct);
        var found = await facts.Changed(
            city,
            (all, size, touched) =>
            {
                touched.Everything |= today != known.LookedAtAllOn;
                var hits = touched.Nothing ? broken : RunChecks.Over(all, touched, today).Concat(broken);
                return (IReadOnlyList<Found>)[.. hits.Where(h => !known.Raised.ContainsKey(h.Id)).Select(h => new Found(h, all.Limits.Of(h.Check), size))];
            },
            ct);
        foreach (var some in found.Chunk(NotedMax))
        {
            await Task.WhenAll(some.Select(one => Note(city, known, one, today, ct)));
        }

        if (today != known.LookedAtAllOn)
        {
            await Escalate(city, ct);
        }

        known.LookedAtAllOn = today;
    }

    /// <summary>Once a day: what nobody explained, or put right by its day, goes to the next level.</summary>
    private async Task Escalate(string city, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var late = new List<(string Id, FindingEscalated Due)>();
        await foreach (var (id, finding) in log.States(city, Finding.Noun, now, ct))
        {
            if (EscalateFinding.Due(finding, now) is { } due)
            {
                late.Add((id, due));
            }
        }

        foreach (var some in late.Chunk(NotedMax))
        {
            await Task.WhenAll(some.Select(one => Do(
                city,
                Escalation(one.Id, one.Due),
                one.Id,
                (streams, at) => EscalateFinding.Due(streams.Get(Finding.Noun, one.Id), at) is { } due ? Decision.Accept(Finding.Noun.StreamOf(one.Id), due) : Decision.Accept(),
                ct)));
        }
    }

    /// <summary>A log that does not continue is a finding like the others (AC45).</summary>
    private async Task<IReadOnlyList<Hit>> Breaks(string city, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        var breaks = await connection.QueryAsync<(string Service, long Position, string Reason)>(new CommandDefinition(
            "SELECT service, position, reason FROM intake_break WHERE city = @city ORDER BY service, position LIMIT 1000", new { city }, cancellationToken: ct));
        return [.. breaks.Select(b => Hit.Of("AC45", [new("log", b.Service)], [new(b.Service, b.Position)], Money.Zero, ("position", b.Position), ("reason", b.Reason)))];
    }

    private async Task Note(string city, Known known, Found found, DateOnly today, CancellationToken ct)
    {
        var hit = found.Hit;
        await Do(city, hit.Id, hit.Id, (streams, _) => Decide(streams, hit, found.Parameters, today, found.TreeSize), ct);
        known.Raised[hit.Id] = true;
    }

    /// <param name="what">What is done, and to which finding: the same again is the same command.</param>
    private async Task Do(string city, string what, string finding, Func<Streams, DateTimeOffset, Decision> decide, CancellationToken ct)
    {
        var answer = await log.Do(
            new Command { City = city, Id = CommandIdFor(city, what), Actor = Watch, Input = Encoding.UTF8.GetBytes(what), Streams = [Finding.Noun.StreamOf(finding)], Decide = decide }, ct);
        if (answer.Fault is { } fault)
        {
            throw new InvalidOperationException($"what was found in {city} could not be noted: {fault.Message.En}");
        }
    }

    /// <summary>What was found before, and decided or not, is not raised again.</summary>
    internal static Decision Decide(Streams streams, Hit hit, IReadOnlyDictionary<string, long> parameters, DateOnly today, long treeSize) => streams.Version(Finding.Noun, hit.Id) > 0
        ? Decision.Accept()
        : Decision.Accept(new Change(
            Finding.Noun.StreamOf(hit.Id),
            new FindingOpened(hit.Check, Check.All[hit.Check].Severity, hit.About, hit.Figures, parameters, hit.Evidence, hit.AtStake, today, treeSize)));

    private static string Escalation(string finding, FindingEscalated due) => $"{finding}/{due.Cause}/{due.DueOn:yyyy-MM-dd}";

    /// <summary>The commands that the watch gives on a finding that no person touches: it is noted, and goes to the next level when nobody explains it.</summary>
    internal static IEnumerable<Guid> CommandsOn(string city, string finding) =>
        [CommandIdFor(city, finding), CommandIdFor(city, Escalation(finding, new(EscalationCause.Unexplained, 1)))];

    /// <summary>The same finding is the same command, whichever instance finds it and how often.</summary>
    internal static Guid CommandIdFor(string city, string finding) => FollowPlan.CommandIdFor(Name, SHA256.HashData(Encoding.UTF8.GetBytes($"{city}/{finding}")));
}
