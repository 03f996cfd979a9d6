using PilotCity.Contracts.Assessment.V1;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Claims;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.Awards;

public class AwardTests
{
    [Fact]
    public void An_award_goes_from_its_advance_to_the_archive()
    {
        var town = Town.Founded().AdvancePaid();
        Assert.Equal(AwardStatus.AdvancePaid, town.Award().Status);
        Assert.Equal(Money.OfYuan(120_000), town.Award().AdvancesPaid);

        town.Approved();
        Assert.Equal(AwardStatus.Approved, town.Award().Status);
        Assert.Equal(Money.OfYuan(80_000), town.Award().OpenTranches.Single().Amount);
        Assert.Equal((1, Money.OfYuan(200_000)), (town.Earlier.Projects, town.Earlier.Awarded));
        Assert.Equal(Money.OfYuan(80_000), town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);

        town.Batched("b2").Released("b2").Settled("b2", "B-2");
        Assert.Equal(AwardStatus.Paid, town.Award().Status);
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Paid(FundPool.Renovation)]);
        Assert.Equal(Money.Zero, town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);

        Assert.Equal("award.archive", CloseAward.Decide(town.Award(), new("")).Fault?.Code);
        town.Ok(Town.Officer, CloseAward.Decide(town.Award(), new("档-1")));
        Assert.Equal(AwardStatus.Closed, town.Award().Status);
        Assert.Equal("award.not_paid", CloseAward.Decide(town.Award(), new("档-1")).Fault?.Code);
    }

    [Fact]
    public void A_computation_keeps_facts_sources_rule_and_decision()
    {
        var town = Town.Founded().AdvancePaid().Computed();
        var kept = RecomputeAward.Computations(town.Entries)[^1];

        Assert.Equal(["project", "enterprise", "result-after"], kept.Sources.Select(s => s.Fact));
        Assert.Equal(("performance", "project/p-1", 9, 77), (kept.Sources[0].Service, kept.Sources[0].Stream, kept.Sources[0].Version, kept.Sources[0].Position));
        Assert.Equal((Sample.Longyan.Hash, "longyan@1", Outcome.Payable), (kept.RuleSetHash, kept.Case.RuleSet, kept.Decision.Outcome));
        Assert.Equal(Money.OfYuan(120_000), kept.Case.AdvancesPaid);
        Assert.Equal("a-2", kept.Assessment);
        Assert.Equal(["bureau-1", "district-1"], kept.Handlers);
    }

    [Fact]
    public void An_enterprise_is_on_the_list_only_if_it_was_on_the_day_of_every_contract()
    {
        var town = new Town();
        Assert.True(town.Facts().EnterpriseFacts.InPilotList);
        town.Enterprise.ListedOn = "2025-03-01";
        Assert.True(town.Facts().EnterpriseFacts.InPilotList);
        town.Enterprise.ListedOn = "2025-03-02";
        Assert.False(town.Facts().EnterpriseFacts.InPilotList);
        town.Enterprise.ListedOn = "2024-12-01";
        town.Enterprise.DelistedOn = "2025-03-01";
        Assert.False(town.Facts().EnterpriseFacts.InPilotList);
    }

    [Fact]
    public void An_advance_before_its_triggers_is_kept_as_refused_and_goes_no_further()
    {
        var town = Town.Founded();
        town.Project.ClearFiledOn();
        town.AdvanceComputed();

        Assert.Equal(Outcome.Refused, town.Award().Advance!.Outcome);
        Assert.Equal("award.not_payable", ApproveAdvance.Decide(town.Award(), town.Fund, new(Town.FundId, "1号"), Town.Approver).Fault?.Code);
    }

    [Fact]
    public void An_advance_is_approved_by_a_second_person_and_reserved_or_not_at_all()
    {
        var town = Town.Founded().AdvanceComputed();
        ApproveAdvance.Body body = new(Town.FundId, "1号");
        var self = ApproveAdvance.Decide(town.Award(), town.Fund, body, Town.Officer with { Role = Role.BureauApprover });

        Assert.Equal("award.same_person", self.Fault?.Code);
        Assert.Equal(new ApprovalRefused("advance", "award.same_person"), Assert.Single(self.Changes).Event);
        Assert.Equal("award.plan_number", ApproveAdvance.Decide(town.Award(), town.Fund, new(Town.FundId, ""), Town.Approver).Fault?.Code);
        Assert.Equal("ledger.insufficient", ApproveAdvance.Decide(town.Award(), Fund.Noun.Initial with { Id = "empty" }, body, Town.Approver).Fault?.Code);
        town.Ok(Town.Approver, ApproveAdvance.Decide(town.Award(), town.Fund, body, Town.Approver));
        Assert.Equal("award.no_advance", ApproveAdvance.Decide(town.Award(), town.Fund, body, Town.Approver).Fault?.Code);
    }

    [Fact]
    public void An_approved_advance_is_withdrawn_with_a_reason_and_its_money_is_free()
    {
        var town = Town.Founded().AdvanceApproved();
        Assert.Equal("award.withdrawal_reason", WithdrawAdvance.Decide(town.Award(), new("")).Fault?.Code);
        town.Ok(Town.Approver, WithdrawAdvance.Decide(town.Award(), new("合同终止")));

        Assert.Equal(Money.OfYuan(80_000_000), town.Fund.Ledger[Fund.Available(FundPool.Renovation)]);
        Assert.Equal("award.no_advance", WithdrawAdvance.Decide(town.Award(), new("合同终止")).Fault?.Code);
        Assert.Null(ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault);
    }

    [Fact]
    public void While_an_advance_is_open_nothing_is_computed_and_after_it_no_second_one()
    {
        var town = Town.Founded().AdvanceApproved();
        Assert.Equal("award.advance_open", ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);
        Assert.Equal("award.advance_open", ComputeAdvance.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);
        var paid = Town.Founded().AdvancePaid();
        Assert.Equal("award.advance_exists", ComputeAdvance.Decide(paid.Award(), paid.Rules, paid.Earlier, paid.Facts(), paid.At).Fault?.Code);
    }

    [Fact]
    public void Nothing_is_decided_for_good_before_the_city_has_accepted()
    {
        var town = Town.Founded();
        town.Project.ClearAcceptedOn();

        Assert.Equal("award.not_accepted", ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);

        // Without a paid level there is nothing to wait for: what was advanced comes back.
        var failed = Town.Founded().AdvancePaid();
        failed.Project.ClearAcceptedOn();
        failed.After!.Level = 1;
        failed.Computed();
        Assert.Equal((Outcome.Ineligible, Money.OfYuan(120_000)), (failed.Award().Final!.Outcome, failed.Award().Final!.Recover));
    }

    [Theory]
    [InlineData("a-2", null)]
    [InlineData("a-1", "award.other_assessment")]
    [InlineData("", "award.other_assessment")]
    public async Task The_level_that_pays_is_the_one_that_the_project_s_evaluation_recorded(string recorded, string? code)
    {
        var town = Town.Founded();
        town.Project.AfterAssessment = recorded;

        Assert.Equal(code, (await Gathered(town)).Fault?.Code);
    }

    [Fact]
    public async Task A_result_that_took_the_recorded_one_s_place_after_an_objection_pays()
    {
        var town = Town.Founded();
        town.After!.Corrects = town.Project.AfterAssessment;
        town.After.Assessment = "a-3";
        Assert.True((await Gathered(town)).Ok);

        town.After.Corrects = "a-0";
        Assert.Equal("award.other_assessment", (await Gathered(town)).Fault?.Code);
    }

    [Fact]
    public async Task While_the_enterprise_objects_to_its_result_nothing_is_computed()
    {
        var town = Town.Founded();
        town.After!.ObjectionOpen = true;

        Assert.Equal("award.assessment_disputed", (await Gathered(town)).Fault?.Code);
    }

    private static async Task<Result<AwardFacts>> Gathered(Town town) => await GatherFacts.Of(
        Town.City, "p-1", AwardStage.Final,
        (_, _, _) => ValueTask.FromResult<Result<GetProjectReply?>>(town.Project),
        (_, _, _) => ValueTask.FromResult<Result<GetEnterpriseReply?>>(town.Enterprise),
        (_, _, purpose, _) => ValueTask.FromResult<Result<GetResultReply?>>(purpose == "after" ? town.After : null),
        new Fingerprints(new byte[32]), CancellationToken.None);

    [Fact]
    public void Who_approved_the_advance_neither_computes_nor_publicises_the_award()
    {
        var town = Town.Founded().AdvancePaid();

        Assert.Equal("award.same_person", ComputeAward.RefuseApprover(town.Award(), Town.Approver, "computation")?.Fault?.Code);
        Assert.Null(ComputeAward.RefuseApprover(town.Award(), Town.Officer, "computation"));
    }

    [Fact]
    public void A_slip_pays_back_once()
    {
        var town = Town.Founded().AdvancePaid();
        town.After!.Level = 1;
        town.Computed();
        town.Ok(Town.Approver, town.Approve());
        town.Ok(Town.Finance, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(20_000), "票-1")));

        Assert.Equal("fund.document_repeated", ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(20_000), "票-1")).Fault?.Code);
    }

    [Fact]
    public void Facts_that_do_not_fit_into_an_entry_are_refused()
    {
        var town = Town.Founded();
        var line = town.Project.Lines[0];
        for (var i = 0; i < 400; i++) town.Project.Lines.Add(line.Clone());

        Assert.Equal("award.facts_too_large", ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);
        Assert.Equal("award.facts_too_large", ComputeAdvance.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);
    }

    [Fact]
    public void An_award_is_approved_from_the_day_after_its_publicity_not_before()
    {
        var town = Town.Founded().Computed();
        Assert.Equal("award.not_publicised", town.Approve().Fault?.Code);
        Assert.Equal("award.place", PubliciseAward.Decide(town.Award(), town.Rules, new(" "), town.At).Fault?.Code);
        town.Publicised();
        Assert.Equal(new DateOnly(2026, 7, 13), town.Award().Publicity!.Until);
        Assert.Equal("award.not_computed", PubliciseAward.Decide(town.Award(), town.Rules, new("再次"), town.At).Fault?.Code);

        town.PublicityOver();
        town.At -= TimeSpan.FromMicroseconds(1);
        Assert.Equal("award.publicity_running", town.Approve().Fault?.Code);
        town.At += TimeSpan.FromMicroseconds(1);
        town.Ok(Town.Approver, town.Approve());
        Assert.Equal("award.not_computed", town.Approve().Fault?.Code);
        Assert.Equal("award.decided", ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);
    }

    [Fact]
    public void Publicity_without_a_calendar_is_refused()
    {
        var town = Town.Founded();
        town.At = new(2026, 12, 30, 9, 0, 0, ChinaTime.Offset);
        town.Computed();

        Assert.Equal("calendar.missing", PubliciseAward.Decide(town.Award(), town.Rules, new("网站"), town.At).Fault?.Code);
    }

    [Theory]
    [InlineData("bureau-1")]
    [InlineData("district-1")]
    public void Who_handled_project_or_award_cannot_approve_it_and_the_attempt_stays_on_record(string sub)
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();
        var refused = town.Approve(new Defaults.Identity.Actor(Role.BureauApprover, sub, Town.City));

        Assert.Equal("award.same_person", refused.Fault?.Code);
        Assert.Equal(new ApprovalRefused("award", "award.same_person"), Assert.Single(refused.Changes).Event);
        town.Do(Town.Approver, refused);
        Assert.Equal(AwardStatus.Publicised, town.Award().Status);
        Assert.Null(town.Approve().Fault);
    }

    [Theory]
    [InlineData("200000.01", "x", "award.above_entitlement")]
    [InlineData("200000.00", null, null)]
    [InlineData("199999.99", null, "award.reason_missing")]
    [InlineData("199999.99", "控制总额", null)]
    [InlineData("-0.01", "x", "award.amount_negative")]
    public void More_than_the_rule_gives_is_refused_and_less_needs_a_reason(string amount, string? reason, string? code) =>
        Assert.Equal(code, Town.Founded().Computed().Publicised().PublicityOver().Approve(amount: amount, reason: reason).Fault?.Code);

    [Fact]
    public void A_plan_has_a_number() =>
        Assert.Equal("award.plan_number", Town.Founded().Computed().Publicised().PublicityOver().Approve(plan: "").Fault?.Code);

    [Fact]
    public void Without_sources_named_an_award_draws_on_the_fund_of_its_advance()
    {
        var town = Town.Founded().AdvancePaid().Computed().Publicised().PublicityOver();

        Assert.Equal("award.other_fund", town.Approve(new("other", "1号")).Fault?.Code);
    }

    [Fact]
    public void An_award_beyond_what_the_fund_has_left_waits()
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();
        var poor = town.Fund with { Ledger = town.Fund.Ledger.Post(new Posting(Fund.Available(FundPool.Renovation), Fund.Reserved(FundPool.Renovation), Money.OfYuan(79_800_001))).Value };

        Assert.Equal("ledger.insufficient", ApproveAward.Decide(town.Award(), _ => poor, town.Rules, town.Earlier, new(Town.FundId, "1号"), Town.Approver, town.At).Fault?.Code);
    }

    [Fact]
    public void A_second_award_of_the_enterprise_meanwhile_asks_for_a_new_computation()
    {
        var town = Town.Founded().Computed().Publicised().PublicityOver();
        town.Ok(Town.Approver, Decision.Accept(EnterpriseAwards.Noun.StreamOf(Town.Company), new EnterpriseAwarded(Town.Company, "p-0", Money.OfYuan(100_000))));
        Assert.Equal("award.facts_changed", town.Approve().Fault?.Code);

        town.Computed();
        Assert.Equal(Money.OfYuan(150_000), town.Award().Final!.Payable);
        Assert.Equal("award.not_publicised", town.Approve().Fault?.Code);
    }

    [Fact]
    public void A_blocked_award_goes_no_further_until_it_is_computed_again()
    {
        var town = Town.Founded();
        town.Enterprise.CreditLists.Add("tax-violation");
        town.Computed();
        Assert.Equal(Outcome.Blocked, town.Award().Final!.Outcome);
        Assert.Equal("award.not_payable", PubliciseAward.Decide(town.Award(), town.Rules, new("网站"), town.At).Fault?.Code);
        Assert.Equal("award.not_payable", town.Approve().Fault?.Code);

        town.Enterprise.CreditLists.Clear();
        Assert.Equal(AwardStatus.Publicised, town.Computed().Publicised().Award().Status);
    }

    [Fact]
    public void An_open_objection_stops_approval_and_an_upheld_one_asks_for_a_new_computation()
    {
        var town = Town.Founded().Computed().Publicised();
        PersonalRef said = new("r", "h");
        town.Ok(Town.Officer, ObjectToAward.Decide(town.Award(), "o1", said, town.At)).Ok(Town.Officer, ObjectToAward.Decide(town.Award(), "o2", said, town.At));
        Assert.Equal("award.objection_open", ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At).Fault?.Code);
        town.PublicityOver();
        Assert.Equal("award.not_on_show", ObjectToAward.Decide(town.Award(), "o3", said, town.At).Fault?.Code);
        Assert.Equal("award.objection_open", town.Approve().Fault?.Code);
        Assert.Equal("award.same_person", DecideObjection.Decide(town.Award(), "o1", new(false, "不成立"), Town.Officer).Fault?.Code);
        Assert.Equal("objection.reason", DecideObjection.Decide(town.Award(), "o1", new(false, ""), Town.Approver).Fault?.Code);
        Assert.Equal("objection.unknown", DecideObjection.Decide(town.Award(), "o9", new(false, "x"), Town.Approver).Fault?.Code);

        town.Ok(Town.Approver, DecideObjection.Decide(town.Award(), "o1", new(false, "不成立"), Town.Approver));
        Assert.Equal("objection.decided", DecideObjection.Decide(town.Award(), "o1", new(true, "x"), Town.Approver).Fault?.Code);
        town.Ok(Town.Approver, DecideObjection.Decide(town.Award(), "o2", new(true, "成立"), Town.Approver));
        Assert.Equal("award.overturned", town.Approve().Fault?.Code);
        Assert.Equal("award.overturned", PubliciseAward.Decide(town.Award(), town.Rules, new("网站"), town.At).Fault?.Code);
        Assert.Null(town.Computed().Publicised().PublicityOver().Approve().Fault);
    }

    [Fact]
    public void Objections_to_one_award_are_bounded()
    {
        var town = Town.Founded().Computed().Publicised();
        for (var i = 0; i < 100; i++) town.Ok(Town.Officer, ObjectToAward.Decide(town.Award(), $"o{i}", new("r", "h"), town.At));

        Assert.Equal("award.objections_full", ObjectToAward.Decide(town.Award(), "o100", new("r", "h"), town.At).Fault?.Code);
        Assert.Equal("award.statement", ObjectToAward.StatementWrong.Code);
    }

    [Fact]
    public void What_was_advanced_too_much_comes_back_in_parts_and_closes_the_award()
    {
        var town = Town.Founded().AdvancePaid();
        town.After!.Level = 1;
        town.Computed();
        Assert.Equal((Outcome.Ineligible, Money.OfYuan(120_000)), (town.Award().Final!.Outcome, town.Award().Final!.Recover));
        town.Ok(Town.Approver, town.Approve());

        Assert.Equal(AwardStatus.RecoveryDue, town.Award().Status);
        Assert.Equal(Money.OfYuan(120_000), town.Fund.Ledger[Fund.ToRecover(FundPool.Renovation)]);
        Assert.Equal(0, town.Earlier.Projects);
        Assert.Equal("award.recovery_amount", ReceiveRecovery.Decide(town.Award(), town.FundOf, new(new(12_000_001), "票-1")).Fault?.Code);
        Assert.Equal("award.recovery_amount", ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.Zero, "票-1")).Fault?.Code);
        Assert.Equal("award.recovery_document", ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(1), "")).Fault?.Code);

        town.Ok(Town.Finance, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(20_000), "票-1")));
        Assert.Equal(AwardStatus.RecoveryDue, town.Award().Status);
        town.Ok(Town.Finance, ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(100_000), "票-2")));
        Assert.Equal(AwardStatus.Closed, town.Award().Status);
        Assert.Equal(Money.OfYuan(80_000_000), town.Fund.Ledger[Fund.Available(FundPool.Renovation)]);
        Assert.Equal("award.no_recovery", ReceiveRecovery.Decide(town.Award(), town.FundOf, new(Money.OfYuan(1), "票-3")).Fault?.Code);
        Assert.Null(RecomputeAward.Recompute(town.Entries));
    }

    [Theory]
    [InlineData(Outcome.Payable, true)]
    [InlineData(Outcome.NothingPayable, true)]
    [InlineData(Outcome.Ineligible, true)]
    [InlineData(Outcome.Late, true)]
    [InlineData(Outcome.Refused, false)]
    [InlineData(Outcome.Blocked, false)]
    [InlineData(Outcome.Incomplete, false)]
    public void Only_a_decided_outcome_is_approved(object outcome, bool approvable) => Assert.Equal(approvable, ApproveAward.Approvable((Outcome)outcome));
}
