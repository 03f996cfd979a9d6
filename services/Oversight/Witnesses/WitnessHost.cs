using System.Net;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;

namespace PilotCity.Oversight.Witnesses;

/// <summary>
/// A witness's door: <c>POST /add-checkpoint</c> for logs (C2SP tlog-witness), and for whoever looks: <c>GET /key</c>, the checkpoint of a log as it
/// was cosigned last at <c>GET /&lt;hex SHA-256 of its origin&gt;/checkpoint</c>, and the split views that were seen at <c>GET /split-views</c>. Nobody
/// signs in: what is asked is signed itself, what is told is public.
/// </summary>
internal static class WitnessHost
{
    private const int ConnectionsMax = 200;

    public static WebApplication Build(Witness witness, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "witness" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AddCheckpoint.BytesMax;
            kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        app.UseRouting();
        app.MapPost("/add-checkpoint", (HttpContext context) => Add(witness, context));
        app.MapGet("/key", (HttpContext context) => Say(context, 200, WitnessAnswer.TextType, witness.Key + "\n"));
        app.MapGet("/split-views", (HttpContext context) =>
        {
            context.Response.ContentType = "application/json; charset=utf-8";
            return context.Response.WriteAsync(System.Text.Json.JsonSerializer.Serialize(new { items = witness.Store.SplitViews() }, Json.Lenient), context.RequestAborted);
        });
        app.MapGet("/{log:length(64)}/checkpoint", (HttpContext context) =>
        {
            var origin = witness.Logs.Select(l => l.Name).FirstOrDefault(o => Name(o) == (string)context.Request.RouteValues["log"]!);
            return origin is not null && witness.Store.Last(origin) is { } note ? Say(context, 200, WitnessAnswer.TextType, note) : Say(context, 404, WitnessAnswer.TextType, "");
        });
        return app;
    }

    /// <summary>How the address of a log's checkpoint names it.</summary>
    internal static string Name(string origin) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)));

    private static async Task Add(Witness witness, HttpContext context)
    {
        using var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        }
        catch (BadHttpRequestException e)
        {
            await Say(context, e.StatusCode, WitnessAnswer.TextType, "");
            return;
        }

        var answer = witness.Add(body.GetBuffer().AsSpan(0, (int)body.Length));
        await Say(context, answer.Status, answer.ContentType, answer.Body);
    }

    private static Task Say(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
