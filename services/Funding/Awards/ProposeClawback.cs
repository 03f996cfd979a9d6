using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau or finance proposes to take paid money back (追回): for fraud or misuse with facts and evidence, and the range of the fine as the
/// national rule gives it (国务院令第427号第十四条, F16); or because the project ended after its advance was paid (Q8). Until a second person has
/// decided, nothing more of the award is paid. Faults: <c>clawback.nothing_paid</c>, <c>clawback.open</c>, <c>clawback.too_many</c>,
/// <c>clawback.amount</c>, <c>clawback.facts</c>, <c>clawback.not_terminated</c>, <c>clawback.not_recoverable</c>, <c>clawback.payment_frozen</c>,
/// <c>award.evidence</c>, <c>rule_set.not_in_force</c>, <c>award.same_person</c> (on record), and those of Performance.
/// </summary>
internal static class ProposeClawback
{
    /// <summary><see cref="Facts"/> name no natural person; who did what stands in the evidence. Without an amount, all that may still come back.</summary>
    public sealed record Body(ClawbackBasis Basis, string Facts, IReadOnlyList<string> Evidence, Money? Amount = null);

    /// <summary>The rule set that says what a breach costs.</summary>
    internal const string PenaltyRule = "state-council-427";

    /// <summary>Each stays in the award's state.</summary>
    private const int ProposalsMax = 20;

    internal sealed record Told(string Clawback, Money Amount, Money? FineMin, Money? FineMax, Money? FinePersonMin, Money? FinePersonMax);

    internal static readonly Fault NothingPaid = new(
        FaultKind.Conflict, "clawback.nothing_paid", new("该奖补没有已拨付且未追回的款项。", "Nothing of the award is paid that was not demanded back already."));

    internal static readonly Fault AlreadyOpen = new(
        FaultKind.Conflict, "clawback.open", new("已有追回建议尚未决定。", "A proposal to claw back is not decided yet."));

    internal static readonly Fault TooMany = new(
        FaultKind.TooMany, "clawback.too_many", new($"该奖补的追回建议已达 {ProposalsMax} 件。", $"There are {ProposalsMax} proposals on this award already."));

    internal static readonly Fault FactsWrong = new(
        FaultKind.Invalid, "clawback.facts", new("事实应为 1 至 500 个字符，不写自然人姓名。", "The facts have 1 to 500 characters and name no natural person."));

    internal static readonly Fault NotTerminated = new(
        FaultKind.Refused, "clawback.not_terminated", new("项目未终止，或奖补已核定批准；只有终止项目的预拨按此追回，且为全额。", "The project has not ended, or its award is approved; only the advance of an ended project comes back this way, all of it."), "Q8");

    internal static readonly Fault NotRecoverable = new(
        FaultKind.Refused, "clawback.not_recoverable", new("规则写明预拨不予追回。", "The rule says that the advance does not come back."));

    internal static readonly Fault Frozen = new(
        FaultKind.Conflict, "clawback.payment_frozen", new("该奖补有款项在批次中，请先完成或撤销该批次。", "A batch holds a payment of this award; settle or cancel it first."));

    internal static Fault AmountWrong(Money most) => new(
        FaultKind.Refused, "clawback.amount", new($"追回金额应大于零且不超过已拨付而未追回的 {most} 元。", $"The amount is above zero and at most {most}, what is paid and was not demanded back."));

