using System.Globalization;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>One computation as an entry keeps it: the facts with their sources, for whoever compares them with the entries they were read from.</summary>
internal sealed record KeptComputation(
    Entry Entry, string Project, string Enterprise, string RuleSet, int RuleSetVersion, string RuleSetHash, AwardCase Case, IReadOnlyList<FactSource> Sources,
    IReadOnlyList<string> Handlers, AwardDecision Decision, string? Assessment, Outlook? Outlook);

/// <summary>
/// Decides an award again from its entries alone, without a server: every computation from the facts kept and the rule text of the hash named,
/// every approval against the separation of duties and the publicity, every amount reserved, paid or demanded back against the decision.
/// Names the first thing that does not hold. Faults: <c>recompute.no_award</c>, <c>recompute.unreadable</c>, <c>recompute.rule_text_missing</c>,
/// <c>recompute.rule_text_differs</c>, <c>recompute.rule_not_published</c>, <c>recompute.decision_differs</c>, <c>recompute.outlook_differs</c>, <c>recompute.facts_differ</c>,
/// <c>recompute.same_person</c>, <c>recompute.out_of_order</c>, <c>recompute.payee</c>, <c>recompute.award_not_reduced</c>, <c>recompute.amount_differs</c>, <c>recompute.publicity</c>,
/// <c>recompute.ledger_differs</c>, <c>recompute.batch_differs</c>.
/// </summary>
internal static class RecomputeAward
{
    private static readonly Noun[] Nouns = [Award.Noun, EnterpriseAwards.Noun, Fund.Noun, PaymentBatch.Noun, RuleBook.Noun];

    private sealed record Event(Entry Entry, object Happened, EventMeta Meta);

    /// <summary>The first thing that does not hold among the entries of one or more awards; null where everything does.</summary>
    public static Fault? Recompute(IReadOnlyList<Entry> entries)
    {
        var events = new List<Event>();
        foreach (var entry in entries.Where(e => e.Service == "funding").OrderBy(e => e.City, StringComparer.Ordinal).ThenBy(e => e.Position))
        {
            if (Nouns.FirstOrDefault(n => entry.Stream.StartsWith(n.Category + "/", StringComparison.Ordinal)) is not { } noun) continue;
            if (Read(noun, entry) is not { } happened) return Broken(entry, "recompute.unreadable", "内容无法读取", "the content cannot be read");
            events.Add(new(entry, happened, new(Actor.Parse(entry.Actor), entry.At, entry.Position, entry.Version, entry.Stream)));
        }

        if (!events.Exists(e => e.Happened is AdvanceComputed or AwardComputed)) return NoAward;
        foreach (var award in events.Where(e => Of(e, Award.Noun)).GroupBy(e => (e.Entry.City, e.Entry.Stream)))
            if (Replay([.. award], events.FindAll(e => e.Entry.City == award.Key.City)) is { } fault) return fault;
        return null;
    }

    /// <summary>The computations among some entries, oldest first.</summary>
    public static IReadOnlyList<KeptComputation> Computations(IEnumerable<Entry> entries) =>
    [
        .. entries.Where(e => e.Service == "funding" && e.Stream.StartsWith("award/", StringComparison.Ordinal)).OrderBy(e => e.Position)
            .Select(e => Read(Award.Noun, e) is { } happened ? Kept(e, happened) : null).Where(k => k is not null).Select(k => k!),
    ];

    internal static readonly Fault NoAward = new(
        FaultKind.Refused, "recompute.no_award", new("凭证中没有奖补核定的条目。", "There is no computed award among the entries."));

    private static KeptComputation? Kept(Entry entry, object happened) => happened switch
    {
        AdvanceComputed e => new(entry, e.Project, e.Enterprise, e.RuleSet, e.RuleSetVersion, e.RuleSetHash, e.Case, e.Sources, e.Handlers, e.Decision, null, e.Outlook),
        AwardComputed e => new(entry, e.Project, e.Enterprise, e.RuleSet, e.RuleSetVersion, e.RuleSetHash, e.Case, e.Sources, e.Handlers, e.Decision, e.Assessment, e.Outlook),
        _ => null,
    };

