using System.Diagnostics;

namespace PilotCity.City.Servers;

/// <summary>Which process: a service (or <c>gateway</c>), and which of its instances, counted from 1.</summary>
internal readonly record struct ServiceProcessName(string Service, int Instance)
{
    public override string ToString() => $"{Service}-{Instance}";
}

/// <summary>
/// One operating-system process of a city: an instance of a service, or the gateway. Its ports are its own for as long as the city is up.
/// Supervised, it is started again when it ends, after a pause that grows; it ends by itself when our end of its standard input closes.
/// </summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan BackOffMin = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan BackOffMax = TimeSpan.FromSeconds(10);

    /// <summary>Who was up this long begins again with the shortest pause.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(30);

    /// <summary>A cold start on a busy machine, tables and lists included.</summary>
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(120);

    /// <summary>What a stop waits: the host's own bound for requests under way (15 s), and a little.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(10);

    private readonly Func<ProcessStartInfo> how;
    private readonly Action<string, string> say;
    private readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly CancellationTokenSource stopping = new();
    private readonly Lock gate = new();
    private Process? process;
    private long startedAt;
    private int ends;

    internal ServiceProcess(ServiceProcessName name, int httpPort, int? grpcPort, Func<ProcessStartInfo> how, Action<string, string> say)
    {
        Name = name;
        Http = new Uri($"http://127.0.0.1:{httpPort}/");
        Grpc = grpcPort is { } port ? new Uri($"http://127.0.0.1:{port}/") : null;
        this.how = how;
        this.say = say;
    }

    internal ServiceProcessName Name { get; }

    internal string Service => Name.Service;

    internal int Instance => Name.Instance;

    internal Uri Http { get; }

    /// <summary>Null for the gateway.</summary>
    internal Uri? Grpc { get; }

    /// <summary>Whether it is started again when it ends unasked.</summary>
    internal bool Supervised { get; set; }

    /// <summary>The process id, also of one that has ended; 0 before the first start.</summary>
    internal int Id { get; private set; }

    internal bool Running
    {
        get
        {
            lock (gate)
            {
                return process is { HasExited: false };
            }
        }
    }

    /// <summary>Starts it, unless it runs.</summary>
    internal Task Start(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        Launch();
        return Task.CompletedTask;
    }

    /// <summary>Until it says it is ready. Throws where it has ended and nobody starts it again, or takes too long.</summary>
    internal async Task Ready(CancellationToken ct)
    {
        var watch = Stopwatch.StartNew();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!await IsReady(ct))
        {
            if (!Running && !Supervised)
            {
                throw new ServerFailedException(Say.Of($"{Name} 未能启动：进程已退出，原因见上。", $"{Name} did not start: it ended, for the reason above."));
            }

            if (watch.Elapsed > ReadyPatience)
            {
                throw new ServerFailedException(Say.Of($"{Name} 在 {ReadyPatience.TotalSeconds:0} 秒内未就绪。", $"{Name} was not ready within {ReadyPatience.TotalSeconds:0} s."));
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    internal void Kill() => Send(Signals.Kill);

    /// <summary>SIGSTOP: it holds what it holds and does nothing.</summary>
    internal void Pause() => Send(Signals.Stop);

    /// <summary>SIGCONT.</summary>
    internal void Resume() => Send(Signals.Continue);

    /// <summary>Stops it in good order, or kills it where it does not go; it is not started again.</summary>
    internal async Task Stop()
    {
        Process? last;
        lock (gate)
        {
            stopping.Cancel();
            last = process;
        }

        if (last is null)
        {
            return;
        }

        Send(Signals.Continue);
        Send(Signals.Terminate);
        try
        {
            await last.WaitForExitAsync().WaitAsync(StopPatience);
        }
        catch (TimeoutException)
        {
            say(Name.ToString(), Say.Of($"{StopPatience.TotalSeconds:0} 秒内未停止，强制结束", $"did not stop within {StopPatience.TotalSeconds:0} s and is killed"));
            Send(Signals.Kill);
            await last.WaitForExitAsync().WaitAsync(KillPatience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        process?.Dispose();
        probe.Dispose();
        stopping.Dispose();
    }

    private void Launch()
    {
        lock (gate)
        {
            if (stopping.IsCancellationRequested || process is { HasExited: false })
            {
                return;
            }

            process?.Dispose();
            var start = how();
            (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
            var next = new Process { StartInfo = start };
            next.OutputDataReceived += Hear;
            next.ErrorDataReceived += Hear;
            next.Start();
            next.BeginOutputReadLine();
            next.BeginErrorReadLine();
            (process, Id, startedAt) = (next, next.Id, Stopwatch.GetTimestamp());
            _ = Watch(next, startedAt);
        }
    }

    private async Task Watch(Process watched, long since)
    {
        await watched.WaitForExitAsync();
        var code = watched.ExitCode;
        if (stopping.IsCancellationRequested || !Supervised)
        {
            return;
        }

        ends = Stopwatch.GetElapsedTime(since) > Settled ? 1 : ends + 1;
        var pause = TimeSpan.FromTicks(Math.Min(BackOffMax.Ticks, BackOffMin.Ticks << Math.Min(ends - 1, 16)));
        say(Name.ToString(), Say.Of($"进程意外结束（代码 {code}），{pause.TotalSeconds:0.#} 秒后重新启动", $"ended unasked (code {code}); starting again in {pause.TotalSeconds:0.#} s"));
        await Task.Delay(pause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Launch();
    }

    private void Send(int signal)
    {
        lock (gate)
        {
            if (process is { HasExited: false } running)
            {
                Signals.Send(running.Id, signal);
            }
        }
    }

    private void Hear(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
        {
            say(Name.ToString(), text);
        }
    }

    private async Task<bool> IsReady(CancellationToken ct)
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri(Http, "health/ready"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return false;
        }
    }
}
