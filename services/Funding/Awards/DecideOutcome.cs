using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau's approver decides on an outcome that was not reached, or not measured by its day: nothing is paid and the money is free on its
/// fund, or, where the approval said so, it is paid in proportion. Who measured or handled does not decide.
/// Faults: <c>award.payment_unknown</c>, <c>award.no_outcome</c>, <c>award.outcome_running</c>, <c>award.no_proportion</c>, <c>award.outcome_reason</c>,
/// <c>award.same_person</c> (on record).
/// </summary>
internal static class DecideOutcome
{
    /// <summary>Without proportion, nothing is paid.</summary>
    public sealed record Body(string Reason, bool InProportion = false);

    internal sealed record Told(Money Paid, Money Freed);

    internal static Fault Running(DateOnly by) => new(
        FaultKind.Refused, "award.outcome_running", new($"成效可测定至 {by:yyyy-MM-dd}，次日起方可裁定。", $"The outcome may be measured until {by:yyyy-MM-dd}; it is decided on from the next day."));

    internal static readonly Fault NoProportion = new(
        FaultKind.Refused, "award.no_proportion", new("批准时未约定按比例支付，或未测得任何改善。", "The approval allows no payment in proportion, or nothing was achieved."));

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "award.outcome_reason", new("裁定须说明理由（1 至 500 个字符）。", "The decision asks for a reason of 1 to 500 characters."));

    internal static Decision Decide(Award award, string payment, Body body, Actor actor, DateTimeOffset at)
    {
        if (award.Find(TrancheKind.Final, payment) is not { } tranche) return ConfirmCondition.Unknown(payment);
        if (tranche is not { Status: TrancheStatus.Held, Condition.Outcome: { } target }) return MeasureOutcome.NoOutcome;
        if (Duties.Refuse(award, Duty.DecideOutcome, actor) is { } refused) return refused;
        if (tranche.Measured is null && ChinaTime.DayOf(at) <= target.By) return Running(target.By);
        if (string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500) return ReasonWrong;
        var paid = body.InProportion ? Proportion(tranche, target) : Money.Zero;
        if (body.InProportion && paid.Fen == 0) return NoProportion;
        var freed = tranche.Amount - paid;
        var changes = new List<Change> { new(Award.Noun.StreamOf(award.Id), new OutcomeDecided(payment, tranche.Fund, paid, freed, body.Reason)) };
        if (freed.Fen > 0) changes.AddRange(WithdrawPayment.Free(award, tranche.Fund, freed));
        return Decision.Accept(changes).Answering(null, new Told(paid, freed));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/payments/{payment}/outcome", [Role.BureauApprover], (request, ct) =>
        WithdrawPayment.On(request, (award, payment, at) => Decide(award, payment, request.Body, request.Actor, at), ct));

    /// <summary>What the approval lets be paid of it; nothing without a measurement.</summary>
    internal static Money Proportion(Tranche tranche, OutcomeTarget target) =>
        target.InProportion && tranche.Measured?.Value is { } value ? target.Part(tranche.Amount, value) : Money.Zero;
}
