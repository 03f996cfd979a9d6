using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau's approver issues the plan (下达计划, S14): after publicity and with no objection open the amount to pay is reserved on the fund, or
/// what was advanced too much is demanded back, in one decision. The approver is neither the computer, nor the publiciser, nor a handler of
/// the project; an attempt stays on record (AC33). Where nothing is to be paid nothing has to be on show. Less than the rule gives needs a
/// reason, under a ceiling and under a fixed rate alike (Q27).
/// Faults: <c>award.not_computed</c>, <c>award.overturned</c>, <c>award.same_person</c> (on record), <c>award.not_payable</c>,
/// <c>award.not_publicised</c>, <c>award.publicity_running</c>, <c>award.objection_open</c>, <c>award.facts_changed</c>,
/// <c>award.concern_open</c>, <c>award.concern_upheld</c>, <c>award.concern_new</c>, <c>award.plan_number</c>,
/// <c>award.other_fund</c>, <c>award.expiry_past</c>, <c>award.sources</c>, <c>award.payees</c>, <c>award.payee_not_allowed</c>, <c>award.instalments</c>, <c>award.amount_negative</c>, <c>award.above_entitlement</c>, <c>award.reason_missing</c>, <c>fund.unknown</c>, <c>ledger.insufficient</c>.
/// </summary>
internal static class ApproveAward
{
    /// <summary>
    /// <see cref="Amount"/> is what is still to be paid; without it, all that the rule gives. From one fund, or from several sources; to the
    /// enterprise at once, or to payees and in instalments as the rule allows.
    /// </summary>
    public sealed record Body(string? Fund, string PlanNumber, Money? Amount = null, string? Reason = null)
    {
        public IReadOnlyList<SourceShare>? Sources { get; init; }

        public IReadOnlyList<PayeeShare>? Payees { get; init; }

        public IReadOnlyList<Instalment>? Instalments { get; init; }

        /// <summary>The last day on which it may be paid; none unless it is given.</summary>
        public DateOnly? ExpiresOn { get; init; }

        /// <summary>The funds that it draws on, before anything of it was checked.</summary>
        internal IEnumerable<string> Funds => Sources is null ? Fund is null ? [] : [Fund] : Sources.Select(s => s.Fund).Distinct(StringComparer.Ordinal);
    }

    /// <summary>Outcomes that end in a plan: money, or nothing, or money back. The others wait for a person to settle their reasons.</summary>
    internal static bool Approvable(Outcome outcome) => outcome switch
    {
        Outcome.Payable or Outcome.NothingPayable or Outcome.Ineligible or Outcome.Late => true,
        Outcome.Refused or Outcome.Blocked or Outcome.Incomplete or Outcome.Accepted or Outcome.Owed => false,
    };

    internal static bool PlanNumberWrong(string number) => string.IsNullOrWhiteSpace(number) || number.Length > 100;

    internal static Decision Decide(Award award, Func<string, Fund> fundOf, RuleBook book, EnterpriseAwards earlier, Body body, Actor actor, DateTimeOffset at, string? list = null)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        if (award.Decided || award.Final is not { } final) return AwardFaults.NotComputed;
        if (Duties.Refuse(award, Duty.Approve, actor, "award") is { } refused) return refused;
        if (Hindered(award, final, earlier, at) is { } hindered) return hindered;
        if (PlanNumberWrong(body.PlanNumber)) return AwardFaults.PlanNumber;
        if (body.Sources is null && award.AdvancesPaid.Fen > 0 && award.AdvanceFund != body.Fund) return AwardFaults.OtherFund(award.AdvanceFund!);

