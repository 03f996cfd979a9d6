using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Exports;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// Everything that happened to an enterprise, project, provider, fund, award, payment …, what an account did in a period, or who looked at
/// sensitive data, in the order of time: who, when, on what, and the event itself. Several subjects together narrow the answer to entries about
/// all of them; <see cref="TrailQuery"/> says what else narrows it. An enterprise and a provider see the steps of their own trail, not what they say.
/// Faults: those of <see cref="TrailQuery"/>.
/// </summary>
internal static class ReadTrail
{
    /// <summary>Entries are counted up to here: to know how many more than ten thousand there are helps nobody and costs a walk over all of them.</summary>
    internal const int CountMax = 10_000;

    /// <summary>Entries of one subject that are looked up under the others, or under filters, for one page: some 40 ms.</summary>
    internal const int WalkMax = 15_000;

    /// <summary>What our JSON may nest (<see cref="Json"/>), less the answer around it; a deeper event is told as its bytes.</summary>
    private const int EventDepthMax = 24;

    /// <summary>What a party does not learn of itself: the city's own suspicions and checks.</summary>
    private static readonly string[] TypesOfOfficials = ["OutlierNoted", "OutlierDecided", "ConcernDecided", "PaymentBatchChecked", "ContactRead"];

    /// <summary><see cref="TotalAtLeast"/> says that there may be more than <see cref="Total"/> entries: <see cref="CountMax"/> were counted, or <see cref="WalkMax"/> looked at.</summary>
    internal sealed record View(long Total, bool? TotalAtLeast, string? Next, IReadOnlyList<Step> Items);

    /// <summary>
    /// One entry: its place in the tree and in its service's log, who took the step in which role, the event as stored, and where the event
    /// says so since when it was true.
    /// </summary>
    internal record Step(
        long Index, string Service, long Position, string Stream, long Version, string Type, DateTimeOffset At, DateTimeOffset? TrueAt, Person Actor, string? Trace, string Hash, JsonElement? Event);

    internal sealed record Person(string Role, string? Account, string Organisation);

    internal static void Map(Routes routes) =>
        routes.Get("/trail", [.. Officials.All, Role.Enterprise, Role.Provider], async (request, ct) =>
        {
            var query = TrailQuery.Of(request);
            if (!query.Ok)
            {
                return query.Fault;
            }

            if (await ExportTrail.AsAsked(request, query.Value, ct) is { } file)
            {
                return (object)file;
            }

            var view = await Read(request.Log.Database, request.City, query.Value, ct);
            return Printed.Preferred(request.Header("Accept")) == "application/json" ? view : (object)Printed.AsAsked(request, "trail", DescribeTrail.Sheet(view, query.Value, request.Language));
        });

