using System.CommandLine;
using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Facts;

namespace PilotCity.City.FraudLab;

/// <summary>
/// <c>./city fraud-lab --seed N</c>: draws a city of 800 enterprises with planted cases of each kind among honest noise, runs the checks over its entries, and prints recall and precision
/// per check. The same seed gives the same city and the same figures. Exit code 0 where the goals are met, 1 where not.
/// </summary>
internal static class FraudLab
{
    /// <summary>More than a pilot city has; the lab takes seconds.</summary>
    private const int EnterprisesMax = 20_000;

    private const int EnterprisesStandard = 800;

    /// <summary>Cases of each kind: with eight, one miss is seen in the figure, and most enterprises stay honest.</summary>
    private const int EnterprisesPerCase = 100;

    /// <summary>How one check did: what was planted, how much of it was found, and how many findings there were, of which so many meant something planted.</summary>
    internal sealed record Score(string Check, int Planted, int Found, int Hits, int TrueHits)
    {
        public decimal? Recall => Planted == 0 ? null : (decimal)Found / Planted;

        public decimal? Precision => Hits == 0 ? null : (decimal)TrueHits / Hits;

        /// <summary>Those that block: recall at least 0.95; warnings and reports: 0.8 at a precision of at least 0.5. What has nothing planted has no goal.</summary>
        public bool Reached => Planted == 0 || (Check_.Modes[0] == CheckMode.Stop ? Recall >= 0.95m : Recall >= 0.8m && Precision >= 0.5m);

        private Check Check_ => Oversight.Checks.Check.All[Check];
    }

    internal static Command Command()
    {
        var seed = new Option<int>("--seed") { Description = Say.Of("随机种子：同一种子得到同一座城市", "the seed: the same one draws the same city"), DefaultValueFactory = _ => 1 };
        var enterprises = new Option<int>("--enterprises") { Description = Say.Of("企业数", "how many enterprises"), DefaultValueFactory = _ => EnterprisesStandard };
        var command = new Command("fraud-lab", Say.Of("核查回测：生成含预设舞弊与正常噪声的城市，给出每项核查的查全率与查准率", "back-test of the checks: a drawn city with planted cases among honest noise; recall and precision per check")) { seed, enterprises };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(enterprises) is < EnterprisesStandard or > EnterprisesMax)
            {
                Console.Error.WriteLine(Say.Of($"--enterprises：应为 {EnterprisesStandard} 至 {EnterprisesMax}。", $"--enterprises: {EnterprisesStandard} to {EnterprisesMax} is asked for."));
                return 2;
            }

            var scores = Run(parsed.GetValue(seed), parsed.GetValue(enterprises));
            Print(scores, parsed.GetValue(seed), parsed.GetValue(enterprises), Console.Out, Say.Language);
            return scores.All(s => s.Reached) ? 0 : 1;
        });
        return command;
    }

    internal static IReadOnlyList<Score> Run(int seed, int enterprises)
    {
        var (town, lab) = Draw(seed, enterprises);
        var facts = new CityFacts();
        var touched = new Touched { Everything = true };
        foreach (var entry in new WriteEntries().Write(town, lab))
        {
            facts.Apply(entry, touched);
        }

        return ScoreOf(lab, RunChecks.Over(facts, touched, new(2027, 3, 1)));
    }

    internal static (DrawTown Town, LabTown Lab) Draw(int seed, int enterprises)
    {
        // A drawn city and not a secret: it has to be the same one again.
#pragma warning disable CA5394
        var draw = new Random(seed);
#pragma warning restore CA5394
        var town = new DrawTown(draw);
        var lab = new LabTown { Cases = town.Draw(enterprises) };
        new PlantFraud(draw, town, lab).PlantAll(enterprises / EnterprisesPerCase);
        return (town, lab);
    }

    internal static IReadOnlyList<Score> ScoreOf(LabTown lab, IReadOnlyList<Hit> hits)
    {
        var scores = new List<Score>();
        foreach (var check in Check.InOrder)
        {
            var planted = lab.Truth.Where(t => t.Check == check.Id).Select(t => t.Subject).ToHashSet(StringComparer.Ordinal);
            var of = hits.Where(h => h.Check == check.Id).ToList();
            scores.Add(new(
                check.Id, planted.Count, planted.Count(p => of.Exists(h => h.About.Any(s => s.Id == p))), of.Count, of.Count(h => h.About.Any(s => planted.Contains(s.Id)))));
        }

        return scores;
    }

    internal static void Print(IReadOnlyList<Score> scores, int seed, int enterprises, TextWriter output, string language)
    {
        output.WriteLine(new Text($"种子 {seed}，{enterprises} 家企业", $"seed {seed}, {enterprises} enterprises").In(language));
        output.WriteLine(new Text("核查   预设  查出  查全率  疑点  查准率", "check  planted  found  recall  hits  precision").In(language));
        foreach (var s in scores)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{s.Check} {s.Planted,7} {s.Found,6} {Share(s.Recall),7} {s.Hits,5} {Share(s.Precision),9}  {(s.Reached ? "" : "<- ")}{Check.All[s.Check].What.In(language)}"));
        }

        static string Share(decimal? share) => share is { } known ? known.ToString("0.00", CultureInfo.InvariantCulture) : "-";
    }
}
