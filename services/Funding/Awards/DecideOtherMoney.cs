using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>Money beside the renovation: provider awards by score band, diagnosis subsidies, and what a breach costs.</summary>
internal static class DecideOtherMoney
{
    public static AwardDecision Provider(Ruling ruling)
    {
        CheckEnterprise.Check(ruling);
        var rule = ruling.Set.ProviderAward!;
        var facts = ruling.Case.Provider;
        if (facts.Class is null) ruling.Missing("provider.class", rule.Mode.Cited);
        if (facts.Score is null) ruling.Missing("provider.score", rule.Mode.Cited);
        if (rule.Mode.Value is null) ruling.Open(rule.Mode);
        if (facts.Class is not { } kind || facts.Score is not { } score) return Unknown(ruling);

        ScoreBand? band = null;
        foreach (var candidate in rule.Bands)
            if (candidate.Class == kind && score >= candidate.ScoreFrom) band = candidate;
        if (band is null)
            ruling.Remark("provider.below-bands", ruling.Basis, "provider.score", $"评分 {Ruling.Show(score)} 低于最低分档", $"the score of {Ruling.Show(score)} is below the lowest band");
        else if (band.Cap.Value is null)
        {
            ruling.Open(band.Cap);
            return Unknown(ruling);
        }

        var entitlement = ruling.Has(Outcome.Ineligible) ? Money.Zero : band?.Cap.Value ?? Money.Zero;
        ruling.Step("按评分所在分档", "by the band of the score", entitlement.ToString(), band?.Cap.Cited ?? ruling.Basis, new("score", Ruling.Show(score)), new("scoreFrom", Ruling.Show(band?.ScoreFrom ?? 0m)));
        return DecideAward.Paid(ruling, entitlement, ruling.Case.AdvancesPaid) with { Mode = rule.Mode.Value, Cap = band?.Cap.Value };
    }

    public static AwardDecision Diagnosis(Ruling ruling)
    {
        CheckEnterprise.Check(ruling);
        var rule = ruling.Set.Diagnosis!;
        var reached = Reached(ruling, rule);
        if (ruling.Case.Diagnosis.Cost is not { } cost)
        {
            ruling.Missing("diagnosis.cost", rule.Cap.Cited);
            return Unknown(ruling);
        }

        if (rule.Share.Value is null) ruling.Open(rule.Share);
        if (rule.Cap.Value is null) ruling.Open(rule.Cap);
        if (rule.Share.Value is not { } share || rule.Cap.Value is not { } cap) return Unknown(ruling);
        if (rule.Share.Source.OpenQuestion is { } question)
            ruling.Remark("diagnosis.share-default", question, $"ruleSet.{rule.Share.Parameter}", $"补贴比例来源未写明，按 {Ruling.Percent(share)} 执行（待确认 {question}）", $"the share is not stated; {Ruling.Percent(share)} is configured ({question})");

        cap = DecideAward.CapLeft(ruling, rule.Cap, rule.CapPerEnterprise) ?? cap;
        var amount = Math.Min(share * cost.Yuan, cap.Yuan);
        ruling.Step("比例 × 诊断费用，不超过上限", "share × cost, at most the cap", Ruling.Show(amount), rule.Cap.Cited, new("share", Ruling.Show(share)), new("cost", cost.ToString()), new("cap", cap.ToString()));
        var entitlement = ruling.Has(Outcome.Ineligible) || !reached ? Money.Zero : Money.RoundHalfUp(amount);
        return DecideAward.Paid(ruling, entitlement, ruling.Case.AdvancesPaid) with { Mode = AwardMode.Ceiling, Rate = share, Cap = cap };
    }

