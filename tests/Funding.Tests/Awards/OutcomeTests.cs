using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.Awards;

public class OutcomeTests
{
    private static readonly Actor Evaluator = new(Role.Evaluator, "evaluator-1", "91350000MA0EVAL001");
    private static readonly string Proof = new('a', 64);
    private static readonly DateOnly By = new(2027, 1, 31);

    /// <summary>60,000 of 200,000 wait for the energy per unit to fall from 100 to 80.</summary>
    private static Town Held(bool inProportion = false, Polarity better = Polarity.Lower, decimal baseline = 100, decimal target = 80)
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();
        return town.Ok(Town.Approver, town.Approve(Planned(new("单位产品能耗", "kgce/t", better, baseline, target, By, inProportion))));
    }

    private static ApproveAward.Body Planned(OutcomeTarget target) => new(Town.FundId, "1号")
    {
        Instalments = [new(Money.OfYuan(140_000)), new(Money.OfYuan(60_000), Condition: new(Outcome: target))],
    };

    private static Town Measured(Town town, decimal value) =>
        town.Ok(Evaluator, MeasureOutcome.Decide(town.Award(), "final-2", new(value, ChinaTime.DayOf(town.At), Proof), Evaluator, town.At));

    [Fact]
    public void A_held_payment_is_reserved_and_not_payable_until_its_outcome_is_reached()
    {
        var town = Held().Account();
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.Equal("award.nothing_to_pay", town.Batch("b1", "p-1#final-2").Fault!.Details[0].Code);

        Measured(town, 80).Batched("b1").Released("b1").Settled("b1", "B-1");
        Assert.Equal((AwardStatus.Paid, Money.OfYuan(200_000)), (town.Award().Status, town.Award().Paid));
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Theory]
    [InlineData(Polarity.Lower, 100, 80, 80, true)]
    [InlineData(Polarity.Lower, 100, 80, 80.000001, false)]
    [InlineData(Polarity.Lower, 100, 80, 79.999999, true)]
    [InlineData(Polarity.Higher, -5, 10, 10, true)]
    [InlineData(Polarity.Higher, -5, 10, 9.999999, false)]
    [InlineData(Polarity.Higher, 0, 95.5, 95.5, true)]
    public void The_target_itself_is_reached(object better, double baseline, double target, double value, bool reached)
    {
        var town = Measured(Held(better: (Polarity)better, baseline: (decimal)baseline, target: (decimal)target), (decimal)value);

        Assert.Equal(reached, town.Award().Find(TrancheKind.Final, "final-2")!.Measured!.Reached);
        Assert.Equal(reached ? TrancheStatus.Approved : TrancheStatus.Held, town.Award().Find(TrancheKind.Final, "final-2")!.Status);
        Assert.Equal("award.no_outcome", MeasureOutcome.Decide(town.Award(), "final-2", new(1, ChinaTime.DayOf(town.At), Proof), Evaluator, town.At).Fault?.Code);
    }

    [Fact]
    public void What_was_not_reached_is_given_up_and_the_money_is_free_again()
    {
        var town = Measured(Held(), 90).Account().Batched("b1").Released("b1").Settled("b1", "B-1");
        Assert.Equal("award.no_proportion", DecideOutcome.Decide(town.Award(), "final-2", new("按比例", true), Town.Approver, town.At).Fault?.Code);
        town.Ok(Town.Approver, DecideOutcome.Decide(town.Award(), "final-2", new("未达目标"), Town.Approver, town.At));

        Assert.Equal((AwardStatus.Paid, Money.OfYuan(140_000), Money.OfYuan(140_000)), (town.Award().Status, town.Award().Awarded, town.Earlier.Awarded));
        Assert.Equal((1, 2), (town.Earlier.Projects, (int)town.Earlier.Version));
        Assert.Equal(Money.Zero, town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.Equal(Money.OfYuan(79_860_000), town.Fund.Ledger[Fund.Available(FundPool.Renovation)]);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void In_proportion_the_part_that_was_achieved_is_paid_rounded_once()
    {
        // From 100 to 80; 86.666667 is 13.333333 of 20: 66.666665% of 60,000.
        var town = Measured(Held(inProportion: true), 86.666667m);
        town.Ok(Town.Approver, DecideOutcome.Decide(town.Award(), "final-2", new("按比例", true), Town.Approver, town.At));

        Assert.Equal((Money.Parse("40000.00"), TrancheStatus.Approved), (town.Award().Find(TrancheKind.Final, "final-2")!.Amount, town.Award().Find(TrancheKind.Final, "final-2")!.Status));
        Assert.Equal(Money.OfYuan(180_000), town.Earlier.Awarded);
        Assert.Null(RecomputeAward.Recompute(town.Account().Batched("b1").Released("b1").Settled("b1", "B-1").Entries)?.Message.En);
    }

    [Fact]
    public void Nothing_achieved_is_nothing_in_proportion() =>
        Assert.Equal("award.no_proportion", DecideOutcome.Decide(Measured(Held(inProportion: true), 101).Award(), "final-2", new("按比例", true), Town.Approver, default).Fault?.Code);

    [Fact]
    public void Without_a_measurement_it_is_decided_from_the_day_after()
    {
        var town = Held();
        Assert.Equal("award.outcome_running", DecideOutcome.Decide(town.Award(), "final-2", new("未测"), Town.Approver, ChinaTime.StartOf(By.AddDays(1)).AddTicks(-1)).Fault?.Code);
        Assert.Null(DecideOutcome.Decide(town.Award(), "final-2", new("未测"), Town.Approver, ChinaTime.StartOf(By.AddDays(1))).Fault);
        Assert.Equal("award.outcome_reason", DecideOutcome.Decide(town.Award(), "final-2", new(""), Town.Approver, ChinaTime.StartOf(By.AddDays(1))).Fault?.Code);
        Assert.Equal("award.payment_unknown", DecideOutcome.Decide(town.Award(), "final-9", new("x"), Town.Approver, town.At).Fault?.Code);
        Assert.Equal("award.no_outcome", DecideOutcome.Decide(town.Award(), "final", new("x"), Town.Approver, town.At).Fault?.Code);
    }

    [Fact]
    public void A_measurement_has_a_value_a_day_and_evidence()
    {
        var town = Held();
        var today = ChinaTime.DayOf(town.At);
        string? Code(MeasureOutcome.Body body, DateTimeOffset? at = null) => MeasureOutcome.Decide(town.Award(), "final-2", body, Evaluator, at ?? town.At).Fault?.Code;

        Assert.Equal("award.measured_value", Code(new(null, today, Proof)));
        Assert.Equal("award.measured_value", Code(new(1.0000001m, today, Proof)));
        Assert.Equal("award.measured_on", Code(new(1, today.AddDays(1), Proof)));
        Assert.Equal("award.measured_on", Code(new(1, By.AddDays(1), Proof), ChinaTime.StartOf(By.AddDays(9))));
        Assert.Null(Code(new(1, By, Proof), ChinaTime.StartOf(By.AddDays(9))));
        Assert.Equal("award.evidence", Code(new(1, today, Proof[1..])));
        Assert.Equal("award.payment_unknown", MeasureOutcome.Decide(town.Award(), "x", new(1, today, Proof), Evaluator, town.At).Fault?.Code);
    }

    [Theory]
    [InlineData("bureau-2", "350800")]
    [InlineData("company-1", "350800")]
    [InlineData("somebody", Town.Company)]
    [InlineData("somebody", Town.Provider)]
    public void Neither_the_approver_nor_a_party_measures(string sub, string org)
    {
        var town = Held();
        var refused = MeasureOutcome.Decide(town.Award(), "final-2", new(1, ChinaTime.DayOf(town.At), Proof), new(Role.Evaluator, sub, org), town.At);

        Assert.Equal("award.same_person", refused.Fault?.Code);
        Assert.Equal(new ApprovalRefused("measure-outcome", "award.same_person"), Assert.Single(refused.Changes).Event);
    }

    [Fact]
    public void Who_measured_does_not_decide()
    {
        var town = Measured(Held(), 90);

        Assert.Equal("award.same_person", DecideOutcome.Decide(town.Award(), "final-2", new("x"), Evaluator with { Role = Role.BureauApprover }, town.At).Fault?.Code);
        Assert.Equal("award.same_person", DecideOutcome.Decide(town.Award(), "final-2", new("x"), Town.Officer with { Role = Role.BureauApprover }, town.At).Fault?.Code);
    }

    [Theory]
    [InlineData(Polarity.Lower, 80, 80)]
    [InlineData(Polarity.Lower, 80, 81)]
    [InlineData(Polarity.Higher, 80, 79)]
    public void A_target_is_better_than_its_baseline(object better, int baseline, int target)
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();

        Assert.Equal("award.instalments", town.Approve(Planned(new("能耗", "kgce/t", (Polarity)better, baseline, target, By))).Fault?.Code);
        Assert.Equal("award.instalments", town.Approve(Planned(new("", "kgce/t", Polarity.Higher, 1, 2, By))).Fault?.Code);
        Assert.Equal("award.instalments", town.Approve(Planned(new("能耗", "kgce/t", Polarity.Higher, null, 2, By))).Fault?.Code);
    }

    [Fact]
    public void A_condition_is_confirmed_by_a_document_and_not_by_the_approver()
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();
        town.Ok(Town.Approver, town.Approve(new(Town.FundId, "1号") { Instalments = [new(Share: 0.5m), new(Share: 0.5m, Condition: new(Requires: "稳定运行半年"))] }));
        ConfirmCondition.Body body = new("验-7", Proof);

        Assert.Equal("award.same_person", ConfirmCondition.Decide(town.Award(), "final-2", body, Town.Approver).Fault?.Code);
        Assert.Equal("award.condition_document", ConfirmCondition.Decide(town.Award(), "final-2", body with { Document = "" }, Town.Officer).Fault?.Code);
        Assert.Equal("award.evidence", ConfirmCondition.Decide(town.Award(), "final-2", body with { Evidence = "" }, Town.Officer).Fault?.Code);
        Assert.Equal("award.no_condition", ConfirmCondition.Decide(town.Award(), "final", body, Town.Officer).Fault?.Code);
        town.Ok(Town.Officer, ConfirmCondition.Decide(town.Award(), "final-2", body, Town.Officer));
        Assert.Equal(2, town.Account().Batched("b1").Batch("b1").Lines.Length);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void A_payment_is_withdrawn_until_a_batch_holds_it()
    {
        var town = Held().Account();
        town.Ok(Town.Approver, WithdrawPayment.Decide(town.Award(), "final-2", new("企业放弃")));
        Assert.Equal(Money.OfYuan(140_000), town.Earlier.Awarded);
        Assert.Equal("award.not_withdrawable", WithdrawPayment.Decide(town.Award(), "final-2", new("x")).Fault?.Code);
        Assert.Equal("award.withdrawal_reason", WithdrawPayment.Decide(town.Award(), "final", new("")).Fault?.Code);
        Assert.Equal("award.not_withdrawable", WithdrawPayment.Decide(town.Batched("b1").Award(), "final", new("x")).Fault?.Code);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }
}
