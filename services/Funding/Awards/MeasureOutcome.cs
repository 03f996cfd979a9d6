using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// An evaluator, or the bureau, enters what was measured of the outcome that a payment waits for (成效挂钩), with its day and evidence: reached, it
/// may be paid, else a second person decides. Who approved the award, or belongs to the enterprise or a provider of its contracts, does not measure.
/// Faults: <c>award.payment_unknown</c>, <c>award.no_outcome</c>, <c>award.measured_value</c>, <c>award.measured_on</c>, <c>award.evidence</c>,
/// <c>award.same_person</c> (on record).
/// </summary>
internal static class MeasureOutcome
{
    public sealed record Body([property: JsonConverter(typeof(DecimalTextJson))] decimal? Value, DateOnly On, string Evidence);

    internal sealed record Told(bool Reached, [property: JsonConverter(typeof(DecimalTextJson))] decimal? Achieved);

    internal static readonly Fault NoOutcome = new(
        FaultKind.Conflict, "award.no_outcome", new("该笔款项没有待测定或待裁定的成效。", "The payment waits for no outcome that is to be measured or decided on."));

    internal static readonly Fault ValueWrong = new(
        FaultKind.Invalid, "award.measured_value", new("测定值应为最多六位小数的数字文本，如 \"12.5\"。", "The value is a number as text with at most six decimals, such as \"12.5\"."));

    internal static Fault DayWrong(DateOnly by) => new(
        FaultKind.Refused, "award.measured_on", new($"测定日不得晚于今天，也不得晚于约定的 {by:yyyy-MM-dd}。", $"The day of measurement lies neither after today nor after {by:yyyy-MM-dd}, as agreed."));

    internal static Decision Decide(Award award, string payment, Body body, Actor actor, DateTimeOffset at)
    {
        if (award.Find(TrancheKind.Final, payment) is not { } tranche) return ConfirmCondition.Unknown(payment);
        if (tranche is not { Status: TrancheStatus.Held, Measured: null, Condition.Outcome: { } target }) return NoOutcome;
        if (actor.Org == award.Enterprise || award.Final!.Providers.Contains(actor.Org))
            return Decision.RefuseOnRecord(Duties.SamePerson(Duty.MeasureOutcome), new Change(Award.Noun.StreamOf(award.Id), new ApprovalRefused("measure-outcome", Duties.SamePerson(Duty.MeasureOutcome).Code)));
        if (Duties.Refuse(award, Duty.MeasureOutcome, actor) is { } refused) return refused;
        if (!OutcomeTarget.IsFigure(body.Value)) return ValueWrong;
        if (body.On > ChinaTime.DayOf(at) || body.On > target.By) return DayWrong(target.By);
        if (!Evidence.IsSha256(body.Evidence)) return ConfirmCondition.EvidenceWrong;
        var reached = target.Reached(body.Value!.Value);
        return Decision.Accept(Award.Noun.StreamOf(award.Id), new OutcomeMeasured(payment, body.Value, body.On, body.Evidence, reached, actor.Role))
            .Answering(null, new Told(reached, target.Achieved(body.Value.Value)));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/payments/{payment}/measurement", [Role.Evaluator, Role.BureauOfficer], request =>
        request.On(Award.Noun, request.Route("id"), (award, at) => Decide(award, request.Route("payment"), request.Body, request.Actor, at)));
}
