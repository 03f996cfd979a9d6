using PilotCity.Defaults;

namespace PilotCity.Oversight.Facts;

/// <summary>The entry on which a fact stands: whose log, and where in it.</summary>
internal readonly record struct EntryRef(string Service, long Position);

/// <summary>A step somebody took: its event, the account, the role, for whom, and when it was written down.</summary>
internal sealed record StepFact(EntryRef Entry, string Type, string Sub, string Role, string Org, DateTimeOffset At);

/// <summary>A stay on a list: the day of the end no longer counts.</summary>
internal sealed record StayFact(EntryRef Entry, string List, DateOnly From, DateOnly? Until)
{
    public bool Holds(DateOnly day) => From <= day && (Until is not { } end || day < end);
}

internal sealed record ContractFact(EntryRef Entry, string Id, DateOnly SignedOn, Money Amount, Money? ListPrice, string Provider);

internal sealed record PaymentFact(EntryRef Entry, DateOnly PaidOn, Money Amount, string? Payer, string? Payee, string? Reference);

/// <summary>A line of spend with its invoice; amounts in yuan, gross is net and VAT.</summary>
internal sealed record LineFact(
    EntryRef Entry, string Project, string Id, string Contract, string Category, string Description, string Number, DateOnly IssuedOn, Money Net, Money Vat, string? Seller, string? ClaimedIn)
{
    public Money Gross => Net + Vat;

    public List<PaymentFact> Payments { get; } = [];

    public Money Paid => new(Payments.Sum(p => p.Amount.Fen));
}

internal sealed record FileFact(EntryRef Entry, string Project, string Code, string Sha256);

internal sealed record AuditFact(EntryRef Entry, Money Spend, string Org);

internal sealed record EvaluationFact(EntryRef Entry, string Assessment, string Org, DateTimeOffset DoneAt);

/// <summary>A refusal that is on record: somebody tried what a rule forbids.</summary>
/// <param name="Check">The check whose rule refused it.</param>
/// <param name="Other">The second one that it is about, e.g. the project that has the invoice.</param>
internal sealed record RefusalFact(EntryRef Entry, string Check, string Type, string? Other, Money Amount);

/// <summary>Who an enterprise is and where it stood when.</summary>
internal sealed class EnterpriseFact(string id)
{
    public string Id => id;

    public EntryRef? Entry { get; set; }

    public string? Size { get; set; }

    public string? SubIndustry { get; set; }

    /// <summary>Division code of the district; its name is <see cref="DistrictName"/>.</summary>
    public string? District { get; set; }

    public string? DistrictName { get; set; }

    /// <summary><c>innovative</c>, <c>specialised</c> (专精特新) or <c>little-giant</c> (小巨人).</summary>
    public string? Tier { get; set; }

    public bool? AboveScale { get; set; }

    public DateOnly? FoundedOn { get; set; }

    public DateOnly? FirstListedOn => Listings.Count == 0 ? null : Listings.Min(l => l.From);

    public List<StayFact> Listings { get; } = [];

    public List<StayFact> CreditListings { get; } = [];

    public Dictionary<string, EntryRef> Exclusions { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Projects { get; } = new(StringComparer.Ordinal);

    public List<OutlierFact> Outliers { get; } = [];

    public List<RefusalFact> Refusals { get; } = [];
}

/// <summary>What happened in a project, from diagnosis to acceptance.</summary>
internal sealed class ProjectFact(string id, string enterprise)
{
    public string Id => id;

    public string Enterprise => enterprise;

    public string? Type { get; set; }

    public string? BeforeAssessment { get; set; }

    public EntryRef? Diagnosed { get; set; }

    public DateOnly? DiagnosedOn { get; set; }

    public List<ContractFact> Contracts { get; } = [];

    public List<LineFact> Lines { get; } = [];

    public List<StepFact> Steps { get; } = [];

    public List<FileFact> Files { get; } = [];

    public List<(EntryRef Entry, DateOnly On)> Milestones { get; } = [];

    public List<(EntryRef Entry, DateOnly PaidOn, Money Amount)> DownPayments { get; } = [];

    public (EntryRef Entry, DateOnly On)? Filed { get; set; }

    public (EntryRef Entry, DateOnly On)? Completed { get; set; }

    public (EntryRef Entry, DateOnly On)? Accepted { get; set; }

    /// <summary>The enterprise's at the acceptance, 0 to 100.</summary>
    public int? Satisfaction { get; set; }

