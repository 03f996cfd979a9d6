using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// Decides one award case by one rule set: a pure function, so that the same text and facts give the same award in the service,
/// on the command line, in a replay and from a receipt.
/// </summary>
internal static class DecideAward
{
    /// <summary>The name of a step that <see cref="WhatIf"/> reads again.</summary>
    internal const string CapStep = "at most the cap";

    public static AwardDecision Decide(RuleSet set, AwardCase @case)
    {
        var ruling = new Ruling(set, @case);
        if (@case.At is not { } at) ruling.Missing("at", ruling.Basis);
        else if (!@case.RuleSet.Contains('@', StringComparison.Ordinal) && !set.InForceOn(ChinaTime.DayOf(at)))
            ruling.Add(Outcome.Refused, "rule-set.not-in-force", set.EffectiveSource?.Clause ?? ruling.Basis, "at", $"规则 {set.Name} 在 {Ruling.Show(ruling.Today)} 不在有效期内{Term(set)}", $"the rule set {set.Name} is not in force on {Ruling.Show(ruling.Today)}{Term(set)}");

        if (@case.Kind != set.Kind)
        {
            ruling.Add(Outcome.Refused, "case.kind-not-ruled", ruling.Basis, "kind", $"规则 {set.Id} 不规定此类事项", $"the rule set {set.Id} does not rule on this kind of case");
            return Paid(ruling, Money.Zero, Money.Zero) with { Entitlement = null };
        }

        return @case.Kind switch
        {
            AwardKind.Renovation => @case.Stage switch
            {
                AwardStage.Final => Final(ruling),
                AwardStage.Advance => DecideAdvance.Decide(ruling),
                AwardStage.Acceptance => Acceptance(ruling),
            },
            AwardKind.Provider => DecideOtherMoney.Provider(ruling),
            AwardKind.Diagnosis => DecideOtherMoney.Diagnosis(ruling),
            AwardKind.Penalty => DecideOtherMoney.Penalty(ruling),
        };
    }

    /// <summary>The days in force, where the text says where they were read.</summary>
    private static string Term(RuleSet set) => set.EffectiveSource is { } source ? $" ({Ruling.Show(new DateSpan(set.EffectiveFrom, set.EffectiveTo, source))})" : "";

    private static AwardDecision Acceptance(Ruling ruling)
    {
        CheckEnterprise.Check(ruling);
        var contracts = CheckProject.Contracts(ruling);
        CheckProject.Filing(ruling);
        CheckProject.Completion(ruling);
        CheckProject.Application(ruling);
        CheckProject.Deadline(ruling);
        CheckProject.Documents(ruling);
        CheckProject.Level(ruling);
        if (ruling.Set.Spend!.MustPrecedeAcceptance is { Value: true })
        {
            // Only its refusal is wanted here: no money is computed at this stage.
            CountSpend.Count(ruling, contracts);
            ruling.Steps.Clear();
        }

        var outcome = ruling.Standing ?? Outcome.Accepted;
        var decision = Bare(ruling, outcome);
        if (outcome == Outcome.Accepted) return decision;
        var ended = outcome == Outcome.Ineligible;
        return decision with { Entitlement = ended ? Money.Zero : null, Payable = Money.Zero, Recover = ended ? Recovered(ruling, ruling.Case.AdvancesPaid) : Money.Zero };
    }

    private static AwardDecision Final(Ruling ruling)
    {
        CheckEnterprise.Check(ruling);
        var contracts = CheckProject.Contracts(ruling);
        CheckProject.Filing(ruling);
        CheckProject.Completion(ruling);
        CheckProject.Deadline(ruling);
        CheckProject.Claim(ruling);
        CheckProject.Documents(ruling);
        CheckProject.Level(ruling);
        CheckProject.Acceptance(ruling);
        var accepted = Accepted(ruling);
        var spend = CountSpend.Count(ruling, contracts);
        var row = ruling.Has(Outcome.Ineligible) && ruling.Case.Project.LevelAfter < ruling.Set.Level!.LevelMin.Value ? null : PickRow.Pick(ruling);
        var computed = row is null ? null : Formula(ruling, row, spend);
        var waived = ruling.Has(Outcome.Ineligible) || ruling.Has(Outcome.Late) || !accepted;
        var entitlement = waived ? Money.Zero : computed?.Entitlement;
        var decision = entitlement is { } given
            ? Paid(ruling, given, accepted || ruling.Has(Outcome.Ineligible) || ruling.Has(Outcome.Late) ? ruling.Case.AdvancesPaid : Money.Zero)
            : Bare(ruling, Outcome.Incomplete) with { Outcome = ruling.Standing ?? Outcome.Incomplete, Payable = Money.Zero, Recover = Money.Zero };
        return decision with
        {
            Mode = ruling.Set.Award!.Mode.Value,
            EligibleSpend = spend is { } yuan ? Money.RoundHalfUp(yuan) : null,
            Rate = row?.Rate.Value,
            Cap = computed?.Cap,
            TopUp = computed?.TopUp,
        };
    }

