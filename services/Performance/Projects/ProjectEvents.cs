using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>Where an answer of another service was read; kept with the decision that stands on it.</summary>
public sealed record FactSource(string Service, string City, string Stream, long Version, long Position);

/// <summary>The enterprise was diagnosed and the project begins; who it is was read in the city's pilot list.</summary>
public sealed record ProjectDiagnosed(
    string Project, string Enterprise, string EnterpriseName, string District, ProjectType Type, Label? Title, DateOnly DiagnosedOn, bool ByProvider, int LevelBefore,
    string? BeforeAssessment, IReadOnlyList<Label> Needs, DateOnly? ListedOn, FactSource Source, IReadOnlyList<Document> Documents);

public sealed record ContractRegistered(
    string Project, ContractId Contract, DateOnly SignedOn, Money Amount, Money? DownPayment, Money? ListPrice, Uscc Provider, IReadOnlyList<Document> Documents);

public sealed record DownPaymentReported(string Project, ContractId Contract, DateOnly PaidOn, Money Amount, IReadOnlyList<Document> Documents);

public sealed record FilingChecked(string Project, Remark Opinion, IReadOnlyList<Document> Documents);

public sealed record FilingConfirmed(string Project, DateOnly FiledOn);

public sealed record BatchAssigned(string Project, string Batch);

public sealed record MilestoneReported(string Project, Label Name, DateOnly ReachedOn, IReadOnlyList<Document> Documents);

/// <summary>One line of spend; a report of many is many of these, its documents with the first.</summary>
public sealed record SpendReported(string Project, SpendLine Line, IReadOnlyList<Document> Documents);

public sealed record PaymentReported(string Project, string Line, Payment Payment, IReadOnlyList<Document> Documents);

public sealed record SpendWithdrawn(string Project, string Line, Remark Reason);

public sealed record ProjectCompleted(string Project, DateOnly CompletedOn, IReadOnlyList<Document> Documents);

public sealed record AcceptanceApplied(string Project, DateOnly AppliedOn, IReadOnlyList<Document> Documents);

public sealed record OnSiteVerified(string Project, DateOnly VisitedOn, Remark Opinion, IReadOnlyList<Document> Documents);

/// <summary>The special audit goes to this organisation.</summary>
public sealed record AuditAssigned(string Project, string Auditor);

/// <summary>The city's rule asks for no special audit of this project.</summary>
public sealed record AuditWaived(string Project, Remark Reason);

public sealed record EvaluationRecorded(
    string Project, string Assessment, DateTimeOffset DoneAt, IReadOnlyList<Document> Documents, int? Level = null, string? Mode = null, FactSource? Source = null);

public sealed record AuditRecorded(string Project, Money Spend, DateTimeOffset DoneAt, IReadOnlyList<Remark> Findings, IReadOnlyList<Document> Documents);

/// <summary>Accepted by the city; satisfaction is the enterprise's, 0 to 100.</summary>
public sealed record ProjectAccepted(string Project, DateOnly AcceptedOn, int? Satisfaction, IReadOnlyList<Document> Documents);

public sealed record AcceptanceRejected(string Project, int Attempt, Remark Reason);

public sealed record ClaimSubmitted(string Project);

public sealed record ProjectReturned(string Project, ProjectState From, ProjectState To, Remark Reason);

public sealed record ProjectSuspended(string Project, Remark Reason);

public sealed record ProjectResumed(string Project, Remark Reason);

public sealed record ProjectTerminated(string Project, Remark Reason);

/// <summary>Somebody tried to take a step that is incompatible with one taken before (AC33); refused.</summary>
public sealed record SamePersonRefused(string Project, string Step, string EarlierStep);

/// <summary>An organisation tried to evaluate or audit where it sells or is renovated (AC26); refused.</summary>
public sealed record EvaluatorRefused(string Project, string Step, string Org);

public sealed partial record Project
{
    private static Project Apply(Project project, object happened, EventMeta meta)
    {
        var (next, note, documents) = Next(project, happened, meta);
        return next with
        {
            Documents = documents.Count == 0 ? next.Documents : [.. next.Documents, .. documents.Select(d => new FiledDocument(d.Code, d.Files, meta.Actor.Org, meta.At))],
            Steps = [.. next.Steps, new Step(next.State, happened.GetType().Name, meta.Actor.Sub, meta.Actor.Role, meta.Actor.Org, meta.At, note)],
        };
    }

