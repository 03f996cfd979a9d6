using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>The conditions on the project: contracts, filing, completion, deadlines, claim window, documents, level.</summary>
internal static class CheckProject
{
    private static readonly string[] DocumentNames = [.. Enum.GetValues<DocumentCode>().Select(d => JsonSerializer.Serialize(d, Json.Lenient).Trim('"'))];
    internal static readonly string[] DocumentZh =
    [
        "项目档案", "验收申请表", "验收财务核查表", "合同", "发票及付款凭证", "改造总结", "成效佐证", "改造后评测", "完工报告", "诊断报告", "需求清单", "试点项目备案表", "承诺书", "一企一档",
    ];

    private static readonly string[] SourceZh = ["企业自评", "服务商评定", "第三方评测", "主管部门认定"];
    private static readonly string[] SourceEn = ["the enterprise itself", "the provider", "a third party", "the authority"];

    /// <summary>Which contracts count, by their position. One that does not count spoils the project only if none is left, or if the rule says so.</summary>
    public static bool[] Contracts(Ruling ruling)
    {
        if (ruling.Case.Project.Contracts is not { } contracts)
        {
            ruling.Missing("project.contracts", ruling.Set.Spend!.Contract?.Source.Cited ?? ruling.Basis);
            return [];
        }

        var counts = new bool[contracts.Length];
        var good = 0;
        for (var i = 0; i < contracts.Length; i++)
            if (counts[i] = Counts(ruling, contracts[i].SignedOn)) good++;

        if (contracts.Length == 0 && ruling.Case.Stage == AwardStage.Acceptance)
            ruling.Add(Outcome.Refused, "contract.none", ruling.Basis, "project.contracts", "没有合同，不能申请验收", "there is no contract, so the acceptance application cannot be taken");
        if (good < contracts.Length)
            for (var i = 0; i < contracts.Length; i++)
                if (!counts[i]) Explain(ruling, contracts[i], i, spoils: good == 0 || ruling.Set.Spend!.ContractScope == ContractScope.All);
        return counts;
    }

    private static bool Counts(Ruling ruling, DateOnly? signedOn)
    {
        var spend = ruling.Set.Spend!;
        return signedOn is { } day && day <= ruling.Today && (spend.Contract is not { } span || span.Holds(day)) && !AfterAcceptance(ruling, day);
    }

    /// <summary>Whether the day misses "before acceptance"; the day of acceptance itself does (Q19).</summary>
    public static bool AfterAcceptance(Ruling ruling, DateOnly day) =>
        ruling.Set.Spend!.MustPrecedeAcceptance is { Value: true } && ruling.Case.Project.AcceptedOn is { } accepted && day >= accepted;

    private static void Explain(Ruling ruling, ContractFacts contract, int index, bool spoils)
    {
        var path = $"project.contracts[{index}].signedOn";
        var early = ruling.Case.Stage == AwardStage.Acceptance ? Outcome.Refused : Outcome.Ineligible;
        var spend = ruling.Set.Spend!;
        if (contract.SignedOn is not { } day || day > ruling.Today)
            ruling.Add(spoils ? early : null, "contract.unsigned", spend.Contract?.Source.Cited ?? ruling.Basis, path, $"合同 {contract.Id} 尚未签订", $"the contract {contract.Id} is not signed");
        else if (spend.Contract is { } span && !span.Holds(day))
            ruling.Add(spoils ? span.Before(day) ? early : Outcome.Ineligible : null, "contract.outside-window", span.Source.Cited, path,
                $"合同 {contract.Id} 签订于 {Ruling.Show(day)}，不在 {Ruling.Show(span)} 之内", $"the contract {contract.Id} was signed on {Ruling.Show(day)}, outside {Ruling.Show(span)}");
        else
            ruling.Add(spoils ? Outcome.Refused : null, "contract.after-acceptance", spend.MustPrecedeAcceptance!.Cited, path,
                $"合同 {contract.Id} 签订于 {Ruling.Show(day)}，不早于验收日", $"the contract {contract.Id} was signed on {Ruling.Show(day)}, not before the day of acceptance");
    }

