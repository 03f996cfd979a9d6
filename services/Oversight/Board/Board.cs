using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Board;

/// <summary>A figure of the board for the city or one group of it, against the plan where it has a target.</summary>
internal sealed record BoardRow(string Kpi, Text Name, KpiUnit Unit, Polarity Polarity, Division? By, string? Group, string? GroupName, Figure Figure, Progress? Progress);

/// <summary>Which version of the plan the figures are set against.</summary>
internal sealed record PlanRef(int Version, DateOnly From, DateOnly Until, string Document)
{
    public static PlanRef? Of(PlanVersion? plan) => plan is null ? null : new(plan.Version, plan.From, plan.Until, plan.Document);
}

/// <summary>The board of a city at the end of a day: every figure of the catalogue, and where the facts stood.</summary>
internal sealed record CityBoard(string City, DateOnly Day, Standing Standing, PlanRef? Plan, IReadOnlyList<BoardRow> Rows);

/// <summary>Puts a board together out of facts and plan; pure.</summary>
internal static class MakeBoard
{
    public static IReadOnlyList<BoardRow> City(CountCases.Asked asked) => [.. Kpi.InOrder.Select(kpi => Row(kpi, CountCases.Of(kpi, asked), asked, null, null))];

    /// <summary>One figure by its groups; a group that only the plan names is there too.</summary>
    public static IReadOnlyList<BoardRow> Groups(Kpi kpi, Division by, CountCases.Asked asked)
    {
        var cases = CountCases.Of(kpi, asked);
        if (by == Division.Month)
        {
            return [.. Months(cases, asked.Today).Select(m => Row(kpi, [.. cases.Select(c => c.Until(m.AddMonths(1).AddDays(-1))).OfType<Case>()], asked with { Today = Earlier(m.AddMonths(1).AddDays(-1), asked.Today) }, by, Word(m)))];
        }

        var groups = cases.SelectMany(c => GroupsOf(c, by)).Concat(asked.Plan?.Targets.Where(t => t.Kpi == kpi.Id && t.By == by).Select(t => t.Group!) ?? []).Distinct(StringComparer.Ordinal);
        return [.. groups.Order(StringComparer.Ordinal).Select(g => Row(kpi, [.. cases.Where(c => GroupsOf(c, by).Contains(g))], asked, by, g))];
    }

    /// <summary>The groups of a division to which a case belongs; an enterprise that Registry does not know stands in the group without a name.</summary>
    public static IReadOnlyList<string> GroupsOf(Case of, Division by) => by switch
    {
        Division.District => of.District is { } district ? [district] : [],
        Division.SubIndustry => of.SubIndustry is { } subIndustry ? [subIndustry] : [],
        Division.Provider => of.Providers,
        Division.Month => [],
    };

    internal static BoardRow Row(Kpi kpi, IReadOnlyList<Case> cases, CountCases.Asked asked, Division? by, string? group)
    {
        var (targetBy, targetGroup) = by == Division.Month ? (null, null) : (by, group);
        var measuredBy = kpi.Kind == FigureKind.OfTarget ? asked.Plan?.TargetOf("renovated", targetBy, targetGroup)?.Value : null;
        var figure = MeasureFigure.Of(kpi, cases, measuredBy);
        var target = asked.Plan?.TargetOf(kpi.Id, targetBy, targetGroup);
        return new(
            kpi.Id, kpi.Name, kpi.Unit, kpi.Polarity, by, group, by == Division.District ? asked.Facts.Enterprises.Values.FirstOrDefault(e => e.District == group)?.DistrictName : null, figure,
            asked.Plan is { } plan && target is not null ? MeasureProgress.Of(kpi, figure, cases, plan, target, asked.Today) : null);
    }

    /// <summary>Months that a table of them shows at most: ten years.</summary>
    private const int MonthsMax = 120;

    /// <summary>The months from the first case on, each by its first day; the last ones, where there are too many.</summary>
    private static IEnumerable<DateOnly> Months(IReadOnlyList<Case> cases, DateOnly today)
    {
        if (cases.Count == 0)
        {
            yield break;
        }

        var first = cases.Min(c => c.Numerator is { } above && c.Denominator is { } below ? Earlier(above.On, below.On) : (c.Numerator ?? c.Denominator)!.Value.On);
        var (last, month) = (new DateOnly(today.Year, today.Month, 1), new DateOnly(first.Year, first.Month, 1));
        for (month = month < last.AddMonths(1 - MonthsMax) ? last.AddMonths(1 - MonthsMax) : month; month <= last; month = month.AddMonths(1))
        {
            yield return month;
        }
    }

    private static DateOnly Earlier(DateOnly a, DateOnly b) => a < b ? a : b;

    internal static string Word(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
}