    private static Fault? Replay(IReadOnlyList<Event> award, List<Event> all)
    {
        var state = Award.Noun.Initial;
        foreach (var e in award)
        {
            var fault = Kept(e.Entry, e.Happened) is { } computed
                ? Computed(state, computed, all)
                : Step(state, e, all);
            if (fault is not null) return fault;
            state = Award.Noun.Apply(state, e.Happened, e.Meta);
        }

        return Ledger(state, award, all);
    }

    private static Fault? Computed(Award before, KeptComputation kept, List<Event> all)
    {
        var entry = kept.Entry;
        var drafted = all.FindLast(e => e.Happened is RuleSetDrafted d && d.RuleSet == kept.RuleSet && d.Version == kept.RuleSetVersion && d.Hash == kept.RuleSetHash);
        if (Duties.Forbid(before, Duty.Handle, Actor.Parse(entry.Actor).Sub)) return SamePerson(entry, Actor.Parse(entry.Actor).Sub);
        if (RuleText(entry, drafted, kept.RuleSetHash, all) is { } wrong) return wrong;
        var text = (RuleSetDrafted)drafted!.Happened;
        if (Facts(before, kept, all) is { } differs) return Broken(entry, "recompute.facts_differ", $"事实与条目不符：{differs}", $"the facts do not agree with the entries: {differs}");
        var set = ReadRuleSet.Kept(Encoding.UTF8.GetBytes(text.Text));
        if (!set.Ok) return Broken(drafted.Entry, "recompute.unreadable", $"规则文本无法读取：{set.Fault.Message.Zh}", $"the rule text cannot be read: {set.Fault.Message.En}");
        return Difference(Json(kept.Decision), Json(DecideAward.Decide(set.Value, kept.Case)), "decision") is { } place
            ? Broken(entry, "recompute.decision_differs", $"重新计算的结果不同：{place}", $"computed again the decision differs: {place}")
            : Prospects(kept, set.Value);
    }

    /// <summary>What would have changed the result, where it was said and by a program whose words this one knows.</summary>
    private static Fault? Prospects(KeptComputation kept, RuleSet set)
    {
        if (kept.Outlook is not { } outlook || (outlook.Version >= 1 && outlook.Version < Outlook.VersionNow)) return null;
        return Difference(Json(outlook), Json(Outlook.Of(set, kept.Case)), "outlook") is { } place
            ? Broken(kept.Entry, "recompute.outlook_differs", $"重新推算“什么会改变结果”，与所记不同：{place}", $"asked again, what would have changed the result differs: {place}")
            : null;
    }

    /// <summary>The rule text is there, has its hash, and was published by a second person before it decided.</summary>
    private static Fault? RuleText(Entry entry, Event? drafted, string hash, List<Event> all)
    {
        if (drafted?.Happened is not RuleSetDrafted text) return Broken(entry, "recompute.rule_text_missing", $"缺少散列为 {hash} 的规则文本", $"the rule text with the hash {hash} is missing");
        if (RuleBook.HashOf(text.Text) != text.Hash) return Broken(drafted.Entry, "recompute.rule_text_differs", "规则文本与其散列不符", "the rule text does not have the hash that stands beside it");
        var published = all.Find(e => e.Happened is RuleSetPublished p && p.RuleSet == text.RuleSet && p.Hash == hash && e.Entry.Position < entry.Position);
        return published is null || published.Meta.Actor.Sub == drafted.Meta.Actor.Sub
            ? Broken(entry, "recompute.rule_not_published", "所用规则未经另一人发布", "the rule set was not published by a second person before it decided")
            : null;
    }

