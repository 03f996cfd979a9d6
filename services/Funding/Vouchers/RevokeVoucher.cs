using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// The bureau's approver takes an open voucher back, with a reason; who issued it does not, and an attempt stays on record (AC33). Its face value is
/// free on the fund. Faults: <c>voucher.status</c>, <c>voucher.same_person</c> (on record), <c>voucher.reason</c>.
/// </summary>
internal static class RevokeVoucher
{
    public sealed record Body(string Reason);

    internal static Decision Decide(Voucher voucher, Body body, Actor actor) =>
        voucher.Status != VoucherStatus.Open ? VoucherFaults.OtherStatus(voucher)
        : actor.Sub == voucher.IssuedBy ? VoucherFaults.OnRecord(voucher, "revocation")
        : VoucherFaults.Wrong(body.Reason) ? VoucherFaults.Reason
        : Decision.Accept(
            new Change(Voucher.Noun.StreamOf(voucher.Id), new VoucherRevoked(voucher.Face, body.Reason)),
            new Change(VoucherProgramme.Noun.StreamOf(voucher.Programme), new VoucherMoved(voucher.Id, VoucherPlace.Open, VoucherPlace.Revoked, voucher.Face, voucher.ValidUntil)),
            new Change(Fund.Noun.StreamOf(voucher.Fund), new VoucherFreed(voucher.Root, voucher.Id, voucher.Face)));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/vouchers/{id}/revocation", [Role.BureauApprover], async (request, _) =>
    {
        var voucher = await request.Load(Voucher.Noun, request.Route("id"));
        if (!voucher.Ok) return voucher.Fault;
        return request.On(
            Voucher.Noun, voucher.Value.Id, [VoucherProgramme.Noun.StreamOf(voucher.Value.Programme), Fund.Noun.StreamOf(voucher.Value.Fund)], (now, _, _) => Decide(now, request.Body, request.Actor));
    });
}
