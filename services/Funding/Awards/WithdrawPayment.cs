using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau's approver withdraws an approved or held payment that no batch holds; its money is available again and the enterprise's award falls.
/// Faults: <c>award.payment_unknown</c>, <c>award.not_withdrawable</c>, <c>award.withdrawal_reason</c>.
/// </summary>
internal static class WithdrawPayment
{
    public sealed record Body(string Reason);

    internal static readonly Fault NotWithdrawable = new(
        FaultKind.Conflict, "award.not_withdrawable",
        new("只能撤回已批准或待条件成就、未入批的最终款项；预拨请用撤回预拨。", "Only an approved or held payment of the final award that no batch holds is withdrawn; an advance has a step of its own."));

    internal static Decision Decide(Award award, string payment, Body body) =>
        award.Find(TrancheKind.Final, payment) is not { } tranche ? ConfirmCondition.Unknown(payment)
        : tranche is not { Kind: TrancheKind.Final, Status: TrancheStatus.Approved or TrancheStatus.Held } ? NotWithdrawable
        : string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500 ? WithdrawAdvance.ReasonWrong
        : Decision.Accept([new(Award.Noun.StreamOf(award.Id), new TrancheWithdrawn(payment, tranche.Fund, tranche.Amount, body.Reason)), .. Free(award, tranche.Fund, tranche.Amount)]);

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/payments/{payment}/withdrawal", [Role.BureauApprover], (request, ct) =>
        On(request, (award, payment, _) => Decide(award, payment, request.Body), ct));

    /// <summary>Reserved money of an award becomes free on its fund, and the enterprise has so much less.</summary>
    internal static Change[] Free(Award award, string fund, Money amount) =>
    [
        new(Fund.Noun.StreamOf(fund), new ReservationVoided(award.Id, amount)),
        new(EnterpriseAwards.Noun.StreamOf(award.Enterprise), new EnterpriseAwardReduced(award.Enterprise, award.Id, amount)),
    ];

    /// <summary>A rule over one payment of an award, with the funds it draws on and what the enterprise was awarded.</summary>
    internal static async ValueTask<Result<Intent>> On<TBody>(Request<TBody> request, Func<Award, string, DateTimeOffset, Decision> rule, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var id = request.Route("id");
        var award = await request.Load(Award.Noun, id);
        return award.Ok
            ? request.On(Award.Noun, id, [.. ReceiveRecovery.StreamsOf(award.Value), EnterpriseAwards.Noun.StreamOf(award.Value.Enterprise)], (now, _, at) => rule(now, request.Route("payment"), at))
            : award.Fault;
    }
}
