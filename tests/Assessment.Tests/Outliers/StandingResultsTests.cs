using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Outliers;

namespace PilotCity.Assessment.Tests.Outliers;

public sealed class StandingResultsTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Fact]
    public void What_is_found_beside_the_results_at_hand_is_what_is_found_beside_all() => Prop.ForAll(
        Arb.From(from seed in Gen.Choose(0, int.MaxValue - 1) from count in Gen.Choose(0, 60) select (seed, count)),
        x =>
        {
            var random = new Random(x.seed);
            var (all, standing) = (new List<ResultFact>(), new StandingResults());
            for (var i = 1; i <= x.count; i++)
            {
                var fresh = Any(i, random);
                var sellers = Enumerable.Range(0, 8).ToDictionary(e => $"E{e}", e => (IReadOnlyList<string>)[$"p{e % 3}"]);
                var (wanted, found) = (FindOutliers.Beside(all, fresh, OutlierParameters.Standard, sellers), FindOutliers.Beside(standing.Beside(fresh), fresh, OutlierParameters.Standard, sellers));
                if (!wanted.Select(f => (f.Id, f.Noted.Kind)).SequenceEqual(found.Select(f => (f.Id, f.Noted.Kind))))
                    return false;

                all.Add(fresh);
                standing.Add(fresh);
                if (random.Next(8) == 0)
                {
                    var gone = all[random.Next(all.Count)];
                    all.Remove(gone);
                    standing.Remove(gone.Source.Stream);
                    standing.Remove("assessment/never");
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();

    private static ResultFact Any(int position, Random random)
    {
        var mode = (Mode)random.Next(4);
        return new(
            new($"assessment/a{position}", 1, position), $"E{random.Next(8)}", (Purpose)random.Next(3), mode, "miit-2024@1", "00", mode == Mode.Self ? null : $"o{random.Next(2)}",
            random.Next(0, 100), random.Next(0, 5), At.AddDays(random.Next(200)), $"h{random.Next(6)}", [.. Enumerable.Range(0, random.Next(3)).Select(_ => $"f{random.Next(12)}").Distinct()]);
    }
}
