using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace PilotCity.Bench;

/// <summary>What the figures were measured on, asked of the machine and of the server itself.</summary>
internal sealed record Machine(int Cores, string Processor, string System, string Runtime, string Postgres, IReadOnlyDictionary<string, string> Settings, double FlushMillis)
{
    /// <summary>What decides whether a commit survives a power cut; another value would make every figure worthless.</summary>
    private static readonly string[] Durable = ["fsync", "synchronous_commit", "full_page_writes"];

    private static readonly string[] Asked = [.. Durable, "wal_sync_method", "shared_buffers", "wal_level", "max_wal_size"];

    internal static async Task<Machine> Look(string postgres, string folder, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(postgres);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Asked)
        {
            await using var command = source.CreateCommand($"SHOW {name}");
            settings[name] = (string)(await command.ExecuteScalarAsync(ct))!;
        }

        if (Durable.FirstOrDefault(name => settings[name] != "on") is { } weak)
        {
            throw new InvalidOperationException($"PostgreSQL runs with {weak} = {settings[weak]}; figures count with it on only");
        }

        await using var version = source.CreateCommand("SHOW server_version");
        return new(
            Environment.ProcessorCount, Processor_(), RuntimeInformation.OSDescription, RuntimeInformation.FrameworkDescription,
            (string)(await version.ExecuteScalarAsync(ct))!, settings, Flush(folder));
    }

    /// <summary>Median of writing 8 KiB at the end of a file and flushing it to the disk: what the smallest commit waits for.</summary>
    private static double Flush(string folder)
    {
        const int rounds = 200, block = 8_192;
        var path = Path.Combine(folder, "flush");
        var block8 = new byte[block];
        var times = new List<double>(rounds);
        using (var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            for (var i = 0; i < rounds; i++)
            {
                var watch = Stopwatch.StartNew();
                file.Write(block8);
                file.Flush(flushToDisk: true);
                times.Add(watch.Elapsed.TotalMilliseconds);
            }
        }

        File.Delete(path);
        return Durations.Median(times);
    }

    private static string Processor_() =>
        File.Exists("/proc/cpuinfo") && File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();

    public IEnumerable<string> Lines() =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{Cores} cores, {Processor}, {System}, {Runtime}"),
        $"PostgreSQL {Postgres}: {string.Join(", ", Settings.Select(s => $"{s.Key}={s.Value}"))}",
        string.Create(CultureInfo.InvariantCulture, $"8 KiB written and flushed to disk: {FlushMillis:0.00} ms (median of 200)"),
    ];
}
