using PilotCity.Contracts;

namespace PilotCity.Defaults.Bus;

/// <summary>
/// The port to the bus. What it carries is a nudge: it may lose, double and reorder messages, and nobody is the worse for it.
/// </summary>
public abstract class EventBus : IAsyncDisposable
{
    /// <summary>Completes when the bus has taken the message; throws where it is away.</summary>
    public abstract Task Publish(EntriesAppended message, CancellationToken ct);

    /// <summary>
    /// Hands every message to <paramref name="take"/> until the subscription is disposed. Instances of one follower share a
    /// subscription by its name: a message goes to one of them.
    /// </summary>
    public abstract IAsyncDisposable Subscribe(string follower, Func<EntriesAppended, Task> take);

    /// <summary>Connects, in the background: a broker that is away stops nobody from starting. Doing it twice is doing it once.</summary>
    public abstract void Start();

    /// <summary>What is wrong with the connection, or null.</summary>
    public abstract string? Trouble { get; }

    public abstract ValueTask DisposeAsync();
}
