using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// What lies between services, registered and mapped in one place: the bus, the relay, the feed, the way to peers, the follower.
/// A bus and addresses that whoever started the process has registered already are taken as they are.
/// </summary>
public static class BusServices
{
    /// <summary>A question is small; facts and ids.</summary>
    private const int QuestionBytesMax = 1 << 20;

    public static void AddBus(this WebApplicationBuilder builder, IReadOnlyList<string> peers, FollowPlan? follows)
    {
        var (services, settings) = (builder.Services, builder.Configuration);
        // It says of every message that it could not be taken, with the whole stack and each time; Park says it once.
        builder.Logging.AddFilter("MassTransit.ReceiveTransport", LogLevel.Critical);
        if (!services.Any(s => s.ServiceType == typeof(EventBus)))
        {
            var address = settings.Required("ConnectionStrings:Bus", "amqp://user:password@host:port/vhost, or in-memory for a process that is alone");
            services.AddSingleton<EventBus>(provider => MassTransitBus.Open(address, ServiceToken.KeyOf(settings).Key, provider.GetRequiredService<ILoggerFactory>()));
        }

        if (!services.Any(s => s.ServiceType == typeof(PeerAddresses)))
        {
            services.AddSingleton(PeerAddresses.Of(settings, peers.Union(follows?.Sources ?? []).Where(p => p != builder.Environment.ApplicationName)));
        }

        services.AddGrpc(grpc =>
        {
            grpc.MaxReceiveMessageSize = QuestionBytesMax;
            grpc.MaxSendMessageSize = 4 << 20;
            grpc.Interceptors.Add<GrpcEdge>();
        });
        services.TryAddSingleton<Peers>();
        services.AddHostedService<Relay>();
        services.AddSingleton<BusHealth>();
        var health = services.AddHealthChecks().AddCheck<BusHealth>("bus", tags: [ServiceHost.Ready]);
        if (follows is not null)
        {
            services.AddSingleton(provider => new Follower(
                follows,
                provider.GetRequiredService<ServiceLog>(),
                provider.GetRequiredService<EventBus>(),
                source => source == provider.GetRequiredService<ServiceLog>().Service
                    ? new LogFeed(provider.GetRequiredService<ServiceLog>())
                    : provider.GetRequiredService<Peers>().Feed(source),
                provider,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<Follower>>()));
            services.AddHostedService(provider => provider.GetRequiredService<Follower>());
            health.AddCheck<Follower>("follower", tags: [ServiceHost.Ready]);
        }
    }

    /// <summary>The log's feed, for followers.</summary>
    public static void MapFeed(this WebApplication app) => app.MapGrpcService<FeedService>().RequireAuthorization(ServiceToken.Policy);

    /// <summary>Degraded and not unhealthy: without the bus commands are taken as ever, and followers read feeds.</summary>
    private sealed class BusHealth(EventBus bus) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(bus.Trouble is { } trouble ? HealthCheckResult.Degraded(trouble) : HealthCheckResult.Healthy());
    }
}
