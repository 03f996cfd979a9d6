using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace PilotCity.Bench;

/// <summary>
/// The usual way of posting to a budget, measured by PostgreSQL's own pgbench on the same server: a transaction per posting that updates the
/// hot row where enough is available, and inserts the posting. The best of 1, 8 and 32 clients, statements prepared.
/// </summary>
internal static partial class UsualWay
{
    private static readonly int[] Clients = [1, 8, 32];

    private const string Script = """
        BEGIN;
        UPDATE usual_fund SET available = available - 1, reserved = reserved + 1 WHERE id = 1 AND available >= 1;
        INSERT INTO usual_posting (fund, amount, reference) VALUES (1, 1, 'HT-2026-0001');
        COMMIT;

        """;

    internal static async Task Prepare(BenchCity city, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(city.Postgres);
        await using var command = source.CreateCommand("""
            CREATE TABLE usual_fund (id INT PRIMARY KEY, available BIGINT NOT NULL, reserved BIGINT NOT NULL);
            CREATE TABLE usual_posting (id BIGSERIAL PRIMARY KEY, fund INT NOT NULL, amount BIGINT NOT NULL, reference TEXT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now());
            INSERT INTO usual_fund VALUES (1, 1000000000000, 0);
            """);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>Transactions a second, the best of all numbers of clients, which it was, and the core time that one took.</summary>
    internal static async Task<(double PerSecond, int Clients, string Cores)> Measure(BenchCity city, TimeSpan window, CancellationToken ct)
    {
        var script = Path.Combine(city.Folder, "usual.sql");
        await File.WriteAllTextAsync(script, Script, ct);
        var best = (PerSecond: 0.0, Clients: 0, Cores: "");
        foreach (var clients in Clients)
        {
            var before = CoreTime.Now();
            var found = await Run(city.Postgres, script, clients, window, ct);
            if (found > best.PerSecond)
            {
                best = (found, clients, CoreTime.Now().Since(before, (long)(found * Math.Ceiling(window.TotalSeconds))));
            }
        }

        return best;
    }

    private static async Task<double> Run(string connection, string script, int clients, TimeSpan window, CancellationToken ct)
    {
        var at = new NpgsqlConnectionStringBuilder(connection);
        var start = new ProcessStartInfo(
            "pgbench",
            [
                "-n", "-M", "prepared", "-f", script, "-c", $"{clients}", "-j", $"{Math.Min(clients, Environment.ProcessorCount)}",
                "-T", Math.Ceiling(window.TotalSeconds).ToString(CultureInfo.InvariantCulture), "-h", at.Host!, "-p", $"{at.Port}", "-U", at.Username!, at.Database!,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PGPASSWORD"] = at.Password;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        var found = PerSecond().Match(await output);
        return process.ExitCode == 0 && found.Success
            ? double.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}: {await errors}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex PerSecond();
}
