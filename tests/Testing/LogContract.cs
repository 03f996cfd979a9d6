using System.Data.Common;
using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Testing;

/// <summary>What the log promises, whatever it is kept in: every store runs all of it.</summary>
public abstract class LogContract : IAsyncLifetime
{
    private const string City = "350800";
    private readonly List<ServiceLog> opened = [];
    private ServiceLog log = null!;

    /// <summary>A connection string of an empty database of this test's own.</summary>
    protected abstract Task<string> EmptyDatabase();

    private string connectionString = null!;

    public async Task InitializeAsync()
    {
        connectionString = await EmptyDatabase();
        log = await Open(TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        foreach (var one in opened)
        {
            await one.DisposeAsync();
        }
    }

    [Fact]
    public async Task Positions_have_no_gaps_whatever_is_refused_between()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 400).Select(i =>
            log.Do(Counter.Move($"c{i % 7}", i % 3 == 0 ? -1_000 : 1), CancellationToken.None)));

        var accepted = answers.Count(a => a.Fault is null);
        Assert.Equal(Enumerable.Range(0, 400).Count(i => i % 3 != 0), accepted);
        Assert.All(answers.Where(a => a.Fault is not null), a => Assert.Equal("counter.below_zero", a.Fault!.Code));
        var entries = await log.Read(City, 0, 10_000, CancellationToken.None);
        Assert.Equal(Enumerable.Range(1, accepted).Select(i => (long)i), entries.Select(e => e.Position));
        AssertChain(entries);
    }

    [Fact]
    public async Task Decisions_are_serial_so_that_nothing_is_spent_twice()
    {
        await log.Do(Counter.Move("purse", 100), CancellationToken.None);

        var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(_ => log.Do(Counter.Move("purse", -1), CancellationToken.None)));

        Assert.Equal(100, answers.Count(a => a.Fault is null));
        var (state, version, _) = await log.Load(City, Counter.Noun, "purse", null, CancellationToken.None);
        Assert.Equal(0, state.Count);
        Assert.Equal(101, version);
    }

    [Fact]
    public async Task Two_instances_on_one_database_take_turns()
    {
        var other = await Open(TimeProvider.System);
        await log.Do(Counter.Move("purse", 100), CancellationToken.None);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => (i % 2 == 0 ? log : other).Do(Counter.Move("purse", -1), CancellationToken.None)));

        Assert.Equal(100, answers.Count(a => a.Fault is null));
        AssertChain(await other.Read(City, 0, 10_000, CancellationToken.None));
    }

    [Fact]
    public async Task The_same_id_with_the_same_input_is_answered_again_also_after_a_restart()
    {
        var id = Guid.NewGuid();
        var first = await log.Do(Counter.Move("a", 5, id), CancellationToken.None);
        var again = await log.Do(Counter.Move("a", 5, id), CancellationToken.None);
        var restarted = await Open(TimeProvider.System);
        var later = await restarted.Do(Counter.Move("a", 5, id), CancellationToken.None);

        Assert.Equal(first with { Repeated = true }, again);
        Assert.Equal(first with { Repeated = true }, later);
        Assert.Equal(5, (await restarted.Load(City, Counter.Noun, "a", null, CancellationToken.None)).State.Count);
    }

    [Fact]
    public async Task The_same_id_sent_at_once_takes_effect_once()
    {
        var id = Guid.NewGuid();

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => log.Do(Counter.Move("a", 5, id), CancellationToken.None)));

        Assert.Equal(1, answers.Count(a => !a.Repeated));
        Assert.Single(await log.Read(City, 0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task The_same_id_with_another_input_is_a_conflict_also_after_a_restart()
    {
        var id = Guid.NewGuid();
        await log.Do(Counter.Move("a", 5, id), CancellationToken.None);

        Assert.Equal("command.id_reused", (await log.Do(Counter.Move("a", 6, id), CancellationToken.None)).Fault?.Code);
        var restarted = await Open(TimeProvider.System);
        Assert.Equal("command.id_reused", (await restarted.Do(Counter.Move("a", 6, id), CancellationToken.None)).Fault?.Code);
        Assert.Single(await log.Read(City, 0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_rule_that_breaks_fails_its_own_caller_and_nobody_else()
    {
        var broken = Counter.Move("a", 1) with { Decide = (_, _) => throw new FormatException("a bug") };
        var tooLarge = Counter.Move("a", 1) with { Decide = (_, _) => Decision.Accept("counter/a", new CounterNoted(null, new string('x', CanonicalEntry.PayloadBytesMax))) };
        var undeclared = Counter.Move("a", 1) with { Decide = (streams, _) => Decision.Accept("counter/b", new CounterMoved(streams.Get(Counter.Noun, "a").Count)) };

        var all = new[] { Counter.Move("a", 1), broken, Counter.Move("a", 1), tooLarge, undeclared, Counter.Move("a", 1) }
            .Select(c => log.Do(c, CancellationToken.None)).ToArray();

        await Assert.ThrowsAsync<FormatException>(() => all[1]);
        await Assert.ThrowsAsync<PayloadTooLargeException>(() => all[3]);
        await Assert.ThrowsAsync<InvalidOperationException>(() => all[4]);
        Assert.Null((await all[5]).Fault);
        Assert.Equal(3, (await log.Load(City, Counter.Noun, "a", null, CancellationToken.None)).State.Count);
        AssertChain(await log.Read(City, 0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task A_refusal_on_record_is_an_entry_and_stays_a_refusal()
    {
        var id = Guid.NewGuid();
        var command = Counter.Move("a", 1, id) with { Decide = (_, _) => Decision.RefuseOnRecord(Counter.BelowZero, new Change("counter/a", new CounterNoted(null, "tried"))) };

        var first = await log.Do(command, CancellationToken.None);
        var again = await log.Do(command, CancellationToken.None);

        Assert.Equal("counter.below_zero", first.Fault?.Code);
        Assert.Equal("counter.below_zero", again.Fault?.Code);
        Assert.True(again.Repeated);
        Assert.Single(await log.Read(City, 0, 10, CancellationToken.None));
    }

    [Theory]
    [InlineData("UPDATE log SET actor = 'auditor:nobody@x'")]
    [InlineData("DELETE FROM log")]
    [InlineData("UPDATE command SET answer = '{}'")]
    [InlineData("DELETE FROM command")]
    public async Task The_database_refuses_to_change_what_was_written(string sql)
    {
        await log.Do(Counter.Move("a", 1), CancellationToken.None);
        await using var connection = await log.Database.Connect(CancellationToken.None);

        var refused = await Assert.ThrowsAnyAsync<DbException>(() => connection.ExecuteAsync(sql));

        Assert.Matches("append only|kept as given", refused.Message);
        Assert.Single(await log.Read(City, 0, 10, CancellationToken.None));
    }

    [Fact]
    public async Task Cities_are_apart()
    {
        await log.Do(Counter.Move("a", 1), CancellationToken.None);
        await log.Do(Counter.Move("a", 2, city: "350500"), CancellationToken.None);
        await log.Do(Counter.Move("a", 3, city: "350500"), CancellationToken.None);

        Assert.Equal(1, (await log.Load(City, Counter.Noun, "a", null, CancellationToken.None)).State.Count);
        Assert.Equal(5, (await log.Load("350500", Counter.Noun, "a", null, CancellationToken.None)).State.Count);
        Assert.Equal([("350500", 2L), ("350800", 1L)], (await log.Cities(CancellationToken.None)).Select(c => (c.City, c.Position)));
    }

    [Fact]
    public async Task Instants_never_go_back_even_where_the_clock_does()
    {
        var clock = new SetClock(new DateTimeOffset(2025, 6, 30, 1, 0, 0, TimeSpan.Zero));
        var timed = await Open(clock);
        await timed.Do(Counter.Move("a", 1), CancellationToken.None);
        clock.Now = clock.Now.AddHours(-1);
        await timed.Do(Counter.Move("a", 1), CancellationToken.None);
        clock.Now = clock.Now.AddHours(3);
        await timed.Do(Counter.Move("a", 1), CancellationToken.None);

        var at = (await timed.Read(City, 0, 10, CancellationToken.None)).Select(e => e.At).ToArray();
        Assert.Equal(at.Order(), at);
        Assert.Equal(2, (await timed.Load(City, Counter.Noun, "a", at[1], CancellationToken.None)).State.Count);
    }

    [Fact]
    public async Task Personal_data_stays_out_of_the_log_and_can_be_destroyed_without_breaking_a_proof()
    {
        const string Name = "邱珩安";
        var (refs, rows) = await log.Personal.Seal(City, [new PersonalDatum("enterprise/X/contact", Name)], CancellationToken.None);
        await log.Do(Counter.Move("a", 1) with { Decide = (_, _) => Decision.Accept("counter/a", new CounterNoted(refs[0])), Personal = rows }, CancellationToken.None);

        Assert.Equal(Name, await log.Personal.Open(City, refs[0], CancellationToken.None));
        Assert.Equal(["enterprise/X/contact"], await log.Personal.SubjectsOf(City, "X", 10, CancellationToken.None));
        Assert.Empty(await log.Personal.SubjectsOf(City, "enterprise/X", 10, CancellationToken.None));

        // Who is refused destroys nothing; who repeats a command destroys nothing that was sealed since.
        var refused = new Fault(FaultKind.Refused, "counter.no", new("不", "no"));
        await log.Do(Counter.Move("a", 1) with { Decide = (_, _) => refused, Erases = ["enterprise/X/contact"] }, CancellationToken.None);
        Assert.Equal(Name, await log.Personal.Open(City, refs[0], CancellationToken.None));
        var erase = Counter.Move("a", 1) with { Erases = ["enterprise/X/contact"] };
        await log.Do(erase, CancellationToken.None);
        Assert.Null(await log.Personal.Open(City, refs[0], CancellationToken.None));
        Assert.False(await log.Personal.Holds(City, "enterprise/X/contact", CancellationToken.None));
        var (again, sealedAgain) = await log.Personal.Seal(City, [new PersonalDatum("enterprise/X/contact", Name)], CancellationToken.None);
        await log.Do(Counter.Move("a", 1) with { Personal = sealedAgain }, CancellationToken.None);
        await log.Do(erase, CancellationToken.None);
        Assert.Equal(Name, await log.Personal.Open(City, again[0], CancellationToken.None));
        Assert.Null(await log.Personal.Open(City, refs[0], CancellationToken.None));
        var entries = await log.Read(City, 0, 10, CancellationToken.None);
        Assert.DoesNotContain(Name, Encoding.UTF8.GetString(entries[0].Payload), StringComparison.Ordinal);
        AssertChain(entries);
    }

    [Fact]
    public async Task Read_models_stand_where_the_log_stands_and_can_be_made_again()
    {
        await log.Do(Counter.Move("a", 3), CancellationToken.None);
        await log.Do(Counter.Move("b", 4), CancellationToken.None);
        await log.Do(Counter.Move("a", -3), CancellationToken.None);
        var before = await Rows();

        await using (var connection = await log.Database.Connect(CancellationToken.None))
        {
            await connection.ExecuteAsync("DELETE FROM rm_counter");
        }

        Assert.Empty(await Rows());
        await new Rebuild(log).AllModels(null, CancellationToken.None);

        Assert.Equal(before, await Rows());
        Assert.Equal(2, before.Length);
        Assert.Equal(["b"], (await log.List(City, Counter.List, new ListQuery([("sign", ["positive"])]), true, CancellationToken.None)).Rows.Select(r => r.Id));

        async Task<string[]> Rows() => [.. (await log.List(City, Counter.List, new ListQuery([]), false, CancellationToken.None)).Rows.Select(r => $"{r.Id} {r.Body}")];
    }

    [Fact]
    public async Task A_stream_that_does_not_fold_here_fails_its_own_command_and_nobody_else()
    {
        // What a newer instance of a rolling update leaves behind: an event that this program does not know.
        await log.Do(Counter.Move("bad", 1), CancellationToken.None);
        var newer = (await log.Read(City, 0, 1, CancellationToken.None))[0] with { Position = 2, Version = 2, Type = "CounterDoubled" };
        await using (var connection = await log.Database.Connect(CancellationToken.None))
        {
            await connection.ExecuteAsync(
                "INSERT INTO log (city, position, stream, version, type, command_id, actor, at_micros, trace, payload, hash, head) "
                + "VALUES (@City, @Position, @Stream, @Version, @Type, @Id, @Actor, @AtMicros, @Trace, @Payload, @Hash, @Head)",
                new { newer.City, newer.Position, newer.Stream, newer.Version, newer.Type, Id = Guid.NewGuid().ToByteArray(), newer.Actor, newer.AtMicros, newer.Trace, newer.Payload, newer.Hash, newer.Head });
        }

        var commands = new[] { "good", "bad", "better" }.Select(id => log.Do(Counter.Move(id, 1), CancellationToken.None)).ToArray();

        await Assert.ThrowsAsync<FormatException>(() => commands[1]);
        Assert.Null((await commands[0]).Fault);
        Assert.Null((await commands[2]).Fault);
        Assert.Equal([1L, 2, 3, 4], (await log.Read(City, 0, 10, CancellationToken.None)).Select(e => e.Position));
    }

    [Fact]
    public async Task A_long_stream_reads_the_same_from_every_instance_whoever_wrote_last()
    {
        var other = await Open(TimeProvider.System);
        for (var i = 0; i < 300; i++)
        {
            await log.Do(Counter.Move("long", 1), CancellationToken.None);
        }

        Assert.Equal(300, (await other.Load(City, Counter.Noun, "long", null, CancellationToken.None)).State.Count);
        await other.Do(Counter.Move("long", -100), CancellationToken.None);
        await log.Do(Counter.Move("long", -100), CancellationToken.None);

        foreach (var reader in new[] { log, other })
        {
            var (state, version, position) = await reader.Load(City, Counter.Noun, "long", null, CancellationToken.None);
            Assert.Equal((100L, 302L, 302L), (state.Count, version, position));
            Assert.Equal("counter.below_zero", (await reader.Do(Counter.Move("long", -101), CancellationToken.None)).Fault?.Code);
        }
    }

    [Fact]
    public async Task A_long_stream_is_refolded_from_what_is_known_once_the_writer_has_forgotten_it()
    {
        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => log.Do(Counter.Move("long", 1), CancellationToken.None)));
        var breaking = Counter.Move("other", 1) with { Personal = [new SealedDatum("same", "s", [1]), new SealedDatum("same", "s", [1])] };

        // The database refuses the second row of the same key, so that the writer no longer trusts what it knew.
        await Assert.ThrowsAnyAsync<Exception>(() => log.Do(breaking, CancellationToken.None));
        var answer = await log.Do(Counter.Move("long", -200), CancellationToken.None);

        Assert.Null(answer.Fault);
        Assert.Equal("counter.below_zero", (await log.Do(Counter.Move("long", -1), CancellationToken.None)).Fault?.Code);
        AssertChain(await log.Read(City, 0, 1_000, CancellationToken.None));
    }

    [Fact]
    public async Task Heavy_commands_are_decided_like_light_ones()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => log.Do(Counter.Move("c", 1) with { Weight = i % 2 == 0 ? 5_000 : 1 }, CancellationToken.None)));

        Assert.All(answers, a => Assert.Null(a.Fault));
        Assert.Equal(40, (await log.Load(City, Counter.Noun, "c", null, CancellationToken.None)).State.Count);
    }

    [Fact]
    public async Task Instances_that_start_together_make_the_tables_once_and_whole()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => log.Do(Counter.Move($"c{i:000}", i), CancellationToken.None)));
        var changed = new ReadModel<Counter>("counter", 2, Counter.Noun, c => new { c.Count }, new Column<Counter>("count", "计数", c => c.Count));

        var started = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Open(TimeProvider.System, changed)));

        foreach (var one in started)
        {
            var (rows, total) = await one.List(City, changed, new ListQuery([]), true, CancellationToken.None);
            Assert.Equal(300, total);
            Assert.Equal("{\"count\":0}", rows[0].Body);
        }
    }

    [Fact]
    public async Task Lists_are_in_the_order_of_bytes_and_filters_take_text_letter_for_letter()
    {
        string[] ids = ["b", "aB", "a-b", "Zz", "ab", "a_b", "é"];
        await Task.WhenAll(ids.Select(id => log.Do(Counter.Move(id, 1), CancellationToken.None)));
        var tagged = new ReadModel<Counter>("counter", 3, Counter.Noun, c => new { c.Count }, new Column<Counter>("tags", "标签", _ => new[] { "Ab", "c%d" }, Several: true));
        var one = await Open(TimeProvider.System, tagged);

        Assert.Equal(ids.Order(StringComparer.Ordinal), (await one.List(City, tagged, new ListQuery([]), true, CancellationToken.None)).Rows.Select(r => r.Id));
        foreach (var (tag, count) in ((string, int)[])[("Ab", 7), ("ab", 0), ("c%d", 7), ("c_d", 0), ("%", 0)])
        {
            Assert.Equal((tag, count), (tag, (await one.List(City, tagged, new ListQuery([("tags", [tag])]), true, CancellationToken.None)).Total));
        }

        foreach (var (text, count) in ((string, int)[])[("AB", 2), ("_", 1), ("%", 0), ("\\", 0), ("É", 0), ("é", 1)])
        {
            Assert.Equal((text, count), (text, (await one.List(City, tagged, new ListQuery([], (text, [])), true, CancellationToken.None)).Total));
        }
    }

    [Fact]
    public async Task A_follower_s_effect_and_its_cursor_are_one()
    {
        var head = new byte[32];
        await Assert.ThrowsAsync<FormatException>(() => log.Follow(City, "other", 0, 3, head, (_, _) => throw new FormatException("it broke"), CancellationToken.None));
        Assert.Equal(0, (await log.Cursor(City, "other", CancellationToken.None)).Position);

        Assert.True(await log.Follow(City, "other", 0, 3, head, (_, _) => Task.CompletedTask, CancellationToken.None));
        var ran = false;
        Assert.False(await log.Follow(City, "other", 0, 3, head, (_, _) => { ran = true; return Task.CompletedTask; }, CancellationToken.None));

        Assert.False(ran);
        Assert.Equal(3, (await log.Cursor(City, "other", CancellationToken.None)).Position);
    }

    /// <summary>Checks hashes and heads with the product's own functions; the golden vectors check those.</summary>
    protected static void AssertChain(IReadOnlyList<Entry> entries)
    {
        var head = CanonicalEntry.FirstHead();
        foreach (var entry in entries)
        {
            Assert.Equal(CanonicalEntry.Hash(entry), entry.Hash);
            head = CanonicalEntry.NextHead(head, entry.Hash);
            Assert.Equal(head, entry.Head);
        }
    }

    private async Task<ServiceLog> Open(TimeProvider clock, ReadModel? list = null)
    {
        var one = new ServiceLog("testing", LogDatabase.Open(connectionString), [Counter.Noun], [list ?? Counter.List], clock, NullLogger.Instance);
        opened.Add(one);
        await one.Start(CancellationToken.None);
        return one;
    }
}

/// <summary>A clock that shows what it is set to; its timers are the system's.</summary>
public sealed class SetClock(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
