using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Verify;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Verify;

/// <summary>Logs in PostgreSQL are checked as those in files are.</summary>
[Collection(PostgresGroup.Name)]
public sealed class VerifyLogsTests(PostgresServer server)
{
    [Theory]
    [InlineData("SELECT 1", null)]
    [InlineData("UPDATE log SET payload = convert_to('{\"by\":2}', 'UTF8') WHERE position = 3", "log.hash_wrong")]
    [InlineData("UPDATE log SET head = hash WHERE position = 3", "log.head_wrong")]
    [InlineData("DELETE FROM log WHERE position = 3", "log.gap")]
    [InlineData("DELETE FROM log WHERE position = 5", "log.tail_cut")]
    [InlineData("DROP TABLE command", "log.unreadable")]
    public async Task What_was_done_to_a_log_behind_our_back_is_found(string change, string? code)
    {
        var database = await Written();

        // Who means to change something takes the triggers away first, and puts them back.
        await Run(database, $"ALTER TABLE log DISABLE TRIGGER USER; {change}; ALTER TABLE log ENABLE TRIGGER USER;");

        var verified = VerifyLogs.Check([LogSource.OfServer("testing", database)], _ => null, null, CancellationToken.None);
        Assert.Equal(code, verified.Findings.Select(f => f.Fault.Code).FirstOrDefault());
        Assert.Equal(code is null ? 5 : verified.Entries, verified.Entries);
    }

    [Theory]
    [InlineData("DROP TRIGGER log_append_only ON log")]
    [InlineData("ALTER TABLE command DISABLE TRIGGER command_no_truncate")]
    [InlineData("CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")]
    public async Task Protection_that_was_taken_away_is_found(string change)
    {
        var database = await Written();

        await Run(database, change);

        var verified = VerifyLogs.Check([LogSource.OfServer("testing", database)], _ => null, null, CancellationToken.None);
        Assert.Equal(["log.unprotected"], verified.Findings.Select(f => f.Fault.Code));
    }

    private async Task<string> Written()
    {
        var database = await server.EmptyDatabase();
        await using var log = new ServiceLog("testing", LogDatabase.Open(database), [Counter.Noun], [], TimeProvider.System, NullLogger.Instance);
        await log.Start(CancellationToken.None);
        for (var i = 0; i < 5; i++)
        {
            Assert.Null((await log.Do(Counter.Move("c", 1), CancellationToken.None)).Fault);
        }

        return database;
    }

    private static async Task Run(string database, string sql)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
