using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>What became of an award, step by step: when, by which account in which role, and what it was; the approvals and payments that a decision led to.</summary>
internal static class ExplainCourse
{
    /// <param name="entries">The award's own entries, oldest first.</param>
    public static ExplainedSection Of(IEnumerable<Entry> entries, string language)
    {
        var english = language.StartsWith("en", StringComparison.OrdinalIgnoreCase);
        return new(
            english ? "What became of it" : "办理经过",
            [
                .. entries.Select(entry =>
                {
                    var said = Said(Award.Noun.Read(entry.Type, entry.Payload));
                    var by = Actor.Parse(entry.Actor);
                    return new ExplainedItem(
                        $"{Moment(entry.At)}{(english ? ": " : "：")}{(english ? said.En : said.Zh)}",
                        [english ? $"{by.Sub} ({by.Role.Word()}), entry {Number(entry.Position)}" : $"{by.Sub}（{by.Role.Word()}），第 {Number(entry.Position)} 条"]);
                }),
            ]);
    }

    internal static Text Said(object happened) => happened switch
    {
        AdvanceComputed e => Computed("核定预拨", "the advance was computed", e.RuleSet, e.RuleSetVersion, e.Decision, e.Concerns),
        AwardComputed e => Computed("核定奖补", "the award was computed", e.RuleSet, e.RuleSetVersion, e.Decision, e.Concerns),
        ConcernDecided e => new($"疑点{(e.Dismissed ? "排除" : "成立")}：{e.Reason}", $"a concern was {(e.Dismissed ? "dismissed" : "upheld")}: {e.Reason}"),
        StopWaived e => new($"人工裁定放行（{RuleWord<WaiverKind>.Write(e.Kind)} {e.Key}）：{e.Reason}", $"let pass ({RuleWord<WaiverKind>.Write(e.Kind)} {e.Key}): {e.Reason}"),
        AdvanceApproved e => new($"批准预拨 {e.Amount} 元，资金 {e.Fund}，计划 {e.PlanNumber}", $"an advance of {e.Amount} was approved from {e.Fund}, plan {e.PlanNumber}"),
        AdvanceWithdrawn e => new($"撤回预拨 {e.Amount} 元：{e.Reason}", $"the advance of {e.Amount} was withdrawn: {e.Reason}"),
        AwardPublicised e => new($"公示 {Day(e.From)} 至 {Day(e.Until)}（{e.WorkingDays} 个工作日）：{e.Where}", $"on show from {Day(e.From)} until {Day(e.Until)} ({e.WorkingDays} working days) at {e.Where}"),
        AwardObjected e => new($"收到异议 {e.Objection}", $"somebody objected ({e.Objection})"),
        ObjectionDecided e => new($"异议 {e.Objection} {(e.Upheld ? "成立" : "不成立")}：{e.Reason}", $"the objection {e.Objection} was {(e.Upheld ? "upheld" : "rejected")}: {e.Reason}"),
        AwardApproved e => Approved(e),
        ApprovalRefused e => new($"拒绝一次尝试（{e.Step}，{e.Code}）", $"an attempt was refused ({e.Step}, {e.Code})"),
        ConditionConfirmed e => new($"款项 {e.Payment} 的条件已成就，文件 {e.Document}", $"the condition of the payment {e.Payment} was confirmed by {e.Document}"),
        OutcomeMeasured e => new($"款项 {e.Payment} 的成效测定：{e.Value}（{Day(e.On)}），{(e.Reached ? "达到" : "未达到")}目标", $"the outcome of the payment {e.Payment} was measured: {e.Value} on {Day(e.On)}, target {(e.Reached ? "reached" : "missed")}"),
        OutcomeDecided e => new($"款项 {e.Payment} 成效未达：拨付 {e.Paid} 元，退回资金 {e.Freed} 元：{e.Reason}", $"the payment {e.Payment} missed its outcome: {e.Paid} are paid, {e.Freed} free again: {e.Reason}"),
        TrancheWithdrawn e => new($"撤回款项 {e.Payment}，{e.Amount} 元：{e.Reason}", $"the payment {e.Payment} of {e.Amount} was withdrawn: {e.Reason}"),
        TrancheExpired e => new($"款项 {e.Payment} 逾期（最后付款日 {Day(e.LastDay)}），{e.Amount} 元退回资金", $"the payment {e.Payment} of {e.Amount} passed its last day, {Day(e.LastDay)}"),
        TrancheExtended e => new($"款项 {e.Payment} 付款期限延至 {Day(e.Until)}：{e.Reason}", $"the payment {e.Payment} may be made until {Day(e.Until)}: {e.Reason}"),
        TrancheFrozen e => new($"制单：批次 {e.Batch} 第 {e.Line} 笔，{e.Amount} 元", $"a batch took the payment: {e.Batch}, line {e.Line}, {e.Amount}"),
        TrancheReleased e => new($"批次 {e.Batch} 第 {e.Line} 笔未付（{e.Code}）{After("：", e.Reason)}", $"line {e.Line} of the batch {e.Batch} was not paid ({e.Code}){After(": ", e.Reason)}"),
        TranchePaid e => new($"已拨付 {e.Amount} 元，银行流水号 {e.Reference}，{Moment(e.PaidAt)}", $"{e.Amount} were paid, the bank's reference {e.Reference}, {Moment(e.PaidAt)}"),
        TrancheReturned e => new($"银行退回 {e.Amount} 元，流水号 {e.Reference}{After("：", e.Reason)}", $"the bank sent {e.Amount} back, reference {e.Reference}{After(": ", e.Reason)}"),
        RecoveryDemanded e => new($"应收回 {e.Amount} 元，资金 {e.Fund}", $"{e.Amount} have to come back to {e.Fund}"),
        RecoveryRepaid e => new($"已收回 {e.Amount} 元，凭证 {e.Document}", $"{e.Amount} came back, document {e.Document}"),
        ClawbackProposed e => new($"提出追回 {e.Amount} 元（{e.Clause}）：{e.Facts}", $"a clawback of {e.Amount} was proposed ({e.Clause}): {e.Facts}"),
        ClawbackDecided e => new($"追回{(e.Upheld ? "成立" : "不成立")}，文件 {e.Document}：{e.Reason}", $"the clawback was {(e.Upheld ? "decided" : "rejected")}, document {e.Document}: {e.Reason}"),
        WriteOffProposed e => new($"提出核销 {e.Amount} 元，文件 {e.Document}：{e.Reason}", $"a write-off of {e.Amount} was proposed, document {e.Document}: {e.Reason}"),
        WriteOffDecided e => new($"核销{(e.Granted ? "同意" : "不同意")}，文件 {e.Document}：{e.Reason}", $"the write-off was {(e.Granted ? "granted" : "rejected")}, document {e.Document}: {e.Reason}"),
        AwardClosed e => new($"归档 {e.Archive}", $"archived as {e.Archive}"),
        _ => throw new InvalidOperationException($"nobody has said what {happened.GetType().Name} is"),
    };

