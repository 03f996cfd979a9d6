using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// Reads the bytes of one rule set. Refused with line and reason: unknown keys, missing clauses and grades, contradictory tables,
/// gaps between levels, batches or windows, anything that is no plain YAML. Fault: <c>rule_set.unreadable</c>.
/// </summary>
internal static class ReadRuleSet
{
    /// <summary>The text is kept in a log entry and in every receipt, so it stays small.</summary>
    public const int BytesMax = 60_000;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly UTF8Encoding Utf8 = new(false, true);

    /// <summary>A text that is new here: a shipped file or a draft.</summary>
    public static Result<RuleSet> Read(ReadOnlySpan<byte> bytes) => Read(bytes, new RuleText(kept: false));

    /// <summary>A text that a log or a receipt holds. It was accepted by the checks of its day, and decides as it did then.</summary>
    public static Result<RuleSet> Kept(ReadOnlySpan<byte> bytes) => Read(bytes, new RuleText(kept: true));

    private static Result<RuleSet> Read(ReadOnlySpan<byte> bytes, RuleText text)
    {
        var root = ReadRoot(bytes, text);
        var set = root is null ? null : ReadSet(root, text, bytes);
        if (text.Faults.Count == 0 && set is not null) return set;

        var first = text.Faults[0].Message;
        return new Fault(FaultKind.Invalid, "rule_set.unreadable", new($"规则文本无法读取：{first.Zh}", $"the rule set cannot be read: {first.En}")) { Details = text.Faults };
    }

    private static YamlSection? ReadRoot(ReadOnlySpan<byte> bytes, RuleText text)
    {
        if (bytes.Length > BytesMax)
        {
            text.Wrong(1, "file", $"文件有 {bytes.Length} 字节，上限为 {BytesMax}（规则文本要写入日志条目）", $"the file has {bytes.Length} bytes, at most {BytesMax} are allowed (the text is kept in a log entry)");
            return null;
        }

        try
        {
            if (YamlTree.Read(Utf8.GetString(bytes)) is YamlMap map) return new(map, "", text);
            text.Wrong(1, "file", "应为一组键值", "a mapping is expected");
        }
        catch (YamlRefused refused)
        {
            text.Wrong(refused.Line, "file", refused.Reason.Zh, refused.Reason.En);
        }
        catch (DecoderFallbackException)
        {
            text.Wrong(1, "file", "不是 UTF-8 文本", "the text is not UTF-8");
        }

        return null;
    }

    private static RuleSet ReadSet(YamlSection root, RuleText text, ReadOnlySpan<byte> bytes)
    {
        text.Grade = root.Required<Grade>("grade");
        text.Documents = ReadLegalBasis(root);
        var (id, version) = (root.Word("id"), root.Required<int>("version"));
        CheckIdentity(root, id, version);
        var award = root.Section("award");
        var level = ReadAwardRule.Level(root.Section("level"));
        var set = new RuleSet
        {
            Id = id,
            Version = version,
            CityCode = root.Word("cityCode"),
            Title = root.Text("title"),
            Kind = root.Read<AwardKind>("kind") ?? AwardKind.Renovation,
            Status = root.Required<RuleSetStatus>("status"),
            Grade = text.Grade,
            LegalBasis = text.Documents,
            EffectiveFrom = root.Read<DateOnly>("effectiveFrom"),
            EffectiveTo = root.Read<DateOnly>("effectiveTo"),
            EffectiveSource = ReadEffective(root),
            Eligibility = ReadEligibility(root.Section("eligibility"), text),
            Spend = ReadSpendRule.Read(root.Section("spend"), text, byYear: award?.Section("selector")?.OptionalWord("by") == "completion-year"),
            Level = level,
            Award = ReadAwardRule.Read(award, root.Section("portfolio"), level),
            Advance = root.Section("advance") is { } advance && !advance.Has("openQuestion") ? ReadAwardRule.Advance(advance) : null,
            AdvanceUnseen = root.Section("advance") is { } unseen && unseen.Has("openQuestion") ? root.Unseen("advance") : null,
            Process = ReadProcessRule.Read(root.Section("process")),
            ProviderAward = ReadOtherMoney.Provider(root.Section("providerAward")),
            Diagnosis = ReadOtherMoney.Diagnosis(root.Section("diagnosis")),
            Penalty = ReadOtherMoney.Penalty(root.Section("penalty")),
            FurtherClauses = root.Clauses("furtherClauses"),
            ControlTotals = ReadControlTotals(root),
            ByPerson = [.. text.ByPerson],
            OpenPoints = ReadOpenPoints(root, text),
            Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Bytes = [.. bytes],
            Name = $"{id}@{version}",
        };
        CheckParts(root, set);
        root.Done();
        return set;
    }