    /// <summary>Whether the project has been accepted, where the rule pays only then.</summary>
    private static bool Accepted(Ruling ruling)
    {
        if (ruling.Set.Process.FinalAfterAcceptance is not { Value: true } rule || ruling.Happened(ruling.Case.Project.AcceptedOn)) return true;
        ruling.Add(Outcome.NothingPayable, "acceptance.outstanding", rule.Cited, "project.acceptedOn", "项目尚未通过验收，奖补条件未成就", "the project is not accepted yet, so the condition for the award has not come about");
        return false;
    }

    /// <summary>The figures of the formula; no entitlement where a parameter or an input for it is missing.</summary>
    private sealed record Computed(Money? Entitlement, Money? Cap, Money? TopUp);

    /// <summary>min(rate × spend, cap) + top-up: computed first, rounded once.</summary>
    private static Computed Formula(Ruling ruling, TableRow row, decimal? spend)
    {
        var award = ruling.Set.Award!;
        if (award.Mode.Value is null) ruling.Open(award.Mode);
        if (row.Rate.Value is null) ruling.Open(row.Rate);
        if (row.Cap is { Value: null } open) ruling.Open(open);
        if (award.Mode.Value is null || row.Rate.Value is not { } rate || row.Cap is { Value: null } || spend is not { } counted) return new(null, CapLeft(ruling, row.Cap, award.CapPerEnterprise), null);

        Mark(ruling, "award.rate-default", row.Rate.Source, row.Rate.Parameter);
        var amount = rate * counted;
        ruling.Step("比例 × 合格支出", "rate × eligible spend", Ruling.Show(amount), row.Rate.Cited, new("rate", Ruling.Show(rate)), new("eligibleSpend", Ruling.Show(counted)));
        var cap = CapLeft(ruling, row.Cap, award.CapPerEnterprise);
        if (cap is { } most && amount > most.Yuan)
        {
            ruling.Remark("award.held-to-cap", row.Cap!.Cited, "project.levelAfter", $"按比例为 {Ruling.Show(amount)} 元，以上限 {most} 元为准", $"by the rate {Ruling.Show(amount)}, held to the cap of {most}");
            ruling.Step("不超过上限", CapStep, most.ToString(), row.Cap.Cited, new("amount", Ruling.Show(amount)), new("cap", most.ToString()));
            amount = most.Yuan;
        }

        if (counted == 0m) ruling.Remark("spend.none", ruling.Basis, "project.lines", "没有可计入的支出", "no spend counts");
        var topUp = AddTopUp(ruling, counted, amount);
        var entitlement = Rounded(ruling, amount + (topUp ?? 0m));
        if (award.CityPartOnly is { Value: true } part)
            ruling.Remark("award.city-part-only", part.Cited, $"ruleSet.{part.Parameter}", $"只计算市级部分，区级叠加资金不在此计算（待确认 {part.Cited}）", $"only the city's part is computed; district money on top is not ({part.Cited})");
        if (award.FirstComeFirstServed is { Value: true } queue)
            ruling.Remark("portfolio.in-order", queue.Cited, $"ruleSet.{queue.Parameter}", "按申请先后顺序拨付，资金用完为止；超出余额的奖补等待", "paid in the order of applications until the money is used up; an award beyond what is left waits");
        if (award.PortfolioAverage is { Value: { } average } portfolio && entitlement > average)
            ruling.Remark("portfolio.above-average", portfolio.Cited, null, $"高于户均目标 {average} 元，仅提示", $"above the average of {average} aimed at over the portfolio; a remark only");
        return new(entitlement, cap, topUp is { } extra ? Money.RoundHalfUp(extra) : null);
    }

    /// <summary>Half up and once, to the unit of the rule.</summary>
    private static Money Rounded(Ruling ruling, decimal amount)
    {
        var unit = ruling.Set.Award!.Rounding;
        var (rounded, zh, en) = (unit?.Value ?? Rounding.Fen) switch
        {
            Rounding.Fen => (Money.RoundHalfUp(amount), "分", "fen"),
            Rounding.HundredYuan => (Money.OfYuan((long)Math.Round(amount / 100m, 0, MidpointRounding.AwayFromZero) * 100), "百元", "hundred yuan"),
        };
        ruling.Step($"四舍五入到{zh}，得应奖补额", $"rounded once, half up to the {en}: the entitlement", rounded.ToString(), unit?.Cited ?? "Q2", new StepInput("amount", Ruling.Show(amount)));
        return rounded;
    }

    /// <summary>The cap that earlier awards of the same enterprise left (Q29).</summary>
    internal static Money? CapLeft(Ruling ruling, Figure<Money>? rule, Figure<bool>? perEnterprise)
    {
        if (rule?.Value is not { } cap) return null;
        Mark(ruling, "award.cap-default", rule.Source, rule.Parameter);
        var used = ruling.Case.Enterprise.Awarded;
        if (used.Fen == 0 || perEnterprise is not { Value: true } shared) return cap;
        var left = Money.Max(cap - used, Money.Zero);
        ruling.Remark(left.Fen == 0 ? "award.cap-used-up" : "award.cap-partly-used", shared.Cited, "enterprise.awarded", $"企业此前已获奖补 {used} 元，上限 {cap} 元尚余 {left} 元", $"{used} were awarded before; {left} of the cap of {cap} are left");
        ruling.Step("上限余额", "what is left of the cap", left.ToString(), shared.Cited, new("cap", cap.ToString()), new("awarded", used.ToString()));
        return left;
    }

