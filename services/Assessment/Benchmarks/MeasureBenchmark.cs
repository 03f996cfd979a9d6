using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Benchmarks;

/// <summary>Counts and averages the results of a city by groups; pure. Which groups may be shown, <see cref="SuppressGroups"/> decides for all divisions at once.</summary>
internal static class MeasureBenchmark
{
    private static readonly Division[] Divisions = Enum.GetValues<Division>();

    /// <summary>Of each enterprise the one result that counts by this instrument, purpose and basis at the moment.</summary>
    public static IEnumerable<AssessmentRow> Population(IEnumerable<AssessmentRow> results, string instrument, Purpose purpose, Basis basis, DateTimeOffset? asOf) => results
        .Where(r => r.Instrument == instrument && r.Purpose == purpose && IsOn(basis, r.Mode))
        .GroupBy(r => r.Enterprise, StringComparer.Ordinal)
        .Select(ofOne => FindResult.Choose(ofOne, asOf))
        .OfType<AssessmentRow>()
        .OrderBy(r => r.Enterprise, StringComparer.Ordinal);

    public static bool IsOn(Basis basis, Mode mode) => basis switch
    {
        Basis.Self => mode == Mode.Self,
        Basis.ProviderAssisted => mode == Mode.ProviderAssisted,
        Basis.OnSite => Assessments.Assessment.IsIndependent(mode),
    };

    public static (GroupFigures City, IReadOnlyList<DivisionFigures> Divisions, IReadOnlyList<LevelShare> Levels) Measure(IReadOnlyList<BenchmarkMember> members)
    {
        var names = Divisions.Select(d => members.Select(m => Group(m.Groups, d)).Distinct().Order(StringComparer.Ordinal).ToArray()).ToArray();
        var levels = members.Select(m => m.Row.Level).Distinct().Order().ToArray();
        List<int[]> divided =
        [
            .. Divisions.Select((d, i) => members.Select(m => Array.IndexOf(names[i], Group(m.Groups, d))).ToArray()),
            [.. members.Select(m => Array.IndexOf(levels, m.Row.Level))],
        ];
        var release = SuppressGroups.Of(divided);
        return (
            release.Total ? Figures(null, members) : new(null, Shown: false),
            [
                .. Divisions.Select((d, i) => new DivisionFigures(d, [
                    .. names[i].Select((name, g) => release.Groups[i][g] ? Figures(name, members.Where(m => Group(m.Groups, d) == name)) : new GroupFigures(name, Shown: false)),
                ])),
            ],
            [.. levels.Select((level, g) => Share(level, release.Groups[^1][g] ? members.Count(m => m.Row.Level == level) : null, members.Count))]);
    }

    internal static string Group(EnterpriseGroups groups, Division division) => division switch
    {
        Division.District => groups.District,
        Division.SubIndustry => groups.SubIndustry,
        Division.Size => groups.Size,
    };

    private static LevelShare Share(int level, int? n, int all) => n is { } count ? new(level, true, count, Round(100m * count / all, 1)) : new(level, false, null, null);

    private static GroupFigures Figures(string? name, IEnumerable<BenchmarkMember> of)
    {
        var results = of.Select(m => m.Row).ToList();
        return new(
            name, true, results.Count, Mean(results.Select(r => r.Total.Value)), Round(results.Average(r => (decimal)r.Level), 2),
            results[0].Scores.Keys.Order(StringComparer.Ordinal).ToDictionary(d => d, d => Mean(results.Select(r => r.Scores.GetValueOrDefault(d).Value)), StringComparer.Ordinal));
    }

    private static Points Mean(IEnumerable<decimal> values) => new(Round(values.Average(), 2));

    internal static decimal Round(decimal value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero);
}
