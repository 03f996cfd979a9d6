using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Performance.Evidence;

namespace PilotCity.Performance.Projects;

/// <summary>Where a project stands: S2–S11 of the programme's states, from the diagnosis to the acceptance and the claim.</summary>
public enum ProjectState
{
    /// <summary>S2 诊断完成.</summary>
    Diagnosed,

    /// <summary>S3 签约.</summary>
    Contracted,

    /// <summary>The district has checked the filing; the city has not confirmed it yet.</summary>
    FilingChecked,

    /// <summary>S4 备案/入库.</summary>
    Filed,

    /// <summary>S6 改造中.</summary>
    Implementing,

    /// <summary>S7 完工.</summary>
    Completed,

    /// <summary>S8 申请验收.</summary>
    AcceptanceApplied,

    /// <summary>S9 区级真实性核查.</summary>
    DistrictVerified,

    /// <summary>S10 评测、专项审计.</summary>
    Evaluated,

    /// <summary>S11 通过验收.</summary>
    Accepted,

    /// <summary>Accepted, and the award has been applied for (申请奖补).</summary>
    Claimed,

    Suspended,
    Terminated,
}

/// <summary>Single, or of a chain (链式).</summary>
public enum ProjectType
{
    Single,
    Chain,
}

/// <summary>
/// A renovation project (改造项目) of one enterprise, from the diagnosis to the acceptance: who agreed, did, invoiced, paid, checked and accepted
/// what, and when. Its stream is <c>project/&lt;id&gt;</c>; every step keeps its actor and its moment.
/// </summary>
public sealed partial record Project
{
    /// <summary>More contracts than one project was ever seen with.</summary>
    public const int ContractsMax = 20;

    /// <summary>Lines of spend a project may hold: the largest files are a few hundred invoice lines.</summary>
    public const int LinesMax = 500;

    public const int MilestonesMax = 200;

    public static readonly Noun<Project> Noun = new(
        "project", new Project(), Apply,
        typeof(ProjectDiagnosed), typeof(ContractRegistered), typeof(DownPaymentReported), typeof(FilingChecked), typeof(FilingConfirmed),
        typeof(BatchAssigned), typeof(MilestoneReported), typeof(SpendReported), typeof(PaymentReported), typeof(SpendWithdrawn),
        typeof(ProjectCompleted), typeof(AcceptanceApplied), typeof(OnSiteVerified), typeof(AuditAssigned), typeof(AuditWaived),
        typeof(EvaluationRecorded), typeof(AuditRecorded), typeof(ProjectAccepted), typeof(AcceptanceRejected), typeof(ClaimSubmitted),
        typeof(ProjectReturned), typeof(ProjectSuspended), typeof(ProjectResumed), typeof(ProjectTerminated),
        typeof(SamePersonRefused), typeof(EvaluatorRefused));

    public string Id { get; init; } = "";

    /// <summary>Credit code of the enterprise that is renovated.</summary>
    public string Enterprise { get; init; } = "";

    public string EnterpriseName { get; init; } = "";

    /// <summary>Division code of its district or county: whose bureau checks the filing and the site.</summary>
    public string District { get; init; } = "";

    public string? Title { get; init; }

    public ProjectType Type { get; init; }

    /// <summary>"1", "2", "3" where the city assigns batches.</summary>
    public string? Batch { get; init; }

    public ProjectState State { get; init; }

    /// <summary>Where it goes on when a suspension ends.</summary>
    public ProjectState? SuspendedIn { get; init; }

    public Diagnosis? Diagnosis { get; init; }

    public IReadOnlyList<Contract> Contracts { get; init; } = [];

    public DateOnly? FiledOn { get; init; }

    public IReadOnlyList<Milestone> Milestones { get; init; } = [];

    /// <summary>Spend that is claimed, one per invoice line; a withdrawn line is gone from here and stays in the log.</summary>
    public IReadOnlyList<SpendLine> Lines { get; init; } = [];

    /// <summary>Lines ever reported: ids are never used again.</summary>
    public int LinesReported { get; init; }

    public DateOnly? CompletedOn { get; init; }

    /// <summary>Attempts at acceptance begun (Q8: unlimited inside the window, each recorded).</summary>
    public int Attempts { get; init; }

    /// <summary>The attempt at acceptance under way, or the one that passed.</summary>
    public Attempt? Attempt { get; init; }

