using System.Text;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using static PilotCity.Funding.Tests.Awards.Sample;

namespace PilotCity.Funding.Tests.Awards;

public class DecideAdvanceTests
{
    private static AwardCase Advance { get; } = Case with { Stage = AwardStage.Advance, Project = Case.Project with { Lines = null, LevelAfter = null, LevelSource = null, AcceptedOn = null } };

    private static AwardCase WithDownPayment(Money? amount, string? on = "2025-03-18") =>
        Advance with { Project = Advance.Project with { Contracts = [Advance.Project.Contracts!.Value[0] with { DownPayment = amount, DownPaymentPaidOn = on is null ? null : Day(on) }] } };

    [Theory]
    [InlineData(374_999, 149_999_60)]
    [InlineData(375_000, 150_000_00)]
    [InlineData(375_001, 150_000_00)]
    public void It_is_40_percent_of_the_down_payment_at_most_150000(long yuan, long fen)
    {
        var decision = Decide(WithDownPayment(Money.OfYuan(yuan)));
        Assert.Equal((Outcome.Payable, new Money(fen)), (decision.Outcome, decision.Payable!.Value));
        Assert.Equal(yuan > 375_000, decision.Reasons.Any(r => r.Code == "advance.held-to-cap"));
        Assert.Contains(decision.Reasons, r => r.Code == "advance.triggers-default" && r.Clause == "Q24");
    }

    [Fact]
    public void Every_trigger_must_be_there()
    {
        HasReason(Decide(WithDownPayment(Money.OfYuan(100_000), null)), "advance.before-trigger", "project.contracts[0].downPaymentPaidOn");
        HasReason(Decide(Advance with { Project = Advance.Project with { FiledOn = null } }), "advance.before-trigger", "project.filedOn");
        HasReason(Decide(Advance with { Project = Advance.Project with { Contracts = [] } }), "advance.before-trigger", "project.contracts");
        Assert.Equal(Outcome.Refused, Decide(Advance with { Project = Advance.Project with { FiledOn = null } }).Outcome);
    }

    [Fact]
    public void What_lies_after_the_decision_has_not_happened()
    {
        Assert.Equal(Outcome.Refused, Decide(Advance with { At = new(2025, 6, 9, 23, 0, 0, ChinaTime.Offset) }).Outcome);
        Assert.Equal(Outcome.Payable, Decide(Advance with { At = new(2025, 6, 10, 0, 0, 0, ChinaTime.Offset) }).Outcome);
    }

    [Fact]
    public void A_down_payment_outside_the_window_is_no_base()
    {
        var decision = Decide(WithDownPayment(Money.OfYuan(100_000), "2027-01-01"));
        Assert.Equal(Outcome.Refused, decision.Outcome);
        HasReason(decision, "payment.outside-window", "project.contracts[0].downPaymentPaidOn");
    }

    [Fact]
    public void A_down_payment_on_a_contract_that_does_not_count_is_no_trigger_that_is_missing()
    {
        var first = Advance.Project.Contracts!.Value[0];
        var outside = Decide(Advance with { Project = Advance.Project with { Contracts = [first with { SignedOn = Day("2024-10-17") }] } });
        Assert.Equal(Outcome.Ineligible, outside.Outcome);
        Assert.DoesNotContain(outside.Reasons, r => r.Code == "advance.before-trigger");
        var mixed = Decide(Advance with { Project = Advance.Project with { Contracts = [first with { SignedOn = Day("2024-10-17") }, first with { Id = "HT-2", DownPaymentPaidOn = null }] } });
        Assert.Equal(Outcome.Refused, mixed.Outcome);
    }

    [Fact]
    public void The_down_payment_of_the_contract_may_be_the_base_before_it_is_paid()
    {
        var set = Varied(("base: { value: down-payment-paid,", "base: { value: down-payment-in-contract,"), ("values: [contract, filing, down-payment]", "values: [contract, filing]"));
        Assert.Equal(Money.OfYuan(40_000), Decide(WithDownPayment(Money.OfYuan(100_000), null), set).Payable);
        Assert.Equal(Outcome.Refused, Decide(WithDownPayment(Money.OfYuan(100_000), null)).Outcome);
    }

    [Fact]
    public void Open_figures_of_an_advance_leave_it_incomplete()
    {
        var set = ShippedRuleSets.All.Single(s => s.Id == "zhongshan");
        var decision = Decide(Advance with { At = new(2026, 1, 1, 0, 0, 0, ChinaTime.Offset) }, set);
        Assert.Equal((Outcome.Incomplete, Money.Zero), (decision.Outcome, decision.Payable!.Value));
        foreach (var parameter in (string[])["triggers", "base", "rate", "cap"]) HasReason(decision, "rule-set.parameter-open", $"ruleSet.advance.{parameter}");
    }

    [Fact]
    public void A_down_payment_without_its_amount_is_incomplete()
    {
        var decision = Decide(WithDownPayment(null));
        Assert.Equal(Outcome.Incomplete, decision.Outcome);
        HasReason(decision, "input.missing", "project.contracts[0].downPayment");
    }

    [Fact]
    public void What_was_advanced_before_is_taken_off()
    {
        Assert.Equal(Money.OfYuan(20_000), Decide(Advance with { AdvancesPaid = Money.OfYuan(100_000) }).Payable);
        var all = Decide(Advance with { AdvancesPaid = Money.OfYuan(120_000) });
        Assert.Equal((Outcome.NothingPayable, Money.Zero, Money.Zero), (all.Outcome, all.Payable!.Value, all.Recover!.Value));
    }

    [Fact]
    public void An_ineligible_enterprise_gets_none_and_gives_back_what_it_had()
    {
        var decision = Decide(Advance with { Enterprise = Advance.Enterprise with { InPilotList = false }, AdvancesPaid = Money.OfYuan(100_000) });
        Assert.Equal((Outcome.Ineligible, Money.Zero, Money.OfYuan(100_000)), (decision.Outcome, decision.Payable!.Value, decision.Recover!.Value));
    }

    [Fact]
    public void A_credit_list_stops_it() =>
        Assert.Equal(Outcome.Blocked, Decide(Advance with { Enterprise = Advance.Enterprise with { CreditLists = [CreditList.TaxViolation] } }).Outcome);

    [Fact]
    public void A_rule_set_without_an_advance_refuses_it()
    {
        var text = Sample.LongyanText;
        var from = text.IndexOf("advance:", StringComparison.Ordinal);
        var without = text[..from] + text[text.IndexOf("process:", StringComparison.Ordinal)..];
        Assert.Contains("'advance' is missing", Read(without).Fault!.Message.En, StringComparison.Ordinal);
        foreach (var set in (RuleSet[])[ReadRuleSet.Kept(Encoding.UTF8.GetBytes(without)).Value, Read(without + "advance: { openQuestion: n/s }\n").Value])
        {
            var decision = Decide(Advance, set);
            Assert.Equal(Outcome.Refused, decision.Outcome);
            HasReason(decision, "advance.not-in-rule", "stage");
        }
    }
}
