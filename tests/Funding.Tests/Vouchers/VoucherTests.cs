using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Claims;
using PilotCity.Funding.Funds;
using PilotCity.Funding.Vouchers;

namespace PilotCity.Funding.Tests.Vouchers;

public class VoucherTests
{
    private const string Provider = "91350200MA347T9B1K";
    internal static readonly VoucherTerms Terms = new("算力券2026", "算力券", Town.FundId, FundUse.PublicServices, Money.OfYuan(1_000), Money.OfYuan(50_000), 0.3m, 180, Money.OfYuan(100_000));
    internal static readonly Actor Holder = new(Role.Enterprise, "company-1", Town.Company);
    private static readonly Mark Mark = new(MarkKind.Invoice, new string('a', 32));

    internal static readonly string Code = string.Concat(Provider.AsSpan(0, 17), CreditCodes.CheckCharacter(Provider.AsSpan(0, 17)).ToString());

    internal static Town Opened() => Town.Founded().Ok(Town.Approver, OpenProgramme.Decide(new("compute", Terms)));

    internal static Decision Issue(Town town, string id, params long[] yuan) => IssueVouchers.Decide(
        town.State(VoucherProgramme.Noun, "compute"), town.Fund, new([.. yuan.Select(y => new IssueVouchers.Issue(Town.Company, Money.OfYuan(y)))]),
        new Dictionary<string, GetEnterpriseReply> { [Town.Company] = town.Enterprise }, id, town.At);

    internal static Decision Claim(Town town, string voucher, string yuan, Mark? mark = null, string? provider = null, DateOnly? day = null) => ClaimVoucher.Decide(
        V(town, voucher), Programme(town), town.State(Funding.Claims.Claim.Noun, (mark ?? Mark).Fingerprint), new(provider ?? Code, "25352000000000000009", Money.Parse(yuan), day ?? ChinaTime.DayOf(town.At)), mark ?? Mark, "k", town.At);

    internal static Voucher V(Town town, string id = "v-001") => town.State(Voucher.Noun, id);

    internal static VoucherProgramme Programme(Town town) => town.State(VoucherProgramme.Noun, "compute");

    private static Town Issued(params long[] yuan) => Opened() switch { var town => town.Ok(Town.Officer, Issue(town, "v", yuan.Length == 0 ? [10_000] : yuan)) };

    private static Town Redeemed() => Issued() switch { var t => t.Ok(Holder, Claim(t, "v-001", "20000.00")).Ok(Town.Approver, ConfirmClaim.Decide(V(t), new(true), Town.Approver)) };

    private static (Money Available, Money Reserved, Money Paid) Pool(Town town) =>
        (town.Fund.Ledger[Fund.Available(FundPool.Services)], town.Fund.Ledger[Fund.Reserved(FundPool.Services)], town.Fund.Ledger[Fund.Paid(FundPool.Services)]);

    [Fact]
    public void A_voucher_is_issued_claimed_confirmed_and_settled_by_different_persons()
    {
        var town = Redeemed();
        Assert.Equal((VoucherStatus.Redeemed, Money.OfYuan(6_000)), (V(town).Status, V(town).Invoice!.Pays));
        Assert.Equal((Money.OfYuan(6_000), Money.Zero), (Pool(town).Reserved, Pool(town).Paid));
        Assert.Equal((Money.OfYuan(10_000), Money.OfYuan(10_000), Money.Zero), (Programme(town).Issued, Programme(town)[VoucherPlace.Redeemed], Programme(town)[VoucherPlace.Open]));

        Assert.Equal("voucher.document", SettleVoucher.Prepare(V(town), new(""), Town.Finance).Fault?.Code);
        Assert.Equal("voucher.not_prepared", SettleVoucher.Book(V(town), town.Fund, new("支-1", Money.OfYuan(6_000)), Town.Releaser).Fault?.Code);
        town.Ok(Town.Finance, SettleVoucher.Prepare(V(town), new("支-1"), Town.Finance));
        Assert.Equal("voucher.not_prepared", SettleVoucher.Book(V(town), town.Fund, new("支-1", Money.OfYuan(6_001)), Town.Releaser).Fault?.Code);
        Assert.Equal("voucher.same_person", SettleVoucher.Book(V(town), town.Fund, new("支-1", Money.OfYuan(6_000)), Town.Finance).Fault?.Code);
        town.Ok(Town.Releaser, SettleVoucher.Book(V(town), town.Fund, new("支-1", Money.OfYuan(6_000)), Town.Releaser));
        Assert.Equal((VoucherStatus.Settled, Money.Zero, Money.OfYuan(6_000)), (V(town).Status, Pool(town).Reserved, Pool(town).Paid));
        Assert.Equal("voucher.status", SettleVoucher.Book(V(town), town.Fund, new("支-1", Money.OfYuan(6_000)), Town.Releaser).Fault?.Code);
    }

