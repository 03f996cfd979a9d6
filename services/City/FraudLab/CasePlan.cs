using PilotCity.Defaults;

namespace PilotCity.City.FraudLab;

/// <summary>A payment that a case has on a line.</summary>
internal sealed record PlannedPayment(DateOnly PaidOn, Money Amount, string Payer, string Payee);

/// <summary>A line of spend of a case; everything about it may be planted.</summary>
internal sealed class PlannedLine
{
    public string Contract { get; set; } = "HT-1";

    public required string Category { get; set; }

    public required string Description { get; set; }

    public required string Number { get; set; }

    public required DateOnly IssuedOn { get; set; }

    public required Money Net { get; set; }

    public required Money Vat { get; set; }

    public string? Seller { get; set; }

    public string? ClaimedIn { get; set; }

    public List<PlannedPayment> Payments { get; } = [];

    public Money Gross => Net + Vat;
}

/// <summary>A contract of a case.</summary>
internal sealed record PlannedContract(string Id, DateOnly SignedOn, Money Amount, Money ListPrice, string Provider);

/// <summary>
/// One enterprise and its project from listing to payment as the lab draws it: honest first, then perhaps with one thing planted. Knows days, sums and people, and nothing of how a check
/// looks at them.
/// </summary>
internal sealed class CasePlan
{
    public required string Enterprise { get; init; }

    public required string Project { get; init; }

    public required string Provider { get; set; }

    public required DateOnly ListedOn { get; set; }

    public DateOnly? RemovedOn { get; set; }

    public required DateOnly FoundedOn { get; set; }

    public string Size { get; set; } = "small";

    public string? Exclusion { get; set; }

    public DateOnly? CreditListedOn { get; set; }

    public DateOnly? CreditClearedOn { get; set; }

    /// <summary>Whether the case only has the enterprise, no project.</summary>
    public bool NoProject { get; set; }

    /// <summary>Whether the enterprise itself was written down with another of its cases.</summary>
    public bool FurtherProject { get; set; }

    public required DateOnly BeforeOn { get; set; }

    public required DateOnly SignedOn { get; set; }

    public List<PlannedContract> Contracts { get; } = [];

    public List<PlannedLine> Lines { get; } = [];

    public required DateOnly MilestoneOn { get; set; }

    public required DateOnly FiledOn { get; set; }

    public required DateOnly CompletedOn { get; set; }

    public required DateOnly AssessedOn { get; set; }

    public required DateOnly AcceptedOn { get; set; }

    public bool Filed { get; set; } = true;

    public bool Verified { get; set; } = true;

    public bool Terminated { get; set; }

    public string EnterpriseAccount { get; set; } = "";

    public string ProviderAccount { get; set; } = "";

    public string Verifier { get; set; } = "district-1";

    public string Acceptor { get; set; } = "approver-1";

    public string Evaluator { get; set; } = "evaluation-1";

    public Money? Audited { get; set; }

    public required string PhotoSha256 { get; set; }

    public bool HasEvaluationReport { get; set; } = true;

    public Money? AdvancePaid { get; set; }

    public bool AdvanceBeforeFiling { get; set; }

    public Money Eligible { get; set; }

    public decimal Rate { get; set; } = 0.5m;

    public Money Entitlement { get; set; }

    public Money Awarded { get; set; }

    public bool Publicised { get; set; } = true;

    public int PublicityWorkingDays { get; set; } = 5;

    public int ApprovedDaysAfterPublicity { get; set; } = 3;

    public bool ObjectionOpen { get; set; }

    public bool ObjectionDecided { get; set; }

    public string? SharedPhoneWith { get; set; }

    public string AwardComputer { get; set; } = "officer-1";

    public string AwardApprover { get; set; } = "approver-2";

    public string? PayeeInstead { get; set; }

    public bool PaidTwice { get; set; }

    public string Fund { get; set; } = "central-2025";

    public DateOnly PaidOn { get; set; }

    public bool Awards { get; set; } = true;

    /// <summary>The check under which this case was planted, or none.</summary>
    public string? Planted { get; set; }
}
