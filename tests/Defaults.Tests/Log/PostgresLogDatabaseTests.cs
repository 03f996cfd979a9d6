using Npgsql;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Tests.Log;

public sealed class PostgresLogDatabaseTests
{
    [Theory]
    [InlineData("57P03", true)] // the server starts or stops
    [InlineData("25P03", true)] // it ended a transaction that a paused process had left idle
    [InlineData("53300", true)] // too many connections
    [InlineData("23505", false)] // a unique violation: our doing
    [InlineData("42P01", false)] // no such table
    public async Task What_the_server_says_is_an_outage_or_our_doing(string state, bool outage)
    {
        await using var database = LogDatabase.Open("Host=127.0.0.1;Port=1");

        Assert.Equal(outage, database.IsOutage(new PostgresException("said", "ERROR", "ERROR", state)));
    }

    [Fact]
    public async Task A_connection_that_breaks_under_a_command_is_an_outage_by_whatever_name()
    {
        await using var database = LogDatabase.Open("Host=127.0.0.1;Port=1");

        Assert.True(database.IsOutage(new ObjectDisposedException("ManualResetEventSlim")));
        Assert.True(database.IsOutage(new NpgsqlException("Exception while reading from stream", new IOException())));
        Assert.False(database.IsOutage(new InvalidOperationException("a bug")));
    }
}
