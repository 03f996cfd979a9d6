using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PilotCity.City.Tests.Journeys;

/// <summary>A <c>./city</c> in a process of its own, as an operator runs it: it can be killed, and what it says is kept.</summary>
internal sealed partial class CityProcess : IDisposable
{
    /// <summary>What any one step of a journey may take on a machine that is busy with other things; nobody waits this long where all is well.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private const int SigInt = 2;

    private readonly Process process;
    private readonly StringBuilder said = new();
    private readonly TaskCompletionSource<Uri> up = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private CityProcess(string[] arguments)
    {
        var start = new ProcessStartInfo { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        var command = new List<string> { Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "PilotCity.City.dll") };
        if (InterruptIsIgnored())
        {
            // Whoever runs the tests in the background of a script ignores Ctrl-C, and children inherit that.
            command.InsertRange(0, ["env", "--default-signal=INT"]);
        }

        start.FileName = command[0];
        command.Skip(1).Concat(arguments).ToList().ForEach(start.ArgumentList.Add);
        start.Environment["LANG"] = "en_US.UTF-8";
        start.Environment.Remove("LC_ALL");
        start.Environment["Gateway__RequestsPerSecond"] = "100000";
        process = new Process { StartInfo = start, EnableRaisingEvents = true };
        process.OutputDataReceived += Hear;
        process.ErrorDataReceived += Hear;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Everything that it has written so far.</summary>
    internal string Said
    {
        get
        {
            lock (said)
            {
                return said.ToString();
            }
        }
    }

    internal bool HasEnded => process.HasExited;

    internal static CityProcess Up(string folder, int port = 0, params string[] more) =>
        new(["up", "--data", folder, "--port", port.ToString(CultureInfo.InvariantCulture), "--demonstration", .. more]);

    /// <summary>A witness with its own folder, that answers on a port; <see cref="Listening"/> gives its address.</summary>
    internal static CityProcess Witness(string folder, int port = 0, params string[] more) =>
        new(["witness", "--data", folder, "--port", port.ToString(CultureInfo.InvariantCulture), "--every", "1", .. more]);

    internal int Id => process.Id;

    /// <summary>Runs a command to its end.</summary>
    internal static async Task<(int Code, string Said)> Run(params string[] arguments)
    {
        using var city = new CityProcess(arguments);
        return (await city.Ended(), city.Said);
    }

    /// <summary>Where the gateway listens; fails with what it said where it ends instead.</summary>
    internal async Task<Uri> Listening()
    {
        var ended = process.WaitForExitAsync();
        return await Task.WhenAny(up.Task, ended).WaitAsync(Patience) == ended && !up.Task.IsCompleted
            ? throw new InvalidOperationException($"./city ended with {process.ExitCode}: {Said}")
            : await up.Task;
    }

    /// <summary>The exit code, when it has ended and all it wrote was read.</summary>
    internal async Task<int> Ended()
    {
        await process.WaitForExitAsync().WaitAsync(Patience);
        return process.ExitCode;
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    internal void Kill() => process.Kill();

    /// <summary>Ctrl-C.</summary>
    internal async Task Interrupt()
    {
        using var kill = Process.Start("sh", ["-c", $"kill -INT {process.Id}"]);
        await kill.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Resident memory in MB.</summary>
    internal long ResidentMegabytes()
    {
        process.Refresh();
        return process.WorkingSet64 >> 20;
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
        }

        process.Dispose();
    }

    /// <summary>Looks again and again until it is so; a journey that waits for nothing fails here.</summary>
    internal static async Task Until(Func<Task<bool>> holds, Func<string> otherwise, int everyMilliseconds = 20)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(everyMilliseconds));
        while (!await holds())
        {
            Assert.True(watch.Elapsed < Patience, otherwise());
            await timer.WaitForNextTickAsync();
        }
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not { } text)
        {
            return;
        }

        lock (said)
        {
            said.AppendLine(text);
        }

        if (UpLine().Match(text) is { Success: true } match)
        {
            up.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    private static bool InterruptIsIgnored() =>
        OperatingSystem.IsLinux()
        && File.ReadLines("/proc/self/status").FirstOrDefault(l => l.StartsWith("SigIgn:", StringComparison.Ordinal)) is { } line
        && (ulong.Parse(line.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (SigInt - 1))) != 0;

    [GeneratedRegex(@"^(?:Witness up|Up): (http://\S+) ")]
    private static partial Regex UpLine();
}
