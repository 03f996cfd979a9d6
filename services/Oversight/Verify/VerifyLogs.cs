using System.Data.Common;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Verify;

/// <summary>What a check of a data folder looked at, and what does not hold; the first bad position of each log comes first in <see cref="Findings"/>.</summary>
internal sealed record VerifiedLogs(IReadOnlyList<string> Services, long Entries, long Leaves, IReadOnlyList<Finding> Findings)
{
    /// <summary>How many evidence files were held against the log; null where there was no folder of them.</summary>
    public long? Files { get; init; }

    public bool Holds => Findings.Count == 0;
}

/// <summary>
/// Checks the databases of a city without starting a service: every service's log by itself, then Oversight's tree against all of them. They
/// are opened for reading only, SQLite files and PostgreSQL databases alike; a running city may go on.
/// Faults: <c>log.folder_empty</c>, <c>log.unreadable</c>, <c>log.gap</c>, <c>log.hash_wrong</c>, <c>log.head_wrong</c>,
/// <c>log.version_wrong</c>, <c>log.tail_cut</c>, <c>log.rewritten</c>, <c>log.unprotected</c>, <c>tree.gap</c>, <c>tree.leaf_wrong</c>,
/// <c>tree.order_wrong</c>, <c>tree.tail_cut</c>, <c>tree.tile_wrong</c>, <c>tree.cursor_wrong</c>, <c>checkpoint.root_wrong</c>,
/// <c>checkpoint.note_wrong</c>, <c>content.missing</c>, <c>content.changed</c>, those of notes and checkpoints, and <c>log.broken</c> for what the follower found while it ran.
/// </summary>
internal static class VerifyLogs
{
    private const string Oversight = "oversight";

    /// <summary>Progress is told about this often; more would cost more than the check.</summary>
    private const long ProgressEvery = 100_000;

    /// <param name="keyOf">The verifier keys of a city's log; null leaves signatures unchecked, which the caller must say.</param>
    /// <param name="progress">Told how many entries were read so far, by whichever worker read them.</param>
    /// <param name="rowsPerPart">How much one worker reads at a time; it changes nothing about what is found.</param>
    public static Result<VerifiedLogs> Check(string folder, Func<string, VerifierKeys?> keyOf, Action<long>? progress = null, int rowsPerPart = Readers.RowsPerPart, CancellationToken ct = default)
    {
        SQLitePCL.Batteries_V2.Init();
        var files = Files(folder);
        return files.Count > 0
            ? Check([.. files.Select(LogSource.OfFile)], keyOf, progress, Path.Combine(folder, "content"), rowsPerPart, ct)
            : new Fault(FaultKind.NotFound, "log.folder_empty", new(
                $"{folder} 中没有日志文件（*.db）。请给出 ./city up 的数据目录。", $"There are no log files (*.db) in {folder}. Give the data folder of ./city up."));
    }

    /// <summary>The log files of a data folder of one process.</summary>
    public static IReadOnlyList<string> Files(string folder) => Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.db").Order(StringComparer.Ordinal)] : [];

    /// <summary>The same for databases wherever they are.</summary>
    public static VerifiedLogs Check(IReadOnlyList<LogSource> sources, Func<string, VerifierKeys?> keyOf, Action<long>? progress, CancellationToken ct) =>
        Check(sources, keyOf, progress, null, Readers.RowsPerPart, ct);

    /// <summary>The same, with the folder in which evidence is kept.</summary>
    public static VerifiedLogs Check(IReadOnlyList<LogSource> sources, Func<string, VerifierKeys?> keyOf, Action<long>? progress, string? content, CancellationToken ct) =>
        Check(sources, keyOf, progress, content, Readers.RowsPerPart, ct);

