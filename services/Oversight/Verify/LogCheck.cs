using System.Text;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Verify;

/// <summary>One city's log of one service as it was found: the hash of every entry up to the first that is wrong.</summary>
internal sealed record CheckedLog(string Service, string City, IReadOnlyList<Hash> Hashes, bool Broken);

/// <summary>A stretch of a city's log that is read by itself: what follows position <paramref name="After"/>, up to <paramref name="Last"/> or, where it is null, to whatever comes.</summary>
internal sealed record LogPart(string Service, string City, long After, long? Last);

/// <summary>
/// Reads one service's log and checks each city's log by itself: positions without gaps, every hash that of its entry's bytes, the
/// chain of heads, versions of streams without gaps, and the answers that were given. A log is read in parts, side by side: each part begins
/// from the head that stands before it, which the part before has to reach, and says with which version it goes on in each stream.
/// </summary>
internal static class LogCheck
{
    private const string Columns = "position, stream, version, type, command_id, actor, at_micros, trace, payload, hash, head";

    /// <summary>The parts of every city's log. One whose positions are not 1 to their number is one part: its first gap is looked for from the beginning.</summary>
    public static IReadOnlyList<LogPart> Plan(Snapshot snapshot, string service, int rowsPerPart, Action<Finding> found)
    {
        var parts = new List<LogPart>();
        using var command = snapshot.Query("SELECT city, COUNT(*), MIN(position), MAX(position) FROM log GROUP BY city ORDER BY city");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (reader.GetValue(0) is not string city)
            {
                found(Finding.Of("log.unreadable", service, null, null, "有记录的城市代码类型不对，内容被改动", "the city of some entries is of another type: it was changed"));
                continue;
            }

            var count = reader.GetInt64(1);
            if (reader.GetValue(2) is 1L && reader.GetValue(3) is long last && last == count)
            {
                for (var after = 0L; after < count; after += rowsPerPart)
                {
                    parts.Add(new(service, city, after, Math.Min(after + rowsPerPart, count)));
                }
            }
            else
            {
                parts.Add(new(service, city, 0, null));
            }
        }

        return parts;
    }

    public static ReadLogPart Read(Snapshot snapshot, LogPart part, CancellationToken ct)
    {
        var read = new ReadLogPart(part, HeadAt(snapshot, part));
        using var rows = part.Last is { } last
            ? snapshot.Rows($"SELECT {Columns} FROM log WHERE city = @city AND position > @after AND position <= @last ORDER BY position", ("city", part.City), ("after", part.After), ("last", last))
            : snapshot.Rows($"SELECT {Columns} FROM log WHERE city = @city ORDER BY position", ("city", part.City));
        while (rows.Read())
        {
            ct.ThrowIfCancellationRequested();
            read.Take(rows);
            if (read.Wrong is not null)
            {
                return read;
            }
        }

        read.End();
        return read;
    }

    /// <summary>Puts the parts of one city's log together; they come in their order.</summary>
    public static CheckedLog Join(string service, string city, IEnumerable<ReadLogPart> parts, Action<Finding> found)
    {
        var hashes = new List<Hash>();
        var versions = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var part in parts)
        {
            var wrong = part.Wrong;
            foreach (var (stream, (first, at, last)) in part.Streams)
            {
                var before = versions.GetValueOrDefault(stream);
                if (first != before + 1 && !(wrong?.Position <= at))
                {
                    wrong = ReadLogPart.VersionWrong(service, city, at, stream, before + 1, first);
                }

                versions[stream] = last;
            }

            hashes.AddRange(wrong is { Position: { } position } ? part.Hashes.Take((int)(position - 1 - part.Part.After)) : part.Hashes);
            if (wrong is not null)
            {
                found(wrong);
                return new(service, city, hashes, Broken: true);
            }
        }

        return new(service, city, hashes, Broken: false);
    }

    /// <summary>Every answer names the position the log had reached: an answer beyond the end means that the end was cut.</summary>
    public static void Answers(Snapshot snapshot, string service, IReadOnlyList<CheckedLog> logs, Action<Finding> found)
    {
        using var command = snapshot.Query("SELECT city, MAX(position) FROM command GROUP BY city");
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var (city, answered) = (reader.GetString(0), reader.GetInt64(1));
            var log = logs.FirstOrDefault(l => l.City == city);
            if (log is not { Broken: true } && answered > (log?.Hashes.Count ?? 0))
            {
                var end = log?.Hashes.Count ?? 0;
                found(Finding.Of("log.tail_cut", service, city, end + 1, $"日志止于第 {end} 条，而已就第 {answered} 条作过答复：末尾被截去", $"the log ends at position {end}, but position {answered} was answered for: its tail was cut"));
            }
        }
    }

    /// <summary>The head that stands before a part. Where none can be read, the part before says what is wrong.</summary>
    private static byte[] HeadAt(Snapshot snapshot, LogPart part)
    {
        if (part.After == 0)
        {
            return CanonicalEntry.FirstHead();
        }

        using var command = snapshot.Query("SELECT head FROM log WHERE city = @city AND position = @after", ("city", part.City), ("after", part.After));
        return command.ExecuteScalar() as byte[] ?? [];
    }
}

