using PilotCity.Defaults;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.Funds;

public class FundTests
{
    private static OpenFund.Body Plan(long yuan, FundSource source = FundSource.Central, string id = "central-2025", string name = "中央资金") => new(id, name, source, Money.OfYuan(yuan));

    [Theory]
    [InlineData("350800", 100_000_000, null)]
    [InlineData("350800", 100_000_001, "fund.above_bound")]
    [InlineData("350100", 150_000_000, null)]
    [InlineData("350100", 150_000_001, "fund.above_bound")]
    [InlineData("350200", 150_000_000, null)]
    [InlineData("660000", 150_000_000, null)]
    [InlineData("310117", 100_000_001, "fund.above_bound")]
    [InlineData("310100", 100_000_001, "fund.above_bound")]
    public void Central_money_is_bounded_by_the_class_of_the_city(string city, long yuan, string? code) =>
        Assert.Equal(code, OpenFund.Decide(city, Plan(yuan)).Fault?.Code);

    [Fact]
    public void Other_money_has_no_national_bound() => Assert.Null(OpenFund.Decide("350800", Plan(500_000_000, FundSource.Provincial)).Fault);

    [Theory]
    [InlineData("", "fund.id")]
    [InlineData("Central", "fund.id")]
    [InlineData("a/b", "fund.id")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", null)]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "fund.id")]
    public void An_id_is_a_short_word(string id, string? code) => Assert.Equal(code, OpenFund.Decide("350800", Plan(1, id: id)).Fault?.Code);

    [Fact]
    public void A_fund_has_a_name_and_a_plan()
    {
        Assert.Equal("fund.name", OpenFund.Decide("350800", Plan(1, name: " ")).Fault?.Code);
        Assert.Equal("fund.planned", OpenFund.Decide("350800", Plan(0)).Fault?.Code);
    }

    [Fact]
    public void Money_is_received_up_to_the_plan_and_each_document_once()
    {
        var town = new Town().Ok(Town.Finance, OpenFund.Decide("350800", Plan(100)));
        town.Ok(Town.Finance, ReceiveFunds.Decide(town.Fund, new("1号", Money.OfYuan(60))));

        Assert.Equal("fund.document_repeated", ReceiveFunds.Decide(town.Fund, new("1号", Money.OfYuan(1))).Fault?.Code);
        Assert.Equal("fund.document", ReceiveFunds.Decide(town.Fund, new("", Money.OfYuan(1))).Fault?.Code);
        Assert.Equal("ledger.amount", ReceiveFunds.Decide(town.Fund, new("2号", Money.Zero)).Fault?.Code);
        Assert.Equal("fund.above_plan", ReceiveFunds.Decide(town.Fund, new("2号", new(4_001))).Fault?.Code);
        Assert.Null(ReceiveFunds.Decide(town.Fund, new("2号", Money.OfYuan(40))).Fault);
    }

    [Theory]
    [InlineData(8_000, 2_000, null)]
    [InlineData(7_999, 2_000, "fund.split_broken")]
    [InlineData(8_000, 2_001, "ledger.insufficient")]
    [InlineData(10_000, 0, null)]
    [InlineData(0, 1, "fund.split_broken")]
    public void Central_money_goes_to_renovation_by_four_fifths_at_least(long renovation, long services, string? code)
    {
        var town = new Town().Ok(Town.Finance, OpenFund.Decide("350800", Plan(100)));
        town.Ok(Town.Finance, ReceiveFunds.Decide(town.Fund, new("1号", Money.OfYuan(100))));
        Allocation[] split = [new(FundUse.EnterpriseRenovation, new(renovation)), new(FundUse.ChainTransformation, new(services))];

        Assert.Equal(code, SplitFund.Decide(town.Fund, new([.. split.Where(a => a.Amount.Fen > 0)])).Fault?.Code);
    }

    [Theory]
    [InlineData(FundUse.StaffBenefits)]
    [InlineData(FundUse.OfficeRunningCosts)]
    [InlineData(FundUse.BuildingsAndConstruction)]
    [InlineData(FundUse.BudgetBalancing)]
    public void What_central_money_never_pays_is_refused(object use) =>
        Assert.Equal("fund.use_forbidden", SplitFund.Decide(Town.Founded().Fund, new([new((FundUse)use, Money.OfYuan(1))])).Fault?.Code);

    [Fact]
    public void A_split_names_its_uses()
    {
        Assert.Equal("fund.allocations", SplitFund.Decide(Town.Founded().Fund, new([])).Fault?.Code);
        Assert.Equal("fund.allocations", SplitFund.Decide(Town.Founded().Fund, new([null!])).Fault?.Code);
    }

    [Fact]
    public void The_trial_balance_has_every_account_on_its_side_and_two_equal_totals()
    {
        var fund = Town.Founded().Computed().Fund;
        var trial = TrialBalance.Of(fund);

        Assert.True(trial.Balanced);
        Assert.Equal(Money.OfYuan(100_000_000), trial.Debits);
        Assert.Contains(new("source:central", Money.OfYuan(100_000_000), Money.Zero, Money.OfYuan(100_000_000)), trial.Accounts);
        Assert.Contains(new("pool:renovation:available", Money.Zero, Money.OfYuan(80_000_000), Money.OfYuan(80_000_000)), trial.Accounts);
        Assert.True(TrialBalance.View(fund).SplitHolds);
    }
}
