using PilotCity.Defaults;

namespace PilotCity.Funding.Awards;

/// <summary>Refusals of the steps of an award.</summary>
internal static class AwardFaults
{
    public static readonly Fault Decided = new(
        FaultKind.Conflict, "award.decided", new("该项目的奖补已批准，不能再次核定。", "The award is approved already and is not computed again."));

    public static readonly Fault AdvanceOpen = new(
        FaultKind.Conflict, "award.advance_open",
        new("首笔预拨已批准尚未拨付，请先拨付或撤回。", "The advance is approved and not paid; pay it or withdraw it first."), "AC24");

    public static readonly Fault AdvanceExists = new(
        FaultKind.Conflict, "award.advance_exists", new("该项目已有首笔预拨或已核定，不能再预拨。", "The project had its advance, or its award is computed; there is no further advance."), "AC24");

    public static readonly Fault NoAdvance = new(
        FaultKind.Conflict, "award.no_advance", new("没有待批准或待撤回的首笔预拨。", "There is no advance to approve or to withdraw."));

    public static readonly Fault NotComputed = new(
        FaultKind.Conflict, "award.not_computed", new("奖补尚未核定，或已进入下一步。", "The award is not computed, or it has gone further."));

    public static readonly Fault Overturned = new(
        FaultKind.Refused, "award.overturned", new("异议成立，须重新核定。", "An objection was upheld; the award has to be computed again."), "AC35");

    public static readonly Fault NotPublicised = new(
        FaultKind.Refused, "award.not_publicised", new("奖补尚未公示。", "The award was not publicised."), "AC34（Q6）");

    public static readonly Fault NotAccepted = new(
        FaultKind.Conflict, "award.not_accepted", new("项目尚未通过验收，不能核定。", "The project is not accepted yet; its award is computed afterwards."), "programme.md §4（S11、S12）");

    public static readonly Fault OtherAssessment = new(
        FaultKind.Conflict, "award.other_assessment",
        new("企业最近的改造后评测不是该项目评测所记录的那一份，请核对后重新记录评测。", "The enterprise's last result after renovation is not the one that the project's evaluation recorded; settle which one holds."), "programme.md §4（S10），Q9");

    public static readonly Fault AssessmentDisputed = new(
        FaultKind.Refused, "award.assessment_disputed",
        new("企业对改造后评测结果提出的异议尚未处理，请先处理异议。", "The enterprise objects to its result after renovation and nobody has decided yet; settle that first."), "AC35");

    public static readonly Fault ObjectionOpen = new(
        FaultKind.Refused, "award.objection_open", new("有异议尚未处理。", "An objection is not decided."), "AC35");

    public static readonly Fault FactsChanged = new(
        FaultKind.Conflict, "award.facts_changed",
        new("核定后该企业另有奖补获批，请重新核定。", "Another award of this enterprise was approved since; compute this one again."), "Q29（AC17）");

    public static readonly Fault PlanNumber = new(
        FaultKind.Invalid, "award.plan_number", new("计划文号应为 1 至 100 个字符。", "The number of the plan has 1 to 100 characters."));

    public static readonly Fault ReasonMissing = new(
        FaultKind.Refused, "award.reason_missing", new("低于应拨金额须说明理由（1 至 500 个字符）。", "Approving less than the rule gives asks for a reason of 1 to 500 characters."), "Q27");

    public static readonly Fault AmountNegative = new(
        FaultKind.Invalid, "award.amount_negative", new("金额不得为负。", "The amount is not negative."));

    public static readonly Fault ExpiryPast = new(
        FaultKind.Invalid, "award.expiry_past", new("最后付款日不得早于今天。", "The last day of payment lies not before today."), "AC39");

    public static readonly Fault NoRecovery = new(
        FaultKind.Conflict, "award.no_recovery", new("没有待收回的款项。", "Nothing has to come back."));

    public static readonly Fault FactsTooLarge = new(
        FaultKind.TooLarge, "award.facts_too_large",
        new("项目明细过多，事实与计算写入日志条目后超过 60,000 字节；请合并发票行后重新登记。", "The project has so many lines that facts and calculation do not fit into an entry of 60,000 bytes; combine invoice lines."));

    public static Fault ConcernOpen(IReadOnlyList<Concern> open) => new(
        FaultKind.Refused, "award.concern_open", new($"有 {open.Count} 项疑点尚未处理（关联或重复申报）。", $"{open.Count} concerns (related parties, a claim made elsewhere) are not decided."), "AC08、AC14")
    { Details = [.. open.Select(c => new FaultDetail($"/concerns/{c.Id}", "award.concern_open", new($"涉及 {string.Join("、", c.About)}", $"about {string.Join(" and ", c.About)}")))] };

    public static Fault ConcernUpheld(Concern concern) => new(
        FaultKind.Refused, "award.concern_upheld", new($"疑点成立（涉及 {string.Join("、", concern.About)}），不能进入下一步。", $"A concern about {string.Join(" and ", concern.About)} was upheld; the award goes no further."), "AC08、AC14");

    public static Fault ConcernNew(Concern concern) => new(
        FaultKind.Conflict, "award.concern_new", new($"核定后 {string.Join("、", concern.About)} 申报了同一凭据，请重新核定。", $"Since the computation {string.Join(" and ", concern.About)} claimed the same; compute it again."), "AC08");

    public static Fault NotPayable(Outcome outcome) => new(
        FaultKind.Refused, "award.not_payable", new($"核定结论为“{outcome}”，不能进入下一步；请按理由处理后重新核定。", $"The outcome is '{outcome}', which goes no further; settle its reasons and compute again."), "AC22");

    public static Fault AboveEntitlement(Money amount, Money payable) => new(
        FaultKind.Refused, "award.above_entitlement", new($"批准金额 {amount} 元高于应拨金额 {payable} 元。", $"{amount} is above what the rule gives, {payable}."), "AC22");

    public static Fault PublicityRunning(DateOnly until) => new(
        FaultKind.Refused, "award.publicity_running", new($"公示至 {until:yyyy-MM-dd}，次日起方可批准。", $"It is on show until {until:yyyy-MM-dd}; it may be approved from the next day."), "AC34（Q6）");

    public static Fault OtherFund(string fund) => new(
        FaultKind.Refused, "award.other_fund", new($"该奖补已占用资金“{fund}”，各笔应出自同一资金。", $"This award draws on the fund '{fund}' already; all its payments do."), "F18");

    public static Fault RecoveryAmount(Money left) => new(
        FaultKind.Refused, "award.recovery_amount", new($"收回金额应大于零且不超过待收回的 {left} 元。", $"The amount is above zero and at most what is still due, {left}."));
}
