using Dapper;
using Microsoft.Data.Sqlite;
using PilotCity.City.Demonstration;

namespace PilotCity.City.Tests.Journeys;

/// <summary>The beginning of a pilot, so that there is something to work on: a fund, and the enterprises of the demonstration's list.</summary>
internal static class SmallPilot
{
    /// <summary>Opens the fund and imports the list; gives the enterprises' credit codes.</summary>
    internal static async Task<IReadOnlyList<string>> Begin(Uri gateway)
    {
        using var city = new PilotClient(gateway, TimeProvider.System);
        await city.Post("finance-officer-1", $"/api/funding/{PilotClient.City}/funds", new { id = Commands.Fund, name = "2025年中央资金", source = "central", planned = "100000000.00" });
        using var stream = typeof(CityProgram).Assembly.GetManifestResourceStream("longyan-pilot-list.xlsx")!;
        using var workbook = new MemoryStream();
        await stream.CopyToAsync(workbook);
        await city.File(
            "bureau-officer-1", HttpMethod.Post, $"/api/registry/{PilotClient.City}/pilot-lists?day=2025-06-30&name=list", workbook.ToArray(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        var page = await city.Get("bureau-officer-1", $"/api/registry/{PilotClient.City}/enterprises?limit=200");
        return [.. page.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("uscc").GetString()!)];
    }

    /// <summary>How far each log of the city has come, by the database's own word.</summary>
    internal static Dictionary<string, long> Positions(string folder) => Shapes.Names.ToDictionary(
        s => s, s => Query<long>(folder, s, $"SELECT COALESCE(MAX(position), 0) FROM log WHERE city = '{PilotClient.City}'")[0], StringComparer.Ordinal);

    internal static List<T> Query<T>(string folder, string service, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, $"{service}.db")};Pooling=False");
        return [.. connection.Query<T>(sql)];
    }

    /// <summary>Waits until Oversight's tree says that it holds each log to its end.</summary>
    internal static async Task TreeHoldsEverything(Door door, string folder)
    {
        var told = string.Empty;
        await CityProcess.Until(
            async () =>
            {
                var tree = await door.Get("auditor-1", $"/api/oversight/{PilotClient.City}/tree");
                told = tree.ToString();
                Assert.Empty(tree.GetProperty("breaks").EnumerateArray());
                var taken = tree.GetProperty("logs").EnumerateArray().ToDictionary(l => l.GetProperty("service").GetString()!, l => l.GetProperty("position").GetInt64(), StringComparer.Ordinal);
                var there = Positions(folder);
                return there.All(p => taken.GetValueOrDefault(p.Key) == p.Value) && tree.GetProperty("size").GetInt64() == there.Values.Sum();
            },
            () => $"the tree says {told}, the logs are at {string.Join(", ", Positions(folder))}");
    }
}
