using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using static PilotCity.Funding.Tests.Awards.Sample;

namespace PilotCity.Funding.Tests.Awards;

public class DecideAwardTests
{
    [Theory]
    [InlineData(2, 499_999, 24_999_950, null)]
    [InlineData(2, 500_000, 25_000_000, null)]
    [InlineData(2, 500_001, 25_000_000, "award.held-to-cap")]
    [InlineData(3, 699_999, 34_999_950, null)]
    [InlineData(3, 700_001, 35_000_000, "award.held-to-cap")]
    [InlineData(4, 899_999, 44_999_950, null)]
    [InlineData(4, 900_001, 45_000_000, "award.held-to-cap")]
    public void Half_of_the_spend_is_held_to_the_cap_of_the_level(int level, long yuan, long fen, string? code)
    {
        var decision = Decide(WithSpend(yuan, level));
        Assert.Equal((Outcome.Payable, new Money(fen), new Money(fen), Money.Zero), (decision.Outcome, decision.Entitlement!.Value, decision.Payable!.Value, decision.Recover!.Value));
        Assert.Equal(code is not null, decision.Reasons.Any(r => r.Code == "award.held-to-cap"));
    }

    [Fact]
    public void A_half_fen_is_rounded_up_once()
    {
        var decision = Decide(WithLine(l => l with { Invoice = l.Invoice! with { Net = new(10_001), Vat = new(0) } }));
        Assert.Equal((new Money(5_001), "50.005"), (decision.Entitlement!.Value, decision.Steps.First(s => s.NameEn.StartsWith("rate", StringComparison.Ordinal)).Result));
    }

    [Theory]
    [InlineData("2024-10-17", Outcome.Ineligible)]
    [InlineData("2024-10-18", Outcome.Payable)]
    [InlineData("2026-12-31", Outcome.Payable)]
    [InlineData("2027-01-01", Outcome.Ineligible)]
    internal void A_contract_counts_inside_its_window_first_and_last_day_included(string day, Outcome outcome)
    {
        var decision = Decide(WithContract(c => c with { SignedOn = Day(day) }));
        Assert.Equal(outcome, decision.Outcome);
        if (outcome == Outcome.Ineligible) HasReason(decision, "contract.outside-window", "project.contracts[0].signedOn");
    }

    [Theory]
    [InlineData("2024-10-17", Outcome.NothingPayable)]
    [InlineData("2024-10-18", Outcome.Payable)]
    [InlineData("2026-12-31", Outcome.Payable)]
    [InlineData("2027-01-01", Outcome.NothingPayable)]
    internal void An_invoice_counts_inside_its_window(string day, Outcome outcome)
    {
        var decision = Decide(WithLine(l => l with { Invoice = l.Invoice! with { IssuedOn = Day(day) } }));
        Assert.Equal(outcome, decision.Outcome);
        if (outcome == Outcome.NothingPayable) HasReason(decision, "line.invoice-outside-window", "project.lines[0].invoice.issuedOn");
    }

    [Theory]
    [InlineData("2024-10-17", Outcome.NothingPayable)]
    [InlineData("2024-10-18", Outcome.Payable)]
    [InlineData("2026-12-31", Outcome.Payable)]
    [InlineData("2027-01-01", Outcome.NothingPayable)]
    internal void A_payment_counts_inside_its_window(string day, Outcome outcome)
    {
        var decision = Decide(With(p => p with { Lines = [Line(400_000, day)] }));
        Assert.Equal(outcome, decision.Outcome);
        if (outcome == Outcome.NothingPayable) HasReason(decision, "payment.outside-window", "project.lines[0].payments[0].paidOn");
        if (outcome == Outcome.NothingPayable) HasReason(decision, "spend.none");
    }

    [Fact]
    public void Only_the_payments_inside_the_window_count()
    {
        var decision = Decide(WithLine(l => l with { Payments = Of(new PaymentFacts { PaidOn = Day("2026-12-31"), Amount = Money.OfYuan(100_000) }, new PaymentFacts { PaidOn = Day("2027-01-01"), Amount = Money.OfYuan(300_000) }) }));
        Assert.Equal((Money.OfYuan(100_000), Money.OfYuan(50_000)), (decision.EligibleSpend!.Value, decision.Payable!.Value));
        HasReason(decision, "line.partly-paid");
    }

