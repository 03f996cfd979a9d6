using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// Whether an instrument file means what it says: weights add up, every option's score follows from its weight, level rows rise together and each is
/// reachable, so is every item and option, ids are unique, references lead somewhere. All problems at once, each at the value that is wrong.
/// </summary>
internal sealed class CheckInstrument
{
    /// <summary>More than these nobody reads; the first ones tell.</summary>
    private const int ProblemsMax = 1_000;

    private readonly InstrumentFile file;
    private readonly List<FaultDetail> problems = [];
    private readonly List<(ItemFile Item, string Path)> items;
    private readonly HashSet<string> facts;

    private CheckInstrument(InstrumentFile file)
    {
        this.file = file;
        items = [.. Items(file)];
        facts = file.Facts.Select(f => f.Id).ToHashSet(StringComparer.Ordinal);
    }

    public static IReadOnlyList<FaultDetail> Problems(InstrumentFile file)
    {
        var check = new CheckInstrument(file);
        check.All();
        return check.problems;
    }

    private void All()
    {
        Unless(ReadInstrument.IsId(file.Id), "/id", "identity", "标识应为 1 至 64 位小写字母、数字、连字符，以字母开头", "an id is 1 to 64 lower-case letters, digits and hyphens and begins with a letter");
        Unless(file.Version is >= 1 and <= 1_000_000, "/version", "identity", "版本应为 1 至 1000000", "versions are 1 to 1000000");
        Scoring();
        Levels();
        Facts();
        Scenarios();
        CrossWalks();
        Unless(file.Status == InstrumentStatus.Incomplete || file.MissingTables.Count == 0, "/missingTables", "unsupported", "完整的工具不缺表", "a complete instrument lacks no table");
        if (file.Status == InstrumentStatus.Complete)
        {
            Dimensions();
            Placement();
            Zones();
            Outcomes();
        }
    }

    private static IEnumerable<(ItemFile Item, string Path)> Items(InstrumentFile file)
    {
        for (var d = 0; d < file.Dimensions.Count; d++)
        {
            for (var g = 0; g < file.Dimensions[d].Groups.Count; g++)
            {
                for (var i = 0; i < file.Dimensions[d].Groups[g].Indicators.Count; i++)
                {
                    var here = file.Dimensions[d].Groups[g].Indicators[i].Items;
                    for (var n = 0; n < here.Count; n++)
                    {
                        yield return (here[n], string.Create(CultureInfo.InvariantCulture, $"/dimensions/{d}/groups/{g}/indicators/{i}/items/{n}"));
                    }
                }
            }
        }
    }

    private void Scoring()
    {
        var s = file.Scoring;
        Unless(!s.ScenariosGivePoints, "/scoring/scenariosGivePoints", "unsupported", "场景不能计分", "scenarios cannot give points");
        Unless(s.ScenarioAbsent == 0, "/scoring/scenarioAbsent", "unsupported", "场景的缺省等级必须为 0", "the level of an absent scenario must be 0");
        Unless(s.ScenarioLevelMinimum == 0, "/scoring/scenarioLevelMinimum", "unsupported", "场景的最低等级必须为 0", "the lowest level of a scenario must be 0");
        Unless(s.ScenarioLevelMaximum is >= 0 and <= ReadInstrument.LevelsMax, "/scoring/scenarioLevelMaximum", "range", $"应为 0 至 {ReadInstrument.LevelsMax}", $"must be 0 to {ReadInstrument.LevelsMax}");
        Unless(s.ScoredDimensions.ToHashSet(StringComparer.Ordinal).SetEquals(file.Dimensions.Select(d => d.Id)), "/scoring/scoredDimensions", "reference", "应恰为 dimensions 中的各维度", "must be exactly the dimensions of the file");
    }