    /// <summary>What of the facts this service knows itself: who, when, by which rule, advances paid, earlier awards.</summary>
    private static string? Facts(Award before, KeptComputation kept, List<Event> all)
    {
        var (facts, entry) = (kept.Case, kept.Entry);
        var stage = entry.Type == nameof(AwardComputed) ? AwardStage.Final : AwardStage.Advance;
        var past = all.Where(e => e.Entry.Stream == EnterpriseAwards.Noun.StreamOf(kept.Enterprise) && e.Entry.Position < entry.Position)
            .Aggregate(EnterpriseAwards.Noun.Initial, (awards, e) => EnterpriseAwards.Noun.Apply(awards, e.Happened, e.Meta));
        return entry.Stream != Award.Noun.StreamOf(kept.Project) || facts.Id != kept.Project ? "project"
            : facts.Enterprise.Uscc != kept.Enterprise || (before.Enterprise.Length > 0 && before.Enterprise != kept.Enterprise) ? "enterprise"
            : facts.At != entry.At ? "at"
            : facts.Stage != stage ? "stage"
            : facts.RuleSet != $"{kept.RuleSet}@{kept.RuleSetVersion}" ? "ruleSet"
            : facts.AdvancesPaid != before.AdvancesPaid ? "advancesPaid"
            : facts.Proposed is not null ? "proposed"
            : (Waived(before, WaiverKind.SecondProject) ? 0 : past.Projects, past.Awarded) != (facts.Enterprise.ProjectsAwarded, facts.Enterprise.Awarded) ? "enterprise.awarded"
            : !kept.Sources.Any(s => s.Fact == "project") || !kept.Sources.Any(s => s.Fact == "enterprise") ? "sources"
            : null;
    }

    private static bool Waived(Award award, WaiverKind kind) => award.Waivers.Exists(w => w.Kind == kind);

    private static Fault? Step(Award before, Event e, List<Event> all)
    {
        var (entry, by) = (e.Entry, e.Meta.Actor.Sub);
        if (Duties.Of(e.Happened) is { } duty && Duties.Forbid(before, duty, by)) return SamePerson(entry, by);
        switch (e.Happened)
        {
            case AdvanceApproved a:
                return before.Advance is not { Outcome: Outcome.Payable } advance ? OutOfOrder(entry)
                    : DecideConcern.Holds(before) is not null ? OutOfOrder(entry)
                    : a.Amount != advance.Payable ? Amount(entry, a.Amount, advance.Payable)
                    : Posted<FundsReserved>(e, all, a.Fund, r => r.Amount == a.Amount && r.Award == before.Id);
            case AdvanceWithdrawn w:
                return before.Find(TrancheKind.Advance, null) is not { Status: TrancheStatus.Approved } ? OutOfOrder(entry)
                    : Posted<ReservationVoided>(e, all, w.Fund, v => v.Amount == w.Amount && v.Award == before.Id);
            case AwardPublicised p:
                var until = WorkingDays.After(p.From, p.WorkingDays);
                return before.Final is not { Overturned: false } || p.From != ChinaTime.DayOf(entry.At) ? OutOfOrder(entry)
                    : !until.Ok || until.Value.Day != p.Until ? Broken(entry, "recompute.publicity", $"公示期满日与 {p.WorkingDays} 个工作日不符", $"the last day is not the end of {p.WorkingDays} working days")
                    : null;
            case ObjectionDecided or ConcernDecided or StopWaived:
                return before.Handlers.Contains(by) ? SamePerson(entry, by) : null;
            case AwardApproved a:
                return Approved(before, e, a, all);
            case RecoveryDemanded r:
                return r.Amount != before.Final?.Recover ? Amount(entry, r.Amount, before.Final?.Recover ?? Money.Zero)
                    : Posted<RecoveryDue>(e, all, r.Fund, d => d.Amount == r.Amount && d.Award == before.Id);
            case RecoveryRepaid r:
                var to = r.Fund ?? before.Due.Keys.FirstOrDefault();
                return to is null || before.Due.GetValueOrDefault(to) < r.Amount ? Amount(entry, r.Amount, before.Due.GetValueOrDefault(to ?? ""))
                    : Posted<RecoveryReceived>(e, all, to, d => d.Amount == r.Amount && d.Award == before.Id);
            case TrancheFrozen f:
                return before.Find(f.Tranche, f.Payment) is not { } frozen || frozen.Kind != f.Tranche || !frozen.Payable(ChinaTime.DayOf(entry.At)) ? OutOfOrder(entry)
                    : frozen.Amount != f.Amount ? Amount(entry, f.Amount, frozen.Amount)
                    : null;
            case TrancheReleased r:
                return before.Find(r.Tranche, r.Payment) is not { Status: TrancheStatus.Frozen } released || released.Line != r.Line ? OutOfOrder(entry) : null;
            case TranchePaid p:
                return Paid(before, e, p, all);
            case TrancheReturned r:
                return before.Find(r.Tranche, r.Payment) is not { Status: TrancheStatus.Paid } returned || returned.Line != r.Line || returned.Batch != r.Batch ? OutOfOrder(entry)
                    : returned.Amount != r.Amount ? Amount(entry, r.Amount, returned.Amount)
                    : Posted<PaymentReturned>(e, all, returned.Fund, p => p.Amount == r.Amount && p.Award == before.Id && p.Line == r.Line);
            default:
                return Aftermath(before, e, all);
        }
    }

