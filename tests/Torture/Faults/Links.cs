using System.Collections.Concurrent;
using System.Net;
using PilotCity.City.Servers;

namespace PilotCity.Torture.Faults;

/// <summary>The ways between processes and servers: one proxy for each, made when the process is first told where its servers are.</summary>
internal sealed class Links : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(ServiceProcessName Process, string Server), TcpProxy> proxies = new();

    /// <summary>Stands between; a process that starts again finds the same way.</summary>
    internal IPEndPoint Through(ServiceProcessName process, string server, IPEndPoint at) => proxies.GetOrAdd((process, server), _ => new TcpProxy(at)).Address;

    internal TcpProxy Between(ServiceProcessName process, string server) => proxies[(process, server)];

    internal void Heal()
    {
        foreach (var (_, proxy) in proxies)
        {
            proxy.State = LinkState.Whole;
        }
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(proxies.Values.Select(p => p.DisposeAsync().AsTask()));
}
