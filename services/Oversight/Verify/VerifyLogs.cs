using Microsoft.Data.Sqlite;
using PilotCity.Defaults;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Verify;

/// <summary>What a check of a data folder looked at, and what does not hold; the first bad position of each log comes first in <see cref="Findings"/>.</summary>
internal sealed record VerifiedLogs(IReadOnlyList<string> Services, long Entries, long Leaves, IReadOnlyList<Finding> Findings)
{
    public bool Holds => Findings.Count == 0;
}

/// <summary>
/// Checks a data folder of <c>./city up</c> without starting anything: every service's log by itself, then Oversight's tree against all of
/// them. The files are opened for reading only; a running city may go on.
/// Faults: <c>log.folder_empty</c>, <c>log.unreadable</c>, <c>log.gap</c>, <c>log.hash_wrong</c>, <c>log.head_wrong</c>,
/// <c>log.version_wrong</c>, <c>log.tail_cut</c>, <c>log.rewritten</c>, <c>log.unprotected</c>, <c>tree.gap</c>, <c>tree.leaf_wrong</c>,
/// <c>tree.order_wrong</c>, <c>tree.tail_cut</c>, <c>tree.tile_wrong</c>, <c>tree.cursor_wrong</c>, <c>checkpoint.root_wrong</c>,
/// <c>checkpoint.note_wrong</c>, those of notes and checkpoints, and <c>log.broken</c> for what the follower found while it ran.
/// </summary>
internal static class VerifyLogs
{
    private const string Oversight = "oversight";

    /// <summary>Progress is told about this often; more would cost more than the check.</summary>
    private const long ProgressEvery = 50_000;

    /// <param name="keyOf">The verifier key of a city's log; null leaves signatures unchecked, which the caller must say.</param>
    /// <param name="progress">Told how many entries were read so far.</param>
    public static Result<VerifiedLogs> Check(string folder, Func<string, VerifierKey?> keyOf, Action<long>? progress = null, CancellationToken ct = default)
    {
        SQLitePCL.Batteries_V2.Init();
        string[] files = Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.db").Order(StringComparer.Ordinal)] : [];
        if (files.Length == 0)
        {
            return new Fault(FaultKind.NotFound, "log.folder_empty", new(
                $"{folder} 中没有日志文件（*.db）。请给出 ./city up 的数据目录。", $"There are no log files (*.db) in {folder}. Give the data folder of ./city up."));
        }

        var findings = new List<Finding>();
        var logs = new List<CheckedLog>();
        long read = 0, leaves = 0;

        // A running city goes on meanwhile. Each file is read as it stands now, the tree first: a log may be ahead of it, never behind.
        using var snapshots = new Snapshots();
        foreach (var file in files.OrderBy(f => ServiceOf(f) != Oversight))
        {
            Guarded(ServiceOf(file), () => snapshots.Take(file));
        }

        foreach (var (service, connection) in snapshots.Taken)
        {
            Guarded(service, () => logs.AddRange(LogCheck.Run(connection, service, findings.Add, Count)));
        }

        // What stands in the logs is known: now the tree that was built from them.
        if (snapshots.Taken.TryGetValue(Oversight, out var tree))
        {
            Guarded(Oversight, () =>
            {
                foreach (var city in Cities(tree))
                {
                    var check = new TreeCheck(tree, city, keyOf(city)?.OfCity(city), logs, findings.Add);
                    leaves += check.Run(Count);
                    check.Breaks();
                }
            });
        }

        // Last, because it says that something may have been done; the findings before it say what.
        foreach (var (service, connection) in snapshots.Taken)
        {
            Guarded(service, () => ProtectionCheck.Run(connection, service, service == Oversight ? ["log", "command", "leaf", "checkpoint"] : ["log", "command"], findings.Add));
        }

        return new VerifiedLogs([.. files.Select(ServiceOf)], logs.Sum(l => (long)l.Hashes.Count), leaves, findings);

        void Count(long entries)
        {
            ct.ThrowIfCancellationRequested();
            read += entries;
            if (read % ProgressEvery == 0)
            {
                progress?.Invoke(read);
            }
        }

        // A file that SQLite cannot read, or whose columns hold other things than they should, is a finding and not our failure.
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
            catch (SystemException e) when (e is SqliteException or InvalidCastException or InvalidOperationException)
            {
                findings.Add(Finding.Of("log.unreadable", service, null, null, $"文件无法读取（{e.Message}）", $"the file cannot be read ({e.Message})"));
            }
        }
    }

    private static string ServiceOf(string file) => Path.GetFileNameWithoutExtension(file);

    private static List<string> Cities(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT city FROM leaf UNION SELECT city FROM checkpoint UNION SELECT city FROM intake_break UNION SELECT city FROM cursor UNION SELECT city FROM tile ORDER BY 1";
        using var reader = command.ExecuteReader();
        var cities = new List<string>();
        while (reader.Read())
        {
            cities.Add(reader.GetString(0));
        }

        return cities;
    }

    /// <summary>A connection per file, each within a transaction that goes on seeing what it saw first.</summary>
    private sealed class Snapshots : IDisposable
    {
        private readonly List<SqliteConnection> opened = [];

        /// <summary>By service, in the order of names; a file that cannot be read is not among them.</summary>
        public SortedDictionary<string, SqliteConnection> Taken { get; } = new(StringComparer.Ordinal);

        public void Take(string file)
        {
            var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            opened.Add(connection);
            connection.Open();
            using var command = connection.CreateCommand();

            // BEGIN alone sees nothing yet: the first read does.
            command.CommandText = "BEGIN; SELECT COUNT(*) FROM sqlite_master";
            command.ExecuteScalar();
            Taken.Add(ServiceOf(file), connection);
        }

        public void Dispose()
        {
            opened.ForEach(c => c.Dispose());
        }
    }
}
