using System.Globalization;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Reports;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Comparisons;

/// <summary>A comparison in words and tables, to read and to print: both results, what moved in level, points, items and scenarios, and the entries it comes from. Pure.</summary>
internal static class DescribeComparison
{
    public static Sheet Sheet(Comparison c, string language) => new Writer(c, language).Sheet();

    private sealed class Writer(Comparison c, string language)
    {
        private static readonly string[] Blank = ["", "", ""];

        public Sheet Sheet() => new(
            language,
            Of("测评结果对比", "Two results compared"),
            Of($"企业 {c.Enterprise}：{Level(c.From)} → {Level(c.To)}{Moved("，总分 ")}。", $"Enterprise {c.Enterprise}: {Level(c.From)} → {Level(c.To)}{Moved(", total ")}."),
            [.. Sections()],
            c.Comparable == Comparability.Full ? null : Of("分值不可比", "Points are not compared"),
            Of("来源：", "Sources: ") + string.Join(Of("；", "; "), new[] { c.From, c.To }.Select(s => string.Create(CultureInfo.InvariantCulture, $"#{s.Position} {s.Stream} v{s.Version}"))));

        private IEnumerable<SheetSection> Sections()
        {
            yield return new(Of("两次结果", "The two results"), Table: new([new("", 2), new(Of("原结果", "From"), 4), new(Of("新结果", "To"), 4)], [.. Sides()]), Note: c.Why?.In(language));
            if (c.Total is { } total)
                yield return new(Of("得分", "Points"), Table: Points([(Of("总分", "Total"), total), .. c.Dimensions.Select(d => (d.Title.In(language), d.Points))]), Note: Of("分数精确，不四舍五入。", "Points are exact and never rounded."));
            if (c.Items.Count > 0)
                yield return Items();
            if (c.Scenarios.Count > 0)
                yield return Scenarios();
        }

        private IEnumerable<IReadOnlyList<string>> Sides()
        {
            yield return Row(Of("用途", "Purpose"), s => Wording.Of(s.Purpose).In(language));
            yield return Row(Of("评定方式", "Mode"), s => Wording.Of(s.Mode).In(language));
            yield return Row(Of("评定单位", "Assessed by"), s => s.Evaluator ?? s.Provider ?? "–");
            yield return Row(Of("确认时间", "Confirmed at"), s => DescribeResult.Moment(s.ConfirmedAt));
            yield return Row(Of("状态", "Standing"), s => Wording.Of(s.Status).In(language));
            yield return Row(Of("评测工具", "Instrument"), s => s.Instrument);
            yield return Row(Of("总分", "Total"), s => s.Total.ToString());
            yield return Row(Of("等级", "Level"), Level);
        }

        private IReadOnlyList<string> Row(string label, Func<ComparedSide, string> value) => [label, value(c.From), value(c.To)];

        private SheetTable Points(IEnumerable<(string Title, PointsChange Points)> rows) => new(
            [new("", 4), .. Numbers()], [.. rows.Select(r => (IReadOnlyList<string>)[r.Title, r.Points.From.ToString(), r.Points.To.ToString(), Signed(r.Points.Difference.Value)])]);

        private SheetSection Items() => new(
            Of("逐题对比", "Item by item"),
            Table: new(
                [new(Of("题号", "Item"), 2), new(Of("题目", "Question"), 6), new(Of("新增选项", "Added"), 2), new(Of("减少选项", "Gone"), 2), .. c.Items.Any(i => i.Points is not null) ? Numbers() : []],
                [
                    .. c.Items.Select(i => (IReadOnlyList<string>)
                    [
                        i.Item, i.Title.In(language), string.Join(' ', i.Added), string.Join(' ', i.Removed),
                        .. c.Items.Any(x => x.Points is not null) ? i.Points is { } p ? (string[])[p.From.ToString(), p.To.ToString(), Signed(p.Difference.Value)] : Blank : [],
                    ]),
                ]));

        private SheetSection Scenarios() => new(
            Of("场景等级", "Scenarios"),
            Table: new(
                [new(Of("编号", "Id"), 1), new(Of("场景", "Scenario"), 5), new(Of("类别", "Kind"), 2), .. Numbers()],
                [
                    .. c.Scenarios.Select(s => (IReadOnlyList<string>)
                        [s.Scenario, s.Name.In(language), s.Constraint ? Of("约束性", "constraint") : Of("指导性", "guidance"), Number(s.From), Number(s.To), Signed(s.Difference)]),
                ]));

        private SheetColumn[] Numbers() => [new(Of("原", "from"), 1, Figures: true), new(Of("新", "to"), 1, Figures: true), new(Of("差", "change"), 1, Figures: true)];

        private string Moved(string word) => c.Total is { } total ? $"{word}{total.From} → {total.To} ({Signed(total.Difference.Value)})" : "";

        private string Level(ComparedSide side) => Wording.LevelOf(side.Level, side.LevelName).In(language);

        private static string Signed(decimal difference) => (difference > 0m ? "+" : "") + new Points(difference);

        private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

        private string Of(string zh, string en) => language == "en" ? en : zh;
    }
}