    [Theory]
    [InlineData("33333.33", "10000.00")]
    [InlineData("33333.34", "10000.00")]
    [InlineData("33333.32", "10000.00")]
    [InlineData("33333.31", "9999.99")]
    [InlineData("0.02", "0.01")]
    [InlineData("0.01", null)]
    [InlineData("0.00", null)]
    public void It_pays_at_most_its_share_of_the_invoice_and_its_face_value(string invoice, string? pays)
    {
        var claimed = Claim(Issued(), "v-001", invoice);
        Assert.Equal(pays is null ? "voucher.invoice" : null, claimed.Fault?.Code);
        if (pays is not null) Assert.Equal(Money.Parse(pays), ((VoucherClaimed)claimed.Changes[0].Event).Invoice.Pays);
    }

    [Fact]
    public void An_invoice_is_claimed_once_by_vouchers_and_awards_alike()
    {
        var town = Issued(10_000, 10_000);
        town.Ok(Holder, Claim(town, "v-001", "20000.00"));
        Assert.Equal("voucher.invoice_claimed", Claim(town, "v-002", "20000.00").Fault?.Code);
        Assert.Equal(["voucher/v-001"], town.State(Funding.Claims.Claim.Noun, Mark.Fingerprint).Awards);

        var award = Issued().Ok(Town.Officer, Decision.Accept(Funding.Claims.Claim.Noun.StreamOf(Mark.Fingerprint), new ClaimMade(MarkKind.Invoice, "k", "p-1")));
        Assert.Equal("voucher.invoice_claimed", Claim(award, "v-001", "20000.00").Fault?.Code);

        town.Ok(Town.Approver, ConfirmClaim.Decide(V(town), new(false, "发票抬头有误"), Town.Approver));
        Assert.Equal((VoucherStatus.Open, "发票抬头有误"), (V(town).Status, V(town).Reason));
        Assert.Null(Claim(town, "v-002", "20000.00").Fault);
        Assert.Equal("voucher.invoice", Claim(town, "v-001", "20000.00", provider: "x").Fault?.Code);
        Assert.Equal("voucher.invoice", Claim(town, "v-001", "20000.00", day: ChinaTime.DayOf(town.At).AddDays(1)).Fault?.Code);
        Assert.Equal("voucher.invoice", Claim(town, "v-001", "20000.00", day: ChinaTime.DayOf(town.At).AddDays(-1)).Fault?.Code);
    }

    [Fact]
    public void Nobody_takes_two_incompatible_steps_and_the_attempt_stays_on_record()
    {
        var town = Issued();
        Assert.Equal("voucher.same_person", RevokeVoucher.Decide(V(town), new("x"), Town.Officer).Fault?.Code);
        town.Ok(Holder, Claim(town, "v-001", "20000.00"));
        foreach (var actor in new[] { Town.Officer, Holder })
        {
            var refused = ConfirmClaim.Decide(V(town), new(true), actor);
            Assert.Equal("voucher.same_person", refused.Fault?.Code);
            Assert.Equal(new VoucherStepRefused("confirmation", "voucher.same_person"), Assert.Single(refused.Changes).Event);
        }

        town = Redeemed();
        Assert.Equal("voucher.same_person", SettleVoucher.Prepare(V(town), new("支-1"), Town.Approver).Fault?.Code);
        Assert.Equal("voucher.reason", ConfirmClaim.Decide(V(Issued() switch { var t => t.Ok(Holder, Claim(t, "v-001", "20000.00")) }), new(false), Town.Approver).Fault?.Code);
    }

    [Fact]
    public void Parts_are_exactly_the_voucher_and_are_used_one_by_one()
    {
        var town = Issued();
        foreach (var wrong in new[] { new[] { 10_000L }, [4_000, 5_999], [4_000, 6_001], [10_000, 0], [11_000, -1_000] })
            Assert.Equal("voucher.parts", SplitVoucher.Decide(V(town), new([.. wrong.Select(Money.OfYuan)]), town.At).Fault?.Code);
        town.Ok(Holder, SplitVoucher.Decide(V(town), new([Money.OfYuan(4_000), Money.OfYuan(6_000)]), town.At));

        Assert.Equal(VoucherStatus.Divided, V(town).Status);
        Assert.Equal((Money.OfYuan(6_000), "v-001", "bureau-1"), (V(town, "v-001.2").Face, V(town, "v-001.2").Root, V(town, "v-001.2").IssuedBy));
        Assert.Equal("voucher.status", Claim(town, "v-001", "20000.00").Fault?.Code);
        Assert.Equal((Money.OfYuan(10_000), Money.OfYuan(10_000)), (Programme(town)[VoucherPlace.Open], Pool(town).Reserved));
        town.Ok(Holder, Claim(town, "v-001.1", "20000.00")).Ok(Town.Approver, ConfirmClaim.Decide(V(town, "v-001.1"), new(true), Town.Approver));
        town.Ok(Town.Approver, RevokeVoucher.Decide(V(town, "v-001.2"), new("企业退出试点"), Town.Approver));
        Assert.Equal((Money.OfYuan(4_000), Money.OfYuan(6_000), Money.Zero), (Programme(town)[VoucherPlace.Redeemed], Programme(town)[VoucherPlace.Revoked], Programme(town)[VoucherPlace.Open]));
        Assert.Equal(Money.OfYuan(4_000), Pool(town).Reserved);
        Assert.Equal("voucher.parts", SplitVoucher.Decide(V(Issued()) with { Id = "v.1.1.1" }, new([Money.OfYuan(4_000), Money.OfYuan(6_000)]), town.At).Fault?.Code);
    }