/// <summary>A part of a log while it is read: the hashes up to its first wrong entry, and which versions of which streams it holds.</summary>
internal sealed class ReadLogPart(LogPart part, byte[] headBefore)
{
    private readonly byte[] service = Encoding.UTF8.GetBytes(part.Service);
    private readonly byte[] city = Encoding.UTF8.GetBytes(part.City);
    private byte[] head = headBefore;

    public LogPart Part => part;

    public List<Hash> Hashes { get; } = [];

    /// <summary>By stream: the first version here and the position it stands at, and the last version here.</summary>
    public Dictionary<string, (long First, long At, long Last)> Streams { get; } = new(StringComparer.Ordinal);

    /// <summary>The first thing that is wrong here; after it nothing of this log can be said.</summary>
    public Finding? Wrong { get; private set; }

    /// <summary>Checks the next row.</summary>
    public void Take(Rows row)
    {
        var expected = part.After + Hashes.Count + 1L;
        if (!row.Integer(0, out var position) || position != expected)
        {
            Break("log.gap", expected, $"缺这一条，其后是第 {row.Shown(0)} 条", $"it is missing; position {row.Shown(0)} follows");
            return;
        }

        // SQLite keeps any type in any column: what was changed by hand often has another one.
        if (!row.Text(1, out var streamUtf8) || !row.Integer(2, out var version) || !row.Text(3, out var typeUtf8)
            || !row.Bytes(4, out var commandId) || commandId.Length != 16 || !row.Text(5, out var actor) || !row.Integer(6, out var atMicros)
            || !row.Text(7, out var trace) || !row.Bytes(8, out var payload) || !row.Bytes(9, out var hash) || !row.Bytes(10, out var stored))
        {
            Break("log.unreadable", expected, "有一列的类型不对，内容被改动", "a column is of another type: it was changed");
            return;
        }

        var stream = Encoding.UTF8.GetString(streamUtf8);
        var computed = CanonicalEntry.Hash(new EntryFields
        {
            Service = service,
            City = city,
            Position = position,
            Stream = streamUtf8,
            Version = version,
            Type = typeUtf8,
            CommandId = commandId,
            Actor = actor,
            AtMicros = atMicros,
            Trace = trace,
            Payload = payload,
        });
        if (!hash.SequenceEqual(computed))
        {
            var type = Encoding.UTF8.GetString(typeUtf8);
            Break("log.hash_wrong", expected, $"{stream} {type} 的内容与其散列不符，内容被改动", $"the content of {stream} {type} is not that of its hash: it was changed");
            return;
        }

        var next = CanonicalEntry.NextHead(head, computed);
        if (!stored.SequenceEqual(next))
        {
            var type = Encoding.UTF8.GetString(typeUtf8);
            Break("log.head_wrong", expected, $"{stream} {type} 的链头接不上前一条", $"the head of {stream} {type} does not continue the chain");
            return;
        }

        if (!Streams.TryGetValue(stream, out var before))
        {
            Streams.Add(stream, (version, position, version));
        }
        else if (version == before.Last + 1)
        {
            Streams[stream] = before with { Last = version };
        }
        else
        {
            Wrong = VersionWrong(part.Service, part.City, expected, stream, before.Last + 1, version);
            return;
        }

        head = next;
        Hashes.Add(Hash.Of(computed));
    }

    /// <summary>No further row came: where more were counted, they are not where they should be.</summary>
    public void End()
    {
        var end = part.After + Hashes.Count;
        if (part.Last is { } last && end < last)
        {
            Break("log.gap", end + 1, "缺这一条", "it is missing");
        }
    }

    public static Finding VersionWrong(string service, string city, long position, string stream, long expected, long found) => Finding.Of(
        "log.version_wrong", service, city, position,
        $"{stream} 应为第 {expected} 个事件，却是第 {found} 个", $"{stream} should have version {expected} here, and has {found}");

    private void Break(string code, long position, string zh, string en) => Wrong = Finding.Of(code, part.Service, part.City, position, zh, en);
}
