namespace Grpc.Core;

/// <summary>What of a call that is being served goes on to the calls made for it.</summary>
/// <param name="propagateDeadline">Whether the deadline does.</param>
/// <param name="propagateCancellation">Whether cancellation does.</param>
public class ContextPropagationOptions(bool propagateDeadline = true, bool propagateCancellation = true)
{
    /// <summary>Everything goes on.</summary>
    public static readonly ContextPropagationOptions Default = new();

    /// <summary>Whether the deadline goes on.</summary>
    public bool IsPropagateDeadline => propagateDeadline;

    /// <summary>Whether cancellation goes on.</summary>
    public bool IsPropagateCancellation => propagateCancellation;
}

/// <summary>The tie between a call that is being served and the calls made for it. Opaque.</summary>
public abstract class ContextPropagationToken
{
    internal ContextPropagationToken()
    {
    }
}
