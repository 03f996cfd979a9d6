using PilotCity.Testing;

namespace PilotCity.Servers.Tests;

/// <summary>The product's private RabbitMQ broker in a temporary folder, gone with the tests that share it.</summary>
public sealed class RabbitServer : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private City.Servers.RabbitServer server = null!;
    private int hosts;

    internal City.Servers.RabbitServer Server => server;

    /// <summary>The address of a virtual host with nothing in it.</summary>
    public Task<Uri> EmptyHost() => server.EmptyHost($"test{Interlocked.Increment(ref hosts)}");

    public async Task InitializeAsync() => server = await City.Servers.RabbitServer.Open(folder["rabbitmq"], CancellationToken.None);

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    public Task StartServer() => server.Start(CancellationToken.None);

    public Task StopServer() => server.Stop();

    /// <summary>One line of <c>rabbitmqctl</c>; what it printed.</summary>
    public Task<string> Control(params string[] arguments) => server.Control(arguments);
}

[CollectionDefinition(Name)]
public sealed class RabbitGroup : ICollectionFixture<RabbitServer>
{
    public const string Name = "RabbitMQ";
}
