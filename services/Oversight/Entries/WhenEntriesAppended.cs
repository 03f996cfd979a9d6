using Dapper;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// Takes the entries of every service's log into the city's tree, in the order in which they come. Leaves, tiles, subjects and the cursor
/// move in one transaction. That a log continues (positions, hashes, heads) is checked by the follower before; where it does not, the break
/// goes on record and nothing of that log is taken in beyond it. Other logs go on.
/// </summary>
internal static class WhenEntriesAppended
{
    public static readonly FollowPlan Plan = new(["registry", "assessment", "performance", "funding", "oversight"])
    {
        Effect = services =>
        {
            var checkpointer = services.GetRequiredService<Checkpointer>();
            return async (followed, ct) =>
            {
                await TakeIn(followed.Transaction, followed.Entries, ct);
                checkpointer.Grown(followed.City);
            };
        },
        Broken = services =>
        {
            var (log, clock) = (services.GetRequiredService<ServiceLog>(), services.GetRequiredService<TimeProvider>());
            return (found, ct) => Record(log, found, clock.GetUtcNow(), ct);
        },
    };

    /// <summary>Appends entries that were checked to the tree, with whom they are about.</summary>
    internal static async Task TakeIn(LogTransaction transaction, IReadOnlyList<Entry> entries, CancellationToken ct)
    {
        var city = transaction.City;
        var size = await StoredTree.Size(transaction.Connection, transaction.Transaction, city, ct);
        await StoredTree.Append(transaction, size, [.. entries.Select(e => Hash.Of(e.Hash))], ct);
        await transaction.Database.InsertMany(
            transaction,
            OversightTables.InsertLeaf,
            [.. entries.Select((e, i) => (size + i, e))],
            ct);
        if (size == 0)
        {
            await IndexTrail.Stamp(transaction, ct);
        }

        await IndexTrail.Add(transaction, size, entries, ct);
    }

    /// <summary>The same break is on record once, however often it is found.</summary>
    internal static async Task Record(ServiceLog log, ChainBreak found, DateTimeOffset at, CancellationToken ct)
    {
        await using var transaction = await log.Database.BeginWrite(found.City, ct);
        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO intake_break (city, service, position, reason, at_micros) VALUES (@City, @Source, @Position, @Reason, @at) ON CONFLICT DO NOTHING",
            new { found.City, found.Source, found.Position, found.Reason, at = Instant.Micros(at) },
            transaction.Transaction,
            cancellationToken: ct));
        await transaction.Commit(ct);
    }
}
