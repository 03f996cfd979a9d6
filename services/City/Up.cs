using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PilotCity.Defaults;

namespace PilotCity.City;

/// <summary><c>./city up</c>: everything in one process until Ctrl-C; started again it goes on where it was.</summary>
internal static class Up
{
    /// <summary>Where the gateway listens unless told otherwise.</summary>
    internal const int PortDefault = 5080;

    internal static Command Command()
    {
        var data = DataFolder.Option();
        var port = new Option<int>("--port") { Description = Say.Of($"网关端口（默认 {PortDefault}，0 为任意空闲端口）", $"the gateway's port (default {PortDefault}; 0 is any free one)"), DefaultValueFactory = _ => PortDefault };
        var demonstration = new Option<bool>("--demonstration") { Description = Say.Of("开放演示账户登录（任何人可用任何演示账户，切勿用于正式环境）", "let anybody sign in as any demonstration account; never where it is for real") };
        var authority = new Option<string?>("--authority") { Description = Say.Of("OpenID Connect 身份提供方地址；不给则使用数据目录中的密钥（./city token）", "the OpenID Connect provider; without it tokens are signed by the data folder's key (./city token)") };
        var level = new Option<string?>("--log") { Description = Say.Of("日志级别（默认 Warning）", "log level (default: Warning)") };
        var command = new Command("up", Say.Of("在一个进程中启动全部服务（Ctrl-C 停止）", "start every service in one process (Ctrl-C stops it)")) { data, port, demonstration, authority, level };
        command.SetAction(async (parsed, ct) =>
        {
            var settings = new Dictionary<string, string?>();
            if (parsed.GetValue(authority) is { } address)
            {
                settings["Identity:Authority"] = address;
            }

            if (parsed.GetValue(level) is { } word)
            {
                settings["Log:Level"] = word;
            }

            return await Run(parsed.GetRequiredValue(data), parsed.GetValue(port), parsed.GetValue(demonstration), settings, ct);
        });
        return command;
    }

    private static async Task<int> Run(string path, int port, bool demonstration, Dictionary<string, string?> settings, CancellationToken ct)
    {
        using var folder = DataFolder.Take(path, Console.Error);
        if (folder is null)
        {
            return 1;
        }

        // Asked before anything starts: it costs nothing, and the answer does not drown in what the hosts would log.
        if (CannotListen(port) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 1;
        }

        var stop = new TaskCompletionSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            await using var process = await OneProcess.Start(new OneProcessOptions(folder, port, demonstration, TimeProvider.System) { Settings = settings }, ct);
            Console.WriteLine(Say.Of($"已启动：{process.Gateway}（数据目录 {folder.Path}，Ctrl-C 停止）", $"Up: {process.Gateway} (data in {folder.Path}; Ctrl-C stops)"));
            if (demonstration)
            {
                Console.WriteLine(Say.Of($"演示账户：{process.Gateway}identity/accounts", $"Demonstration accounts: {process.Gateway}identity/accounts"));
            }

            await stop.Task;
            Console.WriteLine(Say.Of("正在停止…", "Stopping …"));
        }
        catch (SettingException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            Console.Error.WriteLine(Taken(port));
            return 1;
        }

        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
        }
    }

    private static string? CannotListen(int port)
    {
        if (port is < IPEndPoint.MinPort or > IPEndPoint.MaxPort)
        {
            return Say.Of($"--port {port}：端口应为 0 至 {IPEndPoint.MaxPort}。", $"--port {port}: a port is 0 to {IPEndPoint.MaxPort}.");
        }

        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return Taken(port);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return Say.Of($"无权使用端口 {port}，请用 --port 换一个 1024 以上的。", $"Port {port} is not allowed to this account; name one above 1024 with --port.");
        }
    }

    private static string Taken(int port) => Say.Of($"端口 {port} 已被占用，请用 --port 换一个。", $"Port {port} is in use; name another with --port.");
}
