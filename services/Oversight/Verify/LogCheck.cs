using System.Data.Common;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Verify;

/// <summary>One city's log of one service as it was found: the hash of every entry up to the first that is wrong.</summary>
internal sealed record CheckedLog(string Service, string City, IReadOnlyList<Hash> Hashes, bool Broken);

/// <summary>
/// Reads one service's log and checks each city's log by itself: positions without gaps, every hash that of its entry's bytes, the
/// chain of heads, versions of streams without gaps, and the answers that were given.
/// </summary>
internal static class LogCheck
{
    public static IReadOnlyList<CheckedLog> Run(Snapshot snapshot, string service, Action<Finding> found, Action<long> progress)
    {
        var logs = new List<CheckedLog>();
        using (var command = snapshot.Query("SELECT city, position, stream, version, type, command_id, actor, at_micros, trace, payload, hash, head FROM log ORDER BY city, position"))
        {
            using var reader = command.ExecuteReader();
            City? city = null;
            while (reader.Read())
            {
                var name = reader.GetString(0);
                if (city?.Name != name)
                {
                    Close(city);
                    city = new(service, name);
                }

                if (!city.Broken && city.Take(reader) is { } finding)
                {
                    found(finding);
                }

                progress(1);
            }

            Close(city);
        }

        Answers(snapshot, service, logs, found);
        return logs;

        void Close(City? city)
        {
            if (city is not null)
            {
                logs.Add(new(service, city.Name, city.Hashes, city.Broken));
            }
        }
    }

    /// <summary>Every answer names the position the log had reached: an answer beyond the end means that the end was cut.</summary>
    private static void Answers(Snapshot snapshot, string service, List<CheckedLog> logs, Action<Finding> found)
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

    private sealed class City(string service, string name)
    {
        private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);
        private byte[] head = CanonicalEntry.FirstHead();

        public string Name => name;

        public List<Hash> Hashes { get; } = [];

        public bool Broken { get; private set; }

        /// <summary>Checks the next row; after the first that is wrong nothing of this log can be said.</summary>
        public Finding? Take(DbDataReader row)
        {
            var expected = Hashes.Count + 1L;
            if (row.GetValue(1) is not long position || position != expected)
            {
                return Break("log.gap", expected, $"缺这一条，其后是第 {row.GetValue(1)} 条", $"it is missing; position {row.GetValue(1)} follows");
            }

            // SQLite keeps any type in any column: what was changed by hand often has another one.
            if (row.GetValue(2) is not string stream || row.GetValue(3) is not long streamVersion || row.GetValue(4) is not string type
                || row.GetValue(5) is not byte[] { Length: 16 } commandId || row.GetValue(6) is not string actor || row.GetValue(7) is not long atMicros
                || row.GetValue(8) is not string trace || row.GetValue(9) is not byte[] payload || row.GetValue(10) is not byte[] hash || row.GetValue(11) is not byte[] stored)
            {
                return Break("log.unreadable", expected, "有一列的类型不对，内容被改动", "a column is of another type: it was changed");
            }

            var entry = new Entry(service, name, position, stream, streamVersion, type, new Guid(commandId, bigEndian: true), actor, atMicros, trace, payload, [], []);
            var computed = CanonicalEntry.Hash(entry);
            if (!computed.AsSpan().SequenceEqual(hash))
            {
                return Break("log.hash_wrong", expected, $"{entry.Stream} {entry.Type} 的内容与其散列不符，内容被改动", $"the content of {entry.Stream} {entry.Type} is not that of its hash: it was changed");
            }

            var next = CanonicalEntry.NextHead(head, computed);
            if (!next.AsSpan().SequenceEqual(stored))
            {
                return Break("log.head_wrong", expected, $"{entry.Stream} {entry.Type} 的链头接不上前一条", $"the head of {entry.Stream} {entry.Type} does not continue the chain");
            }

            var version = versions.GetValueOrDefault(entry.Stream);
            if (entry.Version != version + 1)
            {
                return Break("log.version_wrong", expected, $"{entry.Stream} 应为第 {version + 1} 个事件，却是第 {entry.Version} 个", $"{entry.Stream} should have version {version + 1} here, and has {entry.Version}");
            }

            versions[entry.Stream] = entry.Version;
            head = next;
            Hashes.Add(Hash.Of(computed));
            return null;
        }

        private Finding Break(string code, long position, string zh, string en)
        {
            Broken = true;
            return Finding.Of(code, service, name, position, zh, en);
        }
    }
}
