using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau's approver withdraws an approved advance that no batch holds; its reservation is void and the money available again.
/// Faults: <c>award.no_advance</c>, <c>award.withdrawal_reason</c>.
/// </summary>
internal static class WithdrawAdvance
{
    public sealed record Body(string Reason);

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "award.withdrawal_reason", new("撤回须说明理由（1 至 500 个字符）。", "A withdrawal asks for a reason of 1 to 500 characters."));

    internal static Decision Decide(Award award, Body body)
    {
        if (award.Find(TrancheKind.Advance, null) is not { Status: TrancheStatus.Approved } tranche) return AwardFaults.NoAdvance;
        return string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500
            ? ReasonWrong
            : Decision.Accept(
                new Change(Award.Noun.StreamOf(award.Id), new AdvanceWithdrawn(tranche.Fund, tranche.Amount, body.Reason)),
                new Change(Fund.Noun.StreamOf(tranche.Fund), new ReservationVoided(award.Id, tranche.Amount)));
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/advance/withdrawal", [Role.BureauApprover], async (request, _) =>
    {
        // Which fund holds the reservation stands on the award; it never changes while the reservation stands.
        var award = await request.Load(Award.Noun, request.Route("id"));
        if (!award.Ok) return award.Fault;
        return award.Value.AdvanceFund is { } fund
            ? request.On(Award.Noun, request.Route("id"), [Fund.Noun.StreamOf(fund)], (now, _, _) => Decide(now, request.Body))
            : AwardFaults.NoAdvance;
    });
}
