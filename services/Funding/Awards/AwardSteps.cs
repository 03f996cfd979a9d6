namespace PilotCity.Funding.Awards;

/// <summary>When the final award came from step to step, and the district that Registry named at its computation: what waiting times are counted from.</summary>
internal sealed record AwardSteps(
    DateTimeOffset? ComputedAt = null, DateTimeOffset? PublicisedAt = null, DateTimeOffset? ApprovedAt = null, DateTimeOffset? FrozenAt = null, DateTimeOffset? PaidAt = null, string? District = null)
{
    public static readonly AwardSteps None = new();

    /// <summary>Computed again it begins anew; the first freezing and the last payment count, as the bank dates it.</summary>
    public AwardSteps After(object happened, DateTimeOffset at) => happened switch
    {
        AwardComputed e => new(at, District: e.District),
        AwardPublicised => this with { PublicisedAt = at },
        AwardApproved => this with { ApprovedAt = at },
        TrancheFrozen { Tranche: TrancheKind.Final } => this with { FrozenAt = FrozenAt ?? at },
        TranchePaid { Tranche: TrancheKind.Final } e => this with { PaidAt = e.PaidAt },
        TrancheReturned { Tranche: TrancheKind.Final } => this with { PaidAt = null },
        _ => this,
    };
}
