using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>A decision as a person reads it, in one language: plain words without markup, so that whoever renders it escapes it once.</summary>
internal sealed record Explanation(string Language, string Title, string Sentence, ImmutableArray<ExplainedSection> Sections);

/// <summary>One part of an explanation.</summary>
internal sealed record ExplainedSection(string Heading, ImmutableArray<ExplainedItem> Items);

/// <summary>One statement, what belongs to it, and what it stands on.</summary>
internal sealed record ExplainedItem(string Statement, ImmutableArray<string> Details, string? Clause = null);

/// <summary>When and where a computation was kept.</summary>
internal sealed record ComputedAt(string Service, string City, string Stream, long Version, long Position, string Actor);

/// <summary>
/// Puts a whole decision into words, Chinese or English: the outcome, the rule and its text's hash, the facts with the entries they were read
/// from, each step with inputs, result and clause, all reasons, what would have changed the result, the open questions that it touches, and what became of it.
/// </summary>
internal static class ExplainDecision
{
    public static Explanation Explain(
        RuleSet set, AwardCase @case, AwardDecision decision, Outlook outlook, IReadOnlyList<FactSource> sources, ComputedAt? kept, string language, ExplainedSection? course = null)
    {
        var say = new Speech(language);
        return new(
            say.English ? "en" : "zh",
            say.Of($"奖补核定说明：{@case.Id}", $"Decision on {@case.Id}"),
            Sentence(say, @case, decision),
            [
                .. new[]
                {
                    Rule(say, set, @case, kept),
                    Facts(say, @case, sources),
                    Sources(say, sources),
                    Steps(say, decision),
                    Reasons(say, decision),
                    Prospects(say, outlook),
                    Questions(say, set, decision, outlook),
                    course,
                }.OfType<ExplainedSection>().Where(s => !s.Items.IsEmpty),
            ]);
    }

    /// <summary>One language's words, and figures as a finance officer reads them.</summary>
    private sealed class Speech(string language)
    {
        public bool English { get; } = language.StartsWith("en", StringComparison.OrdinalIgnoreCase);

        public string Of(string zh, string en) => English ? en : zh;

        public string Of(Text text) => English ? text.En : text.Zh;

        public string Yuan(Money money) => English ? $"{Grouped(money.Yuan, "#,##0.00")} yuan" : $"{Grouped(money.Yuan, "#,##0.00")} 元";

        /// <summary>A figure of a step: long ones with separators, nothing rounded.</summary>
        public string Figure(string value) =>
            decimal.TryParse(value, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var figure) && Math.Abs(figure) >= 1_000m
                ? Grouped(figure, value.Contains('.', StringComparison.Ordinal) ? "#,##0." + new string('0', value.Length - value.IndexOf('.', StringComparison.Ordinal) - 1) : "#,##0")
                : Of(Wording.Value(value));

        /// <summary>The clause, and for an open question its marker.</summary>
        public static string Clause(string clause) => clause.Contains('；', StringComparison.Ordinal) || !YamlSection.IsQuestion(clause) ? clause : $"待确认 {clause}";

        private static string Grouped(decimal figure, string format) => figure.ToString(format, CultureInfo.InvariantCulture);
    }

    private static string Sentence(Speech say, AwardCase @case, AwardDecision decision)
    {
        var parts = new List<string> { say.Of(Wording.Of(decision.Outcome)) };
        if (decision.Entitlement is { } entitlement)
            parts.Add(
                @case.Stage == AwardStage.Advance ? say.Of($"预拨 {say.Yuan(entitlement)}", $"an advance of {say.Yuan(entitlement)}")
                : decision.Mode == AwardMode.Ceiling ? say.Of($"最多可批准 {say.Yuan(entitlement)}", $"at most {say.Yuan(entitlement)} may be approved")
                : say.Of($"应得 {say.Yuan(entitlement)}", $"the entitlement is {say.Yuan(entitlement)}"));
        else if (decision.EligibleSpend is { } spend) parts.Add(say.Of($"合格支出 {say.Yuan(spend)}", $"the eligible spend is {say.Yuan(spend)}"));
        if (@case.AdvancesPaid.Fen > 0) parts.Add(say.Of($"已预拨 {say.Yuan(@case.AdvancesPaid)}", $"{say.Yuan(@case.AdvancesPaid)} were advanced"));
        if (decision.Payable is { } payable) parts.Add(say.Of($"现可拨付 {say.Yuan(payable)}", $"{say.Yuan(payable)} may be paid now"));
        if (decision.Recover is { Fen: > 0 } recover) parts.Add(say.Of($"应收回 {say.Yuan(recover)}", $"{say.Yuan(recover)} come back"));
        if (decision is { FineMin: { } least, FineMax: { } most }) parts.Add(say.Of($"罚款 {say.Yuan(least)} 至 {say.Yuan(most)}", $"a fine of {say.Yuan(least)} to {say.Yuan(most)}"));
        if (decision is { FinePersonMin: { } low, FinePersonMax: { } high })
            parts.Add(say.Of($"直接责任人员罚款 {say.Yuan(low)} 至 {say.Yuan(high)}", $"persons directly responsible {say.Yuan(low)} to {say.Yuan(high)}"));
        return say.English ? $"{char.ToUpperInvariant(parts[0][0])}{parts[0][1..]}{(parts.Count > 1 ? ": " : "")}{string.Join("; ", parts.Skip(1))}." : $"{parts[0]}{(parts.Count > 1 ? "：" : "")}{string.Join("；", parts.Skip(1))}。";
    }

