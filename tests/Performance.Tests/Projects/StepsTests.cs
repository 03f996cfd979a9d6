using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Projects;

/// <summary>What every step shares: whose project, from which state, on which day, with which documents.</summary>
public class StepsTests
{
    private static readonly DateOnly Tomorrow = Today.AddDays(1);

    private static readonly Dictionary<string, (ProjectState[] From, Actor By, Func<Project, Actor, Decision> Decide)> All = new()
    {
        ["contract"] = ([ProjectState.Diagnosed, ProjectState.Contracted, ProjectState.Filed, ProjectState.Implementing], Enterprise, (p, a) => RegisterContract.Decide(p, Journey.To(ProjectState.Diagnosed).Pool, new(new("HT-2"), new(ProviderCode), new(2025, 3, 2), Yuan("1.00"), Docs(DocumentCode.Contract, DocumentCode.NeedList, DocumentCode.PromiseLetter)), Stored, a, Now)),
        ["filing-check"] = ([ProjectState.Contracted], DistrictOfficer, (p, a) => CheckFiling.Decide(p, new(Because(), Docs(DocumentCode.FilingForm)), Stored, a)),
        ["filing-confirmation"] = ([ProjectState.FilingChecked], Officer, (p, a) => ConfirmFiling.Decide(p, new(new(2025, 6, 10)), a, Now)),
        ["milestone"] = ([ProjectState.Filed, ProjectState.Implementing], Seller, (p, a) => ReportMilestone.Decide(p, new(new("上线"), new(2026, 1, 1), Docs(DocumentCode.MilestoneReport)), Stored, a, Now)),
        ["spend"] = ([ProjectState.Filed, ProjectState.Implementing, ProjectState.Completed], Enterprise, (p, a) => ReportSpend.Decide(p, Streams.Of(), new([Line("9")]), Stored, a, Now)),
        ["completion"] = ([ProjectState.Implementing], Enterprise, (p, a) => CompleteProject.Decide(p, new(new(2026, 5, 25), Docs(DocumentCode.CompletionReport, DocumentCode.InvoicesAndPayments, DocumentCode.InputList)), Stored, a, Now)),
        ["application"] = ([ProjectState.Completed], Enterprise, (p, a) => ApplyForAcceptance.Decide(p, new(new(2026, 6, 8), Docs(DocumentCode.AcceptanceForm, DocumentCode.AfterAssessment)), Stored, a, Now)),
        ["verification"] = ([ProjectState.AcceptanceApplied], DistrictOfficer, (p, a) => VerifyOnSite.Decide(p, new(new(2026, 6, 15), Because(), Docs(DocumentCode.OnSiteRecord, DocumentCode.Photographs)), Stored, a, Now)),
        ["assignment"] = ([ProjectState.AcceptanceApplied, ProjectState.DistrictVerified], Officer, (p, a) => AssignAudit.Decide(p, new(new("350800-firm")), a)),
        ["waiver"] = ([ProjectState.AcceptanceApplied, ProjectState.DistrictVerified], Officer, (p, a) => WaiveAudit.Decide(p, new(Because()), a)),
        ["evaluation"] = ([ProjectState.DistrictVerified], Evaluator, (p, a) => RecordEvaluation.Decide(p, new(new("as-1"), Now, Docs(DocumentCode.EvaluationReport)), Found("as-1"), Stored, a, Now)),
        ["acceptance"] = ([ProjectState.Evaluated], Approver, (p, a) => AcceptProject.Decide(p, new(new(2026, 7, 2), Docs(DocumentCode.Minutes)), Stored, a, Now)),
        ["rejection"] = ([ProjectState.Evaluated], Approver, (p, a) => RejectAcceptance.Decide(p, new(Because()), a)),
        ["claim"] = ([ProjectState.Accepted], Enterprise, (p, a) => SubmitClaim.Decide(p, new(true), a)),
    };

