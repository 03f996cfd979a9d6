using System.Diagnostics;
using System.Text.Json;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.Extensions.Logging;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>Faults over gRPC: the status by the one table, the fault itself in a trailer, so that it arrives as it was said.</summary>
public static class GrpcFaults
{
    private const string Trailer = "fault-bin";

    /// <summary>Headers of a reply are bounded by 16 KiB; a fault with more details than fit travels without them.</summary>
    private const int TrailerBytesMax = 6_000;

    /// <summary>The fault as the exception that gRPC wants of an adapter: <c>throw GrpcFaults.Exception(fault)</c>.</summary>
    public static RpcException Exception(Fault fault)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(fault, Json.Lenient);
        if (bytes.Length > TrailerBytesMax)
        {
            bytes = JsonSerializer.SerializeToUtf8Bytes(fault with { Details = [] }, Json.Lenient);
        }

        return new(new Status((StatusCode)FaultWire.GrpcStatus(fault.Kind), fault.Code), new Metadata { { Trailer, bytes } });
    }

    /// <summary>The fault that a peer said; null where the failure is not one of its words.</summary>
    public static Fault? Of(RpcException exception)
    {
        if (exception.Trailers.GetValueBytes(Trailer) is not { } bytes)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Fault>(bytes, Json.Lenient);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>The outermost step of every gRPC call that we serve: a bug shows its trace id and nothing else, an outage is said as one.</summary>
internal sealed class GrpcEdge(ILogger<GrpcEdge> logger, ServiceLog? log = null) : Interceptor
{
    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        try
        {
            return await continuation(request, context);
        }
        catch (RpcException)
        {
            throw;
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "the caller left"));
        }
        catch (Exception e) when (e is LogUnavailableException || log?.Database.IsOutage(e) == true)
        {
            logger.LogWarning(e, "{Method}: the log is away", context.Method);
            throw GrpcFaults.Exception(LogFaults.Away);
        }
        catch (Exception e)
        {
            var trace = Activity.Current?.TraceId.ToHexString() ?? string.Empty;
            logger.LogError(e, "{Method} broke, trace {TraceId}", context.Method, trace);
            throw new RpcException(new Status(StatusCode.Internal, $"trace {trace}"));
        }
    }
}