    [Theory]
    [InlineData(180, 0)]
    [InlineData(181, 1)]
    public void It_expires_after_its_last_day_in_Shanghai(int days, int expired)
    {
        var town = Issued();
        town.At = ChinaTime.StartOf(ChinaTime.DayOf(town.At)).AddDays(days);
        var programme = Programme(town);
        var due = ExpireVouchers.Due(programme, town.At);
        Assert.Equal(expired, due.Length);
        Assert.Equal(expired == 0 ? null : "voucher.expired", Claim(town, "v-001", "20000.00", day: ChinaTime.DayOf(town.At)).Fault?.Code);
        town.Ok(Town.Officer, ExpireVouchers.Decide(programme, [.. due.Select(v => V(town, v))], town.At));
        Assert.Equal(expired == 0 ? VoucherStatus.Open : VoucherStatus.Expired, V(town).Status);
        Assert.Equal(Money.OfYuan(10_000 - (10_000 * expired)), Pool(town).Reserved);
    }

    [Fact]
    public void What_is_being_looked_at_does_not_expire_and_sent_back_it_does()
    {
        var town = Issued();
        town.Ok(Holder, Claim(town, "v-001", "20000.00"));
        town.At = town.At.AddDays(200);
        Assert.Empty(ExpireVouchers.Due(Programme(town), town.At));
        Assert.Empty(ExpireVouchers.Decide(Programme(town), [V(town)], town.At).Changes);
        town.Ok(Town.Approver, ConfirmClaim.Decide(V(town), new(false, "x"), Town.Approver));
        Assert.Equal(["v-001"], ExpireVouchers.Due(Programme(town), town.At));
    }

    [Fact]
    public void Vouchers_go_to_listed_enterprises_inside_the_programme_and_the_fund()
    {
        var town = Opened();
        Assert.Equal("voucher.face", Issue(town, "v", 999).Fault!.Details[0].Code);
        Assert.Equal("voucher.face", Issue(town, "v", 50_001).Fault!.Details[0].Code);
        Assert.Null(Issue(town, "v", 1_000, 50_000).Fault);
        Assert.Null(Issue(town, "v", 50_000, 50_000).Fault);
        Assert.Equal("voucher.above_total", Issue(town, "v", 50_000, 50_000, 1_000).Fault?.Code);
        town.Enterprise.CreditLists.Add("tax-violation");
        Assert.Equal("voucher.on_credit_list", Issue(town, "v", 1_000).Fault!.Details[0].Code);
        town.Enterprise.InPilotList = false;
        Assert.Equal(("voucher.lines_wrong", "voucher.not_listed"), (Issue(town, "v", 1_000).Fault!.Code, Issue(town, "v", 1_000).Fault!.Details[0].Code));
        Assert.Equal("voucher.issues", IssueVouchers.IssuesWrong.Code);
        Assert.Equal("voucher.too_many", IssueVouchers.TooMany.Code);
    }

    [Fact]
    public void A_programme_states_its_terms_and_draws_on_services_alone()
    {
        string? Of(VoucherTerms terms, string id = "compute") => OpenProgramme.Decide(new(id, terms)).Fault is { } f ? f.Details.Count > 0 ? f.Details[0].Path : f.Code : null;
        Assert.Null(Of(Terms));
        Assert.Equal("/id", Of(Terms, "Compute"));
        Assert.Equal("/terms/share", Of(Terms with { Share = 1.0001m }));
        Assert.Equal("/terms/share", Of(Terms with { Share = 0.33333m }));
        Assert.Equal("/terms/validDays", Of(Terms with { ValidDays = 731 }));
        Assert.Equal("/terms/faceMin", Of(Terms with { FaceMin = Money.OfYuan(50_001) }));
        Assert.Equal("/terms/faceMax", Of(Terms with { Total = Money.OfYuan(49_999) }));
        Assert.Equal("voucher_programme.terms", OpenProgramme.Decide(new("compute", Terms with { Name = "" })).Fault?.Code);
        Assert.Equal("voucher_programme.renovation", Of(Terms with { Use = FundUse.EnterpriseRenovation }));
        Assert.Equal("fund.use_forbidden", Of(Terms with { Use = FundUse.StaffBenefits }));
    }

    [Fact]
    public void A_voucher_s_reservation_is_paid_by_nobody_else()
    {
        var town = Issued();
        Assert.Equal("reservation.not_open", PostReservation.Decide(town.Fund, "voucher/v-001", new("支-1"), Town.Releaser).Fault?.Code);
        Assert.Equal("reservation.not_open", VoidReservation.Decide(town.Fund, "voucher/v-001", new("x")).Fault?.Code);
    }
}
