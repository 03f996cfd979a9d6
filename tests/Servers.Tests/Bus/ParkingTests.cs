using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Contracts;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Testing;
using RabbitMQ.Client;

namespace PilotCity.Servers.Tests.Bus;

/// <summary>What a follower cannot take waits in its parking queue, harms nobody, and can be sent again.</summary>
[Collection(RabbitGroup.Name)]
public sealed class ParkingTests(RabbitServer server)
{
    private const string Follower = "tally";

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [Fact]
    public async Task Hostile_messages_change_nothing_are_parked_with_their_reason_and_hold_nobody_up()
    {
        using var folder = new TemporaryFolder();
        var address = await server.EmptyHost();
        await using var bus = RabbitBusTests.Open(address);
        await using var source = new ServiceLog("source", LogDatabase.Open($"Data Source={folder["source.db"]}"), [Counter.Noun], [], TimeProvider.System, NullLogger.Instance);
        await using var own = new ServiceLog(Follower, LogDatabase.Open($"Data Source={folder["tally.db"]}"), [], [], TimeProvider.System, NullLogger.Instance);
        await source.Start(Soon);
        await own.Start(Soon);
        await using var wire = await Wire.Open(address);
        var tap = await wire.Tap();
        using var follower = new Follower(
            new FollowPlan(["source"]) { Effect = _ => RabbitBusTests.Tally, Poll = TimeSpan.FromHours(1) },
            own, bus, _ => new LogFeed(source), new ServiceCollection().BuildServiceProvider(), TimeProvider.System, NullLogger<Follower>.Instance);
        await follower.StartAsync(Soon);
        await RabbitBusTests.Until(async () => (await server.Control("list_consumers", "-p", address.AbsolutePath[1..])).Contains("pilot-city.tally", StringComparison.Ordinal));
        Assert.Null((await source.Do(Counter.Move("c", 1), Soon)).Fault);
        await follower.CatchUp(Soon);
        var first = Assert.Single(await source.Read("350800", 0, 10, Soon));

        // The next entry, well made by somebody who has read the log: hash and head continue it.
        var forged = (first with { Position = 2, Version = 2, CommandId = Guid.NewGuid(), Payload = "{\"by\":1000000}"u8.ToArray() }).Sealed(first.Head);
        var lie = new EntriesAppended("source", "350800", 2, 2, EntryWire.WriteBatch([forged]));
        await using (var stranger = MassTransitBus.RabbitMq(address, new byte[32], NullLoggerFactory.Instance))
        {
            stranger.Start();
            await stranger.Publish(lie, Soon);
        }

        Assert.NotNull(await wire.Take(tap));
        await bus.Publish(new EntriesAppended("source", "350800", 1, 1, []), Soon);
        var genuine = (await wire.Take(tap))!;
        var words = Encoding.UTF8.GetString(genuine.Body.Span);
        Assert.Contains("350800", words, StringComparison.Ordinal);
        Assert.Equal(["message.forged"], await Parked(address, 1));

        // The same message twice is no offence.
        await wire.Publish(genuine.Body.ToArray(), new BasicProperties(genuine.BasicProperties));

        var hostile = new (string Reason, byte[] Body, BasicProperties Properties)[]
        {
            ("message.unreadable", [0, 1, 2, 255, .. "\e[2J"u8], new()),
            ("message.unreadable", [], new()),
            ("message.unreadable", Encoding.UTF8.GetBytes(new string('[', 100_000)), new() { ContentType = "application/vnd.masstransit+json" }),
            ("message.unreadable", "{}"u8.ToArray(), new() { ContentType = "application/vnd.masstransit+json" }),
            ("message.type_unknown", Encoding.UTF8.GetBytes(words.Replace("PilotCity.Contracts:EntriesAppended\"", "PilotCity.Contracts:EntriesForgotten\"", StringComparison.Ordinal)), new(genuine.BasicProperties)),
            ("message.forged", Encoding.UTF8.GetBytes(words.Replace("350800", "350500", StringComparison.Ordinal)), new(genuine.BasicProperties)),
            ("message.forged", Encoding.UTF8.GetBytes(words.Replace("\"350800\"", "null", StringComparison.Ordinal)), new(genuine.BasicProperties)),
            ("message.too_large", new byte[Park.MessageBytesMax + 1], new()),
            ("message.too_large", new byte[80 << 20], new()),
            ("message.unreadable", "far too many headers"u8.ToArray(), new() { Headers = new Dictionary<string, object?> { ["x"] = new string('h', 130_900) } }),
            ("message.unreadable", "with a wish"u8.ToArray(), new() { Headers = new Dictionary<string, object?> { ["CC"] = new List<object?> { "pilot-city.tally" } } }),
        };
        foreach (var (_, body, properties) in hostile)
        {
            await wire.Publish(body, properties);
        }

        // The broker vouches for this name, and would end our channel if we used it.
        var word = Guid.NewGuid().ToString("N");
        await server.Control("add_user", "another", word);
        await server.Control("set_permissions", "-p", address.AbsolutePath[1..], "another", ".*", ".*", ".*");
        await using (var another = await Wire.Open(new UriBuilder(address) { UserName = "another", Password = word }.Uri))
        {
            await another.Publish("by name", new BasicProperties { UserId = "another" });
        }

        hostile = [.. hostile, ("message.unreadable", [], new())];

        // Each once: that one asks for a copy of itself is not obeyed on the way to the parking.
        Assert.Equal(hostile.Select(h => h.Reason).Append("message.forged").Order(), (await Parked(address, hostile.Length + 1)).Order());

        // What was parked for good stays parked for good, however often it is sent again.
        await using (var parking = (await Parking.Open(address, Soon)).Value)
        {
            Assert.Equal(new Redrive(hostile.Length + 1, hostile.Length + 1), await parking.Redrive(Follower, Soon));
        }

        Assert.Equal(hostile.Select(h => h.Reason).Append("message.forged").Order(), (await Parked(address, hostile.Length + 1)).Order());

        // Who speaks after them is heard.
        await using var relay = new Relay(source, bus, NullLogger<Relay>.Instance);
        await relay.StartAsync(Soon);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null((await source.Do(Counter.Move("c", 1), Soon)).Fault);
        }

