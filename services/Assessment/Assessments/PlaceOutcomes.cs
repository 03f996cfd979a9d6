using System.Globalization;
using System.Numerics;
using System.Text.Json.Serialization;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// Places an enterprise's figures against the averages of its industry and year, each in one of three bands. No total and no level; a figure, an average or a limit
/// that is missing makes the band not available, with the reason, and is never assumed. Compared exactly, by multiplication.
/// </summary>
internal static class PlaceOutcomes
{
    private static readonly Text NoIndustry = new("未选择行业", "no industry is chosen");

    private static readonly Text NoLimit = new("达到或优于平均值；“明显优于”的界限未公布，不作推定", "at the average or better; the limit of clearly better is not published and not assumed");

    /// <param name="industry">The chosen option of the industry item.</param>
    public static IReadOnlyList<OutcomeBand> Place(OutcomeRule rule, string? industry, IReadOnlyDictionary<string, decimal> facts) =>
        [.. rule.Indicators.Select(i => Place(rule, i, industry, facts))];

    private static OutcomeBand Place(OutcomeRule rule, Outcome indicator, string? industry, IReadOnlyDictionary<string, decimal> facts)
    {
        var nothing = new OutcomeBand(indicator.Id, indicator.Title, indicator.Unit, Band.NotAvailable);
        if (!facts.TryGetValue(indicator.Numerator.Id, out var above))
            return nothing with { Why = Missing(indicator.Numerator) };
        var below = 1m;
        if (indicator.Denominator is { } denominator && !facts.TryGetValue(denominator.Id, out below))
            return nothing with { Why = Missing(denominator) };
        if (below == 0m)
            return nothing with { Why = new($"“{indicator.Denominator!.Label.Zh}”为 0，没有比值", $"'{indicator.Denominator.Label.En}' is 0: there is no ratio") };

        // Rounded to be read only; what is compared below is exact.
        nothing = nothing with { Figure = Math.Round(above * indicator.Times / below, 4, MidpointRounding.AwayFromZero).ToString("0.####", CultureInfo.InvariantCulture) };
        if (industry is null)
            return nothing with { Why = NoIndustry };
        if (!facts.TryGetValue(rule.Year.Id, out var year))
            return nothing with { Why = Missing(rule.Year) };
        if (year is < 0m or > 9_999m || !rule.Averages.TryGetValue((indicator.Id, industry, (int)year), out var average))
            return nothing with { Why = new($"没有该行业 {year} 年的平均值", $"there is no average of this industry for {year}") };

        nothing = nothing with { Average = average.Value, Source = average.Source, N = average.N };
        // Everything by 100 × the denominator, in units of 10^-36: no division, so nothing is rounded.
        var toBetter = indicator.Better == Better.Higher ? 1 : -1;
        var figure = Whole(above) * indicator.Times * 100 * One * One;
        var mean = Whole(average.Value.Value) * Whole(below) * 100 * One;
        if (figure.CompareTo(mean) * toBetter < 0)
            return nothing with { Band = Band.Below };
        if (figure == mean)
            return nothing with { Band = Band.AtAverage };
        if (indicator.Clearly is not { } clearly)
            return nothing with { Why = NoLimit };

        var limit = clearly.By switch
        {
            ClearlyBy.Difference => Whole(average.Value.Value + (toBetter * clearly.Value.Value)) * Whole(below) * 100 * One,
            ClearlyBy.PercentOfAverage => Whole(average.Value.Value) * Whole(below) * Whole(100m + (toBetter * clearly.Value.Value)),
        };
        return nothing with { Band = figure.CompareTo(limit) * toBetter >= 0 ? Band.Better : Band.AtAverage };
    }

    private static Text Missing(FactDefinition fact) => new($"缺少“{fact.Label.Zh}”", $"'{fact.Label.En}' is missing");

    /// <summary>Twelve decimals; a fact has four and a figure six, and the products of all of them would not fit a decimal's 28 digits.</summary>
    private static readonly BigInteger One = BigInteger.Pow(10, 12);

    private static BigInteger Whole(decimal value) => new BigInteger(value * 1_000_000m) * 1_000_000;
}

/// <summary>A figure against the average of its industry.</summary>
internal enum Band
{
    Better,
    AtAverage,
    Below,
    NotAvailable,
}

/// <summary>
/// One indicator: its band, the figure (rounded to four decimals to be read), the average with its source and sample size, and why a band is not available.
/// </summary>
internal sealed record OutcomeBand(string Indicator, Text Title, Text Unit, Band Band)
{
    public string? Figure { get; init; }

    public Figure? Average { get; init; }

    public string? Source { get; init; }

    [JsonPropertyName("n")]
    public int? N { get; init; }

    public Text? Why { get; init; }
}