    private static void CheckIdentity(YamlSection root, string id, int version)
    {
        if (id.Length is 0 or > 40 || id.AsSpan().ContainsAnyExcept(IdCharacters))
            root.Wrong(root.LineOf("id"), "id", "应为 40 字以内的小写字母、数字和连字符", "lower-case letters, digits and hyphens are expected, at most 40");
        if (version == 0) root.Wrong(root.LineOf("version"), "version", "版本从 1 开始", "versions begin at 1");
        var city = root.OptionalWord("cityCode") ?? "";
        if (city.Length != 6 || city.AsSpan().ContainsAnyExceptInRange('0', '9')) root.Wrong(root.LineOf("cityCode"), "cityCode", "应为六位行政区划代码", "a division code of six digits is expected");
        if (root.Word("currency") is not "CNY") root.Wrong(root.LineOf("currency"), "currency", "应为 CNY", "CNY is expected");
        if (root.Word("unit") is not "yuan") root.Wrong(root.LineOf("unit"), "unit", "应为 yuan", "yuan is expected");
    }

    /// <summary>Where the first and last day in force were read; where nothing was seen, that is said too (Q15).</summary>
    private static Source? ReadEffective(YamlSection root)
    {
        if (!root.Has("effectiveSource")) root.Refuse(root.LineOf("effectiveFrom"), "effectiveSource", "缺少生效日期的出处（effectiveSource）", "the source of the days in force is missing");
        if (root.Read<DateOnly>("effectiveFrom") > root.Read<DateOnly>("effectiveTo")) root.Wrong(root.LineOf("effectiveFrom"), "effectiveFrom", "生效日晚于失效日", "the first day is after the last");
        if (root.Section("effectiveSource") is not { } section) return null;
        var source = section.Source();
        section.Done();
        return source;
    }

    /// <summary>Each kind needs its own sections and no other: a table that nothing reads would mislead its reader.</summary>
    private static void CheckParts(YamlSection root, RuleSet set)
    {
        (string Key, bool Needed)[] parts =
        [
            ("spend", set.Kind == AwardKind.Renovation),
            ("level", set.Kind == AwardKind.Renovation),
            ("award", set.Kind == AwardKind.Renovation),
            ("providerAward", set.Kind == AwardKind.Provider),
            ("diagnosis", set.Kind == AwardKind.Diagnosis),
            ("penalty", set.Kind == AwardKind.Penalty),
        ];
        foreach (var (key, needed) in parts)
        {
            if (needed && !root.Has(key)) root.Wrong(root.Line, key, $"缺少“{key}”", $"'{key}' is missing");
            if (!needed && root.Has(key)) root.Wrong(root.LineOf(key), key, $"此类规则不使用“{key}”", $"this kind of rule set has no '{key}'");
        }

        if (set.Kind == AwardKind.Renovation)
        {
            if (!root.Has("advance")) root.Refuse(root.Line, "advance", "缺少“advance”（没有见到预拨规定的，请写 openQuestion）", "'advance' is missing (where no advance was seen, name its openQuestion)");
            return;
        }

        foreach (var key in (string[])["advance", "portfolio"])
            if (root.Has(key)) root.Wrong(root.LineOf(key), key, $"此类规则不使用“{key}”", $"this kind of rule set has no '{key}'");
    }