    /// <summary>The renovation must be finished at the level that the rule asks for; until then nothing is payable.</summary>
    private static bool Reached(Ruling ruling, DiagnosisRule rule)
    {
        var project = ruling.Case.Project;
        var done = ruling.Happened(project.CompletedOn);
        if (!done)
            ruling.Add(Outcome.NothingPayable, "diagnosis.renovation-unfinished", rule.LevelMin.Cited, "project.completedOn", "改造尚未完成，补贴条件未成就", "the renovation is not finished, so the condition for the subsidy has not come about");
        if (rule.LevelMin.Value is not { } least)
        {
            ruling.Open(rule.LevelMin);
            return false;
        }

        if (project.LevelAfter is not { } level)
        {
            if (done) ruling.Missing("project.levelAfter", rule.LevelMin.Cited);
            return false;
        }

        if (rule.Sources is { } sources && project.LevelSource is { } source && !sources.Has(source))
        {
            ruling.Add(Outcome.NothingPayable, "diagnosis.level-source", sources.Cited, "project.levelSource", "改造后等级不是第三方或主管部门认定的，补贴条件未成就", "the level was not found by a third party or the authority, so the condition for the subsidy has not come about");
            return false;
        }

        if (level >= least) return done;
        ruling.Add(Outcome.NothingPayable, "diagnosis.level-not-reached", rule.LevelMin.Cited, "project.levelAfter", $"改造后等级为 {level} 级，未达到 {least} 级，补贴条件未成就", $"level {level} is below {least}, so the condition for the subsidy has not come about");
        return false;
    }

    public static AwardDecision Penalty(Ruling ruling)
    {
        var facts = ruling.Case.Penalty;
        if (facts.Basis is null) ruling.Missing("penalty.basis", ruling.Basis);
        if (facts.Amount is null) ruling.Missing("penalty.amount", ruling.Basis);
        if (facts.Basis is not { } basis || facts.Amount is not { } amount) return DecideAward.Bare(ruling, ruling.Standing!.Value);

        var row = ruling.Set.Penalty!.Rows.First(r => r.Basis == basis);
        if (row.FineMin.Value is not { } least || row.FineMax.Value is not { } most)
        {
            ruling.Open(row.FineMin.Value is null ? row.FineMin : row.FineMax);
            return DecideAward.Bare(ruling, ruling.Standing!.Value);
        }

        var (min, max) = (Money.RoundHalfUp(amount.Yuan * least), Money.RoundHalfUp(amount.Yuan * most));
        ruling.Add(Outcome.Owed, "penalty.owed", row.FineMin.Cited, "penalty.basis",
            basis switch { PenaltyBasis.Fraud => $"虚报、冒领：追回 {amount} 元，并处 {Ruling.Percent(least)} 至 {Ruling.Percent(most)} 的罚款", PenaltyBasis.Misuse => $"挪用：追回 {amount} 元，并处 {Ruling.Percent(least)} 至 {Ruling.Percent(most)} 的罚款" },
            $"{amount} come back, and a fine of {Ruling.Percent(least)} to {Ruling.Percent(most)} is possible");
        ruling.Step("罚款下限", "lowest fine", min.ToString(), row.FineMin.Cited, new("amount", amount.ToString()), new("share", Ruling.Show(least)));
        ruling.Step("罚款上限", "highest fine", max.ToString(), row.FineMax.Cited, new("amount", amount.ToString()), new("share", Ruling.Show(most)));
        var standing = ruling.Standing!.Value;
        return DecideAward.Bare(ruling, standing) with { Entitlement = Money.Zero, Payable = Money.Zero, Recover = amount, FineMin = min, FineMax = max, FinePersonMin = row.PersonMin?.Value, FinePersonMax = row.PersonMax?.Value };
    }

    private static AwardDecision Unknown(Ruling ruling) =>
        DecideAward.Bare(ruling, ruling.Standing ?? Outcome.Incomplete) with
        {
            Entitlement = ruling.Has(Outcome.Ineligible) ? Money.Zero : null,
            Payable = Money.Zero,
            Recover = Money.Zero,
        };
}
