using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Benchmarks;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Comparisons;

/// <summary>An enterprise's own view beside the result on site by the same instrument; differences are own less on site, so above zero it thought too well of itself.</summary>
internal sealed record ViewPair(
    string Enterprise, string Instrument, Purpose Purpose, string Own, Mode OwnMode, string OnSite, string? Evaluator, string? Provider, Points Points, int Levels,
    IReadOnlyDictionary<string, Points> Scores);

/// <summary>The pairs of one evaluator or provider; figures only where they may be shown. Spread is the standard deviation of the sample, and needs two.</summary>
internal sealed record VarianceFigures(string? Org, bool Shown, int? N = null, Points? MeanPoints = null, Points? SpreadPoints = null, decimal? MeanLevels = null);

/// <summary>By whom pairs are put together.</summary>
internal enum VarianceBy
{
    Evaluator,
    Provider,
}

/// <summary>
/// How far the enterprises' own view lies from the one on site, per evaluator and per provider (assessment-2024.md, modes). Pure. Groups under five enterprises are not
/// shown, nor those from which one would follow.
/// </summary>
internal static class MeasureVariance
{
    /// <summary>
    /// Of each enterprise the last result on site that stands, with the last view of its own before it: by the same instrument, for the same purpose or voluntary.
    /// </summary>
    public static IReadOnlyList<ViewPair> Pairs(IEnumerable<AssessmentRow> results, Purpose? purpose, DateTimeOffset? asOf) =>
    [
        .. results
            .Where(r => r.CountsAt(asOf))
            .GroupBy(r => r.Enterprise, StringComparer.Ordinal)
            .OrderBy(ofOne => ofOne.Key, StringComparer.Ordinal)
            .Select(ofOne => LastPair([.. ofOne.OrderBy(r => r.ConfirmedAt).ThenBy(r => r.Id, StringComparer.Ordinal)], purpose))
            .OfType<ViewPair>(),
    ];

    public static (VarianceFigures All, IReadOnlyList<VarianceFigures> Orgs) Measure(IReadOnlyList<ViewPair> pairs, VarianceBy by)
    {
        var members = pairs.Where(p => OrgOf(p, by) is not null).ToList();
        var orgs = members.Select(p => OrgOf(p, by)!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        var release = SuppressGroups.Of([[.. members.Select(p => Array.IndexOf(orgs, OrgOf(p, by)))]]);
        return (
            release.Total ? Figures(null, members) : new(null, Shown: false),
            [.. orgs.Select((org, i) => release.Groups[0][i] ? Figures(org, [.. members.Where(p => OrgOf(p, by) == org)]) : new VarianceFigures(org, Shown: false))]);
    }

    private static string? OrgOf(ViewPair pair, VarianceBy by) => by switch
    {
        VarianceBy.Evaluator => pair.Evaluator,
        VarianceBy.Provider => pair.Provider,
    };

    private static ViewPair? LastPair(List<AssessmentRow> results, Purpose? purpose)
    {
        for (var site = results.Count - 1; site > 0; site--)
        {
            if (!Assessments.Assessment.IsIndependent(results[site].Mode) || (purpose is { } wanted && results[site].Purpose != wanted))
                continue;

            for (var own = site - 1; own >= 0; own--)
            {
                if (Matches(results[own], results[site]))
                    return Pair(results[own], results[site]);
            }
        }

        return null;
    }

    private static bool Matches(AssessmentRow own, AssessmentRow site) =>
        !Assessments.Assessment.IsIndependent(own.Mode) && own.Instrument == site.Instrument && (own.Purpose == site.Purpose || own.Purpose == Purpose.Voluntary);

    private static ViewPair Pair(AssessmentRow own, AssessmentRow site) => new(
        site.Enterprise, site.Instrument, site.Purpose, own.Id, own.Mode, site.Id, site.Evaluator, own.Provider, new(own.Total.Value - site.Total.Value), own.Level - site.Level,
        site.Scores.OrderBy(s => s.Key, StringComparer.Ordinal).ToDictionary(s => s.Key, s => new Points(own.Scores.GetValueOrDefault(s.Key).Value - s.Value.Value), StringComparer.Ordinal));

    private static VarianceFigures Figures(string? org, List<ViewPair> pairs)
    {
        var mean = pairs.Average(p => p.Points.Value);
        return new(
            org, true, pairs.Count, new(MeasureBenchmark.Round(mean, 2)),
            pairs.Count < 2 ? null : new(MeasureBenchmark.Round((decimal)Math.Sqrt((double)(pairs.Sum(p => (p.Points.Value - mean) * (p.Points.Value - mean)) / (pairs.Count - 1))), 2)),
            MeasureBenchmark.Round(pairs.Average(p => (decimal)p.Levels), 2));
    }
}
