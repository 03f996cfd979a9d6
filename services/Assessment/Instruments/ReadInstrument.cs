using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// Reads an instrument file and checks that it means what it says before anything is scored with it: weights add up,
/// every option's score follows from its weight, level rows rise together, ids are unique, references lead somewhere.
/// All problems are reported at once, each with its path in the file.
/// </summary>
internal static class ReadInstrument
{
    /// <summary>The largest published instrument has about 115 kB; nine times that is no questionnaire any more.</summary>
    public const int BytesMax = 1024 * 1024;

    /// <summary>Chosen options are kept as bits of one 64-bit word.</summary>
    public const int OptionsMax = 64;

    /// <summary>Bounds of a form that a person fills in; they keep every index and sum small.</summary>
    public const int ItemsMax = 500;

    public const int ScenariosMax = 200;

    public const int LevelsMax = 20;

    public static Result<Instrument> Read(string name, ReadOnlyMemory<byte> bytes) => Read(name, bytes, kept: false);

    /// <summary>A file that a log holds: it was accepted by the checks of its day, and scores as it did then.</summary>
    public static Result<Instrument> Kept(string name, ReadOnlyMemory<byte> bytes) => Read(name, bytes, kept: true);

    private static Result<Instrument> Read(string name, ReadOnlyMemory<byte> bytes, bool kept)
    {
        if (bytes.Length > BytesMax)
        {
            return InstrumentFaults.Invalid(name, [new("", "instrument.too_large", new($"文件超过 {BytesMax} 字节", $"the file is larger than {BytesMax} bytes"))]);
        }

        InstrumentFile? file;
        try
        {
            file = JsonSerializer.Deserialize<InstrumentFile>(bytes.Span, Json.Strict);
        }
        catch (JsonException e)
        {
            var line = (e.LineNumber + 1)?.ToString(CultureInfo.InvariantCulture) ?? "?";
            return InstrumentFaults.Invalid(name, [new(e.Path ?? "", "instrument.malformed", new($"第 {line} 行不符合格式：{e.Message}", $"line {line} is not of the format: {e.Message}"))]);
        }

        if (file is null)
        {
            return InstrumentFaults.Invalid(name, [new("", "instrument.malformed", new("文件为空", "the file holds null"))]);
        }

        if (kept)
            return Compile(file, bytes);

        var check = new Checks(file);
        check.All();
        return check.Problems.Count > 0 ? InstrumentFaults.Invalid(name, check.Problems) : Compile(file, bytes);
    }

