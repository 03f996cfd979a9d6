using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Entries;

/// <summary>A log that does not continue as it must: at which position, and what is wrong there.</summary>
internal sealed record IntakeFault(string City, string Service, long Position, Fault Fault);

/// <summary>
/// Takes the entries of a service's log into the city's tree, in order. Before that it checks that positions continue, that each hash is
/// that of the entry's bytes, and that the chain of heads holds. A break is recorded and shown, and nothing of that log is taken in
/// beyond it: it is never skipped. Other logs go on.
/// Faults: <c>intake.gap</c>, <c>intake.foreign</c>, <c>intake.hash_wrong</c>, <c>intake.head_wrong</c>, <c>intake.rewritten</c>.
/// </summary>
internal static class Intake
{
    /// <summary>How many of these entries continue the log after <paramref name="position"/> and <paramref name="head"/>, and what stops the next.</summary>
    internal static (int Good, IntakeFault? Fault) Check(string city, string service, long position, byte[] head, IReadOnlyList<Entry> entries)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, expected) = (entries[i], position + i + 1);
            var fault =
                entry.Service != service || entry.City != city ? Fault("intake.foreign", service, city, expected, $"是 {entry.Service}/{entry.City} 的条目", $"it is an entry of {entry.Service}/{entry.City}")
                : entry.Position != expected ? Fault("intake.gap", service, city, expected, $"来的是第 {entry.Position} 条", $"position {entry.Position} came instead")
                : !CanonicalEntry.Hash(entry).AsSpan().SequenceEqual(entry.Hash) ? Fault("intake.hash_wrong", service, city, expected, "散列与内容不符", "its hash is not that of its content")
                : !CanonicalEntry.NextHead(head, entry.Hash).AsSpan().SequenceEqual(entry.Head) ? Fault("intake.head_wrong", service, city, expected, "链头接不上前一条", "its head does not continue the chain")
                : null;
            if (fault is not null)
            {
                return (i, new(city, service, expected, fault));
            }

            head = entry.Head;
        }

        return (entries.Count, null);
    }

    /// <summary>
    /// Takes in what continues the log, skips what was taken before (unless it was rewritten since), and answers with the break that
    /// stopped it, if any. Tree, subjects and cursor move in one transaction.
    /// </summary>
    public static async Task<IntakeFault?> Take(ServiceLog log, string city, string service, IReadOnlyList<Entry> entries, TimeProvider clock, CancellationToken ct)
    {
        while (true)
        {
            var (position, head) = await log.Cursor(city, service, ct);
            if (await Rewritten(log, city, service, [.. entries.Where(e => e.Position <= position)], ct) is { } rewritten)
            {
                return await Record(log, rewritten, clock, ct);
            }

            Entry[] further = [.. entries.Where(e => e.Position > position)];
            var (good, fault) = Check(city, service, position, head, further);
            if (good > 0)
            {
                var taken = further[..good];
                if (!await log.Follow(city, service, position, position + good, taken[^1].Head, (transaction, stop) => Append(transaction, taken, stop), ct))
                {
                    continue; // Another instance has been here: look again from where it left off.
                }
            }

            return fault is null ? null : await Record(log, fault, clock, ct);
        }
    }

    /// <summary>Appends entries that were checked to the tree, with whom they are about.</summary>
    internal static async Task Append(LogTransaction transaction, IReadOnlyList<Entry> entries, CancellationToken ct)
    {
        var city = transaction.City;
        var size = await StoredTree.Size(transaction.Connection, transaction.Transaction, city, ct);
        await StoredTree.Append(transaction, size, [.. entries.Select(e => Hash.Of(e.Hash))], ct);
        await transaction.Database.ExecuteMany(
            transaction,
            "INSERT INTO leaf (city, idx, service, position, stream, version, type, actor, at_micros, trace, entry, hash, head) "
            + "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            [.. entries.Select((e, i) => new object?[]
            {
                city, size + i, e.Service, e.Position, e.Stream, e.Version, e.Type, e.Actor, e.AtMicros, e.Trace, CanonicalEntry.Write(e), e.Hash, e.Head,
            })],
            ct);
        var subjects = await Subjects(transaction, entries, ct);
        await transaction.Database.ExecuteMany(
            transaction,
            "INSERT INTO subject (city, kind, id, at_micros, idx) VALUES ($1, $2, $3, $4, $5)",
            [.. entries.SelectMany((e, i) => subjects[i].Select(s => new object?[] { city, s.Kind, s.Id, e.AtMicros, size + i }))],
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

    /// <summary>An entry that comes again must be the one that was taken: another one at the same position means that the log was rewritten.</summary>
    private static async Task<IntakeFault?> Rewritten(ServiceLog log, string city, string service, Entry[] again, CancellationToken ct)
    {
        if (again.Length == 0)
        {
            return null;
        }

        await using var connection = await log.Database.Connect(ct);
        var taken = (await connection.QueryAsync<(long Position, byte[] Hash)>(new CommandDefinition(
            "SELECT position, hash FROM leaf WHERE city = @city AND service = @service AND position BETWEEN @from AND @to",
            new { city, service, from = again.Min(e => e.Position), to = again.Max(e => e.Position) },
            cancellationToken: ct))).ToDictionary(r => r.Position, r => r.Hash);
        var other = again.OrderBy(e => e.Position).FirstOrDefault(e => !CanonicalEntry.Hash(e).AsSpan().SequenceEqual(taken.GetValueOrDefault(e.Position, [])));
        return other is null ? null : new(city, service, other.Position, Fault(
            "intake.rewritten", service, city, other.Position, "与已收录的条目不同，日志被改写", "it differs from what was taken in before: the log was rewritten"));
    }

    private static async Task<IntakeFault> Record(ServiceLog log, IntakeFault fault, TimeProvider clock, CancellationToken ct)
    {
        await using var transaction = await log.Database.BeginWrite(fault.City, ct);
        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "INSERT INTO intake_fault (city, service, position, code, zh, en, at_micros) VALUES (@City, @Service, @Position, @Code, @Zh, @En, @at) ON CONFLICT DO NOTHING",
            new { fault.City, fault.Service, fault.Position, fault.Fault.Code, fault.Fault.Message.Zh, fault.Fault.Message.En, at = Instant.Micros(clock.GetUtcNow()) },
            transaction.Transaction,
            cancellationToken: ct));
        await transaction.Commit(ct);
        return fault;
    }

    private static Fault Fault(string code, string service, string city, long position, string zh, string en) => new(
        FaultKind.Invalid, code, new($"日志 {service}/{city} 第 {position} 条：{zh}。", $"Log {service}/{city}, position {position}: {en}."));
}
