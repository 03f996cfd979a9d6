using Dapper;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// The tables that the trail is read by: whom each entry is about (<c>subject</c>), whom every entry of a stream is about
/// (<c>stream_subject</c>), and when it was true where it says so (<c>occurred</c>). They follow from the entries: filled in the transaction
/// that takes these in, and made again from them where a newer version of the product indexes more (<c>trail_index</c>) or <c>./city rebuild</c> asks.
/// </summary>
internal static class IndexTrail
{
    /// <summary>Raise it when <see cref="Subject.Of"/> or <see cref="Occurred"/> finds more than before: every city's index is then made again at the next start.</summary>
    internal const long Version = 2;

    /// <summary>Entries that are indexed at once when all are: some megabytes, 60 at the most.</summary>
    private const int EntriesPerPage = 1_000;

    private static readonly Insert<SubjectRow> InsertSubject = new Insert<SubjectRow>("subject")
        .Text("city", s => s.City)
        .Text("kind", s => s.Subject.Kind)
        .Text("id", s => s.Subject.Id)
        .Number("at_micros", s => s.AtMicros)
        .Number("idx", s => s.Index);

    private static readonly Insert<StreamRow> InsertStreamSubject = new Insert<StreamRow>("stream_subject")
        .Text("city", s => s.City)
        .Text("service", s => s.Service)
        .Text("stream", s => s.Stream)
        .Text("kind", s => s.Subject.Kind)
        .Text("id", s => s.Subject.Id);

    private static readonly Insert<OccurredRow> InsertOccurred = new Insert<OccurredRow>("occurred")
        .Text("city", o => o.City)
        .Number("idx", o => o.Index)
        .Number("true_micros", o => o.TrueMicros);

    /// <summary>That the leaf at <see cref="Index"/> is about this subject.</summary>
    private sealed record SubjectRow(string City, Subject Subject, long AtMicros, long Index);

    private sealed record StreamRow(string City, string Service, string Stream, Subject Subject);

    private sealed record OccurredRow(string City, long Index, long TrueMicros);

    /// <summary>Indexes entries of one service that became the leaves from <paramref name="first"/> on.</summary>
    internal static async Task Add(LogTransaction transaction, long first, IReadOnlyList<Entry> entries, CancellationToken ct)
    {
        var (city, own, inherited) = (transaction.City, entries.Select(Subject.Of).ToArray(), await OfStreams(transaction, entries, ct));
        var rows = new List<SubjectRow>(6 * entries.Count);
        var (ofStreams, occurred) = (new List<StreamRow>(), new List<OccurredRow>());
        for (var i = 0; i < entries.Count; i++)
        {
            var (entry, index) = (entries[i], first + i);
            rows.AddRange(own[i].Select(s => new SubjectRow(city, s, entry.AtMicros, index)));
            if (entry.Version == 1)
            {
                inherited[entry.Stream] = [.. own[i].Where(s => s.IsInherited)];
                ofStreams.AddRange(inherited[entry.Stream].Select(s => new StreamRow(city, entry.Service, entry.Stream, s)));
            }
            else if (inherited.TryGetValue(entry.Stream, out var named))
            {
                rows.AddRange(named.Where(s => !own[i].Contains(s)).Select(s => new SubjectRow(city, s, entry.AtMicros, index)));
            }

            if (Occurred.Micros(entry) is { } at)
            {
                occurred.Add(new(city, index, at));
            }
        }

        await transaction.Database.InsertMany(transaction, InsertSubject, rows, ct);
        await transaction.Database.InsertMany(transaction, InsertStreamSubject, ofStreams, ct);
        await transaction.Database.InsertMany(transaction, InsertOccurred, occurred, ct);
    }