        await follower.Reaches("source", "350800", 6, Soon);
        Assert.Equal(6, await RabbitBusTests.Tallied(own));
        var log = Assert.Single(follower.Status);
        Assert.Equal((FollowState.Following, 6L), (log.State, log.Position));
        Assert.Equal(6, (await own.Cursor("350800", "source", Soon)).Position);
        Assert.DoesNotContain(await Queues(address), q => q.EndsWith("_error", StringComparison.Ordinal) || q.EndsWith("_skipped", StringComparison.Ordinal));
        await relay.StopAsync(Soon);
        await follower.StopAsync(Soon);
    }

    [Fact]
    public async Task What_is_parked_says_why_when_from_where_and_how_it_begins_and_looking_takes_nothing()
    {
        var address = await server.EmptyHost();
        await using var bus = RabbitBusTests.Open(address);
        bus.Start();
        await using var subscription = bus.Subscribe(Follower, _ => Task.CompletedTask);
        await Listening(address);
        await using var wire = await Wire.Open(address);
        var before = DateTimeOffset.UtcNow;
        for (var i = 1; i <= 3; i++)
        {
            await wire.Publish($"garbage {i} {new string('x', 1_000)}", new BasicProperties { MessageId = $"m{i}", Headers = new Dictionary<string, object?> { ["theirs"] = i } });
            await Parked(address, i);
        }

        await using var parking = (await Parking.Open(address, Soon)).Value;
        for (var look = 0; look < 30; look++)
        {
            var looked = (await parking.List(Follower, 2, Soon)).Value;
            Assert.Equal((3, 2), (looked.Total, looked.Oldest.Count));
        }

        var parked = (await parking.List(Follower, 10, Soon)).Value.Oldest;
        Assert.Equal(["garbage 1", "garbage 2", "garbage 3"], parked.Select(p => Encoding.UTF8.GetString(p.Begins)[..9]));
        Assert.All(parked, p =>
        {
            Assert.Equal(("message.unreadable", "message.unreadable", Wire.Exchange, 1_010, 0), (p.Code, p.Reason?.Code, p.From, p.Bytes, p.Redriven));
            Assert.InRange(p.At!.Value, before.AddSeconds(-1), DateTimeOffset.UtcNow.AddSeconds(1));
            Assert.NotEmpty(p.Detail!);
            Assert.InRange(p.Begins.Length, 20, 200);
        });
        Assert.Equal("parking.no_queue", (await parking.List("nobody", 10, Soon)).Fault?.Code);
        var kept = (await wire.Take(Parking.QueueOf(Follower)))!;
        Assert.Equal(("m1", 1), (kept.BasicProperties.MessageId, (int)kept.BasicProperties.Headers!["theirs"]!));
    }

    [Fact]
    public async Task A_message_of_a_newer_version_with_more_fields_is_taken()
    {
        var address = await server.EmptyHost();
        await using var bus = RabbitBusTests.Open(address);
        var heard = new ConcurrentQueue<EntriesAppended>();
        bus.Start();
        await using var subscription = bus.Subscribe(Follower, message =>
        {
            heard.Enqueue(message);
            return Task.CompletedTask;
        });
        await Listening(address);
        await using var wire = await Wire.Open(address);
        var tap = await wire.Tap();
        await bus.Publish(new EntriesAppended("funding", "350800", 7, 9, [1, 2, 255]), Soon);
        var genuine = (await wire.Take(tap))!;
        var newer = Encoding.UTF8.GetString(genuine.Body.Span).Replace("\"city\":", "\"reason\": {\"of\": [1]}, \"city\":", StringComparison.Ordinal);
        Assert.Contains("reason", newer, StringComparison.Ordinal);

        await wire.Publish(Encoding.UTF8.GetBytes(newer), new BasicProperties(genuine.BasicProperties));

        await RabbitBusTests.Until(() => Task.FromResult(heard.Count == 2));
        Assert.All(heard, m => Assert.Equal((7L, 9L, 3), (m.From, m.To, m.Batch.Length)));
        Assert.Empty(await Parked(address, 0));
    }

    [Fact]
    public async Task What_could_not_be_taken_after_its_retries_is_parked_and_taken_when_it_is_sent_again()
    {
        var address = await server.EmptyHost();
        await using var bus = RabbitBusTests.Open(address);
        var (attempts, repaired) = (0, false);
        var heard = new ConcurrentQueue<long>();
        bus.Start();
        await using var subscription = bus.Subscribe(Follower, message =>
        {
            if (message.From < 3 && !Volatile.Read(ref repaired))
            {
                Interlocked.Increment(ref attempts);
                throw new InvalidOperationException("the shelf is full");
            }

            heard.Enqueue(message.From);
            return Task.CompletedTask;
        });
        await Listening(address);
        await using var wire = await Wire.Open(address);

        for (var i = 1; i <= 4; i++)
        {
            await bus.Publish(new EntriesAppended("funding", "350800", i, i, []), Soon);
        }

        await wire.Publish("poison");
        await Parked(address, 3);

        Assert.Equal([3L, 4L], heard.Order());
        Assert.Equal(12, attempts);
        await using var parking = (await Parking.Open(address, Soon)).Value;
        var failed = (await parking.List(Follower, 10, Soon)).Value.Oldest.Where(p => p.Code == "message.not_taken").ToList();
        Assert.Equal(2, failed.Count);
        Assert.All(failed, f => Assert.Equal("InvalidOperationException: the shelf is full", f.Detail));

        // Sent again, each once: what is still poison comes back to the parking and is not looped.
        Volatile.Write(ref repaired, true);
        Assert.Equal(new Redrive(3, 3), await parking.Redrive(Follower, Soon));
        await RabbitBusTests.Until(() => Task.FromResult(heard.Count == 4));
        await Parked(address, 1);
        var poison = Assert.Single((await parking.List(Follower, 10, Soon)).Value.Oldest);
        Assert.Equal(("message.unreadable", 1, 6, Wire.Exchange), (poison.Code, poison.Redriven, poison.Bytes, poison.From));
        Assert.Equal(new Redrive(1, 1), await parking.Redrive(Follower, Soon));
        await Parked(address, 1);
        Assert.Equal(2, Assert.Single((await parking.List(Follower, 10, Soon)).Value.Oldest).Redriven);
        Assert.Equal([1L, 2L, 3L, 4L], heard.Order());
    }

    [Fact]
    public async Task What_cannot_be_sent_again_stays_parked()
    {
        var address = await server.EmptyHost();
        await using (var bus = RabbitBusTests.Open(address))
        {
            bus.Start();
            await using var subscription = bus.Subscribe(Follower, _ => Task.CompletedTask);
            await Listening(address);
        }

        await using var wire = await Wire.Open(address);
        await using var parking = (await Parking.Open(address, Soon)).Value;
        Assert.Equal(new Redrive(0, 0), await parking.Redrive(Follower, Soon));
        Assert.Equal("parking.no_queue", (await parking.Redrive("nobody", Soon)).Stopped?.Code);
        await wire.PublishTo(Parking.QueueOf(Follower), "one");
        await wire.Delete(MassTransitBus.QueueOf(Follower));

        var refused = await parking.Redrive(Follower, Soon);

        Assert.Equal((1, 0, "parking.no_follower"), (refused.Parked, refused.Sent, refused.Stopped?.Code));
        Assert.Single((await parking.List(Follower, 10, Soon)).Value.Oldest);
    }

    [Fact]
    public async Task What_ends_every_process_that_takes_it_is_parked_by_the_broker()
    {
        var address = await server.EmptyHost();
        await using (var bus = RabbitBusTests.Open(address))
        {
            bus.Start();
            await using var subscription = bus.Subscribe(Follower, _ => Task.CompletedTask);
            await Listening(address);
        }

        await using var wire = await Wire.Open(address);
        await wire.Publish("ends whoever takes it");
        var deaths = 0;
        await RabbitBusTests.Until(async () =>
        {
            deaths += await wire.TakeAndBreakOff(MassTransitBus.QueueOf(Follower)) ? 1 : 0;
            return deaths > 20;
        });

        Assert.Equal(["message.not_survived"], await Parked(address, 1));
        Assert.Equal(21, deaths);
        await using var parking = (await Parking.Open(address, Soon)).Value;
        var parked = Assert.Single((await parking.List(Follower, 10, Soon)).Value.Oldest);
        Assert.NotNull(parked.At);
        Assert.Equal(new Redrive(1, 1), await parking.Redrive(Follower, Soon));
        Assert.True(await wire.TakeAndBreakOff(MassTransitBus.QueueOf(Follower)), "it has as many lives again");
    }

    [Fact]
    public async Task A_broker_that_is_away_or_does_not_know_us_is_said()
    {
        Assert.Equal("parking.broker_away", (await Parking.Open(new Uri("amqp://guest:guest@127.0.0.1:1/"), Soon)).Fault?.Code);
        var stranger = new UriBuilder(await server.EmptyHost()) { UserName = "stranger" }.Uri;
        Assert.Equal("parking.broker_away", (await Parking.Open(stranger, Soon)).Fault?.Code);
    }

    [Fact]
    public async Task A_full_follower_and_a_blocked_broker_stop_the_redrive_and_nothing_is_lost()
    {
        var address = await server.EmptyHost();
        await using var wire = await Wire.Open(address);
        await wire.Declare(MassTransitBus.QueueOf(Follower), new() { ["x-max-length"] = 1, ["x-overflow"] = "reject-publish" });
        await wire.Declare(Parking.QueueOf(Follower), Parking.QueueArguments);
        for (var i = 0; i < 5; i++)
        {
            await wire.PublishTo(Parking.QueueOf(Follower), $"message {i}");
        }

        await using (var parking = (await Parking.Open(address, Soon)).Value)
        {
            var full = await parking.Redrive(Follower, Soon);
            Assert.Equal((5, "parking.follower_full"), (full.Parked, full.Stopped?.Code));
            Assert.InRange(full.Sent, 1, 2);
            Assert.Equal(5 - full.Sent, (await Parked(address, 5 - full.Sent)).Count);
            for (var i = 0; i < full.Sent; i++)
            {
                Assert.NotNull(await wire.Take(MassTransitBus.QueueOf(Follower)));
            }
        }

        await server.Control("set_vm_memory_high_watermark", "0.000001");
        try
        {
            await using var parking = (await Parking.Open(address, Soon)).Value;
            var blocked = await parking.Redrive(Follower, Soon);
            Assert.Equal((0, "parking.broker_blocked"), (blocked.Sent, blocked.Stopped?.Code));
        }
        finally
        {
            await server.Control("set_vm_memory_high_watermark", "0.4");
        }

        await RabbitBusTests.Until(async () => (await Parked(address, 0)).Count >= 3);
    }

    /// <summary>The reasons, once so many are parked.</summary>
    private static async Task<IReadOnlyList<string>> Parked(Uri address, int count)
    {
        await using var parking = (await Parking.Open(address, Soon)).Value;
        var parked = new ParkedMessages(0, []);
        await RabbitBusTests.Until(async () => (parked = (await parking.List(Follower, 100, Soon)) is { Ok: true } listed ? listed.Value : parked).Total >= count);
        return [.. parked.Oldest.Select(p => p.Code)];
    }

    private async Task<string[]> Queues(Uri address) =>
        (await server.Control("list_queues", "-p", address.AbsolutePath[1..], "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private Task Listening(Uri address) => RabbitBusTests.Until(async () =>
        (await server.Control("list_consumers", "-p", address.AbsolutePath[1..])).Contains(MassTransitBus.QueueOf(Follower), StringComparison.Ordinal));
}
