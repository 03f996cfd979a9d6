using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Tests.Awards;

public class ClawbackTests
{
    private static readonly string Proof = new('a', 64);
    private static readonly Actor Second = new(Role.FinanceApprover, "finance-3", Town.City);

    /// <summary>150,000 of central and 50,000 of municipal money paid, and the national rule published.</summary>
    private static Town Paid()
    {
        var town = Town.Founded().CityMoney(1_000_000).Penalties().Computed().Publicised().PublicityOver();
        return town.Ok(Town.Approver, town.Approve(new(null, "1号") { Sources = [new(Town.FundId, Money.OfYuan(150_000)), new(Town.CityFundId, Money.OfYuan(50_000))] }))
            .Account().Batched("b1").Released("b1").Settled("b1", "B-1");
    }

    private static Defaults.Log.Decision Propose(Town town, ClawbackBasis basis = ClawbackBasis.Fraud, string? yuan = null, string facts = "发票系伪造", Actor? by = null, FactSource? ended = null, string[]? evidence = null) => ProposeClawback.Decide(
        town.Award(), town.State(RuleBook.Noun, ProposeClawback.PenaltyRule), town.Rules, ended, $"c{town.Award().Clawbacks.Count + 1}",
        new(basis, facts, evidence ?? [Proof], yuan is null ? null : Money.Parse(yuan)), by ?? Town.Finance, town.At);

    private static Town Proposed(Town town, string? yuan = null, ClawbackBasis basis = ClawbackBasis.Fraud) => town.Ok(Town.Finance, Propose(town, basis, yuan));

    private static Defaults.Log.Decision Decide(Town town, bool upheld = true, string? fine = null, string? person = null, Actor? by = null, string document = "龙财监〔2026〕1号", string reason = "查实") => DecideClawback.Decide(
        town.Award(), town.Award().Clawbacks[^1].Id, new(upheld, document, reason, fine is null ? null : Money.Parse(fine), person is null ? null : Money.Parse(person)), by ?? Second);

    private static Town Upheld(Town town, string? yuan = null)
    {
        Proposed(town, yuan);
        return town.Ok(Second, Decide(town));
    }

