using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Claims;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// The holder hands in the provider's invoice (核销申请): the voucher pays its programme's share of it, at most its face value. An
/// invoice is claimed once, by a voucher or by an award, here or in a city that compares (AC08): both claim it by its fingerprint.
/// Faults: <c>voucher.status</c>, <c>voucher.expired</c>, <c>voucher.invoice</c>, <c>voucher.invoice_claimed</c>, <c>voucher.unknown</c>.
/// </summary>
internal static class ClaimVoucher
{
    public sealed record Body(string Provider, string Invoice, Money Amount, DateOnly IssuedOn);

    internal sealed record Claimed(Money Pays);

    internal static readonly Fault InvoiceWrong = new(
        FaultKind.Invalid, "voucher.invoice",
        new("请给出服务商统一社会信用代码、8 至 20 位数字的发票号码、大于零的价税合计，以及在券有效期内（发放日至截止日、不晚于今日）的开票日期；可抵扣金额应不少于 0.01 元。",
            "The provider's credit code, an invoice number of 8 to 20 digits, its gross amount above zero, and a day of issue inside the voucher's validity and not after today are asked for; what it pays is at least 0.01."));

    internal static readonly Fault InvoiceClaimed = new(
        FaultKind.Refused, "voucher.invoice_claimed", new("该发票已用于奖补、另一张券，或已由其他城市申报。", "This invoice is claimed already: by an award, by another voucher, or in another city."), "AC08");

    internal static Fault Expired(Voucher voucher) => new(
        FaultKind.Refused, "voucher.expired", new($"券 {voucher.Id} 的有效期至 {voucher.ValidUntil:yyyy-MM-dd}。", $"The voucher {voucher.Id} was valid until {voucher.ValidUntil:yyyy-MM-dd}."));

    internal static string NameOf(string voucher) => $"voucher/{voucher}";

    internal static Decision Decide(Voucher voucher, VoucherProgramme programme, Claim claim, Body body, Mark mark, string keyId, DateTimeOffset at)
    {
        var today = ChinaTime.DayOf(at);
        if (voucher.Status != VoucherStatus.Open) return VoucherFaults.OtherStatus(voucher);
        if (today > voucher.ValidUntil) return Expired(voucher);
        var pays = body.Amount.Fen is > 0 and <= Money.FenMax ? Money.Min(voucher.Face, Money.RoundHalfUp(body.Amount.Yuan * programme.Terms.Share)) : Money.Zero;
        if (pays.Fen <= 0 || !CreditCodes.Holds(body.Provider) || NumberWrong(body.Invoice) || body.IssuedOn < voucher.IssuedOn || body.IssuedOn > today) return InvoiceWrong;
        if (!claim.Awards.IsEmpty || !claim.Reported.IsEmpty) return InvoiceClaimed;
        return Decision.Accept(
            new Change(Voucher.Noun.StreamOf(voucher.Id), new VoucherClaimed(new(body.Provider, body.Invoice, body.Amount, body.IssuedOn, pays, mark.Fingerprint))),
            new Change(VoucherProgramme.Noun.StreamOf(programme.Id), new VoucherHeld(voucher.Id, voucher.ValidUntil, true)),
            new Change(Claim.Noun.StreamOf(mark.Fingerprint), new ClaimMade(mark.Kind, keyId, NameOf(voucher.Id)))).Answering(null, new Claimed(pays));
    }

    private static bool NumberWrong(string invoice) => invoice.Length is < 8 or > 20 || invoice.AsSpan().ContainsAnyExceptInRange('0', '9');

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/vouchers/{id}/claim", [Role.Enterprise], async (request, _) =>
    {
        if (NumberWrong(request.Body.Invoice)) return InvoiceWrong;
        var voucher = await ShowVouchers.Own(request);
        if (!voucher.Ok) return voucher.Fault;
        var fingerprints = request.Service<Fingerprints>();
        var (mark, programme) = (fingerprints.Invoice(request.Body.Invoice), voucher.Value.Programme);
        return request.On(
            Voucher.Noun, voucher.Value.Id, [VoucherProgramme.Noun.StreamOf(programme), Claim.Noun.StreamOf(mark.Fingerprint)],
            (now, streams, at) => Decide(now, streams.Get(VoucherProgramme.Noun, programme), streams.Get(Claim.Noun, mark.Fingerprint), request.Body, mark, fingerprints.KeyId, at));
    });
}
