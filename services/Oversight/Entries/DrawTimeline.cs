using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// Steps of a trail on a line of time, a lane for each service: a full mark where a step was recorded, a hollow one where it was true before (or will
/// be after) and said so, joined by a dashed line. Numbers are those of the table below, where there is room for them.
/// </summary>
internal static class DrawTimeline
{
    private const double Width = 520, Left = 62, Right = 22, Top = 14, Lane = 30, Mark = 3;

    /// <summary>Two numbers of one lane closer than this would stand on each other.</summary>
    private const double NumberRoom = 11;

    private const int TicksMax = 8;

    private const string Ink = "#111111", Line = "#1f5f99", White = "#ffffff", Grid = "#c8c8c8", Faded = "#777777";

    private static readonly (string Service, string Zh)[] Lanes = [("registry", "企业名录"), ("assessment", "水平测评"), ("performance", "项目"), ("funding", "资金"), ("oversight", "监督")];

    public static Drawing Draw(IReadOnlyList<ReadTrail.Step> steps, string language)
    {
        var english = language == "en";
        var lanes = Lanes.Where(l => steps.Any(s => s.Service == l.Service)).ToArray();
        var bottom = Top + (lanes.Length * Lane);
        var moments = steps.SelectMany(s => new[] { s.At, s.TrueAt ?? s.At }).ToArray();
        var (first, last) = (moments.Min(), moments.Max());
        var shapes = new List<Shape>();
        foreach (var (tick, label) in Ticks(first, last))
        {
            shapes.Add(Outline.Line(X(tick), Top, X(tick), bottom + 3, Grid, 0.4));
            shapes.Add(new Label(X(tick), bottom + 12, label, 7, X(tick) > Width - 40 ? Anchor.End : X(tick) < Left + 24 ? Anchor.Start : Anchor.Middle));
        }

        for (var lane = 0; lane < lanes.Length; lane++)
        {
            var y = Top + (lane * Lane) + (Lane / 2) + 3;
            shapes.Add(new Label(Left - 8, y + 2.5, english ? lanes[lane].Service : lanes[lane].Zh, 7.5, Anchor.End));
            shapes.Add(Outline.Line(Left, y, Width - Right + 6, y, Faded, 0.5));
            Marks(lanes[lane].Service, y);
        }

        var words = english
            ? $"{steps.Count} steps from {Day(first)} to {Day(last)}, by service: {string.Join("; ", lanes.Select(l => $"{l.Service} {steps.Count(s => s.Service == l.Service)}"))}"
            : $"{Day(first)} 至 {Day(last)} 共 {steps.Count} 步，按服务：{string.Join("；", lanes.Select(l => $"{l.Zh} {steps.Count(s => s.Service == l.Service)}"))}";
        return new(words, Width, bottom + 18, shapes);

        void Marks(string service, double y)
        {
            // True moments first, so that what was recorded lies above them.
            foreach (var step in steps.Where(s => s.Service == service && s.TrueAt is not null))
            {
                shapes.Add(Outline.Line(X(step.TrueAt!.Value), y, X(step.At), y, Line, 0.9, dashed: true));
                shapes.Add(Outline.Around(X(step.TrueAt.Value), y, Mark + 0.5, 4, White, Line, 0.9));
            }

            var numbered = double.NegativeInfinity;
            foreach (var (step, number) in steps.Select((s, i) => (s, i + 1)).Where(s => s.s.Service == service).OrderBy(s => s.s.At))
            {
                shapes.Add(Outline.Around(X(step.At), y, Mark, 12, Line, White, 0.5));
                if (X(step.At) - numbered >= NumberRoom)
                {
                    numbered = X(step.At);
                    shapes.Add(new Label(numbered, y - 6, number.ToString(CultureInfo.InvariantCulture), 6.5, Anchor.Middle, Ink));
                }
            }
        }

        double X(DateTimeOffset at) => first == last ? (Left + Width - Right) / 2 : Left + 6 + ((Width - Right - Left - 6) * ((at - first).Ticks / (double)(last - first).Ticks));
    }

    /// <summary>Months between two ticks.</summary>
    private static readonly int[] Steps = [1, 2, 3, 6, 12];

    private static string Day(DateTimeOffset at) => ChinaTime.DayOf(at).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>First days of months, or of years, a few of them; where none lies between, the first and the last day.</summary>
    private static IEnumerable<(DateTimeOffset At, string Label)> Ticks(DateTimeOffset first, DateTimeOffset last)
    {
        var (from, to) = (ChinaTime.DayOf(first), ChinaTime.DayOf(last));
        var months = ((to.Year - from.Year) * 12) + to.Month - from.Month;
        if (months < 2)
        {
            return first == last ? [(first, Day(first))] : Day(first) == Day(last) ? [(first, Minute(first)), (last, Minute(last))] : [(first, Day(first)), (last, Day(last))];
        }

        var step = Steps.FirstOrDefault(s => months / s <= TicksMax, 12 * ((months / 12 / TicksMax) + 1));
        var begin = new DateOnly(from.Year, 1, 1);
        return Enumerable.Range(0, (months + 12) / step + 2).Select(i => begin.AddMonths(i * step)).Where(d => d >= from && d <= to)
            .Select(d => (ChinaTime.StartOf(d), d.ToString(step >= 12 ? "yyyy" : "yyyy-MM", CultureInfo.InvariantCulture)));
    }

    private static string Minute(DateTimeOffset at) => ChinaTime.Clock(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
