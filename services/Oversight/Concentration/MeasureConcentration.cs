using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Concentration;

/// <summary>How contracts are grouped.</summary>
internal enum ConcentrationGroup
{
    City,
    SubIndustry,
}

/// <summary>Over which time, by the day of signing in Shanghai.</summary>
internal enum ConcentrationPeriod
{
    All,
    Year,
    Quarter,
    Month,
}

/// <summary>A provider's part in a group: its contracts and their money, as numbers and as percent of the group's.</summary>
internal sealed record ProviderShare(string Provider, int Contracts, Money Amount, decimal ContractsShare, decimal AmountShare, IReadOnlyList<EntryRef> Entries);

/// <summary>
/// Shares of the first and the first three providers in percent, and the Herfindahl–Hirschman index (the sum of the squared percentages, up to 10,000), by contracts and by money. Without
/// money there is no share of it.
/// </summary>
internal sealed record ConcentrationRow(
    string Group, string Period, int Providers, int Contracts, Money Amount, decimal ContractsTop1, decimal ContractsTop3, decimal ContractsHhi, decimal? AmountTop1, decimal? AmountTop3, decimal? AmountHhi,
    IReadOnlyList<ProviderShare> Shares);

/// <summary>
/// How far the contracts of a city lie with few providers (market concentration). Computed from unrounded shares, each figure rounded once, half up: shares to two decimals, the index to one.
/// Contracts of projects that were terminated count, as they were signed. Pure.
/// </summary>
internal static class MeasureConcentration
{
    /// <summary>The group of enterprises whose sub-industry is not known.</summary>
    public const string UnknownGroup = "unknown";

    public static IReadOnlyList<ConcentrationRow> Of(CityFacts facts, ConcentrationGroup by, ConcentrationPeriod period) =>
    [
        .. facts.Projects.Values.SelectMany(p => p.Contracts, (p, c) => (Group: GroupOf(facts, p, by), Period: PeriodOf(c.SignedOn, period), Contract: c))
            .GroupBy(x => (x.Period, x.Group))
            .OrderBy(g => g.Key.Period, StringComparer.Ordinal).ThenBy(g => g.Key.Group, StringComparer.Ordinal)
            .Select(g => RowOf(g.Key.Group, g.Key.Period, [.. g.Select(x => x.Contract)])),
    ];

    internal static ConcentrationRow RowOf(string group, string period, IReadOnlyList<ContractFact> contracts)
    {
        var sum = contracts.Sum(c => c.Amount.Fen);
        var byProvider = contracts.GroupBy(c => c.Provider, StringComparer.Ordinal)
            .Select(p => (Provider: p.Key, Count: p.Count(), Fen: p.Sum(c => c.Amount.Fen), Entries: p.Select(c => c.Entry).OrderBy(e => e.Position).ToList()))
            .OrderByDescending(p => p.Fen).ThenByDescending(p => p.Count).ThenBy(p => p.Provider, StringComparer.Ordinal).ToList();
        var (counts, amounts) = (Percents(byProvider.Select(p => (long)p.Count), contracts.Count), Percents(byProvider.Select(p => p.Fen), sum));
        return new(
            group, period, byProvider.Count, contracts.Count, new(sum), Top(counts!, 1), Top(counts!, 3), Hhi(counts!), amounts is null ? null : Top(amounts, 1), amounts is null ? null : Top(amounts, 3),
            amounts is null ? null : Hhi(amounts),
            [.. byProvider.Select((p, i) => new ProviderShare(p.Provider, p.Count, new(p.Fen), Rounded(counts![i], 2), Rounded(amounts?[i] ?? 0, 2), p.Entries))]);
    }

    private static List<decimal>? Percents(IEnumerable<long> parts, long all) => all == 0 ? null : [.. parts.Select(p => p * 100m / all)];

    private static decimal Top(List<decimal> percents, int first) => Rounded(percents.OrderDescending().Take(first).Sum(), 2);

    private static decimal Hhi(List<decimal> percents) => Rounded(percents.Sum(p => p * p), 1);

    private static decimal Rounded(decimal value, int decimals) => Math.Round(value, decimals, MidpointRounding.AwayFromZero);

    private static string GroupOf(CityFacts facts, ProjectFact project, ConcentrationGroup by) => by switch
    {
        ConcentrationGroup.City => "all",
        ConcentrationGroup.SubIndustry => facts.Enterprises.GetValueOrDefault(project.Enterprise)?.SubIndustry ?? UnknownGroup,
    };

    private static string PeriodOf(DateOnly day, ConcentrationPeriod period) => period switch
    {
        ConcentrationPeriod.All => "all",
        ConcentrationPeriod.Year => day.ToString("yyyy", CultureInfo.InvariantCulture),
        ConcentrationPeriod.Quarter => string.Create(CultureInfo.InvariantCulture, $"{day.Year:0000}-Q{(day.Month + 2) / 3}"),
        ConcentrationPeriod.Month => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
    };
}
