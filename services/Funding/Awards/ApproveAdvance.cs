using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// A second person of the bureau approves the computed advance; its amount is reserved on the fund in the same decision (AC24).
/// Faults: <c>award.no_advance</c>, <c>award.not_payable</c>, <c>award.same_person</c> (on record), <c>award.plan_number</c>,
/// <c>fund.unknown</c>, <c>ledger.insufficient</c>.
/// </summary>
internal static class ApproveAdvance
{
    public sealed record Body(string Fund, string PlanNumber);

    internal static Decision Decide(Award award, Fund fund, Body body, Actor actor)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        if (award is not { Status: AwardStatus.AdvanceComputed, Advance: { } advance }) return AwardFaults.NoAdvance;
        if (award.Handlers.Contains(actor.Sub))
            return Decision.RefuseOnRecord(AwardFaults.SamePerson, new Change(stream, new ApprovalRefused("advance", AwardFaults.SamePerson.Code)));
        if (advance.Outcome != Outcome.Payable) return AwardFaults.NotPayable(advance.Outcome);
        if (ApproveAward.PlanNumberWrong(body.PlanNumber)) return AwardFaults.PlanNumber;
        var reserved = new FundsReserved(award.Id, award.Enterprise, advance.Payable);
        return fund.Refuses(reserved) is { } fault
            ? fault
            : Decision.Accept(
                new Change(stream, new AdvanceApproved(award.Enterprise, fund.Id, advance.Payable, body.PlanNumber)),
                new Change(Fund.Noun.StreamOf(fund.Id), reserved));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/advance/approval", [Role.BureauApprover], request =>
        request.On(Award.Noun, request.Route("id"), [Fund.Noun.StreamOf(request.Body.Fund)], (award, streams, _) =>
            streams.Version(Fund.Noun, request.Body.Fund) == 0
                ? SliceFaults.Unknown(Fund.Noun.Category, request.Body.Fund)
                : Decide(award, streams.Get(Fund.Noun, request.Body.Fund), request.Body, request.Actor)));
}
