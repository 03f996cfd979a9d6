using PilotCity.Defaults;

namespace PilotCity.Funding.Awards;

/// <summary>Why paid money has to come back: 虚报、冒领, 挪用, or a project that ended after its advance (Q8).</summary>
internal enum ClawbackBasis { Fraud, Misuse, Terminated }

/// <summary>A proposal to take paid money back (追回), and what a second person decided on it.</summary>
internal sealed record Clawback(string Id, ClawbackBasis Basis, Money Amount, string Facts, IReadOnlyList<string> Evidence, string ProposedBy, AwardDecision? Decision, bool Open = true)
{
    public bool Upheld { get; init; }

    public string? DecidedBy { get; init; }

    public string? Document { get; init; }

    /// <summary>What the authority set, inside the range of the rule; this product sets none.</summary>
    public Money? Fine { get; init; }

    public Money? PersonFine { get; init; }
}

/// <summary>A proposal to write off what cannot be collected (核销), and what a second person decided on it.</summary>
internal sealed record WriteOff(string Id, Money Amount, string Reason, string Document, string ProposedBy, bool Open = true)
{
    public bool Granted { get; init; }

    public string? DecidedBy { get; init; }
}

/// <summary>So much on one fund.</summary>
internal sealed record FundPart(string Fund, Money Amount);

/// <summary>
/// Somebody proposed to take paid money back: the breach with its evidence, and the range of the fine as the rule text of this hash gives it for
/// these facts; or the project's end, as it was read at <see cref="Project"/>.
/// </summary>
internal sealed record ClawbackProposed(
    string Clawback, string Enterprise, ClawbackBasis Basis, Money Amount, string Facts, IReadOnlyList<string> Evidence, string Clause,
    string? RuleSet = null, int? RuleSetVersion = null, string? RuleSetHash = null, AwardCase? Case = null, AwardDecision? Decision = null, FactSource? Project = null);

/// <summary>A second person decided on it, by the document of this number; upheld, so much is due back on each fund it came from.</summary>
internal sealed record ClawbackDecided(
    string Clawback, bool Upheld, string Document, string Reason, Money? Fine = null, Money? PersonFine = null, IReadOnlyList<FundPart>? Parts = null, Money? Reduced = null);

/// <summary>A finance officer proposed to write off what cannot be collected.</summary>
internal sealed record WriteOffProposed(string WriteOff, Money Amount, string Reason, string Document);

/// <summary>A finance approver decided on it; granted, so much of each fund's claim is written off.</summary>
internal sealed record WriteOffDecided(string WriteOff, bool Granted, string Document, string Reason, IReadOnlyList<FundPart>? Parts = null);