    public static void Filing(Ruling ruling)
    {
        if (ruling.Set.Process.FilingRequired is not { Value: true } rule) return;
        var project = ruling.Case.Project;
        var acceptance = ruling.Case.Stage == AwardStage.Acceptance;
        var by = acceptance && project.AcceptanceAppliedOn is { } applied && applied < ruling.Today ? applied : ruling.Today;
        if (ruling.Set.Process.FiledBeforeEvaluation is { Value: true } && project.EvaluationDoneAt is { } evaluated && ChinaTime.DayOf(evaluated) < by) by = ChinaTime.DayOf(evaluated);
        if (project.FiledOn is { } filed && filed <= by) return;

        if (ruling.Set.Process.LateFilingAllowed is { Value: true } late)
            ruling.Remark("filing.late", late.Cited, "project.filedOn", "项目此前未备案，可随验收申请补备案", "the project was not filed before; the filing form may come with the application");
        else
            ruling.Add(acceptance ? Outcome.Refused : Outcome.Ineligible, "filing.missing", rule.Cited, "project.filedOn", "项目未备案，且规则不允许补备案", "the project was not filed, and late filing is not allowed");
    }

    public static void Completion(Ruling ruling)
    {
        var project = ruling.Case.Project;
        if (ruling.Set.Spend!.Completion is { } span && project.CompletedOn is { } done && !span.Holds(done))
            ruling.Add(Outcome.Ineligible, "completion.outside-window", span.Source.Cited, "project.completedOn",
                $"完工日 {Ruling.Show(done)} 不在 {Ruling.Show(span)} 之内", $"completed on {Ruling.Show(done)}, outside {Ruling.Show(span)}");
        if (project.CompletedOn is { } completed && AfterAcceptance(ruling, completed))
            ruling.Add(Outcome.Refused, "completion.after-acceptance", ruling.Set.Spend.MustPrecedeAcceptance!.Cited, "project.completedOn",
                $"完工日 {Ruling.Show(completed)} 不早于验收日", $"completed on {Ruling.Show(completed)}, not before the day of acceptance");
    }

    /// <summary>A passed acceptance as a condition on the project.</summary>
    public static void Acceptance(Ruling ruling)
    {
        if (ruling.Set.Eligibility.AcceptancePassed is { Value: true } rule && !ruling.Happened(ruling.Case.Project.AcceptedOn))
            ruling.Add(Outcome.Ineligible, "acceptance.not-passed", rule.Cited, "project.acceptedOn", "项目未通过评测验收", "the project has not passed its evaluation and acceptance");
    }

    /// <summary>What must stand when the acceptance application is taken.</summary>
    public static void Application(Ruling ruling)
    {
        var project = ruling.Case.Project;
        var process = ruling.Set.Process;
        var applied = project.AcceptanceAppliedOn is { } day && day < ruling.Today ? day : ruling.Today;
        if (process.CompletedBeforeApplication is { Value: true } first && !(project.CompletedOn <= applied))
            ruling.Add(Outcome.Refused, "acceptance.before-completion", first.Cited, "project.completedOn", "项目尚未完工，不能申请验收", "the project was not completed when acceptance was applied for");
        if (process.InvoicedBeforeApplication is not { Value: true } invoiced) return;
        if (project.Lines is not { } lines)
        {
            ruling.Missing("project.lines", invoiced.Cited);
            return;
        }

        for (var i = 0; i < lines.Length; i++)
            if (!(lines[i].Invoice?.IssuedOn <= applied))
                ruling.Add(Outcome.Refused, "acceptance.before-invoice", invoiced.Cited, $"project.{Ruling.LineName(i)}.invoice.issuedOn", $"第 {i + 1} 行在申请验收前未开票", $"line {i + 1} was not invoiced before the application");
    }

    public static void Deadline(Ruling ruling)
    {
        var project = ruling.Case.Project;
        if (ruling.Set.Process.AcceptanceDeadline is not { } rule || project.CompletedOn is not { } done) return;
        if (rule.Months.Value is not { } months)
        {
            ruling.Open(rule.Months);
            return;
        }

        // A term that ends on a day which the month lacks ends on its last day (Q26): this is what AddMonths does.
        var last = done < DateOnly.MaxValue.AddMonths(-months) ? done.AddMonths(months) : DateOnly.MaxValue;
        var applied = project.AcceptanceAppliedOn ?? ruling.Today;
        if (applied <= last) return;
        var final = ruling.Case.Stage == AwardStage.Final;
        ruling.Add(
            rule.Late switch { Lateness.InPrinciple => null, Lateness.Waived => final ? null : Outcome.Late, Lateness.Refused => final ? null : Outcome.Refused },
            "acceptance.late", rule.Months.Cited, "project.acceptanceAppliedOn",
            $"完工后 {months} 个月内（至 {Ruling.Show(last)}）应申请验收，实际为 {Ruling.Show(applied)}", $"acceptance is applied for within {months} months of completion (by {Ruling.Show(last)}); it was {Ruling.Show(applied)}");
    }

