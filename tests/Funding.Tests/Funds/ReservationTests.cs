using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.Funds;

public class ReservationTests
{
    private const string Id = "00000000000000000000000000000001";
    private const string Other = "00000000000000000000000000000002";

    private static Decision Reserve(Town town, long yuan = 1_000, string id = Id, FundUse use = FundUse.PublicServices, string reference = "合同-1") =>
        ReserveFunds.Decide(town.Fund, new(use, Money.OfYuan(yuan), reference), id);

    private static Decision Post(Town town, string? yuan = null, string document = "支-1", Actor? by = null, string id = Id) =>
        PostReservation.Decide(town.Fund, id, new(document, yuan is null ? null : Money.Parse(yuan)), by ?? Town.Releaser);

    private static Town Reserved() => Town.Founded() switch { var town => town.Ok(Town.Finance, Reserve(town)) };

    private static (long Available, long Reserved, long Paid, int Open) Services(Town town) => (
        town.Fund.Ledger[Fund.Available(FundPool.Services)].Fen / 100, town.Fund.Ledger[Fund.Reserved(FundPool.Services)].Fen / 100,
        town.Fund.Ledger[Fund.Paid(FundPool.Services)].Fen / 100, town.Fund.Open.Count);

    [Fact]
    public void Money_of_the_services_pool_is_reserved_posted_in_parts_and_the_rest_voided()
    {
        var town = Reserved();
        Assert.Equal((19_999_000, 1_000, 0, 1), Services(town));

        town.Ok(Town.Releaser, Post(town, "400.00"));
        Assert.Equal((19_999_000, 600, 400, 1), Services(town));

        town.Ok(Town.Finance, VoidReservation.Decide(town.Fund, Id, new("合同终止")));
        Assert.Equal((19_999_600, 0, 400, 0), Services(town));
        Assert.Equal("reservation.not_open", Post(town).Fault?.Code);
        Assert.Equal("reservation.not_open", VoidReservation.Decide(town.Fund, Id, new("合同终止")).Fault?.Code);
    }

    [Fact]
    public void Without_an_amount_all_of_it_is_posted()
    {
        var town = Reserved();
        town.Ok(Town.Releaser, Post(town));

        Assert.Equal((19_999_000, 0, 1_000, 0), Services(town));
    }

    [Theory]
    [InlineData(20_000_000, null)]
    [InlineData(20_000_001, "ledger.insufficient")]
    [InlineData(0, "ledger.amount")]
    public void No_more_is_reserved_than_is_available(long yuan, string? code) => Assert.Equal(code, Reserve(Town.Founded(), yuan).Fault?.Code);

    [Theory]
    [InlineData("1000.00", null)]
    [InlineData("1000.01", "reservation.above_held")]
    [InlineData("0.00", "ledger.amount")]
    [InlineData("-1.00", "ledger.amount")]
    public void No_more_is_posted_than_the_reservation_itself_holds_whatever_others_hold(string amount, string? code)
    {
        var town = Reserved();
        town.Ok(Town.Finance, Reserve(town, 5_000, Other));

        Assert.Equal(code, Post(town, amount).Fault?.Code);
    }

    [Theory]
    [InlineData(FundUse.PlatformsAndProviders, null)]
    [InlineData(FundUse.IndustrialInternetPlatforms, null)]
    [InlineData(FundUse.ChainTransformation, null)]
    [InlineData(FundUse.PublicServices, null)]
    [InlineData(FundUse.EnterpriseRenovation, "reservation.renovation")]
    [InlineData(FundUse.StaffBenefits, "fund.use_forbidden")]
    [InlineData(FundUse.OfficeRunningCosts, "fund.use_forbidden")]
    [InlineData(FundUse.BuildingsAndConstruction, "fund.use_forbidden")]
    [InlineData(FundUse.BudgetBalancing, "fund.use_forbidden")]
    public void Only_uses_of_the_services_pool_are_reserved_outside_awards(object use, string? code)
    {
        var fault = Reserve(Town.Founded(), use: (FundUse)use).Fault;

        Assert.Equal(code, fault?.Code);
        Assert.Equal(code is null, fault?.Clause is null);
    }