    [Fact]
    public void A_payment_after_the_decision_has_not_happened()
    {
        var decision = Decide(Case with { At = new(2026, 5, 19, 23, 59, 59, ChinaTime.Offset) });
        HasReason(decision, "payment.not-yet");
        Assert.Equal(Money.Zero, decision.EligibleSpend);
    }

    [Fact]
    public void Of_two_contracts_the_one_outside_the_window_takes_only_its_own_lines_away()
    {
        var decision = Decide(With(p => p with
        {
            Contracts = Of(p.Contracts!.Value[0], new ContractFacts { Id = "HT-2", SignedOn = Day("2024-10-17"), Amount = Money.OfYuan(900_000) }),
            Lines = Of(Line(400_000), Line(100_000, number: "2") with { Contract = "HT-2" }),
        }));
        Assert.Equal((Outcome.Payable, Money.OfYuan(400_000)), (decision.Outcome, decision.EligibleSpend!.Value));
        HasReason(decision, "contract.outside-window", "project.contracts[1].signedOn");
        HasReason(decision, "line.contract-does-not-count", "project.lines[1].contract");
    }

    [Theory]
    [InlineData(399_999, 399_999)]
    [InlineData(400_000, 400_000)]
    [InlineData(400_001, 400_000)]
    public void Spend_is_at_most_the_contracts(long contract, long counted)
    {
        var decision = Decide(WithContract(c => c with { Amount = Money.OfYuan(contract) }));
        Assert.Equal(Money.OfYuan(counted), decision.EligibleSpend);
        Assert.Equal(contract < 400_000, decision.Reasons.Any(r => r.Code == "spend.above-contracts"));
    }

    [Theory]
    [InlineData(399_999, 399_999)]
    [InlineData(400_001, 400_000)]
    public void Spend_is_at_most_the_audited_figure(long audited, long counted)
    {
        var decision = Decide(With(p => p with { AuditedSpend = Money.OfYuan(audited) }));
        Assert.Equal(Money.OfYuan(counted), decision.EligibleSpend);
        Assert.Equal(audited < 400_000, decision.Reasons.Any(r => r.Code == "spend.audited-lower"));
    }

    [Theory]
    [InlineData(1, Outcome.Ineligible)]
    [InlineData(2, Outcome.Payable)]
    internal void The_lowest_paid_level_is_two(int level, Outcome outcome)
    {
        var decision = Decide(WithSpend(400_000, level) with { AdvancesPaid = Money.OfYuan(1_000) });
        Assert.Equal(outcome, decision.Outcome);
        if (outcome != Outcome.Ineligible) return;
        HasReason(decision, "level.below-lowest", "project.levelAfter");
        Assert.Equal((Money.Zero, Money.Zero, Money.OfYuan(1_000)), (decision.Entitlement!.Value, decision.Payable!.Value, decision.Recover!.Value));
        HasReason(decision, "advance.recover");
    }

    [Theory]
    [InlineData(LevelSource.Self, Outcome.Ineligible)]
    [InlineData(LevelSource.Provider, Outcome.Ineligible)]
    [InlineData(LevelSource.ThirdParty, Outcome.Payable)]
    [InlineData(LevelSource.Official, Outcome.Payable)]
    internal void The_level_that_pays_was_found_by_others(LevelSource source, Outcome outcome)
    {
        var decision = Decide(With(p => p with { LevelSource = source }));
        Assert.Equal(outcome, decision.Outcome);
        HasReason(decision, outcome == Outcome.Payable ? "level.source-default" : "level.source-not-accepted", "project.levelSource");
    }

