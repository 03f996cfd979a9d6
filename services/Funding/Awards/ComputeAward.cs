using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Funding.Claims;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>
/// The bureau computes the award (核定, S12): facts from Performance, Registry and Assessment, the enterprise's earlier awards, the advances
/// paid, the rule set in force now, the pure rule engine; facts, sources and the whole decision are kept in the entry. Computed again it
/// replaces the earlier result and its publicity (AC34), until it is approved.
/// Faults: <c>award.decided</c>, <c>award.advance_open</c>, <c>rule_set.not_in_force</c>, <c>award.facts_too_large</c>, and those of the services asked.
/// </summary>
internal static class ComputeAward
{
    /// <summary>The rule set by its id, e.g. <c>longyan</c>; the version in force decides.</summary>
    public sealed record Body(string RuleSet);

    internal static Decision Decide(Award award, RuleBook book, EnterpriseAwards earlier, AwardFacts facts, DateTimeOffset at)
    {
        if (award.Decided) return AwardFaults.Decided;
        if (award.OpenTranches.Any()) return AwardFaults.AdvanceOpen;
        if (award.Objections.Exists(o => o.Open)) return AwardFaults.ObjectionOpen;
        var set = book.InForce(ChinaTime.DayOf(at));
        if (!set.Ok) return set.Fault;
        var @case = facts.Case(set.Value, AwardStage.Final, award, earlier, at);
        var decision = DecideAward.Decide(set.Value, @case);

        // Nothing is payable yet because the city has not accepted: a decision on that would close the award for good.
        if (decision.Outcome == Outcome.NothingPayable && facts.ProjectFacts.AcceptedOn is null) return AwardFaults.NotAccepted;
        var computed = new AwardComputed(
            facts.Enterprise, facts.Project, set.Value.Id, set.Value.Version, set.Value.Hash, @case, facts.SourcesWith(earlier), facts.Handlers, decision,
            earlier.Version, facts.Assessment, facts.ConcernsKept, facts.ClaimsKept,
            Outlook.Of(set.Value, @case), facts.District, facts.SubIndustry, facts.PartyAccounts.IsEmpty ? null : facts.PartyAccounts);
        if (!Fits(computed)) computed = computed with { Outlook = null };
        return Fits(computed)
            ? Decision.Accept([new(Award.Noun.StreamOf(facts.Project), computed), .. FindConcerns.ClaimsOf(award, facts)]).Answering($"/awards/{facts.Project}", ShowAward.Summary.Of(decision))
            : AwardFaults.FactsTooLarge;
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/awards/{id}/computation", [Role.BureauOfficer], (request, ct) =>
        Ask(request, request.Body.RuleSet, AwardStage.Final, Decide, ct));

    /// <summary>Gathers the facts and names the streams that both computations read.</summary>
    internal static async ValueTask<Result<Intent>> Ask<TBody>(
        Request<TBody> request, string ruleSet, AwardStage stage, Func<Award, RuleBook, EnterpriseAwards, AwardFacts, DateTimeOffset, Decision> decide, CancellationToken ct)
    {
        var project = request.Route("id");
        var facts = await GatherFacts.Of(
            request.City, project, stage, request.Service<AskProject>(), request.Service<AskEnterprise>(), request.Service<AskResult>(), request.Service<Fingerprints>(), ct);
        if (facts.Ok) facts = await FindConcerns.Of(facts.Value, request.Service<AskParties>(), request.Log, ct);
        if (!facts.Ok) return facts.Fault;
        var before = (await request.Log.Load(request.City, Award.Noun, project, null, ct)).State;
        var uscc = facts.Value.Enterprise;
        var claims = facts.Value.Marks.Select(m => m.Fingerprint).Union(before.Claims).ToHashSet(StringComparer.Ordinal);
        return new Intent(
            [
                Award.Noun.StreamOf(project), RuleBook.Noun.StreamOf(ruleSet), EnterpriseAwards.Noun.StreamOf(uscc),
                .. claims.Select(Claim.Noun.StreamOf),
            ],
            (streams, at) => streams.Version(RuleBook.Noun, ruleSet) == 0
                ? SliceFaults.Unknown(RuleBook.Noun.Category, ruleSet)
                : streams.Get(Award.Noun, project).Claims.Any(c => !claims.Contains(c)) ? SliceFaults.Stale(streams.Version(Award.Noun, project))
                : RefuseApprover(streams.Get(Award.Noun, project), request.Actor, "computation")
                ?? decide(streams.Get(Award.Noun, project), streams.Get(RuleBook.Noun, ruleSet), streams.Get(EnterpriseAwards.Noun, uscc), facts.Value, at));
    }

    /// <summary>Who approved a payment of this award does not handle it afterwards either; the attempt stays on record (AC33).</summary>
    internal static Decision? RefuseApprover(Award award, Actor actor, string step) => Duties.Refuse(award, Duty.Handle, actor, step);

    internal static bool Fits(object computed) => Defaults.Log.Noun.Write(computed).Length <= CanonicalEntry.PayloadBytesMax;
}
