using System.Globalization;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;
using static PilotCity.Defaults.Printing.PrintedText;

namespace PilotCity.Funding.Simulations;

/// <summary>Writes a simulation as tables that a person reads on a screen, and its awards as rows of CSV or XLSX.</summary>
internal static class PrintSimulation
{
    /// <summary>Of winners and of losers each; all of them stand in the CSV and the JSON.</summary>
    private const int ShownMax = 10;

    private static readonly (string Name, string TitleZh)[] Columns =
    [
        ("award", "奖补"), ("enterprise", "企业"), ("district", "区县"), ("subIndustry", "细分行业"), ("level", "等级"), ("provider", "服务商"), ("ruleSet", "原规则"),
        ("outcomeBefore", "原结论"), ("outcome", "新结论"), ("before", "原应得"), ("after", "新应得"), ("difference", "差额"), ("reasonsGone", "消失的理由"), ("reasonsNew", "新增的理由"),
    ];

    internal static Table Table(IReadOnlyList<Replayed> rows) => new("simulation", Columns, _ => Cells(rows));

    internal static string[] Headings(string language) => [.. Columns.Select(c => language == "en" ? c.Name : c.TitleZh)];

    internal static string Text(Simulation s, string language)
    {
        var (text, english) = (new StringBuilder(), language == "en");
        string Of(string zh, string en) => english ? en : zh;
        text.Append(Of($"草案 {s.RuleSet}（散列 {s.RuleSetHash}）", $"Draft {s.RuleSet} (hash {s.RuleSetHash})")).Append('\n');
        text.Append(Of(
            $"重算 {s.Awards} 项奖补（另有 {s.Skipped} 项不属此范围）：{s.Unchanged} 项不变，{s.Winners} 项增加，{s.Losers} 项减少，{s.OnlyOutcome} 项只变结论。",
            $"{s.Awards} awards decided again ({s.Skipped} others left out): {s.Unchanged} unchanged, {s.Winners} win, {s.Losers} lose, {s.OnlyOutcome} change their outcome only.")).Append('\n');
        text.Append(Of($"应得合计 {Yuan(s.Before)} → {Yuan(s.After)} 元，预算差额 {Signed(s.Difference)} 元。", $"Entitlements {Yuan(s.Before)} → {Yuan(s.After)} yuan, budget difference {Signed(s.Difference)} yuan.")).Append('\n');
        if (s.Portfolio is { } portfolio)
        {
            if (portfolio is { Pool: { } pool, Left: { } left })
                text.Append(Of(
                    $"资金总额 {Yuan(pool)} 元：应拨 {Yuan(portfolio.Due)} 元，可拨 {Yuan(portfolio.Paid)} 元，余 {Yuan(left)} 元；{portfolio.Waiting} 项等待，共 {Yuan(portfolio.WaitingFor)} 元。",
                    $"Pool {Yuan(pool)} yuan: {Yuan(portfolio.Due)} due, {Yuan(portfolio.Paid)} paid, {Yuan(left)} left; {portfolio.Waiting} wait for {Yuan(portfolio.WaitingFor)} together.")).Append('\n');
            if (portfolio.Average is { } average) text.Append(Of($"户均 {Yuan(average)} 元。", $"Average {Yuan(average)} yuan.")).Append(portfolio.AboveAverage is { } above ? Of(above.Message, above.MessageEn) : "").Append('\n');
        }

        Grid(Of("结论", "Outcomes"), [Of("原结论", "before"), Of("新结论", "after"), Of("项数", "awards")], s.Outcomes.Select(o => new[] { Wording.Of(o.Before) is var b ? Of(b.Zh, b.En) : "", Wording.Of(o.After) is var a ? Of(a.Zh, a.En) : "", Count(o.Awards) }));
        Groups(Of("按区县", "By district"), s.ByDistrict);
        Groups(Of("按细分行业", "By sub-industry"), s.BySubIndustry);
        Groups(Of("按改造后等级", "By level"), s.ByLevel);
        Groups(Of("按服务商（最大合同）", "By provider (of the largest contract)"), s.ByProvider);
        Awards(Of("增加最多的", "Who gains most"), s.Changed.Where(r => r.Difference.Fen > 0).OrderByDescending(r => r.Difference.Fen));
        Awards(Of("减少最多的", "Who loses most"), s.Changed.Where(r => r.Difference.Fen < 0).OrderBy(r => r.Difference.Fen));
        return text.ToString();

        void Groups(string title, IReadOnlyList<SimulatedGroup> groups) => Grid(
            title,
            ["", Of("项数", "awards"), Of("增加", "win"), Of("减少", "lose"), Of("原应得", "before"), Of("新应得", "after"), Of("差额", "difference")],
            groups.Select(g => new[] { g.Key.Length == 0 ? Of("未知", "unknown") : Plain(g.Key), Count(g.Awards), Count(g.Winners), Count(g.Losers), Yuan(g.Before), Yuan(g.After), Signed(g.Difference) }));

        void Awards(string title, IEnumerable<Replayed> rows) => Grid(
            title,
            [Of("奖补", "award"), Of("原应得", "before"), Of("新应得", "after"), Of("差额", "difference"), Of("消失的理由", "reasons gone"), Of("新增的理由", "reasons new")],
            rows.ThenByAward().Take(ShownMax).Select(r => new[] { Plain(r.Award), Amount(r.Before), Amount(r.After), Signed(r.Difference), string.Join(' ', r.ReasonsGone), string.Join(' ', r.ReasonsNew) }));

        void Grid(string title, string[] headings, IEnumerable<string[]> rows)
        {
            var all = rows.Prepend(headings).ToArray();
            if (all.Length == 1) return;
            text.Append('\n').Append(title).Append('\n');
            var widths = headings.Select((_, i) => all.Max(r => Width(r[i]))).ToArray();
            foreach (var row in all)
            {
                var line = new StringBuilder("  ");
                for (var i = 0; i < row.Length; i++) line.Append(row[i]).Append(' ', widths[i] - Width(row[i]) + 2);
                text.Append(line.ToString().TrimEnd()).Append('\n');
            }
        }
    }

