using System.Globalization;
using PilotCity.City.Servers;

namespace PilotCity.Torture.Faults;

/// <summary>What is done to a running city.</summary>
internal enum FaultKind
{
    /// <summary>SIGKILL to a process, started again a moment later.</summary>
    Kill,

    /// <summary>SIGSTOP to a process: it holds its locks and connections and does nothing.</summary>
    Pause,

    /// <summary>PostgreSQL is stopped without a checkpoint (<c>-m immediate</c>) and started again.</summary>
    Postgres,

    /// <summary>RabbitMQ is stopped, or killed, and started again.</summary>
    Rabbit,

    /// <summary>Connections of a process to a server break, in the middle of whatever they carry.</summary>
    Cut,

    /// <summary>Every piece between a process and a server takes its time.</summary>
    Delay,

    /// <summary>Nothing goes from a process to a server; nothing is lost either.</summary>
    HoldQuestions,

    /// <summary>Nothing comes back from a server: it does what it was asked, and nobody learns it. Then the connections break.</summary>
    HoldAnswers,

    /// <summary>A process cannot connect anew, and what it had is cut.</summary>
    Refuse,
}

/// <summary>One fault: what, when, for how long, and to whom: a process, a link from a process to <c>postgres</c> or <c>rabbitmq</c>, or a whole server.</summary>
internal sealed record Fault(FaultKind Kind, TimeSpan At, TimeSpan Lasts, ServiceProcessName? Process, string? Server)
{
    internal string Word => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(Kind.ToString());

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Word}{(Process is { } p ? $" {p}" : "")}{(Server is { } s ? $" → {s}" : "")} at {At.TotalSeconds:0.0} s for {Lasts.TotalSeconds:0.0} s");
}

/// <summary>Draws the faults of a run from its seed: every kind once, then by weight; two at a time at most hit the same place.</summary>
internal static class FaultPlan
{
    private static readonly (FaultKind Kind, int Weight, double SecondsMin, double SecondsMax)[] Kinds =
    [
        (FaultKind.Kill, 5, 0.1, 2.5),
        (FaultKind.Pause, 4, 0.5, 6),
        (FaultKind.Postgres, 2, 0.2, 3),
        (FaultKind.Rabbit, 1, 1, 5),
        (FaultKind.Cut, 3, 0, 0),
        (FaultKind.Delay, 2, 2, 6),
        (FaultKind.HoldQuestions, 2, 0.5, 6),
        (FaultKind.HoldAnswers, 3, 0.5, 6),
        (FaultKind.Refuse, 1, 0.5, 3),
    ];

    /// <summary>Where money is decided it hurts most.</summary>
    private static readonly Dictionary<string, int> Weights = new(StringComparer.Ordinal) { ["funding"] = 3, ["registry"] = 2, ["oversight"] = 2 };

    internal static IReadOnlyList<Fault> Draw(Random random, TimeSpan length, IReadOnlyList<ServiceProcessName> processes, IReadOnlySet<FaultKind> only)
    {
        var kinds = Kinds.Where(k => only.Contains(k.Kind)).ToArray();
        if (kinds.Length == 0)
        {
            return [];
        }

        var first = new Queue<int>(Enumerable.Range(0, kinds.Length).OrderBy(_ => random.Next()));
        var plan = new List<Fault>();
        var busy = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);

        // The last stretch is left in peace: what is broken then could not show under load any more.
        var end = length * 0.9;
        for (var at = TimeSpan.FromSeconds(1); ; at += TimeSpan.FromSeconds(0.5 + (random.NextDouble() * 3.5)))
        {
            var (kind, _, min, max) = kinds[first.Count > 0 ? first.Dequeue() : Heavy(random, kinds.Select(k => k.Weight))];
            var lasts = TimeSpan.FromSeconds(min + ((max - min) * random.NextDouble()));
            var process = processes[Heavy(random, processes.Select(p => Weights.GetValueOrDefault(p.Service, 1)))];
            var server = random.Next(4) == 0 ? "rabbitmq" : "postgres";
            Fault fault = kind switch
            {
                FaultKind.Kill or FaultKind.Pause => new(kind, at, lasts, process, null),
                FaultKind.Postgres => new(kind, at, lasts, null, "postgres"),
                FaultKind.Rabbit => new(kind, at, lasts, null, "rabbitmq"),
                FaultKind.Cut or FaultKind.Delay or FaultKind.HoldQuestions or FaultKind.HoldAnswers or FaultKind.Refuse =>
                    new(kind, at, lasts, process.Service == Serve.Gateway ? processes[0] : process, server),
            };
            if (at + lasts > end)
            {
                return plan;
            }

            var place = $"{fault.Process}{fault.Server}";
            if (busy.GetValueOrDefault(place) <= at)
            {
                plan.Add(fault);

                // A broker takes some seconds to come back; a machine that does nothing else tests nothing else.
                busy[place] = at + lasts + TimeSpan.FromSeconds(fault.Kind == FaultKind.Rabbit ? 25 : fault.Kind == FaultKind.Postgres ? 6 : 1);
            }
        }
    }

    private static int Heavy(Random random, IEnumerable<int> weights)
    {
        var all = weights.ToArray();
        var left = random.Next(all.Sum());
        for (var i = 0; ; i++)
        {
            left -= all[i];
            if (left < 0)
            {
                return i;
            }
        }
    }
}