    private static Text Computed(string zh, string en, string set, int version, AwardDecision decision, IReadOnlyList<Concern>? concerns)
    {
        var outcome = Wording.Of(decision.Outcome);
        var (found, foundEn) = concerns is { Count: > 0 } ? ($"，疑点 {concerns.Count} 项（{string.Join("；", concerns.Select(c => string.Join("、", c.About)))}）", $", {concerns.Count} concerns ({string.Join("; ", concerns.Select(c => string.Join(" and ", c.About)))})") : ("", "");
        return new($"{zh}（{set}@{Number(version)}）：{outcome.Zh}{found}", $"{en} ({set}@{Number(version)}): {outcome.En}{foundEn}");
    }

    private static Text Approved(AwardApproved e)
    {
        var parts = e.Tranches is null ? new($"，资金 {e.Fund}", $" from {e.Fund}") : new Text(
            "，分为 " + string.Join("；", e.Tranches.Select(t => $"{t.Id}：{t.Amount} 元，资金 {t.Fund}{After("，收款人 ", t.Payee)}")),
            " in payments " + string.Join("; ", e.Tranches.Select(t => $"{t.Id}: {t.Amount} from {t.Fund}{After(" to ", t.Payee)}")));
        return new(
            $"批准拨付 {e.Amount} 元（合计奖补 {e.Awarded} 元），计划 {e.PlanNumber}{parts.Zh}{After("；理由：", e.Reason)}",
            $"{e.Amount} were approved ({e.Awarded} altogether), plan {e.PlanNumber},{parts.En}{After("; reason: ", e.Reason)}");
    }

    private static string After(string before, string? text) => text is null ? "" : before + text;

    private static string Day(DateOnly day) => Ruling.Show(day);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Moment(DateTimeOffset at) => ChinaTime.Clock(at).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
