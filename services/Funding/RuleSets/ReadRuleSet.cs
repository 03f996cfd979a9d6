using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// Reads the bytes of one rule set. Refused with line and reason: unknown keys, missing clauses, contradictory tables,
/// gaps between levels or batches, anything that is no plain YAML. Fault: <c>rule_set.unreadable</c>.
/// </summary>
internal static class ReadRuleSet
{
    /// <summary>The text is kept in a log entry and in every receipt, so it stays small.</summary>
    public const int BytesMax = 60_000;

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");
    private static readonly UTF8Encoding Utf8 = new(false, true);

    public static Result<RuleSet> Read(ReadOnlySpan<byte> bytes)
    {
        var text = new RuleText();
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
        var id = root.Word("id");
        if (id.Length is 0 or > 40 || id.AsSpan().ContainsAnyExcept(IdCharacters))
            root.Wrong(root.Line, "id", "应为 40 字以内的小写字母、数字和连字符", "lower-case letters, digits and hyphens are expected, at most 40");
        var version = root.Required<int>("version");
        if (version == 0) root.Wrong(root.Line, "version", "版本从 1 开始", "versions begin at 1");
        var city = root.Word("cityCode");
        if (city.Length != 6 || city.AsSpan().ContainsAnyExceptInRange('0', '9')) root.Wrong(root.Line, "cityCode", "应为六位行政区划代码", "a division code of six digits is expected");
        if (root.Word("currency") is not "CNY") root.Wrong(root.Line, "currency", "应为 CNY", "CNY is expected");
        if (root.Word("unit") is not "yuan") root.Wrong(root.Line, "unit", "应为 yuan", "yuan is expected");
        var set = new RuleSet
        {
            Id = id,
            Version = version,
            CityCode = city,
            Title = root.Text("title"),
            Kind = root.Read<AwardKind>("kind") ?? AwardKind.Renovation,
            Status = root.Required<RuleSetStatus>("status"),
            Grade = text.Grade,
            LegalBasis = ReadLegalBasis(root),
            EffectiveFrom = root.Read<DateOnly>("effectiveFrom"),
            EffectiveTo = root.Read<DateOnly>("effectiveTo"),
            Eligibility = ReadEligibility(root.Section("eligibility")),
            Spend = ReadSpend(root.Section("spend")),
            Level = ReadLevel(root.Section("level")),
            Award = ReadAward(root.Section("award"), root.Section("portfolio")),
            Advance = ReadAdvance(root.Section("advance")),
            Process = ReadProcess(root.Section("process")),
            ProviderAward = ReadProviderAward(root.Section("providerAward")),
            Diagnosis = ReadDiagnosis(root.Section("diagnosis")),
            Penalty = ReadPenalty(root.Section("penalty")),
            OpenPoints = [.. text.OpenPoints],
            Hash = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Bytes = [.. bytes],
            Name = $"{id}@{version}",
        };
        if (set.EffectiveFrom > set.EffectiveTo) root.Wrong(root.Line, "effectiveFrom", "生效日晚于失效日", "the first day is after the last");
        CheckParts(root, set);
        root.Done();
        return set;
    }

