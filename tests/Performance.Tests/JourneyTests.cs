using PilotCity.Defaults.Identity;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests;

/// <summary>The whole way, and the ways back.</summary>
public class JourneyTests
{
    [Fact]
    public void A_project_goes_from_the_diagnosis_to_the_claim_and_every_step_keeps_who_and_when()
    {
        var project = Journey.To(ProjectState.Claimed).Project;

        Assert.Equal(
            [
                ProjectState.Diagnosed, ProjectState.Contracted, ProjectState.Contracted, ProjectState.FilingChecked, ProjectState.Filed, ProjectState.Implementing,
                ProjectState.Implementing, ProjectState.Completed, ProjectState.AcceptanceApplied, ProjectState.DistrictVerified, ProjectState.DistrictVerified,
                ProjectState.DistrictVerified, ProjectState.Evaluated, ProjectState.Accepted, ProjectState.Claimed,
            ],
            project.Steps.Select(s => s.State));
        Assert.All(project.Steps, s => Assert.Equal(Now, s.At));
        Assert.Equal(("app-1", Role.BureauApprover), project.Steps.Where(s => s.Name == nameof(ProjectAccepted)).Select(s => (s.Actor, s.Role)).Single());
        Assert.Equal(new DateOnly(2026, 7, 2), project.AcceptedOn);
        Assert.Equal(Now, project.ClaimSubmittedAt);
        Assert.Contains(DocumentCode.Minutes, project.CodesOnFile);
    }

    [Fact]
    public void The_answer_for_an_award_decision_holds_what_the_decision_asks()
    {
        var reply = PerformanceGrpc.ReplyOf(Journey.To(ProjectState.Claimed).Project);

        Assert.Equal(
            ("claimed", "single", "2025-06-10", "2026-05-25", "2026-06-08", "2026-07-02"),
            (reply.State, reply.Type, reply.FiledOn, reply.CompletedOn, reply.AcceptanceAppliedOn, reply.AcceptedOn));
        Assert.Equal(("HT-1", 40_000_000, 12_000_000, "2025-03-18", ProviderCode), (
            reply.Contracts[0].Id, reply.Contracts[0].AmountFen, reply.Contracts[0].DownPaymentFen, reply.Contracts[0].DownPaymentPaidOn, reply.Contracts[0].Provider));
        Assert.Equal(("software-licence", "26351000000020104676", 10_000_000, 1_300_000, 11_300_000), (
            reply.Lines[0].Category, reply.Lines[0].InvoiceNumber, reply.Lines[0].NetFen, reply.Lines[0].VatFen, reply.Lines[0].Payments[0].AmountFen));
        Assert.Equal(("as-after-1", 11_300_000), (reply.AfterAssessment, reply.AuditedSpendFen));
        Assert.Equal("district-officer", reply.Steps[9].Role);
        Assert.False(reply.HasBatch);
        // Codes of our own states are not the rules' vocabulary.
        Assert.Contains("completion-report", reply.Documents);
        Assert.DoesNotContain("minutes", reply.Documents);
        // The audit was the last of the two.
        Assert.Equal(new DateTimeOffset(2026, 6, 25, 1, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds() * 1_000, reply.EvaluationDoneMicros);
    }

    [Fact]
    public void What_has_not_happened_is_absent_from_the_answer()
    {
        var reply = PerformanceGrpc.ReplyOf(Journey.To(ProjectState.Diagnosed).Project);

        Assert.False(reply.HasFiledOn || reply.HasCompletedOn || reply.HasAcceptanceAppliedOn || reply.HasAcceptedOn || reply.HasDistrictCheckMicros
            || reply.HasEvaluationDoneMicros || reply.HasClaimSubmittedMicros || reply.HasAuditedSpendFen || reply.HasAfterAssessment);
    }

    [Fact]
    public void A_rejected_acceptance_can_be_tried_again_and_both_attempts_count()
    {
        var journey = Journey.To(ProjectState.Evaluated);

        Assert.Null(journey.Take(Approver, RejectAcceptance.Decide(journey.Project, new(Because("两处系统未上线")), Approver)));
        Assert.Equal((ProjectState.Completed, 1), (journey.Project.State, journey.Project.Attempts));
        Assert.Null(journey.Project.Attempt);

        Assert.Null(journey.Take(Enterprise, ApplyForAcceptance.Decide(journey.Project, new(new(2026, 7, 10), []), Stored, Enterprise, Now)));
        Assert.Equal((ProjectState.AcceptanceApplied, 2), (journey.Project.State, journey.Project.Attempts));
        Assert.Contains(journey.Project.Steps, s => s.Name == nameof(AcceptanceRejected) && s.Note == "两处系统未上线");
    }

    [Theory]
    [InlineData(ProjectState.FilingChecked, ProjectState.Contracted)]
    [InlineData(ProjectState.Completed, ProjectState.Implementing)]
    [InlineData(ProjectState.AcceptanceApplied, ProjectState.Completed)]
    [InlineData(ProjectState.DistrictVerified, ProjectState.Completed)]
    [InlineData(ProjectState.Evaluated, ProjectState.Completed)]
    public void The_bureau_returns_what_was_handed_in_with_a_reason(ProjectState from, ProjectState to)
    {
        var journey = Journey.To(from);

        Assert.Null(journey.Take(Officer, ReturnProject.Decide(journey.Project, new(Because("材料不符")), Officer)));

        Assert.Equal(to, journey.Project.State);
        Assert.Equal("材料不符", journey.Project.Steps[^1].Note);
    }

    [Fact]
    public void The_district_returns_only_what_it_is_asked_to_verify()
    {
        var applied = Journey.To(ProjectState.AcceptanceApplied).Project;
        var verified = Journey.To(ProjectState.DistrictVerified).Project;

        Assert.Null(ReturnProject.Decide(applied, new(Because()), DistrictOfficer).Fault);
        Assert.Equal("project.nothing_to_return", ReturnProject.Decide(verified, new(Because()), DistrictOfficer).Fault?.Code);
        Assert.Equal("project.unknown", ReturnProject.Decide(applied, new(Because()), DistrictOfficer with { Org = "350802" }).Fault?.Code);
    }

    [Fact]
    public void A_suspended_project_goes_on_where_it_was_and_a_terminated_one_does_not()
    {
        var journey = Journey.To(ProjectState.Implementing);

        Assert.Null(journey.Take(Officer, SuspendProject.Decide(journey.Project, new(Because("停产")), Officer)));
        Assert.Equal("project.wrong_state", journey.Spend(Line())?.Code);
        Assert.Null(journey.Take(Officer, ResumeProject.Decide(journey.Project, new(Because("复产")), Officer)));
        Assert.Equal(ProjectState.Implementing, journey.Project.State);

        Assert.Null(journey.Take(Approver, TerminateProject.Decide(journey.Project, new(Because("破产")), Approver)));
        Assert.Equal(ProjectState.Terminated, journey.Project.State);
        Assert.Equal("project.wrong_state", ResumeProject.Decide(journey.Project, new(Because()), Officer).Fault?.Code);
        Assert.Equal("project.wrong_state", SuspendProject.Decide(journey.Project, new(Because()), Officer).Fault?.Code);
        Assert.Equal("project.wrong_state", TerminateProject.Decide(journey.Project, new(Because()), Approver).Fault?.Code);
    }
}
