using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.OpenApi;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults;

/// <summary>
/// The host that every service and the gateway run in: two loopback ports, bounds on every request, problem+json, identity,
/// telemetry, health, OpenAPI, a graceful stop. Between <see cref="Create"/> and <see cref="Open"/> a service registers its
/// own; after <see cref="Open"/> it maps its routes.
/// </summary>
public static class ServiceHost
{
    /// <summary>Health checks with this tag decide <c>/health/ready</c>.</summary>
    public const string Ready = "ready";

    /// <summary>Commands are small; a route that takes a file says so with its own limit.</summary>
    public const int BodyBytesMax = 1 << 20;

    private const int HeaderBytesMax = 16 << 10;
    private const int HeadersMax = 64;
    private const int ConnectionsMax = 2_000;

    /// <summary>Longer than the longest import, shorter than a person waits.</summary>
    private const int RequestSecondsDefault = 30;

    /// <summary>What a stop waits for requests under way.</summary>
    private const int StopSeconds = 15;

    public static WebApplicationBuilder Create(string service, Hosting hosting, bool grpc = true)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = service, ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddEnvironmentVariables().AddCommandLine(hosting.Args).AddInMemoryCollection(hosting.Settings);

        // 1. Listen.
        var addresses = Listen(builder, grpc);

        // 2. Say what happens: JSON lines on stderr, OTLP where a collector is named.
        builder.Logging.SetMinimumLevel(builder.Configuration.Word("Log:Level", LogLevel.Warning));
        // A probe asks every second or so and is told what is wrong: that is not an event each time.
        builder.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        builder.Logging.Configure(o => o.ActivityTrackingOptions = ActivityTrackingOptions.TraceId | ActivityTrackingOptions.SpanId);
        builder.Logging.AddJsonConsole(o => o.IncludeScopes = true);
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
        Telemetry.GiveIds();
        Telemetry.AddLogs(builder.Logging, service, builder.Configuration);