    /// <summary>Each kind needs its own sections and no other: a table that nothing reads would mislead its reader.</summary>
    private static void CheckParts(YamlSection root, RuleSet set)
    {
        (string Key, bool Present, bool Needed)[] parts =
        [
            ("spend", set.Spend is not null, set.Kind == AwardKind.Renovation),
            ("level", set.Level is not null, set.Kind == AwardKind.Renovation),
            ("award", set.Award is not null, set.Kind == AwardKind.Renovation),
            ("providerAward", set.ProviderAward is not null, set.Kind == AwardKind.Provider),
            ("diagnosis", set.Diagnosis is not null, set.Kind == AwardKind.Diagnosis),
            ("penalty", set.Penalty is not null, set.Kind == AwardKind.Penalty),
        ];
        foreach (var (key, present, needed) in parts)
        {
            if (needed && !root.Has(key)) root.Wrong(root.Line, key, $"缺少“{key}”", $"'{key}' is missing");
            if (!needed && present) root.Wrong(root.Line, key, $"此类规则不使用“{key}”", $"this kind of rule set has no '{key}'");
        }

        if (set.Award is { } award && set.Level?.LevelMin.Value is { } lowest) CheckTable(root, award, lowest);
        if (set.Advance is not null && set.Kind != AwardKind.Renovation) root.Wrong(root.Line, "advance", "此类规则不使用“advance”", "this kind of rule set has no 'advance'");
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

    private static EligibilityRule ReadEligibility(YamlSection? section)
    {
        if (section is null) return new();
        var byPerson = ImmutableArray.CreateBuilder<PersonCheck>();
        foreach (var item in section.Sections("byPerson"))
        {
            byPerson.Add(new(item.Text("condition"), item.Source()));
            item.Done();
        }

        var rule = new EligibilityRule
        {
            SizeMax = section.Figure<EnterpriseSize>("sizeMax"),
            AboveScaleOnly = section.Figure<bool>("aboveScaleOnly"),
            PilotListed = section.Figure<bool>("pilotListed"),
            Exclusions = section.Codes<Exclusion>("exclusions", "lists"),
            CreditLists = section.Codes<CreditList>("creditLists", "lists"),
            ProjectsMax = section.Figure<int>("projectsMax"),
            ByPerson = byPerson.DrainToImmutable(),
        };
        section.Done();
        return rule;
    }

    private static SpendRule? ReadSpend(YamlSection? section)
    {
        if (section is null) return null;
        var shares = ImmutableArray.CreateBuilder<ShareRule>();
        foreach (var item in section.Sections("shares"))
        {
            shares.Add(new(item.Read<ProjectType>("appliesTo"), item.List<LineCategory>("categories", required: true), Rate(item, "shareMin")));
            item.Done();
        }

        var rule = new SpendRule
        {
            Vat = section.RequiredFigure<VatTreatment>("vat"),
            Categories = ReadCategories(section),
            Contract = section.Span("contract"),
            ContractScope = section.Read<ContractScope>("contractScope") ?? ContractScope.Each,
            Invoice = section.Span("invoice"),
            Payment = section.Span("payment"),
            Completion = section.Span("completion"),
            MustPrecedeAcceptance = section.Figure<bool>("mustPrecedeAcceptance"),
            AuditRequired = section.Figure<bool>("auditRequired"),
            Shares = shares.DrainToImmutable(),
        };
        section.Done();
        return rule;
    }

    private static ImmutableArray<CategoryRule> ReadCategories(YamlSection section)
    {
        var rules = new CategoryRule?[Enum.GetValues<LineCategory>().Length];
        foreach (var item in section.Sections("categories"))
        {
            var codes = item.List<LineCategory>("codes", required: true);
            var rule = new CategoryRule(item.Required<bool>("eligible"), item.Source(string.Join(", ", codes)));
            foreach (var code in codes)
            {
                if (rules[(int)code] is not null) item.Wrong(item.Line, "codes", $"类别 {code} 重复", $"the category {code} is ruled twice");
                rules[(int)code] = rule;
            }

            item.Done();
        }

        for (var i = 0; i < rules.Length; i++)
            if (rules[i] is null) section.Wrong(section.Line, "categories", $"没有规定类别 {(LineCategory)i}", $"the category {(LineCategory)i} is not ruled");
        return [.. rules!];
    }

    private static LevelRule? ReadLevel(YamlSection? section)
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

    private static Figure<int> LevelFigure(YamlSection section, string key)
    {
        var figure = section.RequiredFigure<int>(key);
        if (section.Has(key) && figure.Value is not (>= 1 and <= 4)) section.Wrong(section.Line, key, "应为 1 至 4", "1 to 4 is expected");
        return figure;
    }

    private static AwardRule? ReadAward(YamlSection? section, YamlSection? portfolio)
    {
        if (section is null) return null;
        var selector = section.RequiredSection("selector");
        var cutOffs = ImmutableArray.CreateBuilder<CutOff>();
        foreach (var item in selector?.Sections("cutOffs") ?? [])
        {
            cutOffs.Add(new(item.Required<CutOffEvent>("event"), item.Required<DateTimeOffset>("until"), item.Source()));
            item.Done();
        }

        var topUps = ImmutableArray.CreateBuilder<TopUp>();
        foreach (var item in section.Sections("topUps"))
        {
            topUps.Add(new(item.Required<int>("levelFrom"), item.RequiredFigure<Money>("amount"), item.RequiredFigure<TopUpLimit>("limit")));
            item.Done();
        }

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
            SelectorSource = selector?.Source() ?? new("", Grade.C, null),
            CutOffs = cutOffs.DrainToImmutable(),
            Table = ReadTable(section),
            Outside = outside,
            CapPerEnterprise = section.Figure<bool>("capPerEnterprise"),
            TopUps = topUps.DrainToImmutable(),
            PortfolioAverage = portfolio?.Figure<Money>("average"),
            PortfolioPool = portfolio?.Figure<Money>("pool"),
            FirstComeFirstServed = portfolio?.Figure<bool>("firstComeFirstServed"),
        };
        selector?.Done();
        section.Done();
        portfolio?.Done();
        return rule;
    }

