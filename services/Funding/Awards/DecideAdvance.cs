using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>The advance (首笔预拨): a share of the down payments made, once every trigger of the rule is there.</summary>
internal static class DecideAdvance
{
    /// <summary>The name of a step that <see cref="WhatIf"/> reads again.</summary>
    internal const string RateStep = "rate × down payment made";

    public static AwardDecision Decide(Ruling ruling)
    {
        CheckEnterprise.Check(ruling);
        var contracts = CheckProject.Contracts(ruling);
        CheckProject.Documents(ruling);
        if (ruling.Set.Advance is not { } rule)
        {
            if (ruling.Set.AdvanceUnseen is { } unseen)
                ruling.Add(Outcome.Refused, "advance.not-in-rule", unseen.Cited, "stage", $"没有见到规则 {ruling.Set.Id} 的预拨规定，设定之前不能预拨（待确认 {unseen.Cited}）", $"no rule on advances was seen for {ruling.Set.Id}; none is possible until configured ({unseen.Cited})");
            else
                ruling.Add(Outcome.Refused, "advance.not-in-rule", ruling.Basis, "stage", $"规则 {ruling.Set.Id} 没有规定预拨", $"the rule set {ruling.Set.Id} knows no advance");
            return DecideAward.Paid(ruling, Money.Zero, Money.Zero) with { Entitlement = null };
        }

        if (rule.Triggers.Open) ruling.Open(rule.Triggers.Source, rule.Triggers.Parameter);
        else if (rule.Triggers.Source.OpenQuestion is { } question)
            ruling.Remark("advance.triggers-default", question, "ruleSet.advance.triggers", $"规则未写明预拨条件，按合同、备案、首付款均已完成执行（待确认 {question}）", $"the rule does not state the triggers; contract, filing and down payment are configured ({question})");

        var paid = Triggers(ruling, rule, contracts);
        if (rule.Base.Value is null) ruling.Open(rule.Base);
        if (rule.Rate.Value is null) ruling.Open(rule.Rate);
        if (rule.Cap.Value is null) ruling.Open(rule.Cap);
        if (ruling.Has(Outcome.Ineligible) || ruling.Has(Outcome.Refused))
            return Settle(ruling, ruling.Has(Outcome.Ineligible) ? Money.Zero : null, rule);
        if (paid is not { } yuan || rule.Triggers.Open || rule.Base.Value is null || rule.Rate.Value is not { } rate || rule.Cap.Value is not { } cap) return Settle(ruling, null, rule);

        var amount = rate * yuan;
        ruling.Step("比例 × 已付首付款", RateStep, Ruling.Show(amount), rule.Rate.Cited, new("rate", Ruling.Show(rate)), new("downPayment", Ruling.Show(yuan)));
        if (amount > cap.Yuan)
            ruling.Remark("advance.held-to-cap", rule.Cap.Cited, "project.contracts", $"按比例为 {Ruling.Show(amount)} 元，以上限 {cap} 元为准", $"by the rate {Ruling.Show(amount)}, held to the cap of {cap}");
        var advance = Money.RoundHalfUp(Math.Min(amount, cap.Yuan));
        ruling.Step("不超过上限，四舍五入到分", "at most the cap, rounded to the fen", advance.ToString(), rule.Cap.Cited, new("amount", Ruling.Show(amount)), new("cap", cap.ToString()));
        return Settle(ruling, advance, rule);
    }

    /// <summary>The down payments made on contracts that count, in yuan; nothing where an amount is missing.</summary>
    private static decimal? Triggers(Ruling ruling, AdvanceRule rule, bool[] contracts)
    {
        var project = ruling.Case.Project;
        if (rule.Triggers.Has(AdvanceTrigger.Filing) && !ruling.Happened(project.FiledOn))
            Before(ruling, rule, "project.filedOn", "项目尚未通过备案", "the project is not filed");
        if (project.Contracts is not { } given) return null;
        if (rule.Triggers.Has(AdvanceTrigger.Contract) && !given.Any(c => ruling.Happened(c.SignedOn)))
            Before(ruling, rule, "project.contracts", "合同尚未签订", "no contract is signed");

        var fen = 0L;
        var (made, known) = (false, true);
        for (var i = 0; i < given.Length; i++)
        {
            var agreed = rule.Base.Value == AdvanceBasis.DownPaymentInContract && !rule.Triggers.Has(AdvanceTrigger.DownPayment);
            if (!agreed && !ruling.Happened(given[i].DownPaymentPaidOn)) continue;
            if (!contracts[i])
            {
                // Where no signed contract counts, that is the reason, and not the down payment, which was made all the same.
                made |= !contracts.Contains(true) && ruling.Happened(given[i].SignedOn);
                continue;
            }

            if (!agreed && ruling.Set.Spend!.Payment is { } span && !span.Holds(given[i].DownPaymentPaidOn!.Value))
            {
                ruling.Remark("payment.outside-window", span.Source.Cited, $"project.contracts[{i}].downPaymentPaidOn", $"首付款日期不在 {Ruling.Show(span)} 之内", $"the down payment lies outside {Ruling.Show(span)}");
                continue;
            }

            made = true;
            if (given[i].DownPayment is { } amount) fen += amount.Fen;
            else
            {
                ruling.Missing($"project.contracts[{i}].downPayment", rule.Base.Cited);
                known = false;
            }
        }

        if (!made && rule.Triggers.Has(AdvanceTrigger.DownPayment))
            Before(ruling, rule, "project.contracts[0].downPaymentPaidOn", "首付款尚未支付", "no down payment was made");
        return known ? new Money(fen).Yuan : null;
    }

    private static void Before(Ruling ruling, AdvanceRule rule, string path, string zh, string en) =>
        ruling.Add(Outcome.Refused, "advance.before-trigger", rule.Triggers.Cited, path, zh + "，不能预拨", en + ", so no advance is possible");

    private static AwardDecision Settle(Ruling ruling, Money? advance, AdvanceRule rule)
    {
        var paidBefore = ruling.Case.AdvancesPaid;
        // Before the final award an earlier advance is only taken off; it comes back if the project is out.
        var decision = advance is { } due
            ? DecideAward.Paid(ruling, due, ruling.Has(Outcome.Ineligible) ? paidBefore : Money.Min(paidBefore, due))
            : DecideAward.Bare(ruling, ruling.Standing ?? Outcome.Incomplete) with { Payable = Money.Zero, Recover = Money.Zero };
        return decision with { Mode = ruling.Set.Award!.Mode.Value, Rate = rule.Rate.Value, Cap = rule.Cap.Value };
    }
}
