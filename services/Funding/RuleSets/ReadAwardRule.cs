using System.Collections.Immutable;
using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.RuleSets;

/// <summary>Reads the formula: the level that pays, the table and how its row is found, top-ups, portfolio, advance. Tables have neither gaps nor contradictions.</summary>
internal static class ReadAwardRule
{
    public static LevelRule? Level(YamlSection? section)
    {
        if (section is null) return null;
        AcceptanceLevelRule? atAcceptance = null;
        if (section.Section("atAcceptance") is { } acceptance)
        {
            atAcceptance = new(LevelFigure(acceptance, "levelMin"), acceptance.RequiredCodes<LevelSource>("sources", "values"));
            acceptance.Done();
        }

        var rule = new LevelRule(LevelFigure(section, "levelMin"), section.RequiredCodes<LevelSource>("sources", "values"), atAcceptance);
        section.Done();
        return rule;
    }

    public static Figure<int> LevelFigure(YamlSection section, string key)
    {
        var figure = section.RequiredFigure<int>(key);
        if (section.Has(key) && figure.Value is not (>= 1 and <= 4)) section.Wrong(section.Line, key, "应为 1 至 4", "1 to 4 is expected");
        return figure;
    }

    public static Figure<decimal> Rate(YamlSection section, string key)
    {
        var figure = section.RequiredFigure<decimal>(key);
        if (figure.Value is > 1m) section.Wrong(section.LineOf(key), key, "比例不能超过 1（50% 写作 0.50）", "a rate is at most 1 (50% is written 0.50)");
        return figure;
    }

    public static AwardRule? Read(YamlSection? section, YamlSection? portfolio, LevelRule? level)
    {
        if (section is null) return null;
        var lines = new List<long>();
        var selector = section.RequiredSection("selector");
        Source? outside = null;
        if (section.Section("outside") is { } beyond)
        {
            outside = beyond.Source();
            beyond.Done();
        }

        var rule = new AwardRule
        {
            Mode = section.RequiredFigure<AwardMode>("mode"),
            Selector = selector?.Required<BatchSelector>("by") ?? BatchSelector.None,
            SelectorSource = selector?.Source() ?? new("", null, null),
            CutOffs = ReadCutOffs(selector),
            CutOffIncluded = selector?.Figure<bool>("momentIncluded"),
            Table = ReadTable(section, lines),
            Outside = outside,
            CapPerEnterprise = section.Figure<bool>("capPerEnterprise"),
            CityPartOnly = section.Figure<bool>("cityPartOnly"),
            Rounding = section.Figure<Rounding>("rounding"),
            TopUps = ReadTopUps(section),
            PortfolioAverage = portfolio?.Figure<Money>("average"),
            PortfolioPool = portfolio?.Figure<Money>("pool"),
            FirstComeFirstServed = portfolio?.Figure<bool>("firstComeFirstServed"),
        };
        selector?.Done();
        section.Done();
        portfolio?.Done();
        if (level?.LevelMin.Value is { } lowest) CheckTable(section, rule, lines, lowest);
        CheckCutOffs(section, selector, rule);
        return rule;
    }

    private static ImmutableArray<CutOff> ReadCutOffs(YamlSection? selector)
    {
        var cutOffs = ImmutableArray.CreateBuilder<CutOff>();
        foreach (var item in selector?.Sections("cutOffs") ?? [])
        {
            cutOffs.Add(new(item.Read<int>("batch") ?? 1, item.Required<CutOffEvent>("event"), item.Required<DateTimeOffset>("until"), item.Source()));
            item.Done();
        }

        return cutOffs.DrainToImmutable();
    }

    private static ImmutableArray<TopUp> ReadTopUps(YamlSection section)
    {
        var topUps = ImmutableArray.CreateBuilder<TopUp>();
        foreach (var item in section.Sections("topUps"))
        {
            var topUp = new TopUp(item.Required<int>("levelFrom"), item.RequiredFigure<Money>("amount"), item.RequiredFigure<TopUpLimit>("limit"));
            if (topUp.LevelFrom is < 1 or > 4) item.Refuse(item.Line, "levelFrom", "等级应为 1 至 4", "a level is 1 to 4");
            if (topUps.Any(t => t.LevelFrom == topUp.LevelFrom)) item.Refuse(item.Line, "levelFrom", $"等级 {topUp.LevelFrom} 的加奖重复", $"the top-up from level {topUp.LevelFrom} is ruled twice: a contradiction");
            topUps.Add(topUp);
            item.Done();
        }

        return topUps.DrainToImmutable();
    }

    private static ImmutableArray<TableRow> ReadTable(YamlSection section, List<long> lines)
    {
        var rows = ImmutableArray.CreateBuilder<TableRow>();
        foreach (var item in section.Sections("table"))
        {
            var (from, to) = (item.Required<int>("levelFrom"), item.Required<int>("levelTo"));
            if (from is < 1 or > 4 || to is < 1 or > 4 || from > to) item.Wrong(item.Line, "levelFrom", "等级应为 1 至 4，且不倒置", "levels are 1 to 4, from not above to");
            var cap = item.Figure<Money>("cap");
            if (item.Has("noCap") == item.Has("cap")) item.Wrong(item.Line, "cap", "cap 与 noCap 必须且只能有一个", "either cap or noCap must stand");
            if (item.Section("noCap") is { } none)
            {
                none.Source();
                none.Done();
            }

            rows.Add(new(item.OptionalWord("batch"), item.Read<int>("completionYear"), from, to, Rate(item, "rate"), cap));
            lines.Add(item.Line);
            item.Done();
        }

        return rows.DrainToImmutable();
    }

