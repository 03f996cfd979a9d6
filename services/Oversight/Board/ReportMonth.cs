using PilotCity.Defaults;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Board;

/// <summary>
/// <c>GET /board-reports/{month}</c>: the monthly report (月报): every figure at the end of the month, what the month added, and the figures with targets or counts by district and sub-industry; XLSX,
/// CSV, a page or PDF by <c>Accept</c>. As it is known now, or was at <c>asOf</c>. Faults: <c>report.month</c>.
/// </summary>
internal static class ReportMonth
{
    /// <summary>A figure at the end of the month and at the end of the one before.</summary>
    internal sealed record Line(BoardRow Row, decimal? Before);

    internal sealed record Report(string City, string Month, DateOnly Day, Facts.Standing Standing, PlanRef? Plan, IReadOnlyList<Line> Lines);

    private static readonly Division[] Divisions = [Division.District, Division.SubIndustry];

    internal static readonly Fault MonthWrong = new(
        FaultKind.Invalid, "report.month", new("月份应如 2026-03，且已经开始。", "A month is asked for, e.g. 2026-03, that has begun."));

    internal static IReadOnlyList<Line> Make(CountCases.Asked asked, DateOnly first)
    {
        var before = asked with { Today = first.AddDays(-1) };
        return
        [
            .. MakeBoard.City(asked).Zip(MakeBoard.City(before), (now, then) => new Line(now, then.Figure.Value)),
            .. Kpi.InOrder.Where(k => k.Kind == FigureKind.Count || asked.Plan?.Targets.Any(t => t.Kpi == k.Id) == true)
                .SelectMany(k => Divisions.Where(k.By.Contains).SelectMany(d => Groups(k, d, asked, before))),
        ];
    }

    private static IEnumerable<Line> Groups(Kpi kpi, Division division, CountCases.Asked asked, CountCases.Asked before)
    {
        var then = MakeBoard.Groups(kpi, division, before).ToDictionary(r => r.Group!, r => r.Figure.Value, StringComparer.Ordinal);
        return MakeBoard.Groups(kpi, division, asked).Select(r => new Line(r, then.GetValueOrDefault(r.Group!)));
    }

    internal static Sheet Sheet(Report report, string language)
    {
        var zh = language != "en";
        var city = report.Lines.Where(l => l.Row.By is null).ToList();
        return new(
            language,
            zh ? $"进展月报 {report.Month}" : $"Monthly report {report.Month}",
            DescribeBoard.Sentence(city[0].Row, report.Day, language) + (zh ? $"（{city[0].Row.Name.Zh}）" : $" ({city[0].Row.Name.En})"),
            [
                DescribeBoard.Standing(report.Standing, report.Plan, report.Day, zh),
                new(zh ? "全市" : "The city", Table: Lines(city, language), Note: zh
                    ? "“上月末”为上一月末的数值；分母为空时不给数值。"
                    : "“Before” is the figure at the end of the month before; an empty denominator gives no figure."),
                .. from division in Divisions
                   from lines in report.Lines.Where(l => l.Row.By == division).GroupBy(l => l.Row.Kpi, StringComparer.Ordinal)
                   select new SheetSection($"{lines.First().Row.Name.In(language)} · {DescribeBoard.Of(division).In(language)}", Table: DescribeBoard.ByGroup([.. lines.Select(l => l.Row)], language)),
            ],
            Footer: zh ? "计数对象与来源条目见 /board/{指标}/cases?by=month&group=月份。" : "Cases and the entries they come from: /board/{figure}/cases?by=month&group=MONTH.");
    }

    private static SheetTable Lines(IReadOnlyList<Line> lines, string language)
    {
        var zh = language != "en";
        return new(
            [
                new(zh ? "指标" : "Figure", 5), new(zh ? "月末" : "At the end", 3, Figures: true), new(zh ? "上月末" : "Before", 3, Figures: true), new(zh ? "单位" : "Unit", 2), new(zh ? "应达" : "Expected", 2, Figures: true),
                new(zh ? "目标" : "Target", 2, Figures: true), new(zh ? "期末预测" : "Forecast", 2, Figures: true), new(zh ? "说明" : "Remark", 5),
            ],
            [
                .. lines.Select(l => (IReadOnlyList<string>)
                [
                    l.Row.Name.In(language), Number(l.Row.Figure.Value) ?? "–", Number(l.Before) ?? "–", DescribeBoard.Of(l.Row.Unit).In(language), Number(l.Row.Progress?.Expected) ?? "",
                    Number(l.Row.Progress?.Target) ?? "", Number(l.Row.Progress?.Forecast?.Value) ?? "",
                    l.Row.Figure.Why?.In(language) ?? (l.Row.Progress?.Standing is { } standing ? DescribeBoard.Of(standing).In(language) : ""),
                ]),
            ]);
    }

    private static string? Number(decimal? number) => number is { } known ? MeasureProgress.Number(known) : null;

    internal static void Map(Routes routes) => routes.Get("/board-reports/{month}", Officials.All, async (request, ct) =>
    {
        var now = ChinaTime.DayOf(request.AsOf ?? request.Service<TimeProvider>().GetUtcNow());
        if (ListCases.DayOf(request.Route("month")) is not { } last || last.AddDays(1).AddMonths(-1) > now)
        {
            return MonthWrong;
        }

        var first = last.AddDays(1).AddMonths(-1);
        var told = await AskBoard.Of(request, asked => Make(asked, first), ct, last);
        var report = new Report(request.City, request.Route("month"), told.Day, told.Standing, PlanRef.Of(told.Plan), told.Of);
        var table = new Table(
            $"report-{report.Month}", [.. ShowBoard.Columns, ("before", "上月末")],
            _ => report.Lines.Select(l => (IEnumerable<string?>)[.. ShowBoard.Cells(l.Row, report.Day, report.Standing.TreeSize, request.Language), Number(l.Before)]).ToAsyncEnumerable());
        return table.AsAsked(request) ?? (object)Printed.AsAsked(request, $"report-{report.Month}", Sheet(report, request.Language), report);
    });
}