    public DateOnly? AcceptedOn { get; init; }

    public DateTimeOffset? ClaimSubmittedAt { get; init; }

    /// <summary>Evidence on file, oldest first.</summary>
    public IReadOnlyList<FiledDocument> Documents { get; init; } = [];

    /// <summary>Every step that was taken, or refused on record, in order.</summary>
    public IReadOnlyList<Step> Steps { get; init; } = [];

    internal string Stream => Noun.StreamOf(Id);

    internal Contract? ContractOf(ContractId id) => Contracts.FirstOrDefault(c => c.Id == id);

    internal IReadOnlyList<DocumentCode> CodesOnFile => [.. Documents.Select(d => d.Code).Distinct().Order()];

    internal DateOnly FirstSigning => Contracts.Min(c => c.SignedOn);

    /// <summary>Evaluation, and audit where none was waived: the last of them decides the moment.</summary>
    internal DateTimeOffset? EvaluationDoneAt =>
        Attempt is { Evaluation: { } evaluation } attempt && (attempt.Audit is not null || attempt.AuditWaived)
            ? attempt.Audit is { } audit && audit.DoneAt > evaluation.DoneAt ? audit.DoneAt : evaluation.DoneAt
            : null;

    /// <summary>Whether this project is anything to the actor's organisation; to others it does not exist.</summary>
    internal bool IsOf(Actor actor) => actor.Role switch
    {
        Role.Enterprise => actor.Org == Enterprise,
        Role.Provider => Works(actor.Org),
        Role.DistrictOfficer => actor.Org == District,
        Role.BureauOfficer or Role.BureauApprover or Role.FinanceOfficer or Role.FinanceApprover
            or Role.Evaluator or Role.Expert or Role.Auditor or Role.Operator or Role.Service => true,
        Role.Observer => false,
    };

    /// <summary>Whether the organisation diagnosed the project as a provider, or has a contract in it.</summary>
    internal bool Works(string org) => Providers.Contains(org);

    /// <summary>Every provider that diagnosed the project or has a contract in it.</summary>
    internal IEnumerable<string> Providers =>
        Contracts.Select(c => c.Provider.Value).Concat(Diagnosis is { ByProvider: true } diagnosis ? [diagnosis.By] : []).Distinct();

    /// <summary>A provider takes part in the works only under a contract; having made the diagnosis is not enough.</summary>
    internal Fault? NotContracted(Actor actor) =>
        actor.Role == Role.Provider && !Contracts.Any(c => c.Provider.Value == actor.Org) ? NoContract : null;

    /// <summary>What every step asks first: is it the actor's project, and does it stand where the step begins?</summary>
    internal Fault? Open(Actor actor, params ReadOnlySpan<ProjectState> states) =>
        !IsOf(actor) ? SliceFaults.Unknown(Noun.Category, Id)
        : !states.Contains(State) ? WrongState(State, states)
        : null;

    /// <summary>Codes of <paramref name="needed"/> that are neither on file nor in <paramref name="handedIn"/> (AC48).</summary>
    internal Fault? Lacks(IReadOnlyList<Document> handedIn, params IEnumerable<DocumentCode> needed)
    {
        var missing = needed.Except(CodesOnFile).Except(handedIn.Select(d => d.Code)).ToList();
        return missing.Count == 0 ? null : EvidenceFaults.Needed(missing);
    }

    /// <summary>
    /// Nobody acts in two roles on one project: handling and approving, verifying and accepting, selling and judging exclude each other
    /// (programme.md §3, AC33). The attempt stays on record.
    /// </summary>
    internal Decision? RefuseSecondRole(Actor actor, string step) =>
        Steps.LastOrDefault(s => s.Actor == actor.Sub && s.Role != actor.Role && s.Name is not (nameof(SamePersonRefused) or nameof(EvaluatorRefused))) is { } earlier
            ? Decision.RefuseOnRecord(SamePerson(earlier), new Change(Stream, new SamePersonRefused(Id, step, earlier.Name)))
            : null;

    /// <summary>Who sells to the project or is renovated by it may not judge it (programme.md §3, AC26). The attempt stays on record.</summary>
    internal Decision? RefuseRelated(string org, string step) =>
        Works(org) || org == Enterprise
            ? Decision.RefuseOnRecord(EvaluatorRelated, new Change(Stream, new EvaluatorRefused(Id, step, org)))
            : null;