    public static void Claim(Ruling ruling)
    {
        if (ruling.Set.Process.ClaimWindow is not { } rule) return;
        const string path = "project.claimSubmittedAt";
        var (submitted, clause) = (ruling.Case.Project.ClaimSubmittedAt, rule.Span.Source.Cited);
        if (submitted is { } at && !Closed(rule, at))
        {
            if (ChinaTime.DayOf(at) is var day && rule.Span.Before(day))
                ruling.Add(Outcome.Refused, "claim.early", clause, path, $"申请奖补的时间 {Ruling.Show(day)} 早于 {Ruling.Show(rule.Span)}", $"the claim of {Ruling.Show(day)} is before {Ruling.Show(rule.Span)}");
            return;
        }

        if (submitted is null && !(ruling.Case.At is { } now && Closed(rule, now)))
        {
            ruling.Add(Outcome.NothingPayable, "claim.outstanding", clause, path, "尚未申请奖补", "the award is not claimed yet");
            return;
        }

        ruling.Add(
            rule.Late switch { Lateness.InPrinciple => null, Lateness.Waived => Outcome.Late, Lateness.Refused => Outcome.Refused },
            "claim.late", rule.ClosesAt?.Cited ?? clause, path, $"未在 {Ruling.Show(rule.Span)} 内{Hour("（最后一天 ", rule, " 截止）")}申请奖补，逾期视为放弃", $"the award was not claimed within {Ruling.Show(rule.Span)}{Hour(" (until ", rule, " of the last day)")}; late means waived");
    }

    /// <summary>Past the last day, or on it past the closing moment, which is itself inside.</summary>
    private static bool Closed(ClaimWindow rule, DateTimeOffset at) => rule.ClosesAt is { Value: { } closes } ? at > closes : rule.Span.After(ChinaTime.DayOf(at));

    private static string Hour(string before, ClaimWindow rule, string after) =>
        rule.ClosesAt is { Value: { } closes } ? before + ChinaTime.Clock(closes).ToString("HH:mm", CultureInfo.InvariantCulture) + after : "";

    public static void Documents(Ruling ruling)
    {
        var given = ruling.Case.Project.Documents.GetValueOrDefault(ImmutableArray<DocumentCode>.Empty);
        foreach (var rule in ruling.Set.Process.Documents)
        {
            if (!rule.Stages.Contains(ruling.Case.Stage) || given.Contains(rule.Code)) continue;
            if (rule.When == DocumentCondition.LateFiling && ruling.Happened(ruling.Case.Project.FiledOn)) continue;
            var name = DocumentNames[(int)rule.Code];
            ruling.Add(Outcome.Incomplete, "document.missing", rule.Source.Cited, "project.documents", $"缺少材料：{DocumentZh[(int)rule.Code]}（{name}）", $"the document {name} is missing");
        }
    }

    public static void Level(Ruling ruling)
    {
        var rule = ruling.Set.Level!;
        var (lowest, sources) = (rule.LevelMin, rule.Sources);
        if (ruling.Case.Stage == AwardStage.Acceptance)
        {
            if (rule.AtAcceptance is not { } before) return;
            (lowest, sources) = (before.LevelMin, before.Sources);
        }

        var project = ruling.Case.Project;
        if (lowest.Value is not { } least) ruling.Open(lowest);
        else if (project.LevelAfter is not { } level) ruling.Missing("project.levelAfter", lowest.Cited);
        else if (level < least)
            ruling.Add(Outcome.Ineligible, "level.below-lowest", lowest.Cited, "project.levelAfter", $"改造后等级为 {level} 级，低于最低奖补等级 {least} 级（二级及以上见等级标准）", $"level {level} after the renovation is below the lowest paid level {least}");

        if (project.LevelSource is not { } source) ruling.Missing("project.levelSource", sources.Cited);
        else if (!sources.Has(source))
            ruling.Add(Outcome.Ineligible, "level.source-not-accepted", sources.Cited, "project.levelSource", $"等级由{SourceZh[(int)source]}，不能作为奖补依据", $"the level was found by {SourceEn[(int)source]}, which does not pay");
        else if (sources.Source.OpenQuestion is { } question)
            ruling.Remark("level.source-default", question, "project.levelSource", $"规则未写明由谁认定等级，按第三方或主管部门认定执行（待确认 {question}）", $"the rule does not say who finds the level; third party or authority is configured ({question})");
    }
}
