using PilotCity.City.Demonstration;
using PilotCity.Testing;

namespace PilotCity.City.Tests.Demonstration;

/// <summary>The demonstration, played once for all tests that look at what it leaves.</summary>
public sealed class PlayedPilot : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter output = new();
    private readonly StringWriter error = new();

    public string Folder => folder["demo"];

    public string Output => output.ToString();

    public string Error => error.ToString();

    public int ExitCode { get; private set; }

    public string[] Receipts => [.. Directory.GetFiles(Path.Combine(Folder, "receipts")).Order(StringComparer.Ordinal)];

    public async Task InitializeAsync() => ExitCode = await Demo.Run(Folder, servers: false, output, error, CancellationToken.None);

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }
}

[CollectionDefinition(Name)]
public sealed class PlayedPilotGroup : ICollectionFixture<PlayedPilot>
{
    public const string Name = "the played pilot";
}
