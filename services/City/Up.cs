using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PilotCity.City.Servers;
using PilotCity.Defaults;

namespace PilotCity.City;

/// <summary>
/// <c>./city up</c>: everything in one process until Ctrl-C, or with <c>--servers</c> as one process per service against PostgreSQL and RabbitMQ;
/// started again it goes on where it was.
/// </summary>
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
        var servers = new Option<bool>("--servers") { Description = Say.Of("每个服务一个进程，使用 PostgreSQL 与 RabbitMQ（不另指明则在数据目录的 servers/ 中自行启动）", "one process per service, on PostgreSQL and RabbitMQ (private ones in the data folder's servers/ unless named)") };
        var postgres = ServersOptions.Postgres();
        var bus = ServersOptions.Bus();
        var witnesses = new Option<string?>("--witnesses") { Description = Say.Of("见证策略文件（tlog-policy）：向其中的见证人收集会签", "a witness policy file (tlog-policy): its witnesses are asked to cosign") };
        var command = new Command("up", Say.Of("启动全部服务（Ctrl-C 停止）", "start every service (Ctrl-C stops it)")) { data, port, demonstration, authority, level, servers, postgres, bus, witnesses };
        command.SetAction(async (parsed, _) =>
        {
            var settings = new Dictionary<string, string?>();
            if (parsed.GetValue(authority) is { } address)
            {
                settings["Identity:Authority"] = address;
            }

            if (parsed.GetValue(witnesses) is { } policy)
            {
                settings["Oversight:PolicyFile"] = Path.GetFullPath(policy);
            }

            if (parsed.GetValue(level) is { } word)
            {
                settings["Log:Level"] = word;
            }

            var wanted = new Wanted(parsed.GetRequiredValue(data), parsed.GetValue(port), parsed.GetValue(demonstration), settings);
            if (parsed.GetValue(servers))
            {
                return await Run(wanted, (folder, ct) => StartProcesses(folder, wanted, ServersOptions.PostgresOf(parsed, postgres), ServersOptions.BusOf(parsed, bus), ct));
            }

            if (ServersOptions.Stray(parsed, postgres, bus) is { } stray)
            {
                Console.Error.WriteLine(ServersOptions.SayStray(stray));
                return 2;
            }

            return await Run(wanted, (folder, _) => StartOneProcess(folder, wanted));
        });
        return command;
    }

    /// <summary>What was asked for, whichever way it runs.</summary>
    private sealed record Wanted(string Path, int Port, bool Demonstration, Dictionary<string, string?> Settings);

    /// <summary>Up in a moment: a Ctrl-C meanwhile waits for it, and nothing is left half started.</summary>
    private static async Task<(IAsyncDisposable City, Uri Gateway)> StartOneProcess(DataFolder folder, Wanted wanted)
    {
        var process = await OneProcess.Start(new OneProcessOptions(folder, wanted.Port, wanted.Demonstration, TimeProvider.System) { Settings = wanted.Settings }, CancellationToken.None);
        return (process, process.Gateway);
    }

    private static async Task<(IAsyncDisposable City, Uri Gateway)> StartProcesses(DataFolder folder, Wanted wanted, string? postgres, string? bus, CancellationToken ct)
    {
        var city = await ServerCity.Start(
            new ServerCityOptions(folder, wanted.Port, wanted.Demonstration) { Settings = wanted.Settings, Postgres = postgres, Bus = bus }, ct);
        return (city, city.Gateway);
    }

    private static async Task<int> Run(Wanted wanted, Func<DataFolder, CancellationToken, Task<(IAsyncDisposable City, Uri Gateway)>> start)
    {
        using var folder = DataFolder.Take(wanted.Path, Console.Error);
        if (folder is null)
        {
            return 1;
        }

        // Asked before anything starts: it costs nothing, and the answer does not drown in what the hosts would log.
        if (CannotListen(wanted.Port) is { } reason)
        {
            Console.Error.WriteLine(reason);
            return 1;
        }

        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var starting = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        try
        {
            var (city, gateway) = await start(folder, starting.Token);
            await using (city)
            {
                Console.WriteLine(Say.Of($"已启动：{gateway}（数据目录 {folder.Path}，Ctrl-C 停止）", $"Up: {gateway} (data in {folder.Path}; Ctrl-C stops)"));
                if (wanted.Demonstration)
                {
                    Console.WriteLine(Say.Of($"演示账户：{gateway}identity/accounts", $"Demonstration accounts: {gateway}identity/accounts"));
                }

                await stop.Task;
                Console.WriteLine(Say.Of("正在停止…", "Stopping …"));
            }
        }
        catch (OperationCanceledException) when (starting.IsCancellationRequested)
        {
            Console.WriteLine(Say.Of("启动中断，已全部停止。", "Stopped while starting; nothing is left running."));
        }
        catch (SettingException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        catch (ServerFailedException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            Console.Error.WriteLine(Taken(wanted.Port));
            return 1;
        }

        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.TrySetResult();
            starting.Cancel();
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
