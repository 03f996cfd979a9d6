using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>Where an award stands (programme.md §4, S5 and S12–S16).</summary>
internal enum AwardStatus { AdvanceComputed, AdvanceApproved, AdvancePaid, Computed, Publicised, Approved, RecoveryDue, Paid, Closed }

/// <summary>What the rule engine gave, as much of it as later steps ask for; the whole of it stands in the event.</summary>
internal sealed record Computation(
    string ComputedBy, DateTimeOffset At, string RuleSet, int RuleSetVersion, string RuleSetHash, Outcome Outcome, AwardMode? Mode,
    Money Entitlement, Money Payable, Money Recover, long EarlierAwardsVersion, bool Overturned = false)
{
    /// <summary>What stopped it that a person may let pass.</summary>
    public ImmutableArray<Stop> Stops { get; init; } = [];

    /// <summary>The project's batch, where the rule assigns one, and the moment of application: claim, else acceptance, else computation.</summary>
    public string? Batch { get; init; }

    public DateTimeOffset AppliedAt { get; init; }

    /// <summary>Credit codes of the contracts' providers: the only payees besides the enterprise.</summary>
    public ImmutableArray<string> Providers { get; init; } = [];
}

/// <summary>A list on show, from the day of posting to the last day included.</summary>
internal sealed record Publicity(string By, DateOnly From, DateOnly Until);

/// <summary>An objection that somebody raised during publicity.</summary>
internal sealed record Objection(string Id, bool Open, bool Upheld);

/// <summary>
/// The award of one project: what the rule gives, who computed, publicised and approved it, and what was paid of it or comes back.
/// Nobody takes two incompatible steps (AC33). Stream <c>award/&lt;project id&gt;</c>.
/// </summary>
internal sealed record Award(string Id, string Enterprise, AwardStatus Status)
{
    // Before the initial state, which holds it.
    private static readonly ImmutableSortedDictionary<string, Money> Nothing = ImmutableSortedDictionary.Create<string, Money>(StringComparer.Ordinal);

    private static readonly Award Initial = new("", "", AwardStatus.AdvanceComputed);

    public static readonly Noun<Award> Noun = new(
        "award", Initial, (award, happened, meta) => Apply(award, happened, meta) with { Steps = award.Steps.After(happened, meta.At) },
        typeof(AdvanceComputed), typeof(AdvanceApproved), typeof(AdvanceWithdrawn), typeof(AwardComputed), typeof(AwardPublicised), typeof(AwardObjected),
        typeof(ObjectionDecided), typeof(AwardApproved), typeof(ApprovalRefused), typeof(RecoveryDemanded), typeof(RecoveryRepaid),
        typeof(TrancheFrozen), typeof(TrancheReleased), typeof(TranchePaid), typeof(TrancheReturned), typeof(AwardClosed), typeof(ConcernDecided), typeof(StopWaived),
        typeof(ConditionConfirmed), typeof(OutcomeMeasured), typeof(OutcomeDecided), typeof(TrancheWithdrawn), typeof(TrancheExpired), typeof(TrancheExtended),
        typeof(ClawbackProposed), typeof(ClawbackDecided), typeof(WriteOffProposed), typeof(WriteOffDecided));

    public AwardSteps Steps { get; init; } = AwardSteps.None;

    public Computation? Advance { get; init; }

    public Computation? Final { get; init; }

    public Publicity? Publicity { get; init; }

    public ImmutableList<Objection> Objections { get; init; } = [];

    public ImmutableList<Tranche> Tranches { get; init; } = [];

    /// <summary>Accounts that took a step of the project or of this award; none of them approves or pays it.</summary>
    public ImmutableSortedSet<string> Handlers { get; init; } = [];

    /// <summary>Accounts that approved something of this award; none of them pays it.</summary>
    public ImmutableSortedSet<string> Approvers { get; init; } = [];

    /// <summary>What the last computation found that a person has to look at.</summary>
    public IReadOnlyList<Concern> Concerns { get; init; } = [];

    /// <summary>What a person said of a concern, by its id; it holds for a computation that finds the same again.</summary>
    public ImmutableSortedDictionary<string, ConcernDecision> ConcernDecisions { get; init; } = ImmutableSortedDictionary.Create<string, ConcernDecision>(StringComparer.Ordinal);

    /// <summary>What stopped a computation and a person let pass.</summary>
    public ImmutableList<Waiver> Waivers { get; init; } = [];

