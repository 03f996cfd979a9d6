using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Checks;

/// <summary>Runs every check over the subjects that were touched, or over all; pure: the same facts and day give the same hits.</summary>
internal static class RunChecks
{
    public static IReadOnlyList<Hit> Over(CityFacts facts, Touched touched, DateOnly today)
    {
        var enterprises = touched.Everything ? [.. facts.Enterprises.Keys] : touched.Enterprises;
        var projects = touched.Everything ? [.. facts.Projects.Keys] : touched.Projects.Concat(enterprises.SelectMany(e => facts.EnterpriseOf(e).Projects))
            .Concat(touched.Awards.Where(facts.Projects.ContainsKey))
            .Concat(touched.Providers.Count == 0 ? [] : facts.Projects.Values.Where(p => p.Contracts.Exists(c => touched.Providers.Contains(c.Provider))).Select(p => p.Id))
            .ToHashSet(StringComparer.Ordinal);
        var awards = touched.Everything ? [.. facts.Awards.Keys] : touched.Awards.Concat(projects).Where(facts.Awards.ContainsKey).ToHashSet(StringComparer.Ordinal);
        var hits = new List<Hit>();
        foreach (var project in projects.Order(StringComparer.Ordinal).Select(p => facts.Projects[p]))
        {
            hits.AddRange(CheckProjects.Look(facts, project, today));
            hits.AddRange(CheckSpend.Look(facts, project));
        }

        hits.AddRange(awards.Order(StringComparer.Ordinal).SelectMany(a => CheckAwards.Look(facts, facts.Awards[a])));
        hits.AddRange(enterprises.Order(StringComparer.Ordinal).SelectMany(e => CheckCity.Look(facts, facts.EnterpriseOf(e))));
        hits.AddRange((touched.Everything ? facts.Funds.Keys : (IEnumerable<string>)touched.Funds).Order(StringComparer.Ordinal).SelectMany(f => CheckCity.Look(facts, facts.Funds[f], today)));
        if (projects.Count > 0)
        {
            hits.AddRange(CheckCity.Concentration(facts));
        }

        return [.. hits.DistinctBy(h => h.Id)];
    }
}