    private static IOrderedEnumerable<Replayed> ThenByAward(this IEnumerable<Replayed> rows) =>
        rows is IOrderedEnumerable<Replayed> ordered ? ordered.ThenBy(r => r.Award, StringComparer.Ordinal) : rows.OrderBy(r => r.Award, StringComparer.Ordinal);

    private static async IAsyncEnumerable<IEnumerable<string?>> Cells(IReadOnlyList<Replayed> rows)
    {
        await Task.CompletedTask;
        foreach (var r in rows)
            yield return
            [
                r.Award, r.Enterprise, r.District, r.SubIndustry, r.Level?.ToString(CultureInfo.InvariantCulture), r.Provider, r.RuleSet, Word(r.OutcomeBefore), Word(r.Outcome),
                r.Before?.ToString(), r.After?.ToString(), r.Difference.ToString(), string.Join(' ', r.ReasonsGone), string.Join(' ', r.ReasonsNew),
            ];
    }

    private static string Word(Outcome outcome) => RuleSets.RuleWord<Outcome>.Write(outcome);

    private static string Yuan(Money money) => money.Yuan.ToString("#,##0.00", CultureInfo.InvariantCulture);

    private static string Amount(Money? money) => money is { } yuan ? Yuan(yuan) : "–";

    private static string Signed(Money money) => (money.Fen > 0 ? "+" : "") + Yuan(money);

    private static string Count(int count) => count.ToString("#,##0", CultureInfo.InvariantCulture);

    /// <summary>Columns on a screen: Chinese characters take two.</summary>
    private static int Width(string text) => text.Sum(c => c >= 0x2E80 ? 2 : 1);
}