    /// <summary>The project as the actor may see it: a provider sees its own contracts, lines and files, not other providers' prices.</summary>
    internal Project SeenBy(Actor actor) => actor.Role != Role.Provider ? this : this with
    {
        Contracts = [.. Contracts.Where(c => c.Provider.Value == actor.Org)],
        Lines = [.. Lines.Where(l => ContractOf(l.Contract)?.Provider.Value == actor.Org)],
        Documents = [.. Documents.Where(d => d.By == actor.Org)],
        Attempt = Attempt is null ? null : Attempt with { Audit = null },
    };
}

/// <summary>What the diagnosis found before the renovation; <c>By</c> is the organisation that made it.</summary>
public sealed record Diagnosis(DateOnly On, string By, bool ByProvider, int LevelBefore, string? Assessment, IReadOnlyList<Label> Needs);

/// <summary>A contract with a provider; amounts are gross yuan, the list price is what the provider asks without its discount (让利).</summary>
public sealed record Contract(
    ContractId Id, DateOnly SignedOn, Money Amount, Money? DownPayment, Money? ListPrice, Uscc Provider, PaidDown? PaidDown = null);

/// <summary>The down payment as it was made.</summary>
public sealed record PaidDown(DateOnly PaidOn, Money Amount);

/// <summary>Something that was reached on the way.</summary>
public sealed record Milestone(Label Name, DateOnly ReachedOn, string By);

/// <summary>
/// Spend on one line of an invoice; gross is net plus VAT. <c>Flags</c> are audit checks that warn, e.g. <c>AC07</c>: the invoice is older than its contract.
/// </summary>
public sealed record SpendLine(
    string Id, ContractId Contract, SpendCategory Category, Label? Description, InvoiceLine Invoice, IReadOnlyList<Payment> Payments, IReadOnlyList<string> Flags)
{
    public const int PaymentsMax = 24;

    internal Money Gross => Invoice.Net + Invoice.Vat;
}

/// <summary>The invoice line: net and VAT in yuan. <c>ClaimedIn</c> names another award or programme in which the invoice was claimed.</summary>
public sealed record InvoiceLine(Invoices.InvoiceNumber Number, DateOnly IssuedOn, Money Net, Money Vat, Uscc? Seller = null, Label? ClaimedIn = null);

/// <summary>Money paid on a line, gross; payer and payee are the credit codes on the bank's receipt, the reference is the bank's number of the transfer.</summary>
public sealed record Payment(DateOnly PaidOn, Money Amount, Uscc? Payer = null, Uscc? Payee = null, Proofs.BankReference? Reference = null);

/// <summary>An attempt at acceptance: S8 to S10.</summary>
public sealed record Attempt(
    DateOnly AppliedOn, DateOnly? VisitedOn = null, DateTimeOffset? VerifiedAt = null, string? Auditor = null, bool AuditWaived = false,
    Evaluation? Evaluation = null, Audit? Audit = null);

/// <summary>The evaluator's result: the assessment after the renovation.</summary>
public sealed record Evaluation(string Assessment, DateTimeOffset DoneAt, string By);

/// <summary>What the special audit (专项审计) found: eligible spend, gross or net as the rule has it, and remarks.</summary>
public sealed record Audit(Money Spend, DateTimeOffset DoneAt, string By, IReadOnlyList<Remark> Findings);

/// <summary>A document on file: who handed it in, and when.</summary>
public sealed record FiledDocument(DocumentCode Code, IReadOnlyList<EvidenceFile> Files, string By, DateTimeOffset At);

/// <summary>A step: the state that it led to, its event, who took it in which role for whom, when, and why.</summary>
public sealed record Step(ProjectState State, string Name, string Actor, Role Role, string Org, DateTimeOffset At, string? Note);

/// <summary>What money is spent on (programme.md F6; award cases use the same words).</summary>
public enum SpendCategory
{
    SoftwareLicence,
    SoftwareDevelopment,
    Implementation,
    Cloud,
    Gateway,
    Terminal,
    Network,
    DataStorage,
    EmbeddedSoftware,
    OfficePc,
    ItOperations,
    WeakCurrent,
    Construction,
    Consulting,
    Training,
    OtherHardware,
    Other,
}
