using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Vouchers;

/// <summary>
/// Programmes and vouchers as their readers see them; an enterprise its own, a provider those that pay its invoices. Faults:
/// <c>voucher.unknown</c>, <c>voucher_programme.unknown</c>.
/// </summary>
internal static class ShowVouchers
{
    private static readonly Role[] Authorities = [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    private static readonly Role[] Readers = [.. Authorities, Role.Enterprise, Role.Provider];

    internal static readonly ReadModel<VoucherProgramme> Programmes = new(
        "programme", 1, VoucherProgramme.Noun, programme => View(programme),
        new("name", "名称", p => p.Terms.Name),
        new("kind", "券种", p => p.Terms.Kind),
        new("fund", "资金", p => p.Terms.Fund),
        new("total", "总额", p => p.Terms.Total),
        new("issued", "已发放", p => p.Issued),
        new("open", "未使用", p => p[VoucherPlace.Open]),
        new("redeemed", "已核销", p => p[VoucherPlace.Redeemed]),
        new("expired", "已过期", p => p[VoucherPlace.Expired]),
        new("revoked", "已撤销", p => p[VoucherPlace.Revoked]));

    internal static readonly ReadModel<Voucher> Model = new(
        "voucher", 1, Voucher.Noun, voucher => View(voucher),
        new("programme", "券种编号", v => v.Programme),
        new("enterprise", "企业", v => v.Enterprise),
        new("provider", "服务商", v => v.Invoice?.Provider),
        new("status", "状态", v => v.Status),
        new("face", "面额", v => v.Face),
        new("pays", "抵扣", v => v.Invoice?.Pays),
        new("validUntil", "有效期至", v => v.ValidUntil),
        new("root", "原券", v => v.Root),
        new("fund", "资金", v => v.Fund));

    internal sealed record Shown(
        string Id, string Programme, string Enterprise, VoucherStatus Status, Money Face, DateOnly IssuedOn, DateOnly ValidUntil, string Root, string Fund, VoucherInvoice? Invoice, string? Document, string? Reason);

    internal sealed record ShownProgramme(string Id, VoucherTerms Terms, int Issues, Money Issued, Money Open, Money Redeemed, Money Expired, Money Revoked);

    internal static Shown View(Voucher v) => new(v.Id, v.Programme, v.Enterprise, v.Status, v.Face, v.IssuedOn, v.ValidUntil, v.Root, v.Fund, v.Invoice, v.Document, v.Reason);

    internal static ShownProgramme View(VoucherProgramme p) => new(
        p.Id, p.Terms, p.Issues, p.Issued, p[VoucherPlace.Open], p[VoucherPlace.Redeemed], p[VoucherPlace.Expired], p[VoucherPlace.Revoked]);

    internal static void Map(Routes routes)
    {
        routes.List("/voucher-programmes", Authorities, Programmes, searched: ["name", "kind"]);
        routes.Get("/voucher-programmes/{id}", Authorities, async (request, _) =>
        {
            var programme = await request.Load(VoucherProgramme.Noun, request.Route("id"));
            if (!programme.Ok) return programme.Fault;
            return View(programme.Value);
        });
        routes.List("/vouchers", Readers, Model, actor => actor.Role switch { Role.Enterprise => ("enterprise", actor.Org), Role.Provider => ("provider", actor.Org), _ => null }, ["enterprise"]);
        routes.Get("/vouchers/{id}", Readers, async (request, _) =>
        {
            var voucher = await Own(request);
            if (!voucher.Ok) return voucher.Fault;
            return request.Actor.Role == Role.Provider && voucher.Value.Invoice?.Provider != request.Actor.Org ? SliceFaults.Unknown(Voucher.Noun.Category, request.Route("id")) : View(voucher.Value);
        });
    }

    /// <summary>The voucher of the path; another enterprise's is unknown to an enterprise.</summary>
    internal static async Task<Result<Voucher>> Own(Request request)
    {
        var voucher = await request.Load(Voucher.Noun, request.Route("id"));
        return voucher.Ok && request.Actor.Role == Role.Enterprise && voucher.Value.Enterprise != request.Actor.Org ? SliceFaults.Unknown(Voucher.Noun.Category, request.Route("id")) : voucher;
    }
}
