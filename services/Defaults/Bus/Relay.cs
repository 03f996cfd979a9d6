using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PilotCity.Contracts;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// Tells the bus what was committed. It never holds a command back: what it cannot send it forgets, oldest first, because
/// followers find everything in the log.
/// </summary>
public sealed class Relay(ServiceLog log, EventBus bus, ILogger<Relay> logger) : IHostedService, IAsyncDisposable
{
    /// <summary>A larger commit travels as a nudge without entries, so that no message makes a broker or a follower choke.</summary>
    public const int EntriesPerMessageMax = 2_048;

    public const int BytesPerMessageMax = 1 << 20;

    /// <summary>Commits waiting for the bus.</summary>
    private const int WaitingMax = 1_024;

    /// <summary>Payload bytes waiting for the bus; beyond it commits wait as nudges without entries.</summary>
    private const long WaitingBytesMax = 16 << 20;

    /// <summary>A message that the bus has not taken by then is forgotten.</summary>
    private static readonly TimeSpan PublishPatience = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource stopping = new();
    private Channel<Commit> waiting = null!;
    private Task? loop;
    private long waitingBytes;

    private sealed record Commit(string City, long From, long To, IReadOnlyList<Entry> Entries, long Bytes, string Trace);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        waiting = Channel.CreateBounded<Commit>(
            new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            dropped => Interlocked.Add(ref waitingBytes, -dropped.Bytes));
        log.Committed = Take;
        bus.Start();

        // Whoever was told of nothing since the last stop learns that there is something.
        foreach (var head in await log.Cities(cancellationToken))
        {
            waiting.Writer.TryWrite(new Commit(head.City, head.Position, head.Position, [], 0, string.Empty));
        }

        using (ExecutionContext.SuppressFlow())
        {
            loop = Task.Run(Run, CancellationToken.None);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        log.Committed = null;
        waiting.Writer.TryComplete();
        stopping.CancelAfter(PublishPatience);
        await loop!;
    }

    public ValueTask DisposeAsync()
    {
        stopping.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Take(string city, IReadOnlyList<Entry> entries)
    {
        long bytes = 0;
        foreach (var entry in entries)
        {
            bytes += EntryBytes(entry);
        }

        var travels = entries.Count <= EntriesPerMessageMax && bytes <= BytesPerMessageMax
            && Interlocked.Read(ref waitingBytes) + bytes <= WaitingBytesMax;
        var held = travels ? bytes : 0;
        Interlocked.Add(ref waitingBytes, held);
        if (!waiting.Writer.TryWrite(new Commit(city, entries[0].Position, entries[^1].Position, travels ? entries : [], held, entries[0].Trace)))
        {
            Interlocked.Add(ref waitingBytes, -held);
        }
    }

    /// <summary>The payload and what stands around it: hashes, ids, texts.</summary>
    private static int EntryBytes(Entry entry) => entry.Payload.Length + 256 + entry.Stream.Length + entry.Type.Length + (3 * entry.Actor.Length);

    private async Task Run()
    {
        var away = false;
        try
        {
            await foreach (var commit in waiting.Reader.ReadAllAsync(stopping.Token))
            {
                Interlocked.Add(ref waitingBytes, -commit.Bytes);
                using var activity = Telemetry.Continue("relay", ActivityKind.Internal, commit.Trace);
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
                patience.CancelAfter(PublishPatience);
                try
                {
                    await bus.Publish(
                        new EntriesAppended(log.Service, commit.City, commit.From, commit.To, commit.Entries.Count == 0 ? [] : EntryWire.WriteBatch(commit.Entries)),
                        patience.Token);
                    away = false;
                }
                catch (Exception e)
                {
                    // Whatever the transport throws, the commit stands and followers read the feed.
                    if (!away)
                    {
                        logger.LogWarning("The bus is away, followers of {Service} will read its feed: {Reason}", log.Service, e.Message);
                    }

                    away = true;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping: what is left is in the log.
        }
    }
}