    [Fact]
    public void Paid_money_comes_back_to_each_fund_in_proportion_and_the_award_falls()
    {
        var town = Upheld(Paid(), "100000.01");

        // Three quarters and one quarter of 100,000.01; the odd fen goes to the larger remainder.
        Assert.Equal(Money.Parse("75000.01"), town.Fund.Ledger[Fund.ToRecover(FundPool.Renovation)]);
        Assert.Equal(Money.Parse("25000.00"), town.FundOf(Town.CityFundId).Ledger[Fund.ToRecover(FundPool.Renovation)]);
        Assert.Equal((AwardStatus.RecoveryDue, Money.Parse("99999.99")), (town.Award().Status, town.Earlier.Awarded));

        town.Ok(Town.Finance, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.Parse("80000.01"), "票-1")));
        Assert.Equal(Money.Parse("20000.00"), Assert.Single(town.Award().Due).Value);
        Assert.Equal("award.recovery_amount", ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.Parse("0.01"), "票-2", Town.FundId)).Fault?.Code);
        town.Ok(Town.Finance, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(20_000), "票-2", Town.CityFundId)));
        Assert.Equal(AwardStatus.Closed, town.Award().Status);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Theory]
    [InlineData(ClawbackBasis.Fraud, "0.10", "0.50")]
    [InlineData(ClawbackBasis.Misuse, "0.10", "0.30")]
    public void The_range_of_the_fine_is_the_rule_s_and_kept_with_its_hash(object basis, string least, string most)
    {
        var town = Proposed(Paid(), "100000.00", (ClawbackBasis)basis);
        var range = town.Award().Clawbacks[0].Decision!;
        var (min, max) = (Money.RoundHalfUp(100_000 * decimal.Parse(least, System.Globalization.CultureInfo.InvariantCulture)), Money.RoundHalfUp(100_000 * decimal.Parse(most, System.Globalization.CultureInfo.InvariantCulture)));

        Assert.Equal((min, max, Money.OfYuan(3_000), Money.OfYuan(50_000)), (range.FineMin!.Value, range.FineMax!.Value, range.FinePersonMin!.Value, range.FinePersonMax!.Value));
        Assert.Null(Decide(town, fine: min.ToString(), person: "3000.00").Fault);
        Assert.Null(Decide(town, fine: max.ToString(), person: "50000.00").Fault);
        Assert.Equal("clawback.fine", Decide(town, fine: new Money(min.Fen - 1).ToString()).Fault?.Code);
        Assert.Equal("clawback.fine", Decide(town, fine: new Money(max.Fen + 1).ToString()).Fault?.Code);
        Assert.Equal("clawback.fine", Decide(town, person: "2999.99").Fault?.Code);
        Assert.Equal("clawback.fine", Decide(town, person: "50000.01").Fault?.Code);
        Assert.Equal("clawback.fine", Decide(town, upheld: false, fine: min.ToString()).Fault?.Code);
        Assert.Null(Decide(town).Fault);
    }

    [Theory]
    [InlineData("200000.00", null)]
    [InlineData("200000.01", "clawback.amount")]
    [InlineData("0.01", null)]
    [InlineData("0.00", "clawback.amount")]
    public void No_more_comes_back_than_was_paid(string yuan, string? code) => Assert.Equal(code, Propose(Paid(), yuan: yuan).Fault?.Code);

    [Fact]
    public void What_was_demanded_back_is_not_demanded_twice()
    {
        var town = Upheld(Paid(), "150000.00");

        Assert.Equal("clawback.amount", Propose(town, yuan: "50000.01").Fault?.Code);
        Upheld(town, "50000.00");
        Assert.Equal("clawback.nothing_paid", Propose(town).Fault?.Code);
        Assert.Equal(Money.Zero, town.Earlier.Awarded);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void A_proposal_has_facts_and_evidence_and_a_rule_in_force()
    {
        Assert.Equal("clawback.facts", Propose(Paid(), facts: "").Fault?.Code);
        Assert.Equal("award.evidence", Propose(Paid(), evidence: []).Fault?.Code);
        Assert.Equal("award.evidence", Propose(Paid(), evidence: [Proof.ToUpperInvariant()]).Fault?.Code);
        Assert.Equal("clawback.open", Propose(Proposed(Paid())).Fault?.Code);
        Assert.Equal("rule_set.not_in_force", Propose(Town.Founded().Approved().Account().Batched("b1").Released("b1").Settled("b1", "B-1")).Fault?.Code);
        Assert.Equal("clawback.nothing_paid", Propose(Town.Founded().Approved()).Fault?.Code);
        Assert.Equal("clawback.too_many", ProposeClawback.TooMany.Code);
        Assert.Equal("clawback.not_recoverable", ProposeClawback.NotRecoverable.Code);
    }

    [Fact]
    public void Until_it_is_decided_nothing_more_is_paid_and_dismissed_it_changes_nothing()
    {
        var town = Town.Founded().Penalties().Computed().Publicised().PublicityOver();
        town.Ok(Town.Approver, town.Approve(new(Town.FundId, "1号") { Instalments = [new(Share: 0.5m), new(Share: 0.5m)] })).Account();
        town.Ok(Town.Finance, town.Batch("b1", "p-1#final"));
        Assert.Equal("clawback.nothing_paid", Propose(town).Fault?.Code);
        town.Released("b1").Settled("b1", "B-1").Ok(Town.Finance, town.Batch("b2", "p-1"));
        Assert.Equal("clawback.payment_frozen", Propose(town).Fault?.Code);
        town.Ok(Town.Finance, PilotCity.Funding.PaymentBatches.CancelBatch.Decide(town.Batch("b2"), new("重做")));

        Proposed(town);
        Assert.Equal("award.nothing_to_pay", town.Batch("b3", "p-1").Fault!.Details[0].Code);
        Assert.Equal("clawback.document", Decide(town, document: "").Fault?.Code);
        Assert.Equal("clawback.reason", Decide(town, reason: "").Fault?.Code);
        Assert.Equal("clawback.unknown", DecideClawback.Decide(town.Award(), "c9", new(true, "1", "x"), Second).Fault?.Code);
        town.Ok(Second, Decide(town, upheld: false));
        Assert.Equal("clawback.decided", Decide(town).Fault?.Code);
        Assert.Null(town.Batch("b3", "p-1").Fault);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Theory]
    [InlineData("finance-1")]
    [InlineData("bureau-1")]
    [InlineData("company-1")]
    public void Neither_who_proposed_it_nor_a_handler_nor_a_party_decides(string sub)
    {
        var refused = Decide(Proposed(Paid()), by: new(Role.FinanceApprover, sub, Town.City));

        Assert.Equal("award.same_person", refused.Fault?.Code);
        Assert.Equal(new ApprovalRefused("decide-clawback", "award.same_person"), Assert.Single(refused.Changes).Event);
    }

    [Fact]
    public void The_advance_of_an_ended_project_comes_back_whole()
    {
        var town = Town.Founded().AdvancePaid();
        FactSource ended = new("project", new("performance", Town.City, "project/p-1", 9, 77));
        Assert.Equal("clawback.not_terminated", Propose(town, ClawbackBasis.Terminated).Fault?.Code);
        Assert.Equal("clawback.not_terminated", Propose(town, ClawbackBasis.Terminated, "119999.99", ended: ended).Fault?.Code);
        town.Ok(Town.Finance, Propose(town, ClawbackBasis.Terminated, ended: ended));
        Assert.Equal("clawback.fine", Decide(town, fine: "1.00").Fault?.Code);
        town.Ok(Second, Decide(town));

        Assert.Equal((AwardStatus.RecoveryDue, Money.OfYuan(120_000)), (town.Award().Status, town.Fund.Ledger[Fund.ToRecover(FundPool.Renovation)]));
        town.Ok(Town.Finance, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(120_000), "票-1")));
        Assert.Equal(AwardStatus.Closed, town.Award().Status);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void What_cannot_be_collected_is_written_off_by_two_persons_and_never_available_again()
    {
        var town = Upheld(Paid(), "100000.00");
        var available = town.Fund.Ledger[Fund.Available(FundPool.Renovation)];
        ProposeWriteOff.Body body = new(Money.OfYuan(80_000), "企业已破产", "民破〔2027〕1号");
        Assert.Equal("write_off.amount", ProposeWriteOff.Decide(town.Award(), "w1", body with { Amount = Money.Parse("100000.01") }, Town.Finance).Fault?.Code);
        Assert.Equal("write_off.amount", ProposeWriteOff.Decide(town.Award(), "w1", body with { Amount = Money.Zero }, Town.Finance).Fault?.Code);
        Assert.Equal("write_off.reason", ProposeWriteOff.Decide(town.Award(), "w1", body with { Reason = "" }, Town.Finance).Fault?.Code);
        Assert.Equal("write_off.document", ProposeWriteOff.Decide(town.Award(), "w1", body with { Document = "" }, Town.Finance).Fault?.Code);
        town.Ok(Town.Finance, ProposeWriteOff.Decide(town.Award(), "w1", body, Town.Finance));
        Assert.Equal("write_off.open", ProposeWriteOff.Decide(town.Award(), "w2", body, Town.Finance).Fault?.Code);
        Assert.Equal("write_off.too_many", ProposeWriteOff.TooMany.Code);

        DecideWriteOff.Body decision = new(true, "龙财〔2027〕9号", "同意");
        Assert.Equal("award.same_person", DecideWriteOff.Decide(town.Award(), "w1", decision, Town.Finance with { Role = Role.FinanceApprover }).Fault?.Code);
        Assert.Equal("write_off.unknown", DecideWriteOff.Decide(town.Award(), "w9", decision, Second).Fault?.Code);
        town.Ok(Second, DecideWriteOff.Decide(town.Award(), "w1", decision, Second));
        Assert.Equal("write_off.decided", DecideWriteOff.Decide(town.Award(), "w1", decision, Second).Fault?.Code);

        Assert.Equal((Money.OfYuan(75_000), Money.OfYuan(5_000)), (town.Fund.Ledger[Fund.WrittenOff(FundPool.Renovation)], town.FundOf(Town.CityFundId).Ledger[Fund.WrittenOff(FundPool.Renovation)]));
        Assert.Equal(available, town.Fund.Ledger[Fund.Available(FundPool.Renovation)]);
        Assert.Equal(AwardStatus.RecoveryDue, town.Award().Status);
        Assert.True(TrialBalance.Of(town.Fund).Balanced);
        town.Ok(Town.Finance, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(20_000), "票-1")));
        Assert.Equal((AwardStatus.Closed, Money.OfYuan(80_000)), (town.Award().Status, town.Award().WrittenOff));
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void Who_entered_what_came_back_does_not_write_off_the_rest()
    {
        var town = Upheld(Paid(), "100000.00");
        Actor both = new(Role.FinanceApprover, "finance-7", Town.City);
        town.Ok(both, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(1), "票-1")))
            .Ok(Town.Finance, ProposeWriteOff.Decide(town.Award(), "w1", new(Money.OfYuan(2), "破产", "1号"), Town.Finance));

        Assert.Equal("award.same_person", DecideWriteOff.Decide(town.Award(), "w1", new(true, "1", "x"), both).Fault?.Code);
    }

    [Theory]
    [InlineData(nameof(ClawbackProposed), "\"fineMax\":\"50000.00\"", "\"fineMax\":\"90000.00\"", "recompute.decision_differs")]
    [InlineData(nameof(ClawbackProposed), "\"amount\":\"100000.00\"", "\"amount\":\"100000.01\"", "recompute.decision_differs")]
    [InlineData(nameof(ClawbackProposed), "\"penalty\":{\"basis\":\"fraud\"", "\"penalty\":{\"basis\":\"misuse\"", "recompute.facts_differ")]
    [InlineData(nameof(ClawbackDecided), "\"fund\":\"central-2025\",\"amount\":\"75000.00\"", "\"fund\":\"central-2025\",\"amount\":\"74000.00\"", "recompute.amount_differs")]
    [InlineData(nameof(ClawbackDecided), "\"reduced\":\"100000.00\"", "\"reduced\":\"1.00\"", "recompute.amount_differs")]
    [InlineData(nameof(EnterpriseAwardReduced), "100000.00", "99999.00", "recompute.award_not_reduced")]
    [InlineData(nameof(RecoveryDue), "75000.00", "74000.00", "recompute.ledger_differs")]
    public void A_changed_clawback_shows(string type, string from, string to, string code)
    {
        var town = Upheld(Paid(), "100000.00");
        var forged = town.Entries.Select(e => e.Type != type ? e : e with { Payload = System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(e.Payload).Replace(from, to, StringComparison.Ordinal)) }).ToArray();

        Assert.Contains(town.Entries, e => e.Type == type && System.Text.Encoding.UTF8.GetString(e.Payload).Contains(from, StringComparison.Ordinal));
        Assert.Equal(code, RecomputeAward.Recompute(forged)?.Code);
    }
}
