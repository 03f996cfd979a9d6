using PilotCity.Defaults;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

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
        ("decisions", "funding", "/api/funding/{city:length(6)}/decisions", 8 * MiB),
        ("bank-statements", "funding", "/api/funding/{city:length(6)}/bank-statements", 20 * MiB),
        ("answer-workbooks", "assessment", "/api/assessment/{city:length(6)}/assessments/workbooks", 8 * MiB),
    ];

    /// <summary>The limiter of <see cref="Open"/>.</summary>
    internal const string OpenLimit = "open";

    /// <summary>Pages that anybody may read without signing in, each with a secret in its address; they are asked for seldom and bounded tightly.</summary>
    private static readonly (string Id, string Service, string Path)[] Open =
    [
        ("certificates", "assessment", "/certificates/{code?}"),
    ];

    internal static readonly IReadOnlyList<RouteConfig> Routes =
    [
        .. Open.Select(o => Route(o.Id, o.Service, o.Path, 0, order: 1) with
        {
            Match = new RouteMatch { Path = o.Path, Methods = [HttpMethods.Get] },
            AuthorizationPolicy = "Anonymous",
            RateLimiterPolicy = OpenLimit,
        }),
        .. Files.Select(f => Route(f.Id, f.Service, f.Path, f.BytesMax, order: 1)),
        .. Services.Select(s => Route(s, s, $"/api/{s}/{{city:length(6)}}/{{**rest}}", MiB, order: 2)),
    ];

    /// <summary>How long an answer may say nothing: a workbook or a package with its proof of a million entries is made before its first byte goes out.</summary>
    internal const int AnswerSecondsDefault = 600;

    /// <summary>An instance is asked this often whether it is ready, and has this long to answer.</summary>
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromSeconds(1), ProbePatience = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Addresses of the services, from <c>Gateway:Registry</c> and so on, the instances of a service side by side with commas between them;
    /// a missing one stops the gateway at its start.
    /// </summary>
    internal static IReadOnlyDictionary<string, Uri[]> Addresses(IConfiguration settings) => Services.ToDictionary(
        s => s,
        s =>
        {
            var key = $"Gateway:{char.ToUpperInvariant(s[0])}{s[1..]}";
            return Instances.Parse(key, settings.Required(key, $"the address of {s}, e.g. http://{s}:8080"));
        },
        StringComparer.Ordinal);

    /// <summary>
    /// Of several instances the one with less to do is taken, and one that does not answer is left out until it does. A single address has
    /// nothing to be left out for: what stands behind it is somebody else's to balance.
    /// </summary>
    internal static IReadOnlyList<ClusterConfig> Clusters(IConfiguration settings) =>
    [
        .. Addresses(settings).Select(a => new ClusterConfig
        {
            ClusterId = a.Key,
            Destinations = a.Value.Select((address, i) => (address, i)).ToDictionary(x => $"{a.Key}-{x.i + 1}", x => new DestinationConfig { Address = x.address.ToString() }),
            LoadBalancingPolicy = LoadBalancingPolicies.LeastRequests,
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = TimeSpan.FromSeconds(settings.Int("Gateway:AnswerSecondsMax", AnswerSecondsDefault, 1, 3_600)) },
            HealthCheck = a.Value.Length == 1 ? null : new HealthCheckConfig
            {
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Passive = new PassiveHealthCheckConfig { Enabled = true, Policy = FirstFailure.PolicyName, ReactivationPeriod = ProbeEvery + ProbePatience },
                Active = new ActiveHealthCheckConfig { Enabled = true, Interval = ProbeEvery, Timeout = ProbePatience, Path = "/health/ready" },
            },
            Metadata = new Dictionary<string, string> { [ConsecutiveFailuresHealthPolicyOptions.ThresholdMetadataName] = "1" },
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
