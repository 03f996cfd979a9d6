using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Projects;

/// <summary>Evaluation, audit, acceptance and claim: who may, and in which order.</summary>
public class JudgementTests
{
    [Fact]
    public void Evaluation_and_audit_are_done_in_either_order()
    {
        var journey = Journey.To(ProjectState.DistrictVerified);
        journey.Assigned();
        Assert.Null(journey.Audit());
        Assert.Equal(ProjectState.DistrictVerified, journey.Project.State);
        Assert.Null(journey.Evaluate());
        Assert.Equal(ProjectState.Evaluated, journey.Project.State);
    }

    [Fact]
    public void An_audit_that_nobody_asks_for_is_waived_with_a_reason_and_then_the_evaluation_is_enough()
    {
        var journey = Journey.To(ProjectState.DistrictVerified);
        Assert.Null(journey.Evaluate());
        Assert.Equal(ProjectState.DistrictVerified, journey.Project.State);
        Assert.Null(journey.Take(Officer, WaiveAudit.Decide(journey.Project, new(Because("本市规则未要求专项审计")), Officer)));

        Assert.Equal(ProjectState.Evaluated, journey.Project.State);
        Assert.False(PerformanceGrpc.ReplyOf(journey.Project).HasAuditedSpendFen);
        Assert.Equal(journey.Project.Attempt!.Evaluation!.DoneAt, journey.Project.EvaluationDoneAt);
    }

    [Fact]
    public void Who_sells_to_the_project_or_is_renovated_may_not_judge_it_and_the_attempt_stays_on_record()
    {
        var project = Journey.To(ProjectState.DistrictVerified).Project;
        foreach (var org in new[] { ProviderCode, EnterpriseCode })
        {
            var evaluation = RecordEvaluation.Decide(project, new(new("as-1"), Now, Docs(DocumentCode.EvaluationReport)), Found("as-1"), Stored, Evaluator with { Org = org }, Now);
            var assignment = AssignAudit.Decide(project, new(new(org)), Officer);
            Assert.Equal("evaluator.not_independent", evaluation.Fault?.Code);
            Assert.Equal("evaluator.not_independent", assignment.Fault?.Code);
            Assert.IsType<EvaluatorRefused>(Assert.Single(evaluation.Changes).Event);
            Assert.IsType<EvaluatorRefused>(Assert.Single(assignment.Changes).Event);
        }
    }

    [Fact]
    public void An_evaluation_is_the_confirmed_result_that_this_evaluator_found_on_site()
    {
        var project = Journey.To(ProjectState.DistrictVerified).Project;
        Decision Record(ResultFacts? result) => RecordEvaluation.Decide(project, new(new("as-1"), Now, Docs(DocumentCode.EvaluationReport)), result, Stored, Evaluator, Now);

        var recorded = Assert.IsType<EvaluationRecorded>(Assert.Single(Record(Found("as-1")).Changes).Event);
        Assert.Equal((2, "third-party", "assessment/as-1"), (recorded.Level, recorded.Mode, recorded.Source!.Stream));
        Assert.Equal("evaluation.other_result", Record(null).Fault?.Code);
        Assert.Equal("evaluation.other_result", Record(Found("as-2")).Fault?.Code);
        Assert.Equal("evaluation.not_on_site", Record(Found("as-1") with { Mode = "self" }).Fault?.Code);
        Assert.Equal("evaluation.not_on_site", Record(Found("as-1") with { Mode = "provider" }).Fault?.Code);
        Assert.Equal("evaluation.not_on_site", Record(Found("as-1") with { Evaluator = "evaluation-9" }).Fault?.Code);
    }

    [Fact]
    public void Only_the_assigned_auditor_records_an_audit_and_only_once()
    {
        var journey = Journey.To(ProjectState.DistrictVerified);
        Assert.Equal("audit.not_assigned", journey.Audit()?.Code);
        journey.Assigned();
        Assert.Equal("audit.not_assigned", RecordAudit.Decide(journey.Project, new(Money.Zero, Now, Docs(DocumentCode.AuditReport)), Stored, Evaluator, Now).Fault?.Code);
        Assert.Null(journey.Audit());
        Assert.Equal("audit.recorded", journey.Audit()?.Code);
        Assert.Equal("audit.recorded", AssignAudit.Decide(journey.Project, new(new("350800-firm")), Officer).Fault?.Code);
        Assert.Equal("audit.recorded", WaiveAudit.Decide(journey.Project, new(Because()), Officer).Fault?.Code);
    }

    [Fact]
    public void An_evaluation_is_recorded_once()
    {
        var journey = Journey.To(ProjectState.DistrictVerified);
        Assert.Null(journey.Evaluate());
        Assert.Equal("evaluation.recorded", journey.Evaluate()?.Code);
    }