    private void Levels()
    {
        var (rule, rows) = (file.LevelRule, file.LevelRule.Rows);
        Unless(rows.Count <= ReadInstrument.LevelsMax, "/levelRule/rows", "bound", $"最多 {ReadInstrument.LevelsMax} 行", $"at most {ReadInstrument.LevelsMax} rows");
        Unless(HasRows(rule.Kind) || (rows.Count == 0 && rule.None is null), "/levelRule/rows", "rows", "此规则没有等级行", "this kind of rule has no rows");
        for (var i = 0; i < rows.Count; i++)
        {
            Row(rows[i], i == 0 ? null : rows[i - 1], $"/levelRule/rows/{i}");
        }

        var always = rows.Count > 0 && rows[^1] is { MinScoreInclusive: true, MinScore.Value: 0m, MinScenarios: null or 0 };
        Unless(rows.Count == 0 || rule.None is not null || always, "/levelRule/none", "rows", "缺少未达到任何一行时的等级", "what an enterprise has that meets no row is missing");
        Unless(rule.None is null || !always, "/levelRule/none", "rows", "最后一行总能达到，此等级无人能得", "the last row always holds: nobody gets this level");
        Unless(rule.None is not { } none || rows.Count == 0 || (none.Level >= 0 && none.Level < rows[^1].Level), "/levelRule/none/level", "rows", "应不小于 0 且低于各行的等级", "must be 0 or more and below the levels of the rows");
    }

    private void Row(LevelRowFile row, LevelRowFile? above, string path)
    {
        var (all, must) = (row.MinScenarios ?? 0, row.MinConstraint ?? 0);
        var (there, constraint) = (file.Operations?.Scenarios.Count ?? 0, file.Operations?.Scenarios.Count(s => s.Constraint) ?? 0);
        var (complete, counts) = (file.Status == InstrumentStatus.Complete, file.LevelRule.Kind == LevelRuleKind.ScoreAndScenarios);
        Unless(row.Level is >= 0 and <= ReadInstrument.LevelsMax, $"{path}/level", "range", $"应为 0 至 {ReadInstrument.LevelsMax}", $"must be 0 to {ReadInstrument.LevelsMax}");
        Unless(
            row.MinScore.Value < file.Scoring.Maximum.Value || (row.MinScore == file.Scoring.Maximum && row.MinScoreInclusive),
            $"{path}/minScore", "rows", "分数下限高于满分，永远达不到", "its threshold is above the maximum: nobody reaches it");
        Unless(row.MinScenarios is not null == counts, $"{path}/minScenarios", "rows", "场景数只在 score-and-scenarios 规则中出现，且每行都有", "scenario counts stand in every row of a score-and-scenarios rule and nowhere else");
        Unless(row.MinConstraint is not null == counts, $"{path}/minConstraint", "rows", "场景数只在 score-and-scenarios 规则中出现，且每行都有", "scenario counts stand in every row of a score-and-scenarios rule and nowhere else");
        Unless(all >= 0 && (!complete || all <= there), $"{path}/minScenarios", "rows", $"不可能达到：共有 {there} 个场景", $"cannot be met: there are {there} scenarios");
        Unless(must >= 0 && must <= all && (!complete || must <= constraint), $"{path}/minConstraint", "rows", $"不可能达到：不得多于全部场景数，且共有 {constraint} 个约束性场景", $"cannot be met: not more than all scenarios, and there are {constraint} constraint scenarios");
        Unless((must == 0 && all == 0) || row.Level <= file.Scoring.ScenarioLevelMaximum, $"{path}/level", "rows", "高于场景的最高等级", "is above the highest level of a scenario");
        if (above is null)
            return;

        Unless(row.Level < above.Level, $"{path}/level", "rows", "等级行须自高到低", "rows go from the highest level down");
        Unless(all <= (above.MinScenarios ?? 0), $"{path}/minScenarios", "rows", "不得高于上一行（更高等级）的条件", "must not be above that of the row before, which is the higher level");
        Unless(must <= (above.MinConstraint ?? 0), $"{path}/minConstraint", "rows", "不得高于上一行（更高等级）的条件", "must not be above that of the row before, which is the higher level");
        var same = row.MinScore == above.MinScore && row.MinScoreInclusive == above.MinScoreInclusive;
        Unless(
            row.MinScore.Value < above.MinScore.Value || (row.MinScore == above.MinScore && (row.MinScoreInclusive || !above.MinScoreInclusive)),
            $"{path}/minScore", "rows", "不得高于上一行（更高等级）的条件", "must not be above that of the row before, which is the higher level");
        Unless(
            file.LevelRule.Kind == LevelRuleKind.Placement || !same || all > 0 || (above.MinScenarios ?? 0) > 0,
            $"{path}/minScore", "rows", "条件与上一行相同，此等级无人能得", "asks the same as the row before: nobody gets this level");
    }

