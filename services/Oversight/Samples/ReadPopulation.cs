using Dapper;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Samples;

/// <summary>Rebuilds a population from the tree's own leaves.</summary>
internal static class ReadPopulation
{
    /// <summary>Leaves read at a time.</summary>
    private const int PageLeaves = 2_000;

    public static async Task<IReadOnlyList<PopulationItem>> At(LogDatabase database, string city, PopulationQuery query, long treeSize, CancellationToken ct)
    {
        var population = new Population();
        await using var connection = await database.Connect(ct);
        for (var (next, more) = (0L, true); more;)
        {
            var page = (await connection.QueryAsync<(long Index, byte[] Entry)>(new CommandDefinition(
                $"SELECT idx, entry FROM leaf WHERE city = @city AND idx >= @next AND idx < @treeSize AND {database.In("type", "@types")} ORDER BY idx LIMIT {PageLeaves}",
                new { city, next, treeSize, types = database.List(Population.Types) },
                cancellationToken: ct))).ToList();
            foreach (var (_, entry) in page)
            {
                population.Apply(CanonicalEntry.Read(entry));
            }

            more = page.Count == PageLeaves;
            next = more ? page[^1].Index + 1 : next;
        }

        return population.Of(query);
    }
}
