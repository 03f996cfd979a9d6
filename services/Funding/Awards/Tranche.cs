using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Funding.Awards;

/// <summary>An advance before acceptance, or a payment of the final award.</summary>
internal enum TrancheKind { Advance, Final }

/// <summary>
/// A payment's way: held (money reserved, its condition not met yet), approved, frozen in a batch, paid; or withdrawn or expired before it was paid.
/// </summary>
internal enum TrancheStatus { Held, Approved, Frozen, Paid, Withdrawn, Expired }

/// <summary>
/// One payment of an award: so much of it, from one fund (one source), to one payee, when its condition is there; and the batch that holds it
/// while it is frozen or paid. Several sources, payees and instalments are several of these.
/// </summary>
internal sealed record Tranche(
    string Id, TrancheKind Kind, Money Amount, TrancheStatus Status, string Fund, string Payee, string ApprovedBy,
    string? Batch = null, string? Line = null, string? Reference = null)
{
    public PaymentCondition? Condition { get; init; }

    /// <summary>Reserved on the fund and neither paid nor given up.</summary>
    [JsonIgnore]
    public bool Open => Status is TrancheStatus.Held or TrancheStatus.Approved or TrancheStatus.Frozen;

    /// <summary>May go into a batch on this day.</summary>
    public bool Payable(DateOnly day) => Status == TrancheStatus.Approved && (Condition?.NotBefore is not { } from || day >= from);
}

/// <summary>When a payment may be made: from a day on, or once a document shows what is required; absent, at once.</summary>
internal sealed record PaymentCondition(DateOnly? NotBefore = null, string? Requires = null)
{
    /// <summary>Somebody has to say that it is met.</summary>
    [JsonIgnore]
    public bool Holds => Requires is not null;
}

/// <summary>A payment as the approval plans it; no payee is the award's enterprise.</summary>
internal sealed record PlannedTranche(string Id, string Fund, Money Amount, string? Payee = null, PaymentCondition? Condition = null);
