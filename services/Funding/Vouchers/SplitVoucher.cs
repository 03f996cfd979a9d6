using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// The holder, or the bureau for it, divides an open voucher into parts for several invoices; their sum is its face value to the fen, and they are
/// valid as long as it was. Faults: <c>voucher.status</c>, <c>voucher.expired</c>, <c>voucher.parts</c>, <c>voucher.unknown</c>.
/// </summary>
internal static class SplitVoucher
{
    public sealed record Body(IReadOnlyList<Money> Parts);

    internal const int PartsMax = 20;

    /// <summary>Parts of parts of parts: an id stays readable.</summary>
    internal const int DepthMax = 3;

    internal static Fault PartsWrong(Money face) => new(
        FaultKind.Invalid, "voucher.parts",
        new($"请给出 2 至 {PartsMax} 个大于零的面额，合计恰为 {face} 元；最多逐级拆分 {DepthMax} 次。", $"2 to {PartsMax} face values above zero are asked for, that sum to exactly {face}; parts are divided again at most to {DepthMax} levels."));

    internal static Decision Decide(Voucher voucher, Body body, DateTimeOffset at)
    {
        if (voucher.Status != VoucherStatus.Open) return VoucherFaults.OtherStatus(voucher);
        if (ChinaTime.DayOf(at) > voucher.ValidUntil) return ClaimVoucher.Expired(voucher);
        if (body.Parts.Count is < 2 or > PartsMax || body.Parts.Any(p => p.Fen <= 0) || body.Parts.Sum(p => (decimal)p.Fen) != voucher.Face.Fen || voucher.Id.Count(c => c == '.') >= DepthMax) return PartsWrong(voucher.Face);
        var parts = body.Parts.Select((face, i) => new VoucherPart(IdOf(voucher.Id, i), face)).ToArray();
        return Decision.Accept(
        [
            new Change(Voucher.Noun.StreamOf(voucher.Id), new VoucherSplit(parts)),
            .. parts.Select(p => new Change(
                Voucher.Noun.StreamOf(p.Voucher), new VoucherIssued(voucher.Programme, voucher.Fund, voucher.Enterprise, p.Face, voucher.ValidUntil, voucher.Root, voucher.Id, voucher.IssuedBy))),
            new Change(VoucherProgramme.Noun.StreamOf(voucher.Programme), new VoucherDivided(voucher.Id, voucher.ValidUntil, [.. parts.Select(p => p.Voucher)])),
        ]).Answering(null, parts);
    }

    internal static string IdOf(string voucher, int i) => string.Create(CultureInfo.InvariantCulture, $"{voucher}.{i + 1}");

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/vouchers/{id}/parts", [Role.Enterprise, Role.BureauOfficer], async (request, _) =>
    {
        var voucher = await ShowVouchers.Own(request);
        if (!voucher.Ok) return voucher.Fault;
        if (request.Body.Parts.Count > PartsMax) return PartsWrong(voucher.Value.Face);
        return request.On(
            Voucher.Noun, voucher.Value.Id,
            [VoucherProgramme.Noun.StreamOf(voucher.Value.Programme), .. request.Body.Parts.Select((_, i) => Voucher.Noun.StreamOf(IdOf(voucher.Value.Id, i)))],
            (now, _, at) => Decide(now, request.Body, at));
    });
}