    /// <summary>What becomes of a payment besides being paid, and of paid money besides staying paid.</summary>
    private static Fault? Aftermath(Award before, Event e, List<Event> all)
    {
        var entry = e.Entry;
        switch (e.Happened)
        {
            case ConditionConfirmed c:
                return before.Find(TrancheKind.Final, c.Payment) is not { Status: TrancheStatus.Held, Condition: { Requires: not null, Outcome: null } } ? OutOfOrder(entry) : null;
            case OutcomeMeasured m:
                return before.Find(TrancheKind.Final, m.Payment) is not { Status: TrancheStatus.Held, Measured: null, Condition.Outcome: { } target }
                    || m.On > target.By || m.On > ChinaTime.DayOf(entry.At) || m.Value is not { } value || target.Reached(value) != m.Reached ? OutOfOrder(entry) : null;
            case OutcomeDecided d:
                if (before.Find(TrancheKind.Final, d.Payment) is not { Status: TrancheStatus.Held, Condition.Outcome: { } agreed } held
                    || held.Fund != d.Fund || (held.Measured is null && ChinaTime.DayOf(entry.At) <= agreed.By)) return OutOfOrder(entry);
                var part = d.Paid.Fen == 0 ? Money.Zero : DecideOutcome.Proportion(held, agreed);
                return d.Paid != part || d.Paid + d.Freed != held.Amount ? Amount(entry, d.Paid, part) : Freed(before, e, all, d.Fund, d.Freed);
            case TrancheWithdrawn w:
                return before.Find(TrancheKind.Final, w.Payment) is not { Kind: TrancheKind.Final, Status: TrancheStatus.Approved or TrancheStatus.Held } withdrawn || withdrawn.Fund != w.Fund ? OutOfOrder(entry)
                    : withdrawn.Amount != w.Amount ? Amount(entry, w.Amount, withdrawn.Amount)
                    : Freed(before, e, all, w.Fund, w.Amount);
            case TrancheExpired x:
                return before.Find(TrancheKind.Final, x.Payment) is not { Status: TrancheStatus.Approved or TrancheStatus.Held } expired || expired.Fund != x.Fund
                    || ChinaTime.DayOf(entry.At) <= x.LastDay || x.LastDay > (expired.ExtendedTo ?? expired.ExpiresOn) ? OutOfOrder(entry)
                    : expired.Amount != x.Amount ? Amount(entry, x.Amount, expired.Amount)
                    : Freed(before, e, all, x.Fund, x.Amount, expired.Kind == TrancheKind.Final);
            case TrancheExtended x:
                return before.Find(TrancheKind.Final, x.Payment) is not { Open: true } extended || x.Until <= (extended.ExtendedTo ?? extended.ExpiresOn) ? OutOfOrder(entry) : null;
            case ClawbackProposed p:
                return before.Stopped ? OutOfOrder(entry)
                    : p.Amount.Fen <= 0 || p.Amount > Recoverable(before) ? Amount(entry, p.Amount, Recoverable(before))
                    : p.Basis == ClawbackBasis.Terminated ? (p.Project is null || before.Decided || p.Amount != Recoverable(before) ? OutOfOrder(entry) : null)
                    : Breach(before, e, p, all);
            case ClawbackDecided d:
                return Decided(before, e, d, all);
            case WriteOffProposed w:
                return before.WriteOffs.Exists(o => o.Open) || w.Amount.Fen <= 0 || w.Amount.Fen > before.Due.Sum(d => d.Value.Fen) ? OutOfOrder(entry) : null;
            case WriteOffDecided w:
                if (before.WriteOffs.Find(o => o.Id == w.WriteOff) is not { Open: true } proposed) return OutOfOrder(entry);
                var off = new Money((w.Parts ?? []).Sum(o => o.Amount.Fen));
                return off != (w.Granted ? proposed.Amount : Money.Zero) ? Amount(entry, off, proposed.Amount)
                    : (w.Parts ?? []).Any(o => o.Amount > before.Due.GetValueOrDefault(o.Fund)) ? OutOfOrder(entry)
                    : (w.Parts ?? []).Select(o => Posted<RecoveryWrittenOff>(e, all, o.Fund, r => r.Award == before.Id && r.Amount == o.Amount && r.WriteOff == w.WriteOff)).FirstOrDefault(f => f is not null);
            default:
                return null;
        }
    }

