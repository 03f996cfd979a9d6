using System.Collections.Concurrent;
using PilotCity.Contracts;
using PilotCity.Defaults.Bus;

namespace PilotCity.Defaults.Tests.Bus;

/// <summary>A bus that drops, doubles and reorders by a seeded plan; what it does is the same for the same seed and order of messages.</summary>
internal sealed class MisbehavingBus(int seed) : EventBus
{
    private readonly Random plan = new(seed);
    private readonly Lock gate = new();
    private readonly List<EntriesAppended> late = [];
    private readonly ConcurrentDictionary<Guid, Func<EntriesAppended, Task>> takers = new();

    public int Dropped { get; private set; }

    public int Doubled { get; private set; }

    public int Late { get; private set; }

    public override string? Trouble => null;

    public override async Task Publish(EntriesAppended message, CancellationToken ct)
    {
        List<EntriesAppended> now = [];
        lock (gate)
        {
            switch (plan.Next(4))
            {
                case 0:
                    Dropped++;
                    break;
                case 1:
                    Doubled++;
                    now.AddRange([message, message]);
                    break;
                case 2:
                    Late++;
                    late.Insert(plan.Next(late.Count + 1), message);
                    break;
                default:
                    now.Add(message);
                    now.AddRange(late);
                    late.Clear();
                    break;
            }
        }

        foreach (var one in now)
        {
            foreach (var take in takers.Values)
            {
                await take(one);
            }
        }
    }

    public override IAsyncDisposable Subscribe(string follower, Func<EntriesAppended, Task> take)
    {
        var id = Guid.NewGuid();
        takers[id] = take;
        return new Subscription(() => takers.TryRemove(id, out _));
    }

    public override void Start()
    {
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Subscription(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A bus that hands over what it is given, fails or hangs as a test says, and remembers.</summary>
internal sealed class PlainBus : EventBus
{
    private readonly ConcurrentDictionary<Guid, Func<EntriesAppended, Task>> takers = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly ConcurrentQueue<EntriesAppended> published = new();

    public Func<EntriesAppended, CancellationToken, Task>? Instead { get; set; }

    public override string? Trouble => null;

    /// <summary>The next message that was published, once it is.</summary>
    public async Task<EntriesAppended> Next()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await arrived.WaitAsync(patience.Token);
        return published.TryDequeue(out var message) ? message : throw new InvalidOperationException("no message");
    }

    public override async Task Publish(EntriesAppended message, CancellationToken ct)
    {
        if (Instead is { } instead)
        {
            await instead(message, ct);
        }

        published.Enqueue(message);
        arrived.Release();
        foreach (var take in takers.Values)
        {
            await take(message);
        }
    }

    public override IAsyncDisposable Subscribe(string follower, Func<EntriesAppended, Task> take)
    {
        takers[Guid.NewGuid()] = take;
        return new Nothing();
    }

    public override void Start()
    {
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Nothing : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