    private static bool HasRows(LevelRuleKind kind) => kind switch
    {
        LevelRuleKind.Score or LevelRuleKind.ScoreAndScenarios or LevelRuleKind.Placement => true,
        LevelRuleKind.Zones or LevelRuleKind.None => false,
    };

    private void Placement()
    {
        var (rows, placed) = (file.LevelRule.Rows, file.LevelRule.Kind == LevelRuleKind.Placement);
        for (var i = 0; i < rows.Count; i++)
            Unless(rows[i].Option is not null == placed, $"/levelRule/rows/{i}/option", "rows", "选项只在 placement 规则中出现，且每行一个", "options stand in a placement rule, one in each row, and nowhere else");
        if (!placed)
        {
            Unless(file.LevelRule.Item is null, "/levelRule/item", "rows", "题目只在 placement 规则中出现", "an item stands in a placement rule and nowhere else");
            return;
        }

        var item = items.Select(x => x.Item).FirstOrDefault(x => x.Id == file.LevelRule.Item);
        Unless(item is { Scored: false, Type: ItemType.Single }, "/levelRule/item", "reference", "应为一道不计分的单选题", "must be an item with one choice that is not scored");
        Unless(item is null || item.Options.Select(o => o.Id).ToHashSet(StringComparer.Ordinal).SetEquals(rows.Select(r => r.Option ?? "")), "/levelRule/rows", "reference", "每个选项恰有一行", "each option of the item has exactly one row");
        Unique(rows, r => r.Option ?? "", "/levelRule/rows", "option");
    }

    /// <summary>Every dimension lies on one axis, and every combination of parts of the axes has one zone.</summary>
    private void Zones()
    {
        var (axes, zones) = (file.LevelRule.Axes, file.LevelRule.Zones);
        if (file.LevelRule.Kind != LevelRuleKind.Zones)
        {
            Unless(axes.Count == 0, "/levelRule/axes", "rows", "坐标轴只在 zones 规则中出现", "axes stand in a rule of zones and nowhere else");
            Unless(zones.Count == 0, "/levelRule/zones", "rows", "区域只在 zones 规则中出现", "zones stand in a rule of zones and nowhere else");
            return;
        }

        Unless(axes.Count is >= 1 and <= ReadInstrument.AxesMax, "/levelRule/axes", "bound", $"应有 1 至 {ReadInstrument.AxesMax} 个轴", $"must hold 1 to {ReadInstrument.AxesMax} axes");
        Unique(axes, a => a.Id, "/levelRule/axes");
        var on = new HashSet<string>(StringComparer.Ordinal);
        for (var a = 0; a < axes.Count; a++)
        {
            var path = $"/levelRule/axes/{a}";
            for (var d = 0; d < axes[a].Dimensions.Count; d++)
                Unless(file.Dimensions.Any(x => x.Id == axes[a].Dimensions[d]) && on.Add(axes[a].Dimensions[d]), $"{path}/dimensions/{d}", "reference", "应为尚未在其他轴上的一个维度", "must be a dimension that lies on no other axis");
            var maximum = file.Dimensions.Where(d => axes[a].Dimensions.Contains(d.Id)).Sum(d => d.Maximum.Value);
            Unless(axes[a].Cuts.Count is >= 1 and < ReadInstrument.LevelsMax, $"{path}/cuts", "bound", $"应有 1 至 {ReadInstrument.LevelsMax - 1} 个分界", $"must hold 1 to {ReadInstrument.LevelsMax - 1} cuts");
            for (var c = 0; c < axes[a].Cuts.Count; c++)
                Unless(axes[a].Cuts[c].Value > (c == 0 ? 0m : axes[a].Cuts[c - 1].Value) && axes[a].Cuts[c].Value <= maximum, $"{path}/cuts/{c}", "range", $"分界应递增，大于 0 且不高于该轴满分 {new Points(maximum)}", $"cuts rise, from above 0 to the axis's maximum of {new Points(maximum)}");
        }

        Unless(on.Count == file.Dimensions.Count, "/levelRule/axes", "reference", "每个维度应在一个轴上", "every dimension must lie on an axis");
        Unique(zones, z => z.Id, "/levelRule/zones");
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var z = 0; z < zones.Count; z++)
        {
            var at = zones[z].At;
            Unless(at.Count == axes.Count && at.Zip(axes).All(p => p.First >= 0 && p.First <= p.Second.Cuts.Count), $"/levelRule/zones/{z}/at", "range", "应为每个轴上的段号（自 0 起）", "must be the part on each axis, counted from 0");
            Unless(taken.Add(string.Join(',', at)), $"/levelRule/zones/{z}/at", "duplicate", "该位置已有区域", "another zone lies there");
        }