        // 3. What every service stands on.
        var services = builder.Services;
        services.AddRouting();
        services.AddSingleton(hosting.Clock);
        services.AddSingleton(addresses);
        services.Configure<RouteHandlerOptions>(o => o.ThrowOnBadRequest = true);
        services.ConfigureHttpJsonOptions(o => Json.Configure(o.SerializerOptions, System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow));
        services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(StopSeconds));
        var requestSeconds = builder.Configuration.Int("Http:TimeoutSeconds", RequestSecondsDefault, 1, 600);
        services.AddRequestTimeouts(o => o.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = TimeSpan.FromSeconds(requestSeconds),
            TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        });
        services.AddHealthChecks();
        services.AddIdentity(builder.Configuration, peers: grpc);
        services.AddOpenApi(o => Describe(o, service));

        // 4. Signals and telemetry belong to the process.
        if (hosting.Shared)
        {
            services.AddSingleton<IHostLifetime, NoSignals>();
        }
        else
        {
            services.AddSingleton(new ProcessTelemetry(Telemetry.Start(service, builder.Configuration)));
        }

        hosting.Configure?.Invoke(services);
        return builder;
    }

    /// <summary>Builds the host with its pipeline; the caller maps its routes and runs it.</summary>
    public static WebApplication Open(this WebApplicationBuilder builder)
    {
        var app = builder.Build();
        _ = app.Services.GetService<ProcessTelemetry>(); // Made here, so that the container ends it.
        app.UseProblems();
        app.UseBodyBound();
        app.UseRouting();
        app.Use(next => context =>
        {
            NameSpan(context);
            return next(context);
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRequestTimeouts();
        app.MapHealthChecks("/health/live", Check(_ => false)).AllowAnonymous();
        app.MapHealthChecks("/health/ready", Check(c => c.Tags.Contains(Ready))).AllowAnonymous();
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        return app;
    }

    /// <summary>Where this host listens; the ports are known once it has started.</summary>
    public static ServiceAddresses Addresses(this WebApplication app) => app.Services.GetRequiredService<ServiceAddresses>();

    private static ServiceAddresses Listen(WebApplicationBuilder builder, bool grpc)
    {
        var settings = builder.Configuration;
        var listen = settings["Listen:Address"] is { Length: > 0 } text ? text : "127.0.0.1";
        if (!IPAddress.TryParse(listen, out var address))
        {
            throw new SettingException("Listen:Address", $"'{listen}' is not an IP address, such as 127.0.0.1 or 0.0.0.0");
        }

        var http = settings.Int("Http:Port", 8080, 0, 65_535);
        var grpcPort = settings.Int("Grpc:Port", 8081, 0, 65_535);
        var addresses = new ServiceAddresses();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
            kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
            kestrel.Limits.MaxRequestHeaderCount = HeadersMax;
            kestrel.Limits.MaxRequestLineSize = HeaderBytesMax / 2;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
            kestrel.Listen(address, http, o =>
            {
                o.Protocols = HttpProtocols.Http1;
                addresses.HttpEndpoint = () => o.IPEndPoint;
            });
            if (grpc)
            {
                kestrel.Listen(address, grpcPort, o =>
                {
                    o.Protocols = HttpProtocols.Http2;
                    addresses.GrpcEndpoint = () => o.IPEndPoint;
                });
            }
        });
        return addresses;
    }

    private static void Describe(OpenApiOptions options, string service)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new() { Title = $"PilotCity {service}", Version = "v1" };
            document.Servers = [];
            document.Components ??= new();
            document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
            {
                ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", BearerFormat = "JWT" },
            };
            document.Security = [new() { [new("bearer", document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddOperationTransformer(async (operation, context, stop) =>
        {
            var schema = await context.GetOrCreateSchemaAsync(typeof(Problem), cancellationToken: stop);
            operation.Responses ??= [];
            operation.Responses["default"] = new OpenApiResponse
            {
                Description = "A refusal (RFC 9457): code says which, clause says by which rule, traceId finds it in the logs.",
                Content = new Dictionary<string, OpenApiMediaType> { [Problem.MediaType] = new() { Schema = schema } },
            };
        });
    }

    /// <summary>A span is named by method and route, as OpenTelemetry's conventions for HTTP ask; the framework leaves that to us.</summary>
    private static void NameSpan(HttpContext context)
    {
        if (context.Features.Get<IHttpActivityFeature>()?.Activity is { IsAllDataRequested: true } span && context.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } route })
        {
            span.DisplayName = $"{context.Request.Method} {route}";
            span.SetTag("http.route", route);
        }
    }

    private static HealthCheckOptions Check(Func<HealthCheckRegistration, bool> which) => new()
    {
        Predicate = which,
        ResponseWriter = (context, report) => context.Response.WriteAsJsonAsync(
            new Health(Word(report.Status), report.Entries.ToDictionary(e => e.Key, e => new HealthPart(e.Value.Status.ToString(), e.Value.Description))),
            Json.Lenient, context.RequestAborted),
    };

    /// <summary>A part that is merely degraded (the bus, a follower) is said and stops nothing.</summary>
    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ready",
        HealthStatus.Degraded => "degraded",
        HealthStatus.Unhealthy => "unready",
    };

    /// <summary>One word for a probe, and per part the same for a person.</summary>
    private sealed record Health(string Status, IReadOnlyDictionary<string, HealthPart> Parts);

    private sealed record HealthPart(string Status, string? Description);

    /// <summary>Ctrl-C and SIGTERM are for whoever started all the hosts of this process.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Lets the container flush and end the telemetry when the host is disposed.</summary>
    private sealed class ProcessTelemetry(Telemetry? telemetry) : IDisposable
    {
        public void Dispose() => telemetry?.Dispose();
    }
}

/// <summary>Where a host listens. Port 0 in the settings is a free port; after the start these are the real ones.</summary>
public sealed class ServiceAddresses
{
    internal Func<IPEndPoint?>? HttpEndpoint { get; set; }

    internal Func<IPEndPoint?>? GrpcEndpoint { get; set; }

    public Uri Http => Of(HttpEndpoint);

    public Uri Grpc => Of(GrpcEndpoint);

    private static Uri Of(Func<IPEndPoint?>? endpoint)
    {
        var at = endpoint?.Invoke() ?? throw new InvalidOperationException("the host has not started, or does not listen here");
        var host = at.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : at.Address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : at.Address;
        return new UriBuilder("http", host.ToString(), at.Port).Uri;
    }
}
