using Npgsql;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests;

/// <summary>The product's private PostgreSQL server in a temporary folder, gone with the tests that share it.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private City.Servers.PostgresServer server = null!;
    private int databases;

    internal City.Servers.PostgresServer Server => server;

    /// <summary>A connection string of a new, empty database. It orders text as a language does, as a city's own server may: the product's answers do not depend on it.</summary>
    public async Task<string> EmptyDatabase()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-Hans' LOCALE 'C.UTF-8'");
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async Task InitializeAsync() => server = await City.Servers.PostgresServer.Open(folder["postgres"], CancellationToken.None);

    public async Task DisposeAsync()
    {
        await server.DisposeAsync();
        folder.Dispose();
    }

    public Task Start() => server.Start(CancellationToken.None);

    /// <summary>As a crash would: nothing is flushed that was not committed.</summary>
    public Task Stop() => server.Stop(immediate: true);

    private string ConnectionString(string database) => new NpgsqlConnectionStringBuilder(server.ConnectionString) { Database = database, MaxPoolSize = 20 }.ToString();
}

[CollectionDefinition(Name)]
public sealed class PostgresGroup : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
