using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// Where the other services answer. Between processes it is read from <c>Peers:&lt;service&gt;</c>, the instances of a service side by side
/// with commas between them; in one process whoever starts the hosts writes each address down once that host listens.
/// </summary>
public sealed class PeerAddresses
{
    private readonly ConcurrentDictionary<string, Uri[]> addresses = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The addresses of these peers from the settings; a missing one stops the host.</summary>
    public static PeerAddresses Of(IConfiguration settings, IEnumerable<string> peers)
    {
        var found = new PeerAddresses();
        foreach (var peer in peers)
        {
            var key = $"Peers:{peer}";
            var text = settings.Required(key, $"the address at which {peer} answers gRPC, e.g. http://{peer}:8081");
            found.Set(peer, Instances.Parse(key, text));
        }

        return found;
    }

    public void Set(string peer, params Uri[] instances) => addresses[peer] = instances;

    /// <summary>The instances of a peer; none where it is not known yet.</summary>
    public IReadOnlyList<Uri> Find(string peer) => addresses.GetValueOrDefault(peer) ?? [];
}

/// <summary>The way to the other services: one channel per instance and one circuit breaker per peer, our own token on every call.</summary>
public sealed class Peers(PeerAddresses addresses, ServiceToken token, ILoggerFactory logging) : IDisposable
{
    private readonly ConcurrentDictionary<Uri, Lazy<GrpcChannel>> channels = new();
    private readonly ConcurrentDictionary<string, Ask> asks = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The questions to one peer; kept, because its breaker remembers.</summary>
    public Ask Ask(string peer) => asks.GetOrAdd(peer, name => new Ask(name, () => Channels(name), AskPolicy.Standard, logging.CreateLogger<Ask>()));

    /// <summary>The peer's log.</summary>
    public Feed Feed(string peer) => new PeerFeed(Ask(peer));

    public void Dispose()
    {
        foreach (var channel in channels.Values)
        {
            channel.Value.Dispose();
        }
    }

    private GrpcChannel[] Channels(string peer) => [.. addresses.Find(peer).Select(address => channels.GetOrAdd(address, a => new(() => Open(a, token))).Value)];

    private static GrpcChannel Open(Uri address, ServiceToken token) => GrpcChannel.ForAddress(address, new GrpcChannelOptions
    {
        // The handler carries the trace context (W3C traceparent) by itself.
        HttpHandler = new WithToken(token, new SocketsHttpHandler
        {
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(10),
        }),
        DisposeHttpClient = true,
        MaxReceiveMessageSize = 4 << 20,

        // Retrying is Ask's: one place decides, one deadline holds.
        MaxRetryAttempts = 1,
    });

    private sealed class WithToken(ServiceToken token, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Current());
            return base.SendAsync(request, cancellationToken);
        }
    }
}