    /// <summary>Fingerprints of the invoices, contracts and transfers that it stands on, as the last computation has them.</summary>
    public IReadOnlyList<string> Claims { get; init; } = [];

    /// <summary>Accounts that took a step of the enterprise or the provider on the project.</summary>
    public ImmutableSortedSet<string> PartyAccounts { get; init; } = [];

    /// <summary>Who took which other duty.</summary>
    public ImmutableHashSet<(Duty Duty, string Sub)> Taken { get; init; } = [];

    /// <summary>What the enterprise has of this award, as <see cref="EnterpriseAwards"/> counts it.</summary>
    public Money Awarded { get; init; }

    public ImmutableList<Clawback> Clawbacks { get; init; } = [];

    public ImmutableList<WriteOff> WriteOffs { get; init; } = [];

    public Money WrittenOff { get; init; }

    public Money RecoveryDemanded { get; init; }

    public Money RecoveryRepaid { get; init; }

    /// <summary>The funds that its payments draw on, in the order in which they were first named.</summary>
    public IEnumerable<string> Funds => Tranches.Select(t => t.Fund).Distinct(StringComparer.Ordinal);

    /// <summary>The fund of the advance, where what was advanced too much returns to.</summary>
    public string? AdvanceFund => Tranches.FindLast(t => t.Kind == TrancheKind.Advance)?.Fund;

    /// <summary>The payments whose money is reserved: held, approved or frozen, and not yet made.</summary>
    public IEnumerable<Tranche> OpenTranches => Tranches.Where(t => t.Open);

    /// <summary>What still has to come back, by fund.</summary>
    public ImmutableSortedDictionary<string, Money> Due { get; init; } = Nothing;

    /// <summary>What was ever demanded back, by fund.</summary>
    public ImmutableSortedDictionary<string, Money> Demanded { get; init; } = Nothing;

    /// <summary>What was paid and never demanded back, by fund: all that may still be.</summary>
    public IReadOnlyList<FundPart> Recoverable =>
    [
        .. Tranches.Where(t => t.Status == TrancheStatus.Paid).GroupBy(t => t.Fund, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => new FundPart(g.Key, new Money(g.Sum(t => t.Amount.Fen)) - Demanded.GetValueOrDefault(g.Key))).Where(p => p.Amount.Fen > 0),
    ];

    public Money AdvancesPaid => Sum(t => t is { Kind: TrancheKind.Advance, Status: TrancheStatus.Paid });

    public Money Paid => Sum(t => t.Status == TrancheStatus.Paid);

    public bool Decided => Status is AwardStatus.Approved or AwardStatus.RecoveryDue or AwardStatus.Paid or AwardStatus.Closed;

    /// <summary>While somebody has to decide whether money comes back, no more of it goes out.</summary>
    public bool Stopped => Clawbacks.Exists(c => c.Open);

    public bool Took(Duty duty, string sub) => duty switch
    {
        Duty.Handle => Handlers.Contains(sub),
        Duty.Party => PartyAccounts.Contains(sub),
        Duty.Approve => Approvers.Contains(sub),
        Duty.MakePayment or Duty.ReleasePayment or Duty.MeasureOutcome or Duty.DecideOutcome or Duty.ExtendPayment or Duty.ProposeClawback or Duty.DecideClawback
            or Duty.ReceiveRecovery or Duty.ProposeWriteOff or Duty.DecideWriteOff => Taken.Contains((duty, sub)),
    };

    /// <summary>A person who handled or approved it is in one of the two sets; both exclude it from releasing the money.</summary>
    public bool Touched(string sub) => Handlers.Contains(sub) || Approvers.Contains(sub);

    private Money Sum(Func<Tranche, bool> counts) => new(Tranches.Where(counts).Sum(t => t.Amount.Fen));

    /// <summary>The payment that an entry means: by its id, or the last of its kind in entries from the time when there was one of each.</summary>
    public Tranche? Find(TrancheKind kind, string? payment) => payment is null ? Tranches.FindLast(t => t.Kind == kind) : Tranches.Find(t => t.Id == payment);

    /// <summary>An id for one more payment of this kind: <c>final</c>, <c>final-2</c>, …</summary>
    public string IdOfNext(TrancheKind kind, int further = 0)
    {
        var before = Tranches.Count(t => t.Kind == kind) + further;
        var word = kind == TrancheKind.Advance ? "advance" : "final";
        return before == 0 ? word : string.Create(CultureInfo.InvariantCulture, $"{word}-{before + 1}");
    }

