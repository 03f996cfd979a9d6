using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace PilotCity.Gateway;

/// <summary>
/// Leaves an instance out at the first request that it could not be given or did not answer, without waiting for the next probe: its like can
/// do as much. What the client broke off says nothing about it.
/// </summary>
internal sealed class FirstFailure(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    internal const string PolicyName = "FirstFailure";

    public string Name => PolicyName;

    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature() is { Error: ForwarderError.Request or ForwarderError.RequestTimedOut or ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination }
            && cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod is { } pause)
        {
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, pause);
        }
    }
}
