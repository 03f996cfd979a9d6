namespace Grpc.Core;

/// <summary>What a channel knows about its connection to the server.</summary>
public enum ConnectivityState
{
    /// <summary>Not connected and not trying to.</summary>
    Idle,

    /// <summary>A connection is being set up.</summary>
    Connecting,

    /// <summary>Connected: calls can start at once.</summary>
    Ready,

    /// <summary>The last attempt failed; the channel will try again.</summary>
    TransientFailure,

    /// <summary>The channel was closed and starts no further calls.</summary>
    Shutdown,
}
