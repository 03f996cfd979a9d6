using System.Diagnostics;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Bench;

/// <summary>How many awards one core decides a second, each with its whole explanation: all visible cases by their rule sets, round and round.</summary>
internal static class AwardDecisions
{
    internal const string Row = "awards";

    internal static IReadOnlyList<Figure> Measure(Plan plan)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "data");
        var cases = ReadAwardCase.Read(File.ReadAllBytes(Path.Combine(folder, "award-cases.json"))).Value.Cases
            .Select(c => (Case: c, Set: ShippedRuleSets.Find(ShippedRuleSets.All, c.RuleSet, c.At is { } at ? ChinaTime.DayOf(at) : null)))
            .Where(c => c.Set.Ok)
            .Select(c => (c.Case, Set: c.Set.Value))
            .ToArray();
        Run(plan.WarmUp);
        var rounds = Enumerable.Range(0, plan.Rounds).Select(_ => Run(plan.Window / 2)).ToArray();
        return
        [
            new(Row, "award decisions with full explanation, one core", Durations.Median(rounds), "1/s")
            {
                AtLeast = 100_000,
                Goal = "≥ 100,000/s",
                Note = $"{cases.Length} different cases",
            },
        ];

        double Run(TimeSpan window)
        {
            var (decided, steps) = (0L, 0L);
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < window)
            {
                foreach (var (@case, set) in cases)
                {
                    steps += DecideAward.Decide(set, @case).Reasons.Count;
                    decided++;
                }
            }

            GC.KeepAlive(steps);
            return decided / watch.Elapsed.TotalSeconds;
        }
    }
}
