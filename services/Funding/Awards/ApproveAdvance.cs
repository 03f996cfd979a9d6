using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// A second person of the bureau approves the computed advance; its amount is reserved on the fund in the same decision (AC24).
/// Faults: <c>award.no_advance</c>, <c>award.not_payable</c>, <c>award.same_person</c> (on record), <c>award.plan_number</c>,
/// <c>award.concern_open</c>, <c>award.concern_upheld</c>, <c>award.concern_new</c>,
/// <c>fund.unknown</c>, <c>ledger.insufficient</c>.
/// </summary>
internal static class ApproveAdvance
{
    public sealed record Body(string Fund, string PlanNumber);

    internal static Decision Decide(Award award, Fund fund, Body body, Actor actor)
    {
        var stream = Award.Noun.StreamOf(award.Id);
        if (award is not { Status: AwardStatus.AdvanceComputed, Advance: { } advance }) return AwardFaults.NoAdvance;
        if (Duties.Refuse(award, Duty.Approve, actor, "advance") is { } refused) return refused;
        if (advance.Outcome != Outcome.Payable) return AwardFaults.NotPayable(advance.Outcome);
        if (DecideConcern.Holds(award) is { } held) return held;
        if (ApproveAward.PlanNumberWrong(body.PlanNumber)) return AwardFaults.PlanNumber;
        var reserved = new FundsReserved(award.Id, award.Enterprise, advance.Payable);
        return fund.Refuses(reserved) is { } fault
            ? fault
            : Decision.Accept(
                new Change(stream, new AdvanceApproved(award.Enterprise, fund.Id, advance.Payable, body.PlanNumber)),
                new Change(Fund.Noun.StreamOf(fund.Id), reserved));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/advance/approval", [Role.BureauApprover], async (request, ct) =>
    {
        var (id, fund) = (request.Route("id"), request.Body.Fund);
        var known = await request.Load(Award.Noun, id);
        if (!known.Ok) return known.Fault;
        if (!known.Value.Decided && await FindConcerns.Since(known.Value, request.City, request.Log, ct) is { } fresh) return fresh;
        return request.On(Award.Noun, id, [Fund.Noun.StreamOf(fund)], (award, streams, _) =>
            streams.Version(Fund.Noun, fund) == 0
                ? SliceFaults.Unknown(Fund.Noun.Category, fund)
                : Decide(award, streams.Get(Fund.Noun, fund), request.Body, request.Actor));
    });
}
