using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using PilotCity.City;
using PilotCity.Testing;

namespace PilotCity.Bench;

/// <summary>One process on an empty folder: from its start to the first answered request; and what it holds in memory after the demonstration.</summary>
internal static partial class StartAndMemory
{
    internal const string Row = "start";

    internal static async Task<IReadOnlyList<Figure>> Measure(Plan plan, CancellationToken ct)
    {
        var starts = new List<double>();
        for (var round = 0; round < plan.Rounds; round++)
        {
            starts.Add(await FirstRequest(ct));
            plan.Say($"first request after {starts[^1]:0.00} s");
        }

        var (resident, peak) = await AfterDemonstration(ct);
        return
        [
            new(Row, "start of one process to its first answered request, empty folder", Durations.Median(starts), "s") { AtMost = 5, Goal = "≤ 5 s" },
            new(Row, "resident memory of one process after the demonstration", resident, "MB") { AtMost = 400, Goal = "≤ 400 MB", Note = $"peak {peak:0} MB" },
        ];
    }

    private static async Task<double> FirstRequest(CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        using var http = new HttpClient();
        var watch = Stopwatch.StartNew();
        using var process = Start("up", "--data", folder["city"], "--port", "0");
        try
        {
            for (string? line; (line = await process.StandardOutput.ReadLineAsync(ct)) is not null;)
            {
                if (Address().Match(line) is { Success: true } found)
                {
                    using var answer = await http.GetAsync(new Uri(new Uri(found.Value), "health/ready"), ct);
                    answer.EnsureSuccessStatusCode();
                    return watch.Elapsed.TotalSeconds;
                }
            }

            throw new InvalidOperationException("the process ended before it was up");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Megabytes: the last that was seen of the process, and the most it ever held.</summary>
    private static async Task<(double Resident, double Peak)> AfterDemonstration(CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        using var process = Start("demo", "--data", folder["demo"]);
        var status = $"/proc/{process.Id}/status";
        var (resident, peak) = (0.0, 0.0);
        for (string? line; (line = await process.StandardOutput.ReadLineAsync(ct)) is not null;)
        {
            // It tells every step; the last line comes when all is done and everything still runs.
            if (File.Exists(status) && File.ReadAllText(status) is var text && Resident().Match(text) is { Success: true } now && Peak().Match(text) is { Success: true } most)
            {
                (resident, peak) = (Megabytes(now), Megabytes(most));
            }
        }

        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? (resident, peak) : throw new InvalidOperationException($"the demonstration ended with {process.ExitCode}");

        static double Megabytes(Match match) => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) * 1024 / 1_000_000;
    }

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own : "dotnet", [typeof(OneProcess).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
        })!;

    [GeneratedRegex(@"http://[0-9.:]+/")]
    private static partial Regex Address();

    [GeneratedRegex(@"VmRSS:\s+(\d+) kB")]
    private static partial Regex Resident();

    [GeneratedRegex(@"VmHWM:\s+(\d+) kB")]
    private static partial Regex Peak();
}