    private static Money Recoverable(Award award) => new(award.Recoverable.Sum(p => p.Amount.Fen));

    /// <summary>Freed money is free on its fund, and the enterprise has so much less.</summary>
    private static Fault? Freed(Award before, Event e, List<Event> all, string fund, Money freed, bool counted = true) =>
        freed.Fen == 0 ? null
        : Posted<ReservationVoided>(e, all, fund, v => v.Award == before.Id && v.Amount == freed) ?? (counted ? Reduced(before, e, all, freed) : null);

    private static Fault? Reduced(Award before, Event e, List<Event> all, Money amount) => all.Exists(o =>
        o.Entry.CommandId == e.Entry.CommandId && o.Happened is EnterpriseAwardReduced r && r.Award == before.Id && r.Enterprise == before.Enterprise && r.Amount == amount)
        ? null
        : Broken(e.Entry, "recompute.award_not_reduced", $"企业获奖总额未相应减少 {amount} 元", $"the enterprise's awards did not fall by {amount}");

    /// <summary>The range of the fine follows from the rule text and the facts, as an award does.</summary>
    private static Fault? Breach(Award before, Event e, ClawbackProposed p, List<Event> all)
    {
        var drafted = all.FindLast(o => o.Happened is RuleSetDrafted d && d.RuleSet == p.RuleSet && d.Version == p.RuleSetVersion && d.Hash == p.RuleSetHash);
        if (RuleText(e.Entry, drafted, p.RuleSetHash ?? "", all) is { } wrong) return wrong;
        var set = ReadRuleSet.Kept(Encoding.UTF8.GetBytes(((RuleSetDrafted)drafted!.Happened).Text));
        if (!set.Ok) return Broken(drafted.Entry, "recompute.unreadable", $"规则文本无法读取：{set.Fault.Message.Zh}", $"the rule text cannot be read: {set.Fault.Message.En}");
        var basis = p.Basis == ClawbackBasis.Fraud ? PenaltyBasis.Fraud : PenaltyBasis.Misuse;
        var @case = ProposeClawback.CaseOf(before, set.Value.Name, basis, p.Amount, p.Case?.At ?? e.Entry.At);
        if (p.Case?.At != e.Entry.At || p.Decision is null || Difference(Json(p.Case), Json(@case), "case") is { } fact) return Broken(e.Entry, "recompute.facts_differ", "追回所依据的事实与条目不符", "the facts of the clawback do not agree with the entry");
        return Difference(Json(p.Decision), Json(DecideAward.Decide(set.Value, @case)), "decision") is { } place
            ? Broken(e.Entry, "recompute.decision_differs", $"重新计算的结果不同：{place}", $"computed again the decision differs: {place}")
            : null;
    }

