using System.Collections.Immutable;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Funding.Awards;

/// <summary>What is asked: money for a renovation, for a provider, for a diagnosis, or what a breach costs.</summary>
internal enum AwardKind { Renovation, Provider, Diagnosis, Penalty }

/// <summary>At which point of a renovation it is asked: the final award, the advance, or only whether the acceptance application may be taken.</summary>
internal enum AwardStage { Final, Advance, Acceptance }

/// <summary>Size class by 工信部联企业〔2011〕300号, in rising order.</summary>
internal enum EnterpriseSize { Micro, Small, Medium, Large }

/// <summary>National exclusion lists: already financed by the central fund, or in the pilots of 工信厅联企业〔2022〕22号.</summary>
internal enum Exclusion
{
    CentralLittleGiant,
    [JsonStringEnumMemberName("pilot-2022")]
    Pilot2022,
}

/// <summary>Credit lists: 严重失信主体, 失信被执行人, 经营异常, 税收违法.</summary>
internal enum CreditList { SeriousDishonesty, DishonestDebtor, AbnormalOperation, TaxViolation }

/// <summary>A project of one enterprise, or a chain (链式) project.</summary>
internal enum ProjectType { Single, Chain }

/// <summary>Who determined the level after the renovation.</summary>
internal enum LevelSource { Self, Provider, ThirdParty, Official }

/// <summary>What a line of spend was for.</summary>
internal enum LineCategory
{
    SoftwareLicence, SoftwareDevelopment, Implementation, Cloud, Gateway, Terminal, Network, DataStorage, EmbeddedSoftware,
    OfficePc, ItOperations, WeakCurrent, Construction, Consulting, Training, OtherHardware, Other,
}

/// <summary>A document on file, as city rules name them.</summary>
internal enum DocumentCode
{
    ProjectArchive, AcceptanceForm, FinanceCheckForm, Contract, InvoicesAndPayments, SummaryReport, EffectEvidence, AfterAssessment,
    CompletionReport, DiagnosisReport, NeedList, FilingForm, PromiseLetter, EnterpriseFile,
}

/// <summary>Class of a digital service provider where an award depends on it.</summary>
internal enum ProviderClass { Integrated, Other }

/// <summary>The breach: 虚报、冒领 or 挪用.</summary>
internal enum PenaltyBasis { Fraud, Misuse }

/// <summary>
/// Everything a decision is taken on; nothing else is looked up. An event date that is absent has not happened;
/// any other absent member that the rule set needs makes the decision incomplete.
/// </summary>
internal sealed record AwardCase
{
    public required string Id { get; init; }
    public AwardKind Kind { get; init; }

    /// <summary><c>longyan</c> (the version in force) or <c>longyan@1</c>.</summary>
    public required string RuleSet { get; init; }
    public AwardStage Stage { get; init; }
    public DateTimeOffset? At { get; init; }
    public EnterpriseFacts Enterprise { get; init; } = new();
    public ProjectFacts Project { get; init; } = new();
    public Money AdvancesPaid { get; init; }
    public Money? Proposed { get; init; }
    public ProviderFacts Provider { get; init; } = new();
    public DiagnosisFacts Diagnosis { get; init; } = new();
    public PenaltyFacts Penalty { get; init; } = new();
}

/// <summary>The enterprise as it stands at the decision (in the pilot list: at the contract date).</summary>
internal sealed record EnterpriseFacts
{
    public string? Uscc { get; init; }
    public EnterpriseSize? Size { get; init; }
    public bool? AboveScale { get; init; }
    public bool? InPilotList { get; init; }
    public ImmutableArray<Exclusion>? Exclusions { get; init; }
    public ImmutableArray<CreditList>? CreditLists { get; init; }
    public int ProjectsAwarded { get; init; }
    public Money Awarded { get; init; }
}

/// <summary>The project: its events, its level, its contracts and its spend.</summary>
internal sealed record ProjectFacts
{
    public ProjectType Type { get; init; }
    public string? Batch { get; init; }
    public DateOnly? FiledOn { get; init; }
    public DateOnly? CompletedOn { get; init; }
    public DateOnly? AcceptanceAppliedOn { get; init; }
    public DateOnly? AcceptedOn { get; init; }
    public DateTimeOffset? DistrictCheckAt { get; init; }
    public DateTimeOffset? EvaluationDoneAt { get; init; }
    public DateTimeOffset? ClaimSubmittedAt { get; init; }
    public int? LevelBefore { get; init; }
    public int? LevelAfter { get; init; }
    public LevelSource? LevelSource { get; init; }
    public ImmutableArray<DocumentCode>? Documents { get; init; }
    public ImmutableArray<ContractFacts>? Contracts { get; init; }
    public ImmutableArray<LineFacts>? Lines { get; init; }
    public Money? AuditedSpend { get; init; }
}

/// <summary>A contract; amounts are gross.</summary>
internal sealed record ContractFacts
{
    public required string Id { get; init; }
    public DateOnly? SignedOn { get; init; }
    public Money? Amount { get; init; }
    public Money? DownPayment { get; init; }
    public DateOnly? DownPaymentPaidOn { get; init; }
    public string? Provider { get; init; }
}

/// <summary>Spend, one for each invoice line; payments are gross.</summary>
internal sealed record LineFacts
{
    public string? Contract { get; init; }
    public LineCategory? Category { get; init; }
    public string? Description { get; init; }
    public InvoiceFacts? Invoice { get; init; }
    public ImmutableArray<PaymentFacts>? Payments { get; init; }
}

/// <summary>The invoice line behind a line of spend.</summary>
internal sealed record InvoiceFacts
{
    public string? Number { get; init; }
    public DateOnly? IssuedOn { get; init; }
    public Money? Net { get; init; }
    public Money? Vat { get; init; }

    /// <summary>Another award or programme in which this invoice was claimed.</summary>
    public string? ClaimedIn { get; init; }
}

/// <summary>A payment on a line.</summary>
internal sealed record PaymentFacts
{
    public DateOnly? PaidOn { get; init; }
    public Money? Amount { get; init; }
}

/// <summary>A provider under review.</summary>
internal sealed record ProviderFacts
{
    public ProviderClass? Class { get; init; }

    /// <summary>0 to 100.</summary>
    [JsonConverter(typeof(DecimalTextJson))]
    public decimal? Score { get; init; }
}

/// <summary>A diagnosis that was paid.</summary>
internal sealed record DiagnosisFacts
{
    public Money? Cost { get; init; }
}

/// <summary>A breach of financial law.</summary>
internal sealed record PenaltyFacts
{
    public PenaltyBasis? Basis { get; init; }
    public Money? Amount { get; init; }
}
