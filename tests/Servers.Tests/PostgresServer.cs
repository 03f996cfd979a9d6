using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests;

/// <summary>A PostgreSQL server of these tests' own: a temporary folder, a free port on loopback, fsync on, gone with them.</summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly int port = FreePort();
    private int databases;

    private string Data => folder["data"];

    /// <summary>A connection string of a new, empty database.</summary>
    public async Task<string> EmptyDatabase()
    {
        var name = $"test{Interlocked.Increment(ref databases)}";
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres"));
        await using var command = source.CreateCommand($"CREATE DATABASE {name}");
        await command.ExecuteNonQueryAsync();
        return ConnectionString(name);
    }

    public async Task InitializeAsync()
    {
        if (Environment.UserName == "root")
        {
            await Run("chown", "postgres", folder.Path);
        }

        await AsServer($"{Programs}/initdb -D {Data} -U postgres -A trust --no-sync > /dev/null");
        await Start();
    }

    public async Task DisposeAsync()
    {
        await Stop();
        folder.Dispose();
    }

    public Task Start() =>
        AsServer($"{Programs}/pg_ctl -D {Data} -w -l {folder["log"]} -o \"-p {port} -k {folder.Path} -c listen_addresses=127.0.0.1\" start > /dev/null");

    /// <summary>As a crash would: nothing is flushed that was not committed.</summary>
    public Task Stop() => AsServer($"{Programs}/pg_ctl -D {Data} -m immediate -w stop > /dev/null");

    private static string Programs =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order().Last() + "/bin"
            : throw new InvalidOperationException("PostgreSQL is not installed; ./city test installs it, or: apt-get install postgresql");

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Username=postgres;Database={database};Maximum Pool Size=20";

    // PostgreSQL refuses to run as root.
    private static Task AsServer(string command) =>
        Environment.UserName == "root" ? Run("su", "postgres", "-c", command) : Run("sh", "-c", command);

    private static async Task Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = "/" })!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[CollectionDefinition(Name)]
public sealed class PostgresGroup : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
