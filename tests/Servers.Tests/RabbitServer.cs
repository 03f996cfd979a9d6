using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PilotCity.Testing;

namespace PilotCity.Servers.Tests;

/// <summary>A RabbitMQ server of these tests' own: a temporary folder, free ports on loopback, gone with them.</summary>
public sealed class RabbitServer : IAsyncLifetime
{
    private readonly TemporaryFolder folder = new();
    private readonly int port = FreePort();
    private readonly int distributionPort = FreePort();
    private readonly int epmdPort = FreePort();
    private int hosts;
    private Process? server;

    private string Node => $"pilotcity{port}@localhost";

    /// <summary>The address of a virtual host with nothing in it.</summary>
    public async Task<Uri> EmptyHost()
    {
        var name = $"test{Interlocked.Increment(ref hosts)}";
        await Control("add_vhost", name);
        await Control("set_permissions", "-p", name, "guest", ".*", ".*", ".*");
        return new Uri($"amqp://guest:guest@127.0.0.1:{port}/{name}");
    }

    public async Task InitializeAsync()
    {
        if (!Directory.Exists("/usr/lib/rabbitmq/bin"))
        {
            throw new InvalidOperationException("RabbitMQ is not installed; ./city test installs it, or: apt-get install rabbitmq-server");
        }

        if (Environment.UserName == "root")
        {
            await Run(Command("chown", "rabbitmq", folder.Path));
        }

        await StartServer();
    }

    public async Task StartServer()
    {
        server = Process.Start(AsServer("/usr/lib/rabbitmq/bin/rabbitmq-server"))!;
        server.OutputDataReceived += (_, _) => { };
        server.ErrorDataReceived += (_, _) => { };
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();

        // The node answers once it is up; until then each question waits or fails, and is asked again.
        for (var patience = Stopwatch.StartNew(); ;)
        {
            try
            {
                await Control("await_startup", "--timeout", "60");
                return;
            }
            catch (InvalidOperationException) when (!server.HasExited && patience.Elapsed < TimeSpan.FromSeconds(90))
            {
                // The node has not registered its name yet.
            }
        }
    }

    public async Task StopServer()
    {
        await Control("stop");
        await server!.WaitForExitAsync();
        server.Dispose();
        server = null;
    }

    public async Task DisposeAsync()
    {
        if (server is not null)
        {
            await StopServer();
        }

        // Erlang's name server stays behind otherwise.
        await Run(AsServer("/usr/bin/epmd", "-kill"));
        folder.Dispose();
    }

    /// <summary>One line of <c>rabbitmqctl</c>; what it printed.</summary>
    public Task<string> Control(params string[] arguments) => Run(AsServer("/usr/lib/rabbitmq/bin/rabbitmqctl", ["-q", "-n", Node, .. arguments]));

    // RabbitMQ runs as its own user: the cookie in that user's home is what lets rabbitmqctl in.
    private ProcessStartInfo AsServer(string program, params string[] arguments)
    {
        var start = Environment.UserName == "root"
            ? Command("su", ["rabbitmq", "-s", "/bin/sh", "-c", $"exec {program} \"$@\"", "--", "sh", .. arguments])
            : Command(program, arguments);
        foreach (var (name, value) in new Dictionary<string, string>
        {
            ["HOME"] = folder.Path,
            ["RABBITMQ_NODENAME"] = Node,
            ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_NODE_PORT"] = port.ToString(CultureInfo.InvariantCulture),
            ["ERL_EPMD_PORT"] = epmdPort.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_DIST_PORT"] = distributionPort.ToString(CultureInfo.InvariantCulture),
            ["RABBITMQ_MNESIA_BASE"] = folder["mnesia"],
            ["RABBITMQ_LOG_BASE"] = folder["log"],
            ["RABBITMQ_FEATURE_FLAGS_FILE"] = folder["feature_flags"],
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = folder["enabled_plugins"],
            ["RABBITMQ_CONF_ENV_FILE"] = folder["none"],
        })
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static ProcessStartInfo Command(string program, params string[] arguments) => new(program, arguments)
    {
        WorkingDirectory = "/",
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

    private static async Task<string> Run(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{start.FileName} {string.Join(' ', start.ArgumentList)} ended with {process.ExitCode}: {await errors}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

[CollectionDefinition(Name)]
public sealed class RabbitGroup : ICollectionFixture<RabbitServer>
{
    public const string Name = "RabbitMQ";
}
