using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau's approver issues the plan (下达计划, S14): after publicity and with no objection open the amount to pay is reserved on the fund, or
/// what was advanced too much is demanded back, in one decision. The approver is neither the computer, nor the publiciser, nor a handler of
/// the project; an attempt stays on record (AC33). Where nothing is to be paid nothing has to be on show. Less than the rule gives needs a
/// reason, under a ceiling and under a fixed rate alike (Q27).
/// Faults: <c>award.not_computed</c>, <c>award.overturned</c>, <c>award.same_person</c> (on record), <c>award.not_payable</c>,
/// <c>award.not_publicised</c>, <c>award.publicity_running</c>, <c>award.objection_open</c>, <c>award.facts_changed</c>, <c>award.plan_number</c>,
/// <c>award.other_fund</c>, <c>award.amount_negative</c>, <c>award.above_entitlement</c>, <c>award.reason_missing</c>, <c>fund.unknown</c>, <c>ledger.insufficient</c>.
/// </summary>
internal static class ApproveAward
{
    /// <summary><see cref="Amount"/> is what is still to be paid; without it, all that the rule gives.</summary>
    public sealed record Body(string Fund, string PlanNumber, Money? Amount = null, string? Reason = null);

    /// <summary>Outcomes that end in a plan: money, or nothing, or money back. The others wait for a person to settle their reasons.</summary>
    internal static bool Approvable(Outcome outcome) => outcome switch
    {
        Outcome.Payable or Outcome.NothingPayable or Outcome.Ineligible or Outcome.Late => true,
        Outcome.Refused or Outcome.Blocked or Outcome.Incomplete or Outcome.Accepted or Outcome.Owed => false,
    };

    internal static bool PlanNumberWrong(string number) => string.IsNullOrWhiteSpace(number) || number.Length > 100;

    internal static Decision Decide(Award award, Fund fund, EnterpriseAwards earlier, Body body, Actor actor, DateTimeOffset at)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        if (award.Decided || award.Final is not { } final) return AwardFaults.NotComputed;
        if (award.Handlers.Contains(actor.Sub))
            return Decision.RefuseOnRecord(AwardFaults.SamePerson, new Change(stream, new ApprovalRefused("award", AwardFaults.SamePerson.Code)));
        if (Hindered(award, final, earlier, at) is { } hindered) return hindered;
        if (PlanNumberWrong(body.PlanNumber)) return AwardFaults.PlanNumber;
        if (award.AdvancesPaid.Fen > 0 && award.Fund != fund.Id) return AwardFaults.OtherFund(award.Fund!);

        var amount = body.Amount ?? final.Payable;
        if (amount.Fen < 0) return AwardFaults.AmountNegative;
        if (amount > final.Payable) return AwardFaults.AboveEntitlement(amount, final.Payable);
        if (amount < final.Payable && (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500)) return AwardFaults.ReasonMissing;
        return Approve(award, fund, final.Recover, amount, body with { Reason = amount < final.Payable ? body.Reason : null });
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/approval", [Role.BureauApprover], async (request, _) =>
    {
        // The enterprise of an award never changes; its stream has to be named before the rule runs.
        var (id, fund) = (request.Route("id"), request.Body.Fund);
        var award = await request.Load(Award.Noun, id);
        if (!award.Ok) return award.Fault;
        var uscc = award.Value.Enterprise;
        return request.On(Award.Noun, id, [Fund.Noun.StreamOf(fund), EnterpriseAwards.Noun.StreamOf(uscc)], (now, streams, at) =>
            streams.Version(Fund.Noun, fund) == 0
                ? SliceFaults.Unknown(Fund.Noun.Category, fund)
                : Decide(now, streams.Get(Fund.Noun, fund), streams.Get(EnterpriseAwards.Noun, uscc), request.Body, request.Actor, at));
    });

    private static Fault? Hindered(Award award, Computation final, EnterpriseAwards earlier, DateTimeOffset at) =>
        final.Overturned ? AwardFaults.Overturned
        : !Approvable(final.Outcome) ? AwardFaults.NotPayable(final.Outcome)
        : award.Objections.Exists(o => o.Open) ? AwardFaults.ObjectionOpen
        : final.Payable.Fen > 0 && award.Publicity is null ? AwardFaults.NotPublicised
        : award.Publicity is { } shown && ChinaTime.DayOf(at) <= shown.Until ? AwardFaults.PublicityRunning(shown.Until)
        : earlier.Projects != final.EarlierAwardsVersion ? AwardFaults.FactsChanged
        : null;

    private static Decision Approve(Award award, Fund fund, Money recover, Money amount, Body body)
    {
        var (stream, ledger) = (Award.Noun.StreamOf(award.Id), Fund.Noun.StreamOf(fund.Id));
        var awarded = award.AdvancesPaid + amount - recover;
        var changes = new List<Change> { new(stream, new AwardApproved(award.Enterprise, fund.Id, amount, awarded, body.PlanNumber, body.Reason)) };
        if (amount.Fen > 0) changes.Add(new(ledger, new FundsReserved(award.Id, award.Enterprise, amount)));
        if (recover.Fen > 0)
        {
            changes.Add(new(stream, new RecoveryDemanded(award.Enterprise, fund.Id, recover)));
            changes.Add(new(ledger, new RecoveryDue(award.Id, award.Enterprise, recover)));
        }

        if (awarded.Fen > 0) changes.Add(new(EnterpriseAwards.Noun.StreamOf(award.Enterprise), new EnterpriseAwarded(award.Enterprise, award.Id, awarded)));
        return fund.Refuses(changes.Where(c => c.Stream == ledger).Select(c => c.Event)) is { } fault ? fault : Decision.Accept(changes);
    }
}
