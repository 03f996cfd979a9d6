using PilotCity.Defaults;
using Yarp.ReverseProxy.Configuration;

namespace PilotCity.Gateway;

/// <summary>Which path goes to which service, and how large its bodies may be. A new service is one line here.</summary>
internal static class RouteTable
{
    private const long MiB = 1 << 20;

    /// <summary>Service names as paths say them; the setting is <c>Gateway:&lt;Service&gt;</c>.</summary>
    internal static readonly IReadOnlyList<string> Services = ["registry", "assessment", "performance", "funding", "oversight"];

    /// <summary>Paths whose bodies are files: bound by the service again, and named here so that the door lets them through.</summary>
    private static readonly (string Id, string Service, string Path, long BytesMax)[] Files =
    [
        ("pilot-lists", "registry", "/api/registry/{city:length(6)}/pilot-lists", 20 * MiB),
        ("evidence", "performance", "/api/performance/{city:length(6)}/evidence/{**rest}", 50 * MiB),
        ("bank-results", "funding", "/api/funding/{city:length(6)}/payment-batches/{id}/result", 20 * MiB),
    ];

    internal static readonly IReadOnlyList<RouteConfig> Routes =
    [
        .. Files.Select(f => Route(f.Id, f.Service, f.Path, f.BytesMax, order: 1)),
        .. Services.Select(s => Route(s, s, $"/api/{s}/{{city:length(6)}}/{{**rest}}", MiB, order: 2)),
    ];

    /// <summary>Addresses of the services, from <c>Gateway:Registry</c> and so on; a missing one stops the gateway at its start.</summary>
    internal static IReadOnlyDictionary<string, Uri> Addresses(IConfiguration settings) => Services.ToDictionary(
        s => s,
        s => new Uri(settings.Required($"Gateway:{char.ToUpperInvariant(s[0])}{s[1..]}", $"the address of {s}, e.g. http://{s}:8080"), UriKind.Absolute),
        StringComparer.Ordinal);

    internal static IReadOnlyList<ClusterConfig> Clusters(IConfiguration settings) =>
    [
        .. Addresses(settings).Select(a => new ClusterConfig
        {
            ClusterId = a.Key,
            Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = a.Value.ToString() } },
        }),
    ];

    private static RouteConfig Route(string id, string service, string path, long bytesMax, int order) => new()
    {
        RouteId = id,
        ClusterId = service,
        Match = new RouteMatch { Path = path },
        MaxRequestBodySize = bytesMax,
        Order = order,
    };
}
