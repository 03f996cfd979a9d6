using System.Security.Cryptography;

namespace PilotCity.Oversight.Verify;

/// <summary>
/// Holds the files of the content store (<c>root/&lt;city&gt;/ab/cd/abcd…</c>) against the log: every file that an entry says was stored is there, and has
/// the SHA-256 that it is named by. The stream of stored content is <c>evidence/&lt;sha256&gt;</c>.
/// </summary>
internal static class ContentCheck
{
    private const int HashLength = 64;

    /// <summary>How many files were looked at.</summary>
    public static long Run(Snapshot snapshot, string service, string root, Action<Finding> found, CancellationToken ct)
    {
        var stored = Stored(snapshot);
        var wrong = new Finding?[stored.Count];
        Parallel.For(0, stored.Count, new ParallelOptions { CancellationToken = ct, MaxDegreeOfParallelism = Environment.ProcessorCount }, i => wrong[i] = Wrong(service, root, stored[i]));
        foreach (var finding in wrong.OfType<Finding>())
        {
            found(finding);
        }

        return stored.Count;
    }

    private static List<(string City, long Position, string Hash)> Stored(Snapshot snapshot)
    {
        // '0' follows '/': the index on streams gives these alone.
        using var command = snapshot.Query("SELECT city, position, stream FROM log WHERE version = 1 AND stream >= 'evidence/' AND stream < 'evidence0' ORDER BY city, position");
        using var row = command.ExecuteReader();
        var stored = new List<(string, long, string)>();
        while (row.Read())
        {
            var (city, hash) = (row.GetString(0), row.GetString(2)["evidence/".Length..]);

            // Only such a name is a path below the root; another one is the log's finding, not a file's.
            if (city.Length == 6 && city.All(char.IsAsciiDigit) && hash.Length == HashLength && hash.All(char.IsAsciiHexDigitLower))
            {
                stored.Add((city, row.GetInt64(1), hash));
            }
        }

        return stored;
    }

    private static Finding? Wrong(string service, string root, (string City, long Position, string Hash) stored)
    {
        var (city, position, hash) = stored;
        try
        {
            using var file = File.OpenRead(Path.Combine(root, city, hash[..2], hash[2..4], hash));
            return Convert.ToHexStringLower(SHA256.HashData(file)) == hash ? null
                : Finding.Of("content.changed", service, city, position, $"证据文件 {hash} 的内容已不是当时存入的：被改动或调换", $"the content of the evidence file {hash} is not what was stored: it was changed or swapped");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Finding.Of("content.missing", service, city, position, $"证据文件 {hash} 不在或无法读取", $"the evidence file {hash} is gone or cannot be read");
        }
    }
}
