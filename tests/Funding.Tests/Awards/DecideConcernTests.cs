using PilotCity.Defaults.Identity;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Claims;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>Related parties and claims made elsewhere hold an award until a person has said why they do not.</summary>
public class DecideConcernTests
{
    private const string Provider = "91350800MA0041E869";
    private static readonly Concern Phone = Concern.Shared("phone", Provider, Town.Company);
    private static readonly Concern Invoice = Concern.Duplicate(MarkKind.Invoice, new string('a', 32), "350500");

    [Fact]
    public void An_award_with_concerns_is_computed_and_goes_no_further_until_each_is_decided()
    {
        var town = Computed(Phone, Invoice);
        Assert.Equal((Outcome.Payable, "award.concern_open"), (town.Award().Final!.Outcome, Publicise(town)));
        town.Ok(Town.Approver, Decide(town, Phone));
        Assert.Equal("award.concern_open", Publicise(town));
        town.Ok(Town.Approver, Decide(town, Invoice));

        Assert.Null(Publicise(town));
        town.Publicised().PublicityOver().Ok(Town.Approver, town.Approve());
        Assert.Null(RecomputeAward.Recompute(town.Entries));
    }

    [Fact]
    public void An_upheld_concern_stops_the_award_until_it_is_decided_anew()
    {
        var town = Computed(Phone);
        town.Ok(Town.Approver, Decide(town, Phone, dismissed: false));
        Assert.Equal("award.concern_upheld", Publicise(town));
        town.Ok(Town.Approver, Decide(town, Phone));
        Assert.Null(Publicise(town));
    }

    [Fact]
    public void A_decision_holds_for_a_computation_that_finds_the_same_and_not_for_another()
    {
        var town = Computed(Phone);
        town.Ok(Town.Approver, Decide(town, Phone));
        Compute(town, Phone);
        Assert.Null(Publicise(town));
        Compute(town, Phone, Concern.Shared("address", Provider, Town.Company));
        Assert.Equal("award.concern_open", Publicise(town));
        Compute(town);
        Assert.Null(Publicise(town));
    }

    [Fact]
    public void Who_handled_the_award_decides_no_concern_about_it_and_the_attempt_stays_on_record()
    {
        var town = Computed(Phone);
        var decision = DecideConcern.Decide(town.Award(), Phone.Id, new(true, "已核实"), new(Role.BureauApprover, Town.Officer.Sub, Town.City));
        Assert.Equal("award.same_person", decision.Fault?.Code);
        Assert.Equal(new ApprovalRefused("concern", "award.same_person"), Assert.Single(decision.Changes).Event);

        town.Ok(Town.Approver, Decide(town, Phone));
        Assert.Equal("award.same_person", ComputeAward.RefuseApprover(town.Award(), Town.Approver, "computation")?.Fault?.Code);
    }

    [Fact]
    public void A_concern_is_decided_with_a_reason_while_the_award_is_open()
    {
        var town = Computed(Phone);
        Assert.Equal("concern.unknown", DecideConcern.Decide(town.Award(), "x", new(true, "已核实"), Town.Approver).Fault?.Code);
        Assert.Equal("concern.reason", DecideConcern.Decide(town.Award(), Phone.Id, new(true, " "), Town.Approver).Fault?.Code);
        Assert.Equal("concern.reason", DecideConcern.Decide(town.Award(), Phone.Id, new(true, new string('因', 501)), Town.Approver).Fault?.Code);
        Assert.Null(DecideConcern.Decide(town.Award(), Phone.Id, new(true, new string('因', 500)), Town.Approver).Fault);

        town.Ok(Town.Approver, Decide(town, Phone));
        town.Publicised().PublicityOver().Ok(Town.Approver, town.Approve());
        Assert.Equal("award.decided", Decide(town, Phone).Fault?.Code);
    }

    [Fact]
    public void An_advance_waits_for_its_concerns_too()
    {
        var town = Town.Founded();
        town.Ok(Town.Officer, ComputeAdvance.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(AwardStage.Advance) with { Concerns = [Phone] }, town.At));
        Assert.Equal("award.concern_open", Approve());
        town.Ok(Town.Approver, Decide(town, Phone));
        Assert.Null(Approve());

        string? Approve() => ApproveAdvance.Decide(town.Award(), town.Fund, new(Town.FundId, "龙工信〔2025〕9号"), Town.Approver).Fault?.Code;
    }

    [Fact]
    public void An_approval_over_an_open_concern_is_found_offline()
    {
        var town = Computed(Phone);
        var honest = Computed().Publicised().PublicityOver();
        honest.Ok(Town.Approver, honest.Approve());
        var forged = town.Entries.Where(e => e.Type == nameof(AwardComputed)).Concat(honest.Entries.Where(e => e.Type != nameof(AwardComputed))).OrderBy(e => e.Position).ToArray();

        Assert.Null(RecomputeAward.Recompute(honest.Entries));
        Assert.Equal("recompute.out_of_order", RecomputeAward.Recompute(forged)?.Code);
    }

    private static Town Computed(params Concern[] concerns) => Compute(Town.Founded(), concerns);

    private static Town Compute(Town town, params Concern[] concerns) =>
        town.Ok(Town.Officer, ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts() with { Concerns = [.. concerns] }, town.At));

    private static Defaults.Log.Decision Decide(Town town, Concern concern, bool dismissed = true) =>
        DecideConcern.Decide(town.Award(), concern.Id, new(dismissed, "已实地核实"), Town.Approver);

    private static string? Publicise(Town town) => PubliciseAward.Decide(town.Award(), town.Rules, new("https://gxj.example/1"), town.At).Fault?.Code;
}
