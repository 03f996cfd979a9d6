using PilotCity.Defaults;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Simulations;

/// <summary>One decided award under the draft: what was, what would be, and the reasons that came or went.</summary>
internal sealed record Replayed(
    string Award, string? Enterprise, string? District, string? SubIndustry, int? Level, string? Provider, string RuleSet,
    Outcome OutcomeBefore, Outcome Outcome, Money? Before, Money? After, Money Difference, IReadOnlyList<string> ReasonsGone, IReadOnlyList<string> ReasonsNew)
{
    internal bool Changed => Difference.Fen != 0 || OutcomeBefore != Outcome;
}

/// <summary>So many awards went from one outcome to another.</summary>
internal sealed record OutcomeMove(Outcome Before, Outcome After, int Awards);

/// <summary>The awards of one district, sub-industry, level or provider together.</summary>
internal sealed record SimulatedGroup(string Key, int Awards, int Winners, int Losers, Money Before, Money After, Money Difference);

/// <summary>What the draft's limits on the whole portfolio make of it: the money there is, what of it is paid in the order of applications, who waits.</summary>
internal sealed record SimulatedPortfolio(Money? Pool, Money Due, Money Paid, Money? Left, int Waiting, Money WaitingFor, Money? Average, Reason? AboveAverage);

/// <summary>
/// Every decided award of a history under a draft. The facts are those of the day of each decision, earlier awards of the enterprise and what
/// was advanced included; an amount that an officer proposed then is left out. Nothing here depends on the moment or the machine: the same
/// history and draft give the same bytes.
/// </summary>
internal sealed record Simulation(
    string RuleSet, string RuleSetHash, int Awards, int Skipped, int Unchanged, int Winners, int Losers, int OnlyOutcome,
    Money Before, Money After, Money Difference,
    IReadOnlyList<OutcomeMove> Outcomes, IReadOnlyList<SimulatedGroup> ByDistrict, IReadOnlyList<SimulatedGroup> BySubIndustry,
    IReadOnlyList<SimulatedGroup> ByLevel, IReadOnlyList<SimulatedGroup> ByProvider, SimulatedPortfolio? Portfolio, IReadOnlyList<Replayed> Changed);
