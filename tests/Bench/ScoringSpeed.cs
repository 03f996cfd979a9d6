using System.Diagnostics;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Rescorings;
using PilotCity.Defaults.Log;
using Answer = PilotCity.Assessment.Assessments.Answer;

namespace PilotCity.Bench;

/// <summary>
/// How many answer sets of the official instrument one core scores a second, to total and level only and with the whole explanation; and how long the stored results of a
/// country take under a changed reading, from the payloads as a log holds them.
/// </summary>
internal static class ScoringSpeed
{
    internal const string Row = "scoring";

    /// <summary>So many fit into a core's cache, as a form's answers do that were read just now: scoring is measured, not memory.</summary>
    private const int Sets = 200;

    internal static IReadOnlyList<Figure> Measure(Plan plan, CancellationToken ct)
    {
        var instrument = ShippedInstruments.Find("miit-2024").Value;
        var random = new Random(2024);
        var sets = Enumerable.Range(0, Sets).Select(_ => Any(instrument, random)).ToArray();
        var sheet = new LaidOutAnswers(instrument);
        var bare = Rate(plan, set => sheet.Score(set)?.Level ?? throw new InvalidOperationException("a set was refused"), sets);
        var full = Rate(plan, set => ScoreAnswers.Score(instrument, set).Value.LevelSteps.Count, sets);

        var changed = OverrideInstrument.Apply("bench", Override(instrument), ShippedInstruments.Find).Value;
        var payloads = sets.Select(s => Noun.Write(Confirmed(instrument, s))).ToArray();
        var results = plan.Quick ? 100_000 : 1_000_000;
        Rescore(10_000);
        var seconds = Durations.Median([.. Enumerable.Range(0, plan.Rounds).Select(_ => Rescore(results))]);
        return
        [
            new(Row, "assessments scored to total and level, one core", bare, "1/s") { AtLeast = 300_000, Goal = "≥ 300,000/s", Note = $"{instrument.Reference}, {Sets:#,##0} different sets" },
            new(Row, "assessments scored with full explanation, one core", full, "1/s") { AtLeast = 100_000, Goal = "≥ 100,000/s" },
            new(Row, $"{results:#,##0} stored results scored again under an override, one core", seconds, "s")
            {
                AtMost = results / 50_000.0,
                Goal = "1,000,000 in < 20 s",
                Note = $"{results / seconds:#,##0}/s from the payloads, {payloads.Sum(p => (long)p.Length) / payloads.Length:#,##0} bytes each",
            },
        ];

        double Rescore(int count)
        {
            var watch = Stopwatch.StartNew();
            var rescored = RescoreResults.Run(changed, Enumerable.Range(0, count).Select(i => new StoredResult("350800", i, "assessment/a", payloads[i % payloads.Length])), null, ct).Value;
            if (rescored.Results != count || rescored.NotScored > 0)
            {
                throw new InvalidOperationException("results were left out");
            }

            return watch.Elapsed.TotalSeconds;
        }
    }

    private static double Rate(Plan plan, Func<Answers, int> score, Answers[] sets)
    {
        Run(plan.WarmUp / 2);
        return Durations.Median([.. Enumerable.Range(0, plan.Rounds).Select(_ => Run(plan.Window / 2))]);

        double Run(TimeSpan window)
        {
            var (scored, sum) = (0L, 0L);
            var watch = Stopwatch.StartNew();
            while (watch.Elapsed < window)
            {
                foreach (var set in sets)
                {
                    sum += score(set);
                    scored++;
                }
            }

            GC.KeepAlive(sum);
            return scored / watch.Elapsed.TotalSeconds;
        }
    }

    /// <summary>A set as a form sends it: every item answered, scenarios judged, the machine counts given where they bind.</summary>
    private static Answers Any(Instrument instrument, Random random)
    {
        var facts = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var fact in instrument.Facts)
        {
            facts[fact.Id] = fact.Kind == FactKind.Percent ? random.Next(90, 101) : random.Next(20, 5_000);
        }

        var items = new Dictionary<string, Answer>(StringComparer.Ordinal);
        foreach (var item in instrument.Items)
        {
            if (item.Binding is { } binding)
            {
                facts[binding.Denominator.Id] = 200;
                facts[binding.Numerator.Id] = random.Next(0, 201);
                items[item.Id] = new([ScoreAnswers.OptionOf(item, facts[binding.Numerator.Id], 200)!.Id]);
            }
            else
            {
                var several = item.Options.Where(o => !o.ExcludesOthers && random.Next(2) == 0).Select(o => o.Id).ToArray();
                items[item.Id] = new(item.Type == ItemType.Multi && several.Length > 0 ? several : [item.Options[random.Next(item.Options.Count)].Id]);
            }
        }

        return new(items, instrument.Scenarios.ToDictionary(s => s.Id, _ => random.Next(1, 5), StringComparer.Ordinal), facts);
    }

    private static AssessmentConfirmed Confirmed(Instrument instrument, Answers set)
    {
        var scored = ScoreAnswers.Score(instrument, set).Value;
        return new(
            "91350800MA2XNF1A0X", Purpose.After, Mode.ThirdParty, instrument.Reference, instrument.Sha256, set.Items, set.Scenarios, set.Facts, scored.Scores, scored.Total, scored.Level,
            Evaluator: "evaluation-1", Evidence: [.. set.Items.Keys.Select(i => new Evidence(i, new string('a', 64), 1_024))], Notes: []);
    }

    private static byte[] Override(Instrument instrument) => System.Text.Encoding.UTF8.GetBytes($$"""
        {"instrument": "{{instrument.Reference}}", "name": "bench", "title": {"zh": "测速", "en": "bench"}, "source": "bench",
         "changes": [{"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minScenarios", "value": 6}, {"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minConstraint", "value": 3}]}
        """);
}
