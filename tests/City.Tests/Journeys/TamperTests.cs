using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Journeys;

/// <summary>The data folder of a city that was stopped after a short story.</summary>
public sealed class StoppedCity : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();

    /// <summary>How many entries each log of the city has.</summary>
    internal Dictionary<string, long> Positions { get; private set; } = [];

    public async Task InitializeAsync()
    {
        using var city = CityProcess.Up(folder.Path);
        var gateway = await city.Listening();
        var commands = new Commands(new Random(2), await SmallPilot.Begin(gateway));
        using var door = new Door(gateway, new ConcurrentDictionary<string, string>(StringComparer.Ordinal));
        for (var i = 0; i < 80; i++)
        {
            await door.Say(commands.Next());
        }

        await SmallPilot.TreeHoldsEverything(door, folder.Path);
        await city.Interrupt();
        Assert.Equal(0, await city.Ended());
        Positions = SmallPilot.Positions(folder.Path);
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    /// <summary>A copy on which an attacker has run this SQL, with the triggers out of the way before and put back after.</summary>
    internal TemporaryFolder Altered(params (string Service, string Sql)[] attack)
    {
        var copy = new TemporaryFolder();
        foreach (var file in Directory.GetFiles(folder.Path))
        {
            File.Copy(file, copy[Path.GetFileName(file)]);
        }

        foreach (var (service, sql) in attack)
        {
            using var connection = new SqliteConnection($"Data Source={copy[$"{service}.db"]};Pooling=False");
            connection.Open();
            var triggers = SmallPilot.Query<(string Name, string Sql)>(copy.Path, service, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'");
            Run(connection, string.Concat(triggers.Select(t => $"DROP TRIGGER {t.Name};")));
            Run(connection, sql);
            Run(connection, string.Concat(triggers.Select(t => $"{t.Sql};")));
        }

        return copy;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}

/// <summary>Somebody who may write the files changes a log with SQL; <c>./city verify --log</c> names the log and its first bad position.</summary>
[Collection(nameof(CityProcess))]
public sealed class TamperTests(StoppedCity city) : IClassFixture<StoppedCity>
{
    [Fact]
    public async Task What_nobody_touched_holds()
    {
        using var copy = city.Altered();

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.True(code == 0, said);
        Assert.StartsWith("Everything holds", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("funding", "payload", "UPDATE log SET payload = CAST(replace(CAST(payload AS TEXT), '2025', '2026') AS BLOB) WHERE city = '350800' AND position = 4", 4)]
    [InlineData("registry", "actor", "UPDATE log SET actor = 'bureau-approver:bureau-approver-1@350800-bureau' WHERE city = '350800' AND position = 17", 17)]
    [InlineData("assessment", "time", "UPDATE log SET at_micros = at_micros - 86400000000 WHERE city = '350800' AND position = 2", 2)]
    [InlineData("performance", "version", "UPDATE log SET version = version + 1 WHERE city = '350800' AND position = 1", 1)]
    [InlineData("funding", "row that is gone", "DELETE FROM log WHERE city = '350800' AND position = 5", 5)]
    [InlineData("registry", "two rows that changed places", "UPDATE log SET position = -1 WHERE city = '350800' AND position = 9; UPDATE log SET position = 9 WHERE city = '350800' AND position = 12; UPDATE log SET position = 12 WHERE city = '350800' AND position = -1", 9)]
    public async Task A_changed_row_is_found_at_its_place(string service, string what, string sql, long position)
    {
        using var copy = city.Altered((service, sql));

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.True(code == 1, $"{what}: {said}");
        Assert.Contains($"{service}/350800, position {position}:", said.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_that_was_cut_is_found()
    {
        var last = city.Positions["funding"];
        using var copy = city.Altered(("funding", $"DELETE FROM log WHERE city = '350800' AND position >= {last}"));

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.Equal(1, code);
        Assert.Contains($"funding/350800, position {last}:", said.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tail_that_was_cut_from_the_log_and_from_the_tree_is_found_by_what_was_signed()
    {
        var last = city.Positions["funding"];
        using var copy = city.Altered(
            ("funding", $"DELETE FROM log WHERE city = '350800' AND position >= {last}; DELETE FROM command WHERE city = '350800' AND position >= {last}"),
            ("oversight", $"DELETE FROM leaf WHERE idx >= (SELECT idx FROM leaf WHERE service = 'funding' AND city = '350800' AND position = {last}); UPDATE cursor SET position = {last - 1} WHERE source = 'funding' AND city = '350800'"));

        var (code, said) = await CityProcess.Run("verify", "--log", copy.Path);

        Assert.Equal(1, code);
        Assert.Contains("oversight/350800", said, StringComparison.Ordinal);
        Assert.DoesNotContain("Everything holds", said, StringComparison.Ordinal);
    }
}
