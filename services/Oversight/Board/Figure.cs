using PilotCity.Defaults;

namespace PilotCity.Oversight.Board;

/// <summary>
/// A figure in its unit, with what stands above and below the line and how many cases were counted. Without a value <see cref="Why"/> says what is missing; nothing is never 0.
/// </summary>
internal sealed record Figure(decimal? Value, decimal Numerator, decimal? Denominator, int Cases, Text? Why = null);

/// <summary>Makes a figure of its cases; pure. Computed first, rounded once, half up, to two decimals.</summary>
internal static class MeasureFigure
{
    private static readonly Text NoDenominator = new("分母为空，不给数值。", "The denominator is empty, so there is no figure.");

    private static readonly Text NoCases = new("没有可计算的对象，不给数值。", "There is nothing to compute it of, so there is no figure.");

    internal static readonly Text NoTarget = new("生效的方案没有这一目标，不给数值。", "The plan in force has no such target, so there is no figure.");

    private static readonly Text NotImported = new("所需外部数据（kpi-reports）尚未导入，不给数值。", "The outside data that it needs (kpi-reports) was not imported, so there is no figure.");

    /// <param name="target">The plan's target of the same group, for what is measured by it.</param>
    public static Figure Of(Kpi kpi, IReadOnlyList<Case> cases, decimal? target)
    {
        if (kpi.Awaits is not null && cases.Count == 0)
        {
            return new(null, 0, null, 0, NotImported);
        }

        var (above, below) = (cases.Sum(c => c.Numerator?.Value ?? 0), cases.Sum(c => c.Denominator?.Value ?? 0));
        return kpi.Kind switch
        {
            FigureKind.Count or FigureKind.Sum => new(Rounded(above), above, null, cases.Count),
            FigureKind.Ratio => below == 0 ? new(null, above, 0, cases.Count, kpi.Id == "overdue" ? NoTarget : NoDenominator) : new(Rounded(above / below * Scale(kpi)), above, below, cases.Count),
            FigureKind.OfTarget => target is not > 0 ? new(null, above, null, cases.Count, NoTarget) : new(Rounded(above / target.Value * Scale(kpi)), above, target, cases.Count),
            FigureKind.Median => cases.Count == 0 ? new(null, 0, null, 0, NoCases) : new(Rounded(Median(cases)), above, cases.Count, cases.Count),
            FigureKind.Top1 => Concentration(cases, above, shares => shares.Take(1).Sum() * 100),
            FigureKind.Top3 => Concentration(cases, above, shares => shares.Take(3).Sum() * 100),
            FigureKind.Hhi => Concentration(cases, above, shares => shares.Sum(s => s * 100 * s * 100)),
        };
    }

    internal static decimal Scale(Kpi kpi) => kpi.Unit == KpiUnit.Percent ? 100 : 1;

    internal static decimal Rounded(decimal value) => Math.Round(value, 2, MidpointRounding.AwayFromZero);

    private static decimal Median(IReadOnlyList<Case> cases)
    {
        var values = cases.Select(c => c.Numerator?.Value ?? 0).Order().ToList();
        return (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }

    private static Figure Concentration(IReadOnlyList<Case> cases, decimal all, Func<IEnumerable<decimal>, decimal> of)
    {
        if (all <= 0)
        {
            return new(null, 0, null, cases.Count, NoCases);
        }

        var byProvider = cases.GroupBy(c => c.Providers[0], StringComparer.Ordinal).Select(g => g.Sum(c => c.Numerator?.Value ?? 0)).OrderDescending().ToList();
        return new(Rounded(of(byProvider.Select(v => v / all))), byProvider[0], all, cases.Count);
    }
}