    private static ImmutableArray<LegalDocument> ReadLegalBasis(YamlSection root)
    {
        var basis = ImmutableArray.CreateBuilder<LegalDocument>();
        foreach (var item in root.Sections("legalBasis"))
        {
            basis.Add(new(item.Word("document"), item.Required<Grade>("grade")));
            item.Done();
        }

        if (basis.Count == 0) root.Wrong(root.Line, "legalBasis", "缺少依据文件", "no legal basis is named");
        return basis.DrainToImmutable();
    }

    private static EligibilityRule ReadEligibility(YamlSection? section, RuleText text)
    {
        if (section is null) return new();
        var rule = new EligibilityRule
        {
            SizeMax = section.Figure<EnterpriseSize>("sizeMax"),
            AboveScaleOnly = section.Figure<bool>("aboveScaleOnly"),
            PilotListed = section.Figure<bool>("pilotListed"),
            Exclusions = section.Codes<Exclusion>("exclusions", "lists"),
            CreditLists = section.Codes<CreditList>("creditLists", "lists"),
            ProjectsMax = section.Figure<int>("projectsMax"),
            AcceptancePassed = section.Figure<bool>("acceptancePassed"),
            SettledWithRenovation = section.Figure<bool>("settledWithRenovation"),
        };
        if (rule.ProjectsMax is { Value: 0 }) section.Refuse(section.LineOf("projectsMax"), "projectsMax", "至少应允许一个项目", "at least one project must be possible");
        text.AddCheck(section, "registeredLocally", "企业在本市登记注册", "the enterprise is registered in the city");
        text.AddCheck(section, "taxedLocally", "企业在本市纳税", "the enterprise pays its taxes in the city");
        ReadSubIndustries(section, text);
        ReadCleanYears(section.Section("cleanYears"), text);
        text.ByPerson.AddRange(section.Clauses("byPerson"));
        section.Done();
        return rule;
    }

    private static void ReadSubIndustries(YamlSection section, RuleText text)
    {
        if (section.Section("subIndustries") is not { } item) return;
        var names = string.Join("、", item.Words("names"));
        text.ByPerson.Add(new(new($"企业属于细分行业：{names}", $"the enterprise belongs to one of the sub-industries {names}"), item.Source()));
        item.Done();
    }

    private static void ReadCleanYears(YamlSection? section, RuleText text)
    {
        if (section is null) return;
        (string Key, string Zh, string En)[] fields =
            [("safety", "安全生产", "safety"), ("dataSecurity", "网络和数据安全", "network and data security"), ("quality", "质量", "quality"), ("environment", "环境保护", "environment")];
        foreach (var (key, zh, en) in fields)
            if (section.Figure<int>(key) is { Value: { } years } rule)
                text.ByPerson.Add(new(new($"近 {years} 年内未发生{zh}方面的事故或处罚", $"no event in {en} within {years} years"), rule.Source));
        section.Done();
    }

    private static ImmutableArray<ControlTotal> ReadControlTotals(YamlSection root)
    {
        var totals = ImmutableArray.CreateBuilder<ControlTotal>();
        foreach (var item in root.Sections("controlTotals"))
        {
            totals.Add(new(item.Text("list"), item.Required<int>("projects"), item.Required<Money>("sum"), item.Source()));
            item.Done();
        }

        return totals.DrainToImmutable();
    }

    /// <summary>Those of the parameters, and those that no decision touches and that are listed for their reader.</summary>
    private static ImmutableArray<OpenPoint> ReadOpenPoints(YamlSection root, RuleText text)
    {
        foreach (var item in root.Sections("open"))
        {
            var (parameter, question) = (item.Word("parameter"), item.Word("openQuestion"));
            if (question.Length > 0 && !YamlSection.IsQuestion(question)) item.Wrong(item.Line, "openQuestion", $"“{question}”不是待定问题编号（如 Q4，无编号的写 n/s）", $"'{question}' is not the number of an open question, e.g. Q4 (n/s where it has none)");
            text.Open(parameter, question, item.OptionalWord("default"));
            item.Done();
        }

        return [.. text.OpenPoints];
    }
}
