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
        var subjects = await Subjects(transaction, entries, ct);
        await transaction.Database.InsertMany(
            transaction,
            OversightTables.InsertSubject,
            [.. entries.SelectMany((e, i) => subjects[i].Select(s => new OversightTables.SubjectRow(city, s, e.AtMicros, size + i)))],
            ct);
    }

    /// <summary>
    /// Whom each entry is about: whom it names itself, and whom the first entry of its stream named, so that every step of a project
    /// is in its enterprise's trail.
    /// </summary>
    private static async Task<IReadOnlySet<Subject>[]> Subjects(LogTransaction transaction, IReadOnlyList<Entry> entries, CancellationToken ct)
    {
        var firsts = new Dictionary<string, List<Subject>>(StringComparer.Ordinal);
        var known = await transaction.Connection.QueryAsync<(string Stream, string Kind, string Id)>(new CommandDefinition(
            "SELECT l.stream, s.kind, s.id FROM leaf l JOIN subject s ON s.city = l.city AND s.idx = l.idx "
            + $"WHERE l.city = @City AND l.service = @Service AND l.version = 1 AND {transaction.Database.In("l.stream", "@streams")}",
            new
            {
                transaction.City,
                entries[0].Service,
                streams = transaction.Database.List([.. entries.Where(e => e.Version > 1).Select(e => e.Stream).Distinct(StringComparer.Ordinal)]),
            },
            transaction.Transaction,
            cancellationToken: ct));
        foreach (var (stream, kind, id) in known)
        {
            Remember(stream, new(kind, id));
        }

        var found = new IReadOnlySet<Subject>[entries.Count];
        for (var i = 0; i < entries.Count; i++)
        {
            var own = Subject.Of(entries[i]);
            if (entries[i].Version == 1)
            {
                foreach (var subject in own)
                {
                    Remember(entries[i].Stream, subject);
                }
            }

            found[i] = firsts.TryGetValue(entries[i].Stream, out var inherited) ? own.Union(inherited).ToHashSet() : own;
        }

        return found;

        void Remember(string stream, Subject subject)
        {
            if (subject.Kind != Subject.Actor)
            {
                (firsts.TryGetValue(stream, out var list) ? list : firsts[stream] = []).Add(subject);
            }
        }
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
