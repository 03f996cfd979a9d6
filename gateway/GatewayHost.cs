using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using Yarp.ReverseProxy.Health;

namespace PilotCity.Gateway;

/// <summary>
/// The only door: it authenticates, bounds and passes on. What a request means is decided by the service behind it, which authorises again.
/// </summary>
public static class GatewayHost
{
    /// <summary>Requests a second that one account may make, on average and at once: a page of a hundred widgets passes, a loop does not.</summary>
    private const int RequestsPerSecondDefault = 500;

    /// <summary>Requests a second from one address before anybody has signed in.</summary>
    private const int AnonymousPerSecondMax = 50;

    /// <summary>Questions a second from one address to what anybody may read, and at once: a clerk checks a pile of certificates, nobody tries out codes.</summary>
    private const int OpenPerSecondMax = 2, OpenAtOnceMax = 20;

    public static WebApplication Build(Hosting hosting)
    {
        var builder = ServiceHost.Create("gateway", hosting, grpc: false);
        var settings = builder.Configuration;
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, FirstFailure>();
        builder.Services.AddReverseProxy().LoadFromMemory(RouteTable.Routes, RouteTable.Clusters(settings));
        builder.Services.AddSingleton(provider => new JoinedDescription(RouteTable.Addresses(settings)));
        builder.Services.AddSingleton(new Upstreams(RouteTable.Addresses(settings)));
        builder.Services.AddHealthChecks().AddCheck<Upstreams>("services", tags: [ServiceHost.Ready]);
        var perSecond = settings.Int("Gateway:RequestsPerSecond", RequestsPerSecondDefault, 1, 1_000_000);
        builder.Services.AddRateLimiter(limits => Limit(limits, perSecond));

        builder.Services.AddSingleton<IStartupFilter, Front>();

        var app = builder.Open();
        app.UseRateLimiter();
        app.MapGet("/openapi/pilot-city.json", (JoinedDescription description, CancellationToken ct) => description.Answer(ct)).AllowAnonymous().ExcludeFromDescription();
        Portal.Map(app);
        if (app.Services.GetService<DemonstrationIssuer>() is { } issuer)
        {
            app.MapDemonstrationIssuer(issuer);
        }

        app.MapReverseProxy();
        return app;
    }

    /// <summary>What comes before authentication: the headers of every answer, and the pages of the API description.</summary>
    private sealed class Front : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(Harden);
            app.UseSwaggerUI(ui =>
            {
                ui.RoutePrefix = "swagger";
                ui.DocumentTitle = "PilotCity API";
                ui.SwaggerEndpoint("/openapi/pilot-city.json", "PilotCity");
            });
            next(app);
        };
    }

    private static void Limit(RateLimiterOptions limits, int perSecond)
    {
        limits.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
        limits.OnRejected = (context, _) =>
        {
            context.HttpContext.Response.Headers.RetryAfter = 1.ToString(CultureInfo.InvariantCulture);
            return ValueTask.CompletedTask;
        };
        limits.AddPolicy(RouteTable.OpenLimit, context => RateLimitPartition.GetTokenBucketLimiter($"open:{context.Connection.RemoteIpAddress}", _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = OpenAtOnceMax,
            TokensPerPeriod = OpenPerSecondMax,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
            AutoReplenishment = true,
        }));
        limits.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
        {
            var account = context.User.FindFirst("sub")?.Value;
            return account is null
                ? RateLimitPartition.GetTokenBucketLimiter($"address:{context.Connection.RemoteIpAddress}", _ => Bucket(Math.Min(AnonymousPerSecondMax, perSecond)))
                : RateLimitPartition.GetTokenBucketLimiter($"account:{account}", _ => Bucket(perSecond));
        });
    }

    private static TokenBucketRateLimiterOptions Bucket(int perSecond) => new()
    {
        TokenLimit = 2 * perSecond,
        TokensPerPeriod = Math.Max(1, perSecond / 10),
        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
        QueueLimit = 0,
        AutoReplenishment = true,
    };

    /// <summary>Headers that keep a browser from doing with our pages what they are not for.</summary>
    private static Task Harden(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.XFrameOptions = "DENY";

        // A page of a service brings its own policy, with the hash of its style; a browser would keep to both, and show it without.
        context.Response.OnStarting(() =>
        {
            if (headers.ContentSecurityPolicy.Count == 0)
            {
                headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments("/swagger", StringComparison.Ordinal)
                    ? "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
                    : "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
            }

            return Task.CompletedTask;
        });
        return next(context);
    }
}