        Unless(taken.Count == axes.Aggregate(1L, (n, a) => n * (a.Cuts.Count + 1)), "/levelRule/zones", "rows", "各轴每种组合应恰有一个区域", "every combination of the axes' parts must have exactly one zone");
    }

    private void Outcomes()
    {
        if (file.Outcomes is not { } outcomes)
            return;

        const string path = "/outcomes";
        var industry = items.Select(i => i.Item).FirstOrDefault(i => i.Id == outcomes.IndustryItem);
        Unless(industry is { Scored: false, Type: ItemType.Single }, $"{path}/industryItem", "reference", "应为一道不计分的单选题", "must be an item with one choice that is not scored");
        Unless(file.Facts.Any(f => f.Id == outcomes.YearFact && f.Kind == FactKind.Count), $"{path}/yearFact", "reference", "应为一项计数的填报数据", "must be a fact that is counted");
        Unless(outcomes.Indicators.Count is >= 1 and <= ReadInstrument.ItemsMax, $"{path}/indicators", "bound", $"应有 1 至 {ReadInstrument.ItemsMax} 项", $"must hold 1 to {ReadInstrument.ItemsMax} indicators");
        Unique(outcomes.Indicators, i => i.Id, $"{path}/indicators");
        for (var i = 0; i < outcomes.Indicators.Count; i++)
        {
            var (indicator, at) = (outcomes.Indicators[i], $"{path}/indicators/{i}");
            Unless(facts.Contains(indicator.Numerator), $"{at}/numerator", "reference", "引用了不存在的填报数据", "names a fact that does not exist");
            Unless(indicator.Denominator is null || facts.Contains(indicator.Denominator), $"{at}/denominator", "reference", "引用了不存在的填报数据", "names a fact that does not exist");
            Unless(indicator.Times is >= 1 and <= 10_000, $"{at}/times", "range", "应为 1 至 10000", "must be 1 to 10000");
        }

        Unless(outcomes.Averages.Count <= ReadInstrument.AveragesMax, $"{path}/averages", "bound", $"最多 {ReadInstrument.AveragesMax} 行", $"at most {ReadInstrument.AveragesMax} rows");
        var seen = new HashSet<(string, string, int)>();
        for (var i = 0; i < Math.Min(outcomes.Averages.Count, ReadInstrument.AveragesMax); i++)
        {
            var (average, at) = (outcomes.Averages[i], $"{path}/averages/{i}");
            Unless(outcomes.Indicators.Any(x => x.Id == average.Indicator), $"{at}/indicator", "reference", "没有这项指标", "there is no such indicator");
            Unless(industry?.Options.Any(o => o.Id == average.Industry) == true, $"{at}/industry", "reference", "没有这个行业选项", "there is no such option of the industry");
            Unless(average.Year is >= 1990 and <= 2200, $"{at}/year", "range", "应为四位年份", "must be a year");
            Unless(average.N is null or >= 1, $"{at}/n", "range", "样本量应不小于 1", "a sample has at least one");
            Unless(!string.IsNullOrWhiteSpace(average.Source), $"{at}/source", "reference", "应写明来源", "must name its source");
            Unless(seen.Add((average.Indicator, average.Industry, average.Year)), at, "duplicate", "同一指标、行业、年份已有平均值", "the average of this indicator, industry and year stands twice");
        }
    }

    private void CrossWalks()
    {
        for (var i = 0; i < (file.CrossWalk?.Count ?? 0); i++)
        {
            var (walk, path) = (file.CrossWalk![i], $"/crossWalk/{i}");
            Unless(ReadInstrument.IsId(walk.To) && walk.To != file.Id, $"{path}/to", "reference", "应为另一评测工具的标识", "must be the id of another instrument");
            foreach (var (level, meant) in walk.Levels)
            {
                var own = file.LevelRule.Rows.Select(r => r.Level).Append(file.LevelRule.None?.Level ?? -1);
                Unless(own.Any(l => l.ToString(CultureInfo.InvariantCulture) == level), $"{path}/levels/{level}", "reference", "本工具没有这个等级", "this instrument has no such level");
                Unless(CrossWalk.TryMeant(meant, out _, out _), $"{path}/levels/{level}", "range", "应为“2”“below 1”或“above 4”的形式", "must be of the form '2', 'below 1' or 'above 4'");
            }
        }
    }

    private void Facts()
    {
        var ids = items.Select(i => i.Item.Id).ToHashSet(StringComparer.Ordinal);
        Unique(file.Facts, f => f.Id, "/facts");
        for (var i = 0; i < file.Facts.Count; i++)
        {
            for (var n = 0; n < file.Facts[i].Items.Count; n++)
                Unless(ids.Contains(file.Facts[i].Items[n]), $"/facts/{i}/items/{n}", "reference", "引用了不存在的题目", "names an item that does not exist");
        }
    }

    private void Scenarios()
    {
        if (file.Operations is not { } operations)
            return;

        Unless(!operations.Scored, "/operations/scored", "unsupported", "场景不能计分", "scenarios cannot give points");
        Unless(operations.Scenarios.Count <= ReadInstrument.ScenariosMax, "/operations/scenarios", "bound", $"最多 {ReadInstrument.ScenariosMax} 个场景", $"at most {ReadInstrument.ScenariosMax} scenarios");
        Unless(operations.Scenarios.Count == 0 || file.Scoring.ScenarioLevelMaximum > 0, "/scoring/scenarioLevelMaximum", "range", "有场景时最高等级应大于 0", "where there are scenarios, their highest level is above 0");
        Unique(operations.Scenarios, s => s.Id, "/operations/scenarios");
        var links = operations.Links is { ValueKind: JsonValueKind.Array } list
            ? list.EnumerateArray().Select(l => l.ValueKind == JsonValueKind.Object && l.TryGetProperty("id", out var id) ? id.ToString() : "").ToHashSet(StringComparer.Ordinal)
            : [];
        for (var i = 0; i < operations.Scenarios.Count; i++)
        {
            var (levels, path) = (operations.Scenarios[i].Levels, $"/operations/scenarios/{i}");
            Unless(levels.Count == file.Scoring.ScenarioLevelMaximum, $"{path}/levels", "range", $"应为 1 至 {file.Scoring.ScenarioLevelMaximum} 级各一条", $"must be levels 1 to {file.Scoring.ScenarioLevelMaximum}, one each");
            for (var l = 0; l < levels.Count; l++)
                Unless(levels[l].Level == l + 1, $"{path}/levels/{l}/level", "range", $"此处应为 {l + 1} 级", $"level {l + 1} stands here");
            Unless(operations.Scenarios[i].Link is not { } link || links.Contains(link), $"{path}/link", "reference", "没有这个环节", "there is no such link");
        }
    }

    private void Dimensions()
    {
        Unless(items.Count is >= 1 and <= ReadInstrument.ItemsMax, "/dimensions", "bound", $"题目应为 1 至 {ReadInstrument.ItemsMax} 道", $"must hold 1 to {ReadInstrument.ItemsMax} items");
        Unique(file.Dimensions, d => d.Id, "/dimensions");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (item, path) in items)
            Id(item.Id, seen, $"{path}/id");
        Sum(file.Dimensions.Select(d => d.Weight), file.Scoring.Maximum.Value, "/dimensions");
        for (var d = 0; d < file.Dimensions.Count; d++)
        {
            var (dimension, path) = (file.Dimensions[d], $"/dimensions/{d}");
            Unless(dimension.Maximum == dimension.Weight, $"{path}/maximum", "derived", "满分应等于权重", "a dimension's maximum must equal its weight");
            Unique(dimension.Groups, g => g.Id, $"{path}/groups");
            Sum(dimension.Groups.Select(g => g.WeightPercent), 100m, $"{path}/groups");
            for (var g = 0; g < dimension.Groups.Count; g++)
            {
                Group(dimension.Groups[g], dimension.Maximum, $"{path}/groups/{g}");
            }
        }
    }

    private void Group(GroupFile group, Points dimension, string path)
    {
        Percent(group.Maximum, dimension, group.WeightPercent, $"{path}/maximum");
        Unique(group.Indicators, i => i.Id, $"{path}/indicators");
        var inPoints = group.Indicators.All(i => i.Weight is not null && i.WeightPercent is null);
        var inPercent = group.Indicators.All(i => i.WeightPercent is not null && i.Weight is null);
        if (!inPoints && !inPercent)
        {
            Unless(false, $"{path}/indicators", "sum", "权重应全部为百分比或全部为分数", "their weights must all be percentages or all be points");
            return;
        }

        Sum(group.Indicators.Select(i => i.Weight ?? i.WeightPercent!.Value), inPoints ? group.Maximum.Value : 100m, $"{path}/indicators");
        for (var i = 0; i < group.Indicators.Count; i++)
        {
            var (indicator, at) = (group.Indicators[i], $"{path}/indicators/{i}");
            if (indicator.Weight is { } weight)
                Unless(indicator.Maximum == weight, $"{at}/maximum", "derived", "满分应等于权重", "its maximum must equal its weight");
            else
                Percent(indicator.Maximum, group.Maximum, indicator.WeightPercent!.Value, $"{at}/maximum");

            Sum(indicator.Items.Where(x => x.Scored).Select(x => x.WeightPercent ?? new(100m)), indicator.Maximum.Value == 0m && !indicator.Items.Any(x => x.Scored) ? 0m : 100m, $"{at}/items");
            for (var n = 0; n < indicator.Items.Count; n++)
            {
                Item(indicator.Items[n], indicator.Maximum, $"{at}/items/{n}");
            }
        }
    }

    private void Item(ItemFile item, Points indicator, string path)
    {
        Percent(item.Maximum, indicator, item.Scored ? item.WeightPercent ?? new(100m) : Points.Zero, $"{path}/maximum");
        Unless(!item.Scored || item.Maximum.Value > 0m, $"{path}/scored", "derived", "计分的题目满分应大于 0", "an item that is scored has a maximum above 0");
        Unless(item.Options.Count is >= 2 and <= ReadInstrument.OptionsMax, $"{path}/options", "bound", $"选项应为 2 至 {ReadInstrument.OptionsMax} 个", $"must hold 2 to {ReadInstrument.OptionsMax} options");
        Unique(item.Options, o => o.Id, $"{path}/options");
        for (var o = 0; o < item.Options.Count; o++)
        {
            Option(item.Options[o], item, $"{path}/options/{o}");
        }

        var best = item.Type == ItemType.Multi
            ? item.Options.Where(o => !o.ExcludesOthers).Sum(o => o.Score.Value)
            : item.Options.Count == 0 ? 0m : item.Options.Max(o => o.Score.Value);
        Unless(best == item.Maximum.Value, $"{path}/options", "sum", $"选项最多可得 {new Points(best)} 分，应为 {item.Maximum} 分", $"its options give at most {new Points(best)}, not {item.Maximum}");
        for (var f = 0; f < item.Facts.Count; f++)
            Unless(facts.Contains(item.Facts[f]), $"{path}/facts/{f}", "reference", "引用了不存在的填报数据", "names a fact that does not exist");
        if (item.Number is { } number)
        {
            Unless(item.Type == ItemType.Ratio && number.Minimum.Value <= number.Maximum.Value, $"{path}/number", "range", "只有比例题可填数，且下限不高于上限", "only a ratio item takes a number, and its minimum is not above its maximum");
            Ranges(item, number.Minimum.Value, number.Maximum.Value, path);
        }

        if (item.Derivation is { } derivation)
            Derivation(item, derivation, path);
    }

    private void Derivation(ItemFile item, DerivationFile derivation, string path)
    {
        var at = $"{path}/derivation";
        foreach (var (name, part) in new[] { ("numerator", derivation.Numerator), ("denominator", derivation.Denominator) })
        {
            if (part.ValueKind == JsonValueKind.Array)
            {
                for (var i = 0; i < part.GetArrayLength(); i++)
                    Unless(IsFact(part[i]), $"{at}/{name}/{i}", "reference", "引用了不存在的填报数据", "names a fact that does not exist");
            }
            else
            {
                Unless(part.ValueKind == JsonValueKind.Undefined || IsFact(part), $"{at}/{name}", "reference", "引用了不存在的填报数据", "names a fact that does not exist");
            }
        }

        foreach (var (name, option) in new[] { ("increase", derivation.Increase), ("equal", derivation.Equal), ("decrease", derivation.Decrease) })
            Unless(option is null || item.Options.Any(o => o.Id == option), $"{at}/{name}", "reference", "没有这个选项", "there is no such option");
        if (derivation.Role != DerivationRole.Binding)
            return;

        Unless(derivation.Kind == DerivationKind.RatioRange && item.Type != ItemType.Multi && IsFact(derivation.Numerator) && IsFact(derivation.Denominator), at, "unsupported", "只有单选题可由两个填报数据的比值确定", "only the ratio of two facts can bind, and only an item with one choice");
        for (var o = 0; o < item.Options.Count; o++)
            Unless(item.Options[o].Range is not null, $"{path}/options/{o}", "range", "没有区间：给出台数时无人能得此选项", "has no range: where the figures are given, nobody gets it");
        Ranges(item, 0m, 100m, path);
    }

    private void Option(OptionFile option, ItemFile of, string path)
    {
        var item = of.Maximum;
        Unless(option.WeightPercent is null != option.Share is null, path, "derived", "应有 weightPercent 或 share 之一", "must have either weightPercent or share");
        Unless(option.Score.Value <= item.Value, $"{path}/score", "derived", $"高于该题满分 {item}", $"is above the item's maximum of {item}");
        Unless(of.Scored || option.WeightPercent is null or { Value: 0m }, $"{path}/weightPercent", "derived", "不计分的题目，选项权重应为 0", "where the item is not scored, its options weigh 0");
        if (option.WeightPercent is { } percent)
            Percent(option.Score, item, percent, $"{path}/score");

        if (option.Share is { } share)
            Unless(TryShare(share, out var n, out var d) && option.Score.Value * d == item.Value * n, $"{path}/score", "derived", $"分值 {option.Score} 与份额 {share} 不符", $"score {option.Score} does not follow from share {share}");
    }

    /// <summary>The ranges of an item's options, in order, cover [from, to] without a gap and without overlap.</summary>
    private void Ranges(ItemFile item, decimal from, decimal to, string path)
    {
        var ranges = item.Options.Select((o, i) => (o.Range, Path: $"{path}/options/{i}/range")).Where(o => o.Range is not null).Select(o => (Range: o.Range!, o.Path)).ToList();
        Unless(ranges.Count > 0, $"{path}/options", "range", $"各选项的区间应无缝且不重叠地覆盖 [{from}, {to}]", $"the ranges of the options must cover [{from}, {to}] without gap or overlap");
        for (var i = 0; i < ranges.Count; i++)
        {
            var ((range, at), last) = (ranges[i], i == ranges.Count - 1);
            Unless(
                i == 0 ? range.Lower.Value == from && range.LowerInclusive : ranges[i - 1].Range is { Upper: { } end } before && end == range.Lower && before.UpperInclusive != range.LowerInclusive,
                $"{at}/lower", "range", i == 0 ? $"应从 {from} 起（含）" : "应紧接上一区间，无缝且不重叠", i == 0 ? $"must begin with {from}, included" : "must follow the range before without gap or overlap");
            Unless(
                range.Upper is not { } upper ? last : range.Lower.Value < upper.Value || (range.Lower == upper && range.LowerInclusive && range.UpperInclusive),
                $"{at}/upper", "range", "上限应高于下限；只有最后一个区间可以没有上限", "must be above the lower end; only the last range may have none");
            Unless(!last || range.Upper is not { } until || (until.Value == to && range.UpperInclusive), $"{at}/upper", "range", $"应到 {to} 止（含）", $"must end with {to}, included");
        }
    }

    private bool IsFact(JsonElement element) => element.ValueKind == JsonValueKind.String && facts.Contains(element.GetString()!);

    private static bool TryShare(string share, out decimal numerator, out decimal denominator)
    {
        var slash = share.IndexOf('/', StringComparison.Ordinal);
        denominator = 1m;
        return Whole(slash < 0 ? share : share[..slash], out numerator)
            && (slash < 0 || Whole(share[(slash + 1)..], out denominator))
            && denominator > 0m
            && numerator <= denominator;

        static bool Whole(string text, out decimal value) =>
            decimal.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value <= 1_000m;
    }

    private void Percent(Points value, Points whole, Points percent, string path) =>
        Unless(value.Value * 100m == whole.Value * percent.Value, path, "derived", $"{value} 不等于 {whole} 的 {percent}%", $"{value} is not {percent}% of {whole}");

    private void Sum(IEnumerable<Points> weights, decimal whole, string path)
    {
        var sum = weights.Sum(w => w.Value);
        Unless(sum == whole, path, "sum", $"权重合计 {new Points(sum)}，应为 {new Points(whole)}", $"weights add up to {new Points(sum)}, not {new Points(whole)}");
    }

    private void Unique<T>(IReadOnlyList<T> list, Func<T, string> id, string path, string name = "id")
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
            Id(id(list[i]), seen, string.Create(CultureInfo.InvariantCulture, $"{path}/{i}/{name}"));
    }

    private void Id(string id, HashSet<string> seen, string path)
    {
        Unless(id.Length is >= 1 and <= 64, path, "identity", "标识应为 1 至 64 个字符", "an id has 1 to 64 characters");
        Unless(seen.Add(id), path, "duplicate", $"标识 {id} 重复", $"id {id} occurs twice");
    }

    private void Unless(bool holds, string path, string reason, string zh, string en)
    {
        if (!holds && problems.Count < ProblemsMax)
            problems.Add(new(path, $"instrument.{reason}", new(zh, en)));
    }
}
