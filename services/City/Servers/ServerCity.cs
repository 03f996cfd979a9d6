using System.Diagnostics;
using System.Net;
using Npgsql;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.City.Servers;

/// <summary>What a city of processes is started with.</summary>
/// <param name="Demonstration">Whether anybody may sign in as a demonstration account at the gateway.</param>
internal sealed record ServerCityOptions(DataFolder Folder, int Port, bool Demonstration)
{
    /// <summary>How many processes of a service stand side by side; one where it is not named.</summary>
    public IReadOnlyDictionary<string, int> Instances { get; init; } = new Dictionary<string, int>();

    /// <summary>Connection string of a PostgreSQL server, without a database; null starts a private one in the data folder.</summary>
    public string? Postgres { get; init; }

    /// <summary>Address of a RabbitMQ broker; null starts a private one in the data folder.</summary>
    public string? Bus { get; init; }

    /// <summary>Where a process reaches a server (<c>postgres</c> or <c>rabbitmq</c>) that listens there: whoever tests faults may stand between.</summary>
    public Func<ServiceProcessName, string, IPEndPoint, IPEndPoint>? Through { get; init; }

    /// <summary>Further settings of every process: an OpenID Connect authority, a log level.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    /// <summary>The file of a simulated clock; null is the machine's time.</summary>
    public string? ClockFile { get; init; }

    /// <summary>Path of the City's dll that the processes run; null is our own.</summary>
    public string? Program { get; init; }

    /// <summary>Told what each process writes, line by line, and what becomes of it; by default it goes to standard error under its name.</summary>
    public Action<string, string> Said { get; init; } = (name, line) => Console.Error.WriteLine($"{name} | {line}");
}

/// <summary>
/// A city as processes on one machine: one per service instance and the gateway, against PostgreSQL (a database per service) and RabbitMQ,
/// all on loopback. What dies is started again; when this ends everything it started has ended.
/// </summary>
internal sealed class ServerCity : IAsyncDisposable
{
    private static readonly TimeSpan ServerPause = TimeSpan.FromSeconds(5);

    private readonly List<ServiceProcess> processes = [];
    private readonly CancellationTokenSource stopping = new();
    private readonly ServerCityOptions options;
    private NpgsqlConnectionStringBuilder postgres = null!;

    private ServerCity(ServerCityOptions options)
    {
        this.options = options;
        Issuer = DemonstrationIssuer.Open(options.Folder.Path, TimeProvider.System);
    }

    internal Uri Gateway => processes.Single(p => p.Service == Serve.Gateway).Http;

    /// <summary>Signs tokens that this city accepts, on the machine's own time.</summary>
    internal DemonstrationIssuer Issuer { get; }

    /// <summary>Services first, in the order of <see cref="Shapes.All"/>, the gateway last.</summary>
    internal IReadOnlyList<ServiceProcess> Processes => processes;

    /// <summary>The private server; null where one was named.</summary>
    internal PostgresServer? Postgres { get; private set; }

    /// <summary>The private broker; null where one was named.</summary>
    internal RabbitServer? Rabbit { get; private set; }

    /// <summary>The broker itself, through nothing.</summary>
    internal Uri BusAddress { get; private set; } = null!;

    internal static async Task<ServerCity> Start(ServerCityOptions options, CancellationToken ct)
    {
        var city = new ServerCity(options);
        try
        {
            await city.Open(ct);
            return city;
        }
        catch
        {
            // Whatever broke because the start was called off, that is why.
            await city.DisposeAsync();
            ct.ThrowIfCancellationRequested();
            throw;
        }
    }

    /// <summary>The database of a service on the server itself, through nothing.</summary>
    internal string LogConnection(string service) => ServerDatabases.Of(postgres, service).ToString();

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();

        // Who asks before who is asked: nobody complains that others are away already.
        string[] asking = [Serve.Gateway, "oversight"];
        foreach (var group in processes.GroupBy(p => Array.IndexOf(asking, p.Service) is >= 0 and var at ? at : asking.Length).OrderBy(g => g.Key))
        {
            await Task.WhenAll(group.Select(p => p.DisposeAsync().AsTask()));
        }

        await Task.WhenAll(End(Postgres), End(Rabbit));
        Issuer.Dispose();