    private static readonly ProjectState[] Path =
    [
        ProjectState.Diagnosed, ProjectState.Contracted, ProjectState.FilingChecked, ProjectState.Filed, ProjectState.Implementing, ProjectState.Completed,
        ProjectState.AcceptanceApplied, ProjectState.DistrictVerified, ProjectState.Evaluated, ProjectState.Accepted, ProjectState.Claimed,
    ];

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_is_taken_from_its_states_and_from_no_other(string name)
    {
        var (from, by, decide) = All[name];
        foreach (var state in Path)
        {
            var code = decide(Journey.To(state).Project, by).Fault?.Code;
            Assert.True((from.Contains(state) ? null : "project.wrong_state") == code, $"{name} from {state}: {code ?? "accepted"}");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void To_another_organisation_the_project_does_not_exist(string name)
    {
        var (from, by, decide) = All[name];
        if (by.Role is Role.Enterprise or Role.Provider or Role.DistrictOfficer)
        {
            Assert.Equal("project.unknown", decide(Journey.To(from[0]).Project, by with { Org = OtherCode }).Fault?.Code);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_officer_who_acted_in_another_role_is_refused_and_the_attempt_stays_on_record(string name)
    {
        var (from, by, decide) = All[name];
        if (by.Role is Role.Enterprise or Role.Provider)
        {
            return;
        }

        // The account that made the diagnosis for the provider comes back as an official.
        var decision = decide(Journey.To(from[0]).Project, by with { Sub = Seller.Sub });

        Assert.Equal("project.same_person", decision.Fault?.Code);
        Assert.IsType<SamePersonRefused>(Assert.Single(decision.Changes).Event);
    }

    [Fact]
    public void The_person_who_verified_may_not_accept()
    {
        var journey = Journey.To(ProjectState.Evaluated);

        Assert.Equal("project.same_person", journey.Accept(by: Approver with { Sub = DistrictOfficer.Sub })?.Code);
        Assert.Equal(nameof(SamePersonRefused), journey.Project.Steps[^1].Name);
        Assert.Equal(ProjectState.Evaluated, journey.Project.State);
        Assert.Null(journey.Accept());
    }

    [Fact]
    public void A_day_that_has_not_come_is_refused_and_today_in_Shanghai_is_not()
    {
        // 00:30 in Shanghai is still yesterday in UTC.
        var at = new DateTimeOffset(2026, 7, 20, 0, 30, 0, ChinaTime.Offset);

        Assert.Null(Sane.Day(Today, at, "/day"));
        Assert.Equal("date.in_future", Sane.Day(Tomorrow, at, "/day")?.Code);
        Assert.Null(Sane.Day(Sane.FirstDay, at, "/day"));
        Assert.Equal("date.too_early", Sane.Day(Sane.FirstDay.AddDays(-1), at, "/day")?.Code);
        Assert.Null(Sane.Moment(at, at, "/at"));
        Assert.Equal("date.in_future", Sane.Moment(at.AddTicks(10), at, "/at")?.Code);
        Assert.Equal("date.too_early", Sane.Moment(default, at, "/at")?.Code);
    }

    [Fact]
    public void Days_of_the_future_are_refused_in_every_step_that_takes_one()
    {
        string?[] codes =
        [
            DiagnoseProject.Decide(ProjectId, new(new(EnterpriseCode), Tomorrow, 1, [], Docs(DocumentCode.DiagnosisReport)), Facts, Stored, Seller, Now).Fault?.Code,
            ConfirmFiling.Decide(Journey.To(ProjectState.FilingChecked).Project, new(Tomorrow), Officer, Now).Fault?.Code,
            ReportMilestone.Decide(Journey.To(ProjectState.Filed).Project, new(new("上线"), Tomorrow, Docs(DocumentCode.MilestoneReport)), Stored, Seller, Now).Fault?.Code,
            CompleteProject.Decide(Journey.To(ProjectState.Implementing).Project, new(Tomorrow, []), Stored, Enterprise, Now).Fault?.Code,
            ApplyForAcceptance.Decide(Journey.To(ProjectState.Completed).Project, new(Tomorrow, []), Stored, Enterprise, Now).Fault?.Code,
            VerifyOnSite.Decide(Journey.To(ProjectState.AcceptanceApplied).Project, new(Tomorrow, Because(), []), Stored, DistrictOfficer, Now).Fault?.Code,
            RecordEvaluation.Decide(Journey.To(ProjectState.DistrictVerified).Project, new(new("as-1"), Now.AddSeconds(1), []), Found("as-1"), Stored, Evaluator, Now).Fault?.Code,
            Journey.To(ProjectState.Evaluated).Accept(on: Tomorrow)?.Code,
        ];

        Assert.All(codes, code => Assert.Equal("date.in_future", code));
    }

    [Fact]
    public void Days_in_the_wrong_order_are_refused_and_the_same_day_is_not()
    {
        var diagnosed = Journey.To(ProjectState.FilingChecked).Project;
        var implementing = Journey.To(ProjectState.Implementing).Project;
        var completed = Journey.To(ProjectState.Completed).Project;
        var applied = Journey.To(ProjectState.AcceptanceApplied).Project;
        var verified = Journey.To(ProjectState.DistrictVerified).Project;
        var done = Docs(DocumentCode.CompletionReport, DocumentCode.InvoicesAndPayments, DocumentCode.InputList);
        var handedIn = Docs(DocumentCode.AcceptanceForm, DocumentCode.AfterAssessment);
        var seen = Docs(DocumentCode.OnSiteRecord, DocumentCode.Photographs);
        var startOfCompletion = ChinaTime.StartOf(new(2026, 5, 25));

        Check(day => ConfirmFiling.Decide(diagnosed, new(day), Officer, Now), new(2025, 3, 1));
        Check(day => CompleteProject.Decide(implementing, new(day, done), Stored, Enterprise, Now), new(2025, 3, 1));
        Check(day => ApplyForAcceptance.Decide(completed, new(day, handedIn), Stored, Enterprise, Now), new(2026, 5, 25));
        Check(day => VerifyOnSite.Decide(applied, new(day, Because(), seen), Stored, DistrictOfficer, Now), new(2026, 5, 25));
        Check(day => RecordEvaluation.Decide(verified, new(new("as-1"), ChinaTime.StartOf(day), Docs(DocumentCode.EvaluationReport)), Found("as-1"), Stored, Evaluator, Now), new(2026, 5, 25));
        Check(day => RecordAudit.Decide(Journey.To(ProjectState.DistrictVerified).Assigned(), new(Money.Zero, ChinaTime.StartOf(day), Docs(DocumentCode.AuditReport)), Stored, Auditor, Now), new(2026, 5, 25));
        Check(day => AcceptProject.Decide(Journey.To(ProjectState.Evaluated).Project, new(day, Docs(DocumentCode.Minutes)), Stored, Approver, Now), new(2026, 6, 25));
        Assert.Equal("date.out_of_order", RecordEvaluation.Decide(verified, new(new("as-1"), startOfCompletion.AddTicks(-10), Docs(DocumentCode.EvaluationReport)), Found("as-1"), Stored, Evaluator, Now).Fault?.Code);

        static void Check(Func<DateOnly, Decision> decide, DateOnly first)
        {
            Assert.Null(decide(first).Fault);
            Assert.Equal("date.out_of_order", decide(first.AddDays(-1)).Fault?.Code);
        }
    }

    [Theory]
    [MemberData(nameof(Lacking))]
    public void A_step_without_a_document_that_its_state_asks_for_is_refused_and_the_document_is_named(string missing, Func<Document[], Decision> decide, DocumentCode[] needed)
    {
        var fault = decide([.. needed.Where(c => Document.Word(c) != missing).Select(Doc)]).Fault;

        Assert.Equal("evidence.needed", fault?.Code);
        Assert.Equal("AC48", fault?.Clause);
        Assert.Contains(missing, fault!.Message.Zh, StringComparison.Ordinal);
        Assert.Contains(missing, Assert.Single(fault.Details).Message.En, StringComparison.Ordinal);
    }

    public static TheoryData<string, Func<Document[], Decision>, DocumentCode[]> Lacking
    {
        get
        {
            var data = new TheoryData<string, Func<Document[], Decision>, DocumentCode[]>();
            Add(d => DiagnoseProject.Decide(ProjectId, new(new(EnterpriseCode), new(2025, 2, 10), 1, [], d), Facts, Stored, Seller, Now), DocumentCode.DiagnosisReport);
            Add(d => RegisterContract.Decide(Journey.To(ProjectState.Diagnosed).Project, Journey.To(ProjectState.Diagnosed).Pool, new(ContractNo, new(ProviderCode), new(2025, 3, 1), Yuan("1.00"), d), Stored, Enterprise, Now), DocumentCode.Contract, DocumentCode.NeedList, DocumentCode.PromiseLetter);
            Add(d => ReportDownPayment.Decide(Journey.To(ProjectState.Contracted).Project, "HT-1", new(new(2025, 3, 18), Yuan("120000.00"), d), Stored, Enterprise, Now), DocumentCode.DownPaymentProof);
            Add(d => CheckFiling.Decide(Journey.To(ProjectState.Contracted).Project, new(Because(), d), Stored, DistrictOfficer), DocumentCode.FilingForm);
            Add(d => ReportMilestone.Decide(Journey.To(ProjectState.Filed).Project, new(new("上线"), new(2026, 1, 1), d), Stored, Seller, Now), DocumentCode.MilestoneReport);
            Add(d => CompleteProject.Decide(Journey.To(ProjectState.Implementing).Project, new(new(2026, 5, 25), d), Stored, Enterprise, Now), DocumentCode.CompletionReport, DocumentCode.InvoicesAndPayments, DocumentCode.InputList);
            Add(d => ApplyForAcceptance.Decide(Journey.To(ProjectState.Completed).Project, new(new(2026, 6, 8), d), Stored, Enterprise, Now), DocumentCode.AcceptanceForm, DocumentCode.AfterAssessment);
            Add(d => VerifyOnSite.Decide(Journey.To(ProjectState.AcceptanceApplied).Project, new(new(2026, 6, 15), Because(), d), Stored, DistrictOfficer, Now), DocumentCode.OnSiteRecord, DocumentCode.Photographs);
            Add(d => RecordEvaluation.Decide(Journey.To(ProjectState.DistrictVerified).Project, new(new("as-1"), Now, d), Found("as-1"), Stored, Evaluator, Now), DocumentCode.EvaluationReport);
            Add(d => RecordAudit.Decide(Journey.To(ProjectState.DistrictVerified).Assigned(), new(Money.Zero, Now, d), Stored, Auditor, Now), DocumentCode.AuditReport);
            Add(d => AcceptProject.Decide(Journey.To(ProjectState.Evaluated).Project, new(new(2026, 7, 2), d), Stored, Approver, Now), DocumentCode.Minutes);
            return data;

            void Add(Func<Document[], Decision> decide, params DocumentCode[] needed)
            {
                foreach (var code in needed)
                {
                    data.Add(Document.Word(code), decide, needed);
                }
            }
        }
    }

    [Fact]
    public void Evidence_that_is_not_in_the_store_is_refused_and_its_place_named()
    {
        var missing = new EvidenceFile(new("丢失.pdf"), new(new string('b', 64)), 5);
        var wrongSize = Pdf with { Size = Pdf.Size + 1 };

        var absent = Stored.Hold([Doc(DocumentCode.Contract), new(DocumentCode.NeedList, [Pdf, missing])]);
        Assert.Equal("evidence.missing", absent?.Code);
        Assert.Equal("/documents/1/files/1", Assert.Single(absent!.Details).Path);
        Assert.Equal("evidence.size", Stored.Hold([new(DocumentCode.Contract, [wrongSize])])?.Code);
        Assert.Equal("list.size", Stored.Hold([new(DocumentCode.Contract, [])])?.Code);
        Assert.Null(Stored.Hold([new(DocumentCode.Contract, [.. Enumerable.Repeat(Pdf, Document.FilesMax)])]));
        Assert.Equal("list.size", Stored.Hold([new(DocumentCode.Contract, [.. Enumerable.Repeat(Pdf, Document.FilesMax)]), Doc(DocumentCode.NeedList)])?.Code);
        Assert.Equal("list.size", Stored.Hold([.. Enumerable.Repeat(Doc(DocumentCode.Contract), Document.DocumentsMax + 1)])?.Code);
    }
}

internal static class Assigning
{
    public static Project Assigned(this Journey journey)
    {
        Assert.Null(journey.Take(Officer, AssignAudit.Decide(journey.Project, new(new(Auditor.Org)), Officer)));
        return journey.Project;
    }
}