    public (EntryRef Entry, DateTimeOffset At)? Claimed { get; set; }

    public EntryRef? Terminated { get; set; }

    public EvaluationFact? Evaluation { get; set; }

    public AuditFact? Audit { get; set; }

    public List<RefusalFact> Refusals { get; } = [];

    public ContractFact? ContractOf(string id) => Contracts.Find(c => c.Id == id);

    public Money Claim => new(Lines.Sum(l => l.Gross.Fen));
}

/// <summary>What the rule engine gave; amounts in yuan.</summary>
internal sealed record ComputationFact(
    EntryRef Entry, string Kind, string Outcome, Money? EligibleSpend, decimal? Rate, Money? Cap, Money? TopUp, Money Entitlement, Money Payable, Money AdvancesPaid,
    int? LevelAfter, DateOnly? FiledOn);

internal sealed record ConcernFact(EntryRef Entry, string Id, string Kind, IReadOnlyList<string> About);

internal sealed record PaidFact(EntryRef Entry, string Tranche, Money Amount, string Reference, DateTimeOffset PaidAt, bool Returned);

internal sealed record FrozenFact(EntryRef Entry, string Batch, string Line, string Tranche, Money Amount);

/// <summary>What became of an award.</summary>
internal sealed class AwardFact(string id, string enterprise)
{
    public string Id => id;

    public string Enterprise => enterprise;

    public ComputationFact? Advance { get; set; }

    public ComputationFact? Final { get; set; }

    public (EntryRef Entry, Money Amount)? AdvanceApproved { get; set; }

    public (EntryRef Entry, DateOnly From, DateOnly Until, int WorkingDays, Money Entitlement)? Publicity { get; set; }

    public (EntryRef Entry, Money Amount, Money Awarded, string Fund, DateTimeOffset At)? Approved { get; set; }

    public List<(string Id, EntryRef Entry, DateTimeOffset At, DateTimeOffset? DecidedAt)> Objections { get; } = [];

    public List<ConcernFact> Concerns { get; } = [];

    public List<FrozenFact> Frozen { get; } = [];

    public List<PaidFact> Paid { get; } = [];

    public bool RecoveryDemanded { get; set; }

    public List<StepFact> Steps { get; } = [];

    public Money PaidSum => new(Paid.Sum(p => p.Returned ? -p.Amount.Fen : p.Amount.Fen));
}

internal sealed record BatchLineFact(EntryRef Entry, string Batch, string Line, string Award, string Enterprise, string Fund, Money Amount, string Payee);

/// <summary>A confirmed result of an enterprise.</summary>
internal sealed record AssessmentFact(EntryRef Entry, string Id, string Enterprise, string Purpose, string Mode, string? Evaluator, int Level, DateTimeOffset At)
{
    /// <summary>Determined by an evaluator or the bureau.</summary>
    public bool IsIndependent => Mode is "third-party" or "official";

    /// <summary>Machines: all, digital ones, networked ones, as far as the instrument asks for them.</summary>
    public (decimal? All, decimal? Digital, decimal? Networked) Machines { get; init; }
}

/// <summary>What Assessment noted as odd.</summary>
internal sealed record OutlierFact(EntryRef Entry, string Id, string Kind, IReadOnlyList<string> Enterprises, string? Org);

/// <summary>A pot of money.</summary>
internal sealed class FundFact(string id)
{
    public string Id => id;

    public string Source { get; set; } = "";

    public DateOnly? PayUntil { get; set; }

    public List<(EntryRef Entry, Money Amount, DateTimeOffset At)> Received { get; } = [];

    public List<(EntryRef Entry, string Use, Money Amount, DateTimeOffset At)> Split { get; } = [];

    /// <summary>What the fund paid, as Funding's budget execution counts it: what the bank sent back or what became due back is negative. By award, reservation or voucher.</summary>
    public List<(EntryRef Entry, string Subject, Money Amount, DateTimeOffset At)> PaidOut { get; } = [];

    public List<(EntryRef Entry, string Award, Money Amount, DateTimeOffset At)> Spent { get; } = [];
}

/// <summary>A row of a snapshot of outside data: texts by the names that its kind has.</summary>
internal sealed record OutsideFact(EntryRef Entry, string Kind, DateOnly TakenOn, IReadOnlyDictionary<string, string> Row)
{
    public string Of(string name) => Row.GetValueOrDefault(name, "");
}
