using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau computes the advance (首笔预拨, S5): facts from Performance and Registry, the rule set in force now, the pure rule engine; all of
/// it is kept. It may be computed again until it is approved. Faults: <c>award.advance_open</c>, <c>award.advance_exists</c>,
/// <c>rule_set.not_in_force</c>, <c>award.facts_too_large</c>, and those of the services asked.
/// </summary>
internal static class ComputeAdvance
{
    /// <summary>The rule set by its id, e.g. <c>longyan</c>; the version in force decides.</summary>
    public sealed record Body(string RuleSet);

    internal static Decision Decide(Award award, RuleBook book, EnterpriseAwards earlier, AwardFacts facts, DateTimeOffset at)
    {
        if (award.OpenTranches.Any()) return AwardFaults.AdvanceOpen;
        if (award.Final is not null || award.AdvancesPaid.Fen > 0) return AwardFaults.AdvanceExists;
        var set = book.InForce(ChinaTime.DayOf(at));
        if (!set.Ok) return set.Fault;
        var @case = facts.Case(set.Value, AwardStage.Advance, award, earlier, at);
        var decision = DecideAward.Decide(set.Value, @case);
        var computed = new AdvanceComputed(
            facts.Enterprise, facts.Project, set.Value.Id, set.Value.Version, set.Value.Hash, @case, facts.SourcesWith(earlier), facts.Handlers, decision,
            facts.ConcernsKept, facts.ClaimsKept, Outlook.Of(set.Value, @case));
        if (!ComputeAward.Fits(computed)) computed = computed with { Outlook = null };
        return ComputeAward.Fits(computed)
            ? Decision.Accept([new(Award.Noun.StreamOf(facts.Project), computed), .. FindConcerns.ClaimsOf(award, facts)]).Answering($"/awards/{facts.Project}", ShowAward.Summary.Of(decision))
            : AwardFaults.FactsTooLarge;
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/advance", [Role.BureauOfficer], (request, ct) =>
        ComputeAward.Ask(request, request.Body.RuleSet, AwardStage.Advance, Decide, ct));
}