        static async Task End(IAsyncDisposable? server)
        {
            if (server is not null)
            {
                await server.DisposeAsync();
            }
        }
    }

    private async Task Open(CancellationToken ct)
    {
        // 1. The servers.
        await Task.WhenAll(OpenPostgres(ct), OpenRabbit(ct));
        await ServerDatabases.Create(postgres, ct);

        // 2. What all processes share. The key of the city's log is made here: two instances would make two.
        var keyFile = Path.Combine(options.Folder.Servers, LogKey.FileName);
        _ = LogKey.Open(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>(options.Settings) { ["Oversight:KeyFile"] = keyFile, ["Oversight:CreateKey"] = "true" }).Build());
        var common = new Dictionary<string, string?>
        {
            // Kept, because the broker keeps messages over a restart that were sealed by it.
            [ServiceToken.KeySetting] = Secret.Of(Path.Combine(options.Folder.Servers, "service.key")),
            ["Content:Root"] = Path.GetFullPath(Path.Combine(options.Folder.Servers, "content")),
            ["Oversight:KeyFile"] = Path.GetFullPath(keyFile),
        };
        if (!options.Settings.ContainsKey("Identity:Authority"))
        {
            Put(common, Issuer.Settings);
        }

        Put(common, options.Settings);

        // 3. The processes: their ports are known before the first of them starts, so that each can be told of the others.
        var places = Shapes.Names.SelectMany(s => Enumerable.Range(1, options.Instances.GetValueOrDefault(s, 1)).Select(i => (Name: new ServiceProcessName(s, i), Http: FreePorts.Next(), Grpc: FreePorts.Next()))).ToArray();
        foreach (var service in Shapes.Names)
        {
            common[$"Peers:{service}"] = string.Join(',', places.Where(p => p.Name.Service == service).Select(p => $"http://127.0.0.1:{p.Grpc}"));
            common[$"Gateway:{service}"] = string.Join(',', places.Where(p => p.Name.Service == service).Select(p => $"http://127.0.0.1:{p.Http}"));
        }

        processes.AddRange(places.Select(p => new ServiceProcess(p.Name, p.Http, p.Grpc, () => How(p.Name, p.Http, p.Grpc, common), options.Said)));
        var door = options.Port == 0 ? FreePorts.Next() : options.Port;
        var name = new ServiceProcessName(Serve.Gateway, 1);
        processes.Add(new ServiceProcess(name, door, null, () => How(name, door, null, common), options.Said));
        await Task.WhenAll(processes.Select(p => p.Start(ct)));
        await Task.WhenAll(processes.Select(p => p.Ready(ct)));
        processes.ForEach(p => p.Supervised = true);
        if (Postgres is { } postgresServer)
        {
            postgresServer.Lost = code => _ = Again("postgres", code, postgresServer.Start);
        }

        if (Rabbit is { } rabbitServer)
        {
            rabbitServer.Lost = code => _ = Again("rabbitmq", code, rabbitServer.Start);
        }
    }

    /// <summary>Starts a private server that was lost, until it is up or all of this ends.</summary>
    private async Task Again(string name, int code, Func<CancellationToken, Task> start)
    {
        options.Said(name, Say.Of($"服务器意外结束（代码 {code}），重新启动", $"ended unasked (code {code}); starting again"));
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await start(stopping.Token);
                return;
            }
            catch (ServerFailedException e)
            {
                options.Said(name, e.Message);
                await Task.Delay(ServerPause, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private static void Put(Dictionary<string, string?> settings, IReadOnlyDictionary<string, string?> more)
    {
        foreach (var (key, value) in more)
        {
            settings[key] = value;
        }
    }

    private async Task OpenPostgres(CancellationToken ct)
    {
        if (options.Postgres is null)
        {
            Postgres = await PostgresServer.Open(options.Folder.PostgresFolder, ct);
        }

        postgres = ServerDatabases.Server(options.Postgres ?? Postgres!.ConnectionString);
    }

    private async Task OpenRabbit(CancellationToken ct)
    {
        if (options.Bus is null)
        {
            Rabbit = await RabbitServer.Open(options.Folder.RabbitFolder, ct);
        }

        BusAddress = Rabbit is not null ? Rabbit.Uri
            : MassTransitBus.AddressOf(options.Bus!) ?? throw new ServerFailedException(Say.Of("RabbitMQ 地址无法使用，应如 amqp://用户:密码@主机:5672/", "The address of RabbitMQ cannot be used; it should look like amqp://user:password@host:5672/"));
    }

    /// <summary>Secrets go by the environment; the command line, which everybody on the machine can read, says who it is and where it listens.</summary>
    private ProcessStartInfo How(ServiceProcessName name, int http, int? grpc, Dictionary<string, string?> common)
    {
        var program = options.Program ?? typeof(ServerCity).Assembly.Location;
        var start = new ProcessStartInfo(Dotnet, [program, Serve.Verb, name.Service, "--Listen:Address=127.0.0.1", $"--Http:Port={http}"]);
        if (grpc is not null)
        {
            start.ArgumentList.Add($"--Grpc:Port={grpc}");
        }

        if (options.ClockFile is { } clock)
        {
            start.ArgumentList.Add(Serve.ClockOption);
            start.ArgumentList.Add(clock);
        }

        if (name.Service == Serve.Gateway && options.Demonstration)
        {
            start.ArgumentList.Add(Serve.SignInOption);
            start.ArgumentList.Add(options.Folder.Path);
        }

        var settings = new Dictionary<string, string?>(common);
        if (name.Service != Serve.Gateway)
        {
            settings["ConnectionStrings:Log"] = LogOf(name);
            settings["ConnectionStrings:Bus"] = BusOf(name);
        }

        foreach (var (key, value) in settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return start;
    }

    private string LogOf(ServiceProcessName name)
    {
        var direct = ServerDatabases.Of(postgres, name.Service);
        direct.ApplicationName = $"pilot-city {name}";
        if (options.Through is { } through)
        {
            var at = through(name, "postgres", EndPoint(direct.Host!, direct.Port));
            (direct.Host, direct.Port) = (at.Address.ToString(), at.Port);
        }

        return direct.ToString();
    }

    private string BusOf(ServiceProcessName name)
    {
        if (options.Through is not { } through)
        {
            return BusAddress.ToString();
        }

        const int amqp = 5672;
        var at = through(name, "rabbitmq", EndPoint(BusAddress.Host, BusAddress.Port < 0 ? amqp : BusAddress.Port));
        return new UriBuilder(BusAddress) { Host = at.Address.ToString(), Port = at.Port }.Uri.ToString();
    }

    private static IPEndPoint EndPoint(string host, int port) => new(IPAddress.TryParse(host, out var address) ? address : Dns.GetHostAddresses(host)[0], port);

    /// <summary>The program that runs us, where that is dotnet itself; else the one on the path.</summary>
    private static string Dotnet =>
        Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own
        : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host
        : "dotnet";
}
