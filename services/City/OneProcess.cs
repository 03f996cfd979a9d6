using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Gateway;

namespace PilotCity.City;

/// <summary>What one process is started with.</summary>
/// <param name="Demonstration">Whether anybody may sign in as a demonstration account at the gateway.</param>
internal sealed record OneProcessOptions(DataFolder Folder, int Port, bool Demonstration, TimeProvider Clock)
{
    /// <summary>Further settings of every host: an OpenID Connect authority, a log level.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();
}

/// <summary>
/// All services and the gateway in one process: SQLite in the data folder, the in-memory bus, real HTTP and gRPC on loopback. The services
/// listen on free ports; the gateway on the one that was asked for.
/// </summary>
internal sealed class OneProcess : IAsyncDisposable
{
    private readonly List<WebApplication> hosts = [];
    private readonly ILoggerFactory logging;
    private readonly EventBus bus;
    private readonly Telemetry? telemetry;

    private OneProcess(OneProcessOptions options)
    {
        Issuer = DemonstrationIssuer.Open(options.Folder.Path, options.Clock);
        logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Warning).AddJsonConsole());
        bus = MassTransitBus.InMemory(logging);
        telemetry = Telemetry.Start("city", new ConfigurationBuilder().AddEnvironmentVariables().AddInMemoryCollection(options.Settings).Build());
    }

    /// <summary>Signs tokens that this process accepts.</summary>
    internal DemonstrationIssuer Issuer { get; }

    internal Uri Gateway { get; private set; } = null!;

    /// <summary>The hosts of the services by name.</summary>
    internal IReadOnlyDictionary<string, WebApplication> Services { get; private set; } = null!;

    internal static async Task<OneProcess> Start(OneProcessOptions options, CancellationToken ct)
    {
        var process = new OneProcess(options);
        try
        {
            await process.Open(options, ct);
            return process;
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in Enumerable.Reverse(hosts))
        {
            await host.StopAsync();
        }

        foreach (var host in Enumerable.Reverse(hosts))
        {
            await host.DisposeAsync();
        }

        await bus.DisposeAsync();
        Issuer.Dispose();
        telemetry?.Dispose();
        logging.Dispose();
    }

    private async Task Open(OneProcessOptions options, CancellationToken ct)
    {
        var peers = new PeerAddresses();
        var common = new Dictionary<string, string?>(options.Settings)
        {
            [ServiceToken.KeySetting] = ServiceToken.RandomKey(),
            ["ConnectionStrings:Bus"] = "in-memory",
            ["Content:Root"] = Path.Combine(options.Folder.Path, "content"),
            ["Oversight:KeyFile"] = Path.Combine(options.Folder.Path, "checkpoint.key"),
            ["Oversight:CreateKey"] = "true",
            ["Grpc:Port"] = "0",
            ["Http:Port"] = "0",
        };
        if (!common.ContainsKey("Identity:Authority"))
        {
            foreach (var (key, value) in Issuer.Settings)
            {
                common[key] = value;
            }
        }

        // The hosts know each other by name; the addresses follow as each begins to listen.
        var built = Shapes.All.Select(s => (s.Name, Host: s.Build(Of(s.Name)))).ToArray();
        hosts.AddRange(built.Select(b => b.Host));
        Services = built.ToDictionary(b => b.Name, b => b.Host, StringComparer.Ordinal);
        await Task.WhenAll(built.Select(async b =>
        {
            await b.Host.StartAsync(ct);
            peers.Set(b.Name, b.Host.Addresses().Grpc);
        }));

        var door = new Dictionary<string, string?>(common) { ["Http:Port"] = $"{options.Port}" };
        foreach (var (name, host) in built)
        {
            door[$"Gateway:{name}"] = host.Addresses().Http.ToString();
        }

        var gateway = GatewayHost.Build(new Hosting
        {
            Settings = door,
            Clock = options.Clock,
            Shared = true,
            Configure = s =>
            {
                if (options.Demonstration)
                {
                    s.AddSingleton(Issuer);
                }
            },
        });
        hosts.Add(gateway);
        await gateway.StartAsync(ct);
        Gateway = gateway.Addresses().Http;

        Hosting Of(string name) => new()
        {
            Settings = new Dictionary<string, string?>(common) { ["ConnectionStrings:Log"] = $"Data Source={options.Folder.Database(name)}" },
            Clock = options.Clock,
            Shared = true,
            Configure = s =>
            {
                s.AddSingleton(bus);
                s.AddSingleton(peers);
            },
        };
    }
}