    private static void Mark(Ruling ruling, string code, Source source, string parameter)
    {
        if (source.OpenQuestion is { } question)
            ruling.Remark(code, question, $"ruleSet.{parameter}", $"参数 {parameter} 按设定值执行（待确认 {question}）", $"the parameter {parameter} is configured, not ruled ({question})");
    }

    private static decimal? AddTopUp(Ruling ruling, decimal spend, decimal award)
    {
        decimal? sum = null;
        foreach (var rule in ruling.Set.Award!.TopUps)
        {
            if (!(ruling.Case.Project.LevelAfter >= rule.LevelFrom)) continue;
            if (rule.Amount.Value is not { } amount || rule.Limit.Value is not { } limit)
            {
                if (rule.Amount.Value is null) ruling.Open(rule.Amount);
                if (rule.Limit.Value is null) ruling.Open(rule.Limit);
                continue;
            }

            if (rule.Amount.Source.OpenQuestion is not null) Mark(ruling, "award.top-up-default", rule.Amount.Source, rule.Amount.Parameter);
            if (amount.Fen == 0) continue;
            var room = limit switch { TopUpLimit.Spend => Math.Max(spend - award - (sum ?? 0m), 0m), TopUpLimit.None => amount.Yuan };
            var added = Math.Min(amount.Yuan, room);
            sum = (sum ?? 0m) + added;
            Mark(ruling, "award.top-up-limit", rule.Limit.Source, rule.Limit.Parameter);
            ruling.Step("等级加奖", "top-up for the level", Ruling.Show(added), rule.Amount.Cited, new("topUp", amount.ToString()), new("award", Ruling.Show(award)), new("eligibleSpend", Ruling.Show(spend)));
        }

        return sum;
    }

    /// <summary>Sets what is proposed and what was advanced against what the rule gives, and names the outcome.</summary>
    internal static AwardDecision Paid(Ruling ruling, Money entitlement, Money advances)
    {
        var approved = entitlement;
        if (ruling.Case.Proposed is { } proposed)
        {
            if (proposed > entitlement)
                ruling.Add(Outcome.Refused, "award.above-entitlement", ruling.Basis, "proposed", $"拟定金额 {proposed} 元高于应奖补额 {entitlement} 元", $"the proposed {proposed} is above the entitlement of {entitlement}");
            else if (proposed < entitlement && ruling.Set.Award?.Mode.Value == AwardMode.Fixed)
                ruling.Add(Outcome.Refused, "award.below-entitlement", ruling.Set.Award.Mode.Cited, "proposed", $"按固定比例奖补，拟定金额 {proposed} 元不得低于应奖补额 {entitlement} 元", $"the rate is fixed: the proposed {proposed} must not be below the entitlement of {entitlement}");
            else approved = proposed;
        }

        var incomplete = ruling.Has(Outcome.Incomplete) && ruling.Standing == Outcome.Incomplete;
        var recover = incomplete ? Money.Zero : Recovered(ruling, advances - approved);
        var left = Money.Max(approved - advances, Money.Zero);
        if (advances.Fen > 0 && !incomplete)
            ruling.Step("减已预拨", "less the advances", left.ToString(), ruling.Set.Advance?.Recovery.Cited ?? "Q8", new("approved", approved.ToString()), new("advancesPaid", advances.ToString()));
        if (ruling.Standing is null && advances.Fen > 0 && left.Fen == 0)
            ruling.Remark("award.advances-reach", ruling.Basis, "advancesPaid", $"已预拨 {advances} 元，已达应付额 {approved} 元", $"the advances of {advances} reach what is due, {approved}");

        var outcome = ruling.Standing ?? (left.Fen > 0 ? Outcome.Payable : Outcome.NothingPayable);
        return Bare(ruling, outcome) with { Entitlement = entitlement, Payable = outcome == Outcome.Payable ? left : Money.Zero, Recover = recover };
    }

    private static Money Recovered(Ruling ruling, Money excess)
    {
        if (excess.Fen <= 0 || ruling.Set.Advance?.Recovery.Value == false) return Money.Zero;
        var clause = ruling.Set.Advance?.Recovery.Cited ?? "Q8";
        ruling.Remark("advance.recover", clause, "advancesPaid", $"预拨超出应得的 {excess} 元应收回（待确认 {clause}）", $"{excess} were advanced above what is due and come back ({clause})");
        return excess;
    }

    /// <summary>A decision without money yet.</summary>
    internal static AwardDecision Bare(Ruling ruling, Outcome outcome) => new()
    {
        Id = ruling.Case.Id,
        RuleSet = ruling.Set.Name,
        RuleSetHash = ruling.Set.Hash,
        Outcome = outcome,
        Reasons = ruling.Reasons,
        Steps = ruling.Steps,
    };
}