    private static Fault? Decided(Award before, Event e, ClawbackDecided d, List<Event> all)
    {
        if (before.Clawbacks.Find(c => c.Id == d.Clawback) is not { Open: true } proposed) return OutOfOrder(e.Entry);
        if (!d.Upheld) return d.Parts is null && d.Fine is null && d.PersonFine is null ? null : OutOfOrder(e.Entry);
        var parts = DecideClawback.Parts(before.Recoverable, proposed.Amount);
        var reduced = proposed.Amount < before.Awarded ? proposed.Amount : before.Awarded;
        return d.Parts is null || !d.Parts.SequenceEqual(parts) ? Amount(e.Entry, new((d.Parts ?? []).Sum(p => p.Amount.Fen)), proposed.Amount)
            : d.Fine is { } fine && (proposed.Decision is not { FineMin: { } min, FineMax: { } max } || fine < min || fine > max) ? Amount(e.Entry, fine, proposed.Decision?.FineMax ?? Money.Zero)
            : (d.Reduced ?? Money.Zero) != reduced ? Amount(e.Entry, d.Reduced ?? Money.Zero, reduced)
            : parts.Select(p => Posted<RecoveryDue>(e, all, p.Fund, r => r.Award == before.Id && r.Amount == p.Amount)).FirstOrDefault(f => f is not null)
                ?? (reduced.Fen > 0 ? Reduced(before, e, all, reduced) : null);
    }

    private static Fault? Approved(Award before, Event e, AwardApproved a, List<Event> all)
    {
        var entry = e.Entry;
        if (before.Decided || before.Final is not { Overturned: false } final || !ApproveAward.Approvable(final.Outcome) || before.Objections.Exists(o => o.Open) || DecideConcern.Holds(before) is not null) return OutOfOrder(entry);
        if (final.Payable.Fen > 0 && (before.Publicity is not { } shown || ChinaTime.DayOf(entry.At) <= shown.Until))
            return Broken(entry, "recompute.publicity", "公示未满即批准", "it was approved before the publicity was over");
        if (a.Amount > final.Payable || (a.Amount < final.Payable && a.Reason is null)) return Amount(entry, a.Amount, final.Payable);
        if (a.Awarded != before.AdvancesPaid + a.Amount - final.Recover) return Amount(entry, a.Awarded, before.AdvancesPaid + a.Amount - final.Recover);
        if (final.Recover.Fen > 0 && !all.Exists(o => o.Entry.CommandId == entry.CommandId && o.Happened is RecoveryDemanded)) return Amount(entry, Money.Zero, final.Recover);
        return Planned(before, e, a, all) ?? Award.Noun.Apply(before, a, e.Meta).OpenTranches.GroupBy(t => t.Fund, StringComparer.Ordinal)
            .Select(drawn => Posted<FundsReserved>(e, all, drawn.Key, r => r.Amount.Fen == drawn.Sum(t => t.Amount.Fen) && r.Award == before.Id)).FirstOrDefault(f => f is not null);
    }

    /// <summary>The payments of an approval are the amount, no more and no less, each with a name of its own, to payees that the rule text allows.</summary>
    private static Fault? Planned(Award before, Event e, AwardApproved a, List<Event> all)
    {
        if (a.Tranches is not { } planned) return null;
        var sum = new Money(planned.Sum(p => p.Amount.Fen));
        if (sum != a.Amount || planned.Any(p => p.Amount.Fen <= 0)) return Amount(e.Entry, sum, a.Amount);
        if (planned.DistinctBy(p => p.Id, StringComparer.Ordinal).Count() != planned.Count || planned.Any(p => before.Tranches.Exists(t => t.Id == p.Id))) return OutOfOrder(e.Entry);
        var rule = RuleOf(before.Final!, all)?.Process.Payee;
        return planned.FirstOrDefault(p => !PlanPayments.Allowed(before, rule?.Value, p.Payee ?? before.Enterprise)) is { } other
            ? Broken(e.Entry, "recompute.payee", $"规则不允许向 {other.Payee ?? before.Enterprise} 付款", $"the rule does not pay {other.Payee ?? before.Enterprise}")
            : null;
    }

    private static RuleSet? RuleOf(Computation computed, List<Event> all) =>
        all.Find(e => e.Happened is RuleSetDrafted d && d.RuleSet == computed.RuleSet && d.Hash == computed.RuleSetHash)?.Happened is RuleSetDrafted text
        && ReadRuleSet.Kept(Encoding.UTF8.GetBytes(text.Text)) is { Ok: true } set
            ? set.Value
            : null;