    private Award With(TrancheKind kind, string? payment, Func<Tranche, Tranche> change) =>
        this with { Tranches = Tranches.Replace(Find(kind, payment)!, change(Find(kind, payment)!)) };

    private Award With(string payment, Func<Tranche, Tranche> change) => With(TrancheKind.Final, payment, change);

    /// <summary>So much less of the award is to be paid; where nothing is open any more it is paid, or over.</summary>
    private Award Less(Money freed) => (this with { Awarded = Awarded - freed }) switch
    {
        { Status: AwardStatus.Approved } less when !less.OpenTranches.Any() => less with { Status = less.Tranches.Exists(t => t.Status == TrancheStatus.Paid) ? AwardStatus.Paid : AwardStatus.Closed },
        var less => less,
    };

    /// <summary>An advance that is not paid may be computed again; of a final award so much less is paid.</summary>
    private Award Freed(string payment, Money amount) => Find(TrancheKind.Final, payment)!.Kind == TrancheKind.Advance ? this with { Status = AwardStatus.AdvanceComputed } : Less(amount);

    private static Money Sum(IReadOnlyList<FundPart>? parts) => new((parts ?? []).Sum(p => p.Amount.Fen));

    /// <summary>The payments that an approval makes; without a plan, one of the whole amount to the enterprise.</summary>
    private IEnumerable<Tranche> Planned(AwardApproved e, string by) =>
        (e.Tranches ?? [new(IdOfNext(TrancheKind.Final), e.Fund, e.Amount)]).Select(p => new Tranche(
            p.Id, TrancheKind.Final, p.Amount, p.Condition is { Holds: true } ? TrancheStatus.Held : TrancheStatus.Approved, p.Fund, p.Payee ?? Enterprise, by)
        { Condition = p.Condition, ExpiresOn = e.ExpiresOn });

    /// <summary>So much has to come back to these funds.</summary>
    private Award Demand(IReadOnlyList<FundPart> parts) => parts.Aggregate(this, (award, part) => award with
    {
        Status = AwardStatus.RecoveryDue,
        RecoveryDemanded = award.RecoveryDemanded + part.Amount,
        Due = award.Due.SetItem(part.Fund, award.Due.GetValueOrDefault(part.Fund) + part.Amount),
        Demanded = award.Demanded.SetItem(part.Fund, award.Demanded.GetValueOrDefault(part.Fund) + part.Amount),
    });

    /// <summary>So much less has to come back to this fund, or to the only one; when nothing has to any more, the recovery is over.</summary>
    private Award Settled(string? fund, Money amount)
    {
        var of = fund ?? Due.Keys.First();
        var left = Due[of] - amount;
        var settled = this with { Due = left.Fen == 0 ? Due.Remove(of) : Due.SetItem(of, left) };
        return settled.Due.IsEmpty && settled.Status == AwardStatus.RecoveryDue ? settled with { Status = settled.OpenTranches.Any() ? AwardStatus.Approved : AwardStatus.Closed } : settled;
    }

    private static Computation Of(string by, DateTimeOffset at, string set, int version, string hash, AwardDecision decision, long earlier, AwardCase @case) => new(
        by, at, set, version, hash, decision.Outcome, decision.Mode, decision.Entitlement ?? Money.Zero, decision.Payable ?? Money.Zero, decision.Recover ?? Money.Zero, earlier)
    {
        Stops = Waiver.StopsOf(@case),
        Batch = @case.Project.Batch,
        AppliedAt = @case.Project.ClaimSubmittedAt ?? (@case.Project.AcceptanceAppliedOn is { } applied ? ChinaTime.StartOf(applied) : at),
        Providers = [.. (@case.Project.Contracts ?? []).Select(c => c.Provider).OfType<string>().Distinct(StringComparer.Ordinal)],
    };

    private static Award Apply(Award award, object happened, EventMeta meta)
    {
        var by = meta.Actor.Sub;
        var after = After(award, happened, meta);
        return Duties.Of(happened) is { } duty and not (Duty.Handle or Duty.Approve) ? after with { Taken = after.Taken.Add((duty, by)) } : after;
    }

