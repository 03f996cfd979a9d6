using PilotCity.Testing;

namespace PilotCity.Defaults.Tests.Log;

public sealed class SqliteLogTests : LogContract, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    protected override Task<string> EmptyDatabase() => Task.FromResult($"Data Source={folder["log.db"]}");
}
