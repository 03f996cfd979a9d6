using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.Funds;

public class ExpiryTests
{
    private static readonly DateOnly Last = new(2026, 12, 31);
    private static readonly DateTimeOffset LastMoment = ChinaTime.StartOf(Last.AddDays(1)).AddTicks(-1);

    private static Town Approved(DateOnly? expiresOn = null)
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();
        return town.Ok(Town.Approver, town.Approve(new(Town.FundId, "1号") { ExpiresOn = expiresOn })).Account();
    }

    private static Town At(Town town, DateTimeOffset at)
    {
        town.At = at;
        return town;
    }

    private static Town Expired(Town town) => town.Ok(Town.Finance, ExpireReservations.Decide(town.Fund, [town.Award()], null, town.At));

    [Fact]
    public void A_payment_is_made_on_its_last_day_and_not_after()
    {
        Assert.Null(At(Approved(Last), LastMoment).Batch("b1", "p-1").Fault);
        Assert.Equal("award.nothing_to_pay", At(Approved(Last), LastMoment.AddTicks(1)).Batch("b1", "p-1").Fault!.Details[0].Code);
        Assert.Null(At(Approved(), LastMoment.AddYears(9)).Batch("b1", "p-1").Fault);
        Assert.Equal("award.expiry_past", Town.Founded().Computed().Publicised().PublicityOver().Approve(new(Town.FundId, "1号") { ExpiresOn = new(2026, 7, 1) }).Fault?.Code);
    }

    [Fact]
    public void A_fund_s_last_day_of_payment_holds_for_all_its_payments_until_it_is_carried_over()
    {
        var town = Approved();
        town.Ok(Town.Releaser, CarryOverFunds.Decide(town.Fund, new("预算〔2026〕1号", Last), town.At));
        Assert.Equal("award.nothing_to_pay", At(town, LastMoment.AddTicks(1)).Batch("b1", "p-1").Fault!.Details[0].Code);
        Assert.Equal("fund.pay_until", CarryOverFunds.Decide(town.Fund, new("结转〔2026〕3号", Last), town.At).Fault?.Code);
        Assert.Equal("fund.pay_until", CarryOverFunds.Decide(town.Fund, new("结转〔2026〕3号", ChinaTime.DayOf(town.At)), town.At).Fault?.Code);
        Assert.Equal("fund.document_repeated", CarryOverFunds.Decide(town.Fund, new("预算〔2026〕1号", Last.AddYears(1)), town.At).Fault?.Code);

        town.Ok(Town.Releaser, CarryOverFunds.Decide(town.Fund, new("结转〔2026〕3号", Last.AddYears(1)), town.At));
        Assert.Null(town.Batch("b1", "p-1").Fault);
        Assert.Equal(Last.AddYears(1), TrialBalance.View(town.Fund).PayUntil);
    }

    [Fact]
    public void A_payment_past_its_day_is_extended_with_a_reason_by_somebody_else()
    {
        var town = At(Approved(Last), LastMoment.AddTicks(1));
        ExtendPayment.Body body = new(new(2027, 3, 31), "银行退票");
        Assert.Equal("award.same_person", ExtendPayment.Decide(town.Award(), "final", body, Town.Officer, town.At).Fault?.Code);
        Assert.Equal("award.extension_day", ExtendPayment.Decide(town.Award(), "final", body with { Until = Last }, Town.Releaser, town.At).Fault?.Code);
        Assert.Equal("award.extension_reason", ExtendPayment.Decide(town.Award(), "final", body with { Reason = "" }, Town.Releaser, town.At).Fault?.Code);
        Assert.Equal("award.payment_unknown", ExtendPayment.Decide(town.Award(), "final-2", body, Town.Releaser, town.At).Fault?.Code);
        town.Ok(Town.Releaser, ExtendPayment.Decide(town.Award(), "final", body, Town.Releaser, town.At));

        Assert.Null(town.Batch("b1", "p-1").Fault);
        Assert.Null(RecomputeAward.Recompute(town.Batched("b1").Entries)?.Message.En);
        Assert.Equal("award.nothing_to_pay", At(town, ChinaTime.StartOf(new(2027, 4, 1))).Batch("b2", "p-1").Fault!.Details[0].Code);
    }

    [Fact]
    public void What_was_not_paid_by_its_last_day_expires_and_the_money_is_free()
    {
        var town = At(Approved(Last), LastMoment);
        Assert.Empty(ExpireReservations.Decide(town.Fund, [town.Award()], null, town.At).Changes);
        Expired(At(town, LastMoment.AddTicks(1)));

        Assert.Equal((AwardStatus.Closed, TrancheStatus.Expired), (town.Award().Status, town.Award().Tranches[0].Status));
        Assert.Equal((Money.Zero, Money.Zero), (town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)], town.Earlier.Awarded));
        Assert.Equal("award.not_open", ExtendPayment.Decide(town.Award(), "final", new(new(2028, 1, 1), "x"), Town.Releaser, town.At).Fault?.Code);
        Assert.Empty(ExpireReservations.Decide(town.Fund, [town.Award()], null, town.At).Changes);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
        Assert.Equal("fund.expiry_limit", ExpireReservations.LimitWrong.Code);
    }

    [Fact]
    public void A_frozen_payment_is_left_to_its_batch()
    {
        var town = At(Approved(Last), LastMoment).Batched("b1").Released("b1");

        Assert.Empty(ExpireReservations.Decide(At(town, LastMoment.AddDays(9)).Fund, [town.Award()], null, town.At).Changes);
        Assert.Equal(AwardStatus.Paid, town.Settled("b1", "B-1").Award().Status);
        Assert.Equal("fund.budget_over", At(At(Approved(Last), LastMoment).Batched("b1"), LastMoment.AddTicks(1)).Released("b1").Batch("b1").Lines[0].Code);
    }

    [Fact]
    public void An_advance_past_the_fund_s_day_expires_and_may_be_computed_again()
    {
        var town = Town.Founded().AdvanceApproved();
        town.Ok(Town.Releaser, CarryOverFunds.Decide(town.Fund, new("预算〔2026〕1号", Last), town.At));
        Expired(At(town, LastMoment.AddTicks(1)));

        Assert.Equal((AwardStatus.AdvanceComputed, 0L), (town.Award().Status, town.Earlier.Version));
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void What_nothing_is_reserved_for_goes_back_to_its_source()
    {
        var town = Approved();
        town.Ok(Town.Releaser, ReturnFunds.Decide(town.Fund, new("缴-1", Money.OfYuan(79_800_000), FundPool.Renovation)));
        Assert.Equal("ledger.insufficient", ReturnFunds.Decide(town.Fund, new("缴-2", new(1), FundPool.Renovation)).Fault?.Code);
        Assert.Equal("ledger.insufficient", ReturnFunds.Decide(town.Fund, new("缴-2", new(1))).Fault?.Code);
        Assert.Equal("ledger.amount", ReturnFunds.Decide(town.Fund, new("缴-2", Money.Zero)).Fault?.Code);
        Assert.Equal("fund.document_repeated", ReturnFunds.Decide(town.Fund, new("缴-1", new(1))).Fault?.Code);
        Assert.Equal("fund.document", ReturnFunds.Decide(town.Fund, new("", new(1))).Fault?.Code);

        var shown = TrialBalance.View(town.Fund);
        Assert.Equal((Money.OfYuan(79_800_000), true), (shown.Renovation.Returned, shown.SplitHolds));
        Assert.True(TrialBalance.Of(town.Fund).Balanced);
        Assert.Null(town.Batch("b1", "p-1").Fault);
    }
}
