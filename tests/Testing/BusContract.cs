using System.Collections.Concurrent;
using PilotCity.Contracts;
using PilotCity.Defaults.Bus;

namespace PilotCity.Testing;

/// <summary>What a bus does, whatever carries it: both transports run all of it.</summary>
public abstract class BusContract : IAsyncLifetime
{
    private EventBus bus = null!;

    protected static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    /// <summary>A bus with nobody else on it.</summary>
    protected abstract Task<EventBus> Open();

    public async Task InitializeAsync() => bus = await Open();

    public async Task DisposeAsync() => await bus.DisposeAsync();

    [Fact]
    public async Task Every_follower_hears_every_message_with_its_bytes()
    {
        var (first, second) = (new Heard(), new Heard());
        bus.Start();
        await using var one = bus.Subscribe("first", first.Take);
        await using var two = bus.Subscribe("second", second.Take);
        var message = new EntriesAppended("funding", "350800", 7, 9, [0, 1, 2, 255]);
        await Connected(first, second);

        await bus.Publish(message, Soon);

        foreach (var heard in new[] { first, second })
        {
            var got = await heard.Where(m => m.To == 9);
            Assert.Equal((message.Service, message.City, message.From, message.To), (got.Service, got.City, got.From, got.To));
            Assert.Equal(message.Batch, got.Batch);
        }

        Assert.Null(bus.Trouble);
    }

    [Fact]
    public async Task A_message_that_could_not_be_taken_is_handed_over_again()
    {
        var heard = new Heard();
        var failures = 0;
        bus.Start();
        await using var one = bus.Subscribe("stumbling", m => m.To == 9 && Interlocked.Increment(ref failures) <= 2 ? throw new InvalidOperationException("stumbled") : heard.Take(m));
        await Connected(heard);

        await bus.Publish(new EntriesAppended("funding", "350800", 9, 9, []), Soon);

        await heard.Where(m => m.To == 9);
        Assert.Equal(3, failures);
    }

    /// <summary>A subscription stands once a message arrives: until then they may be lost, which is the bus's right.</summary>
    private async Task Connected(params Heard[] all)
    {
        foreach (var heard in all)
        {
            while (!heard.Any)
            {
                await bus.Publish(new EntriesAppended("probe", "000000", 0, 0, []), Soon);
                await heard.Something.WaitAsync(TimeSpan.FromMilliseconds(200)).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private sealed class Heard
    {
        private readonly ConcurrentQueue<EntriesAppended> messages = new();
        private readonly SemaphoreSlim arrived = new(0);
        private readonly TaskCompletionSource something = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Any => !messages.IsEmpty;

        public Task Something => something.Task;

        public Task Take(EntriesAppended message)
        {
            messages.Enqueue(message);
            something.TrySetResult();
            arrived.Release();
            return Task.CompletedTask;
        }

        public async Task<EntriesAppended> Where(Func<EntriesAppended, bool> wanted)
        {
            while (true)
            {
                if (messages.FirstOrDefault(wanted) is { } found)
                {
                    return found;
                }

                await arrived.WaitAsync(Soon);
            }
        }
    }
}
