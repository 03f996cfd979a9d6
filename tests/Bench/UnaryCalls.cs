using System.Diagnostics;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PilotCity.Bench.Hello;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Testing;

namespace PilotCity.Bench;

/// <summary>
/// One and the same smallest question, asked as one service of ours asks another (our host with its pipeline, a service's token, deadline,
/// retries and breaker) and with nothing but Grpc.AspNetCore around it.
/// </summary>
internal static class UnaryCalls
{
    internal const string Row = "grpc";

    private const int Callers = 16;

    internal static async Task<IReadOnlyList<Figure>> Measure(Plan plan, CancellationToken ct)
    {
        await using var bare = Bare();
        await bare.StartAsync(ct);
        using var channel = GrpcChannel.ForAddress(bare.Urls.Single());
        var greeter = new Greeter.GreeterClient(channel);

        await using var service = await TestService.Start(Shape.Build);
        var addresses = new PeerAddresses();
        addresses.Set("greeter", service.App.Addresses().Grpc);
        using var peers = new Peers(addresses, service.App.Services.GetRequiredService<ServiceToken>(), service.App.Services.GetRequiredService<ILoggerFactory>());
        var ask = peers.Ask("greeter");

        Task Barely() => greeter.HelloAsync(new HelloRequest { Name = "bench" }, cancellationToken: ct).ResponseAsync;
        async Task Ours()
        {
            var answer = await ask.Question((open, options) => new Greeter.GreeterClient(open).HelloAsync(new HelloRequest { Name = "bench" }, options), ct);
            if (!answer.Ok)
            {
                throw new InvalidOperationException(answer.Fault.Message.En);
            }
        }

        await Run(Barely, plan.WarmUp);
        await Run(Ours, plan.WarmUp);
        var (without, with) = (new List<double>(), new List<double>());
        var (bareCores, ourCores) = (0.0, 0.0);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var start = Environment.CpuUsage.TotalTime;
            without.Add(await Run(Barely, plan.Window / 2));
            var between = Environment.CpuUsage.TotalTime;
            with.Add(await Run(Ours, plan.Window / 2));
            bareCores = (between - start).TotalMicroseconds / (without[^1] * plan.Window.TotalSeconds / 2);
            ourCores = (Environment.CpuUsage.TotalTime - between).TotalMicroseconds / (with[^1] * plan.Window.TotalSeconds / 2);
            plan.Say($"round {round}: {with[^1]:0} calls/s as a service asks, {without[^1]:0} bare");
        }

        return
        [
            new(Row, $"gRPC unary calls, service to service, {Callers} callers", Durations.Median(with), "1/s")
            {
                Against = "the same method on a bare Grpc.AspNetCore",
                Other = Durations.Median(without),
                RatioMin = 0.7,
                Goal = "≥ 0.7 ×",
                Note = $"both ends in this process; core µs a call: {ourCores:0}, bare {bareCores:0}",
            },
        ];
    }

    private static readonly CityService Shape = new("greeter")
    {
        Nouns = [],
        ReadModels = [],
        Routes = _ => { },
        Map = app => app.MapGrpcService<Greeting>().RequireAuthorization(ServiceToken.Policy),
    };

    private static WebApplication Bare()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(o => o.Protocols = HttpProtocols.Http2));
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.MapGrpcService<Greeting>();
        return app;
    }

    private static async Task<double> Run(Func<Task> call, TimeSpan window)
    {
        var done = 0L;
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            var own = 0L;
            for (; watch.Elapsed < window; own++)
            {
                await call();
            }

            Interlocked.Add(ref done, own);
        })));
        return done / watch.Elapsed.TotalSeconds;
    }

    private sealed class Greeting : Greeter.GreeterBase
    {
        public override Task<HelloReply> Hello(HelloRequest request, ServerCallContext context) => Task.FromResult(new HelloReply { Text = request.Name });
    }
}