    private static Fault? Paid(Award before, Event e, TranchePaid paid, List<Event> all)
    {
        var entry = e.Entry;
        if (before.Find(paid.Tranche, paid.Payment) is not { Status: TrancheStatus.Frozen } open || open.Line != paid.Line || open.Batch != paid.Batch) return OutOfOrder(entry);
        if (open.Amount != paid.Amount) return Amount(entry, paid.Amount, open.Amount);
        if (Posted<ReservationPosted>(e, all, open.Fund, r => r.Amount == paid.Amount && r.Award == before.Id && r.Line == paid.Line) is { } fault) return fault;

        var batch = all.Where(o => o.Entry.Stream == PaymentBatch.Noun.StreamOf(paid.Batch) && o.Entry.Position < entry.Position).ToArray();
        var made = batch.FirstOrDefault(o => PaymentBatch.LinesOf(o.Happened).Any(l =>
            l.Line == paid.Line && l.Award == before.Id && l.Amount == paid.Amount && l.Fund == open.Fund && l.To == open.Payee));
        var released = batch.FirstOrDefault(o => PaymentBatch.ChecksOf(o.Happened).Any(c => c.Line == paid.Line && c.BlockedBy is null));
        var result = batch.FirstOrDefault(o => PaymentBatch.ResultsOf(o.Happened).Any(x => x.Paid && x.Line == paid.Line && x.Amount == paid.Amount && x.Reference == paid.Reference));
        if (made is null || released is null || result is null)
            return Broken(entry, "recompute.batch_differs", $"批次 {paid.Batch} 中没有制单、签发或回单与该笔 {paid.Line} 相符", $"the batch {paid.Batch} does not show the line {paid.Line} as made, released and paid");
        var (maker, releaser) = (made.Meta.Actor.Sub, released.Meta.Actor.Sub);
        return maker == releaser || Duties.Forbid(AwardBefore(made), Duty.MakePayment, maker) ? SamePerson(made.Entry, maker)
            : Duties.Forbid(AwardBefore(released), Duty.ReleasePayment, releaser) ? SamePerson(released.Entry, releaser)
            : null;

        // As it stood when the step was taken: what an account does on another payment of the award afterwards is asked about there.
        Award AwardBefore(Event step) => all.Where(o => o.Entry.Stream == entry.Stream && o.Entry.Position < step.Entry.Position).Aggregate(Award.Noun.Initial, (award, o) => Award.Noun.Apply(award, o.Happened, o.Meta));
    }

    /// <summary>What the funds' entries say of this award altogether: nothing was reserved or paid beside its own entries.</summary>
    private static Fault? Ledger(Award award, IReadOnlyList<Event> own, List<Event> all)
    {
        var (reserved, posted, due, back, off) = (0L, 0L, 0L, 0L, 0L);
        foreach (var e in all)
        {
            if (e.Happened is FundsReserved r && r.Award == award.Id) reserved += r.Amount.Fen;
            if (e.Happened is ReservationVoided v && v.Award == award.Id) reserved -= v.Amount.Fen;
            if (e.Happened is ReservationPosted p && p.Award == award.Id) posted += p.Amount.Fen;
            if (e.Happened is PaymentReturned u && u.Award == award.Id) posted -= u.Amount.Fen;
            if (e.Happened is RecoveryDue d && d.Award == award.Id) due += d.Amount.Fen;
            if (e.Happened is RecoveryReceived b && b.Award == award.Id) back += b.Amount.Fen;
            if (e.Happened is RecoveryWrittenOff w && w.Award == award.Id) off += w.Amount.Fen;
        }

        var approved = award.Tranches.Where(t => t.Open || t.Status == TrancheStatus.Paid).Sum(t => t.Amount.Fen);
        return reserved != approved ? Differs("占用", "reserved", new(reserved), new(approved))
            : posted != award.Paid.Fen ? Differs("拨付", "paid", new(posted), award.Paid)
            : due != award.RecoveryDemanded.Fen ? Differs("应收回", "demands back", new(due), award.RecoveryDemanded)
            : back != award.RecoveryRepaid.Fen ? Differs("收回", "got back", new(back), award.RecoveryRepaid)
            : off != award.WrittenOff.Fen ? Differs("核销", "wrote off", new(off), award.WrittenOff)
            : null;

        Fault Differs(string zh, string en, Money fund, Money stated) => Broken(
            own[^1].Entry, "recompute.ledger_differs", $"资金账共{zh} {fund} 元，奖补为 {stated} 元", $"the fund's ledger {en} {fund}, the award says {stated}");
    }

