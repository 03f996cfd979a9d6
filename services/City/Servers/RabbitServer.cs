using System.Globalization;
using System.Net;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace PilotCity.City.Servers;

/// <summary>
/// A private RabbitMQ broker: its node lies in a folder and stays there between runs; broker, Erlang's distribution and its name server
/// listen on free loopback ports, with a password of its own, and end with us.
/// </summary>
internal sealed class RabbitServer : IAsyncDisposable
{
    internal const string Name = "RabbitMQ";

    private const string Programs = "/usr/lib/rabbitmq/bin";

    private const string Account = "pilotcity";

    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(120);

    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(30);

    private readonly string folder;
    private readonly string password;
    private readonly GuardedServer server;
    private readonly int port = FreePorts.Next();
    private readonly int distributionPort = FreePorts.Next();
    private readonly int epmdPort = FreePorts.Next();

    private RabbitServer(string folder, string password)
    {
        (this.folder, this.password) = (Path.GetFullPath(folder), password);
        server = new GuardedServer(this.folder, "rabbitmq", Install);
    }

    internal IPEndPoint Address => new(IPAddress.Loopback, port);

    internal bool Running => server.Running;

    /// <summary>Told the exit code where it ends although nobody stopped it.</summary>
    internal Action<int>? Lost
    {
        set => server.Lost = value;
    }

    /// <summary>The address of its first virtual host.</summary>
    internal Uri Uri => UriOf("/");

    /// <summary>Starts the broker, on an empty folder with nothing in it. The password lies beside the folder.</summary>
    internal static async Task<RabbitServer> Open(string folder, CancellationToken ct)
    {
        if (!File.Exists(Path.Combine(Programs, "rabbitmq-server")))
        {
            throw new ServerFailedException(Say.Of($"未安装 RabbitMQ。{Install}", $"RabbitMQ is not installed. {Install}"));
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(folder))!);
        var rabbit = new RabbitServer(folder, Secret.Of(PasswordFile(folder)));
        try
        {
            await rabbit.server.Prepare(ct);
            await rabbit.Configure(ct);
            await rabbit.Start(ct);
            return rabbit;
        }
        catch
        {
            await rabbit.DisposeAsync();
            throw;
        }
    }

    /// <summary>The broker in this folder, where another process runs it.</summary>
    internal static Uri RunningAt(string folder) =>
        File.Exists(PortFile(folder)) && int.TryParse(File.ReadAllText(PortFile(folder)), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? UriOf(port, Secret.Of(PasswordFile(folder)), "/")
            : throw new ServerFailedException(Say.Of(
                $"{folder} 的消息服务器没有运行，而数据目录正被另一个 ./city 进程使用。", $"The broker in {folder} does not run, and the data folder is in use by another ./city."));

    /// <summary>Starts the broker again after a stop, on the same ports.</summary>
    internal async Task Start(CancellationToken ct)
    {
        // Erlang's name server stays behind otherwise.
        server.Start(Path.Combine(Programs, "rabbitmq-server"), [], stopSignal: "TERM", after: "epmd -kill", Environment);
        await server.Up(Name, Answers, StartPatience, ct);
        await File.WriteAllTextAsync(PortFile(folder), port.ToString(CultureInfo.InvariantCulture), ct);
    }

    /// <summary>In good order; or at once, as a crash would.</summary>
    internal async Task Stop(bool immediate = false)
    {
        await server.Stop(immediate ? "KILL" : null, StopPatience);
        File.Delete(PortFile(folder));
    }

    /// <summary>One line of <c>rabbitmqctl</c>; what it printed.</summary>
    internal Task<string> Control(params string[] arguments) =>
        server.RunToEnd(Path.Combine(Programs, "rabbitmqctl"), ["-q", "-n", Node, .. arguments], CancellationToken.None, environment: Environment);

    /// <summary>Makes a virtual host with nothing in it; its address.</summary>
    internal async Task<Uri> EmptyHost(string name)
    {
        await Control("add_vhost", name);
        await Control("set_permissions", "-p", name, Account, ".*", ".*", ".*");
        return UriOf("/" + name);
    }

    public async ValueTask DisposeAsync() => await Stop();

    private static string PasswordFile(string folder) => Path.TrimEndingDirectorySeparator(folder) + ".password";

    private static string PortFile(string folder) => Path.TrimEndingDirectorySeparator(folder) + ".port";

    /// <summary>The node's data carries its name, so the name stays; which node is meant is said by the name server's port.</summary>
    private const string Node = "pilotcity@localhost";

    private static string Install => Say.Of("安装：apt-get install rabbitmq-server", "To install it: apt-get install rabbitmq-server");

    private Uri UriOf(string path) => UriOf(port, password, path);

    private static Uri UriOf(int port, string password, string path) => new UriBuilder("amqp", "127.0.0.1", port, path) { UserName = Account, Password = password }.Uri;

    private Dictionary<string, string> Environment => new()
    {
        // The cookie in this home is what lets rabbitmqctl in.
        ["HOME"] = GuardedServer.Here,
        ["RABBITMQ_NODENAME"] = Node,
        ["RABBITMQ_NODE_IP_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODE_PORT"] = port.ToString(CultureInfo.InvariantCulture),
        ["RABBITMQ_DIST_PORT"] = distributionPort.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_PORT"] = epmdPort.ToString(CultureInfo.InvariantCulture),
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["RABBITMQ_CTL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["RABBITMQ_CONFIG_FILE"] = $"{GuardedServer.Here}/rabbitmq.conf",
        ["RABBITMQ_CONF_ENV_FILE"] = $"{GuardedServer.Here}/none",
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = $"{GuardedServer.Here}/enabled_plugins",
        ["RABBITMQ_FEATURE_FLAGS_FILE"] = $"{GuardedServer.Here}/feature_flags",
        ["RABBITMQ_MNESIA_BASE"] = $"{GuardedServer.Here}/mnesia",
        ["RABBITMQ_LOG_BASE"] = $"{GuardedServer.Here}/log",
        ["ERL_CRASH_DUMP_BYTES"] = "0",

        // The script then becomes the broker, instead of waiting for it: a signal reaches who it is meant for.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
    };

    private async Task<bool> Answers(CancellationToken ct)
    {
        try
        {
            await using var connection = await new ConnectionFactory { Uri = Uri, AutomaticRecoveryEnabled = false, RequestedConnectionTimeout = TimeSpan.FromSeconds(5) }.CreateConnectionAsync(ct);
            return true;
        }
        catch (BrokerUnreachableException)
        {
            return false;
        }
    }

    /// <summary>The first start makes the account with this password; later ones find it in the node's data.</summary>
    private async Task Configure(CancellationToken ct) => await server.RunToEnd(
        "sh",
        ["-c", "umask 077 && cat > \"$0\"", $"{GuardedServer.Here}/rabbitmq.conf"],
        ct,
        input: $"""
            default_user = {Account}
            default_pass = {password}
            loopback_users = none
            disk_free_limit.absolute = 50MB

            """);
}