    [Theory]
    [InlineData("0.00", null)]
    [InlineData("-0.01", "amount.negative")]
    public void Audited_spend_may_be_nothing_and_not_less(string spend, string? code) =>
        Assert.Equal(code, RecordAudit.Decide(Journey.To(ProjectState.DistrictVerified).Assigned(), new(Yuan(spend), Now, Docs(DocumentCode.AuditReport)), Stored, Auditor, Now).Fault?.Code);

    [Fact]
    public void Findings_are_bounded()
    {
        Assert.Null(Code(15));
        Assert.Equal("list.size", Code(16));

        static string? Code(int findings) => RecordAudit.Decide(
            Journey.To(ProjectState.DistrictVerified).Assigned(), new(Money.Zero, Now, Docs(DocumentCode.AuditReport), [.. Enumerable.Repeat(Because(), findings)]), Stored, Auditor, Now).Fault?.Code;
    }

    [Theory]
    [InlineData(-1, "acceptance.satisfaction")]
    [InlineData(0, null)]
    [InlineData(100, null)]
    [InlineData(101, "acceptance.satisfaction")]
    public void Satisfaction_is_0_to_100(int satisfaction, string? code) =>
        Assert.Equal(code, AcceptProject.Decide(Journey.To(ProjectState.Evaluated).Project, new(new(2026, 7, 2), Docs(DocumentCode.Minutes), satisfaction), Stored, Approver, Now).Fault?.Code);

    [Fact]
    public void A_claim_is_submitted_once_and_with_the_promise_that_it_is_true()
    {
        var project = Journey.To(ProjectState.Accepted).Project;
        Assert.Equal("claim.promise_missing", SubmitClaim.Decide(project, new(false), Enterprise).Fault?.Code);
        Assert.Null(SubmitClaim.Decide(project, new(true), Enterprise).Fault);
        Assert.Equal("project.wrong_state", SubmitClaim.Decide(Journey.To(ProjectState.Claimed).Project, new(true), Enterprise).Fault?.Code);
    }

    [Theory]
    [InlineData("1", null)]
    [InlineData("3", null)]
    [InlineData("4", "batch.unknown")]
    [InlineData("", "batch.unknown")]
    public void A_batch_is_1_2_or_3(string batch, string? code) => Assert.Equal(code, AssignBatch.Decide(Journey.To(ProjectState.Filed).Project, new(batch), Officer).Fault?.Code);

    [Fact]
    public void A_provider_that_only_diagnosed_takes_no_part_in_the_works()
    {
        var journey = Journey.To(ProjectState.Filed);
        var diagnosedByOther = journey.Project with { Diagnosis = journey.Project.Diagnosis! with { By = OtherCode } };

        Assert.Equal("project.no_contract", ReportMilestone.Decide(diagnosedByOther, new(new("上线"), Today, Docs(DocumentCode.MilestoneReport)), Stored, OtherSeller, Now).Fault?.Code);
        Assert.Equal("project.no_contract", CompleteProject.Decide(diagnosedByOther with { State = ProjectState.Implementing }, new(Today, []), Stored, OtherSeller, Now).Fault?.Code);
    }

    [Fact]
    public void Milestones_are_bounded()
    {
        var project = Journey.To(ProjectState.Implementing).Project;
        var full = project with { Milestones = [.. Enumerable.Repeat(project.Milestones[0], Project.MilestonesMax)] };

        Assert.Equal("milestone.too_many", ReportMilestone.Decide(full, new(new("上线"), Today, Docs(DocumentCode.MilestoneReport)), Stored, Seller, Now).Fault?.Code);
        Assert.Null(ReportMilestone.Decide(full with { Milestones = [.. full.Milestones.Skip(1)] }, new(new("上线"), Today, Docs(DocumentCode.MilestoneReport)), Stored, Seller, Now).Fault);
    }

    [Fact]
    public void A_provider_sees_its_own_contracts_lines_and_files_only()
    {
        var project = Journey.To(ProjectState.Claimed).Project with { Diagnosis = new(new(2025, 2, 10), OtherCode, true, 1, null, []) };

        var own = project.SeenBy(Seller);
        Assert.Single(own.Contracts);
        Assert.All(own.Documents, d => Assert.Equal(ProviderCode, d.By));
        Assert.Null(own.Attempt!.Audit);
        Assert.True(project.IsOf(OtherSeller));
        var others = project.SeenBy(OtherSeller);
        Assert.Empty(others.Contracts);
        Assert.Empty(others.Lines);
        Assert.Same(project, project.SeenBy(Enterprise));
    }
}
