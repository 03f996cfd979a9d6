using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>The finance bureau gives up a batch before its release; its payments are free for another one. Faults: <c>payment_batch.not_open</c>, <c>payment_batch.reason</c>.</summary>
internal static class CancelBatch
{
    public sealed record Body(string Reason);

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "payment_batch.reason", new("撤销须说明理由（1 至 500 个字符）。", "Cancelling asks for a reason of 1 to 500 characters."));

    internal static Decision Decide(PaymentBatch batch, Body body) =>
        batch.Status != BatchStatus.Created ? ApproveBatch.NotOpen
        : string.IsNullOrWhiteSpace(body.Reason) || body.Reason.Length > 500 ? ReasonWrong
        : Decision.Accept(
        [
            new Change(PaymentBatch.Noun.StreamOf(batch.Id), new PaymentBatchCancelled(body.Reason)),
            .. batch.Lines.Select(l => new Change(Award.Noun.StreamOf(l.Is.Award), new TrancheReleased(l.Is.Tranche, batch.Id, l.Is.Line, "payment_batch.cancelled", Payment: l.Is.Payment))),
        ]);

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/payment-batches/{id}/cancellation", [Role.FinanceOfficer, Role.FinanceApprover], async (request, _) =>
    {
        var batch = await request.Load(PaymentBatch.Noun, request.Route("id"));
        if (!batch.Ok) return batch.Fault;
        return request.On(PaymentBatch.Noun, batch.Value.Id, [.. batch.Value.Lines.Select(l => Award.Noun.StreamOf(l.Is.Award)).Distinct(StringComparer.Ordinal)], (now, _, _) => Decide(now, request.Body));
    });
}
