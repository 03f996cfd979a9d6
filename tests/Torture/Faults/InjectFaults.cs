using PilotCity.City.Servers;

namespace PilotCity.Torture.Faults;

/// <summary>Does to a city what the plan says, and makes it whole again.</summary>
internal sealed class InjectFaults(ServerCity city, Links links, History history, Random random)
{
    private readonly SemaphoreSlim postgres = new(1, 1);
    private readonly SemaphoreSlim rabbit = new(1, 1);
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, int> done = new(StringComparer.Ordinal);

    /// <summary>How many of each kind were injected.</summary>
    internal IReadOnlyDictionary<string, int> Done => done;

    /// <summary>Faults that last now.</summary>
    internal IReadOnlyCollection<string> Now => lasting.Keys.ToArray();

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte> lasting = new(StringComparer.Ordinal);

    /// <summary>A fault on a city that has done nothing since the last one finds nothing: it waits for this many answers, but not for ever.</summary>
    private const int AnswersBetween = 20;

    private static readonly TimeSpan AnswersPatience = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Carries the plan out from now on; faults overlap where the plan lets them. On a slow machine the last ones are not reached.</summary>
    internal async Task Run(IReadOnlyList<Fault> plan, TimeSpan length, Func<int> answers, CancellationToken ct)
    {
        var start = history.Now;
        var running = new List<Task>();
        var (before, since) = (0, start);
        foreach (var fault in plan)
        {
            while (history.Now < start + fault.At || (answers() < before + AnswersBetween && history.Now < since + AnswersPatience))
            {
                await Task.Delay(LookEvery, ct);
            }

            if (history.Now + fault.Lasts > start + length)
            {
                break;
            }

            (before, since) = (answers(), history.Now);
            running.Add(One(fault, ct));
        }

        await Task.WhenAll(running);
    }

    /// <summary>Everything runs, nothing stands between.</summary>
    internal async Task Heal(CancellationToken ct)
    {
        links.Heal();
        if (!city.Postgres!.Running)
        {
            await city.Postgres.Start(ct);
        }

        if (!city.Rabbit!.Running)
        {
            await city.Rabbit.Start(ct);
        }

        foreach (var process in city.Processes)
        {
            process.Resume();
            process.Supervised = true;
            await process.Start(ct);
        }

        await Task.WhenAll(city.Processes.Select(p => p.Ready(ct)));
        history.Add("FAULTS everything is whole again");
    }

    private async Task One(Fault fault, CancellationToken ct)
    {
        history.Add($"FAULT {fault}");
        done.AddOrUpdate(fault.Word, 1, (_, n) => n + 1);
        lasting[fault.ToString()] = 0;
        try
        {
            await Do(fault, ct);
        }
        finally
        {
            lasting.TryRemove(fault.ToString(), out _);
            history.Add($"FAULT over: {fault}");
        }
    }

    private async Task Do(Fault fault, CancellationToken ct)
    {
        var process = fault.Process is { } name ? city.Processes.Single(p => p.Name == name) : null;
        switch (fault.Kind)
        {
            case FaultKind.Kill:
                process!.Kill();
                await Task.Delay(fault.Lasts, ct);
                await process.Start(ct);
                break;
            case FaultKind.Pause:
                process!.Pause();
                await Lasts(fault, ct);
                process.Resume();
                break;
            case FaultKind.Postgres:
                await Restart(postgres, () => city.Postgres!.Stop(immediate: true), () => city.Postgres!.Start(ct), fault, ct);
                break;
            case FaultKind.Rabbit:
                await Restart(rabbit, () => city.Rabbit!.Stop(immediate: random.Next(2) == 0), () => city.Rabbit!.Start(ct), fault, ct);
                break;
            case FaultKind.Cut:
                Link(fault).Cut();
                break;
            case FaultKind.Delay:
                await State(fault, new(Delay: TimeSpan.FromMilliseconds(random.Next(5, 150))), cutsAfter: false, ct);
                break;
            case FaultKind.HoldQuestions:
                await State(fault, new(HoldsQuestions: true), cutsAfter: random.Next(2) == 0, ct);
                break;
            case FaultKind.HoldAnswers:
                await State(fault, new(HoldsAnswers: true), cutsAfter: random.Next(3) > 0, ct);
                break;
            case FaultKind.Refuse:
                Link(fault).State = new(Refuses: true);
                Link(fault).Cut();
                await Lasts(fault, ct);
                Link(fault).State = LinkState.Whole;
                break;
        }
    }

    private async Task State(Fault fault, LinkState state, bool cutsAfter, CancellationToken ct)
    {
        var link = Link(fault);
        link.State = state;
        await Lasts(fault, ct);
        if (cutsAfter)
        {
            // What was held is lost now.
            link.Cut();
        }

        link.State = LinkState.Whole;
    }

    private static async Task Restart(SemaphoreSlim server, Func<Task> stop, Func<Task> start, Fault fault, CancellationToken ct)
    {
        await server.WaitAsync(ct);
        try
        {
            await stop();
            await Lasts(fault, ct);
            await start();
        }
        finally
        {
            server.Release();
        }
    }

    private TcpProxy Link(Fault fault) => links.Between(fault.Process!.Value, fault.Server!);

    private static Task Lasts(Fault fault, CancellationToken ct) => Task.Delay(fault.Lasts, ct);
}
