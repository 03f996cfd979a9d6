using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PilotCity.Contracts;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>Entries of one log, in order, and where their effect goes: the follower's own database, in the cursor's transaction.</summary>
public sealed record Followed(LogTransaction Transaction, string Source, string City, IReadOnlyList<Entry> Entries);

/// <summary>
/// What a service follows and what it does about it. <see cref="Effect"/> runs in the transaction that moves the cursor, so
/// both happen or neither; it may run again after a roll-back. <see cref="Before"/> runs outside any transaction and may run more than
/// once for the same entry: it gives commands, under ids made by <see cref="CommandIdFor(string, Entry)"/>.
/// Entries of types that this version does not know come to both like any other, because in a rolling update the source may be newer: who keeps
/// everything keeps them, who acts on certain types passes over the rest.
/// </summary>
public sealed record FollowPlan(IReadOnlyList<string> Sources)
{
    public Func<IServiceProvider, Func<Followed, CancellationToken, Task>>? Effect { get; init; }

    public Func<IServiceProvider, Func<Entry, CancellationToken, Task>>? Before { get; init; }

    /// <summary>Told once when a log does not continue, so that the break can be put on record.</summary>
    public Func<IServiceProvider, Func<ChainBreak, CancellationToken, Task>>? Broken { get; init; }

    /// <summary>How often every source is asked what it has, so that a lost last message heals.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The id of the command that a follower gives on an entry: the same every time, so that the log answers a repetition.</summary>
    public static Guid CommandIdFor(string follower, Entry entry) => CommandIdFor(follower, entry.Hash);

    /// <summary>The same from the entry's hash alone.</summary>
    public static Guid CommandIdFor(string follower, byte[] hash)
    {
        var bytes = System.Security.Cryptography.SHA256.HashData([.. System.Text.Encoding.UTF8.GetBytes(follower), 0, .. hash]).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80); // RFC 9562 version 8: a UUID of one's own making.
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new(bytes, bigEndian: true);
    }
}

/// <summary>How one log stands with its follower.</summary>
public sealed record FollowStatus(string Source, string City, long Position, FollowState State, string? Trouble);

public enum FollowState
{
    Following,

    /// <summary>An outage or a bug: it tries again, ever more slowly, and skips nothing.</summary>
    Retrying,

    /// <summary>The source's log does not continue. A person must look; a restart looks again.</summary>
    Broken,
}

/// <summary>
/// Follows the logs of other services: one worker per source and city takes entries in order, from the bus where they follow on
/// directly, else from the source's feed. The cursor lies in the follower's own database, so an entry is taken in exactly once.
/// </summary>
public sealed class Follower : BackgroundService, IHealthCheck
{
    private readonly ServiceLog log;
    private readonly EventBus bus;
    private readonly TimeProvider clock;
    private readonly ILogger<Follower> logger;
    private readonly TimeSpan poll;
    private readonly Dictionary<string, Feed> sources;
    private readonly FollowSteps steps;
    private readonly ConcurrentDictionary<(string Source, string City), FollowWorker> workers = new();
    private readonly ConcurrentDictionary<string, string> unreachable = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private IAsyncDisposable? subscription;

    public Follower(FollowPlan plan, ServiceLog log, EventBus bus, Func<string, Feed> feedOf, IServiceProvider services, TimeProvider clock, ILogger<Follower> logger)
    {
        this.log = log;
        this.bus = bus;
        this.clock = clock;
        this.logger = logger;
        poll = plan.Poll;
        sources = plan.Sources.ToDictionary(s => s, feedOf, StringComparer.Ordinal);
        steps = new(plan.Before?.Invoke(services), plan.Effect?.Invoke(services), plan.Broken?.Invoke(services));
#if BREAKABLE
        steps = steps with { Effect = Breakage.Followed(steps.Effect) };
#endif
    }

    /// <summary>Every log it follows, by source and city.</summary>
    public IReadOnlyList<FollowStatus> Status =>
        [.. workers.Values.Select(w => w.Status).OrderBy(s => s.Source, StringComparer.Ordinal).ThenBy(s => s.City, StringComparer.Ordinal)];

    /// <summary>Completes once this log has been taken in up to a position.</summary>
    public Task Reaches(string source, string city, long position, CancellationToken ct) => Worker(source, city).Reaches(position, ct);

    /// <summary>Asks every source now instead of at the next poll, and completes once all that they have by now has been taken in.</summary>
    public async Task CatchUp(CancellationToken ct)
    {
        foreach (var (source, feed) in sources)
        {
            foreach (var head in await feed.Cities(ct))
            {
                var worker = Worker(source, head.City);
                worker.Look(head);
                await worker.Reaches(head.Position, ct);
            }
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var trouble = Status.Where(s => s.State != FollowState.Following).Select(s => $"{s.Source}/{s.City} at {s.Position}: {s.State}, {s.Trouble}")
            .Concat(unreachable.Select(u => $"{u.Key}: {u.Value}"))
            .Take(20)
            .ToList();

        // Degraded and not unhealthy: what was taken in is still right to read.
        return Task.FromResult(trouble.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(string.Join("; ", trouble)));
    }

    /// <summary>Listens before it asks, so that nothing falls between.</summary>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        bus.Start();
        subscription = bus.Subscribe(log.Service, Take);
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (subscription is not null)
        {
            await subscription.DisposeAsync();
        }

        await stopping.CancelAsync();
        await base.StopAsync(cancellationToken);
        await Task.WhenAll(workers.Values.Select(w => w.Stopped));
    }

    public override void Dispose()
    {
        stopping.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        try
        {
            using var timer = new PeriodicTimer(poll, clock);
            do
            {
                await Task.WhenAll(sources.Select(s => Discover(s.Key, s.Value, stoppingToken)));
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    /// <summary>
    /// A message is handed to its worker and acknowledged at once: it is a nudge, and the promise to act on it is the cursor in the
    /// database, not the broker's memory.
    /// </summary>
    private Task Take(EntriesAppended message)
    {
        if (sources.ContainsKey(message.Service))
        {
            Worker(message.Service, message.City).Take(message);
        }

        return Task.CompletedTask;
    }

    private async Task Discover(string source, Feed feed, CancellationToken ct)
    {
        try
        {
            foreach (var head in await feed.Cities(ct))
            {
                Worker(source, head.City).Look(head);
            }

            unreachable.TryRemove(source, out _);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            if (unreachable.TryAdd(source, e.Message))
            {
                logger.LogWarning("{Follower} cannot ask {Source} for its cities: {Reason}", log.Service, source, e.Message);
            }
        }
    }

    private FollowWorker Worker(string source, string city) =>
        workers.GetOrAdd((source, city), key => new FollowWorker(log, key.Source, key.City, sources[key.Source], steps, clock, logger, stopping.Token)).Started();
}

/// <summary>What happens to entries on the way.</summary>
internal sealed record FollowSteps(
    Func<Entry, CancellationToken, Task>? Before,
    Func<Followed, CancellationToken, Task>? Effect,
    Func<ChainBreak, CancellationToken, Task>? Broken);