        var amount = body.Amount ?? final.Payable;
        if (amount.Fen < 0) return AwardFaults.AmountNegative;
        if (amount > final.Payable) return AwardFaults.AboveEntitlement(amount, final.Payable);
        if (amount < final.Payable && (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500)) return AwardFaults.ReasonMissing;
        if (body.ExpiresOn < ChinaTime.DayOf(at)) return AwardFaults.ExpiryPast;
        if (body.Fund is not null == body.Sources is not null) return PlanPayments.SourcesWrong(amount);
        if (body.Funds.FirstOrDefault(f => fundOf(f).Id.Length == 0) is { } unknown) return SliceFaults.Unknown(Fund.Noun.Category, unknown);
        var payee = book.Published.FirstOrDefault(set => set.Version == final.RuleSetVersion)?.Process.Payee;
        var planned = PlanPayments.Plan(award, payee, amount, new(body.Sources ?? (amount.Fen > 0 ? [new(body.Fund!, amount)] : []), body.Payees, body.Instalments));
        return planned.Ok ? Approve(award, fundOf, final.Recover, amount, planned.Value, body with { Reason = amount < final.Payable ? body.Reason : null }, list) : planned.Fault;
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/approval", [Role.BureauApprover], async (request, ct) =>
    {
        // The enterprise and the rule set of a computed award, and the fund of its advance, have to be named before the rule runs.
        var id = request.Route("id");
        var award = await request.Load(Award.Noun, id);
        if (!award.Ok) return award.Fault;
        if (award.Value.Final is not { } final) return AwardFaults.NotComputed;
        if (request.Body.Sources?.Count > PlanPayments.SourcesMax) return PlanPayments.SourcesWrong(request.Body.Amount ?? final.Payable);
        if (!award.Value.Decided && await FindConcerns.Since(award.Value, request.City, request.Log, ct) is { } fresh) return fresh;
        var uscc = award.Value.Enterprise;
        return request.On(Award.Noun, id, StreamsOf(award.Value, request.Body), (now, streams, at) =>
            now.Final?.RuleSet != final.RuleSet || now.AdvanceFund != award.Value.AdvanceFund
                ? AwardFaults.NotComputed
                : Decide(now, f => streams.Get(Fund.Noun, f), streams.Get(RuleBook.Noun, final.RuleSet), streams.Get(EnterpriseAwards.Noun, uscc), request.Body, request.Actor, at));
    });

    /// <summary>What the rule reads and appends to besides the award itself.</summary>
    internal static IReadOnlyCollection<string> StreamsOf(Award award, Body body) =>
    [
        .. body.Funds.Append(award.AdvanceFund).OfType<string>().Distinct(StringComparer.Ordinal).Select(Fund.Noun.StreamOf),
        RuleBook.Noun.StreamOf(award.Final!.RuleSet), EnterpriseAwards.Noun.StreamOf(award.Enterprise),
    ];

    private static Fault? Hindered(Award award, Computation final, EnterpriseAwards earlier, DateTimeOffset at) =>
        final.Overturned ? AwardFaults.Overturned
        : !Approvable(final.Outcome) ? AwardFaults.NotPayable(final.Outcome)
        : award.Objections.Exists(o => o.Open) ? AwardFaults.ObjectionOpen
        : final.Payable.Fen > 0 && award.Publicity is null ? AwardFaults.NotPublicised
        : award.Publicity is { } shown && ChinaTime.DayOf(at) <= shown.Until ? AwardFaults.PublicityRunning(shown.Until)
        : earlier.Version != final.EarlierAwardsVersion ? AwardFaults.FactsChanged
        : DecideConcern.Holds(award);

    private static Decision Approve(Award award, Func<string, Fund> fundOf, Money recover, Money amount, IReadOnlyList<PlannedTranche> planned, Body body, string? list)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        var awarded = award.AdvancesPaid + amount - recover;

        // One payment of the whole to the enterprise is what an approval is without a plan.
        var plan = planned is [] or [{ Payee: null, Condition: null }] ? null : planned;
        var changes = new List<Change> { new(stream, new AwardApproved(award.Enterprise, body.Funds.FirstOrDefault() ?? award.AdvanceFund ?? "", amount, awarded, body.PlanNumber, body.Reason, plan, amount.Fen > 0 ? body.ExpiresOn : null, list)) };
        foreach (var drawn in planned.GroupBy(p => p.Fund, StringComparer.Ordinal))
            changes.Add(new(Fund.Noun.StreamOf(drawn.Key), new FundsReserved(award.Id, award.Enterprise, new(drawn.Sum(p => p.Amount.Fen)))));
        if (recover.Fen > 0)
        {
            changes.Add(new(stream, new RecoveryDemanded(award.Enterprise, award.AdvanceFund!, recover)));
            changes.Add(new(Fund.Noun.StreamOf(award.AdvanceFund!), new RecoveryDue(award.Id, award.Enterprise, recover)));
        }

        if (awarded.Fen > 0) changes.Add(new(EnterpriseAwards.Noun.StreamOf(award.Enterprise), new EnterpriseAwarded(award.Enterprise, award.Id, awarded)));
        return Fund.Refuses(changes, fundOf) is { } fault ? fault : Decision.Accept(changes);
    }
}
