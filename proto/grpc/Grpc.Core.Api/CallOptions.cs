namespace Grpc.Core;

/// <summary>What a client says about one call besides the request.</summary>
public struct CallOptions
{
    /// <summary>Options of a call; every one may be left out.</summary>
    /// <param name="headers">Sent before the request.</param>
    /// <param name="deadline">The instant (UTC) after which the call fails with <see cref="StatusCode.DeadlineExceeded"/>; null for none.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <param name="writeOptions">How the request messages are written.</param>
    /// <param name="propagationToken">From the call that is being served, to hand on its deadline and cancellation.</param>
    /// <param name="credentials">Credentials of this call alone.</param>
    public CallOptions(
        Metadata? headers = null,
        DateTime? deadline = null,
        CancellationToken cancellationToken = default,
        WriteOptions? writeOptions = null,
        ContextPropagationToken? propagationToken = null,
        CallCredentials? credentials = null)
    {
        Headers = headers;
        Deadline = deadline;
        CancellationToken = cancellationToken;
        WriteOptions = writeOptions;
        PropagationToken = propagationToken;
        Credentials = credentials;
        IsWaitForReady = false;
    }

    /// <summary>The headers, or null.</summary>
    public Metadata? Headers { get; private set; }

    /// <summary>The deadline, or null.</summary>
    public DateTime? Deadline { get; private set; }

    /// <summary>What cancels the call.</summary>
    public CancellationToken CancellationToken { get; private set; }

    /// <summary>How the request messages are written, or null for the default.</summary>
    public WriteOptions? WriteOptions { get; private set; }

    /// <summary>The token of the call that is being served, or null.</summary>
    public ContextPropagationToken? PropagationToken { get; private set; }

    /// <summary>The credentials of this call, or null.</summary>
    public CallCredentials? Credentials { get; private set; }

    /// <summary>Whether the call waits for a connection instead of failing where there is none.</summary>
    public bool IsWaitForReady { get; private set; }

    /// <summary>The same with other headers.</summary>
    public CallOptions WithHeaders(Metadata headers) => this with { Headers = headers };

    /// <summary>The same with another deadline.</summary>
    public CallOptions WithDeadline(DateTime deadline) => this with { Deadline = deadline };

    /// <summary>The same with another cancellation token.</summary>
    public CallOptions WithCancellationToken(CancellationToken cancellationToken) =>
        this with { CancellationToken = cancellationToken };

    /// <summary>The same with other write options.</summary>
    public CallOptions WithWriteOptions(WriteOptions writeOptions) => this with { WriteOptions = writeOptions };

    /// <summary>The same with another propagation token.</summary>
    public CallOptions WithPropagationToken(ContextPropagationToken propagationToken) =>
        this with { PropagationToken = propagationToken };

    /// <summary>The same with other credentials.</summary>
    public CallOptions WithCredentials(CallCredentials credentials) => this with { Credentials = credentials };

    /// <summary>The same, waiting or not waiting for a connection.</summary>
    public CallOptions WithWaitForReady(bool waitForReady = true) => this with { IsWaitForReady = waitForReady };
}
