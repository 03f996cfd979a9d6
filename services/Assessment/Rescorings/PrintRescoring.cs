using System.Globalization;
using System.Text;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Rescorings;

/// <summary>Writes a rescoring as a person reads it on a screen, the differences first, and who changes as rows of CSV or XLSX.</summary>
internal static class PrintRescoring
{
    /// <summary>Of each list; all that are listed stand in the CSV and the JSON.</summary>
    private const int ShownMax = 20;

    private static readonly (string Name, string TitleZh)[] Columns =
    [
        ("city", "城市"), ("assessment", "测评"), ("enterprise", "企业"), ("purpose", "用途"), ("mode", "评定方式"), ("instrument", "原评测工具"),
        ("levelBefore", "原等级"), ("levelAfter", "新等级"), ("totalBefore", "原总分"), ("totalAfter", "新总分"), ("position", "日志位置"),
    ];

    internal static Table Table(Rescoring r) => new("rescoring", Columns, _ => r.LevelChanges.Concat(r.TotalChanges).Select(Cells).ToAsyncEnumerable());

    internal static string[] Headings(string language) => [.. Columns.Select(c => language == "en" ? c.Name : c.TitleZh)];

    private static IEnumerable<string?> Cells(ChangedResult c) =>
    [
        c.City, c.Assessment, c.Enterprise, c.Purpose, c.Mode, c.Instrument, Number(c.LevelBefore), Number(c.LevelAfter), c.TotalBefore.ToString(), c.TotalAfter.ToString(), Number(c.Position),
    ];

    internal static string Text(Rescoring r, string language)
    {
        var (text, english) = (new StringBuilder(), language == "en");
        string Of(string zh, string en) => english ? en : zh;
        void Line(string zh, string en) => text.Append(Of(zh, en)).Append('\n');

        Line($"试算 {r.Instrument}（散列 {r.Sha256}）；未改动任何结果。", $"Dry run of {r.Instrument} (hash {r.Sha256}); no result is changed.");
        List(Of("等级改变", "Level changes"), r.LevelUp + r.LevelDown, r.LevelChanges);
        List(Of("仅总分改变", "Total changes only"), r.TotalOnly, r.TotalChanges);
        if (r.NotScored > 0)
        {
            Line($"按新口径不能计分：{Number(r.NotScored)} 项", $"Refused under the changed instrument: {Number(r.NotScored)}");
            foreach (var one in r.Refused.Take(ShownMax))
                text.Append(CultureInfo.InvariantCulture, $"  {one.City} {one.Assessment} {one.Enterprise}: {one.Why.In(language)}\n");
        }

        foreach (var move in r.Moves)
            Line($"{move.From} 级 → {move.To} 级：{Number(move.Results)} 项", $"level {move.From} → {move.To}: {Number(move.Results)}");
        foreach (var level in r.Levels)
            Line($"{level.Level} 级：{Number(level.Before)} → {Number(level.After)} 项", $"level {level.Level}: {Number(level.Before)} → {Number(level.After)} results");
        Line($"平均总分 {r.MeanTotalBefore} → {r.MeanTotalAfter}", $"mean total {r.MeanTotalBefore} → {r.MeanTotalAfter}");
        Line(
            $"共 {Number(r.Results)} 项结果：{Number(r.LevelUp)} 项升级，{Number(r.LevelDown)} 项降级，{Number(r.TotalOnly)} 项仅总分改变，{Number(r.Same)} 项不变，{Number(r.NotScored)} 项不能计分；另有 {Number(r.OtherInstrument)} 项属其他评测工具或版本。",
            $"{Number(r.Results)} results: {Number(r.LevelUp)} up, {Number(r.LevelDown)} down, {Number(r.TotalOnly)} in their total only, {Number(r.Same)} the same, {Number(r.NotScored)} refused; {Number(r.OtherInstrument)} others are of another instrument or version.");
        return text.ToString();

        void List(string title, long count, IReadOnlyList<ChangedResult> changes)
        {
            text.Append(title).Append(": ").Append(Number(count)).Append('\n');
            foreach (var c in changes.Take(ShownMax))
                text.Append(CultureInfo.InvariantCulture, $"  {c.City} {c.Assessment} {c.Enterprise}  {c.LevelBefore} → {c.LevelAfter}  {c.TotalBefore} → {c.TotalAfter}\n");
            if (count > ShownMax)
                text.Append(Of("  ……（全部见 --csv 或 --json）", "  … (all of them: --csv or --json)")).Append('\n');
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}
