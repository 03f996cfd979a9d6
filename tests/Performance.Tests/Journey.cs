using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using PilotCity.Performance.Providers;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests;

/// <summary>
/// A project on its way, as values: each step is decided by its rule, its events go through their stored form and are folded, as the log does it.
/// </summary>
internal sealed class Journey
{
    private readonly Dictionary<string, List<Entry>> entries = new(StringComparer.Ordinal);

    public DateTimeOffset At { get; set; } = Now;

    public Project Project => Streams.Get(Project.Noun, ProjectId);

    public Pool Pool => Streams.Get(Pool.Noun, ProviderCode);

    public Streams Streams => Streams.Of([.. entries.Select(s => (s.Key, NounOf(s.Key).Fold(s.Value), (long)s.Value.Count))]);

    /// <summary>A journey that has come as far as this.</summary>
    public static Journey To(ProjectState state)
    {
        var journey = new Journey();
        foreach (var (reached, step) in journey.Steps())
        {
            Assert.Null(step());
            if (reached == state)
            {
                Assert.Equal(state, journey.Project.State);
                return journey;
            }
        }

        throw new ArgumentException($"no journey leads to {state}", nameof(state));
    }

    /// <summary>What the rule decided is applied, on record or accepted; the fault is the answer.</summary>
    public Fault? Take(Actor actor, Decision decision)
    {
        foreach (var (stream, happened) in decision.Changes)
        {
            if (!entries.TryGetValue(stream, out var before))
            {
                entries[stream] = before = [];
            }

            before.Add(new Entry(
                "performance", "350800", before.Count + 1, stream, before.Count + 1, happened.GetType().Name, Guid.Empty, actor.ToString(),
                Instant.Micros(At), "", Noun.Write(happened), [], []));
        }

        return decision.Fault;
    }

    public Fault? Admit(DateOnly from)
    {
        var dossier = new Provider(ProviderCode, "龙岩云造科技有限公司", ProviderClass.Integrated, [], [], Now);
        return Take(Seller, ApplyForPool.Decide(Pool, dossier, Source, new(), Stored, Seller))
            ?? Take(Officer, ReviewPoolApplication.Decide(Pool, new(true, Because())))
            ?? Take(Officer, PublicisePoolApplication.Decide(Pool, new(from.AddDays(-8), from.AddDays(-1)), At))
            ?? Take(Approver, AdmitToPool.Decide(Pool, new(from), Approver, At));
    }

    public Fault? Spend(params ReportSpend.Line[] lines) => Take(Enterprise, ReportSpend.Decide(Project, Streams, new(lines), Stored, Enterprise, At));

    private static Noun NounOf(string stream) => PerformanceService.Shape.Nouns.Single(n => n.Category == stream.Split('/')[0]);

    private IEnumerable<(ProjectState? Reached, Func<Fault?> Step)> Steps()
    {
        yield return (null, () => Admit(new(2025, 2, 1)));
        yield return (ProjectState.Diagnosed, () => Take(Seller, DiagnoseProject.Decide(
            ProjectId, new(new(EnterpriseCode), new(2025, 2, 10), 1, [new("生产排程")], Docs(DocumentCode.DiagnosisReport)), Facts, Stored, Seller, At)));
        yield return (ProjectState.Contracted, () => Take(Enterprise, RegisterContract.Decide(
            Project, Pool,
            new(ContractNo, new(ProviderCode), new(2025, 3, 1), Yuan("400000.00"), Docs(DocumentCode.Contract, DocumentCode.NeedList, DocumentCode.PromiseLetter), Yuan("120000.00"), Yuan("450000.00")),
            Stored, Enterprise, At)));
        yield return (null, () => Take(Enterprise, ReportDownPayment.Decide(
            Project, "HT-1", new(new(2025, 3, 18), Yuan("120000.00"), Docs(DocumentCode.DownPaymentProof)), Stored, Enterprise, At)));
        yield return (ProjectState.FilingChecked, () => Take(DistrictOfficer, CheckFiling.Decide(
            Project, new(Because(), Docs(DocumentCode.FilingForm)), Stored, DistrictOfficer)));
        yield return (ProjectState.Filed, () => Take(Officer, ConfirmFiling.Decide(Project, new(new(2025, 6, 10)), Officer, At)));
        yield return (ProjectState.Implementing, () => Take(Seller, ReportMilestone.Decide(
            Project, new(new("上线试运行"), new(2026, 1, 15), Docs(DocumentCode.MilestoneReport)), Stored, Seller, At)));
        yield return (null, () => Spend(Line()));
        yield return (ProjectState.Completed, () => Take(Enterprise, CompleteProject.Decide(
            Project, new(new(2026, 5, 25), Docs(DocumentCode.CompletionReport, DocumentCode.InvoicesAndPayments, DocumentCode.InputList)), Stored, Enterprise, At)));
        yield return (ProjectState.AcceptanceApplied, () => Take(Enterprise, ApplyForAcceptance.Decide(
            Project, new(new(2026, 6, 8), Docs(DocumentCode.AcceptanceForm, DocumentCode.AfterAssessment)), Stored, Enterprise, At)));
        yield return (ProjectState.DistrictVerified, () => Take(DistrictOfficer, VerifyOnSite.Decide(
            Project, new(new(2026, 6, 15), Because(), Docs(DocumentCode.OnSiteRecord, DocumentCode.Photographs)), Stored, DistrictOfficer, At)));
        yield return (null, () => Take(Officer, AssignAudit.Decide(Project, new(new(Auditor.Org)), Officer)));
        yield return (null, () => Evaluate());
        yield return (ProjectState.Evaluated, () => Audit());
        yield return (ProjectState.Accepted, () => Accept());
        yield return (ProjectState.Claimed, () => Take(Enterprise, SubmitClaim.Decide(Project, new(true), Enterprise)));
    }

    public Fault? Evaluate() => Take(Evaluator, RecordEvaluation.Decide(
        Project, new(new("as-after-1"), new(2026, 6, 20, 9, 0, 0, ChinaTime.Offset), Docs(DocumentCode.EvaluationReport)), Found("as-after-1"), Stored, Evaluator, At));

    public Fault? Audit() => Take(Auditor, RecordAudit.Decide(
        Project, new(Yuan("113000.00"), new(2026, 6, 25, 9, 0, 0, ChinaTime.Offset), Docs(DocumentCode.AuditReport)), Stored, Auditor, At));

    public Fault? Accept(Actor? by = null, DateOnly? on = null) => Take(by ?? Approver, AcceptProject.Decide(
        Project, new(on ?? new(2026, 7, 2), Docs(DocumentCode.Minutes), 95), Stored, by ?? Approver, At));
}