    /// <summary>The same command posted to the fund what it says on the award.</summary>
    private static Fault? Posted<T>(Event e, List<Event> all, string? fund, Func<T, bool> same) =>
        fund is not null && all.Exists(o => o.Entry.CommandId == e.Entry.CommandId && o.Entry.Stream == Fund.Noun.StreamOf(fund) && o.Happened is T posting && same(posting))
            ? null
            : Broken(e.Entry, "recompute.ledger_differs", $"资金账中没有与之相符的 {typeof(T).Name}", $"the fund's ledger has no {typeof(T).Name} that agrees");

    private static bool Of(Event e, Noun noun) => e.Entry.Stream.StartsWith(noun.Category + "/", StringComparison.Ordinal);

    private static Fault SamePerson(Entry entry, string sub) => Broken(entry, "recompute.same_person", $"账号 {sub} 办理了不相容的步骤", $"the account {sub} took two incompatible steps");

    private static Fault OutOfOrder(Entry entry) => Broken(entry, "recompute.out_of_order", "该步骤的前提不存在", "the step comes where it cannot");

    private static Fault Amount(Entry entry, Money stated, Money due) => Broken(entry, "recompute.amount_differs", $"金额为 {stated} 元，应为 {due} 元", $"the amount is {stated} and {due} is due");

    private static Fault Broken(Entry entry, string code, string zh, string en)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{entry.Service}/{entry.City} #{entry.Position} {entry.Stream} v{entry.Version} {entry.Type}");
        return new(FaultKind.Refused, code, new($"{place}：{zh}。", $"{place}: {en}."));
    }

    private static object? Read(Noun noun, Entry entry)
    {
        try
        {
            return noun.Read(entry.Type, entry.Payload);
        }
        catch (Exception unreadable) when (unreadable is JsonException or FormatException or NotSupportedException)
        {
            return null;
        }
    }

    private static JsonElement Json<T>(T kept) => JsonSerializer.SerializeToElement(kept, Defaults.Json.Lenient);

    /// <summary>Path and both values of the first place in which two JSON values differ.</summary>
    private static string? Difference(JsonElement kept, JsonElement again, string path)
    {
        if (kept.ValueKind != again.ValueKind) return $"{path}: {kept} ≠ {again}";
        if (kept.ValueKind == JsonValueKind.Object)
        {
            foreach (var name in kept.EnumerateObject().Concat(again.EnumerateObject()).Select(p => p.Name).Distinct(StringComparer.Ordinal))
            {
                var (has, hasAgain) = (kept.TryGetProperty(name, out var a), again.TryGetProperty(name, out var b));
                if (has != hasAgain) return $"{path}.{name}: {(has ? a.ToString() : "∅")} ≠ {(hasAgain ? b.ToString() : "∅")}";
                if (Difference(a, b, $"{path}.{name}") is { } inner) return inner;
            }

            return null;
        }

        if (kept.ValueKind == JsonValueKind.Array)
        {
            if (kept.GetArrayLength() != again.GetArrayLength()) return string.Create(CultureInfo.InvariantCulture, $"{path}: {kept.GetArrayLength()} ≠ {again.GetArrayLength()}");
            for (var i = 0; i < kept.GetArrayLength(); i++)
                if (Difference(kept[i], again[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]")) is { } inner) return inner;
            return null;
        }

        return kept.ToString() == again.ToString() ? null : $"{path}: {kept} ≠ {again}";
    }
}