    private static Award After(Award award, object happened, EventMeta meta)
    {
        var by = meta.Actor.Sub;
        return happened switch
        {
            AdvanceComputed e => award with
            {
                Id = e.Project,
                Enterprise = e.Enterprise,
                Status = AwardStatus.AdvanceComputed,
                Concerns = e.Concerns ?? [],
                Claims = e.Claims ?? [],
                Advance = Of(by, meta.At, e.RuleSet, e.RuleSetVersion, e.RuleSetHash, e.Decision, 0, e.Case),
                Handlers = award.Handlers.Union(e.Handlers).Add(by),
            },
            AdvanceApproved e => award with
            {
                Status = AwardStatus.AdvanceApproved,
                Approvers = award.Approvers.Add(by),
                Tranches = award.Tranches.Add(new(award.IdOfNext(TrancheKind.Advance), TrancheKind.Advance, e.Amount, TrancheStatus.Approved, e.Fund, award.Enterprise, by)),
            },
            AdvanceWithdrawn => award.With(TrancheKind.Advance, null, t => t with { Status = TrancheStatus.Withdrawn }) with { Status = AwardStatus.AdvanceComputed },
            AwardComputed e => award with
            {
                Id = e.Project,
                Enterprise = e.Enterprise,
                Status = AwardStatus.Computed,
                Concerns = e.Concerns ?? [],
                Claims = e.Claims ?? [],
                Final = Of(by, meta.At, e.RuleSet, e.RuleSetVersion, e.RuleSetHash, e.Decision, e.EarlierAwardsVersion, e.Case),
                Publicity = null,
                Objections = [],
                Handlers = award.Handlers.Union(e.Handlers).Add(by),
                PartyAccounts = award.PartyAccounts.Union(e.PartyAccounts ?? []),
            },
            AwardPublicised e => award with { Status = AwardStatus.Publicised, Publicity = new(by, e.From, e.Until), Handlers = award.Handlers.Add(by) },
            AwardObjected e => award with { Objections = award.Objections.Add(new(e.Objection, true, false)) },
            ObjectionDecided e => (award with
            {
                Objections = award.Objections.ConvertAll(o => o.Id == e.Objection ? o with { Open = false, Upheld = e.Upheld } : o),
            }) switch
            {
                var decided when e.Upheld => decided with { Status = AwardStatus.Computed, Publicity = null, Final = decided.Final! with { Overturned = true } },
                var decided => decided,
            },
            AwardApproved e => (award with { Approvers = award.Approvers.Add(by), Awarded = e.Awarded.Fen > 0 ? e.Awarded : Money.Zero }) switch
            {
                // Nothing is left to pay: a recovery demanded by the same command follows as its own event.
                var approved when e.Amount.Fen == 0 => approved with { Status = AwardStatus.Closed },
                var approved => approved with { Status = AwardStatus.Approved, Tranches = approved.Tranches.AddRange(approved.Planned(e, by)) },
            },
            ApprovalRefused => award,
            RecoveryDemanded e => award.Demand([new(e.Fund, e.Amount)]),
            RecoveryRepaid e => (award with { RecoveryRepaid = award.RecoveryRepaid + e.Amount }).Settled(e.Fund, e.Amount),
            TrancheFrozen e => award.With(e.Tranche, e.Payment, t => t with { Status = TrancheStatus.Frozen, Batch = e.Batch, Line = e.Line }),
            TrancheReleased e => award.With(e.Tranche, e.Payment, t => t with { Status = TrancheStatus.Approved, Batch = null, Line = null }),
            TranchePaid e => award.With(e.Tranche, e.Payment, t => t with { Status = TrancheStatus.Paid, Reference = e.Reference }) switch
            {
                var paid when e.Tranche == TrancheKind.Advance => paid with { Status = AwardStatus.AdvancePaid },
                var paid when paid.Status == AwardStatus.Approved && !paid.OpenTranches.Any() => paid with { Status = AwardStatus.Paid },
                var paid => paid,
            },
            ConcernDecided e => award with { ConcernDecisions = award.ConcernDecisions.SetItem(e.Concern, new(e.Dismissed, by, e.Reason)), Approvers = award.Approvers.Add(by) },
            StopWaived e => award with { Waivers = award.Waivers.Add(new(e.Kind, e.Key, by, e.Reason)), Approvers = award.Approvers.Add(by) },
            TrancheReturned e => award.With(e.Tranche, e.Payment, t => t with { Status = TrancheStatus.Approved, Batch = null, Line = null, Reference = null }) with
            {
                Status = award.Status switch
                {
                    AwardStatus.AdvancePaid => AwardStatus.AdvanceApproved,
                    AwardStatus.Paid or AwardStatus.Closed => AwardStatus.Approved,
                    AwardStatus.AdvanceComputed or AwardStatus.AdvanceApproved or AwardStatus.Computed or AwardStatus.Publicised or AwardStatus.Approved or AwardStatus.RecoveryDue => award.Status,
                },
            },
            ConditionConfirmed e => award.With(e.Payment, t => t with { Status = TrancheStatus.Approved }) with { Handlers = award.Handlers.Add(by) },
            OutcomeMeasured e => award.With(e.Payment, t => t with
            {
                Status = e.Reached ? TrancheStatus.Approved : TrancheStatus.Held,
                Measured = new(by, e.Role, e.Value, e.On, e.Evidence, e.Reached),
            }),
            OutcomeDecided e => award.With(e.Payment, t => e.Paid.Fen > 0 ? t with { Amount = e.Paid, Status = TrancheStatus.Approved } : t with { Status = TrancheStatus.Withdrawn }).Less(e.Freed),
            TrancheWithdrawn e => award.With(e.Payment, t => t with { Status = TrancheStatus.Withdrawn }).Freed(e.Payment, e.Amount),
            TrancheExpired e => award.With(e.Payment, t => t with { Status = TrancheStatus.Expired }).Freed(e.Payment, e.Amount),
            TrancheExtended e => award.With(e.Payment, t => t with { ExtendedTo = e.Until }),
            ClawbackProposed e => award with { Clawbacks = award.Clawbacks.Add(new(e.Clawback, e.Basis, e.Amount, e.Facts, e.Evidence, by, e.Decision)) },
            ClawbackDecided e => (award with
            {
                Clawbacks = award.Clawbacks.ConvertAll(c => c.Id == e.Clawback
                    ? c with { Open = false, Upheld = e.Upheld, DecidedBy = by, Document = e.Document, Fine = e.Fine, PersonFine = e.PersonFine }
                    : c),
                Awarded = award.Awarded - (e.Reduced ?? Money.Zero),
            }).Demand(e.Parts ?? []),
            WriteOffProposed e => award with { WriteOffs = award.WriteOffs.Add(new(e.WriteOff, e.Amount, e.Reason, e.Document, by)) },
            WriteOffDecided e => (e.Parts ?? []).Aggregate(
                award with
                {
                    WriteOffs = award.WriteOffs.ConvertAll(w => w.Id == e.WriteOff ? w with { Open = false, Granted = e.Granted, DecidedBy = by } : w),
                    WrittenOff = award.WrittenOff + Sum(e.Parts),
                },
                (less, part) => less.Settled(part.Fund, part.Amount)),
            AwardClosed => award with { Status = AwardStatus.Closed },
            _ => throw new InvalidOperationException($"an award knows no {happened.GetType().Name}"),
        };
    }
}

