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
        foreach (var file in files)
        {
            var service = Path.GetFileNameWithoutExtension(file);
            Guarded(service, () =>
            {
                using var connection = Open(file);
                logs.AddRange(LogCheck.Run(connection, service, findings.Add, Count));
            });
        }

        // What stands in the logs is known: now the tree that was built from them.
        if (files.FirstOrDefault(f => Path.GetFileNameWithoutExtension(f) == Oversight) is { } tree)
        {
            Guarded(Oversight, () =>
            {
                using var connection = Open(tree);
                foreach (var city in Cities(connection))
                {
                    var check = new TreeCheck(connection, city, keyOf(city)?.OfCity(city), logs, findings.Add);
                    leaves += check.Run(Count);
                    check.Breaks();
                }
            });
        }

        // Last, because it says that something may have been done; the findings before it say what.
        foreach (var file in files)
        {
            var service = Path.GetFileNameWithoutExtension(file);
            Guarded(service, () =>
            {
                using var connection = Open(file);
                ProtectionCheck.Run(connection, service, service == Oversight ? ["log", "command", "leaf", "checkpoint"] : ["log", "command"], findings.Add);
            });
        }

        return new VerifiedLogs([.. files.Select(f => Path.GetFileNameWithoutExtension(f)!)], logs.Sum(l => (long)l.Hashes.Count), leaves, findings);

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

    private static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    private static List<string> Cities(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT city FROM leaf UNION SELECT city FROM checkpoint UNION SELECT city FROM intake_break ORDER BY 1";
        using var reader = command.ExecuteReader();
        var cities = new List<string>();
        while (reader.Read())
        {
            cities.Add(reader.GetString(0));
        }

        return cities;
    }
}
