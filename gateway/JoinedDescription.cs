using System.Text.Json.Nodes;
using PilotCity.Defaults;

namespace PilotCity.Gateway;

/// <summary>
/// One API description over all services: their OpenAPI 3.1 documents joined, schemas prefixed with the service's name so that two
/// services may use the same word. Asked for anew each time a person opens it; a service that is away is named in the description.
/// </summary>
internal sealed class JoinedDescription(IReadOnlyDictionary<string, Uri[]> services) : IDisposable
{
    private readonly HttpClient client = new() { Timeout = TimeSpan.FromSeconds(5), MaxResponseContentBufferSize = 16 << 20 };

    internal async Task<IResult> Answer(CancellationToken ct)
    {
        var parts = await Task.WhenAll(services.Select(async s => (Service: s.Key, Document: await Read(s.Value, ct))));
        var joined = Join([.. parts.Where(p => p.Document is not null).Select(p => (p.Service, p.Document!))], [.. parts.Where(p => p.Document is null).Select(p => p.Service)]);
        return Results.Text(joined.ToJsonString(Json.Lenient), "application/json");
    }

    internal static JsonObject Join(IReadOnlyList<(string Service, JsonObject Document)> documents, IReadOnlyList<string> away)
    {
        var paths = new JsonObject();
        var schemas = new JsonObject();
        foreach (var (service, document) in documents)
        {
            var renamed = JsonNode.Parse(document.ToJsonString(Json.Lenient)
                .Replace("\"#/components/schemas/", $"\"#/components/schemas/{service}.", StringComparison.Ordinal))!.AsObject();
            Move(renamed["paths"], paths, name => name);
            Move(renamed["components"]?["schemas"], schemas, name => $"{service}.{name}");
        }

        return new JsonObject
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject
            {
                ["title"] = "PilotCity 中小企业数字化转型试点平台",
                ["version"] = "v1",
                ["description"] = "Every path carries the city's division code; commands carry Idempotency-Key; refusals are RFC 9457 problems with a stable code."
                    + (away.Count == 0 ? string.Empty : $" Not answering now: {string.Join(", ", away)}."),
            },
            ["paths"] = paths,
            ["components"] = new JsonObject
            {
                ["schemas"] = schemas,
                ["securitySchemes"] = new JsonObject { ["bearer"] = new JsonObject { ["type"] = "http", ["scheme"] = "bearer", ["bearerFormat"] = "JWT" } },
            },
            ["security"] = new JsonArray(new JsonObject { ["bearer"] = new JsonArray() }),
        };
    }

    public void Dispose() => client.Dispose();

    private async Task<JsonObject?> Read(IEnumerable<Uri> instances, CancellationToken ct)
    {
        foreach (var instance in instances)
        {
            if (await Read(instance, ct) is { } document)
            {
                return document;
            }
        }

        return null;
    }

    private async Task<JsonObject?> Read(Uri instance, CancellationToken ct)
    {
        try
        {
            return await client.GetFromJsonAsync<JsonObject>(new Uri(instance, "/openapi/v1.json"), ct);
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return null;
        }
    }

    private static void Move(JsonNode? from, JsonObject to, Func<string, string> name)
    {
        foreach (var (key, value) in from?.AsObject().ToArray() ?? [])
        {
            to[name(key)] = value?.DeepClone();
        }
    }
}
