using System.Text.Json.Serialization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Funding.Funds;

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

    public Measurement? Measured { get; init; }

    /// <summary>The last day on which the approval lets it be paid.</summary>
    public DateOnly? ExpiresOn { get; init; }

    /// <summary>The last day since finance extended it; it stands above the approval's and the fund's.</summary>
    public DateOnly? ExtendedTo { get; init; }

    /// <summary>Reserved on the fund and neither paid nor given up.</summary>
    [JsonIgnore]
    public bool Open => Status is TrancheStatus.Held or TrancheStatus.Approved or TrancheStatus.Frozen;

    /// <summary>The last day on which it may be paid, by the approval and by its fund (AC39); none where neither sets one.</summary>
    public DateOnly? LastDay(Fund fund) => ExtendedTo ?? (ExpiresOn is { } own && (fund.PayableUntil is not { } all || own < all) ? own : fund.PayableUntil);

    /// <summary>May go into a batch on this day, as far as the award itself says.</summary>
    public bool Payable(DateOnly day) => Status == TrancheStatus.Approved && (Condition?.NotBefore is not { } from || day >= from) && !((ExtendedTo ?? ExpiresOn) < day);

    /// <summary>The same, by the fund's last day of payment too.</summary>
    public bool Payable(DateOnly day, Fund fund) => Payable(day) && !(LastDay(fund) < day);
}

/// <summary>When a payment may be made: from a day on, once a document shows what is required, or once an outcome is reached; absent, at once.</summary>
internal sealed record PaymentCondition(DateOnly? NotBefore = null, string? Requires = null, OutcomeTarget? Outcome = null)
{
    /// <summary>Somebody has to say that it is met.</summary>
    [JsonIgnore]
    public bool Holds => Requires is not null || Outcome is not null;
}

/// <summary>Which way an outcome is better: more of it, or less.</summary>
internal enum Polarity { Higher, Lower }

/// <summary>
/// What the renovation has to bring about for the payment (成效挂钩): from the baseline to the target, measured by this day; paid in proportion
/// where the approval says so, else all or nothing.
/// </summary>
internal sealed record OutcomeTarget(
    string Indicator,
    string Unit,
    Polarity Better,
    [property: JsonConverter(typeof(DecimalTextJson))] decimal? Baseline,
    [property: JsonConverter(typeof(DecimalTextJson))] decimal? Target,
    DateOnly By,
    bool InProportion = false)
{
    /// <summary>Figures of a factory; with more digits a proportion would be rounded before it is computed.</summary>
    private const int DecimalsMax = 6;

    private const decimal FigureMax = 1_000_000_000_000;

    [JsonIgnore]
    public bool Sane => Indicator.Trim().Length is > 0 and <= 100 && Unit.Length is > 0 and <= 20 && IsFigure(Baseline) && IsFigure(Target) && (Better == Polarity.Higher ? Target > Baseline : Target < Baseline);

    internal static bool IsFigure(decimal? figure) => figure is { } value && value.Scale <= DecimalsMax && Math.Abs(value) <= FigureMax;

    public bool Reached(decimal value) => Better == Polarity.Higher ? value >= Target : value <= Target;

    /// <summary>How far from the baseline to the target, from 0 to 1.</summary>
    public decimal Achieved(decimal value) => Math.Clamp((value - Baseline!.Value) / (Target!.Value - Baseline.Value), 0, 1);

    /// <summary>The part of an amount that was achieved: computed first, rounded once.</summary>
    public Money Part(Money amount, decimal value) => Money.RoundHalfUp(amount.Yuan * Achieved(value));
}

/// <summary>What was measured, by whom, on which day, and the hash of the evidence.</summary>
internal sealed record Measurement(string By, Role Role, [property: JsonConverter(typeof(DecimalTextJson))] decimal? Value, DateOnly On, string Evidence, bool Reached);

/// <summary>A payment as the approval plans it; no payee is the award's enterprise.</summary>
internal sealed record PlannedTranche(string Id, string Fund, Money Amount, string? Payee = null, PaymentCondition? Condition = null);

/// <summary>Evidence is named by its SHA-256, in lower-case hex.</summary>
internal static class Evidence
{
    /// <summary>A file of findings has some annexes.</summary>
    internal const int FilesMax = 20;

    internal static bool IsSha256(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
