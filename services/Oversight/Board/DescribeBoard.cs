using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Board;

/// <summary>The board in words, tables and bars, to read and to print. Pure.</summary>
internal static class DescribeBoard
{
    private const string Done = "#1f7a3d", Late = "#b3541e", Plain = "#1f5f99", Rest = "#e4e4e4", Mark = "#111111";

    private const double Width = 300, BarHeight = 14, RowHeight = 30;

    public static Sheet Sheet(CityBoard board, string language)
    {
        var zh = language != "en";
        var behind = board.Rows.Count(r => r.Progress?.Standing == TargetStanding.Behind);
        var targets = board.Rows.Count(r => r.Progress is not null);
        return new(
            language,
            zh ? "进展看板" : "Progress board",
            board.Plan is null
                ? zh ? $"城市 {board.City}，截至 {board.Day:yyyy-MM-dd}：尚无生效的方案，只列实际数。" : $"City {board.City} on {board.Day:yyyy-MM-dd}: no plan is in force, actual figures only."
                : zh ? $"城市 {board.City}，截至 {board.Day:yyyy-MM-dd}：{targets} 项目标，{behind} 项落后于进度。" : $"City {board.City} on {board.Day:yyyy-MM-dd}: {targets} targets, {behind} behind.",
            [
                Standing(board.Standing, board.Plan, board.Day, zh),
                .. targets == 0 ? [] : (SheetSection[])[new(zh ? "目标与进度" : "Targets", Drawings: [Bars(board.Rows, zh)], Table: Targets(board.Rows, language), Note: Forecasts(board.Rows, language))],
                new(zh ? "全部指标" : "All figures", Table: Figures(board.Rows, language), Note: zh
                    ? "分母为空时不给数值。每个指标的计数对象与来源条目见 /board/{指标}/cases。"
                    : "An empty denominator gives no figure. What a figure counts, and the entries it comes from, is at /board/{figure}/cases."),
            ]);
    }

    public static Sheet Sheet(ShowBoard.Groups groups, string language)
    {
        var (zh, kpi) = (language != "en", groups.Kpi);
        return new(
            language,
            kpi.Name.In(language),
            Sentence(groups.All, groups.Day, language),
            [
                Standing(groups.Standing, groups.Plan, groups.Day, zh),
                new(zh ? "口径" : "What it counts", Facts:
                [
                    new(zh ? "公式" : "Formula", kpi.Formula.In(language)),
                    new(zh ? "方向" : "Polarity", Of(kpi.Polarity).In(language)),
                    new(zh ? "单位" : "Unit", Of(kpi.Unit).In(language)),
                    new(zh ? "来源" : "Entries of", string.Join(zh ? "、" : ", ", kpi.Sources)),
                    new(zh ? "计数对象" : "Cases", groups.Cases),
                    .. groups.All.Progress?.Forecast is { } forecast ? (SheetFact[])[new(zh ? "预测算法" : "Forecast", forecast.Arithmetic.In(language))] : [],
                ], Note: kpi.Note?.In(language)),
                .. groups.Items.Count == 0 ? [] : (SheetSection[])[new(Of(groups.Items[0].By!.Value).In(language), Table: ByGroup(groups.Items, language))],
            ]);
    }

    internal static string Sentence(BoardRow row, DateOnly day, string language)
    {
        var zh = language != "en";
        var value = row.Figure.Value is { } known ? $"{Number(known)} {Of(row.Unit).In(language)}" : row.Figure.Why!.In(language);
        return zh ? $"截至 {day:yyyy-MM-dd}：{value}" : $"On {day:yyyy-MM-dd}: {value}";
    }

    internal static SheetSection Standing(Standing standing, PlanRef? plan, DateOnly day, bool zh) => new(
        zh ? "数据时点" : "Where the figures stand",
        Facts:
        [
            new(zh ? "截至日（含）" : "Until the end of", $"{day:yyyy-MM-dd}"),
            new(zh ? "日志规模（条）" : "Entries in the tree", Number(standing.TreeSize)),
            new(zh ? "最新条目时间" : "Newest entry", standing.NewestEntryAt is { } newest ? ChinaTime.Clock(newest).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) : "–"),
            new(zh ? "各服务日志位置" : "Positions", string.Join("; ", standing.Positions.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key} {Number(p.Value)}"))),
            new(zh ? "方案" : "Plan", plan is null ? zh ? "无生效方案" : "none in force" : $"{plan.Document}, v{Number(plan.Version)}, {plan.From:yyyy-MM-dd} – {plan.Until:yyyy-MM-dd}"),
        ]);

    internal static SheetTable Figures(IReadOnlyList<BoardRow> rows, string language)
    {
        var zh = language != "en";
        return new(
            [new(zh ? "指标" : "Figure", 5), new(zh ? "数值" : "Value", 3, Figures: true), new(zh ? "单位" : "Unit", 2), new(zh ? "分子" : "Above", 3, Figures: true), new(zh ? "分母" : "Below", 3, Figures: true), new(zh ? "说明" : "Remark", 5)],
            [
                .. rows.Select(r => (IReadOnlyList<string>)
                [
                    r.Name.In(language), r.Figure.Value is { } value ? Number(value) : "–", Of(r.Unit).In(language), Number(r.Figure.Numerator), r.Figure.Denominator is { } below ? Number(below) : "",
                    r.Figure.Why?.In(language) ?? "",
                ]),
            ]);
    }

