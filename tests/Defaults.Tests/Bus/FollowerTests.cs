using Microsoft.Extensions.Diagnostics.HealthChecks;
using PilotCity.Contracts;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests.Bus;

public sealed class FollowerTests
{
    private static readonly string[] Cities = ["350800", "350500", "000000"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20240801)]
    public async Task A_bus_that_drops_doubles_and_reorders_changes_nothing(int seed)
    {
        var bus = new MisbehavingBus(seed);
        await using var following = await Following.Start(bus);
        await following.StartRelay();
        var follower = await following.Follow();
        var random = new Random(seed);
        for (var round = 0; round < 40; round++)
        {
            var city = Cities[random.Next(3)];
            await Task.WhenAll(Enumerable.Range(0, random.Next(1, 6)).Select(i => following.Log.Do(Counter.Move($"c{i}", 1, city: city), CancellationToken.None)));
        }

        await following.StopRelay();
        await follower.CatchUp(Following.Soon);

        await following.AssertEqualsFold();
        Assert.True(bus.Dropped > 0 && bus.Doubled > 0 && bus.Late > 0, "the plan did not misbehave");
        Assert.All(follower.Status, s => Assert.Equal(FollowState.Following, s.State));
    }

    [Fact]
    public async Task A_good_bus_alone_carries_everything_without_the_feed()
    {
        await using var following = await Following.Start(new PlainBus());
        var feed = new TestFeed(new LogFeed(following.Log));
        var follower = await following.Follow(feed: feed);
        await feed.Asked;
        await following.StartRelay();
        for (var i = 0; i < 5; i++)
        {
            await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        }

        await follower.Reaches(Following.Source, "350800", 5, Following.Soon);

        await following.AssertEqualsFold();
        Assert.Equal(0, feed.Reads);
    }

    [Fact]
    public async Task Commits_that_come_while_one_is_taken_in_share_the_next_transaction()
    {
        var bus = new PlainBus();
        await using var following = await Following.Start(bus);
        var (steps, first, go) = (new List<int>(), new TaskCompletionSource(), new TaskCompletionSource());
        var follower = await following.Follow(
            new FollowPlan([Following.Source])
            {
                Effect = _ => async (followed, ct) =>
                {
                    steps.Add(followed.Entries.Count);
                    first.TrySetResult();
                    await go.Task.WaitAsync(ct);
                    await Following.Tally(followed, ct);
                },
                Poll = TimeSpan.FromHours(1),
            });
        for (var i = 1; i <= 9; i++)
        {
            await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
            await bus.Publish(new(Following.Source, "350800", i, i, EntryWire.WriteBatch(await following.Log.Read("350800", i - 1, 1, CancellationToken.None))), CancellationToken.None);
            await first.Task.WaitAsync(Following.Soon);
        }

        go.SetResult();
        await follower.Reaches(Following.Source, "350800", 9, Following.Soon);
        await following.AssertEqualsFold();
        Assert.Equal([1, 8], steps);
    }

    [Fact]
    public async Task A_lost_last_message_heals_by_asking_now_and_then()
    {
        await using var following = await Following.Start(new PlainBus());
        var follower = await following.Follow(new FollowPlan([Following.Source]) { Effect = _ => Following.Tally, Poll = TimeSpan.FromMilliseconds(20) });

        // No relay runs: nobody says anything.
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);

        await follower.Reaches(Following.Source, "350800", 1, Following.Soon);
        await following.AssertEqualsFold();
    }

    [Fact]
    public async Task A_follower_that_was_away_catches_up_alone_page_by_page()
    {
        await using var following = await Following.Start(new PlainBus());
        await Task.WhenAll(Enumerable.Range(0, 2_500).Select(i => following.Log.Do(Counter.Move($"c{i % 9}", 1), CancellationToken.None)));

        var follower = await following.Follow();

        await follower.Reaches(Following.Source, "350800", 2_500, Following.Soon);
        await following.AssertEqualsFold();
    }

    [Fact]
    public async Task Effect_and_cursor_happen_both_or_neither()
    {
        await using var following = await Following.Start(new PlainBus());
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        await following.Log.Do(Counter.Move("c", 2), CancellationToken.None);
        var attempts = 0;
        var follower = await following.Follow(new FollowPlan([Following.Source])
        {
            Poll = TimeSpan.FromHours(1),
            Effect = _ => async (followed, ct) =>
            {
                await Following.Tally(followed, ct);
                if (Interlocked.Increment(ref attempts) <= 2)
                {
                    throw new InvalidOperationException("died after the effect, before the cursor");
                }
            },
        });

        await follower.Reaches(Following.Source, "350800", 2, Following.Soon);

        Assert.Equal(3, attempts);
        await following.AssertEqualsFold();
    }

    [Fact]
    public async Task Two_instances_on_one_database_take_every_entry_in_once()
    {
        var bus = new MisbehavingBus(7);
        await using var following = await Following.Start(bus);
        await following.StartRelay();
        var first = await following.Follow();
        var second = await following.Follow(own: await following.OpenOwn());
        for (var i = 0; i < 60; i++)
        {
            await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        }

        await following.StopRelay();
        await first.CatchUp(Following.Soon);
        await second.CatchUp(Following.Soon);

        await following.AssertEqualsFold();
    }

    [Fact]
    public async Task A_message_whose_entries_are_not_the_logs_is_no_witness()
    {
        var bus = new PlainBus();
        await using var following = await Following.Start(bus);
        var follower = await following.Follow();
        await follower.CatchUp(Following.Soon);
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        var entry = Assert.Single(await following.Log.Read("350800", 0, 10, CancellationToken.None));
        var forged = (entry with { Payload = "{\"by\":1000000}"u8.ToArray() }).Sealed(CanonicalEntry.FirstHead());
        var wrong = forged with { Hash = entry.Hash, Head = entry.Head };

        await bus.Publish(new EntriesAppended(Following.Source, "350800", 1, 1, EntryWire.WriteBatch([wrong])), CancellationToken.None);
        await bus.Publish(new EntriesAppended(Following.Source, "350800", 1, 1, [1, 2, 3]), CancellationToken.None);
        await bus.Publish(new EntriesAppended("stranger", "350800", 1, 1, []), CancellationToken.None);

        await follower.Reaches(Following.Source, "350800", 1, Following.Soon);
        await following.AssertEqualsFold();
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("head")]
    [InlineData("gap")]
    [InlineData("city")]
    [InlineData("cut")]
    public async Task A_log_that_does_not_continue_stops_its_follower_and_shows(string how)
    {
        await using var following = await Following.Start(new PlainBus());
        for (var i = 0; i < 5; i++)
        {
            await following.Log.Do(Counter.Move("c", i + 1), CancellationToken.None);
        }

        await following.Log.Do(Counter.Move("c", 1, city: "350500"), CancellationToken.None);
        var told = new TaskCompletionSource<ChainBreak>(TaskCreationOptions.RunContinuationsAsynchronously);
        var feed = new TestFeed(new LogFeed(following.Log));
        var follower = await following.Follow(
            new FollowPlan([Following.Source])
            {
                Poll = TimeSpan.FromHours(1),
                Effect = _ => Following.Tally,
                Broken = _ => (found, _) =>
                {
                    told.TrySetResult(found);
                    return Task.CompletedTask;
                },
            },
            feed);
        await follower.CatchUp(Following.Soon);
        await following.AssertEqualsFold();
        feed.Lie = page => page.Last < 5 ? page : how switch
        {
            "payload" => Seventh(page, e => [e with { Payload = "{}"u8.ToArray() }]),
            "head" => Seventh(page, e => [e.Sealed(CanonicalEntry.FirstHead())]),
            "gap" => Seventh(page, _ => []),
            "city" => Seventh(page, e => [e with { City = "350500" }]),
            "cut" => new([], 3),
            _ => throw new ArgumentOutOfRangeException(nameof(how)),
        };
        for (var i = 0; i < 3; i++)
        {
            await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        }

        await Assert.ThrowsAsync<ChainBrokenException>(() => follower.CatchUp(Following.Soon));

        var found = await told.Task.WaitAsync(Following.Soon);
        Assert.Equal((Following.Source, "350800", how == "cut" ? 4 : 7), (found.Source, found.City, found.Position));
        var status = Assert.Single(follower.Status, s => s.City == "350800");
        Assert.Equal(FollowState.Broken, status.State);
        Assert.InRange(status.Position, 5, 6);
        Assert.Equal(FollowState.Following, Assert.Single(follower.Status, s => s.City == "350500").State);
        Assert.Equal(HealthStatus.Degraded, (await follower.CheckHealthAsync(new())).Status);
        Assert.Equal(status.Position, (await following.Own.Cursor("350800", Following.Source, CancellationToken.None)).Position);
    }

    private static FeedPage Seventh(FeedPage page, Func<Entry, IEnumerable<Entry>> lie) =>
        page with { Entries = [.. page.Entries.SelectMany(e => e.Position == 7 ? lie(e) : [e])] };

    [Fact]
    public async Task A_log_that_was_exchanged_for_another_of_the_same_length_shows()
    {
        await using var following = await Following.Start(new PlainBus());
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        var feed = new TestFeed(new LogFeed(following.Log));
        var follower = await following.Follow(feed: feed);
        await follower.CatchUp(Following.Soon);

        feed.Exchanged = true;
        await follower.CatchUp(Following.Soon);
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);

        await Assert.ThrowsAsync<ChainBrokenException>(async () => await follower.Reaches(Following.Source, "350800", 2, Following.Soon));
    }

    [Fact]
    public async Task An_outage_of_the_source_is_waited_out_and_said()
    {
        await using var following = await Following.Start(new PlainBus());
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        var feed = new TestFeed(new LogFeed(following.Log));
        var follower = await following.Follow(feed: feed);
        await follower.CatchUp(Following.Soon);
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        var refused = 0;
        FollowState? meanwhile = null;
        feed.Lie = page =>
        {
            if (++refused > 3)
            {
                return page;
            }

            meanwhile = follower.Status[0].State;
            throw new PeerAwayException(RequestFaults.PeerUnavailable);
        };

        await follower.CatchUp(Following.Soon);

        await following.AssertEqualsFold();
        Assert.Equal(FollowState.Retrying, meanwhile);
        Assert.Equal(HealthStatus.Healthy, (await follower.CheckHealthAsync(new())).Status);
    }

    [Fact]
    public async Task A_command_given_on_an_entry_takes_effect_once()
    {
        await using var following = await Following.Start(new PlainBus());
        await following.Log.Do(Counter.Move("c", 3), CancellationToken.None);
        var runs = 0;
        var follower = await following.Follow(new FollowPlan([Following.Source])
        {
            Poll = TimeSpan.FromHours(1),
            Before = _ => async (entry, ct) =>
            {
                runs++;
                await following.Own.Do(Counter.Move("echo", 1, FollowPlan.CommandIdFor("tally", entry), entry.City), ct);
            },
            Effect = _ => (_, _) => runs == 1 ? throw new InvalidOperationException("died after the command, before the cursor") : Task.CompletedTask,
        });

        await follower.Reaches(Following.Source, "350800", 1, Following.Soon);

        Assert.Equal(2, runs);
        Assert.Equal(1, (await following.Own.Load("350800", Counter.Noun, "echo", null, CancellationToken.None)).State.Count);
    }

    [Fact]
    public void A_command_on_an_entry_has_the_same_id_every_time_and_another_for_another_follower()
    {
        var entry = new Entry("s", "350800", 1, "c/1", 1, "T", Guid.Empty, "a:b@c", 0, "", [], [], []).Sealed(CanonicalEntry.FirstHead());

        var id = FollowPlan.CommandIdFor("a", entry);

        Assert.Equal(id, FollowPlan.CommandIdFor("a", entry));
        Assert.NotEqual(id, FollowPlan.CommandIdFor("b", entry));
        Assert.Equal(8, id.Version);
    }

    [Fact]
    public async Task Entries_of_a_type_that_this_version_does_not_know_are_handed_on_like_any_other()
    {
        // In a rolling update the source is newer than its follower. An entry is evidence whatever it is called, and a gap would stop the log.
        var bus = new PlainBus();
        await using var following = await Following.Start(bus);
        await following.Log.Do(Counter.Move("c", 1), CancellationToken.None);
        var first = Assert.Single(await following.Log.Read("350800", 0, 10, CancellationToken.None));
        var newer = (first with { Position = 2, Version = 2, Type = "CounterInvented", Payload = "{\"what\":[\"ever\"]}"u8.ToArray(), CommandId = Guid.NewGuid() }).Sealed(first.Head);
        var older = (first with { Position = 3, Version = 3, CommandId = Guid.NewGuid() }).Sealed(newer.Head);
        var taken = new List<(long, string)>();
        var follower = await following.Follow(new FollowPlan([Following.Source])
        {
            Poll = TimeSpan.FromHours(1),
            Effect = _ => (followed, _) =>
            {
                taken.AddRange(followed.Entries.Select(e => (e.Position, e.Type)));
                return Task.CompletedTask;
            },
        });

        await follower.Reaches(Following.Source, "350800", 1, Following.Soon);
        await bus.Publish(new EntriesAppended(Following.Source, "350800", 2, 3, EntryWire.WriteBatch([newer, older])), CancellationToken.None);
        await follower.Reaches(Following.Source, "350800", 3, Following.Soon);

        Assert.Equal([(1L, "CounterMoved"), (2L, "CounterInvented"), (3L, "CounterMoved")], taken);
        Assert.Equal(FollowState.Following, Assert.Single(follower.Status).State);
    }

    /// <summary>A feed that counts, and lies where a test says so.</summary>
    private sealed class TestFeed(Feed feed) : Feed
    {
        private readonly TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Reads { get; private set; }

        /// <summary>Completes once the follower has asked for the cities: what it does after that, it does because of the bus.</summary>
        public Task Asked => asked.Task;

        public Func<FeedPage, FeedPage>? Lie { get; set; }

        public bool Exchanged { get; set; }

        public override async Task<FeedPage> Read(string city, long after, CancellationToken ct)
        {
            Reads++;
            var page = await feed.Read(city, after, ct);
            return Lie?.Invoke(page) ?? page;
        }

        public override async Task<IReadOnlyList<CityHead>> Cities(CancellationToken ct)
        {
            var heads = await feed.Cities(ct);
            asked.TrySetResult();
            return Exchanged ? [.. heads.Select(h => h with { Head = new byte[32] })] : heads;
        }
    }
}
