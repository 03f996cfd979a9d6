using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace PilotCity.Defaults;

/// <summary>
/// Traces, metrics and logs of one process, sent by OTLP where the standard variable <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says,
/// and nowhere when it is not set. Activity sources and meters belong to the process, so there is one of these per process.
/// </summary>
public sealed class Telemetry : IDisposable
{
    public const string Name = "PilotCity";

    public const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static readonly ActivitySource Source = new(Name);

    public static readonly Meter Meter = new(Name);

    /// <summary>What a stop waits for the collector at most; a collector that is away must not hold the process.</summary>
    private const int FlushMillisecondsMax = 3_000;

    private readonly TracerProvider traces;
    private readonly MeterProvider metrics;

    private Telemetry(TracerProvider traces, MeterProvider metrics) => (this.traces, this.metrics) = (traces, metrics);

    /// <summary>
    /// Gives every request, step and message a trace id, whether anybody exports traces or not: entries, problems and log lines name it.
    /// </summary>
    public static void GiveIds()
    {
        // Spans of requests say their route and status; the framework leaves that out unless asked.
        AppContext.SetSwitch("Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData", false);
        _ = Ids.Listener;
    }

    /// <summary>
    /// A step in a trace of which only the id is known, as an entry names it; its parent span is on record elsewhere or nowhere.
    /// <paramref name="within"/> is taken as the parent where it belongs to the same trace.
    /// </summary>
    public static Activity? Continue(string step, ActivityKind kind, string trace, ActivityContext within = default)
    {
        if (within != default && (trace.Length == 0 || within.TraceId.ToHexString() == trace))
        {
            return Source.StartActivity(step, kind, within);
        }

        if (trace.Length != 32 || !trace.All(char.IsAsciiHexDigitLower))
        {
            return Source.StartActivity(step, kind);
        }

        var parent = new ActivityContext(ActivityTraceId.CreateFromString(trace), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        return Source.StartActivity(step, kind, parent);
    }

    /// <summary>Starts the exporters of this process, or returns null where no endpoint is set.</summary>
    public static Telemetry? Start(string service, IConfiguration settings) => EndpointOf(settings) is not { } endpoint ? null : new(
        Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(Resource(service))
            .AddSource("Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "MassTransit", Name)
            .AddOtlpExporter(o => Address(o, endpoint, settings, "v1/traces"))
            .Build(),
        Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(Resource(service))
            .AddMeter("Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Net.Http", "System.Runtime", "Npgsql", "MassTransit", Name)
            .AddOtlpExporter(o => Address(o, endpoint, settings, "v1/metrics"))
            .Build());

    /// <summary>Adds the OTLP exporter to one host's logging, where an endpoint is set.</summary>
    public static void AddLogs(ILoggingBuilder logging, string service, IConfiguration settings)
    {
        if (EndpointOf(settings) is { } endpoint)
        {
            logging.AddOpenTelemetry(o =>
            {
                o.SetResourceBuilder(Resource(service));
                o.IncludeFormattedMessage = true;
                o.AddOtlpExporter(e => Address(e, endpoint, settings, "v1/logs"));
            });
        }
    }

    /// <summary>Sends what is still held back, and stops.</summary>
    public void Dispose()
    {
        traces.ForceFlush(FlushMillisecondsMax);
        metrics.ForceFlush(FlushMillisecondsMax);
        traces.Dispose();
        metrics.Dispose();
    }

    private static class Ids
    {
        public static readonly ActivityListener Listener = Listen();

        private static ActivityListener Listen()
        {
            var listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is Name or "Microsoft.AspNetCore" or "MassTransit",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            };
            ActivitySource.AddActivityListener(listener);
            return listener;
        }
    }

    private static ResourceBuilder Resource(string service) => ResourceBuilder.CreateDefault()
        .AddService(service, serviceNamespace: "pilot-city", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString());

    private static Uri? EndpointOf(IConfiguration settings) =>
        settings[EndpointKey] is not { Length: > 0 } text ? null
        : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
        : throw new SettingException(EndpointKey, $"'{text}' is not an http or https address");

    /// <summary>The rest (headers, timeouts, batch sizes) the exporter reads from the standard variables by itself.</summary>
    private static void Address(OtlpExporterOptions exporter, Uri endpoint, IConfiguration settings, string path)
    {
        // The exporter appends the signal's path only to an address that it read from the environment itself.
        (exporter.Protocol, exporter.Endpoint) = settings["OTEL_EXPORTER_OTLP_PROTOCOL"] switch
        {
            null or "" or "grpc" => (OtlpExportProtocol.Grpc, endpoint),
            "http/protobuf" => (OtlpExportProtocol.HttpProtobuf, new Uri($"{endpoint.AbsoluteUri.TrimEnd('/')}/{path}")),
            var other => throw new SettingException("OTEL_EXPORTER_OTLP_PROTOCOL", $"'{other}' is neither grpc nor http/protobuf"),
        };
    }
}
