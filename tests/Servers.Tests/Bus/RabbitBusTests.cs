using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Contracts;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Bus;

/// <summary>The bus contract over a real broker.</summary>
[Collection(RabbitGroup.Name)]
public sealed class RabbitBusContractTests(RabbitServer server) : BusContract
{
    protected override async Task<EventBus> Open() => RabbitBusTests.Open(await server.EmptyHost());
}

[Collection(RabbitGroup.Name)]
public sealed class RabbitBusTests(RabbitServer server)
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    private static readonly byte[] Key = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    /// <summary>A bus with the key that these tests' services share.</summary>
    internal static MassTransitBus Open(Uri address) => MassTransitBus.RabbitMq(address, Key, NullLoggerFactory.Instance);

    [Fact]
    public async Task Queues_are_bounded_durable_quorum_queues_and_messages_are_confirmed_and_taken_a_few_at_a_time()
    {
        var address = await server.EmptyHost();
        var host = address.AbsolutePath[1..];
        await using var bus = Open(address);
        bus.Start();
        await using var subscription = bus.Subscribe("oversight", _ => Task.CompletedTask);
        await Until(async () => (await server.Control("list_consumers", "-p", host)).Contains("pilot-city.oversight", StringComparison.Ordinal));
        await bus.Publish(new EntriesAppended("funding", "350800", 1, 1, []), Soon);

        var queues = (await server.Control("list_queues", "-p", host, "name", "type", "durable", "arguments")).Split('\n');
        var own = Assert.Single(queues, q => q.StartsWith("pilot-city.oversight\tquorum\ttrue\t", StringComparison.Ordinal));
        var parking = Assert.Single(queues, q => q.StartsWith("pilot-city.oversight.parked\tquorum\ttrue\t", StringComparison.Ordinal));
        foreach (var argument in new[]
        {
            "\"x-max-length-bytes\",268435456", "\"x-overflow\",\"reject-publish\"", "\"x-delivery-limit\",20",
            "\"x-dead-letter-routing-key\",\"pilot-city.oversight.parked\"", "\"x-dead-letter-strategy\",\"at-least-once\"",
        })
        {
            Assert.Contains(argument, own, StringComparison.Ordinal);
        }

        Assert.Contains("\"x-max-length\",10000", parking, StringComparison.Ordinal);
        Assert.Contains("\"x-max-length-bytes\",268435456", parking, StringComparison.Ordinal);

        var channels = (await server.Control("list_channels", "vhost", "confirm", "prefetch_count", "consumer_count")).Split('\n').Where(c => c.StartsWith(host + "\t", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(channels);
        Assert.All(channels, c => Assert.Equal("true", c.Split('\t')[1]));
        Assert.Equal("16", Assert.Single(channels, c => c.Split('\t')[3] == "1").Split('\t')[2]);
    }

    [Fact]
    public async Task A_message_and_what_is_parked_survive_a_restart_of_the_broker()
    {
        var address = await server.EmptyHost();
        await using (var bus = Open(address))
        {
            bus.Start();
            await using (bus.Subscribe("sleeping", _ => throw new InvalidOperationException("not now")))
            {
                await Until(async () => (await server.Control("list_consumers", "-p", address.AbsolutePath[1..])).Contains("pilot-city.sleeping", StringComparison.Ordinal));
                await bus.Publish(new EntriesAppended("funding", "350800", 1, 1, []), Soon);
                await Until(async () => (await Parked(address)) == 1);
            }

            await bus.Publish(new EntriesAppended("funding", "350800", 2, 2, [1, 2, 3]), Soon);
        }

        await server.StopServer();
        await server.StartServer();

        var heard = new TaskCompletionSource<EntriesAppended>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var again = Open(address);
        again.Start();
        await using var subscription = again.Subscribe("sleeping", message =>
        {
            heard.TrySetResult(message);
            return Task.CompletedTask;
        });
        var survived = await heard.Task.WaitAsync(Soon);
        Assert.Equal((2L, 3), (survived.From, survived.Batch.Length));
        Assert.Equal(1, await Parked(address));

        static async Task<int?> Parked(Uri address)
        {
            await using var parking = (await Parking.Open(address, Soon)).Value;
            return (await parking.List("sleeping", 1, Soon)) is { Ok: true } listed ? listed.Value.Total : null;
        }
    }

    [Fact]
    public async Task The_broker_may_go_and_come_back_and_followers_equal_the_log()
    {
        using var folder = new TemporaryFolder();
        var address = await server.EmptyHost();
        await using var bus = Open(address);
        await using var source = new ServiceLog("source", LogDatabase.Open($"Data Source={folder["source.db"]}"), [Counter.Noun], [], TimeProvider.System, NullLogger.Instance);
        await using var own = new ServiceLog("tally", LogDatabase.Open($"Data Source={folder["tally.db"]}"), [], [], TimeProvider.System, NullLogger.Instance);
        await source.Start(Soon);
        await own.Start(Soon);
        await using var relay = new Relay(source, bus, NullLogger<Relay>.Instance);
        await relay.StartAsync(Soon);
        using var follower = new Follower(
            new FollowPlan(["source"]) { Effect = _ => Tally, Poll = TimeSpan.FromSeconds(1) },
            own, bus, _ => new LogFeed(source), new ServiceCollection().BuildServiceProvider(), TimeProvider.System, NullLogger<Follower>.Instance);
        await follower.StartAsync(Soon);

        for (var i = 0; i < 20; i++)
        {
            Assert.Null((await source.Do(Counter.Move("c", 1), Soon)).Fault);
        }

        await follower.Reaches("source", "350800", 20, Soon);
        await server.StopServer();
        await using var late = Open(address);
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        late.Start();
        await using var subscription = late.Subscribe("late", _ =>
        {
            heard.TrySetResult();
            return Task.CompletedTask;
        });
        try
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.Null((await source.Do(Counter.Move("c", 1), Soon)).Fault);
            }

            // Without the broker the feed carries everything.
            await follower.Reaches("source", "350800", 40, Soon);
        }
        finally
        {
            await server.StartServer();
        }

        for (var i = 0; i < 20; i++)
        {
            Assert.Null((await source.Do(Counter.Move("c", 1), Soon)).Fault);
        }

        await follower.Reaches("source", "350800", 60, Soon);
        await Until(async () =>
        {
            await server.Control("list_connections");
            return bus.Trouble is null;
        });

        // Who started while the broker was away is connected by now, or soon.
        await Until(async () =>
        {
            await bus.Publish(new EntriesAppended("probe", "000000", 0, 0, []), Soon);
            await server.Control("list_connections");
            return heard.Task.IsCompleted;
        });
        Assert.Equal(60, await Tallied(own));
        await follower.StopAsync(Soon);
        await relay.StopAsync(Soon);
    }

    internal static async Task Tally(Followed followed, CancellationToken ct)
    {
        await followed.Transaction.Connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS tally (position BIGINT PRIMARY KEY)", transaction: followed.Transaction.Transaction);
        foreach (var entry in followed.Entries)
        {
            await followed.Transaction.Connection.ExecuteAsync("INSERT INTO tally (position) VALUES (@Position)", new { entry.Position }, followed.Transaction.Transaction);
        }
    }

    internal static async Task<long> Tallied(ServiceLog own)
    {
        await using var connection = await own.Database.Connect(Soon);
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM tally");
    }

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Asks until it is so.</summary>
    internal static async Task Until(Func<Task<bool>> so)
    {
        var soon = Soon;
        while (!await so())
        {
            soon.ThrowIfCancellationRequested();
            await Task.Delay(Pause, soon);
        }
    }
}
