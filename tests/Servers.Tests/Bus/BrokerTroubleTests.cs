using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Contracts;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Bus;

/// <summary>Whatever becomes of the broker, no command waits for it, followers equal the log, and the bus is used again once it is well.</summary>
[Collection(RabbitGroup.Name)]
public sealed class BrokerTroubleTests(RabbitServer server)
{
    /// <summary>A command takes milliseconds; far more would be waiting for somebody.</summary>
    private static readonly TimeSpan CommandPatience = TimeSpan.FromSeconds(3);

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [Fact]
    public async Task A_broker_in_a_memory_alarm_takes_nothing_and_holds_no_command_back()
    {
        await using var talk = await Talk.Start(await server.EmptyHost(), TimeSpan.FromSeconds(1));
        await talk.Heard();
        await server.Control("set_vm_memory_high_watermark", "0.000001");
        try
        {
            // What a blocked broker does not confirm is given up when the caller wants to, however much of it there is.
            for (var i = 0; i < 30; i++)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => talk.Bus.Publish(new EntriesAppended("funding", "350800", 1, 1, new byte[100_000]), patience.Token).WaitAsync(CommandPatience));
            }

            await talk.Move(200);
            await talk.Follower.Reaches(Talk.Source, "350800", 200, Soon);
        }
        finally
        {
            await server.Control("set_vm_memory_high_watermark", "0.4");
        }

        await talk.Heard();
        await talk.Move(10);
        await talk.AssertEqual(210);
    }

    [Fact]
    public async Task Connections_cut_while_messages_are_under_way_lose_nothing()
    {
        await using var talk = await Talk.Start(await server.EmptyHost(), TimeSpan.FromSeconds(1));
        await talk.Heard();
        using var enough = new CancellationTokenSource();
        var moved = Task.Run(async () =>
        {
            var count = 0;
            for (; !enough.IsCancellationRequested; count++)
            {
                await talk.Move(1);
            }

            return count;
        });
        for (var i = 0; i < 4; i++)
        {
            await server.Control("close_all_connections", "test");
            await talk.Heard();
        }

        await enough.CancelAsync();
        await talk.AssertEqual(await moved);
    }

    [Fact]
    public async Task A_broker_that_says_nothing_any_more_holds_no_command_back()
    {
        await using var talk = await Talk.Start(await server.EmptyHost(), TimeSpan.FromSeconds(1));
        await talk.Heard();
        var broker = (await server.Control("eval", "list_to_integer(os:getpid()).")).Trim();
        await Signal("STOP", broker);
        try
        {
            await talk.Move(200);
            await talk.Follower.Reaches(Talk.Source, "350800", 200, Soon);
        }
        finally
        {
            await Signal("CONT", broker);
        }

        await talk.Heard();
        await talk.Move(10);
        await talk.AssertEqual(210);
    }

    private static async Task Signal(string signal, string process)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>A log with its relay, a follower that tallies it, and somebody else on the same bus.</summary>
    private sealed class Talk : IAsyncDisposable
    {
        public const string Source = "source";

        private readonly TemporaryFolder folder = new();
        private readonly ServiceLog source;
        private readonly ServiceLog own;
        private readonly Relay relay;
        private readonly SemaphoreSlim heard = new(0);
        private readonly IAsyncDisposable listener;

        private Talk(Uri address, TimeSpan poll)
        {
            Bus = RabbitBusTests.Open(address);
            source = new ServiceLog(Source, LogDatabase.Open($"Data Source={folder["source.db"]}"), [Counter.Noun], [], TimeProvider.System, NullLogger.Instance);
            own = new ServiceLog("tally", LogDatabase.Open($"Data Source={folder["tally.db"]}"), [], [], TimeProvider.System, NullLogger.Instance);
            relay = new Relay(source, Bus, NullLogger<Relay>.Instance);
            Follower = new Follower(
                new FollowPlan([Source]) { Effect = _ => RabbitBusTests.Tally, Poll = poll },
                own, Bus, _ => new LogFeed(source), new ServiceCollection().BuildServiceProvider(), TimeProvider.System, NullLogger<Follower>.Instance);
            listener = Bus.Subscribe("listener", message =>
            {
                if (message.Service == "probe")
                {
                    heard.Release();
                }

                return Task.CompletedTask;
            });
        }

        public MassTransitBus Bus { get; }

        public Follower Follower { get; }

        public static async Task<Talk> Start(Uri address, TimeSpan poll)
        {
            var talk = new Talk(address, poll);
            await talk.source.Start(Soon);
            await talk.own.Start(Soon);
            await talk.relay.StartAsync(Soon);
            await talk.Follower.StartAsync(Soon);
            return talk;
        }

        /// <summary>Gives so many commands, none of which may wait for anybody.</summary>
        public async Task Move(int count)
        {
            for (var i = 0; i < count; i++)
            {
                Assert.Null((await source.Do(Counter.Move("c", 1), Soon).WaitAsync(CommandPatience)).Fault);
            }
        }

        /// <summary>Completes once somebody hears what is published from now on.</summary>
        public async Task Heard()
        {
            while (await heard.WaitAsync(TimeSpan.Zero))
            {
                // From before.
            }

            var soon = Soon;
            do
            {
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(soon);
                patience.CancelAfter(TimeSpan.FromSeconds(1));
                await Bus.Publish(new EntriesAppended("probe", "000000", 0, 0, []), patience.Token).ContinueWith(_ => { }, TaskScheduler.Default);
            }
            while (!await heard.WaitAsync(TimeSpan.FromMilliseconds(200), soon));
        }

        public async Task AssertEqual(int count)
        {
            await Follower.Reaches(Source, "350800", count, Soon);
            Assert.Equal(count, await RabbitBusTests.Tallied(own));
            Assert.Equal((await source.Head("350800", Soon)).Head, (await own.Cursor("350800", Source, Soon)).Head);
        }

        public async ValueTask DisposeAsync()
        {
            await Follower.StopAsync(Soon);
            Follower.Dispose();
            await relay.StopAsync(Soon);
            await relay.DisposeAsync();
            await listener.DisposeAsync();
            await Bus.DisposeAsync();
            await source.DisposeAsync();
            await own.DisposeAsync();
            folder.Dispose();
        }
    }
}
