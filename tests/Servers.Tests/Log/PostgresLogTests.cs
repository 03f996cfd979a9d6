using PilotCity.Testing;

namespace PilotCity.Servers.Tests.Log;

[Collection(PostgresGroup.Name)]
public sealed class PostgresLogTests(PostgresServer server) : LogContract
{
    protected override Task<string> EmptyDatabase() => server.EmptyDatabase();
}
