using Dapper;
using PilotCity.Oversight.Entries;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Entries;

public class IndexTrailTests
{
    private const string Index = """
        SELECT 's' || city || kind || id || at_micros || '.' || idx FROM subject
        UNION ALL SELECT 't' || city || service || stream || kind || id FROM stream_subject
        UNION ALL SELECT 'o' || city || idx || '.' || true_micros FROM occurred ORDER BY 1
        """;

    private static readonly Chronicle Performance = new Chronicle("performance")
        .Add("project/P1", "ProjectDiagnosed", new { enterprise = "E1", diagnosedOn = "2025-03-01" })
        .Add("project/P1", "ProjectAccepted", new { acceptedOn = "2025-12-01" });

    // Another service's stream of the same name: what it names is no subject of the project.
    private static readonly Chronicle Funding = new Chronicle("funding")
        .Add("project/P1", "X", new { enterprise = "E2" })
        .Add("project/P1", "Y", new { award = "A1" });

    [Theory]
    [InlineData("DELETE FROM trail_index", "before indexes had versions")]
    [InlineData("UPDATE trail_index SET version = 1", "an older product's")]
    public async Task An_index_of_another_version_is_made_again_at_the_start_as_the_intake_makes_it(string sql, string why)
    {
        await using var oversight = await OversightLog.Open();
        await oversight.Take(Performance.Entries);
        await oversight.Take(Funding.Entries);
        await using var connection = await oversight.Log.Database.Connect(default);
        var made = (await connection.QueryAsync<string>(Index)).ToList();
        Assert.Equal(2, made.Count(r => r[0] == 'o'));
        await connection.ExecuteAsync($"{sql}; DELETE FROM subject WHERE idx = 1; DELETE FROM occurred; INSERT INTO stream_subject VALUES ('{TestService.City}', 'x', 'x', 'x', 'x')");

        await OversightTables.Create(oversight.Log.Database, default);

        Assert.True(made.SequenceEqual(await connection.QueryAsync<string>(Index)), why);
    }

    [Fact]
    public async Task An_index_of_this_version_is_left_as_it_is_until_all_are_asked_for()
    {
        await using var oversight = await OversightLog.Open();
        await oversight.Take(Performance.Entries);
        await using var connection = await oversight.Log.Database.Connect(default);
        var made = (await connection.QueryAsync<string>(Index)).ToList();
        await connection.ExecuteAsync("DELETE FROM subject");

        await OversightTables.Create(oversight.Log.Database, default);
        Assert.Equal(0, await connection.ExecuteScalarAsync<long>("SELECT COUNT(*) FROM subject"));

        var told = new List<(string, long, long)>();
        await IndexTrail.Rebuild(oversight.Log.Database, all: true, (city, done, all) => told.Add((city, done, all)), default);

        Assert.Equal(made, await connection.QueryAsync<string>(Index));
        Assert.Equal([(TestService.City, 2L, 2L)], told);
    }
}
