using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// Finance pays the provider what a redeemed voucher is worth, in two steps of two persons: one prepares it with the bank's document, another books
/// it; neither issued nor confirmed the voucher, and an attempt stays on record (AC33).
/// Faults: <c>voucher.status</c>, <c>voucher.same_person</c> (on record), <c>voucher.document</c>, <c>voucher.not_prepared</c>.
/// </summary>
internal static class SettleVoucher
{
    public sealed record Preparation(string Document);

    /// <summary>The document and the amount as the second person has them before the eyes.</summary>
    public sealed record Booking(string Document, Money Amount);

    internal static readonly Fault DocumentWrong = new(
        FaultKind.Invalid, "voucher.document", new("支付凭证号应为 1 至 100 个字符。", "The number of the payment document has 1 to 100 characters."));

    internal static readonly Fault NotPrepared = new(
        FaultKind.Conflict, "voucher.not_prepared", new("结算尚未登记，或凭证号、金额与登记不符。", "The settlement is not prepared, or document or amount are not those that were prepared."));

    internal static Decision Prepare(Voucher voucher, Preparation body, Actor actor) =>
        voucher.Status != VoucherStatus.Redeemed ? VoucherFaults.OtherStatus(voucher)
        : actor.Sub == voucher.IssuedBy || actor.Sub == voucher.ConfirmedBy ? VoucherFaults.OnRecord(voucher, "settlement")
        : string.IsNullOrWhiteSpace(body.Document) || body.Document.Length > 100 ? DocumentWrong
        : Decision.Accept(Voucher.Noun.StreamOf(voucher.Id), new VoucherSettlementPrepared(body.Document));

    internal static Decision Book(Voucher voucher, Fund fund, Booking body, Actor actor)
    {
        if (voucher is not { Status: VoucherStatus.Redeemed, Invoice: { } invoice }) return VoucherFaults.OtherStatus(voucher);
        if (actor.Sub == voucher.IssuedBy || actor.Sub == voucher.ConfirmedBy || actor.Sub == voucher.PreparedBy) return VoucherFaults.OnRecord(voucher, "settlement");
        if (voucher.Document is null || voucher.Document != body.Document || invoice.Pays != body.Amount) return NotPrepared;
        var paid = new VoucherPaid(voucher.Root, voucher.Id, invoice.Provider, body.Document, invoice.Pays);
        return fund.Refuses(paid) is { } fault ? fault : Decision.Accept(
            new Change(Voucher.Noun.StreamOf(voucher.Id), new VoucherSettled(invoice.Provider, body.Document, invoice.Pays)),
            new Change(Fund.Noun.StreamOf(fund.Id), paid));
    }

    internal static void Map(Routes routes)
    {
        routes.Command<Preparation>("POST", "/vouchers/{id}/settlement", [Role.FinanceOfficer], request =>
            request.On(Voucher.Noun, request.Route("id"), (voucher, _) => Prepare(voucher, request.Body, request.Actor)));
        routes.Command<Booking>("POST", "/vouchers/{id}/settlement/booking", [Role.FinanceApprover], async (request, _) =>
        {
            var voucher = await request.Load(Voucher.Noun, request.Route("id"));
            if (!voucher.Ok) return voucher.Fault;
            return request.On(Voucher.Noun, voucher.Value.Id, [Fund.Noun.StreamOf(voucher.Value.Fund)], (now, streams, _) => Book(now, streams.Get(Fund.Noun, now.Fund), request.Body, request.Actor));
        });
    }
}
