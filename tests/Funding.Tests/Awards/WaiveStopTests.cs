using PilotCity.Defaults.Identity;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>What stops an award until a person decides: who may, on what, and what becomes of it.</summary>
public class WaiveStopTests
{
    private const string Invoice = "26351000000020104676";

    [Fact]
    public void A_credit_list_that_a_person_lets_pass_no_longer_blocks_the_award_nor_its_payment()
    {
        var town = Listed();
        Assert.Equal((Outcome.Blocked, "award.not_payable"), (town.Award().Final!.Outcome, PubliciseAward.Decide(town.Award(), town.Rules, new("网站"), town.At).Fault?.Code));
        town.Ok(Town.Approver, Waive(town, WaiverKind.CreditList, "abnormal-operation", Town.Approver));
        Assert.Equal(Outcome.Blocked, town.Award().Final!.Outcome);

        town.Computed().Publicised().PublicityOver().Ok(Town.Approver, town.Approve());
        town.Account().Batched("b1").Released("b1");
        Assert.Null(town.Batch("b1").Lines[0].Code);
        Assert.Null(RecomputeAward.Recompute(town.Entries));
    }

    [Fact]
    public void A_list_that_came_since_still_stops_the_payment()
    {
        var town = Listed();
        town.Ok(Town.Approver, Waive(town, WaiverKind.CreditList, "abnormal-operation", Town.Approver));
        town.Computed().Publicised().PublicityOver().Ok(Town.Approver, town.Approve());
        town.Enterprise.CreditLists.Add("tax-violation");
        town.Account().Batched("b1").Released("b1");
        Assert.Equal("enterprise.on_credit_list", town.Batch("b1").Lines[0].Code);
    }

    [Fact]
    public void An_invoice_claimed_elsewhere_is_let_pass_by_its_number_and_no_other()
    {
        var town = Town.Founded();
        town.Project.Lines[0].InvoiceNumber = Invoice;
        town.Project.Lines[0].ClaimedIn = "省级技改";
        town.Computed();
        Assert.Equal(Outcome.Blocked, town.Award().Final!.Outcome);
        Assert.Equal("award.nothing_to_waive", Waive(town, WaiverKind.ClaimedInvoice, "1", Town.Releaser).Fault?.Code);
        town.Ok(Town.Releaser, Waive(town, WaiverKind.ClaimedInvoice, Invoice, Town.Releaser));
        Assert.Equal(Outcome.Payable, town.Computed().Award().Final!.Outcome);

        town.Project.Lines[0].InvoiceNumber = "26351000000020104677";
        Assert.Equal(Outcome.Blocked, town.Computed().Award().Final!.Outcome);
    }

    [Theory]
    [InlineData(nameof(WaiverKind.CreditList), Role.BureauApprover, true)]
    [InlineData(nameof(WaiverKind.CreditList), Role.FinanceApprover, true)]
    [InlineData(nameof(WaiverKind.ClaimedInvoice), Role.BureauApprover, false)]
    [InlineData(nameof(WaiverKind.ClaimedInvoice), Role.FinanceApprover, true)]
    [InlineData(nameof(WaiverKind.SecondProject), Role.BureauApprover, true)]
    [InlineData(nameof(WaiverKind.SecondProject), Role.FinanceApprover, false)]
    public void Each_stop_is_for_those_whose_it_is(string named, Role role, bool may)
    {
        var kind = Enum.Parse<WaiverKind>(named);
        Assert.Equal(may, WaiveStop.May(kind, role));
        Assert.Equal(may ? "award.nothing_to_waive" : "award.waiver_role", Waive(Town.Founded().Computed(), kind, "x", new(role, "someone", Town.City)).Fault?.Code);
    }

    [Fact]
    public void Only_what_stopped_the_last_computation_is_let_pass_with_a_reason_and_before_the_award_is_decided()
    {
        Assert.Equal("award.not_computed", Waive(Town.Founded(), WaiverKind.CreditList, "abnormal-operation", Town.Approver).Fault?.Code);
        var town = Listed();
        Assert.Equal("award.nothing_to_waive", Waive(town, WaiverKind.CreditList, "tax-violation", Town.Approver).Fault?.Code);
        Assert.Equal("award.waiver_reason", Waive(town, WaiverKind.CreditList, "abnormal-operation", Town.Approver, " ").Fault?.Code);
        Assert.Equal("award.waiver_reason", Waive(town, WaiverKind.CreditList, "abnormal-operation", Town.Approver, new string('因', 501)).Fault?.Code);
        Assert.Null(Waive(town, WaiverKind.CreditList, "abnormal-operation", Town.Approver, new string('因', 500)).Fault);
        Assert.Equal("award.decided", Waive(Town.Founded().Approved(), WaiverKind.CreditList, "abnormal-operation", Town.Approver).Fault?.Code);
    }

    [Fact]
    public void Who_handled_the_award_lets_nothing_pass_and_who_did_neither_computes_nor_pays_it()
    {
        var town = Listed();
        var refused = WaiveStop.Decide(town.Award(), new(WaiverKind.CreditList, "已核实", "abnormal-operation"), new(Role.BureauApprover, Town.Officer.Sub, Town.City));
        Assert.Equal(("award.same_person", new ApprovalRefused("waiver", "award.same_person")), (refused.Fault?.Code, Assert.Single(refused.Changes).Event));

        town.Ok(Town.Releaser, Waive(town, WaiverKind.CreditList, "abnormal-operation", Town.Releaser));
        Assert.True(town.Award().Touched(Town.Releaser.Sub));
        Assert.NotNull(ComputeAward.RefuseApprover(town.Award(), Town.Releaser, "computation"));
    }

    [Fact]
    public void Nothing_but_the_stop_that_was_let_pass_is_taken_out_of_a_case()
    {
        var @case = Sample.Case with { Enterprise = Sample.Case.Enterprise with { ProjectsAwarded = 1, CreditLists = [CreditList.AbnormalOperation, CreditList.TaxViolation] } };
        var waived = Waiver.Apply([new(WaiverKind.SecondProject, "", "a", "r"), new(WaiverKind.CreditList, "tax-violation", "a", "r")], @case);

        Assert.Equal((0, CreditList.AbnormalOperation), (waived.Enterprise.ProjectsAwarded, Assert.Single(waived.Enterprise.CreditLists!.Value)));
        Assert.Same(@case, Waiver.Apply([], @case));
        Assert.Equal([new(WaiverKind.CreditList, "abnormal-operation"), new(WaiverKind.CreditList, "tax-violation"), new(WaiverKind.SecondProject, "")], Waiver.StopsOf(@case).Where(s => s.Kind != WaiverKind.ClaimedInvoice));
    }

    private static Town Listed()
    {
        var town = Town.Founded();
        town.Enterprise.CreditLists.Add("abnormal-operation");
        return town.Computed();
    }

    private static Defaults.Log.Decision Waive(Town town, WaiverKind kind, string key, Actor actor, string reason = "已核实") =>
        WaiveStop.Decide(town.Award(), new(kind, reason, key), actor);
}
