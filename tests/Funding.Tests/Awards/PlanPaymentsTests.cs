using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;

namespace PilotCity.Funding.Tests.Awards;

public class PlanPaymentsTests
{
    private static Town Ready(string? payee = null) => Town.Founded(payee).CityMoney(1_000_000).Computed().Publicised().PublicityOver();

    private static ApproveAward.Body Body(params (string Fund, string Yuan)[] sources) => new(null, "1号") { Sources = [.. sources.Select(s => new SourceShare(s.Fund, Money.Parse(s.Yuan)))] };

    private static readonly ApproveAward.Body Both = Body((Town.FundId, "150000.00"), (Town.CityFundId, "50000.00"));

    private static readonly ApproveAward.Body One = Body((Town.FundId, "200000.00"));

    private static string[] Made(Town town) => [.. town.Award().Tranches.Select(t => $"{t.Id} {t.Fund} {(t.Payee == Town.Company ? "company" : t.Payee == Town.Provider ? "provider" : t.Payee)} {t.Amount} {t.Status}")];

    [Fact]
    public void Two_sources_are_two_payments_and_both_funds_are_reserved_in_one_decision()
    {
        var town = Ready();
        town.Ok(Town.Approver, town.Approve(Both));

        Assert.Equal(["final central-2025 company 150000.00 Approved", "final-2 municipal-2025 company 50000.00 Approved"], Made(town));
        Assert.Equal(Money.OfYuan(150_000), town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.Equal(Money.OfYuan(50_000), town.FundOf(Town.CityFundId).Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.Equal(Money.OfYuan(200_000), town.Earlier.Awarded);
        Assert.Equal(["central-2025", "municipal-2025"], ShowAward.View(town.Award()).Sources.Select(s => s.Fund));

        town.Account().Batched("b1");
        Assert.Equal(2, town.Batch("b1").Lines.Length);
        town.Released("b1").Settled("b1", "B-1");
        Assert.Equal((AwardStatus.Paid, Money.OfYuan(200_000)), (town.Award().Status, town.Award().Paid));
        Assert.Equal(Money.OfYuan(50_000), town.FundOf(Town.CityFundId).Ledger[Fund.Paid(FundPool.Renovation)]);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void One_source_that_lacks_a_fen_reserves_nothing_of_the_other()
    {
        var town = Town.Founded().CityMoney(49_999).Computed().Publicised().PublicityOver();

        Assert.Equal("ledger.insufficient", town.Approve(Both).Fault?.Code);
        Assert.Empty(town.Approve(Both).Changes);
    }

    [Theory]
    [InlineData("150000.00", "50000.00", null)]
    [InlineData("150000.00", "50000.01", "award.sources")]
    [InlineData("150000.00", "49999.99", "award.sources")]
    [InlineData("200000.00", "0.00", "award.sources")]
    [InlineData("200000.01", "-0.01", "award.sources")]
    public void Sources_add_up_to_the_amount(string first, string second, string? code) =>
        Assert.Equal(code, Ready().Approve(Body((Town.FundId, first), (Town.CityFundId, second))).Fault?.Code);

    [Fact]
    public void Sources_are_named_once_and_known_and_not_beside_a_fund()
    {
        var town = Ready();

        Assert.Equal("award.sources", town.Approve(Body((Town.FundId, "100000.00"), (Town.FundId, "100000.00"))).Fault?.Code);
        Assert.Equal("fund.unknown", town.Approve(Body(("nothing", "200000.00"))).Fault?.Code);
        Assert.Equal("award.sources", town.Approve(Both with { Fund = Town.FundId }).Fault?.Code);
        Assert.Equal("award.sources", town.Approve(new(null, "1号")).Fault?.Code);
        Assert.Equal("award.sources", town.Approve(Body()).Fault?.Code);
    }

    [Theory]
    [InlineData(null, "award.payee_not_allowed")]
    [InlineData("enterprise", "award.payee_not_allowed")]
    [InlineData("provider", null)]
    [InlineData("either", null)]
    public void A_provider_is_paid_where_the_rule_says_so(string? rule, string? code)
    {
        var town = Ready(rule);
        var decision = town.Approve(One with { Payees = [new(Town.Provider, Share: 1)] });
        Assert.Equal(code, decision.Fault?.Code);
        if (code is not null) return;

        town.Ok(Town.Approver, decision);
        Assert.Equal("account.missing", town.Account().Batch("b1", "p-1").Fault!.Details[0].Code);
        town.Account(Town.Provider).Batched("b1").Released("b1").Settled("b1", "B-1");
        Assert.Equal(["final central-2025 provider 200000.00 Paid"], Made(town));
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void Under_a_rule_that_pays_providers_the_only_one_is_paid_and_the_enterprise_is_not()
    {
        var town = Ready("provider");
        Assert.Equal("award.payee_not_allowed", town.Approve(One with { Payees = [new(Town.Company, Share: 1)] }).Fault?.Code);
        town.Ok(Town.Approver, town.Approve());

        Assert.Equal(["final central-2025 provider 200000.00 Approved"], Made(town));
    }

    [Fact]
    public void A_stranger_to_the_contracts_is_never_paid() =>
        Assert.Equal("award.payee_not_allowed", Ready("either").Approve(One with { Payees = [new("91350200MA2Y7X8W2K", Share: 1)] }).Fault?.Code);

    [Fact]
    public void Shares_are_exact_to_the_fen_and_the_largest_remainder_gets_what_is_left()
    {
        var town = Ready("either");
        town.Ok(Town.Approver, town.Approve(Body((Town.FundId, "100000.01"), (Town.CityFundId, "0.01")) with
        {
            Amount = Money.Parse("100000.02"),
            Reason = "控制总额",
            Payees = [new(Town.Company, Share: 0.333333m), new(Town.Provider, Share: 0.666667m)],
        }));

        // 33333.3066… and 66666.7133…: the second has the larger remainder of the two.
        Assert.Equal(
            ["final central-2025 company 33333.31 Approved", "final-2 central-2025 provider 66666.70 Approved", "final-3 municipal-2025 provider 0.01 Approved"], Made(town));
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Theory]
    [InlineData("0.5", "0.5", null)]
    [InlineData("0.5", "0.500001", "award.payees")]
    [InlineData("0.5", "0.499999", "award.payees")]
    [InlineData("0.9999999", "0.0000001", "award.payees")]
    [InlineData("1", "0", "award.payees")]
    public void Shares_add_up_to_one(string company, string provider, string? code) => Assert.Equal(code, Ready("either").Approve(One with
    {
        Payees = [new(Town.Company, Share: decimal.Parse(company, System.Globalization.CultureInfo.InvariantCulture)), new(Town.Provider, Share: decimal.Parse(provider, System.Globalization.CultureInfo.InvariantCulture))],
    }).Fault?.Code);

    [Fact]
    public void Payees_are_named_once_with_an_amount_or_a_share()
    {
        var town = Ready("either");

        Assert.Equal("award.payees", town.Approve(One with { Payees = [new(Town.Company, Share: 0.5m), new(Town.Company, Share: 0.5m)] }).Fault?.Code);
        Assert.Equal("award.payees", town.Approve(One with { Payees = [new(Town.Company, Money.OfYuan(200_000), 1)] }).Fault?.Code);
        Assert.Equal("award.payees", town.Approve(One with { Payees = [new(Town.Company, Money.OfYuan(100_000)), new(Town.Provider, Share: 0.5m)] }).Fault?.Code);
        Assert.Equal("award.payees", town.Approve(One with { Payees = [] }).Fault?.Code);
        Assert.Null(town.Approve(One with { Payees = [new(Town.Company, Money.OfYuan(1)), new(Town.Provider, Money.OfYuan(199_999))] }).Fault);
    }

    [Fact]
    public void An_instalment_is_paid_from_its_day_on()
    {
        var town = Ready();
        var day = ChinaTime.DayOf(town.At).AddDays(30);
        town.Ok(Town.Approver, town.Approve(One with { Instalments = [new(Share: 0.7m), new(Share: 0.3m, Condition: new(NotBefore: day))] })).Account();

        town.Batched("b1").Released("b1").Settled("b1", "B-1");
        Assert.Equal(["final central-2025 company 140000.00 Paid", "final-2 central-2025 company 60000.00 Approved"], Made(town));
        Assert.Equal(AwardStatus.Approved, town.Award().Status);
        town.At = ChinaTime.StartOf(day).AddTicks(-1);
        Assert.Equal("award.nothing_to_pay", town.Batch("b2", "p-1#final-2").Fault!.Details[0].Code);
        town.At = ChinaTime.StartOf(day);
        Assert.Equal("award.nothing_to_pay", town.Batch("b2", "p-1#final").Fault!.Details[0].Code);
        Assert.Equal("payment_batch.awards", town.Batch("b2", "p-1", "p-1#final-2").Fault?.Code);
        town.Ok(Town.Finance, town.Batch("b2", "p-1#final-2")).Released("b2").Settled("b2", "B-2");
        Assert.Equal(AwardStatus.Paid, town.Award().Status);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void Each_instalment_has_its_own_payees_where_it_names_them()
    {
        var town = Ready("either");
        town.Ok(Town.Approver, town.Approve(Both with
        {
            Payees = [new(Town.Company, Share: 0.5m), new(Town.Provider, Share: 0.5m)],
            Instalments = [new(Money.OfYuan(120_000)), new(Money.OfYuan(80_000), Payees: [new(Town.Provider, Money.OfYuan(80_000))])],
        }));

        Assert.Equal(
            [
                "final central-2025 company 60000.00 Approved", "final-2 central-2025 provider 60000.00 Approved",
                "final-3 central-2025 provider 30000.00 Approved", "final-4 municipal-2025 provider 50000.00 Approved",
            ], Made(town));
        Assert.Equal("award.instalments", Ready().Approve(One with { Instalments = [new(Money.OfYuan(199_999))] }).Fault?.Code);
        Assert.Equal("award.instalments", Ready().Approve(One with { Instalments = [new(Money.OfYuan(200_000), Condition: new())] }).Fault?.Code);
        Assert.Equal("award.instalments", Ready().Approve(One with { Instalments = [new(Money.OfYuan(200_000), Condition: new(Requires: new string('x', 201)))] }).Fault?.Code);
        Assert.Equal("award.payees", Ready("either").Approve(One with { Instalments = [new(Share: 0.5m), new(Share: 0.5m)], Payees = [new(Town.Company, Money.OfYuan(200_000))] }).Fault?.Code);
    }

    [Fact]
    public void Entries_from_the_time_of_one_payment_of_a_kind_still_fold()
    {
        var town = Town.Founded().AdvanceApproved();
        town.Ok(Town.Finance, Defaults.Log.Decision.Accept(Award.Noun.StreamOf("p-1"), new TrancheFrozen(TrancheKind.Advance, "b1", "b1-001", Money.OfYuan(120_000)), new TranchePaid(TrancheKind.Advance, "b1", "b1-001", Money.OfYuan(120_000), "R", town.At)));

        Assert.Equal(["advance central-2025 company 120000.00 Paid"], Made(town));
        Assert.Equal(Town.Company, new BatchLine("l", "p-1", TrancheKind.Final, Town.Company, Town.FundId, Money.OfYuan(1), 1).To);
    }

    [Theory]
    [InlineData("\"amount\":\"150000.00\"", "\"amount\":\"160000.00\"", "recompute.amount_differs")]
    [InlineData("\"id\":\"final-2\"", "\"id\":\"final\"", "recompute.out_of_order")]
    [InlineData("\"fund\":\"municipal-2025\"", "\"fund\":\"central-2025\"", "recompute.ledger_differs")]
    [InlineData("{\"id\":\"final\",", "{\"id\":\"final\",\"payee\":\"91350100MA31B2C3D6\",", "recompute.payee")]
    public void A_changed_plan_shows(string from, string to, string code)
    {
        var town = Ready();
        town.Ok(Town.Approver, town.Approve(Both));
        var forged = town.Entries.Select(e => e.Type != nameof(AwardApproved) ? e : e with { Payload = System.Text.Encoding.UTF8.GetBytes(Changed(System.Text.Encoding.UTF8.GetString(e.Payload))) });

        Assert.Equal(code, RecomputeAward.Recompute([.. forged])?.Code);

        string Changed(string payload)
        {
            Assert.Contains(from, payload, StringComparison.Ordinal);
            return payload.Replace(from, to, StringComparison.Ordinal);
        }
    }
}