    [Fact]
    public void A_large_enterprise_one_off_the_list_and_excluded_ones_are_ineligible_with_every_reason()
    {
        var decision = Decide(WithEnterprise(e => e with { Size = EnterpriseSize.Large, InPilotList = false, Exclusions = Of(Exclusion.CentralLittleGiant, Exclusion.Pilot2022) }));
        Assert.Equal(Outcome.Ineligible, decision.Outcome);
        HasReason(decision, "enterprise.too-large", "enterprise.size");
        HasReason(decision, "enterprise.not-listed", "enterprise.inPilotList");
        Assert.Equal(2, decision.Reasons.Count(r => r.Code == "enterprise.excluded"));
    }

    [Theory]
    [InlineData(CreditList.SeriousDishonesty)]
    [InlineData(CreditList.DishonestDebtor)]
    [InlineData(CreditList.AbnormalOperation)]
    [InlineData(CreditList.TaxViolation)]
    internal void A_credit_list_stops_payment_and_leaves_the_entitlement(CreditList list)
    {
        var decision = Decide(WithEnterprise(e => e with { CreditLists = [list] }));
        Assert.Equal((Outcome.Blocked, Money.OfYuan(200_000), Money.Zero), (decision.Outcome, decision.Entitlement!.Value, decision.Payable!.Value));
        HasReason(decision, "enterprise.credit-listed", "enterprise.creditLists");
    }

    [Fact]
    public void An_invoice_claimed_elsewhere_blocks_unless_its_line_does_not_count_anyway()
    {
        var claimed = WithLine(l => l with { Invoice = l.Invoice! with { ClaimedIn = "技改资金" } });
        var decision = Decide(claimed);
        Assert.Equal(Outcome.Blocked, decision.Outcome);
        HasReason(decision, "line.claimed-elsewhere", "project.lines[0].invoice.claimedIn");
        Assert.Equal(Outcome.NothingPayable, Decide(claimed with { Project = claimed.Project with { Lines = [claimed.Project.Lines!.Value[0] with { Category = LineCategory.OfficePc }] } }).Outcome);
    }

    [Fact]
    public void The_same_invoice_line_twice_in_one_case_is_blocked()
    {
        var decision = Decide(With(p => p with { Lines = Of(Line(100_000), Line(100_000)) }));
        Assert.Equal(Outcome.Blocked, decision.Outcome);
        HasReason(decision, "line.invoice-doubled", "project.lines[1].invoice.number");
    }

    [Theory]
    [InlineData("enterprise.size")]
    [InlineData("enterprise.inPilotList")]
    [InlineData("enterprise.exclusions")]
    [InlineData("enterprise.creditLists")]
    [InlineData("project.levelAfter")]
    [InlineData("project.levelSource")]
    [InlineData("project.contracts")]
    [InlineData("project.lines")]
    [InlineData("project.contracts[0].amount")]
    [InlineData("project.lines[0].category")]
    [InlineData("project.lines[0].invoice.net")]
    [InlineData("project.lines[0].payments")]
    [InlineData("at")]
    public void What_is_missing_is_named_and_never_assumed(string path)
    {
        var decision = Decide(path switch
        {
            "enterprise.size" => WithEnterprise(e => e with { Size = null }),
            "enterprise.inPilotList" => WithEnterprise(e => e with { InPilotList = null }),
            "enterprise.exclusions" => WithEnterprise(e => e with { Exclusions = null }),
            "enterprise.creditLists" => WithEnterprise(e => e with { CreditLists = null }),
            "project.levelAfter" => With(p => p with { LevelAfter = null }),
            "project.levelSource" => With(p => p with { LevelSource = null }),
            "project.contracts" => With(p => p with { Contracts = null }),
            "project.lines" => With(p => p with { Lines = null }),
            "project.contracts[0].amount" => WithContract(c => c with { Amount = null }),
            "project.lines[0].category" => WithLine(l => l with { Category = null }),
            "project.lines[0].invoice.net" => WithLine(l => l with { Invoice = l.Invoice! with { Net = null } }),
            "project.lines[0].payments" => WithLine(l => l with { Payments = null }),
            _ => Case with { At = null },
        });
        Assert.Equal((Outcome.Incomplete, Money.Zero, Money.Zero), (decision.Outcome, decision.Payable!.Value, decision.Recover!.Value));
        HasReason(decision, "input.missing", path);
    }

