using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace PilotCity.Testing;

/// <summary>A span as it came over OTLP.</summary>
public sealed record Span(string Trace, string Name, string Service);

/// <summary>The smallest OpenTelemetry collector: takes OTLP over HTTP (protobuf) and keeps names and trace ids.</summary>
public sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<string> metrics = new();
    private readonly ConcurrentQueue<Span> spans = new();
    private readonly ConcurrentQueue<(string Trace, string Text)> logs = new();

    private Collector()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRouting();
        app = builder.Build();
        app.MapPost("/v1/traces", request => Take(request, ReadTraces));
        app.MapPost("/v1/metrics", request => Take(request, ReadMetrics));
        app.MapPost("/v1/logs", request => Take(request, ReadLogs));
    }

    public IReadOnlyCollection<Span> Spans => spans;

    public IReadOnlyCollection<string> Metrics => metrics;

    public IReadOnlyCollection<(string Trace, string Text)> Logs => logs;

    /// <summary>The settings under which a host sends here.</summary>
    public IReadOnlyDictionary<string, string?> Settings => new Dictionary<string, string?>
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = app.Urls.Single(),
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
    };

    public static async Task<Collector> Start()
    {
        var collector = new Collector();
        await collector.app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task Take(HttpContext context, Action<ByteString> read)
    {
        using var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        read(ByteString.CopyFrom(buffer.ToArray()));
        context.Response.ContentType = "application/x-protobuf";
    }

    // Field numbers of opentelemetry/proto/{trace,metrics,logs}/v1.
    private void ReadTraces(ByteString request)
    {
        foreach (var ofResource in Fields(request, 1))
        {
            var service = ServiceName(Fields(ofResource, 1).First());
            foreach (var span in Fields(ofResource, 2).SelectMany(scope => Fields(scope, 2)))
            {
                spans.Enqueue(new(Convert.ToHexStringLower(Fields(span, 1).First().Span), Fields(span, 5).First().ToStringUtf8(), service));
            }
        }
    }

    private void ReadMetrics(ByteString request)
    {
        foreach (var metric in Fields(request, 1).SelectMany(r => Fields(r, 2)).SelectMany(scope => Fields(scope, 2)))
        {
            metrics.Enqueue(Fields(metric, 1).First().ToStringUtf8());
        }
    }

    private void ReadLogs(ByteString request)
    {
        foreach (var record in Fields(request, 1).SelectMany(r => Fields(r, 2)).SelectMany(scope => Fields(scope, 2)))
        {
            var body = Fields(record, 5).SelectMany(any => Fields(any, 1)).FirstOrDefault() ?? ByteString.Empty;
            var trace = Fields(record, 9).FirstOrDefault() ?? ByteString.Empty;
            logs.Enqueue((Convert.ToHexStringLower(trace.Span), body.ToStringUtf8()));
        }
    }

    private static string ServiceName(ByteString resource) =>
        Fields(resource, 1).Where(a => Fields(a, 1).First().ToStringUtf8() == "service.name").SelectMany(a => Fields(a, 2)).SelectMany(v => Fields(v, 1)).First().ToStringUtf8();

    /// <summary>The length-delimited fields of one number.</summary>
    private static List<ByteString> Fields(ByteString message, int number)
    {
        var found = new List<ByteString>();
        var input = message.CreateCodedInput();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (tag == WireFormat.MakeTag(number, WireFormat.WireType.LengthDelimited))
            {
                found.Add(input.ReadBytes());
            }
            else
            {
                input.SkipLastField();
            }
        }

        return found;
    }
}
