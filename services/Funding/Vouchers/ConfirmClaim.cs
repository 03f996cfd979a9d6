using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Claims;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// The bureau confirms or sends back an invoice handed in with a voucher (核销确认); who issued the voucher or handed the invoice in does not, and an
/// attempt stays on record (AC33). Confirmed, the voucher is used up: what it does not pay of its face value is free on the fund.
/// Faults: <c>voucher.status</c>, <c>voucher.same_person</c> (on record), <c>voucher.reason</c>.
/// </summary>
internal static class ConfirmClaim
{
    /// <summary>Sent back with a reason.</summary>
    public sealed record Body(bool Confirmed, string? Reason = null);

    internal static Decision Decide(Voucher voucher, Body body, Actor actor)
    {
        if (voucher is not { Status: VoucherStatus.Claimed, Invoice: { } invoice }) return VoucherFaults.OtherStatus(voucher);
        if (actor.Sub == voucher.IssuedBy || actor.Sub == voucher.ClaimedBy) return VoucherFaults.OnRecord(voucher, "confirmation");
        var (stream, programme) = (Voucher.Noun.StreamOf(voucher.Id), VoucherProgramme.Noun.StreamOf(voucher.Programme));
        if (!body.Confirmed)
            return VoucherFaults.Wrong(body.Reason ?? "") ? VoucherFaults.Reason : Decision.Accept(
                new Change(stream, new VoucherClaimRejected(body.Reason!)),
                new Change(programme, new VoucherHeld(voucher.Id, voucher.ValidUntil, false)),
                new Change(Claim.Noun.StreamOf(invoice.Fingerprint), new ClaimReleased(ClaimVoucher.NameOf(voucher.Id))));
        var rest = voucher.Face - invoice.Pays;
        return Decision.Accept(
        [
            new Change(stream, new VoucherRedeemed(invoice.Provider, invoice.Pays)),
            new Change(programme, new VoucherMoved(voucher.Id, VoucherPlace.Open, VoucherPlace.Redeemed, voucher.Face, voucher.ValidUntil)),
            .. rest.Fen > 0 ? [new Change(Fund.Noun.StreamOf(voucher.Fund), new VoucherFreed(voucher.Root, voucher.Id, rest))] : Array.Empty<Change>(),
        ]);
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/vouchers/{id}/confirmation", [Role.BureauOfficer, Role.BureauApprover], async (request, _) =>
    {
        var voucher = await request.Load(Voucher.Noun, request.Route("id"));
        if (!voucher.Ok) return voucher.Fault;
        if (voucher.Value.Invoice is not { } invoice) return VoucherFaults.OtherStatus(voucher.Value);
        return request.On(
            Voucher.Noun, voucher.Value.Id, [VoucherProgramme.Noun.StreamOf(voucher.Value.Programme), Fund.Noun.StreamOf(voucher.Value.Fund), Claim.Noun.StreamOf(invoice.Fingerprint)],
            (now, _, _) => now.Invoice?.Fingerprint != invoice.Fingerprint ? VoucherFaults.OtherStatus(now) : Decide(now, request.Body, request.Actor));
    });
}
