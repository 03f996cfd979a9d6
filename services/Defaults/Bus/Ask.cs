using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace PilotCity.Defaults.Bus;

/// <summary>How long and how often a peer is asked.</summary>
/// <param name="AttemptSeconds">Deadline of one attempt; a healthy peer answers in milliseconds.</param>
/// <param name="RetriesMax">Further attempts while the peer is away: with the deadline this stays well under a request's own bound.</param>
/// <param name="BreakSeconds">How long nobody asks a peer that keeps failing.</param>
public sealed record AskPolicy(double AttemptSeconds, int RetriesMax, double RetrySeconds, int BreakAfter, double BreakSeconds)
{
    public static readonly AskPolicy Standard = new(AttemptSeconds: 2, RetriesMax: 2, RetrySeconds: 0.1, BreakAfter: 8, BreakSeconds: 5);
}

/// <summary>
/// Questions to one peer over gRPC: a deadline per attempt, two retries with jitter while it is away, a circuit breaker. The instances of a
/// peer are asked in turn; one that was away is left out for a while, and asked all the same where no other is left.
/// What the peer refuses comes back as its own fault; a peer that is away is <c>peer.unavailable</c>.
/// </summary>
public sealed class Ask
{
    private readonly string peer;
    private readonly Func<IReadOnlyList<GrpcChannel>> instances;
    private readonly AskPolicy policy;
    private readonly ResiliencePipeline pipeline;
    private readonly ConcurrentDictionary<GrpcChannel, long> awayAt = new();
    private int turn;

    public Ask(string peer, Func<IReadOnlyList<GrpcChannel>> instances, AskPolicy policy, ILogger logger)
    {
        this.peer = peer;
        this.instances = instances;
        this.policy = policy;
        var away = new PredicateBuilder().Handle<RpcException>(IsAway);
        pipeline = new ResiliencePipelineBuilder()
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = away,
                MaxRetryAttempts = policy.RetriesMax,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(policy.RetrySeconds),
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = away,
                FailureRatio = 0.5,
                MinimumThroughput = policy.BreakAfter,
                SamplingDuration = TimeSpan.FromSeconds(10),
                BreakDuration = TimeSpan.FromSeconds(policy.BreakSeconds),
                OnOpened = _ =>
                {
                    logger.LogWarning("{Peer} keeps failing; nobody asks it for {Seconds} s", peer, policy.BreakSeconds);
                    return default;
                },
            })
            .Build();
    }

    /// <summary>
    /// For instance <c>peers.Ask("registry").Question((channel, options) => new Enterprises.EnterprisesClient(channel).GetEnterpriseAsync(request, options), ct)</c>.
    /// An answer; null where the peer says that there is no such thing; else the fault.
    /// </summary>
    public async Task<Result<TReply?>> Question<TReply>(Func<GrpcChannel, CallOptions, AsyncUnaryCall<TReply>> call, CancellationToken ct)
        where TReply : class
    {
        var open = instances();
        if (open.Count == 0)
        {
            return Away();
        }

        try
        {
            return await pipeline.ExecuteAsync(
                async stop =>
                {
                    var deadline = TimeProvider.System.GetUtcNow().UtcDateTime + TimeSpan.FromSeconds(policy.AttemptSeconds);
                    var instance = Next(open);
                    try
                    {
                        using var asked = call(instance, new CallOptions(deadline: deadline, cancellationToken: stop));
                        var answer = await asked.ResponseAsync;
                        awayAt.TryRemove(instance, out _);
                        return answer;
                    }
                    catch (RpcException e) when (IsAway(e) && !stop.IsCancellationRequested)
                    {
                        awayAt[instance] = TimeProvider.System.GetTimestamp();
                        throw;
                    }
                },
                ct);
        }
        catch (BrokenCircuitException)
        {
            return Away();
        }
        catch (RpcException) when (ct.IsCancellationRequested)
        {
            throw new OperationCanceledException(ct);
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.NotFound)
        {
            return default(TReply);
        }
        catch (RpcException e) when (GrpcFaults.Of(e) is { } fault)
        {
            return fault;
        }
        catch (RpcException e) when (IsAway(e))
        {
            return Away();
        }
    }

    private GrpcChannel Next(IReadOnlyList<GrpcChannel> open)
    {
        var first = (int)((uint)Interlocked.Increment(ref turn) % open.Count);
        for (var i = 0; i < open.Count; i++)
        {
            var instance = open[(first + i) % open.Count];
            if (!awayAt.TryGetValue(instance, out var at) || TimeProvider.System.GetElapsedTime(at) > TimeSpan.FromSeconds(policy.BreakSeconds))
            {
                return instance;
            }
        }

        return open[first];
    }

    /// <summary>
    /// Away, or a connection that broke: where it does so while a call begins, the client itself says Internal, with the exception that it met.
    /// A peer's own Internal comes without one and is a bug over there.
    /// </summary>
    private static bool IsAway(RpcException e) =>
        e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.ResourceExhausted
        || (e.StatusCode is StatusCode.Internal or StatusCode.Unknown && e.Status.DebugException is not null);

    private Fault Away() => RequestFaults.PeerUnavailable with
    {
        Message = new($"服务 {peer} 暂时不可用，请稍后以相同的幂等键重试。", $"The service {peer} is away; trying again later with the same idempotency key is safe."),
    };
}
