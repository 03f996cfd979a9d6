using System.Diagnostics;

namespace PilotCity.City.Servers;

/// <summary>A private server could not be started; the message says why and what to do.</summary>
internal sealed class ServerFailedException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// A server program that runs in a folder of its own for as long as we do: under the account that its package made where we are root, in a
/// session of its own (Ctrl-C is ours alone), and ended by the shell that guards it as soon as our end of its standard input closes, even
/// where we were killed. The program is given its folder as <see cref="Here"/>: that works also where the account may not walk down to it.
/// </summary>
internal sealed class GuardedServer(string folder, string account, string install)
{
    /// <summary>The folder, as the server sees it: a descriptor that it inherits.</summary>
    internal const string Here = "/proc/self/fd/4";

    /// <summary>What the server says, in its folder.</summary>
    private const string LogFile = "server.log";

    /// <summary>At the next start a log longer than this is put aside; only the last one is kept.</summary>
    private const long LogBytesMax = 16 << 20;

    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// $1 is the signal that ends the server in good order, $2 a command for afterwards. Each line on standard input is a signal for the
    /// server; the end of it is the order to stop. One guard at a time holds the folder: who starts again right after we were killed waits
    /// for the server of before to have stopped.
    /// </summary>
    private const string Guard = """
        exec 3<&0 </dev/null 4<. >>server.log 2>&1 5>guard.lock
        flock -w 30 5 || { echo "another server still runs in this folder"; exit 1; }
        cd /
        stop=$1 after=$2
        shift 2
        "$@" 3<&- 5>&- &
        server=$!
        { while read -r signal; do kill -s "$signal" $server; done; kill -s "$stop" $server; } <&3 5>&- &
        order=$!
        wait $server
        code=$?
        kill $order 2>/dev/null
        eval "$after"
        exit $code
        """;

    private Process? guard;
    private bool asked;

    /// <summary>Told the exit code of a server that ended although nobody stopped it.</summary>
    internal Action<int>? Lost { get; set; }

    internal bool Running => guard is { HasExited: false };

    /// <summary>Makes the folder where it is missing, the account's own.</summary>
    internal async Task Prepare(CancellationToken ct)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ServerFailedException(Say.Of(
                "自带的 PostgreSQL 与 RabbitMQ 仅支持 Linux；请用 --postgres 与 --bus 指明现有的服务器。", "Private servers need Linux; name servers of yours with --postgres and --bus."));
        }

        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (IsRoot)
        {
            await Run(new ProcessStartInfo("chown", [$"{account}:", folder]), input: null, ct);
        }
    }

    /// <summary>Starts the server; it is up when the caller can talk to it.</summary>
    internal void Start(string program, IReadOnlyList<string> arguments, string stopSignal, string after = "", IReadOnlyDictionary<string, string>? environment = null)
    {
        var log = new FileInfo(Path.Combine(folder, LogFile));
        if (log.Exists && log.Length > LogBytesMax)
        {
            log.MoveTo(log.FullName + ".1", overwrite: true);
        }

        var start = InFolder("sh", ["-c", Guard, "guard", stopSignal, after, program, .. arguments], environment);
        start.RedirectStandardInput = true;
        guard = Process.Start(start)!;
        asked = false;
        _ = Watch(guard);
    }

    /// <summary>Runs one program in the folder, under the account, to its end; what it printed. Throws where it ends with another code than 0.</summary>
    internal Task<string> RunToEnd(string program, IReadOnlyList<string> arguments, CancellationToken ct, string? input = null, IReadOnlyDictionary<string, string>? environment = null) =>
        Run(InFolder("sh", ["-c", "exec 4<. && cd / && exec \"$@\"", "run", program, .. arguments], environment), input, ct);

    /// <summary>Sends the server a signal by name, such as <c>QUIT</c>.</summary>
    internal async Task Signal(string name)
    {
        if (Running)
        {
            await guard!.StandardInput.WriteLineAsync(name);
            await guard.StandardInput.FlushAsync();
        }
    }

    /// <summary>Asks the server to stop by <paramref name="signal"/>, or in good order, and waits for it; who does not go is killed.</summary>
    internal async Task Stop(string? signal, TimeSpan patience)
    {
        if (guard is null)
        {
            return;
        }

        asked = true;
        try
        {
            if (signal is not null)
            {
                await Signal(signal);
            }
            else
            {
                guard.StandardInput.Close();
            }

            await guard.WaitForExitAsync().WaitAsync(patience);
        }
        catch (TimeoutException)
        {
            // The whole session: guard, server and the server's own children.
            Signals.SendToGroup(guard.Id, Signals.Kill);
            await guard.WaitForExitAsync().WaitAsync(KillPatience);
        }
        catch (IOException)
        {
            // It ended while it was being told.
            await guard.WaitForExitAsync().WaitAsync(KillPatience);
        }

        guard = null;
    }

    /// <summary>The end of what the server said, for whoever has to find out why it does not start.</summary>
    internal string LastWords()
    {
        const int linesMax = 12;
        var path = Path.Combine(folder, LogFile);
        return File.Exists(path) ? string.Join(Environment.NewLine, File.ReadLines(path).TakeLast(linesMax)) : string.Empty;
    }

    /// <summary>Waits until <paramref name="answers"/> says so; a server that ends meanwhile, or takes longer than it may, is a failure with its last words.</summary>
    internal async Task Up(string name, Func<CancellationToken, Task<bool>> answers, TimeSpan patience, CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await answers(ct))
        {
            if (!Running || watch.Elapsed > patience)
            {
                throw new ServerFailedException(Say.Of(
                    $"{name} 未能在 {folder} 启动（{(Running ? $"{patience.TotalSeconds:0} 秒内没有应答" : "进程已退出")}）。它最后的输出：",
                    $"{name} did not come up in {folder} ({(Running ? $"no answer within {patience.TotalSeconds:0} s" : "it ended")}). Its last words:") + Environment.NewLine + LastWords());
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }

    private async Task Watch(Process watched)
    {
        await watched.WaitForExitAsync();
        var code = watched.ExitCode;
        if (!asked && watched == guard)
        {
            Lost?.Invoke(code);
        }
    }

    private static bool IsRoot => Environment.UserName == "root";

    private ProcessStartInfo InFolder(string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        // setpriv becomes the program; su would stay, and be killed by a Ctrl-C that is not meant for it.
        string[] command = IsRoot ? ["setsid", "setpriv", $"--reuid={account}", $"--regid={account}", "--init-groups", program, .. arguments] : ["setsid", program, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { WorkingDirectory = folder };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private async Task<string> Run(ProcessStartInfo start, string? input, CancellationToken ct)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(ct);
            var errors = process.StandardError.ReadToEndAsync(ct);
            await process.StandardInput.WriteAsync(input.AsMemory(), ct);
            process.StandardInput.Close();
            await process.WaitForExitAsync(ct);
            var (said, complained) = (await output, await errors);
            return process.ExitCode == 0 ? said : throw new ServerFailedException($"{string.Join(' ', [start.FileName, .. start.ArgumentList])} → {process.ExitCode}: {complained}{install}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