    [Fact]
    public void What_longyan_does_not_need_may_be_absent()
    {
        Assert.Null(Case.Enterprise.AboveScale);
        Assert.Null(Case.Project.LevelBefore);
        Assert.Equal(Outcome.Payable, Decide(Case).Outcome);
    }

    [Theory]
    [InlineData(19_999_999, Outcome.Refused, "award.below-entitlement")]
    [InlineData(20_000_000, Outcome.Payable, null)]
    [InlineData(20_000_001, Outcome.Refused, "award.above-entitlement")]
    internal void Under_a_fixed_rate_only_the_entitlement_itself_may_be_proposed(long fen, Outcome outcome, string? code)
    {
        var decision = Decide(Case with { Proposed = new(fen) });
        Assert.Equal((outcome, new Money(20_000_000)), (decision.Outcome, decision.Entitlement!.Value));
        if (code is not null) HasReason(decision, code, "proposed");
    }

    [Theory]
    [InlineData(19_999_999, Outcome.Payable, 19_999_999)]
    [InlineData(20_000_000, Outcome.Payable, 20_000_000)]
    [InlineData(20_000_001, Outcome.Refused, 0)]
    [InlineData(0, Outcome.NothingPayable, 0)]
    internal void Under_a_ceiling_less_may_be_proposed(long fen, Outcome outcome, long payable)
    {
        var decision = Decide(Case with { Proposed = new(fen) }, Varied(("value: fixed", "value: ceiling")));
        Assert.Equal((outcome, new Money(payable)), (decision.Outcome, decision.Payable!.Value));
    }

    [Theory]
    [InlineData(199_999, Outcome.Payable, 1, 0)]
    [InlineData(200_000, Outcome.NothingPayable, 0, 0)]
    [InlineData(200_001, Outcome.NothingPayable, 0, 1)]
    internal void Advances_are_taken_off_and_the_excess_comes_back(long advanced, Outcome outcome, long payable, long recover)
    {
        var decision = Decide(Case with { AdvancesPaid = Money.OfYuan(advanced) });
        Assert.Equal((outcome, Money.OfYuan(payable), Money.OfYuan(recover)), (decision.Outcome, decision.Payable!.Value, decision.Recover!.Value));
        Assert.Equal(outcome == Outcome.NothingPayable, decision.Reasons.Any(r => r.Code == "award.advances-reach"));
        if (recover > 0) Assert.Contains(decision.Reasons, r => r.Code == "advance.recover" && r.Clause == "Q8");
    }

    [Theory]
    [InlineData(49_999, 200_000, Outcome.Payable)]
    [InlineData(50_001, 199_999, Outcome.Payable)]
    [InlineData(250_000, 0, Outcome.NothingPayable)]
    [InlineData(300_000, 0, Outcome.NothingPayable)]
    internal void Earlier_awards_use_up_the_cap(long awarded, long entitlement, Outcome outcome)
    {
        var decision = Decide(WithEnterprise(e => e with { Awarded = Money.OfYuan(awarded), ProjectsAwarded = 1 }));
        Assert.Equal((outcome, Money.OfYuan(entitlement)), (decision.Outcome, decision.Entitlement!.Value));
        HasReason(decision, entitlement == 0 ? "award.cap-used-up" : "award.cap-partly-used", "enterprise.awarded");
    }

    [Fact]
    public void Before_acceptance_nothing_is_payable_and_no_advance_comes_back()
    {
        var decision = Decide(With(p => p with { AcceptedOn = null }) with { AdvancesPaid = Money.OfYuan(120_000) });
        Assert.Equal((Outcome.NothingPayable, Money.Zero, Money.Zero), (decision.Outcome, decision.Payable!.Value, decision.Recover!.Value));
        HasReason(decision, "acceptance.outstanding", "project.acceptedOn");
    }

    [Fact]
    public void A_project_that_was_never_filed_is_ineligible()
    {
        var decision = Decide(With(p => p with { FiledOn = null }));
        Assert.Equal(Outcome.Ineligible, decision.Outcome);
        HasReason(decision, "filing.missing", "project.filedOn");
    }