/// <summary>One fact of a decision and where it was read.</summary>
internal sealed record FactSource(string Fact, EntrySource Source)
{
    [JsonIgnore]
    public string Service => Source.Service;

    [JsonIgnore]
    public string City => Source.City;

    [JsonIgnore]
    public string Stream => Source.Stream;

    [JsonIgnore]
    public long Version => Source.Version;

    [JsonIgnore]
    public long Position => Source.Position;
}

/// <summary>The entry that was the last of its stream when it was read: which service's log, and how far it had come.</summary>
internal sealed record EntrySource(string Service, string City, string Stream, long Version, long Position);

/// <summary>
/// The rule engine ran on the facts at the time of an advance: all of the facts (<see cref="Case"/>), where they were read, the rule text's
/// version and hash, and the whole decision; so it can be decided again from this entry and the rule text alone.
/// </summary>
internal sealed record AdvanceComputed(
    string Enterprise, string Project, string RuleSet, int RuleSetVersion, string RuleSetHash, AwardCase Case,
    IReadOnlyList<FactSource> Sources, IReadOnlyList<string> Handlers, AwardDecision Decision,
    IReadOnlyList<Concern>? Concerns = null, IReadOnlyList<string>? Claims = null,
    Outlook? Outlook = null);

/// <summary>A second person approved the advance; its amount is reserved on the fund.</summary>
internal sealed record AdvanceApproved(string Enterprise, string Fund, Money Amount, string PlanNumber);