    internal static bool IsId(string id) => id.Length is >= 1 and <= 64 && char.IsAsciiLetterLower(id[0]) && id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    /// <summary>The file's figures as lookups; runs on a checked file only.</summary>
    private static Instrument Compile(InstrumentFile file, ReadOnlyMemory<byte> document)
    {
        var facts = file.Facts.Select(f => new FactDefinition(f.Id, f.Label, f.Kind)).ToList();
        var factsById = facts.ToFrozenDictionary(f => f.Id, StringComparer.Ordinal);
        var dimensions = file.Dimensions.Select((d, i) => new Dimension(d.Id, i, d.Title, d.Maximum)).ToList();
        var items = file.Dimensions
            .SelectMany((d, i) => d.Groups.SelectMany(g => g.Indicators).SelectMany(n => n.Items).Select(item => (Dimension: dimensions[i], Item: item)))
            .Select((x, i) => Compile(x.Item, i, x.Dimension, factsById))
            .ToList();
        var scenarios = (file.Operations?.Scenarios ?? []).Select((s, i) => new Scenario(s.Id, i, s.Name, s.Constraint)).ToList();
        return new()
        {
            Id = file.Id,
            Version = file.Version,
            Status = file.Status,
            Official = file.Official,
            Title = file.Title,
            Maximum = file.Scoring.Maximum,
            Dimensions = dimensions,
            Items = items,
            Unanswered = file.Scoring.Unanswered,
            UnscoredMayBeAbsent = file.Scoring.UnansweredUnscored == Allowance.Allowed,
            Scenarios = scenarios,
            ScenarioLevelMaximum = file.Scoring.ScenarioLevelMaximum,
            Placement = file.LevelRule.Kind == LevelRuleKind.Placement
                ? new(items.First(i => i.Id == file.LevelRule.Item), file.LevelRule.Rows.ToFrozenDictionary(r => r.Option!, r => new LevelName(r.Level, r.Name), StringComparer.Ordinal))
                : null,
            MissingTables = file.MissingTables,
            Levels = file.LevelRule.Kind == LevelRuleKind.Placement ? [] : [.. file.LevelRule.Rows.Select(r => new LevelRow(r.Level, r.Name, r.MinScore, r.MinScoreInclusive, r.MinScenarios ?? 0, r.MinConstraint ?? 0))],
            NoLevel = file.LevelRule.None,
            Facts = facts,
            Document = document,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(document.Span)),
            Reference = string.Create(CultureInfo.InvariantCulture, $"{file.Id}@{file.Version}"),
            ItemsById = items.ToFrozenDictionary(i => i.Id, StringComparer.Ordinal),
            ScenariosById = scenarios.ToFrozenDictionary(s => s.Id, StringComparer.Ordinal),
            FactsById = factsById,
        };
    }

    private static Item Compile(ItemFile item, int index, Dimension dimension, FrozenDictionary<string, FactDefinition> facts)
    {
        var options = item.Options
            .Select((o, i) => new Option(o.Id, i, o.Label, o.Score, o.ExcludesOthers, o.Range is { } r ? new(r.Lower, r.LowerInclusive, r.Upper, r.UpperInclusive) : null))
            .ToList();
        return new()
        {
            Id = item.Id,
            Index = index,
            Dimension = dimension,
            Title = item.Title,
            Type = item.Type,
            Scored = item.Scored,
            Maximum = item.Maximum,
            Options = options,
            OptionsById = options.ToFrozenDictionary(o => o.Id, StringComparer.Ordinal),
            Number = item.Number is { Accepted: true } n ? new(n.Minimum, n.Maximum) : null,
            Binding = item.Derivation is { Role: DerivationRole.Binding } d
                ? new(facts[d.Numerator.GetString()!], facts[d.Denominator.GetString()!])
                : null,
        };
    }

    /// <summary>The checks, in the order of the file.</summary>
    private sealed class Checks(InstrumentFile file)
    {
        public List<FaultDetail> Problems { get; } = [];

        public void All()
        {
            Unless(IsId(file.Id) && file.Version is >= 1 and <= 1_000_000, "/id", "identity", "标识或版本不合规（小写字母、数字、连字符；版本从 1 起）", "id or version is not well formed (lower-case letters, digits, hyphens; versions from 1)");
            Scoring();
            Levels();
            Facts();
            Scenarios();
            Unless(file.Status == InstrumentStatus.Incomplete || file.MissingTables.Count == 0, "/missingTables", "unsupported", "完整的工具不缺表", "a complete instrument lacks no table");
            if (file.Status == InstrumentStatus.Complete)
            {
                Dimensions();
                Placement();
            }
        }

        private void Scoring()
        {
            var s = file.Scoring;
            Unless(!s.ScenariosGivePoints && s.ScenarioAbsent == 0 && s.ScenarioLevelMinimum == 0, "/scoring", "unsupported", "场景不能计分，缺省等级与最低等级必须为 0", "scenarios cannot give points, and their absent and lowest level must be 0");
            Unless(s.ScenarioLevelMaximum is >= 0 and <= LevelsMax, "/scoring/scenarioLevelMaximum", "range", $"应为 0 至 {LevelsMax}", $"must be 0 to {LevelsMax}");
            Unless(s.ScoredDimensions.ToHashSet(StringComparer.Ordinal).SetEquals(file.Dimensions.Select(d => d.Id)), "/scoring/scoredDimensions", "reference", "应恰为 dimensions 中的各维度", "must be exactly the dimensions of the file");
        }

        private void Levels()
        {
            var rows = file.LevelRule.Rows;
            Unless(rows.Count <= LevelsMax, "/levelRule/rows", "bound", $"最多 {LevelsMax} 行", $"at most {LevelsMax} rows");
            var scenarios = file.Operations?.Scenarios.Count ?? 0;
            var constraint = file.Operations?.Scenarios.Count(s => s.Constraint) ?? 0;
            for (var i = 0; i < rows.Count; i++)
            {
                var (row, path) = (rows[i], $"/levelRule/rows/{i}");
                var (all, must) = (row.MinScenarios ?? 0, row.MinConstraint ?? 0);
                Unless(row.MinScore.Value <= file.Scoring.Maximum.Value, path, "rows", "分数下限高于满分，永远达不到", "its threshold is above the maximum: nobody reaches it");
                Unless(file.LevelRule.Kind == LevelRuleKind.ScoreAndScenarios == row.MinScenarios is not null && row.MinScenarios is null == row.MinConstraint is null, path, "rows", "场景数只在 score-and-scenarios 规则中出现，且两个一起", "scenario counts stand in a score-and-scenarios rule, both of them, and nowhere else");
                Unless(all >= must && must >= 0 && (file.Status == InstrumentStatus.Incomplete || (all <= scenarios && must <= constraint)), path, "rows", "场景数不可能达到（约束性 ≤ 全部 ≤ 现有场景）", "its scenario counts cannot be met (constraint ≤ all ≤ scenarios there are)");
                Unless(must == 0 && all == 0 || row.Level <= file.Scoring.ScenarioLevelMaximum, path, "rows", "高于场景的最高等级", "is above the highest level of a scenario");
                if (i > 0)
                {
                    var above = rows[i - 1];
                    Unless(row.Level < above.Level && LowerBoundBelow(row, above) && all <= (above.MinScenarios ?? 0) && must <= (above.MinConstraint ?? 0), path, "rows", "等级行须自高到低，各条件不得高于上一行", "rows go from the highest level down, and no condition may be above that of the row before");
                }
            }

            var none = file.LevelRule.None;
            var always = rows.Count > 0 && rows[^1] is { MinScoreInclusive: true, MinScore.Value: 0m, MinScenarios: null or 0 };
            Unless(rows.Count == 0 || none is not null || always, "/levelRule/none", "rows", "缺少未达到任何一行时的等级", "what an enterprise has that meets no row is missing");
            Unless(none is null || rows.Count == 0 || none.Level < rows[^1].Level, "/levelRule/none", "rows", "应低于各行的等级", "must be below the levels of the rows");
        }

        private void Placement()
        {
            var (rows, placed) = (file.LevelRule.Rows, file.LevelRule.Kind == LevelRuleKind.Placement);
            for (var i = 0; i < rows.Count; i++)
                Unless(rows[i].Option is not null == placed, $"/levelRule/rows/{i}", "rows", "选项只在 placement 规则中出现，且每行一个", "options stand in a placement rule, one in each row, and nowhere else");
            if (!placed)
            {
                Unless(file.LevelRule.Item is null, "/levelRule/item", "rows", "题目只在 placement 规则中出现", "an item stands in a placement rule and nowhere else");
                return;
            }

            var item = Items().Select(x => x.Item).FirstOrDefault(x => x.Id == file.LevelRule.Item);
            Unless(item is { Scored: false, Type: ItemType.Single }, "/levelRule/item", "reference", "应为一道不计分的单选题", "must be an item with one choice that is not scored");
            Unless(item is null || item.Options.Select(o => o.Id).ToHashSet(StringComparer.Ordinal).SetEquals(rows.Select(r => r.Option ?? "")), "/levelRule/rows", "reference", "每个选项恰有一行", "each option of the item has exactly one row");
            Unique(rows.Select(r => r.Option ?? ""), "/levelRule/rows");
        }

        private static bool LowerBoundBelow(LevelRowFile row, LevelRowFile above) =>
            row.MinScore.Value < above.MinScore.Value
            || (row.MinScore.Value == above.MinScore.Value && (row.MinScoreInclusive || !above.MinScoreInclusive));

        private void Facts()
        {
            var items = Items().Select(i => i.Item.Id).ToHashSet(StringComparer.Ordinal);
            Unique(file.Facts.Select(f => f.Id), "/facts");
            for (var i = 0; i < file.Facts.Count; i++)
            {
                Unless(file.Facts[i].Items.All(items.Contains), $"/facts/{i}/items", "reference", "引用了不存在的题目", "names an item that does not exist");
            }
        }

        private void Scenarios()
        {
            if (file.Operations is not { } operations)
            {
                return;
            }

            Unless(!operations.Scored, "/operations/scored", "unsupported", "场景不能计分", "scenarios cannot give points");
            Unless(operations.Scenarios.Count <= ScenariosMax, "/operations/scenarios", "bound", $"最多 {ScenariosMax} 个场景", $"at most {ScenariosMax} scenarios");
            Unique(operations.Scenarios.Select(s => s.Id), "/operations/scenarios");
            for (var i = 0; i < operations.Scenarios.Count; i++)
            {
                var levels = operations.Scenarios[i].Levels;
                Unless(levels.Select(l => l.Level).SequenceEqual(Enumerable.Range(1, file.Scoring.ScenarioLevelMaximum)), $"/operations/scenarios/{i}/levels", "range", $"应为 1 至 {file.Scoring.ScenarioLevelMaximum} 级各一条", $"must be levels 1 to {file.Scoring.ScenarioLevelMaximum}, one each");
            }
        }

        private void Dimensions()
        {
            Unless(Items().Count() is >= 1 and <= ItemsMax, "/dimensions", "bound", $"题目应为 1 至 {ItemsMax} 道", $"must hold 1 to {ItemsMax} items");
            Unique(file.Dimensions.Select(d => d.Id), "/dimensions");
            Unique(Items().Select(i => i.Item.Id), "/dimensions items");
            Sum(file.Dimensions.Select(d => d.Weight), file.Scoring.Maximum.Value, "/dimensions");
            for (var d = 0; d < file.Dimensions.Count; d++)
            {
                var (dimension, path) = (file.Dimensions[d], $"/dimensions/{d}");
                Unless(dimension.Maximum == dimension.Weight, path, "derived", "满分应等于权重", "its maximum must equal its weight");
                Unique(dimension.Groups.Select(g => g.Id), $"{path}/groups");
                Sum(dimension.Groups.Select(g => g.WeightPercent), 100m, $"{path}/groups");
                for (var g = 0; g < dimension.Groups.Count; g++)
                {
                    Group(dimension.Groups[g], dimension.Maximum, $"{path}/groups/{g}");
                }
            }
        }

        private void Group(GroupFile group, Points dimension, string path)
        {
            Percent(group.Maximum, dimension, group.WeightPercent, path);
            Unique(group.Indicators.Select(i => i.Id), $"{path}/indicators");
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
                    Unless(indicator.Maximum == weight, at, "derived", "满分应等于权重", "its maximum must equal its weight");
                else
                    Percent(indicator.Maximum, group.Maximum, indicator.WeightPercent!.Value, at);

                Sum(indicator.Items.Where(x => x.Scored).Select(x => x.WeightPercent ?? new(100m)), indicator.Maximum.Value == 0m && !indicator.Items.Any(x => x.Scored) ? 0m : 100m, $"{at}/items");
                for (var n = 0; n < indicator.Items.Count; n++)
                {
                    Item(indicator.Items[n], indicator.Maximum, $"{at}/items/{n}");
                }
            }
        }

        private void Item(ItemFile item, Points indicator, string path)
        {
            Percent(item.Maximum, indicator, item.Scored ? item.WeightPercent ?? new(100m) : Points.Zero, path);
            Unless(item.Options.Count is >= 1 and <= OptionsMax, $"{path}/options", "bound", $"选项应为 1 至 {OptionsMax} 个", $"must hold 1 to {OptionsMax} options");
            Unique(item.Options.Select(o => o.Id), $"{path}/options");
            for (var o = 0; o < item.Options.Count; o++)
            {
                Option(item.Options[o], item.Maximum, $"{path}/options/{o}");
            }

            var best = item.Type == ItemType.Multi
                ? item.Options.Where(o => !o.ExcludesOthers).Sum(o => o.Score.Value)
                : item.Options.Count == 0 ? 0m : item.Options.Max(o => o.Score.Value);
            Unless(best == item.Maximum.Value, $"{path}/options", "sum", $"选项最多可得 {new Points(best)} 分，应为 {item.Maximum} 分", $"its options give at most {new Points(best)}, not {item.Maximum}");
            Unless(item.Facts.All(f => file.Facts.Any(x => x.Id == f)), $"{path}/facts", "reference", "引用了不存在的填报数据", "names a fact that does not exist");
            if (item.Number is { } number)
            {
                Unless(item.Type == ItemType.Ratio && number.Minimum.Value <= number.Maximum.Value, $"{path}/number", "range", "只有比例题可填数，且下限不高于上限", "only a ratio item takes a number, and its minimum is not above its maximum");
                Ranges(item, number.Minimum.Value, number.Maximum.Value, path);
            }

            if (item.Derivation is { Role: DerivationRole.Binding } derivation)
            {
                Unless(derivation.Kind == DerivationKind.RatioRange && item.Type != ItemType.Multi && IsFact(derivation.Numerator) && IsFact(derivation.Denominator), $"{path}/derivation", "unsupported", "只有单选题可由两个填报数据的比值确定", "only the ratio of two facts can bind, and only an item with one choice");
                Ranges(item, 0m, 100m, path);
            }
        }

        private void Option(OptionFile option, Points item, string path)
        {
            Unless(option.WeightPercent is null != option.Share is null, path, "derived", "应有 weightPercent 或 share 之一", "must have either weightPercent or share");
            if (option.WeightPercent is { } percent)
                Percent(option.Score, item, percent, path);

            if (option.Share is { } share)
                Unless(TryShare(share, out var n, out var d) && option.Score.Value * d == item.Value * n, path, "derived", $"分值 {option.Score} 与份额 {share} 不符", $"score {option.Score} does not follow from share {share}");
        }

        /// <summary>The ranges of an item's options, in order, cover [from, to] without a gap and without overlap.</summary>
        private void Ranges(ItemFile item, decimal from, decimal to, string path)
        {
            var ranges = item.Options.Where(o => o.Range is not null).Select(o => o.Range!).ToList();
            var whole = ranges.Count > 0 && ranges[0].Lower.Value == from && ranges[0].LowerInclusive
                && (ranges[^1].Upper is not { } last || (last.Value == to && ranges[^1].UpperInclusive))
                && ranges.Zip(ranges.Skip(1)).All(p => p.First.Upper is { } upper && upper == p.Second.Lower && p.First.UpperInclusive != p.Second.LowerInclusive)
                && ranges.All(r => r.Upper is not { } upper || r.Lower.Value < upper.Value || (r.Lower == upper && r.LowerInclusive && r.UpperInclusive));
            Unless(whole, $"{path}/options", "range", $"各选项的区间应无缝且不重叠地覆盖 [{from}, {to}]", $"the ranges of the options must cover [{from}, {to}] without gap or overlap");
        }

        private IEnumerable<(DimensionFile Dimension, ItemFile Item)> Items() =>
            file.Dimensions.SelectMany(d => d.Groups.SelectMany(g => g.Indicators).SelectMany(i => i.Items).Select(i => (d, i)));

        private bool IsFact(JsonElement element) =>
            element.ValueKind == JsonValueKind.String && file.Facts.Any(f => f.Id == element.GetString());

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

        private void Unique(IEnumerable<string> ids, string path)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var id in ids)
            {
                Unless(id.Length is >= 1 and <= 64, path, "identity", "标识应为 1 至 64 个字符", "an id has 1 to 64 characters");
                Unless(seen.Add(id), path, "duplicate", $"标识 {id} 重复", $"id {id} occurs twice");
            }
        }

        private void Unless(bool holds, string path, string reason, string zh, string en)
        {
            if (!holds && Problems.Count < 1_000)
                Problems.Add(new(path, $"instrument.{reason}", new(zh, en)));
        }
    }
}
