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
    [InlineData("UPDATE log SET position = 0 WHERE position = 2; UPDATE log SET position = 2 WHERE position = 3; UPDATE log SET position = 3 WHERE position = 0", "log.hash_wrong")]
    [InlineData("INSERT INTO log SELECT city, 6, stream, 6, type, command_id, actor, at_micros, trace, payload, hash, head FROM log WHERE position = 5", "log.hash_wrong")]
    [InlineData("DELETE FROM log WHERE position = 1", "log.gap")]
    [InlineData("UPDATE log SET stream = 'counter/d' WHERE position = 3", "log.hash_wrong")]
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

    /// <summary>A server knows types of columns: one that is changed is found, whatever it still holds.</summary>
    [Theory]
    [InlineData("ALTER TABLE log ALTER COLUMN payload TYPE TEXT USING convert_from(payload, 'UTF8')")]
    [InlineData("ALTER TABLE log ALTER COLUMN version TYPE TEXT")]
    [InlineData("ALTER TABLE log ALTER COLUMN position TYPE NUMERIC")]
    [InlineData("ALTER TABLE log ALTER COLUMN position TYPE TEXT")]
    [InlineData("ALTER TABLE log ALTER COLUMN city TYPE BYTEA USING convert_to(city, 'UTF8')")]
    [InlineData("ALTER TABLE log ALTER COLUMN stream TYPE BYTEA USING convert_to(stream, 'UTF8')")]
    [InlineData("ALTER TABLE log ALTER COLUMN hash TYPE TEXT USING encode(hash, 'hex')")]
    [InlineData("ALTER TABLE log ALTER COLUMN command_id TYPE UUID USING encode(command_id, 'hex')::uuid")]
    [InlineData("ALTER TABLE command ALTER COLUMN position TYPE TEXT")]
    [InlineData("ALTER TABLE log DROP COLUMN trace")]
    [InlineData("ALTER TABLE log ALTER COLUMN trace DROP NOT NULL; UPDATE log SET trace = NULL WHERE position = 3")]
    public async Task A_column_of_another_type_is_found_and_no_crash(string change)
    {
        var database = await Written();

        await Run(database, $"ALTER TABLE log DISABLE TRIGGER USER; {change}; ALTER TABLE log ENABLE TRIGGER USER;");

        var verified = VerifyLogs.Check([LogSource.OfServer("testing", database)], _ => null, null, CancellationToken.None);
        Assert.StartsWith("log.", verified.Findings.Select(f => f.Fault.Code).FirstOrDefault() ?? "nothing is found", StringComparison.Ordinal);
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
