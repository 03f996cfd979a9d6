using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Claims;

namespace PilotCity.Funding.Awards;

/// <summary>Asks Registry which of some organisations share a representative, a phone or an address.</summary>
internal delegate ValueTask<Result<CompareReply>> AskParties(string city, IReadOnlyList<string> orgs, CancellationToken ct);

/// <summary>Gathers, before a computation, what a person should look at: parties that share something, claims that another city has too.</summary>
internal static class FindConcerns
{
    public static async ValueTask<Result<AwardFacts>> Of(AwardFacts facts, AskParties ask, ServiceLog log, CancellationToken ct)
    {
        var parties = await ask(facts.City, facts.Parties, ct);
        if (!parties.Ok) return parties.Fault;
        var elsewhere = await FindClaims.Elsewhere(log, facts.City, [.. facts.Marks.Select(m => m.Fingerprint)], ct);
        return facts with
        {
            Concerns = [.. parties.Value.Relations.Select(r => Concern.Shared(r.Kind, r.A, r.B)).Concat(elsewhere).OrderBy(c => c.Id, StringComparer.Ordinal)],
            Sources = [.. facts.Sources, .. parties.Value.Sources.Select(s => GatherFacts.Source("party", s))],
        };
    }

    /// <summary>Asked again before money is approved: another city may have claimed the same since the computation.</summary>
    public static async ValueTask<Fault?> Since(Award award, string city, ServiceLog log, CancellationToken ct) =>
        (await FindClaims.Elsewhere(log, city, award.Claims, ct)).FirstOrDefault(found => !award.Concerns.Any(known => known.Id == found.Id)) is { } fresh
            ? AwardFaults.ConcernNew(fresh)
            : null;

    internal static AskParties Parties(Peers peers) => async (city, orgs, ct) =>
    {
        var request = new CompareRequest { City = city };
        request.Orgs.AddRange(orgs);
        var reply = await peers.Ask("registry").Question((channel, options) => new Parties.PartiesClient(channel).CompareAsync(request, options), ct);
        return !reply.Ok ? reply.Fault : reply.Value ?? new CompareReply();
    };

    /// <summary>The claims of an award beside its computation: new ones made, those it no longer stands on released.</summary>
    public static IEnumerable<Change> ClaimsOf(Award award, AwardFacts facts)
    {
        var now = facts.Marks.Select(m => m.Fingerprint).ToHashSet(StringComparer.Ordinal);
        return award.Claims.Where(f => !now.Contains(f)).Select(f => new Change(Claim.Noun.StreamOf(f), new ClaimReleased(facts.Project)))
            .Concat(facts.Marks.Where(m => !award.Claims.Contains(m.Fingerprint)).Select(m => new Change(Claim.Noun.StreamOf(m.Fingerprint), new ClaimMade(m.Kind, facts.KeyId, facts.Project))));
    }
}