    /// <summary>Each key of the table rules every level from the lowest paid to 4 once; batches and years leave no gap.</summary>
    private static void CheckTable(YamlSection section, AwardRule award, List<long> lines, int lowest)
    {
        var table = award.Table;
        void Wrong(int row, string zh, string en) => section.Wrong(row < 0 ? section.LineOf("table") : lines[row], "table", zh, en);

        if (table.IsEmpty) Wrong(-1, "表格为空", "the table is empty");
        var byBatch = award.Selector is BatchSelector.Assigned or BatchSelector.CutOffs;
        var byYear = award.Selector == BatchSelector.CompletionYear;
        for (var i = 0; i < table.Length; i++)
            if (table[i].Batch is not null != byBatch || table[i].CompletionYear is not null != byYear)
            {
                Wrong(i, "每行的 batch、completionYear 必须与 selector 一致", "batch and completionYear of every row must agree with the selector");
                return;
            }

        foreach (var rows in Enumerable.Range(0, table.Length).GroupBy(i => (table[i].Batch, table[i].CompletionYear)))
        {
            var name = rows.Key.Batch ?? rows.Key.CompletionYear?.ToString(CultureInfo.InvariantCulture) ?? "-";
            for (var level = lowest; level <= 4; level++)
            {
                var ruling = rows.Where(i => table[i].LevelFrom <= level && level <= table[i].LevelTo).ToArray();
                if (ruling.Length == 0) Wrong(rows.Last(), $"批次 {name} 缺少等级 {level}", $"level {level} of batch {name} is not ruled: a gap");
                if (ruling.Length > 1) Wrong(ruling[^1], $"批次 {name} 的等级 {level} 规定了 {ruling.Length} 次", $"level {level} of batch {name} is ruled {ruling.Length} times: a contradiction");
            }
        }

        for (var i = 0; i < table.Length; i++)
            if (table[i].LevelFrom < lowest) Wrong(i, $"表格含有低于最低等级 {lowest} 的行", $"a row lies below the lowest paid level {lowest}");
        if (byBatch && FirstGap([.. table.Select(r => r.Batch!).Distinct().Order(StringComparer.Ordinal)]) is { } batch)
            Wrong(Enumerable.Range(0, table.Length).First(i => table[i].Batch == batch), $"批次应为 1 起的连续数字，却有“{batch}”", $"batches run 1, 2, 3 without a gap, but there is '{batch}'");
        if (byYear && table.Select(r => r.CompletionYear!.Value).Distinct().ToArray() is { Length: > 0 } years && years.Max() - years.Min() + 1 != years.Length)
            Wrong(-1, "完工年份之间有缺口", "there is a gap between the completion years");
        if (award.CapPerEnterprise is not null && table.All(r => r.Cap is null))
            section.Refuse(section.LineOf("capPerEnterprise"), "capPerEnterprise", "表格没有任何上限", "no row of the table has a cap");
    }

    private static string? FirstGap(IReadOnlyList<string> batches) =>
        Enumerable.Range(0, batches.Count).Where(i => batches[i] != (i + 1).ToString(CultureInfo.InvariantCulture)).Select(i => batches[i]).FirstOrDefault();

    /// <summary>Every batch but the last has its moments, and a later batch does not close before an earlier one.</summary>
    private static void CheckCutOffs(YamlSection section, YamlSection? selector, AwardRule award)
    {
        var line = selector?.LineOf("cutOffs") ?? section.Line;
        if ((award.Selector == BatchSelector.CutOffs) != (award.CutOffs.Length > 0))
            section.Wrong(line, "selector", "selector 为 cut-offs 时必须且才能列出 cutOffs", "cutOffs stand with the selector cut-offs, and only there");
        if (award.Selector != BatchSelector.CutOffs) return;

        var batches = award.Table.Select(r => r.Batch).Distinct().Count();
        if (batches < 2) section.Wrong(line, "selector.cutOffs", "截止时刻至少要分出两批", "cut-offs tell at least two batches apart");
        for (var batch = 1; batch < batches; batch++)
            if (!award.CutOffs.Any(c => c.Batch == batch)) section.Wrong(line, "selector.cutOffs", $"批次 {batch} 没有截止时刻", $"batch {batch} has no cut-off: a gap");
        foreach (var cutOff in award.CutOffs)
        {
            if (cutOff.Batch < 1 || cutOff.Batch >= batches) section.Wrong(line, "selector.cutOffs", $"批次 {cutOff.Batch} 不应有截止时刻（最后一批没有）", $"batch {cutOff.Batch} has a cut-off, and the last batch has none");
            if (award.CutOffs.Any(c => c != cutOff && c.Event == cutOff.Event && (c.Batch == cutOff.Batch || (c.Batch > cutOff.Batch && c.Until <= cutOff.Until))))
                section.Wrong(line, "selector.cutOffs", $"{cutOff.Event} 的截止时刻重复，或后一批不晚于前一批", $"the cut-offs of {cutOff.Event} are doubled, or do not rise with the batch: a contradiction");
        }
    }

    public static AdvanceRule Advance(YamlSection section)
    {
        var rule = new AdvanceRule
        {
            Triggers = section.RequiredCodes<AdvanceTrigger>("triggers", "values"),
            Base = section.RequiredFigure<AdvanceBasis>("base"),
            Rate = Rate(section, "rate"),
            Cap = section.RequiredFigure<Money>("cap"),
            Recovery = section.RequiredFigure<bool>("recovery"),
        };
        section.Done();
        return rule;
    }
}
