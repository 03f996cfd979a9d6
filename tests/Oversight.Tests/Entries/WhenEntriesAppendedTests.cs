using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Tests.Tree;
using PilotCity.Oversight.Tree;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Entries;

public class WhenEntriesAppendedTests
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
                await oversight.Take(part);
                order.AddRange(part);
            }
        }

        await using var connection = await oversight.Log.Database.Connect(default);
        Assert.Equal(600, await StoredTree.Size(connection, null, TestService.City, default));
        Assert.Equal(
            Leaves.Root([.. order.Select(CanonicalEntry.Write)]),
            await StoredTree.Root(oversight.Log.Database, connection, null, TestService.City, 600, default));
        Assert.Equal(order.Select(CanonicalEntry.Write), await connection.QueryAsync<byte[]>("SELECT entry FROM leaf ORDER BY idx"));
    }

    [Fact]
    public async Task What_was_rolled_back_left_nothing_and_comes_again()
    {
        await using var oversight = await OversightLog.Open();
        var entries = Moves("funding", 10).Entries;
        await using (var transaction = await oversight.Log.Database.BeginWrite(TestService.City, default))
        {
            await WhenEntriesAppended.TakeIn(transaction, entries[..4], default);
        }

        await oversight.Take(entries);

        await using var connection = await oversight.Log.Database.Connect(default);
        Assert.Equal(10, await StoredTree.Size(connection, null, TestService.City, default));
        Assert.Equal(
            Leaves.Root([.. entries.Select(CanonicalEntry.Write)]),
            await StoredTree.Root(oversight.Log.Database, connection, null, TestService.City, 10, default));
    }

    [Fact]
    public async Task A_break_goes_on_record_once()
    {
        await using var oversight = await OversightLog.Open();

        await WhenEntriesAppended.Record(oversight.Log, new("funding", TestService.City, 3, "another head"), DateTimeOffset.UnixEpoch, default);
        await WhenEntriesAppended.Record(oversight.Log, new("funding", TestService.City, 3, "another head"), DateTimeOffset.UnixEpoch.AddDays(1), default);

        await using var connection = await oversight.Log.Database.Connect(default);
        Assert.Equal(
            [("funding", 3L, "another head", 0L)], await connection.QueryAsync<(string, long, string, long)>("SELECT service, position, reason, at_micros FROM intake_break"));
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

    [Fact]
    public async Task A_service_s_log_comes_over_bus_and_feed_into_the_signed_tree_and_goes_on_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        await using var bus = MassTransitBus.InMemory(NullLoggerFactory.Instance);
        var (peers, key) = (new PeerAddresses(), ServiceToken.RandomKey());
        await using var funding = await Start(new CityService("funding") { Nouns = [Counter.Noun], ReadModels = [], Routes = _ => { } }.Build);
        peers.Set("funding", funding.App.Addresses().Grpc);
        var log = funding.App.Services.GetRequiredService<ServiceLog>();
        for (var i = 0; i < 10; i++)
        {
            await log.Do(Counter.Move("c", 1), default);
        }

        var first = await UpTo(10);
        for (var i = 0; i < 10; i++)
        {
            await log.Do(Counter.Move("c", 1), default);
        }

        var second = await UpTo(20);
        var leaves = (await log.Read(TestService.City, 0, 100, default)).Select(CanonicalEntry.Write).ToArray();

        Assert.Equal((10, Leaves.Root(leaves.AsSpan(0, 10))), (first.Size, first.Root));
        Assert.Equal((20, Leaves.Root(leaves)), (second.Size, second.Root));

        async Task<StoredCheckpoint> UpTo(long position)
        {
            await using var oversight = await Start(OversightService.Build);
            await oversight.App.Services.GetRequiredService<Follower>().Reaches("funding", TestService.City, position, default).WaitAsync(TimeSpan.FromSeconds(30));
            return (await oversight.App.Services.GetRequiredService<SignCheckpoint>().Now(TestService.City, default)).Value;
        }

        Task<TestService> Start(Func<Hosting, Microsoft.AspNetCore.Builder.WebApplication> build) => TestService.Start(
            build,
            configure: services => services.AddSingleton<EventBus>(bus).AddSingleton(peers),
            settings: build == OversightService.Build
                ? new Dictionary<string, string?>
                {
                    [ServiceToken.KeySetting] = key,
                    ["ConnectionStrings:Log"] = $"Data Source={folder["oversight.db"]}",
                    ["Oversight:KeyFile"] = folder["checkpoint.key"],
                }
                : new Dictionary<string, string?> { [ServiceToken.KeySetting] = key });
    }
}