/// <summary>An approved advance that no batch holds was withdrawn; its amount is free again.</summary>
internal sealed record AdvanceWithdrawn(string Fund, Money Amount, string Reason);

/// <summary>
/// The rule engine ran for the final award, as in <see cref="AdvanceComputed"/>. <see cref="EarlierAwardsVersion"/> is how far the
/// enterprise's other awards had come: approval asks whether they still stand there. <see cref="District"/> and <see cref="SubIndustry"/> are
/// Registry's words at that moment, for whoever counts by them later.
/// </summary>
internal sealed record AwardComputed(
    string Enterprise, string Project, string RuleSet, int RuleSetVersion, string RuleSetHash, AwardCase Case,
    IReadOnlyList<FactSource> Sources, IReadOnlyList<string> Handlers, AwardDecision Decision, long EarlierAwardsVersion, string? Assessment = null,
    IReadOnlyList<Concern>? Concerns = null, IReadOnlyList<string>? Claims = null,
    Outlook? Outlook = null, string? District = null, string? SubIndustry = null, IReadOnlyList<string>? PartyAccounts = null);

/// <summary>The computed award is on show at <see cref="Where"/> from the day of posting until the last of the working days, by the calendar of these notices.</summary>
internal sealed record AwardPublicised(string Enterprise, DateOnly From, DateOnly Until, int WorkingDays, string Clause, string Where, IReadOnlyList<string> Calendar, Money Entitlement);

/// <summary>Somebody objected; what was said is personal data.</summary>
internal sealed record AwardObjected(string Objection, PersonalRef Statement);

/// <summary>An objection was decided; upheld, the award has to be computed again.</summary>
internal sealed record ObjectionDecided(string Objection, bool Upheld, string Reason);

/// <summary>
/// The award was approved under a plan: <see cref="Amount"/> is what is still to be paid (reserved on the fund), <see cref="Awarded"/> what the
/// enterprise gets altogether, advances included. A reason stands where less was approved than the rule gives (Q27). Several sources, payees or
/// instalments are named in <see cref="Tranches"/>, <see cref="Fund"/> is then the first of the sources; without, it is one payment of the whole. What
/// is not paid by <see cref="ExpiresOn"/> expires. <see cref="ApprovalList"/> is the list with which it was signed.
/// </summary>
internal sealed record AwardApproved(string Enterprise, string Fund, Money Amount, Money Awarded, string PlanNumber, string? Reason = null,
    IReadOnlyList<PlannedTranche>? Tranches = null, DateOnly? ExpiresOn = null, string? ApprovalList = null);

/// <summary>Somebody tried a step that separation of duties forbids.</summary>
internal sealed record ApprovalRefused(string Step, string Code);

/// <summary>Advances above the entitlement have to come back to the fund (Q8).</summary>
internal sealed record RecoveryDemanded(string Enterprise, string Fund, Money Amount);

/// <summary>They came back, by the document of this number.</summary>
internal sealed record RecoveryRepaid(string Document, Money Amount, string? Fund = null);

/// <summary>A batch holds the payment: no other batch can take it.</summary>
internal sealed record TrancheFrozen(TrancheKind Tranche, string Batch, string Line, Money Amount, string? Payment = null);

/// <summary>The batch let go of an unpaid payment (blocked, or the bank failed it): it may go into another one.</summary>
internal sealed record TrancheReleased(TrancheKind Tranche, string Batch, string Line, string Code, string? Reason = null, string? Payment = null);

/// <summary>The bank paid it.</summary>
internal sealed record TranchePaid(TrancheKind Tranche, string Batch, string Line, Money Amount, string Reference, DateTimeOffset PaidAt, string? Payment = null);

/// <summary>The bank sent it back after it was paid: it is approved as before, and may go into another batch.</summary>
internal sealed record TrancheReturned(TrancheKind Tranche, string Batch, string Line, Money Amount, string Reference, DateTimeOffset ReturnedAt, string? Reason = null, string? Payment = null);

/// <summary>The file is archived (S16).</summary>
internal sealed record AwardClosed(string Archive);

/// <summary>A person decided a concern; dismissed it no longer stands in the way.</summary>
internal sealed record ConcernDecided(string Concern, bool Dismissed, string Reason);

/// <summary>A person let pass what stopped the award: a credit list, an invoice claimed elsewhere, a second project.</summary>
internal sealed record StopWaived(WaiverKind Kind, string Key, string Reason);
