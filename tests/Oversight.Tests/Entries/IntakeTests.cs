using Dapper;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Tests.Tree;
using PilotCity.Oversight.Tree;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Entries;

public class IntakeTests
{
    private static Chronicle Moves(string service, int count)
    {
        var chronicle = new Chronicle(service);
        for (var i = 0; i < count; i++)
        {
            chronicle.Add($"project/P{i % 3}", "Moved", new { by = i });
        }

        return chronicle;
    }

    [Fact]
    public async Task The_tree_is_that_of_the_entries_in_the_order_in_which_they_came()
    {
        await using var oversight = await OversightLog.Open();
        var (funding, registry) = (Moves("funding", 300).Entries, Moves("registry", 300).Entries);
        var order = new List<Entry>();
        for (var i = 0; i < 300; i += 100)
        {
            foreach (var part in new[] { funding[i..(i + 100)], registry[i..(i + 100)] })
            {
                Assert.Null(await oversight.Take(part));
                order.AddRange(part);
            }
        }

        await using var connection = await oversight.Log.Database.Connect(default);
        Assert.Equal(600, await StoredTree.Size(connection, null, TestService.City, default));
        Assert.Equal(
            Leaves.Root([.. order.Select(CanonicalEntry.Write)]),
            await StoredTree.Root(oversight.Log.Database, connection, null, TestService.City, 600, default));
        var (position, head) = await oversight.Log.Cursor(TestService.City, "funding", default);
        Assert.Equal(300, position);
        Assert.Equal(funding[^1].Head, head);
    }

    [Fact]
    public async Task What_was_taken_before_is_skipped()
    {
        await using var oversight = await OversightLog.Open();
        var entries = Moves("funding", 10).Entries;

        Assert.Null(await oversight.Take(entries[..6]));
        Assert.Null(await oversight.Take(entries[2..8]));
        Assert.Null(await oversight.Take(entries[..5]));
        Assert.Null(await oversight.Take(entries));

        await using var connection = await oversight.Log.Database.Connect(default);
        Assert.Equal(10, await StoredTree.Size(connection, null, TestService.City, default));
    }

    [Fact]
    public async Task Two_instances_that_take_the_same_entries_at_once_take_them_once()
    {
        await using var oversight = await OversightLog.Open();
        var entries = Moves("funding", 200).Entries;

        var faults = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => oversight.Take(entries[..(100 + (i * 10))]))));

        Assert.All(faults, Assert.Null);
        await using var connection = await oversight.Log.Database.Connect(default);
        Assert.Equal(170, await StoredTree.Size(connection, null, TestService.City, default));
    }

    [Fact]
    public void A_break_is_named_with_its_position_and_what_was_right_before_it_counts()
    {
        var good = Moves("funding", 5).Entries;
        var changed = good[2] with { Payload = [.. good[2].Payload, (byte)' '] };
        var otherHead = good[2] with { Head = good[1].Head };

        Assert.Equal((5, null), Check(good));
        Assert.Equal((2, "intake.gap"), Check([good[0], good[1], good[3]]));
        Assert.Equal((2, "intake.gap"), Check([good[0], good[1], good[1]]));
        Assert.Equal((2, "intake.hash_wrong"), Check([good[0], good[1], changed, good[3]]));
        Assert.Equal((2, "intake.head_wrong"), Check([good[0], good[1], otherHead, good[3]]));
        Assert.Equal((2, "intake.head_wrong"), Check([good[0], good[1], changed.Sealed(good[0].Head), good[3]]));
        Assert.Equal((0, "intake.foreign"), Check(Moves("registry", 1).Entries));
        Assert.Equal((0, "intake.foreign"), Check(new Chronicle("funding", "330100").Add("project/P1", "X", new { }).Entries));
        Assert.Equal(3, Intake.Check(TestService.City, "funding", 0, CanonicalEntry.FirstHead(), [good[0], good[1], good[3]]).Fault!.Position);
    }

    [Fact]
    public async Task A_break_stops_that_log_is_recorded_once_and_lets_others_go_on()
    {
        await using var oversight = await OversightLog.Open();
        var entries = Moves("funding", 5).Entries;
        var broken = entries[2] with { Payload = "{\"by\":999}"u8.ToArray() };

        Assert.Equal(3, (await oversight.Take([entries[0], entries[1], broken, entries[3]]))?.Position);
        Assert.Equal("intake.hash_wrong", (await oversight.Take([broken, entries[3]]))?.Fault.Code);
        Assert.Null(await oversight.Take(Moves("registry", 4).Entries));

        await using var connection = await oversight.Log.Database.Connect(default);
        Assert.Equal(2 + 4, await StoredTree.Size(connection, null, TestService.City, default));
        Assert.Equal([("funding", 3L, "intake.hash_wrong")], await connection.QueryAsync<(string, long, string)>("SELECT service, position, code FROM intake_fault"));

        // The source was mended: the log goes on where it stopped, and the record of the break stays.
        Assert.Null(await oversight.Take(entries[2..]));
        Assert.Equal(9, await StoredTree.Size(connection, null, TestService.City, default));
        Assert.Equal(1, await connection.ExecuteScalarAsync<int>("SELECT COUNT(*) FROM intake_fault"));
    }

    [Fact]
    public async Task An_entry_that_comes_again_with_other_content_is_a_rewritten_log()
    {
        await using var oversight = await OversightLog.Open();
        var entries = Moves("funding", 5).Entries;
        await oversight.Take(entries);
        var rewritten = (entries[3] with { Payload = "{\"by\":999}"u8.ToArray() }).Sealed(entries[2].Head);

        var fault = await oversight.Take([entries[2], rewritten]);

        Assert.Equal((4L, "intake.rewritten"), (fault!.Position, fault.Fault.Code));
    }

    [Fact]
    public async Task The_database_refuses_to_change_what_was_taken_in()
    {
        await using var oversight = await OversightLog.Open();
        await oversight.Take(Moves("funding", 2).Entries);
        await using var connection = await oversight.Log.Database.Connect(default);

        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.ExecuteAsync("UPDATE leaf SET actor = 'x'"));
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => connection.ExecuteAsync("DELETE FROM leaf"));
    }

    private static (int Good, string? Code) Check(IReadOnlyList<Entry> entries)
    {
        var (good, fault) = Intake.Check(TestService.City, "funding", 0, CanonicalEntry.FirstHead(), entries);
        return (good, fault?.Fault.Code);
    }
}
