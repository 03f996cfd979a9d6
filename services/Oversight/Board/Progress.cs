using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.Oversight.Board;

/// <summary>How a figure stands against its target on a day.</summary>
internal enum TargetStanding
{
    /// <summary>The target itself is reached.</summary>
    Reached,

    /// <summary>What is expected by this day is reached.</summary>
    OnTrack,
    Behind,
}

/// <summary>
/// Where a figure will stand at the end of the plan's window, and the arithmetic by which that was said: what the last <see cref="Days"/> days added, per day, for the days that are left,
/// on what stands now. Without a value <see cref="Why"/> says what is missing.
/// </summary>
internal sealed record Forecast(decimal? Value, DateOnly On, int Days, decimal Added, int DaysLeft, Text Arithmetic, Text? Why = null);

/// <summary>A target with what is expected of it by a day, and how the figure stands against that.</summary>
internal sealed record Progress(decimal Target, decimal Expected, TargetStanding? Standing, Forecast? Forecast);

/// <summary>Sets a figure against its target; pure.</summary>
internal static class MeasureProgress
{
    /// <summary>What came in over the last quarter says how fast it goes now.</summary>
    internal const int DaysLookedAt = 90;

    /// <summary>Of fewer days nothing follows.</summary>
    internal const int DaysMin = 30;

    /// <param name="cases">The cases of the figure's group, as of <paramref name="today"/>.</param>
    public static Progress Of(Kpi kpi, Figure figure, IReadOnlyList<Case> cases, PlanVersion plan, Target target, DateOnly today)
    {
        var expected = Expected(kpi, plan, target, today);
        return new(target.Value, expected, StandingOf(kpi, figure, target.Value, expected), kpi.Path == TargetPath.Line ? ForecastOf(kpi, figure, cases, plan, today) : null);
    }

    /// <summary>On a straight line from nothing on the first day over the milestones to the target on the last one; a level is expected all the time.</summary>
    public static decimal Expected(Kpi kpi, PlanVersion plan, Target target, DateOnly today)
    {
        if (kpi.Path == TargetPath.Level || today >= plan.Until)
        {
            return target.Value;
        }

        var (from, before) = (plan.From, 0m);
        foreach (var step in (target.Milestones ?? []).Append(new(plan.Until, target.Value)))
        {
            if (today <= step.On)
            {
                return today <= from ? before : MeasureFigure.Rounded(before + ((step.Value - before) * (today.DayNumber - from.DayNumber) / (step.On.DayNumber - from.DayNumber)));
            }

            (from, before) = (step.On, step.Value);
        }

        return target.Value;
    }

    private static TargetStanding? StandingOf(Kpi kpi, Figure figure, decimal target, decimal expected) => figure.Value is not { } value || kpi.Polarity == Polarity.None
        ? null
        : Reaches(kpi, value, target) ? TargetStanding.Reached : Reaches(kpi, value, expected) ? TargetStanding.OnTrack : TargetStanding.Behind;

    private static bool Reaches(Kpi kpi, decimal value, decimal wanted) => kpi.Polarity == Polarity.Down ? value <= wanted : value >= wanted;

    /// <summary>Nothing is forecast of a middle or a share of the largest: they do not grow by what comes in.</summary>
    public static Forecast? ForecastOf(Kpi kpi, Figure figure, IReadOnlyList<Case> cases, PlanVersion plan, DateOnly today)
    {
        var (left, days) = (plan.Until.DayNumber - today.DayNumber, Math.Min(DaysLookedAt, today.DayNumber - plan.From.DayNumber));
        if (kpi.Kind is not (FigureKind.Count or FigureKind.Sum or FigureKind.Ratio or FigureKind.OfTarget) || left < 0)
        {
            return null;
        }

        var since = today.AddDays(-days);
        var added = cases.Where(c => c.Numerator is { } above && above.On > since && above.On <= today).Sum(c => c.Numerator!.Value.Value);
        var arithmetic = Arithmetic(figure, days, added, left);
        if (days < DaysMin)
        {
            return new(null, plan.Until, days, added, left, arithmetic, new($"方案期开始不足 {DaysMin} 天，不作预测。", $"Fewer than {DaysMin} days of the plan's window are over: nothing is forecast."));
        }

        if (figure.Value is null)
        {
            return new(null, plan.Until, days, added, left, arithmetic, figure.Why);
        }

        var above = figure.Numerator + (added / days * left);
        return figure.Denominator is not { } below
            ? new(MeasureFigure.Rounded(above), plan.Until, days, added, left, arithmetic)
            : new(MeasureFigure.Rounded((kpi is { Unit: KpiUnit.Percent, Kind: FigureKind.Ratio } ? Math.Min(above, below) : above) / below * MeasureFigure.Scale(kpi)), plan.Until, days, added, left, arithmetic);
    }

    private static Text Arithmetic(Figure figure, int days, decimal added, int left)
    {
        var (now, more) = (Number(figure.Numerator), Number(added));
        return figure.Denominator is { } below
            ? new($"（{now} + 近 {days} 天新增 {more} ÷ {days} × 剩余 {left} 天）÷ 现分母 {Number(below)}，不超过全部", $"({now} + {more} added in the last {days} days ÷ {days} × {left} days left) ÷ the denominator as it stands, {Number(below)}; never above all")
            : new($"{now} + 近 {days} 天新增 {more} ÷ {days} × 剩余 {left} 天", $"{now} + {more} added in the last {days} days ÷ {days} × {left} days left");
    }

    internal static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
