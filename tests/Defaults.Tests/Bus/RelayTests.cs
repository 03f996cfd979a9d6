using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests.Bus;

public sealed class RelayTests
{
    [Fact]
    public async Task A_commit_is_published_with_its_entries()
    {
        var bus = new PlainBus();
        await using var following = await Following.Start(bus);
        await following.StartRelay();
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);

        var message = await bus.Next();

        Assert.Equal((Following.Source, "350800", 1L, 1L), (message.Service, message.City, message.From, message.To));
        var sent = Assert.Single(EntryWire.ReadBatch(message.Batch));
        var kept = Assert.Single(await following.Log.Read("350800", 0, 10, CancellationToken.None));
        Assert.Equal(CanonicalEntry.Write(kept), CanonicalEntry.Write(sent));
        Assert.Equal(kept.Head, sent.Head);
    }

    [Fact]
    public async Task A_start_says_where_every_city_stands()
    {
        var bus = new PlainBus();
        await using var following = await Following.Start(bus);
        await following.Log.Do(Counter.Move("c", 1, city: "350500"), CancellationToken.None);
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);

        await following.StartRelay();

        var (first, second) = (await bus.Next(), await bus.Next());
        Assert.Equal(("350500", 1L, 0), (first.City, first.To, first.Batch.Length));
        Assert.Equal(("350800", 2L, 0), (second.City, second.To, second.Batch.Length));
    }

    [Theory]
    [InlineData(Relay.EntriesPerMessageMax, 0, true)]
    [InlineData(Relay.EntriesPerMessageMax + 1, 0, false)]
    [InlineData(20, 50_000, true)]
    [InlineData(22, 50_000, false)]
    public async Task A_large_commit_travels_as_a_nudge(int entries, int textBytes, bool travels)
    {
        var bus = new PlainBus();
        await using var following = await Following.Start(bus);
        await following.StartRelay();
        var events = Enumerable.Range(0, entries).Select(_ => (object)new CounterNoted(null, new string('x', textBytes))).ToList();

        await following.Log.Do(Counter.Move("c", 1) with { Decide = (_, _) => Decision.Accept("counter/c", events) }, CancellationToken.None);

        var message = await bus.Next();
        Assert.Equal((1L, (long)entries), (message.From, message.To));
        Assert.Equal(travels, message.Batch.Length > 0);
    }

    [Fact]
    public async Task A_bus_that_fails_or_hangs_holds_no_command_back()
    {
        var bus = new PlainBus { Instead = (_, _) => throw new InvalidOperationException("no broker") };
        await using var following = await Following.Start(bus);
        await following.StartRelay();

        Assert.Null((await following.Log.Do(Counter.Move("c", 1), CancellationToken.None)).Fault);
        bus.Instead = (_, ct) => Task.Delay(Timeout.Infinite, ct);
        for (var i = 0; i < 1_500; i++)
        {
            Assert.Null((await following.Log.Do(Counter.Move("c", 1), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(5))).Fault);
        }

        // The follower that was told nothing finds everything.
        bus.Instead = null;
        var follower = await following.Follow();
        await follower.CatchUp(Following.Soon);
        await following.AssertEqualsFold();
    }
}