    /// <summary>Makes the index of every city again whose index is of another version; of all of them where <paramref name="all"/> says so.</summary>
    /// <param name="progress">Is told (city, entries indexed, entries in all).</param>
    internal static async Task Rebuild(LogDatabase database, bool all, Action<string, long, long>? progress, CancellationToken ct)
    {
        List<string> cities;
        await using (var connection = await database.Connect(ct))
        {
            cities = [.. await connection.QueryAsync<string>(new CommandDefinition(
                "SELECT DISTINCT source.city FROM cursor source LEFT JOIN trail_index i ON i.city = source.city WHERE @all = 1 OR i.version IS NULL OR i.version <> @Version ORDER BY source.city",
                new { all = all ? 1 : 0, Version },
                cancellationToken: ct))];
        }

        foreach (var city in cities)
        {
            // Under the city's lock: what is taken in meanwhile waits, and is in the index then.
            await using var transaction = await database.BeginWrite(city, ct);
            await City(transaction, progress, ct);
            await transaction.Commit(ct);
        }
    }

    private static async Task City(LogTransaction transaction, Action<string, long, long>? progress, CancellationToken ct)
    {
        await transaction.Connection.ExecuteAsync(new CommandDefinition(
            "DELETE FROM subject WHERE city = @City; DELETE FROM stream_subject WHERE city = @City; DELETE FROM occurred WHERE city = @City",
            new { transaction.City },
            transaction.Transaction,
            commandTimeout: 0,
            cancellationToken: ct));
        var size = await transaction.Connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "SELECT COALESCE(MAX(idx), -1) + 1 FROM leaf WHERE city = @City", new { transaction.City }, transaction.Transaction, cancellationToken: ct));
        for (var first = 0L; first < size; first += EntriesPerPage)
        {
            var page = (await transaction.Connection.QueryAsync<byte[]>(new CommandDefinition(
                "SELECT entry FROM leaf WHERE city = @City AND idx >= @first AND idx < @end ORDER BY idx",
                new { transaction.City, first, end = first + EntriesPerPage },
                transaction.Transaction,
                cancellationToken: ct))).Select(bytes => CanonicalEntry.Read(bytes)).ToList();

            // Streams of two services may bear one name: each run of one service's entries goes in as it was taken in.
            for (var from = 0; from < page.Count;)
            {
                var until = from;
                while (until < page.Count && page[until].Service == page[from].Service)
                {
                    until++;
                }

                await Add(transaction, first + from, page[from..until], ct);
                from = until;
            }

            progress?.Invoke(transaction.City, first + page.Count, size);
        }

        await Stamp(transaction, ct);
    }

    /// <summary>Says that the city's index is of this version: once it was made again, and with a city's first entries.</summary>
    internal static Task Stamp(LogTransaction transaction, CancellationToken ct) => transaction.Connection.ExecuteAsync(new CommandDefinition(
        "INSERT INTO trail_index (city, version) VALUES (@City, @Version) ON CONFLICT (city) DO UPDATE SET version = excluded.version",
        new { transaction.City, Version },
        transaction.Transaction,
        cancellationToken: ct));

    /// <summary>Whom the first entries of these streams named: every later entry is about them too, so that each step of a project is in its enterprise's trail.</summary>
    private static async Task<Dictionary<string, List<Subject>>> OfStreams(LogTransaction transaction, IReadOnlyList<Entry> entries, CancellationToken ct)
    {
        var begun = entries.Where(e => e.Version > 1).Select(e => e.Stream).Distinct(StringComparer.Ordinal).ToArray();
        var known = begun.Length == 0 ? [] : await transaction.Connection.QueryAsync<(string Stream, string Kind, string Id)>(new CommandDefinition(
            $"SELECT stream, kind, id FROM stream_subject WHERE city = @City AND service = @Service AND {transaction.Database.In("stream", "@streams")}",
            new { transaction.City, entries[0].Service, streams = transaction.Database.List(begun) },
            transaction.Transaction,
            cancellationToken: ct));
        return known.GroupBy(k => k.Stream, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Select(k => new Subject(k.Kind, k.Id)).ToList(), StringComparer.Ordinal);
    }
}
