using System.Diagnostics;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task One_request_is_one_trace_through_HTTP_gRPC_entry_bus_and_follower()
    {
        await using var collector = await Collector.Start();
        var telemetry = Telemetry.Start("everything", Configuration(collector));
        await using var bus = MassTransitBus.InMemory(NullLoggerFactory.Instance);
        var addresses = new PeerAddresses();
        var key = ServiceToken.RandomKey();
        var settings = new Dictionary<string, string?>(collector.Settings) { [ServiceToken.KeySetting] = key, ["Log:Level"] = "Information" };
        var followed = new TaskCompletionSource<(string Entry, string Now)>(TaskCreationOptions.RunContinuationsAsynchronously);

        void Share(IServiceCollection services)
        {
            services.AddSingleton<EventBus>(bus);
            services.AddSingleton(addresses);
        }

        // Who is asked over gRPC, and appends.
        var asked = new CityService("asked")
        {
            Nouns = [Counter.Noun],
            ReadModels = [],
            Routes = _ => { },
            Map = app => app.MapGrpcService<Appends>().RequireAuthorization(ServiceToken.Policy),
        };

        // Who asks over gRPC for an HTTP request, and follows the log of who was asked.
        var asks = new CityService("asks")
        {
            Nouns = [],
            ReadModels = [],
            Routes = routes => routes.Get("/appended", [Role.Auditor], async (request, ct) =>
            {
                var answer = await request.Service<Peers>().Ask("asked").Question((c, o) => new Enterprises.EnterprisesClient(c).GetEnterpriseAsync(new() { City = request.City }, o), ct);
                return answer.Ok ? answer.Value! : answer.Fault;
            }),
            Peers = ["asked"],
            Follows = new(["asked"])
            {
                Effect = _ => (taken, _) =>
                {
                    followed.TrySetResult((taken.Entries[0].Trace, Activity.Current!.TraceId.ToHexString()));
                    return Task.CompletedTask;
                },
            },
        };
        string trace;
        string entry;
        await using (var inner = await TestService.Start(asked.Build, configure: Share, settings: settings))
        {
            addresses.Set("asked", inner.App.Addresses().Grpc);
            await using var outer = await TestService.Start(asks.Build, configure: Share, settings: settings);

            // The gateway's part: a trace begun outside goes on.
            using var request = new Activity("door").SetIdFormat(ActivityIdFormat.W3C).Start();
            request.ActivityTraceFlags = ActivityTraceFlags.Recorded;
            trace = request.TraceId.ToHexString();
            var answer = await outer.As(Role.Auditor).GetAsync("/api/asks/350800/appended");
            Assert.Equal(200, (int)answer.StatusCode);
            var (named, now) = await followed.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal((trace, trace), (named, now));
            entry = Assert.Single(await inner.App.Services.GetRequiredService<ServiceLog>().Read("350800", 0, 10, CancellationToken.None)).Trace;
        }

        telemetry!.Dispose();

        Assert.Equal(trace, entry);
        var names = collector.Spans.Where(s => s.Trace == trace).Select(s => s.Name).ToList();
        Assert.Contains("relay", names);
        Assert.Contains("follow", names);
        Assert.Contains(names, n => n.StartsWith("GET /api/asks", StringComparison.Ordinal));
        Assert.Contains(names, n => n.StartsWith("POST", StringComparison.Ordinal) && n.Contains("GetEnterprise", StringComparison.Ordinal));
        Assert.Contains(names, n => n.Contains("EntriesAppended", StringComparison.Ordinal));
        Assert.All(collector.Spans, s => Assert.Equal("everything", s.Service));
        Assert.Contains("http.server.request.duration", collector.Metrics);
        Assert.Contains((trace, "appends"), collector.Logs);
    }

    [Fact]
    public void Without_an_endpoint_nothing_is_exported() =>
        Assert.Null(Telemetry.Start("nothing", new ConfigurationBuilder().Build()));

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://collector")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier-pigeon")]
    public void A_setting_that_makes_no_sense_is_named(string key, string value)
    {
        var settings = new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:1", [key] = value };

        Assert.Equal(key, Assert.Throws<SettingException>(() => Telemetry.Start("wrong", new ConfigurationBuilder().AddInMemoryCollection(settings).Build())).Key);
    }

    [Theory]
    [InlineData("0af7651916cd43dd8448eb211c80319c", "0af7651916cd43dd8448eb211c80319c")]
    [InlineData("", null)]
    [InlineData("rubbish", null)]
    [InlineData("0AF7651916CD43DD8448EB211C80319C", null)]
    public void A_step_goes_on_in_the_trace_that_an_entry_names(string trace, string? continues)
    {
        Telemetry.GiveIds();
        using var step = Telemetry.Continue("step", ActivityKind.Internal, trace);

        Assert.NotNull(step);
        if (continues is null)
            Assert.NotEqual(trace, step.TraceId.ToHexString());
        else
            Assert.Equal(continues, step.TraceId.ToHexString());
    }

    private static IConfiguration Configuration(Collector collector) => new ConfigurationBuilder().AddInMemoryCollection(collector.Settings).Build();

    private sealed class Appends(ServiceLog log, ILogger<Appends> logger) : Enterprises.EnterprisesBase
    {
        public override async Task<GetEnterpriseReply> GetEnterprise(GetEnterpriseRequest request, ServerCallContext context)
        {
            logger.LogInformation("appends");
            await log.Do(Counter.Move("c", 1, city: request.City), context.CancellationToken);
            return new() { Name = "甲公司" };
        }
    }
}