    private static ImmutableArray<TableRow> ReadTable(YamlSection section)
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
            item.Done();
        }

        return rows.DrainToImmutable();
    }

    private static Figure<decimal> Rate(YamlSection section, string key)
    {
        var figure = section.RequiredFigure<decimal>(key);
        if (figure.Value is > 1m) section.Wrong(section.Line, key, "比例不能超过 1（50% 写作 0.50）", "a rate is at most 1 (50% is written 0.50)");
        return figure;
    }

    /// <summary>Each key of the table rules every level from the lowest paid to 4 once; batches and years leave no gap.</summary>
    private static void CheckTable(YamlSection root, AwardRule award, int lowest)
    {
        void Wrong(string zh, string en) => root.Wrong((root.Take("award")?.Line ?? root.Line), "award.table", zh, en);

        if (award.Table.IsEmpty) Wrong("表格为空", "the table is empty");
        var byBatch = award.Selector is BatchSelector.Assigned or BatchSelector.CutOffs;
        var byYear = award.Selector == BatchSelector.CompletionYear;
        if (award.Table.Any(r => r.Batch is not null != byBatch || r.CompletionYear is not null != byYear))
        {
            Wrong("每行的 batch、completionYear 必须与 selector 一致", "batch and completionYear of every row must agree with the selector");
            return;
        }

        foreach (var rows in award.Table.GroupBy(r => (r.Batch, r.CompletionYear)))
        {
            for (var level = lowest; level <= 4; level++)
            {
                var ruled = rows.Count(r => r.LevelFrom <= level && level <= r.LevelTo);
                var name = rows.Key.Batch ?? rows.Key.CompletionYear?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-";
                if (ruled == 0) Wrong($"批次 {name} 缺少等级 {level}", $"level {level} of batch {name} is not ruled: a gap");
                if (ruled > 1) Wrong($"批次 {name} 的等级 {level} 规定了 {ruled} 次", $"level {level} of batch {name} is ruled {ruled} times: a contradiction");
            }
        }

        if (award.Table.Any(r => r.LevelFrom < lowest)) Wrong($"表格含有低于最低等级 {lowest} 的行", $"a row lies below the lowest paid level {lowest}");
        CheckKeys(award, byBatch, byYear, Wrong);
    }

    private static void CheckKeys(AwardRule award, bool byBatch, bool byYear, Action<string, string> wrong)
    {
        if (byBatch)
        {
            var batches = award.Table.Select(r => r.Batch!).Distinct().Order(StringComparer.Ordinal).ToList();
            for (var i = 0; i < batches.Count; i++)
                if (batches[i] != (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture))
                {
                    wrong($"批次应为 1 起的连续数字，却有“{batches[i]}”", $"batches run 1, 2, 3 without a gap, but there is '{batches[i]}'");
                    break;
                }
        }

        if (byYear)
        {
            var years = award.Table.Select(r => r.CompletionYear!.Value).Distinct().Order().ToList();
            if (years.Count > 0 && years[^1] - years[0] + 1 != years.Count) wrong("完工年份之间有缺口", "there is a gap between the completion years");
        }

        if ((award.Selector == BatchSelector.CutOffs) != (award.CutOffs.Length > 0)) wrong("selector 为 cut-offs 时必须且才能列出 cutOffs", "cutOffs stand with the selector cut-offs, and only there");
        if (award.Selector == BatchSelector.CutOffs && award.Table.Select(r => r.Batch).Distinct().Count() != 2) wrong("cut-offs 只分两批", "cut-offs tell two batches apart");
    }

    private static AdvanceRule? ReadAdvance(YamlSection? section)
    {
        if (section is null) return null;
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

    private static ProcessRule ReadProcess(YamlSection? section)
    {
        if (section is null) return new();
        AcceptanceDeadline? deadline = null;
        if (section.Section("acceptanceDeadline") is { } late)
        {
            deadline = new(late.RequiredFigure<int>("monthsAfterCompletion"), late.Required<Lateness>("late"));
            late.Done();
        }

        ClaimWindow? claim = null;
        if (section.Section("claimWindow") is { } window)
        {
            claim = new(window.Span("days") ?? new(null, null, new("", Grade.C, null)), window.Required<Lateness>("late"));
            if (!window.Has("days")) window.Wrong(window.Line, "days", "缺少“days”", "'days' is missing");
            window.Done();
        }

        var documents = ImmutableArray.CreateBuilder<DocumentRule>();
        foreach (var item in section.Sections("documents"))
        {
            var codes = item.List<DocumentCode>("codes", required: true);
            var stages = item.List<AwardStage>("stages", required: true);
            var when = item.Read<DocumentCondition>("when") ?? DocumentCondition.Always;
            var source = item.Source();
            foreach (var code in codes) documents.Add(new(code, stages, when, source));
            item.Done();
        }

        var rule = new ProcessRule
        {
            FilingRequired = section.Figure<bool>("filingRequired"),
            LateFilingAllowed = section.Figure<bool>("lateFilingAllowed"),
            FinalAfterAcceptance = section.Figure<bool>("finalAfterAcceptance"),
            CompletedBeforeApplication = section.Figure<bool>("completedBeforeApplication"),
            InvoicedBeforeApplication = section.Figure<bool>("invoicedBeforeApplication"),
            AcceptanceDeadline = deadline,
            ClaimWindow = claim,
            Documents = documents.DrainToImmutable(),
            DuplicatesForbidden = section.Figure<bool>("duplicatesForbidden"),
            PublicityDays = section.Figure<int>("publicityDays"),
            VoucherRetentionYears = section.Figure<int>("voucherRetentionYears"),
            BankStatementRetentionYears = section.Figure<int>("bankStatementRetentionYears"),
        };
        section.Done();
        return rule;
    }

    private static ProviderAwardRule? ReadProviderAward(YamlSection? section)
    {
        if (section is null) return null;
        var bands = ImmutableArray.CreateBuilder<ScoreBand>();
        foreach (var item in section.Sections("bands"))
        {
            var band = new ScoreBand(item.Required<ProviderClass>("class"), item.Required<decimal>("scoreFrom"), item.RequiredFigure<Money>("cap"));
            if (bands.Any(b => b.Class == band.Class && (b.ScoreFrom >= band.ScoreFrom || b.Cap.Value > band.Cap.Value)))
                item.Wrong(item.Line, "scoreFrom", "同一类别的分档应按分数从低到高排列，且金额不递减", "the bands of a class rise in score, and their amounts do not fall");
            bands.Add(band);
            item.Done();
        }

        foreach (var kind in Enum.GetValues<ProviderClass>())
            if (bands.All(b => b.Class != kind)) section.Wrong(section.Line, "bands", $"没有 {kind} 类的分档", $"the class {kind} has no band");
        var rule = new ProviderAwardRule(section.RequiredFigure<AwardMode>("mode"), bands.DrainToImmutable());
        section.Done();
        return rule;
    }

    private static DiagnosisRule? ReadDiagnosis(YamlSection? section)
    {
        if (section is null) return null;
        var rule = new DiagnosisRule
        {
            Share = Rate(section, "share"),
            Cap = section.RequiredFigure<Money>("cap"),
            LevelMin = LevelFigure(section, "levelMin"),
            Pool = section.Figure<Money>("pool"),
            PoolMode = section.Figure<PoolMode>("poolMode"),
        };
        section.Done();
        return rule;
    }

    private static PenaltyRule? ReadPenalty(YamlSection? section)
    {
        if (section is null) return null;
        var rows = ImmutableArray.CreateBuilder<PenaltyRow>();
        foreach (var item in section.Sections("rows"))
        {
            var row = new PenaltyRow(item.Required<PenaltyBasis>("basis"), Rate(item, "fineMin"), Rate(item, "fineMax"), item.Figure<Money>("personMin"), item.Figure<Money>("personMax"));
            if (row.FineMin.Value > row.FineMax.Value) item.Wrong(item.Line, "fineMin", "下限高于上限", "the lower bound is above the upper");
            if (rows.Any(r => r.Basis == row.Basis)) item.Wrong(item.Line, "basis", $"{row.Basis} 重复", $"{row.Basis} is ruled twice");
            rows.Add(row);
            item.Done();
        }

        foreach (var basis in Enum.GetValues<PenaltyBasis>())
            if (rows.All(r => r.Basis != basis)) section.Wrong(section.Line, "rows", $"没有规定 {basis}", $"{basis} is not ruled");
        section.Done();
        return new(rows.DrainToImmutable());
    }
}
