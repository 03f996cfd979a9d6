using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PilotCity.Contracts;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// Takes in one log of one source, in order. (1) Where is the cursor? (2) What follows on it: the message, if it fits, else a page of the
/// feed. (3) Does it continue the chain? (4) Effect and cursor in one transaction. What fails is tried again, ever more slowly;
/// what does not continue stops the worker.
/// </summary>
internal sealed class FollowWorker
{
    /// <summary>Messages kept for their entries; older ones go, the feed has them.</summary>
    private const int MessagesMax = 16;

    /// <summary>Entries of one transaction beyond which no further message joins it.</summary>
    private const int EntriesPerStepMax = 2_048;

    private static readonly TimeSpan BackOffMin = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(30);

    private readonly ServiceLog log;
    private readonly string source;
    private readonly string city;
    private readonly Feed feed;
    private readonly FollowSteps steps;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly CancellationToken stopping;
    private readonly Lazy<Task> loop;
    private readonly Channel<Item> items = Channel.CreateBounded<Item>(
        new BoundedChannelOptions(MessagesMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Lock gate = new();
    private readonly List<(long Position, TaskCompletionSource Reached)> waiting = [];
    private FollowStatus status;

    public FollowWorker(ServiceLog log, string source, string city, Feed feed, FollowSteps steps, TimeProvider clock, ILogger logger, CancellationToken stopping)
    {
        this.log = log;
        this.source = source;
        this.city = city;
        this.feed = feed;
        this.steps = steps;
        this.clock = clock;
        this.logger = logger;
        this.stopping = stopping;
        status = new(source, city, 0, FollowState.Following, null);
        loop = new(() =>
        {
            // The worker outlives the request or message that first woke it, and is no part of its trace.
            using (ExecutionContext.SuppressFlow())
            {
                return Task.Run(Run, CancellationToken.None);
            }
        });
    }

    /// <summary>A message, or what the source says of its head, or neither: look at the feed.</summary>
    private sealed record Item(EntriesAppended? Message, CityHead? Head, ActivityContext Trace);

    public FollowStatus Status => Volatile.Read(ref status);

    public Task Stopped => loop.IsValueCreated ? loop.Value : Task.CompletedTask;

    public FollowWorker Started()
    {
        _ = loop.Value;
        return this;
    }

    public void Take(EntriesAppended message) => items.Writer.TryWrite(new(message, null, Activity.Current?.Context ?? default));

    /// <summary>The source says how far its log has come.</summary>
    public void Look(CityHead head) => items.Writer.TryWrite(new(null, head, default));

    public Task Reaches(long position, CancellationToken ct)
    {
        lock (gate)
        {
            if (status.Position >= position)
            {
                return Task.CompletedTask;
            }

            if (status.State == FollowState.Broken)
            {
                return Task.FromException(new ChainBrokenException(new(source, city, status.Position + 1, status.Trouble ?? string.Empty)));
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Add((position, reached));
            return reached.Task.WaitAsync(ct);
        }
    }

    private async Task Run()
    {
        var failures = 0;
        ChainPoint? cursor = null;
        Item? item = null;
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                item ??= await items.Reader.ReadAsync(stopping);
                cursor ??= await Cursor();
                cursor = await TakeIn(cursor, item);
                if (cursor is not null)
                {
                    item = null;
                }

                failures = 0;
                Recovered();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (ChainBrokenException e)
            {
                await PutOnRecord(e);
                return;
            }
            catch (Exception e)
            {
                // An outage or a bug. Nothing is skipped: the same entries come again, from the feed, after a pause.
                failures++;
                if (status.State == FollowState.Following)
                {
                    logger.LogWarning(e, "{Follower} is stuck in {Source}/{City} after {Position} and keeps trying", log.Service, source, city, status.Position);
                }

                Say(status with { State = FollowState.Retrying, Trouble = e.Message });
                cursor = null;
                item = new(null, null, default);
                await Pause(failures);
            }
        }
    }

    private async Task<ChainPoint> Cursor()
    {
        var (position, head) = await log.Cursor(city, source, stopping);
        Reached(position);
        return new(position, head);
    }

    /// <summary>Everything that there is now. The new cursor; null where another instance has moved it.</summary>
    private async Task<ChainPoint?> TakeIn(ChainPoint cursor, Item item)
    {
        if (item.Message is { } message)
        {
            if (message.To <= cursor.Position)
            {
                return cursor;
            }

            var follows = FollowsOn(cursor, message);
            if (follows.Count > 0)
            {
                AddWhatCameMeanwhile(follows);
                return await Step(cursor, follows, item.Trace);
            }
        }
        else if (item.Head is { } head)
        {
            if (head.Position == cursor.Position && head.Head.AsSpan().SequenceEqual(cursor.Head))
            {
                return cursor;
            }

            // What the source said may be older than what has been taken in since: only a fresh word is evidence.
            if (head.Position <= cursor.Position)
            {
                var now = (await feed.Cities(stopping)).FirstOrDefault(c => c.City == city) ?? new(city, 0, CanonicalEntry.FirstHead());
                if (Chain.Check(source, city, cursor, now) is { } broken)
                {
                    throw new ChainBrokenException(broken);
                }
            }
        }

        return await ReadFeed(cursor, item.Trace);
    }

    private async Task<ChainPoint?> ReadFeed(ChainPoint from, ActivityContext trace)
    {
        for (ChainPoint? cursor = from; ;)
        {
            var page = await feed.Read(city, cursor.Position, stopping);
            if (page.Last < cursor.Position)
            {
                throw new ChainBrokenException(new(source, city, page.Last + 1, $"the log ends at {page.Last}, but {cursor.Position} entries of it were read"));
            }

            if (page.Entries.Count == 0)
            {
                return page.Last == cursor.Position ? cursor : throw new ChainBrokenException(new(source, city, cursor.Position + 1, $"the log says it goes to {page.Last}, but gives no entry"));
            }

            if (Chain.Check(source, city, cursor, page.Entries) is { } broken)
            {
                throw new ChainBrokenException(broken);
            }

            cursor = await Step(cursor, page.Entries, trace);
            if (cursor is null || cursor.Position >= page.Last)
            {
                return cursor;
            }
        }
    }

    /// <summary>
    /// The message's entries after the cursor, if they continue the chain. If they do not, nobody is accused: the bus is no witness,
    /// the feed is asked.
    /// </summary>
    private List<Entry> FollowsOn(ChainPoint cursor, EntriesAppended message)
    {
        if (message.Batch.Length == 0 || message.From > cursor.Position + 1)
        {
            return [];
        }

        try
        {
            List<Entry> entries = [.. EntryWire.ReadBatch(message.Batch).SkipWhile(e => e.Position <= cursor.Position)];
            return Chain.Check(source, city, cursor, entries) is null ? entries : [];
        }
        catch (FormatException)
        {
            return [];
        }
    }

    /// <summary>Under load several commits wait while one is taken in: they share the next transaction. One that is dropped meanwhile is in the feed.</summary>
    private void AddWhatCameMeanwhile(List<Entry> follows)
    {
        while (follows.Count < EntriesPerStepMax && items.Reader.TryPeek(out var next) && next.Message is { } message
            && FollowsOn(new(follows[^1].Position, follows[^1].Head), message) is { Count: > 0 } further)
        {
            follows.AddRange(further);
            items.Reader.TryRead(out _);
        }
    }

    private async Task<ChainPoint?> Step(ChainPoint from, IReadOnlyList<Entry> entries, ActivityContext trace)
    {
        using var activity = Telemetry.Continue("follow", ActivityKind.Consumer, entries[0].Trace, trace);
        activity?.SetTag("pilotcity.source", $"{source}/{city}")?.SetTag("pilotcity.from", entries[0].Position)?.SetTag("pilotcity.to", entries[^1].Position);
        if (steps.Before is { } before)
        {
            foreach (var entry in entries)
            {
                await before(entry, stopping);
            }
        }

        var to = new ChainPoint(entries[^1].Position, entries[^1].Head);
        var moved = await log.Follow(
            city, source, from.Position, to.Position, to.Head,
            (transaction, ct) => steps.Effect?.Invoke(new(transaction, source, city, entries), ct) ?? Task.CompletedTask,
            stopping);
        if (!moved)
        {
            return null;
        }

        Recovered();
        Reached(to.Position);
        return to;
    }

    /// <summary>Says it loudly, until it is on record.</summary>
    private async Task PutOnRecord(ChainBrokenException exception)
    {
        var found = exception.Break;
        logger.LogCritical("The log {Source}/{City} does not continue at {Position}: {Reason}. {Follower} goes no further in it", source, city, found.Position, found.Reason, log.Service);
        lock (gate)
        {
            Say(status with { State = FollowState.Broken, Trouble = $"at {found.Position}: {found.Reason}" });
            waiting.ForEach(w => w.Reached.TrySetException(exception));
            waiting.Clear();
        }

        for (var failures = 1; steps.Broken is { } broken && !stopping.IsCancellationRequested; failures++)
        {
            try
            {
                await broken(found, stopping);
                return;
            }
            catch (Exception e) when (!stopping.IsCancellationRequested)
            {
                logger.LogError(e, "The break of {Source}/{City} at {Position} could not be put on record; trying again", source, city, found.Position);
                await Pause(failures);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task Pause(int failures)
    {
        var wait = Math.Min(BackOffMin.TotalMilliseconds * Math.Pow(2, Math.Min(failures - 1, 16)), BackOffMax.TotalMilliseconds);
        wait *= 0.5 + (Random.Shared.NextDouble() / 2);
        await Task.Delay(TimeSpan.FromMilliseconds(wait), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>It goes on; said before whoever waits for a position is told.</summary>
    private void Recovered()
    {
        if (status.State == FollowState.Retrying)
        {
            Say(status with { State = FollowState.Following, Trouble = null });
        }
    }

    private void Reached(long position)
    {
        lock (gate)
        {
            Say(status with { Position = position });
            foreach (var (_, reached) in waiting.Where(w => w.Position <= position))
            {
                reached.TrySetResult();
            }

            waiting.RemoveAll(w => w.Position <= position);
        }
    }

    private void Say(FollowStatus now)
    {
        lock (gate)
        {
            Volatile.Write(ref status, now);
        }
    }

}
