namespace Grpc.Core;

/// <summary>A lasting tie to a server, over which clients make calls.</summary>
public abstract class ChannelBase
{
    /// <summary>A channel to a server.</summary>
    protected ChannelBase(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Target = target;
    }

    /// <summary>The server's address as it was given.</summary>
    public string Target { get; }

    /// <summary>What makes the calls.</summary>
    public abstract CallInvoker CreateCallInvoker();

    /// <summary>Closes the channel when its calls have ended.</summary>
    public Task ShutdownAsync() => ShutdownAsyncCore();

    /// <summary>What closing means here: nothing, unless overridden.</summary>
    protected virtual Task ShutdownAsyncCore() => Task.CompletedTask;
}