    private static (Project Next, string? Note, IReadOnlyList<Document> Documents) Next(Project p, object happened, EventMeta meta) => happened switch
    {
        ProjectDiagnosed e => (p with
        {
            Id = e.Project,
            Enterprise = e.Enterprise,
            EnterpriseName = e.EnterpriseName,
            District = e.District,
            Title = e.Title?.Value,
            Type = e.Type,
            State = ProjectState.Diagnosed,
            Diagnosis = new Diagnosis(e.DiagnosedOn, meta.Actor.Org, e.ByProvider, e.LevelBefore, e.BeforeAssessment, e.Needs),
        }, null, e.Documents),
        ContractRegistered e => (p with
        {
            State = p.State == ProjectState.Diagnosed ? ProjectState.Contracted : p.State,
            Contracts = [.. p.Contracts, new Contract(e.Contract, e.SignedOn, e.Amount, e.DownPayment, e.ListPrice, e.Provider)],
        }, e.Contract.Value, e.Documents),
        DownPaymentReported e => (p with
        {
            Contracts = [.. p.Contracts.Select(c => c.Id == e.Contract ? c with { PaidDown = new PaidDown(e.PaidOn, e.Amount) } : c)],
        }, e.Contract.Value, e.Documents),
        FilingChecked e => (p with { State = ProjectState.FilingChecked }, e.Opinion.Value, e.Documents),
        FilingConfirmed e => (p with { State = ProjectState.Filed, FiledOn = e.FiledOn }, null, []),
        BatchAssigned e => (p with { Batch = e.Batch }, e.Batch, []),
        MilestoneReported e => (Begun(p) with { Milestones = [.. p.Milestones, new Milestone(e.Name, e.ReachedOn, meta.Actor.Org)] }, e.Name.Value, e.Documents),
        SpendReported e => (Begun(p) with { Lines = [.. p.Lines, e.Line], LinesReported = p.LinesReported + 1 }, e.Line.Id, e.Documents),
        PaymentReported e => (p with
        {
            Lines = [.. p.Lines.Select(l => l.Id == e.Line ? l with { Payments = [.. l.Payments, e.Payment] } : l)],
        }, e.Line, e.Documents),
        SpendWithdrawn e => (p with { Lines = [.. p.Lines.Where(l => l.Id != e.Line)] }, $"{e.Line}: {e.Reason}", []),
        ProjectCompleted e => (p with { State = ProjectState.Completed, CompletedOn = e.CompletedOn }, null, e.Documents),
        AcceptanceApplied e => (p with { State = ProjectState.AcceptanceApplied, Attempts = p.Attempts + 1, Attempt = new Attempt(e.AppliedOn) }, null, e.Documents),
        OnSiteVerified e => (p with
        {
            State = ProjectState.DistrictVerified,
            Attempt = p.Attempt! with { VisitedOn = e.VisitedOn, VerifiedAt = meta.At },
        }, e.Opinion.Value, e.Documents),
        AuditAssigned e => (p with { Attempt = p.Attempt! with { Auditor = e.Auditor, AuditWaived = false } }, e.Auditor, []),
        AuditWaived e => (Judged(p with { Attempt = p.Attempt! with { Auditor = null, AuditWaived = true } }), e.Reason.Value, []),
        EvaluationRecorded e => (Judged(p with { Attempt = p.Attempt! with { Evaluation = new Evaluation(e.Assessment, e.DoneAt, meta.Actor.Org) } }), e.Assessment, e.Documents),
        AuditRecorded e => (Judged(p with { Attempt = p.Attempt! with { Audit = new Audit(e.Spend, e.DoneAt, meta.Actor.Org, e.Findings) } }), null, e.Documents),
        ProjectAccepted e => (p with { State = ProjectState.Accepted, AcceptedOn = e.AcceptedOn }, null, e.Documents),
        AcceptanceRejected e => (p with { State = ProjectState.Completed, Attempt = null }, e.Reason.Value, []),
        ClaimSubmitted => (p with { State = ProjectState.Claimed, ClaimSubmittedAt = meta.At }, null, []),
        ProjectReturned e => (p with { State = e.To, Attempt = null }, e.Reason.Value, []),
        ProjectSuspended e => (p with { State = ProjectState.Suspended, SuspendedIn = p.State }, e.Reason.Value, []),
        ProjectResumed e => (p with { State = p.SuspendedIn!.Value, SuspendedIn = null }, e.Reason.Value, []),
        ProjectTerminated e => (p with { State = ProjectState.Terminated, SuspendedIn = null }, e.Reason.Value, []),
        SamePersonRefused e => (p, $"{e.Step} ≠ {e.EarlierStep}", []),
        EvaluatorRefused e => (p, $"{e.Step}: {e.Org}", []),
        _ => throw new InvalidOperationException($"a project knows no {happened.GetType().Name}"),
    };

    /// <summary>The first milestone or spend is the kick-off (S6).</summary>
    private static Project Begun(Project p) => p.State == ProjectState.Filed ? p with { State = ProjectState.Implementing } : p;

    /// <summary>S10 is reached when evaluation and audit are both done, in either order.</summary>
    private static Project Judged(Project p) => p.EvaluationDoneAt is null ? p : p with { State = ProjectState.Evaluated };
}
