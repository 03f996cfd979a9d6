using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Slices;

/// <summary>
/// A service as its table of contents states it: its nouns, its lists, its routes, its gRPC adapters and followers. Everything else is here.
/// </summary>
public sealed record CityService(string Name)
{
    public required IReadOnlyList<Noun> Nouns { get; init; }

    public required IReadOnlyList<ReadModel> ReadModels { get; init; }

    public required Action<Routes> Routes { get; init; }

    /// <summary>Registers what the service's use cases ask for.</summary>
    public Action<IServiceCollection, IConfiguration> Register { get; init; } = (_, _) => { };

    /// <summary>Maps what is not a use case: gRPC adapters, static texts.</summary>
    public Action<WebApplication> Map { get; init; } = _ => { };

    /// <summary>The services that its use cases ask over gRPC.</summary>
    public IReadOnlyList<string> Peers { get; init; } = [];

    /// <summary>The logs it follows and what it does about them.</summary>
    public FollowPlan? Follows { get; init; }

    /// <summary>
    /// Makes again what the service keeps beside its log and its read models and what follows from the entries, for <c>./city rebuild</c>; it tells
    /// (city, entries done, entries in all). Null where there is nothing.
    /// </summary>
    public Func<LogDatabase, Action<string, long, long>, CancellationToken, Task>? Rebuild { get; init; }

    /// <summary>The host, ready to run: its log opens (and is migrated) before it listens.</summary>
    public WebApplication Build(Hosting hosting)
    {
        var builder = ServiceHost.Create(Name, hosting);
        var database = LogDatabase.Open(builder.Configuration.Required("ConnectionStrings:Log", "Data Source=… for SQLite, Host=… for PostgreSQL"));
        builder.Services.AddSingleton(provider => new ServiceLog(
            Name, database, Nouns, ReadModels, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>().CreateLogger<ServiceLog>()));
        builder.Services.AddHostedService<LogStart>();
        builder.Services.AddHealthChecks().AddCheck<LogHealth>("log", tags: [ServiceHost.Ready]);
        builder.Services.Configure<OpenApiOptions>("v1", Description.OfRoutes);
        builder.AddBus(Peers, Follows);
        Register(builder.Services, builder.Configuration);
        var app = builder.Open();
        Routes(new Routes(app, app.Services.GetRequiredService<ServiceLog>()));
        app.MapFeed();
        Map(app);
        return app;
    }

    private sealed class LogStart(ServiceLog log, ILogger<LogStart> logger) : IHostedLifecycleService
    {
        /// <summary>A database that starts beside us is ready by then; one that is not there at all is worth a word to whoever starts us.</summary>
        private const int TriesMax = 30;

        private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

        public async Task StartingAsync(CancellationToken cancellationToken)
        {
            for (var tries = 1; ; tries++)
            {
                try
                {
                    await log.Start(cancellationToken);
                    return;
                }
                catch (Exception e) when (tries < TriesMax && log.Database.IsServer && log.Database.IsOutage(e))
                {
                    logger.LogWarning("The log of {Service} does not answer yet: {Reason}", log.Service, e.Message);

                    // Real time, also where the host's clock is simulated: this is pacing, not a moment of the city.
                    await Task.Delay(Pause, TimeProvider.System, cancellationToken);
                }
            }
        }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class LogHealth(ServiceLog log) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                await log.Ping(cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (Exception e) when (log.Database.IsOutage(e))
            {
                return HealthCheckResult.Unhealthy("the log's database does not answer", e);
            }
        }
    }
}