    private static ExplainedSection Rule(Speech say, RuleSet set, AwardCase @case, ComputedAt? kept)
    {
        var items = ImmutableArray.CreateBuilder<ExplainedItem>();
        items.Add(new(
            say.Of($"{set.Title.Zh}（{set.Name}）", $"{set.Title.En} ({set.Name})"),
            [
                say.Of($"规则文本 SHA-256：{set.Hash}", $"SHA-256 of the rule text: {set.Hash}"),
                say.Of($"有效期：{Term(set, "不限")}", $"in force: {Term(set, "no bound")}"),
            ]));
        foreach (var document in set.LegalBasis) items.Add(new(document.Document, [say.Of($"证据等级 {document.Grade}", $"evidence grade {document.Grade}")]));
        if (@case.At is { } at) items.Add(new(say.Of($"核定时间：{Show(at)}（北京时间）", $"Decided at {Show(at)} (Shanghai time)"), []));
        if (kept is not null)
            items.Add(new(
                say.Of($"记录：{kept.Service} {kept.City} 第 {kept.Position} 条", $"Kept as entry {kept.Position} of {kept.Service} {kept.City}"),
                [say.Of($"{kept.Stream} 第 {kept.Version} 版，办理账号 {kept.Actor}", $"{kept.Stream} version {kept.Version}, by {kept.Actor}")]));
        return new(say.Of("所用规则", "The rule"), items.ToImmutable());
    }

    private static string Term(RuleSet set, string open) => set is { EffectiveFrom: null, EffectiveTo: null }
        ? open
        : $"{(set.EffectiveFrom is { } from ? Ruling.Show(from) : "…")} – {(set.EffectiveTo is { } to ? Ruling.Show(to) : "…")}";

    private static ExplainedSection Facts(Speech say, AwardCase @case, IReadOnlyList<FactSource> sources)
    {
        var items = ImmutableArray.CreateBuilder<ExplainedItem>();
        using var document = JsonSerializer.SerializeToDocument(@case, Json.Lenient);
        foreach (var part in document.RootElement.EnumerateObject())
        {
            if (part.Value.ValueKind != JsonValueKind.Object)
            {
                if (part.Name is not ("id" or "at")) items.Add(Fact(say, part.Name, part.Value, sources));
                continue;
            }

            foreach (var fact in part.Value.EnumerateObject())
            {
                var path = $"{part.Name}.{fact.Name}";
                if (path is "project.contracts" or "project.lines")
                    items.AddRange(fact.Value.EnumerateArray().Select((item, i) => Listed(say, $"{path}[{i}]", item, sources)));
                else items.Add(Fact(say, path, fact.Value, sources));
            }
        }

        return new(say.Of("所用事实", "The facts"), items.ToImmutable());
    }

    private static ExplainedItem Fact(Speech say, string path, JsonElement value, IReadOnlyList<FactSource> sources) =>
        new($"{say.Of(Wording.Path(path))}{say.Of("：", ": ")}{(path.EndsWith("At", StringComparison.Ordinal) ? Moment(say, value) : Shown(say, value))}", SourceOf(say, path, sources));

    /// <summary>An instant as people in the city read it.</summary>
    private static string Moment(Speech say, JsonElement value) =>
        value.TryGetDateTimeOffset(out var at) ? say.Of($"{Show(at)}（北京时间）", $"{Show(at)} (Shanghai time)") : Shown(say, value);

    private static ExplainedItem Listed(Speech say, string path, JsonElement item, IReadOnlyList<FactSource> sources)
    {
        var details = new List<string>();
        foreach (var field in item.EnumerateObject())
        {
            if (field.Name == "payments")
                details.AddRange(field.Value.EnumerateArray().Select((p, i) => say.Of($"第 {i + 1} 笔付款：", $"payment {i + 1}: ") + string.Join(say.Of("，", ", "), p.EnumerateObject().Select(f => Shown(say, f.Value)))));
            else if (field.Value.ValueKind == JsonValueKind.Object)
                details.AddRange(field.Value.EnumerateObject().Select(f => $"{say.Of(Wording.Path($"{field.Name}.{f.Name}"))}{say.Of("：", ": ")}{Shown(say, f.Value)}"));
            else details.Add($"{say.Of(Wording.Path(field.Name == "id" ? "contract.id" : field.Name))}{say.Of("：", ": ")}{Shown(say, field.Value)}");
        }

        return new(say.Of(Wording.Path(path)), [string.Join(say.Of("；", "; "), details), .. SourceOf(say, path, sources)]);
    }

