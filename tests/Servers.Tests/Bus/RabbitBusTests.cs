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
    protected override async Task<EventBus> Open() => MassTransitBus.RabbitMq(await server.EmptyHost(), NullLoggerFactory.Instance);
}

[Collection(RabbitGroup.Name)]
public sealed class RabbitBusTests(RabbitServer server)
{
    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [Fact]
    public async Task A_follower_s_queue_is_a_bounded_quorum_queue_and_what_cannot_be_taken_is_parked()
    {
        var address = await server.EmptyHost();
        await using var bus = MassTransitBus.RabbitMq(address, NullLoggerFactory.Instance);
        var attempts = 0;
        var tried = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bus.Start();
        await using var subscription = bus.Subscribe("oversight", _ =>
        {
            if (Interlocked.Increment(ref attempts) == 6)
            {
                tried.TrySetResult();
            }

            throw new InvalidOperationException("cannot be taken");
        });
        var host = address.AbsolutePath[1..];
        await Until(async () => (await server.Control("list_queues", "-p", host, "name", "type", "durable", "arguments")).Contains("pilot-city.oversight", StringComparison.Ordinal));
        var queues = await server.Control("list_queues", "-p", host, "name", "type", "durable", "arguments");
        Assert.Contains("pilot-city.oversight\tquorum\ttrue", queues, StringComparison.Ordinal);
        Assert.Contains("x-max-length-bytes", queues, StringComparison.Ordinal);

        await Until(async () => (await server.Control("list_bindings", "-p", host)).Contains("EntriesAppended", StringComparison.Ordinal));
        await bus.Publish(new EntriesAppended("funding", "350800", 1, 1, []), Soon);
        await tried.Task.WaitAsync(Soon);

        await Until(async () => (await server.Control("list_queues", "-p", host, "name", "messages")).Contains("pilot-city.oversight_error\t1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_broker_may_go_and_come_back_and_followers_equal_the_log()
    {
        using var folder = new TemporaryFolder();
        var address = await server.EmptyHost();
        await using var bus = MassTransitBus.RabbitMq(address, NullLoggerFactory.Instance);
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
        await using var late = MassTransitBus.RabbitMq(address, NullLoggerFactory.Instance);
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

    private static async Task Tally(Followed followed, CancellationToken ct)
    {
        await followed.Transaction.Connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS tally (position BIGINT PRIMARY KEY)", transaction: followed.Transaction.Transaction);
        foreach (var entry in followed.Entries)
        {
            await followed.Transaction.Connection.ExecuteAsync("INSERT INTO tally (position) VALUES (@Position)", new { entry.Position }, followed.Transaction.Transaction);
        }
    }

    private static async Task<long> Tallied(ServiceLog own)
    {
        await using var connection = await own.Database.Connect(Soon);
        return await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM tally");
    }

    /// <summary>Asks until it is so; each question to the broker takes its own time.</summary>
    private static async Task Until(Func<Task<bool>> so)
    {
        var soon = Soon;
        while (!await so())
        {
            soon.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