    internal static Decision Decide(Award award, RuleBook penalties, RuleBook own, FactSource? terminated, string id, Body body, Actor actor, DateTimeOffset at)
    {
        var most = new Money(award.Recoverable.Sum(p => p.Amount.Fen));
        if (most.Fen == 0) return NothingPaid;
        if (award.Stopped) return AlreadyOpen;
        if (award.Clawbacks.Count >= ProposalsMax) return TooMany;
        if (award.Tranches.Exists(t => t.Status == TrancheStatus.Frozen)) return Frozen;
        if (Duties.Refuse(award, Duty.ProposeClawback, actor) is { } refused) return refused;
        var amount = body.Amount ?? most;
        if (amount.Fen <= 0 || amount > most) return AmountWrong(most);
        if (string.IsNullOrWhiteSpace(body.Facts) || body.Facts.Length > 500) return FactsWrong;
        if (body.Evidence.Count is 0 or > Evidence.FilesMax || !body.Evidence.All(Evidence.IsSha256)) return ConfirmCondition.EvidenceWrong;
        var proposed = body.Basis switch
        {
            ClawbackBasis.Fraud => Breach(award, penalties, PenaltyBasis.Fraud, amount, id, body, at),
            ClawbackBasis.Misuse => Breach(award, penalties, PenaltyBasis.Misuse, amount, id, body, at),
            ClawbackBasis.Terminated => Ended(award, own, terminated, amount == most, amount, id, body),
        };
        if (!proposed.Ok) return proposed.Fault;
        var range = proposed.Value.Decision;
        return Decision.Accept(Award.Noun.StreamOf(award.Id), proposed.Value).Answering(
            $"/awards/{award.Id}", new Told(id, amount, range?.FineMin, range?.FineMax, range?.FinePersonMin, range?.FinePersonMax));
    }

    /// <summary>The facts on which the range of the fine is decided; decided again from the entry they are the same.</summary>
    internal static AwardCase CaseOf(Award award, string ruleSet, PenaltyBasis basis, Money amount, DateTimeOffset at) => new()
    {
        Id = award.Id,
        Kind = AwardKind.Penalty,
        RuleSet = ruleSet,
        At = at,
        Enterprise = new() { Uscc = award.Enterprise },
        Penalty = new() { Basis = basis, Amount = amount },
    };

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/clawbacks", [Role.BureauOfficer, Role.FinanceOfficer], async (request, ct) =>
    {
        var id = request.Route("id");
        var award = await request.Load(Award.Noun, id);
        if (!award.Ok) return award.Fault;
        FactSource? terminated = null;
        if (request.Body.Basis == ClawbackBasis.Terminated)
        {
            var project = await request.Service<AskProject>()(request.City, id, ct);
            if (!project.Ok) return project.Fault;
            terminated = project.Value is { State: "terminated" } ended ? GatherFacts.Source("project", ended.Source) : null;
        }

        var own = (award.Value.Final ?? award.Value.Advance)?.RuleSet ?? PenaltyRule;
        var clawback = request.CommandId.ToString("N", CultureInfo.InvariantCulture)[..12];
        return request.On(Award.Noun, id, [.. new[] { PenaltyRule, own }.Distinct(StringComparer.Ordinal).Select(RuleBook.Noun.StreamOf)], (now, streams, at) =>
            Decide(now, streams.Get(RuleBook.Noun, PenaltyRule), streams.Get(RuleBook.Noun, own), terminated, clawback, request.Body, request.Actor, at));
    });

    private static Result<ClawbackProposed> Breach(Award award, RuleBook book, PenaltyBasis basis, Money amount, string id, Body body, DateTimeOffset at)
    {
        if (book.InForce(ChinaTime.DayOf(at)) is not { Ok: true, Value: var set }) return RuleBook.NotInForce(PenaltyRule, ChinaTime.DayOf(at));
        var @case = CaseOf(award, set.Name, basis, amount, at);
        var decision = DecideAward.Decide(set, @case);
        return new ClawbackProposed(
            id, award.Enterprise, body.Basis, amount, body.Facts, body.Evidence, decision.Reasons.FirstOrDefault(r => r.Effect == Outcome.Owed)?.Clause ?? "",
            set.Id, set.Version, set.Hash, @case, decision);
    }

    private static Result<ClawbackProposed> Ended(Award award, RuleBook own, FactSource? terminated, bool whole, Money amount, string id, Body body)
    {
        if (terminated is null || award.Decided || !whole) return NotTerminated;
        var recovery = own.Published.FirstOrDefault(set => set.Version == award.Advance!.RuleSetVersion)?.Advance?.Recovery;
        return recovery is { Value: false } ? NotRecoverable
            : new ClawbackProposed(id, award.Enterprise, body.Basis, amount, body.Facts, body.Evidence, recovery?.Cited ?? "Q8", Project: terminated);
    }
}