    private static VerifiedLogs Check(IReadOnlyList<LogSource> sources, Func<string, VerifierKeys?> keyOf, Action<long>? progress, string? content, int rowsPerPart, CancellationToken ct)
    {
        var findings = new List<Finding>();
        var logs = new List<CheckedLog>();
        long read = 0, leaves = 0;

        // A running city goes on meanwhile. Each database is read as it stands now, the tree first: a log may be ahead of it, never behind.
        using var opened = new Databases();
        foreach (var source in sources.OrderBy(s => s.Service != Oversight))
        {
            Guarded(source.Service, () => opened.Readers.Add(source.Service, new(source)));
        }

        Logs();

        // What stands in the logs is known: now the tree that was built from them.
        if (opened.Readers.TryGetValue(Oversight, out var tree))
        {
            Guarded(Oversight, () =>
            {
                foreach (var city in Cities(tree.View))
                {
                    var check = new TreeCheck(tree, city, keyOf(city)?.OfCity(city).All ?? [], logs, findings.Add);
                    leaves += check.Run(rowsPerPart, Count, ct);
                    check.Breaks();
                }
            });
        }

        long? files = null;
        if (Directory.Exists(content))
        {
            foreach (var (service, readers) in opened.Readers)
            {
                Guarded(service, () => files = (files ?? 0) + ContentCheck.Run(readers.View, service, content, findings.Add, ct));
            }
        }

        // Last, because it says that something may have been done; the findings before it say what.
        foreach (var (service, readers) in opened.Readers)
        {
            Guarded(service, () => ProtectionCheck.Run(readers.View, service, service == Oversight ? ["log", "command", "leaf", "checkpoint"] : ["log", "command"], findings.Add));
        }

        return new VerifiedLogs([.. sources.Select(s => s.Service).Order(StringComparer.Ordinal)], logs.Sum(l => (long)l.Hashes.Count), leaves, findings) { Files = files };

        // The parts of all logs at once, so that no core waits for the longest of them.
        void Logs()
        {
            var planned = new List<(Readers Readers, LogPart Part)>();
            foreach (var (service, readers) in opened.Readers)
            {
                Guarded(service, () => planned.AddRange(LogCheck.Plan(readers.View, service, rowsPerPart, findings.Add).Select(part => (readers, part))));
            }

            var parts = Readers.All(
                planned,
                (snapshot, part) =>
                {
                    var done = LogCheck.Read(snapshot, part, ct);
                    Count(done.Hashes.Count);
                    return done;
                },
                ct).GroupBy(r => r.Part.Service, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.Ordinal);
            foreach (var (service, readers) in opened.Readers)
            {
                Guarded(service, () =>
                {
                    foreach (var log in parts.GetValueOrDefault(service, []).GroupBy(p => p.Part.City, StringComparer.Ordinal))
                    {
                        logs.Add(LogCheck.Join(service, log.Key, log.Select(p => p.Value), findings.Add));
                    }

                    LogCheck.Answers(readers.View, service, [.. logs.Where(l => l.Service == service)], findings.Add);
                });
            }
        }

        void Count(long entries)
        {
            var now = Interlocked.Add(ref read, entries);
            if (now / ProgressEvery != (now - entries) / ProgressEvery)
            {
                progress?.Invoke(now);
            }
        }

        // A database that cannot be read, or whose columns hold other things than they should, is a finding and not our failure.
        void Guarded(string service, Action check)
        {
            try
            {
                check();
            }
            catch (SystemException) when (findings.Any(f => f.Service == service && f.Fault.Code == "log.unreadable"))
            {
                // Said already.
            }
            catch (SystemException e) when (e is DbException or InvalidCastException or InvalidOperationException)
            {
                findings.Add(Finding.Of("log.unreadable", service, null, null, $"数据库无法读取（{e.Message}）", $"the database cannot be read ({e.Message})"));
            }
        }
    }

    private static List<string> Cities(Snapshot snapshot)
    {
        using var command = snapshot.Query("SELECT city FROM leaf UNION SELECT city FROM checkpoint UNION SELECT city FROM intake_break UNION SELECT city FROM cursor UNION SELECT city FROM tile ORDER BY 1");
        using var reader = command.ExecuteReader();
        var cities = new List<string>();
        while (reader.Read())
        {
            cities.Add(reader.GetString(0));
        }

        return cities;
    }

    private sealed class Databases : IDisposable
    {
        /// <summary>By service, in the order of names; what cannot be opened is not among them.</summary>
        public SortedDictionary<string, Readers> Readers { get; } = new(StringComparer.Ordinal);

        public void Dispose()
        {
            foreach (var readers in Readers.Values)
            {
                readers.Dispose();
            }
        }
    }
}