    private static SheetTable Targets(IReadOnlyList<BoardRow> rows, string language)
    {
        var zh = language != "en";
        return new(
            [new(zh ? "指标" : "Figure", 5), new(zh ? "实际" : "Actual", 2, Figures: true), new(zh ? "应达" : "Expected", 2, Figures: true), new(zh ? "目标" : "Target", 2, Figures: true), new(zh ? "期末预测" : "Forecast", 2, Figures: true), new(zh ? "进展" : "Standing", 2)],
            [.. rows.Where(r => r.Progress is not null).Select(r => (IReadOnlyList<string>)[r.Name.In(language), .. Against(r, language)])]);
    }

    internal static SheetTable ByGroup(IReadOnlyList<BoardRow> rows, string language)
    {
        var zh = language != "en";
        return new(
            [
                new(zh ? "分组" : "Group", 4), new(zh ? "分子" : "Above", 2, Figures: true), new(zh ? "分母" : "Below", 2, Figures: true), new(zh ? "实际" : "Actual", 2, Figures: true),
                new(zh ? "应达" : "Expected", 2, Figures: true), new(zh ? "目标" : "Target", 2, Figures: true), new(zh ? "期末预测" : "Forecast", 2, Figures: true), new(zh ? "进展" : "Standing", 2),
            ],
            [
                .. rows.Select(r => (IReadOnlyList<string>)
                    [GroupOf(r, language), Number(r.Figure.Numerator), r.Figure.Denominator is { } below ? Number(below) : "", .. Against(r, language)]),
            ]);
    }

    internal static string GroupOf(BoardRow row, string language) =>
        string.IsNullOrEmpty(row.Group) ? language == "en" ? "not on record" : "未登记" : row.GroupName is { } name ? $"{name} {row.Group}" : row.Group;

    private static string[] Against(BoardRow row, string language) =>
    [
        row.Figure.Value is { } value ? Number(value) : "–", row.Progress is { } p ? Number(p.Expected) : "", row.Progress is { } t ? Number(t.Target) : "",
        row.Progress?.Forecast?.Value is { } forecast ? Number(forecast) : "", row.Progress?.Standing is { } standing ? Of(standing).In(language) : "",
    ];

    private static string Forecasts(IReadOnlyList<BoardRow> rows, string language) => string.Join(
        language == "en" ? "; " : "；",
        rows.Where(r => r.Progress?.Forecast is not null).Select(r => $"{r.Name.In(language)}: {r.Progress!.Forecast!.Arithmetic.In(language)}{(r.Progress.Forecast.Why is { } why ? $" ({why.In(language)})" : "")}"));

    /// <summary>Each target as a bar of what was reached of it, with a line where it should be by now. The figures stand beside it.</summary>
    private static Drawing Bars(IReadOnlyList<BoardRow> rows, bool zh)
    {
        var (shapes, y, language) = (new List<Shape>(), 0d, zh ? "zh" : "en");
        var targets = rows.Where(r => r.Progress is { Target: > 0 }).ToList();
        foreach (var row in targets)
        {
            var progress = row.Progress!;
            var (reached, expected) = (Share(row.Figure.Value ?? 0, progress.Target), Share(progress.Expected, progress.Target));
            shapes.Add(new Label(0, y + 9, row.Name.In(language), 8));
            shapes.Add(new Label(Width, y + 9, $"{(row.Figure.Value is { } value ? Number(value) : "–")} / {Number(progress.Target)} {Of(row.Unit).In(language)}", 8, Anchor.End));
            shapes.Add(Outline.Rectangle(0, y + 12, Width, BarHeight - 4, Rest, null));
            if (reached > 0)
            {
                shapes.Add(Outline.Rectangle(0, y + 12, Width * reached, BarHeight - 4, progress.Standing switch { TargetStanding.Behind => Late, TargetStanding.Reached => Done, TargetStanding.OnTrack => Plain, null => Plain }, null));
            }

            shapes.Add(Outline.Line(Width * expected, y + 10, Width * expected, y + 10 + BarHeight, Mark, 1.2));
            y += RowHeight;
        }

        return new(string.Join("; ", targets.Select(r => $"{r.Name.In(language)} {(r.Figure.Value is { } v ? Number(v) : "–")}/{Number(r.Progress!.Target)}")), Width, Math.Max(y, 1), shapes);
    }

    private static double Share(decimal value, decimal of) => (double)Math.Clamp(value / of, 0, 1);

    public static Text Of(KpiUnit unit) => unit switch
    {
        KpiUnit.Enterprises => new("家", "enterprises"),
        KpiUnit.Projects => new("个项目", "projects"),
        KpiUnit.Providers => new("家服务商", "providers"),
        KpiUnit.Products => new("个产品", "products"),
        KpiUnit.Workshops => new("个车间", "workshops"),
        KpiUnit.Percent => new("%", "%"),
        KpiUnit.Yuan => new("元", "yuan"),
        KpiUnit.Times => new("倍", "times"),
        KpiUnit.Days => new("天", "days"),
        KpiUnit.Points => new("分", "points"),
    };

    public static Text Of(TargetStanding standing) => standing switch
    {
        TargetStanding.Reached => new("已完成", "reached"),
        TargetStanding.OnTrack => new("符合进度", "on track"),
        TargetStanding.Behind => new("落后", "behind"),
    };

    public static Text Of(Polarity polarity) => polarity switch
    {
        Polarity.Up => new("越高越好", "more is better"),
        Polarity.Down => new("越低越好", "less is better"),
        Polarity.None => new("无方向", "neither"),
    };

    public static Text Of(Division by) => by switch
    {
        Division.District => new("按区县", "By district"),
        Division.SubIndustry => new("按细分行业", "By sub-industry"),
        Division.Provider => new("按服务商", "By provider"),
        Division.Month => new("按月（截至月末）", "By month (at its end)"),
    };

    private static string Number(decimal number) => MeasureProgress.Number(number);
}