    private static string Shown(Speech say, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.GetArrayLength() == 0 ? say.Of("无", "none") : string.Join(say.Of("、", ", "), value.EnumerateArray().Select(v => Shown(say, v))),
        JsonValueKind.True or JsonValueKind.False => say.Of(Wording.Value(value.GetRawText())),
        JsonValueKind.String when Money.TryParse(value.GetString(), out _) && value.GetString()!.IndexOf('.', StringComparison.Ordinal) == value.GetString()!.Length - 3 => say.Figure(value.GetString()!),
        JsonValueKind.String => say.Of(Wording.Value(value.GetString()!)),
        _ => value.GetRawText(),
    };

    /// <summary>Where the fact at a path was read: a level in its assessment, what was awarded before in Funding's own log, the rest in project and enterprise.</summary>
    private static ImmutableArray<string> SourceOf(Speech say, string path, IReadOnlyList<FactSource> sources)
    {
        var fact = path switch
        {
            "project.levelBefore" => "result-before",
            "project.levelAfter" or "project.levelSource" => "result-after",
            "enterprise.awarded" or "enterprise.projectsAwarded" => "earlier-awards",
            _ when path.StartsWith("enterprise.", StringComparison.Ordinal) => "enterprise",
            _ when path.StartsWith("project.", StringComparison.Ordinal) => "project",
            _ => "",
        };
        return sources.FirstOrDefault(s => s.Fact == fact) is { } source
            ? [say.Of($"来源：{source.Service} {source.Stream} 第 {source.Version} 版（第 {source.Position} 条）", $"read in {source.Service}, {source.Stream} version {source.Version} (entry {source.Position})")]
            : [];
    }

    private static ExplainedSection Sources(Speech say, IReadOnlyList<FactSource> sources) => new(
        say.Of("事实来源", "Where the facts were read"),
        [.. sources.Select(s => new ExplainedItem(
            s.Fact, [say.Of($"{s.Service} {s.City}，{s.Stream} 第 {s.Version} 版，第 {s.Position} 条", $"{s.Service} {s.City}, {s.Stream} version {s.Version}, entry {s.Position}")]))]);

    private static ExplainedSection Steps(Speech say, AwardDecision decision) => new(
        say.Of("计算", "The calculation"),
        [
            .. from step in decision.Steps
               let result = step switch { { Result: var figure } => figure }
               select new ExplainedItem(
                   say.Of(step.Name, step.NameEn),
                   [
                       string.Join(say.Of("；", "; "), step.Inputs.Select(i => $"{say.Of(Wording.Path(i.Name))} {say.Figure(i.Value)}")),
                       $"= {say.Figure(result)}",
                   ],
                   Speech.Clause(step.Clause)),
        ]);

    private static ExplainedSection Reasons(Speech say, AwardDecision decision) => new(
        say.Of("理由", "The reasons"),
        [
            .. decision.Reasons.Select(r => new ExplainedItem(
                say.Of(r.Message, r.MessageEn),
                r.Path is { } path ? [say.Of($"{r.Code}，见 {Wording.Path(path).Zh}（{path}）", $"{r.Code}, at {path}")] : [r.Code],
                Speech.Clause(r.Clause))),
        ]);

    private static ExplainedSection Prospects(Speech say, Outlook outlook) => new(
        say.Of("什么会改变结果", "What would have changed the result"),
        outlook.Prospects.IsEmpty
            ? [new(say.Of("没有哪一项事实单独改变会使结果更好。", "No single fact, changed alone, gives more."), [])]
            : [.. outlook.Prospects.Select(p => new ExplainedItem(say.Of(p.Message, p.MessageEn), [], Speech.Clause(p.Clause)))]);

    private static ExplainedSection Questions(Speech say, RuleSet set, AwardDecision decision, Outlook outlook)
    {
        var touched = decision.Reasons.Select(r => r.Clause).Concat(decision.Steps.Select(s => s.Clause)).Concat(outlook.Prospects.Select(p => p.Clause))
            .Where(YamlSection.IsQuestion).Distinct().OrderBy(q => q.Length).ThenBy(q => q, StringComparer.Ordinal);
        return new(
            say.Of("涉及的待确认问题", "Open questions that it touches (待确认)"),
            [
                .. touched.Select(q => new ExplainedItem(
                    $"待确认 {q}{say.Of("：", ": ")}{say.Of(OpenQuestions.Of(q))}",
                    [.. set.OpenPoints.Where(p => p.OpenQuestion == q).Select(p => p.Default is { } standing ? say.Of($"{p.Parameter}：暂按 {standing}", $"{p.Parameter}: configured as {standing}") : p.Parameter)])),
            ]);
    }

    private static string Show(DateTimeOffset at) => ChinaTime.Clock(at).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
