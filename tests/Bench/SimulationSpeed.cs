using System.Diagnostics;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Simulations;

namespace PilotCity.Bench;

/// <summary>
/// How long the policy time machine takes over the awards of the whole programme: entries as the log holds them, read, decided again under another
/// rule set and summed up on all cores.
/// </summary>
internal static class SimulationSpeed
{
    internal const string Row = "simulate";

    internal static IReadOnlyList<Figure> Measure(Plan plan, CancellationToken ct)
    {
        var set = ShippedRuleSets.All.Single(s => s.Id == "longyan");
        var cases = ReadAwardCase.Read(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "award-cases.json"))).Value.Cases
            .Where(c => c is { RuleSet: "longyan", Stage: AwardStage.Final }).ToArray();
        var entries = cases.Select(c => c with { RuleSet = set.Name }).Select(c => Noun.Write(new AwardComputed(
            c.Enterprise.Uscc!, c.Id, set.Id, set.Version, set.Hash, c, [], [], DecideAward.Decide(set, c), 0, Outlook: Outlook.Of(set, c), District: "350802", SubIndustry: "x"))).ToArray();
        var question = new SimulateRuleSet.Question(set, null, null);
        Run(plan.Enterprises / 10);
        var seconds = Durations.Median([.. Enumerable.Range(0, plan.Rounds).Select(_ => Run(plan.Enterprises))]);
        return
        [
            new(Row, $"{plan.Enterprises:#,##0} decided awards replayed under a draft, {Environment.ProcessorCount} cores", seconds, "s")
            {
                Goal = "40,000 in < 10 s",
                Note = $"{plan.Enterprises / seconds:#,##0}/s, {entries.Sum(e => e.Length) / entries.Length:#,##0} bytes an entry",
                AtMost = 10,
            },
        ];

        double Run(int awards)
        {
            var watch = Stopwatch.StartNew();
            var simulated = SimulateRuleSet.Run(question, Enumerable.Range(0, awards).Select(i => new HistoryItem("350800", i, "", entries[i % entries.Length], default)), null, ct);
            if (simulated.Value.Simulation.Awards != awards)
            {
                throw new InvalidOperationException("awards were left out");
            }

            return watch.Elapsed.TotalSeconds;
        }
    }
}