    [Fact]
    public void Before_the_first_day_in_force_a_case_is_refused_unless_it_names_the_version()
    {
        var early = Case with { At = new(2025, 5, 26, 23, 59, 59, ChinaTime.Offset) };
        HasReason(Decide(early), "rule-set.not-in-force", "at");
        Assert.Equal(Outcome.Refused, Decide(early).Outcome);
        Assert.DoesNotContain(Decide(early with { RuleSet = "longyan@1" }).Reasons, r => r.Code == "rule-set.not-in-force");
        Assert.DoesNotContain(Decide(Case with { At = new(2025, 5, 27, 0, 0, 0, ChinaTime.Offset) }).Reasons, r => r.Code == "rule-set.not-in-force");
    }

    [Fact]
    public void Another_kind_of_case_is_refused()
    {
        var decision = Decide(Case with { Kind = AwardKind.Provider });
        Assert.Equal(Outcome.Refused, decision.Outcome);
        HasReason(decision, "case.kind-not-ruled", "kind");
    }

    [Fact]
    public void Open_points_are_shown_by_their_question()
    {
        var decision = Decide(Case);
        Assert.Contains(decision.Reasons, r => r.Clause == "Q4" && r.Code == "spend.vat-unstated");
        Assert.Contains(decision.Reasons, r => r.Clause == "Q25" && r.Code == "level.source-default");
        HasReason(Decide(WithLine(l => l with { Category = LineCategory.Implementation })), "line.category-default", "project.lines[0].category");
    }

    [Fact]
    public void Lines_that_do_not_count_are_named()
    {
        var decision = Decide(With(p => p with
        {
            Lines = Of(
                Line(10_000, category: LineCategory.Construction),
                Line(20_000) with { Invoice = null },
                Line(30_000) with { Payments = [] },
                Line(40_000, number: "4")),
        }));
        Assert.Equal(Money.OfYuan(40_000), decision.EligibleSpend);
        HasReason(decision, "line.category-not-eligible", "project.lines[0].category");
        HasReason(decision, "line.not-invoiced", "project.lines[1].invoice.issuedOn");
        HasReason(decision, "line.unpaid", "project.lines[2].payments");
    }

    [Fact]
    public void An_unsigned_contract_ends_a_final_award()
    {
        var decision = Decide(WithContract(c => c with { SignedOn = null }));
        Assert.Equal(Outcome.Ineligible, decision.Outcome);
        HasReason(decision, "contract.unsigned", "project.contracts[0].signedOn");
    }

    [Fact]
    public void An_acceptance_application_is_taken_without_money()
    {
        var decision = Decide(Case with { Stage = AwardStage.Acceptance, Project = Case.Project with { Lines = null, AcceptedOn = null, LevelAfter = null, LevelSource = null } });
        Assert.Equal((Outcome.Accepted, null, null, null), (decision.Outcome, decision.Entitlement, decision.Payable, decision.EligibleSpend));
        Assert.Empty(decision.Steps);
    }

    [Fact]
    public void An_acceptance_application_before_its_conditions_is_refused()
    {
        var application = Case with { Stage = AwardStage.Acceptance };
        HasReason(Decide(application with { Project = Case.Project with { FiledOn = null } }), "filing.missing");
        HasReason(Decide(application with { Project = Case.Project with { FiledOn = Day("2026-06-09") } }), "filing.missing");
        HasReason(Decide(application with { Project = Case.Project with { CompletedOn = Day("2026-06-09") } }), "acceptance.before-completion");
        Assert.Equal(Outcome.Accepted, Decide(application with { Project = Case.Project with { CompletedOn = Day("2026-06-08") } }).Outcome);
        HasReason(Decide(application with { Project = Case.Project with { Contracts = [] } }), "contract.none");
        Assert.Equal(Outcome.Refused, Decide(WithContract(c => c with { SignedOn = Day("2024-10-17") }) with { Stage = AwardStage.Acceptance }).Outcome);
        Assert.Equal(Outcome.Ineligible, Decide(WithContract(c => c with { SignedOn = Day("2027-01-01") }) with { Stage = AwardStage.Acceptance }).Outcome);
    }
}
