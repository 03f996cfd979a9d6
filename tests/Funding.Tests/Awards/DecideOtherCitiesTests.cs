using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using static PilotCity.Funding.Tests.Awards.Sample;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>What Longyan does not ask of the engine and other rule sets do.</summary>
public class DecideOtherCitiesTests
{
    private static RuleSet Set(string id) => ShippedRuleSets.All.Single(s => s.Id == id);

    private static DateTimeOffset At(string instant) => Instant.TryParse(instant, out var at) ? at : throw new FormatException(instant);

    [Theory]
    [InlineData("2026-01-21T00:00:00+08:00", "2026-01-28T00:00:00+08:00", "0.50")]
    [InlineData("2026-01-20T16:00:00Z", "2026-01-27T16:00:00Z", "0.50")]
    [InlineData("2026-01-21T00:00:01+08:00", "2026-01-28T00:00:00+08:00", "0.40")]
    [InlineData("2026-01-21T00:00:00+08:00", "2026-01-28T00:00:01+08:00", "0.40")]
    public void A_cut_off_includes_its_own_moment(string check, string evaluation, string rate)
    {
        var decision = Decide(With(p => p with { DistrictCheckAt = At(check), EvaluationDoneAt = At(evaluation), AuditedSpend = Money.OfYuan(400_000) }), Set("nanjing"));
        Assert.Equal(decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture), decision.Rate);
        Assert.Equal(rate == "0.40", decision.Reasons.Any(r => r.Code == "batch.cut-off-missed"));
    }

    [Fact]
    public void A_cut_off_event_that_may_still_come_about_leaves_the_batch_open()
    {
        var open = With(p => p with { AuditedSpend = Money.OfYuan(400_000) }) with { At = new(2026, 1, 10, 0, 0, 0, ChinaTime.Offset) };
        HasReason(Decide(open, Set("nanjing")), "input.missing", "project.districtCheckAt");
        Assert.Equal(0.40m, Decide(With(p => p with { AuditedSpend = Money.OfYuan(400_000) }), Set("nanjing")).Rate);
    }

    [Theory]
    [InlineData(333_333, 333_333_00)]
    [InlineData(300_000, 300_000_00)]
    [InlineData(1_200_000, 600_000_00)]
    public void A_top_up_ends_at_the_spend(long spend, long fen)
    {
        var decision = Decide(WithSpend(spend, 4) with { Project = WithSpend(spend, 4).Project with { AuditedSpend = Money.OfYuan(spend) } }, Set("nanjing"));
        Assert.Equal(Math.Min(fen, (spend * 40) + 20_000_000), decision.Entitlement!.Value.Fen);
        HasReason(decision, "award.top-up-limit");
    }

    [Fact]
    public void The_special_audit_is_needed_where_the_rule_says_so() => HasReason(Decide(Case, Set("nanjing")), "input.missing", "project.auditedSpend");

    [Theory]
    [InlineData("2024-12-31", "0.50")]
    [InlineData("2025-01-01", "0.40")]
    [InlineData("2025-12-31", "0.40")]
    [InlineData("2026-01-01", null)]
    [InlineData("2023-12-31", null)]
    public void The_year_of_completion_gives_the_rate(string completed, string? rate)
    {
        var decision = Decide(With(p => p with { CompletedOn = Day(completed) }), Set("hefei"));
        Assert.Equal(rate is null ? null : decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture), decision.Rate);
        if (rate is null) Assert.Contains(decision.Reasons, r => r.Code == "rule-set.parameter-open" && r.Clause == "Q22");
        if (rate is null) Assert.Equal((Outcome.Incomplete, Money.OfYuan(400_000)), (decision.Outcome, decision.EligibleSpend!.Value));
    }

    [Fact]
    public void A_cap_divided_by_sixty_percent_is_multiplied_first()
    {
        var decision = Decide(WithSpend(666_666, 2) with { Project = WithSpend(666_666, 2).Project with { Batch = "1" } }, Set("nanchang"));
        Assert.Equal(new Money(399_999_60), decision.Entitlement);
        HasReason(Decide(Case, Set("nanchang")), "input.missing", "project.batch");
    }

    [Fact]
    public void Without_vat_a_partial_payment_counts_in_the_lines_proportion()
    {
        var project = Case.Project with
        {
            Documents = [DocumentCode.PromiseLetter],
            Lines = [Line(113_000) with { Invoice = new() { Number = "1", IssuedOn = Day("2026-03-20"), Net = Money.OfYuan(100_000), Vat = Money.OfYuan(13_000) }, Payments = [new() { PaidOn = Day("2026-05-20"), Amount = Money.OfYuan(56_500) }] }],
        };
        var decision = Decide(Case with { Enterprise = Case.Enterprise with { AboveScale = true }, Project = project }, Set("quanzhou"));
        Assert.Equal((Money.OfYuan(50_000), Money.OfYuan(25_000)), (decision.EligibleSpend!.Value, decision.Payable!.Value));
        var below = Decide(Case with { Enterprise = Case.Enterprise with { AboveScale = false } }, Set("quanzhou"));
        Assert.Equal(Outcome.Ineligible, below.Outcome);
        HasReason(below, "enterprise.below-scale", "enterprise.aboveScale");
        HasReason(below, "document.missing", "project.documents");
    }

    [Theory]
    [InlineData("59.99", 0)]
    [InlineData("60", 1_000_000)]
    [InlineData("69.99", 1_000_000)]
    [InlineData("70", 3_000_000)]
    [InlineData("80", 5_000_000)]
    [InlineData("90", 10_000_000)]
    [InlineData("100", 10_000_000)]
    public void The_lower_bound_of_a_band_belongs_to_it(string score, long yuan)
    {
        var decision = Decide(Provider(score), Set("shenzhen-provider"));
        Assert.Equal((yuan == 0 ? Outcome.NothingPayable : Outcome.Payable, Money.OfYuan(yuan)), (decision.Outcome, decision.Payable!.Value));
        if (yuan == 0) HasReason(decision, "provider.below-bands", "provider.score");
    }

    private static AwardCase Provider(string score) => new()
    {
        Id = "p",
        Kind = AwardKind.Provider,
        RuleSet = "shenzhen-provider",
        At = Case.At,
        Enterprise = new() { CreditLists = [] },
        Provider = new() { Class = ProviderClass.Integrated, Score = decimal.Parse(score, System.Globalization.CultureInfo.InvariantCulture) },
    };

    [Fact]
    public void A_provider_on_a_list_is_blocked_and_one_without_a_score_incomplete()
    {
        Assert.Equal(Outcome.Blocked, Decide(Provider("80") with { Enterprise = new() { CreditLists = [CreditList.SeriousDishonesty] } }, Set("shenzhen-provider")).Outcome);
        HasReason(Decide(Provider("80") with { Provider = new() { Class = ProviderClass.Other } }, Set("shenzhen-provider")), "input.missing", "provider.score");
        Assert.Equal(Money.OfYuan(3_000_000), Decide(Provider("80") with { Provider = new() { Class = ProviderClass.Other, Score = 80m } }, Set("shenzhen-provider")).Payable);
    }

    [Theory]
    [InlineData(4_999, 2, Outcome.Payable, 4_999)]
    [InlineData(5_001, 2, Outcome.Payable, 5_000)]
    [InlineData(5_001, 1, Outcome.NothingPayable, 0)]
    internal void A_diagnosis_is_paid_after_the_renovation(long cost, int level, Outcome outcome, long payable)
    {
        var decision = Decide(Case with { Kind = AwardKind.Diagnosis, Diagnosis = new() { Cost = Money.OfYuan(cost) }, Project = Case.Project with { LevelAfter = level } }, Set("hebi-diagnosis"));
        Assert.Equal((outcome, Money.OfYuan(payable)), (decision.Outcome, decision.Payable!.Value));
        HasReason(decision, level == 1 ? "diagnosis.level-not-reached" : "diagnosis.share-default");
        HasReason(Decide(Case with { Kind = AwardKind.Diagnosis, Project = Case.Project with { CompletedOn = null } }, Set("hebi-diagnosis")), "diagnosis.renovation-unfinished", "project.completedOn");
    }

    [Fact]
    public void Misuse_is_fined_ten_to_thirty_percent()
    {
        var decision = Decide(new() { Id = "x", Kind = AwardKind.Penalty, RuleSet = "state-council-427", At = Case.At, Penalty = new() { Basis = PenaltyBasis.Misuse, Amount = new(5) } }, Set("state-council-427"));
        Assert.Equal((Outcome.Owed, new Money(1), new Money(2), new Money(5)), (decision.Outcome, decision.FineMin!.Value, decision.FineMax!.Value, decision.Recover!.Value));
        HasReason(decision, "penalty.owed", "penalty.basis");
    }

    [Fact]
    public void Every_open_parameter_of_the_formula_is_named_after_everything_else()
    {
        var decision = Decide(With(p => p with { Documents = [DocumentCode.EnterpriseFile] }), Set("xian"));
        Assert.Equal((Outcome.Incomplete, Money.OfYuan(400_000)), (decision.Outcome, decision.EligibleSpend!.Value));
        Assert.Equal(3, decision.Reasons.Count(r => r is { Code: "rule-set.parameter-open", Clause: "Q14" }));
    }

    [Theory]
    [InlineData("2026-02-28", true)]
    [InlineData("2026-03-01", false)]
    public void A_term_of_months_ends_on_the_last_day_of_a_short_month(string applied, bool timely)
    {
        var set = Varied(("process:\n", "process:\n  acceptanceDeadline:\n    late: in-principle\n    monthsAfterCompletion: { value: 3, clause: x, grade: C }\n"));
        var decision = Decide(With(p => p with { CompletedOn = Day("2025-11-30"), AcceptanceAppliedOn = Day(applied) }) with { Stage = AwardStage.Acceptance }, set);
        Assert.Equal((Outcome.Accepted, timely), (decision.Outcome, !decision.Reasons.Any(r => r.Code == "acceptance.late")));
    }

    [Theory]
    [InlineData("2027-01-01T00:00:00+08:00", Outcome.Payable, null)]
    [InlineData("2026-12-31T23:59:59+08:00", Outcome.Refused, "claim.early")]
    [InlineData("2027-01-07T23:59:59+08:00", Outcome.Payable, null)]
    [InlineData("2027-01-08T00:00:00+08:00", Outcome.Late, "claim.late")]
    [InlineData(null, Outcome.Late, "claim.late")]
    internal void A_late_claim_is_waived(string? submitted, Outcome outcome, string? code)
    {
        var set = Varied(("process:\n", "process:\n  claimWindow:\n    late: waived\n    days: { from: 2027-01-01, to: 2027-01-07, clause: x, grade: C }\n"));
        var decision = Decide(With(p => p with { ClaimSubmittedAt = submitted is null ? null : At(submitted) }), set);
        Assert.Equal(outcome, decision.Outcome);
        if (code is not null) HasReason(decision, code, "project.claimSubmittedAt");
        HasReason(Decide(Case with { At = new(2027, 1, 2, 0, 0, 0, ChinaTime.Offset) }, set), "claim.outstanding", "project.claimSubmittedAt");
    }

    [Theory]
    [InlineData(600, 400, Outcome.Payable)]
    [InlineData(599, 401, Outcome.Ineligible)]
    internal void A_share_of_exactly_sixty_percent_is_enough(long software, long hardware, Outcome outcome)
    {
        var set = Varied(("spend:\n", "spend:\n  shares:\n    - { appliesTo: chain, categories: [software-licence, cloud], shareMin: { default: 0.60, openQuestion: Q17 } }\n"));
        var chain = With(p => p with { Type = ProjectType.Chain, Lines = Of(Line(software), Line(hardware, category: LineCategory.OtherHardware, number: "2")) });
        var decision = Decide(chain, set);
        Assert.Equal(outcome, decision.Outcome);
        if (outcome == Outcome.Ineligible) HasReason(decision, "spend.share-not-reached", "project.lines");
        Assert.Equal(Outcome.Payable, Decide(chain with { Project = chain.Project with { Type = ProjectType.Single } }, set).Outcome);
    }

    [Fact]
    public void Payments_must_precede_acceptance_strictly_where_the_rule_says_so()
    {
        var set = Varied(("spend:\n", "spend:\n  mustPrecedeAcceptance: { value: true, clause: x, grade: C, openQuestion: Q19 }\n"));
        Assert.Equal(Outcome.Payable, Decide(With(p => p with { Lines = [Line(1_000, "2026-07-01")] }), set).Outcome);
        var same = Decide(With(p => p with { Lines = [Line(1_000, "2026-07-02")] }), set);
        Assert.Equal(Outcome.Refused, same.Outcome);
        HasReason(same, "payment.after-acceptance", "project.lines[0].payments[0].paidOn");
        HasReason(same, "payment.none-before-acceptance");
        var mixed = Decide(With(p => p with { Lines = Of(Line(1_000, "2026-07-01"), Line(2_000, "2026-07-02", number: "2")) }), set);
        Assert.Equal((Outcome.Payable, Money.OfYuan(1_000)), (mixed.Outcome, mixed.EligibleSpend!.Value));
        HasReason(Decide(With(p => p with { CompletedOn = Day("2026-07-02") }), set), "completion.after-acceptance");
        HasReason(Decide(WithContract(c => c with { SignedOn = Day("2026-07-02") }), set), "contract.after-acceptance");
        HasReason(Decide(WithLine(l => l with { Invoice = l.Invoice! with { IssuedOn = Day("2026-07-02") } }), set), "line.invoice-after-acceptance");
    }

    [Fact]
    public void Late_filing_needs_its_form_where_it_is_allowed()
    {
        var set = Varied(("lateFilingAllowed: { value: false", "lateFilingAllowed: { value: true"), ("process:\n", "process:\n  documents:\n    - { codes: [filing-form], stages: [acceptance], when: late-filing, clause: x, grade: C }\n"));
        var late = With(p => p with { FiledOn = null, Documents = [] }) with { Stage = AwardStage.Acceptance };
        HasReason(Decide(late, set), "document.missing", "project.documents");
        var brought = Decide(late with { Project = late.Project with { Documents = [DocumentCode.FilingForm] } }, set);
        Assert.Equal(Outcome.Accepted, brought.Outcome);
        HasReason(brought, "filing.late", "project.filedOn");
    }

    [Fact]
    public void One_project_per_enterprise_and_the_portfolios_average()
    {
        var set = Varied(("eligibility:\n", "eligibility:\n  projectsMax: { value: 1, clause: x, grade: C }\n"), ("advance:\n", "portfolio:\n  average: { value: 199999.99, clause: x, grade: C }\n\nadvance:\n"));
        HasReason(Decide(WithEnterprise(e => e with { ProjectsAwarded = 1 }), set), "enterprise.projects-used-up", "enterprise.projectsAwarded");
        var first = Decide(Case, set);
        Assert.Equal(Outcome.Payable, first.Outcome);
        HasReason(first, "portfolio.above-average");
    }

    [Fact]
    public void What_the_acceptance_asks_of_invoices_levels_and_completion_windows()
    {
        var set = Varied(
            ("process:\n", "process:\n  invoicedBeforeApplication: { value: true, clause: x, grade: C }\n"),
            ("level:\n", "level:\n  atAcceptance:\n    levelMin: { value: 2, clause: x, grade: C }\n    sources: { values: [self, provider, third-party, official], clause: x, grade: C }\n"),
            ("spend:\n", "spend:\n  contractScope: all\n  completion: { from: 2024-10-18, to: 2026-05-25, clause: x, grade: C }\n"));
        var application = Case with { Stage = AwardStage.Acceptance };
        Assert.Equal(Outcome.Accepted, Decide(application with { Project = Case.Project with { LevelSource = LevelSource.Self } }, set).Outcome);
        HasReason(Decide(application with { Project = Case.Project with { LevelAfter = 1 } }, set), "level.below-lowest");
        HasReason(Decide(application with { Project = Case.Project with { AcceptanceAppliedOn = Day("2026-03-19") } }, set), "acceptance.before-invoice", "project.lines[0].invoice.issuedOn");
        HasReason(Decide(With(p => p with { CompletedOn = Day("2026-05-26") }), set), "completion.outside-window", "project.completedOn");
    }

    [Fact]
    public void A_parameter_configured_for_an_open_question_is_marked()
    {
        var set = Varied(("rate: { value: 0.50, clause: 龙工信规〔2025〕2号（二级：50%） }", "rate: { default: 0.50, openQuestion: Q14 }"), ("cap: { value: 250000.00, clause: 龙工信规〔2025〕2号（二级：最高 25 万元） }", "cap: { default: 250000, openQuestion: Q10 }"));
        HasReason(Decide(Case, set), "award.rate-default");
        HasReason(Decide(Case, set), "award.cap-default");
        HasReason(Decide(Case with { Stage = AwardStage.Advance, Project = Case.Project with { Contracts = [Case.Project.Contracts!.Value[0] with { DownPayment = Money.OfYuan(900_000) }] } }, set), "advance.held-to-cap");
    }

    [Theory]
    [InlineData("2025-11-07T17:00:00+08:00", Outcome.Payable)]
    [InlineData("2025-11-07T09:00:00Z", Outcome.Payable)]
    [InlineData("2025-11-07T17:00:01+08:00", Outcome.Late)]
    [InlineData("2025-11-07T16:00:00+08:00", Outcome.Payable)]
    [InlineData("2025-11-07T18:00:00+08:00", Outcome.Late)]
    internal void A_claim_window_may_close_at_an_hour(string submitted, Outcome outcome)
    {
        var set = Varied(("process:\n", "process:\n  claimWindow:\n    late: waived\n    days: { from: 2025-10-20, to: 2025-11-07, clause: x, grade: C }\n    closesAt: { value: \"2025-11-07T17:00:00+08:00\", clause: x, grade: C }\n"));
        var decision = Decide(With(p => p with { ClaimSubmittedAt = At(submitted) }), set);
        Assert.Equal(outcome, decision.Outcome);
        if (outcome == Outcome.Late) Assert.Contains(decision.Reasons, r => r.Code == "claim.late" && r.Message.Contains("17:00", StringComparison.Ordinal));
        HasReason(Decide(Case with { At = At("2025-11-07T17:00:00+08:00") }, set), "claim.outstanding");
        HasReason(Decide(Case with { At = At("2025-11-07T17:00:01+08:00") }, set), "claim.late");
    }

    [Theory]
    [InlineData("2026-01-01T00:00:00+08:00", "1")]
    [InlineData("2026-01-01T00:00:01+08:00", "2")]
    [InlineData("2026-06-01T00:00:00+08:00", "2")]
    [InlineData("2026-06-01T00:00:01+08:00", "3")]
    [InlineData(null, "3")]
    public void Moments_may_tell_three_batches_apart(string? claimed, string batch)
    {
        var set = Varied(
            ("selector: { by: none, clause: 龙工信规〔2025〕2号（按改造后等级） }", """
            selector:
                by: cut-offs
                clause: 龙工信规〔2025〕2号
                cutOffs:
                  - { batch: 1, event: claim-submitted, until: "2026-01-01T00:00:00+08:00", clause: 龙工信规〔2025〕2号 }
                  - { batch: 2, event: claim-submitted, until: "2026-06-01T00:00:00+08:00", clause: 龙工信规〔2025〕2号 }
            """),
            (Table, """
              table:
                - { batch: "1", levelFrom: 2, levelTo: 4, rate: { value: 0.30, clause: 龙工信规〔2025〕2号 }, noCap: { clause: 龙工信规〔2025〕2号 } }
                - { batch: "2", levelFrom: 2, levelTo: 4, rate: { value: 0.20, clause: 龙工信规〔2025〕2号 }, cap: { value: 1000000, clause: 龙工信规〔2025〕2号 } }
                - { batch: "3", levelFrom: 2, levelTo: 4, rate: { value: 0.10, clause: 龙工信规〔2025〕2号 }, cap: { value: 1000000, clause: 龙工信规〔2025〕2号 } }

            """));
        var decision = Decide(With(p => p with { ClaimSubmittedAt = claimed is null ? null : At(claimed) }), set);
        Assert.Equal((Outcome.Payable, batch), (decision.Outcome, decision.Steps.Single(s => s.NameEn == "the batch that holds").Result));
        Assert.Equal(batch switch { "1" => 0.30m, "2" => 0.20m, _ => 0.10m }, decision.Rate);
    }

    private static string Table => LongyanText[LongyanText.IndexOf("  table:", StringComparison.Ordinal)..LongyanText.IndexOf("\nadvance:", StringComparison.Ordinal)];

    [Fact]
    public void A_cut_off_moment_may_be_configured_to_be_outside()
    {
        var text = System.Text.Encoding.UTF8.GetString(Set("nanjing").Bytes.AsSpan()).Replace("momentIncluded: { default: true", "momentIncluded: { default: false", StringComparison.Ordinal);
        var case24 = With(p => p with { DistrictCheckAt = At("2026-01-21T00:00:00+08:00"), EvaluationDoneAt = At("2026-01-27T00:00:00+08:00"), AuditedSpend = Money.OfYuan(400_000) });
        Assert.Equal(0.40m, Decide(case24, Read(text).Value).Rate);
        Assert.Equal(0.50m, Decide(case24, Set("nanjing")).Rate);
        HasReason(Decide(case24, Read(text).Value), "batch.cut-off-moment", "project.districtCheckAt");
    }

    [Theory]
    [InlineData("actual", 300_000)]
    [InlineData("paid", 300_000)]
    [InlineData("invoiced", 400_000)]
    [InlineData("contract", 1_950_000)]
    public void What_a_line_is_worth_is_a_parameter(string @base, long counted)
    {
        var set = Varied(("spend:\n", $"spend:\n  base: {{ value: {@base}, clause: 龙工信规〔2025〕2号 }}\n"));
        var partly = Line(400_000) with { Payments = [new() { PaidOn = Day("2026-05-20"), Amount = Money.OfYuan(300_000) }] };
        var decision = Decide(With(p => p with { Lines = Of(partly, Line(50_000, category: LineCategory.OfficePc, number: "2")) }), set);
        Assert.Equal(Money.OfYuan(counted), decision.EligibleSpend);
        Assert.Equal(@base is "actual" or "paid", decision.Reasons.Any(r => r.Code == "line.partly-paid"));
    }

    [Theory]
    [InlineData(399_999, Outcome.Ineligible)]
    [InlineData(400_000, Outcome.Payable)]
    internal void A_project_may_need_a_least_investment(long spend, Outcome outcome)
    {
        var set = Varied(("spend:\n", "spend:\n  investmentMin: { value: 400000, clause: 龙工信规〔2025〕2号 }\n"));
        var decision = Decide(WithSpend(spend, 2), set);
        Assert.Equal(outcome, decision.Outcome);
        if (outcome == Outcome.Ineligible) HasReason(decision, "spend.below-minimum", "project.lines");
    }

    [Theory]
    [InlineData(300, 700, Outcome.Payable)]
    [InlineData(301, 699, Outcome.Ineligible)]
    internal void A_share_may_have_an_upper_bound(long hardware, long software, Outcome outcome)
    {
        var set = Varied(("spend:\n", "spend:\n  shares:\n    - { categories: [gateway, network], shareMax: { value: 0.30, clause: 龙工信规〔2025〕2号 } }\n"));
        var decision = Decide(With(p => p with { Lines = Of(Line(software), Line(hardware, category: LineCategory.Gateway, number: "2")) }), set);
        Assert.Equal(outcome, decision.Outcome);
        if (outcome == Outcome.Ineligible) HasReason(decision, "spend.share-exceeded", "project.lines");
    }

    [Theory]
    [InlineData(400_099, 200_000)]
    [InlineData(400_100, 200_100)]
    public void An_entitlement_may_be_rounded_to_a_hundred_yuan(long spend, long entitlement)
    {
        var set = Varied(("rounding: { default: fen,", "rounding: { default: hundred-yuan,"));
        Assert.Equal(Money.OfYuan(entitlement), Decide(WithSpend(spend, 2), set).Entitlement);
    }

    [Fact]
    public void What_no_case_states_is_named_for_a_person()
    {
        var set = Varied(("eligibility:\n", """
            eligibility:
              registeredLocally: { value: true, clause: 龙工信规〔2025〕2号 }
              taxedLocally: { value: true, clause: 龙工信规〔2025〕2号 }
              subIndustries: { names: [纺织, 机械], clause: 龙工信规〔2025〕2号 }
              cleanYears:
                safety: { value: 3, clause: 龙工信规〔2025〕2号 }
              byPerson:
                - { zh: 目标可衡量, en: the goals are measurable, clause: 龙工信规〔2025〕2号 }

            """), ("spend:\n", "spend:\n  providerInPool: { value: required, clause: 龙工信规〔2025〕2号 }\n  catalogueOnly: { value: true, clause: 龙工信规〔2025〕2号 }\n"));
        var checks = Decide(Case, set).Reasons.Where(r => r.Code == "eligibility.by-person").Select(r => r.MessageEn["a person checks: ".Length..]).ToArray();
        Assert.Equal(
            ["the enterprise is registered in the city", "the enterprise pays its taxes in the city", "the enterprise belongs to one of the sub-industries 纺织、机械", "no event in safety within 3 years", "the goals are measurable", "the provider stood in the city's pool on the day of signing", "the products come from the city's catalogue"],
            checks);
        Assert.Equal(Outcome.Payable, Decide(Case, set).Outcome);
    }

    [Fact]
    public void A_penalty_names_every_sum()
    {
        var decision = Decide(new() { Id = "x", Kind = AwardKind.Penalty, RuleSet = "state-council-427", At = Case.At, Penalty = new() { Basis = PenaltyBasis.Fraud, Amount = Money.OfYuan(10) } }, Set("state-council-427"));
        Assert.Equal((Money.Zero, Money.Zero, Money.OfYuan(10)), (decision.Entitlement!.Value, decision.Payable!.Value, decision.Recover!.Value));
    }

    [Fact]
    public void The_last_day_of_the_calendar_and_the_largest_sums_are_decided_too()
    {
        Assert.Contains(Decide(With(p => p with { CompletedOn = DateOnly.MaxValue }) with { Stage = AwardStage.Acceptance }, Set("kunming")).Reasons, r => r.Code == "acceptance.before-completion");
        var most = new Money(Money.FenMax);
        var line = Line(1) with { Invoice = new() { Number = "1", IssuedOn = Day("2026-03-20"), Net = most, Vat = most }, Payments = [new() { PaidOn = Day("2026-05-20"), Amount = most }, new() { PaidOn = Day("2026-05-21"), Amount = most }] };
        var lines = Enumerable.Range(0, 5_000).Select(i => line with { Invoice = line.Invoice! with { Number = $"{i}" } });
        var project = Case.Project with { Lines = [.. lines], Documents = [DocumentCode.PromiseLetter], Contracts = [Case.Project.Contracts!.Value[0] with { Amount = most }] };
        var decision = Decide(Case with { Enterprise = Case.Enterprise with { AboveScale = true }, Project = project }, Set("quanzhou"));
        Assert.Equal((new Money(Money.FenMax / 2), Money.OfYuan(200_000)), (decision.EligibleSpend!.Value, decision.Entitlement!.Value));
    }

    [Fact]
    public void An_invoice_of_nothing_counts_nothing()
    {
        var set = Varied(("vat: { default: unstated, openQuestion: Q4 }", "vat: { value: excluded, clause: 龙工信规〔2025〕2号 }"), ("spend:\n", "spend:\n  base: { value: paid, clause: 龙工信规〔2025〕2号 }\n"));
        Assert.Equal(Money.Zero, Decide(WithLine(l => l with { Invoice = l.Invoice! with { Net = Money.Zero, Vat = Money.Zero } }), set).EligibleSpend);
    }
}