    /// <param name="walkMax">How many entries of the rarest subject are looked at; where that was not all of them the page says where to go on, and may be short.</param>
    internal static async Task<View> Read(LogDatabase database, string city, TrailQuery query, CancellationToken ct, int walkMax = WalkMax)
    {
        await using var connection = await database.Connect(ct);
        var (conditions, parameters) = await Conditions(connection, city, query, ct);
        var (past, order) = query.NewestFirst ? ("<", "DESC") : (">", "ASC");
        var lead = Lead;
        var (total, walkedOut) = await Count();
        if (query.After is { } after)
        {
            // The page begins where the index is entered: what lies before it is not walked over again.
            lead += $" AND (s.at_micros {past} @afterAt OR s.idx {past} @afterIndex)";
            parameters.Add("afterAt", after.At);
            parameters.Add("afterIndex", after.Index);
            parameters.Add(query.NewestFirst ? "until" : "from", query.NewestFirst ? Math.Min(query.RecordedUntil, after.At) : Math.Max(query.RecordedFrom, after.At));
        }

        var found = (await connection.QueryAsync<(long Index, long At)>(new CommandDefinition(
            $"SELECT s.idx, s.at_micros FROM {Walk()}{Joined(query)} WHERE {conditions} ORDER BY s.at_micros {order}, s.idx {order} LIMIT @limit", parameters, cancellationToken: ct))).ToList();
        var steps = await Steps(database, connection, city, [.. found.Select(f => f.Index)], query.Party, ct);
        var next = found.Count == query.Limit ? TrailQuery.Cursor(found[^1].At, found[^1].Index)
            : await WalkEnd() is { } end ? TrailQuery.Cursor(end.At, end.Index)
            : null;
        return new(Math.Min(total, CountMax), total > CountMax || walkedOut ? true : null, next, steps);

        // Where every entry of the subject is an answer the limits of count and page bound the walk; where not, it is bounded itself.
        string Walk() => query.Narrows
            ? $"(SELECT s.city, s.at_micros, s.idx FROM subject s WHERE {lead} ORDER BY s.at_micros {order}, s.idx {order} LIMIT {walkMax}) s"
            : $"(SELECT s.city, s.at_micros, s.idx FROM subject s WHERE {lead}) s";

        async Task<(long Total, bool WalkedOut)> Count()
        {
            var counted = await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                $"SELECT COUNT(*) FROM (SELECT 1 FROM {Walk()}{Joined(query)} WHERE {conditions} LIMIT {CountMax + 1}) counted", parameters, cancellationToken: ct));
            return (counted, await WalkEnd() is not null);
        }

        // The last entry that was looked at, where there are more.
        async Task<(long At, long Index)?> WalkEnd()
        {
            if (!query.Narrows)
            {
                return null;
            }

            var last = (await connection.QueryAsync<(long At, long Index)>(new CommandDefinition(
                $"SELECT s.at_micros, s.idx FROM subject s WHERE {lead} ORDER BY s.at_micros {order}, s.idx {order} LIMIT 2 OFFSET {walkMax - 1}", parameters, cancellationToken: ct))).ToArray();
            return last.Length == 2 ? last[0] : null;
        }
    }

    /// <summary>The indexes of every entry that is asked for among the tree's first <paramref name="size"/>, in no order.</summary>
    internal static async IAsyncEnumerable<long> Indexes(DbConnection connection, string city, TrailQuery query, long size, [EnumeratorCancellation] CancellationToken ct)
    {
        var (conditions, parameters) = await Conditions(connection, city, query, ct);
        parameters.Add("size", size);
        await foreach (var index in connection.QueryUnbufferedAsync<long>($"SELECT s.idx FROM subject s{Joined(query)} WHERE {Lead} AND {conditions} AND s.idx < @size", parameters).WithCancellation(ct))
        {
            yield return index;
        }
    }

    /// <summary>The leaves of these indexes as steps, in this order.</summary>
    internal static async Task<Step[]> Steps(LogDatabase database, DbConnection connection, string city, IReadOnlyList<long> indexes, Subject? party, CancellationToken ct)
    {
        var rows = (await connection.QueryAsync<(long Index, byte[] Entry, byte[] Hash, long? True)>(new CommandDefinition(
            $"SELECT l.idx, l.entry, l.hash, o.true_micros FROM leaf l LEFT JOIN occurred o ON o.city = l.city AND o.idx = l.idx WHERE l.city = @city AND {database.In("l.idx", "@indexes")}",
            new { city, indexes = database.List(indexes) },
            cancellationToken: ct))).ToDictionary(r => r.Index);
        return [.. indexes.Select(i => StepOf(i, CanonicalEntry.Read(rows[i].Entry), rows[i].Hash, rows[i].True, party))];
    }

    /// <summary>The subject with the fewest entries leads, the others are looked up for each of its entries: so an officer of half a million steps and one award cost one award.</summary>
    private static async Task<IReadOnlyList<Subject>> RarestFirst(DbConnection connection, string city, TrailQuery query, CancellationToken ct)
    {
        if (query.Subjects.Count == 1)
        {
            return query.Subjects;
        }

        var counted = new List<(Subject Subject, long Count)>();
        foreach (var subject in query.Subjects)
        {
            counted.Add((subject, await connection.ExecuteScalarAsync<long>(new CommandDefinition(
                $"SELECT COUNT(*) FROM (SELECT 1 FROM subject WHERE city = @city AND kind = @Kind AND id = @Id LIMIT {CountMax + 1}) counted",
                new { city, subject.Kind, subject.Id },
                cancellationToken: ct))));
        }

        return [.. counted.OrderBy(c => c.Count).Select(c => c.Subject)];
    }

    /// <summary>The entries of the leading subject in the period.</summary>
    private const string Lead = "s.city = @city AND s.kind = @kind0 AND s.id = @id0 AND s.at_micros >= @from AND s.at_micros <= @until";

    private static string Joined(TrailQuery query) =>
        (query.TrueAt is null ? "" : " LEFT JOIN occurred o ON o.city = s.city AND o.idx = s.idx")
        + (query.Service is null && query.Party is null ? "" : " JOIN leaf l ON l.city = s.city AND l.idx = s.idx");

    private static async Task<(string Sql, DynamicParameters Parameters)> Conditions(DbConnection connection, string city, TrailQuery query, CancellationToken ct)
    {
        var subjects = await RarestFirst(connection, city, query, ct);
        var parameters = new DynamicParameters();
        parameters.Add("city", city);
        parameters.Add("from", query.RecordedFrom);
        parameters.Add("until", query.RecordedUntil);
        parameters.Add("limit", query.Limit);
        parameters.Add("trueAt", query.TrueAt);
        parameters.Add("service", query.Service);
        var sql = "1 = 1";
        for (var i = 0; i < subjects.Count; i++)
        {
            parameters.Add($"kind{i}", subjects[i].Kind);
            parameters.Add($"id{i}", subjects[i].Id);
            sql += i == 0 ? "" : $" AND EXISTS (SELECT 1 FROM subject t WHERE t.city = s.city AND t.kind = @kind{i} AND t.id = @id{i} AND t.at_micros = s.at_micros AND t.idx = s.idx)";
        }

        sql += query.TrueAt is null ? "" : " AND COALESCE(o.true_micros, s.at_micros) <= @trueAt";
        sql += query.Service is null ? "" : " AND l.service = @service";
        sql += query.Party is null ? "" : $" AND l.service <> 'oversight' AND l.type NOT IN ({string.Join(", ", TypesOfOfficials.Select(t => $"'{t}'"))})";
        return (sql, parameters);
    }

    /// <summary>An entry as a step; all that it says follows from its bytes and its place.</summary>
    internal static Step StepOf(long index, Entry entry, byte[] hash, long? trueMicros, Subject? party)
    {
        var person = PersonOf(entry.Actor);
        return new(
            index, entry.Service, entry.Position, entry.Stream, entry.Version, entry.Type, entry.At,
            trueMicros is { } at ? Instant.FromMicros(at) : null,
            party is { } own && person.Organisation != own.Id ? person with { Account = null } : person,
            party is null ? entry.Trace : null,
            Convert.ToHexStringLower(hash),
            party is null ? EventOf(entry.Payload) : null);
    }

    // An entry that no service of ours would write is shown as it is, not hidden behind an error.
    private static Person PersonOf(string actor)
    {
        try
        {
            var parsed = Actor.Parse(actor);
            return new(parsed.Role.Word(), parsed.Sub, parsed.Org);
        }
        catch (FormatException)
        {
            return new("", actor, "");
        }
    }

    private static JsonElement EventOf(byte[] payload)
    {
        try
        {
            using var parsed = JsonDocument.Parse(payload, new() { MaxDepth = EventDepthMax });
            return parsed.RootElement.Clone();
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(payload);
        }
    }
}
