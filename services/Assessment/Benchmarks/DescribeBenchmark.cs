using System.Globalization;
using PilotCity.Assessment.Reports;
using PilotCity.Defaults;
using PilotCity.Defaults.Printing;

namespace PilotCity.Assessment.Benchmarks;

/// <summary>How the city stands, or one enterprise beside its groups, to read and to print; source, year, sample and caveat stand beside every published figure. Pure.</summary>
internal static class DescribeBenchmark
{
    public static Sheet Sheet(Benchmark b, string language)
    {
        var by = b.Divisions.Select(d => new SheetSection(NameOf(d.By).In(language), Table: Groups(d.Groups, language))).ToList();
        return new(
            language,
            In(language, "城市水平对标", "The city's enterprises by groups"),
            b.City.Shown
                ? In(language, $"{b.Instrument}：{b.City.N} 家企业，平均总分 {b.City.MeanTotal}，平均等级 {Number(b.City.MeanLevel!.Value)}。", $"{b.Instrument}: {b.City.N} enterprises, mean total {b.City.MeanTotal}, mean level {Number(b.City.MeanLevel!.Value)}.")
                : In(language, $"{b.Instrument}：企业不足 {b.GroupMin} 家，不显示。", $"{b.Instrument}: fewer than {b.GroupMin} enterprises, not shown."),
            [
                new(In(language, "口径", "What is counted"), Facts: Counted(b, language), Note: b.Note.In(language)),
                .. by,
                new(In(language, "等级分布", "Levels"), Table: new(
                    [new(In(language, "等级", "Level"), 2), new(In(language, "企业数", "Enterprises"), 2, Figures: true), new("%", 2, Figures: true)],
                    [.. b.Levels.Select(l => (IReadOnlyList<string>)[Number(l.Level), l.N is { } n ? Number(n) : Hidden(language), l.Percent is { } share ? Number(share) : ""])])),
                .. b.References.Select(r => Reference(r, language)),
            ]);
    }

    public static Sheet Sheet(ShowBenchmark.OwnBenchmark own, string language) => new(
        language,
        In(language, "本企业对标", "An enterprise beside its groups"),
        In(language, $"企业 {own.Enterprise}：总分 {own.Own.Total}，等级 {own.Own.Level}（{own.Instrument}）。", $"Enterprise {own.Enterprise}: total {own.Own.Total}, level {own.Own.Level} ({own.Instrument})."),
        [
            new(
                In(language, "所属分组", "Its groups"),
                Table: new(
                    [new(In(language, "分组方式", "By"), 2), new(In(language, "分组", "Group"), 3), new(In(language, "企业数", "Enterprises"), 2, Figures: true), new(In(language, "平均总分", "Mean total"), 2, Figures: true)],
                    [
                        .. own.Groups.Select(g => (IReadOnlyList<string>)
                        [
                            g.By is { } by ? NameOf(by).In(language) : In(language, "全市", "The city"), NameOf(g.Group, language), g.NAtLeast is { } n ? $"≥ {Number(n)}" : Hidden(language), g.MeanTotal?.ToString() ?? "",
                        ]),
                    ]),
                Note: own.Note.In(language)),
            .. own.References.Select(r => Reference(r, language)),
        ]);

    private static SheetFact[] Counted(Benchmark b, string language) =>
    [
        new(In(language, "评测工具", "Instrument"), b.Instrument),
        new(In(language, "用途", "Purpose"), Wording.Of(b.Purpose).In(language)),
        new(In(language, "依据", "Basis"), NameOf(b.Basis).In(language)),
        new(In(language, "截至", "As of"), DescribeResult.Moment(b.At)),
        new(In(language, "企业分组数据截至", "Groups as of"), DescribeResult.Moment(b.GroupsAt)),
    ];

    private static SheetTable Groups(IReadOnlyList<GroupFigures> groups, string language) => new(
        [
            new(In(language, "分组", "Group"), 4), new(In(language, "企业数", "Enterprises"), 2, Figures: true), new(In(language, "平均总分", "Mean total"), 2, Figures: true),
            new(In(language, "平均等级", "Mean level"), 2, Figures: true),
        ],
        [
            .. groups.Select(g => (IReadOnlyList<string>)
                [NameOf(g.Group, language), g.N is { } n ? Number(n) : Hidden(language), g.MeanTotal?.ToString() ?? "", g.MeanLevel is { } level ? Number(level) : ""]),
        ]);

    /// <summary>A published series: nowhere a figure without its source, year, sample and what to beware of.</summary>
    private static SheetSection Reference(ReferenceSeries s, string language) => new(
        s.Title.In(language),
        Table: new(
            [new(In(language, "项目", "Item"), 4), new(In(language, "范围", "Of"), 3), new("%", 1, Figures: true)],
            [.. s.Figures.Select(f => (IReadOnlyList<string>)[f.Label.In(language), f.Of?.In(language) ?? "", Number(f.Percent)])]),
        Note: In(language, "来源：", "Source: ") + s.Source.In(language) + string.Create(CultureInfo.InvariantCulture, $"; {s.Year}; N = {(s.N is { } n ? Number(n) : In(language, "未公布", "not published"))}. ") + s.Caveat.In(language));

    private static Text NameOf(Division by) => by switch
    {
        Division.District => new("区县", "District"),
        Division.SubIndustry => new("细分行业", "Sub-industry"),
        Division.Size => new("规模", "Size class"),
    };

    private static Text NameOf(Basis basis) => basis switch
    {
        Basis.Self => new("企业自测", "the enterprises' own view"),
        Basis.ProviderAssisted => new("服务商协助测评", "filled in with providers"),
        Basis.OnSite => new("现场评定", "determined on site"),
    };

    private static string NameOf(string? group, string language) => group switch
    {
        null => "",
        "" => In(language, "未登记", "not on record"),
        "micro" => In(language, "微型", "micro"),
        "small" => In(language, "小型", "small"),
        "medium" => In(language, "中型", "medium"),
        "large" => In(language, "大型", "large"),
        _ => group,
    };

    private static string Hidden(string language) => In(language, "不显示", "not shown");

    private static string In(string language, string zh, string en) => language == "en" ? en : zh;

    private static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
