using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Board;

/// <summary>
/// <c>GET /board-aggregates</c>: the board for those who see aggregates only (programme.md §3: province, ministry). Figures of whole cities, no group and no row of an organisation, and none that
/// tells of fewer than <see cref="HideFigures.GroupMin"/> (<see cref="HideFigures"/>). In a city: its own. In <c>000000</c>: every city's, and the sum over those that show a figure, so that no
/// hidden one follows from the sum. JSON, CSV, XLSX; now or at <c>asOf</c>.
/// </summary>
internal static class ShowAggregates
{
    private const string Nation = "000000";

    /// <summary>More cities than there are (about 340); each costs a fold of its facts at the first question.</summary>
    private const int CitiesMax = 1_000;

    private static readonly Role[] Readers = [Role.Observer, .. Officials.All];

    /// <summary>What a figure says outside its city; the share of the largest has no parts, as they are one provider's.</summary>
    internal sealed record Aggregate(string Kpi, Text Name, KpiUnit Unit, Polarity Polarity, decimal? Value, decimal? Numerator, decimal? Denominator, int? Cities, Text? Why);

    internal sealed record CityAggregates(string City, DateOnly Day, Standing Standing, IReadOnlyList<Aggregate> Figures);

    internal sealed record View(int GroupMin, IReadOnlyList<Aggregate>? Nation, IReadOnlyList<CityAggregates> Cities);

    private static readonly Text Hidden = new(
        $"涉及不足 {HideFigures.GroupMin} 家单位，或可由其他数值推出，不提供。", $"It would tell of fewer than {HideFigures.GroupMin} organisations, by itself or together with other figures, and is not given.");

    private static readonly Text NotSummed = new("该指标不能由各市数值相加。", "This figure does not follow from those of the cities.");

    private static readonly Text NoCity = new("没有城市提供该指标。", "No city gives this figure.");

    private static readonly (string Name, string TitleZh)[] Columns =
    [
        ("city", "城市"), ("kpi", "编号"), ("name", "指标"), ("unit", "单位"), ("value", "数值"), ("numerator", "分子"), ("denominator", "分母"), ("cities", "城市数"), ("why", "说明"), ("day", "截至日"), ("treeSize", "日志规模"),
    ];

    internal static void Map(Routes routes) => routes.Get("/board-aggregates", Readers, async (request, ct) =>
    {
        var cities = new List<CityAggregates>();
        foreach (var city in request.City == Nation ? await Cities(request.Log, ct) : [request.City])
        {
            var told = await AskBoard.Of(request, Figures, ct, city: city);
            cities.Add(new(city, told.Day, told.Standing, told.Of));
        }

        var view = new View(HideFigures.GroupMin, request.City == Nation ? Sum(cities) : null, cities);
        return new Table("board-aggregates", Columns, _ => Rows(view, request.Language).ToAsyncEnumerable()).AsAsked(request) ?? (object)view;
    });

    /// <summary>A city's figures as they may leave it; pure.</summary>
    internal static IReadOnlyList<Aggregate> Figures(CountCases.Asked asked)
    {
        var counted = Kpi.InOrder.Select(kpi => (Kpi: kpi, Cases: CountCases.Of(kpi, asked))).ToList();
        var hidden = HideFigures.Of([.. counted.Select(c => MembersOf(c.Kpi, c.Cases))]);
        return
        [
            .. counted.Select(c =>
            {
                var figure = MakeBoard.Row(c.Kpi, c.Cases, asked, null, null).Figure;
                return hidden.Contains(c.Kpi.Id) ? new(c.Kpi.Id, c.Kpi.Name, c.Kpi.Unit, c.Kpi.Polarity, null, null, null, null, Hidden)
                    : IsOfProviders(c.Kpi) ? new(c.Kpi.Id, c.Kpi.Name, c.Kpi.Unit, c.Kpi.Polarity, figure.Value, null, null, null, figure.Why)
                    : new Aggregate(c.Kpi.Id, c.Kpi.Name, c.Kpi.Unit, c.Kpi.Polarity, figure.Value, figure.Numerator, figure.Denominator, null, figure.Why);
            }),
        ];
    }

    private static bool IsOfProviders(Kpi kpi) => kpi.Kind is FigureKind.Top1 or FigureKind.Top3 or FigureKind.Hhi;

    private static HideFigures.Members MembersOf(Kpi kpi, IReadOnlyList<Case> cases) => new(
        kpi.Id,
        Organisations(kpi, cases.Where(c => c.Numerator is { Value: not 0 })),
        Organisations(kpi, cases.Where(c => c.Denominator is not null)));

    private static HashSet<string> Organisations(Kpi kpi, IEnumerable<Case> cases) =>
        (IsOfProviders(kpi) ? cases.SelectMany(c => c.Providers) : cases.Select(c => c.Organisation).OfType<string>()).ToHashSet(StringComparer.Ordinal);

    /// <summary>Over the cities that show a figure: counts and sums add up, ratios by what stands above and below the line.</summary>
    internal static IReadOnlyList<Aggregate> Sum(IReadOnlyList<CityAggregates> cities) =>
    [
        .. Kpi.InOrder.Select(kpi =>
        {
            var shown = cities.SelectMany(c => c.Figures).Where(f => f.Kpi == kpi.Id && f.Value is not null).ToList();
            var (above, below) = (shown.Sum(f => f.Numerator ?? 0), shown.Sum(f => f.Denominator ?? 0));
            Aggregate Told(decimal? value, decimal? numerator, decimal? denominator, Text? why) => new(kpi.Id, kpi.Name, kpi.Unit, kpi.Polarity, value, numerator, denominator, shown.Count, why);
            return kpi.Kind switch
            {
                FigureKind.Top1 or FigureKind.Top3 or FigureKind.Hhi or FigureKind.Median => Told(null, null, null, NotSummed),
                FigureKind.Count or FigureKind.Sum => shown.Count == 0 ? Told(null, null, null, NoCity) : Told(MeasureFigure.Rounded(above), above, null, null),
                FigureKind.Ratio or FigureKind.OfTarget => below == 0 ? Told(null, null, null, NoCity) : Told(MeasureFigure.Rounded(above / below * MeasureFigure.Scale(kpi)), above, below, null),
            };
        }),
    ];

    private static IEnumerable<IEnumerable<string?>> Rows(View view, string language)
    {
        foreach (var figure in view.Nation ?? [])
        {
            yield return Row(Nation, figure, null);
        }

        foreach (var (city, figure) in view.Cities.SelectMany(c => c.Figures.Select(f => (c, f))))
        {
            yield return Row(city.City, figure, city);
        }

        string?[] Row(string city, Aggregate figure, CityAggregates? of) =>
        [
            city, figure.Kpi, figure.Name.In(language), DescribeBoard.Of(figure.Unit).In(language), Number(figure.Value), Number(figure.Numerator), Number(figure.Denominator), Number(figure.Cities),
            figure.Why?.In(language), of is null ? null : $"{of.Day:yyyy-MM-dd}", Number(of?.Standing.TreeSize),
        ];
    }

    private static string? Number(decimal? number) => number is { } known ? MeasureProgress.Number(known) : null;

    /// <summary>The cities whose logs the tree follows.</summary>
    private static async Task<IReadOnlyList<string>> Cities(ServiceLog log, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        return [.. await connection.QueryAsync<string>(new CommandDefinition(
            $"SELECT DISTINCT city FROM cursor WHERE city <> '{Nation}' ORDER BY city LIMIT {CitiesMax}", cancellationToken: ct))];
    }
}