    [Theory]
    [InlineData(0, "reservation.reference")]
    [InlineData(1, null)]
    [InlineData(100, null)]
    [InlineData(101, "reservation.reference")]
    public void A_reservation_says_what_it_is_for(int length, string? code) => Assert.Equal(code, Reserve(Town.Founded(), reference: new('x', length)).Fault?.Code);

    [Theory]
    [InlineData(0, "reservation.document")]
    [InlineData(1, null)]
    [InlineData(100, null)]
    [InlineData(101, "reservation.document")]
    public void A_posting_names_its_document(int length, string? code) => Assert.Equal(code, Post(Reserved(), document: new('x', length)).Fault?.Code);

    [Theory]
    [InlineData(0, "reservation.reason")]
    [InlineData(1, null)]
    [InlineData(500, null)]
    [InlineData(501, "reservation.reason")]
    public void A_void_gives_its_reason(int length, string? code) => Assert.Equal(code, VoidReservation.Decide(Reserved().Fund, Id, new(new('x', length))).Fault?.Code);

    [Fact]
    public void Who_reserved_does_not_post_and_the_attempt_stays_on_record()
    {
        var town = Reserved();
        var refused = town.Do(Town.Finance, Post(town, by: Town.Finance));

        Assert.Equal("reservation.same_person", refused.Fault?.Code);
        Assert.Equal(new EncumbrancePostingRefused(Id, "reservation.same_person"), Assert.Single(refused.Changes).Event);
        Assert.Equal((19_999_000, 1_000, 0, 1), Services(town));
    }

    [Fact]
    public void A_fund_has_so_many_open_reservations_and_no_more()
    {
        var fund = Town.Founded().Fund;
        var one = new Reservation(new(1), new(1), "finance-1", default);
        Fund With(int open) => fund with { Open = fund.Open.AddRange(Enumerable.Range(0, open).Select(i => KeyValuePair.Create(ReservationKey.Outside($"r{i}"), one))) };

        Assert.Null(ReserveFunds.Decide(With(ReserveFunds.OpenMax - 1), new(FundUse.PublicServices, new(1), "c"), Id).Fault);
        Assert.Equal("reservation.too_many", ReserveFunds.Decide(With(ReserveFunds.OpenMax), new(FundUse.PublicServices, new(1), "c"), Id).Fault?.Code);
    }

    [Fact]
    public void An_award_s_reservation_is_open_until_it_is_paid_and_is_not_touched_from_outside()
    {
        var town = Town.Founded().Approved();

        var (key, held) = Assert.Single(town.Fund.Open);
        Assert.Equal((ReservationKey.OfAward("p-1", FundPool.Renovation), "p-1", Money.OfYuan(200_000), "bureau-2"), (key, held.Award, held.Open, held.By));
        Assert.Equal("reservation.not_open", Post(town, id: key.Id).Fault?.Code);
        Assert.Equal("reservation.above_held", town.Fund.Refuses(new ReservationPosted("p-1", "b", "l", Money.OfYuan(200_001)))?.Code);
        Assert.Equal("reservation.above_held", town.Fund.Refuses(new ReservationVoided("p-2", new(1)))?.Code);

        town.Account().Batched("b1").Released("b1").Settled("b1", "B-1");
        Assert.Empty(town.Fund.Open);
    }

    [Fact]
    public void Open_reservations_are_shown_in_pages_that_join_without_gap_or_repetition()
    {
        var town = Reserved().Approved();
        town.Ok(Town.Finance, Reserve(town, 5, Other));

        var first = ShowReservations.Of(town.Fund, 2, null);
        var second = ShowReservations.Of(town.Fund, 2, first.Next);

        Assert.Equal((3, Other, null), (first.Total, first.Next, second.Next));
        Assert.Equal([Id, Other, "award/p-1"], first.Items.Concat(second.Items).Select(i => i.Id));
        Assert.Equal((FundUse.PublicServices, "合同-1", Money.OfYuan(1_000), "finance-1"), (first.Items[0].Use, first.Items[0].Reference, first.Items[0].Open, first.Items[0].ReservedBy));
    }
}
