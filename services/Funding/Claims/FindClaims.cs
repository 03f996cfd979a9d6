using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;

namespace PilotCity.Funding.Claims;

/// <summary>Which other cities claim the same (AC08, AC30): of this installation by their own lists, of others by what they reported.</summary>
internal static class FindClaims
{
    /// <summary>Fingerprints of one question to the database.</summary>
    private const int Together = 200;

    public static async Task<IReadOnlyList<Concern>> Elsewhere(ServiceLog log, string city, IReadOnlyCollection<string> fingerprints, CancellationToken ct)
    {
        var concerns = new SortedSet<Concern>(Concern.InOrder);
        if (fingerprints.Count == 0) return [];
        foreach (var other in (await log.Cities(ct)).Select(c => c.City))
        {
            foreach (var some in fingerprints.Order(StringComparer.Ordinal).Chunk(Together))
            {
                var query = new ListQuery([("fingerprint", some), .. other == city ? [] : new[] { ("claimed", (IReadOnlyList<string>)["true"]) }]);
                var (rows, _) = await log.List(other, ListClaims.Model, query, count: false, ct);
                foreach (var row in rows)
                {
                    var cities = other == city ? ListClaims.Reported(row) : [other];
                    concerns.UnionWith(cities.Where(c => c != city).Select(c => Concern.Duplicate(ListClaims.Kind(row), row.Id, c)));
                }
            }
        }

        return [.. concerns];
    }
}
