using System.Collections.Concurrent;
using System.Net;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PilotCity.Contracts.Tests.Transport;

/// <summary>A real server on a free loopback port, HTTP/2 without TLS, and a channel to it.</summary>
public sealed class ProbeHost : IAsyncLifetime
{
    private WebApplication? _app;
    private GrpcChannel? _channel;

    /// <summary>What the server saw of its calls.</summary>
    public Seen Seen { get; } = new();

    /// <summary>The channel to the server.</summary>
    public GrpcChannel Channel => _channel ?? throw new InvalidOperationException("Not started.");

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(Seen);
        builder.Services.AddGrpc(options =>
        {
            options.ResponseCompressionAlgorithm = "gzip";
            options.Interceptors.Add<ServerInterceptor>();
        });
        _app = builder.Build();
        _app.Use(async (http, next) =>
        {
            Seen.RequestEncodings.Enqueue(http.Request.Headers["grpc-encoding"].ToString());
            http.Response.OnStarting(() =>
            {
                Seen.ResponseEncodings.Enqueue(http.Response.Headers["grpc-encoding"].ToString());
                return Task.CompletedTask;
            });
            await next(http);
        });
        _app.MapGrpcService<ProbeService>();
        await _app.StartAsync();
        _channel = GrpcChannel.ForAddress(_app.Urls.Single(), new GrpcChannelOptions { UnsafeUseInsecureChannelCallCredentials = true });
    }

    /// <inheritdoc />
    public async Task DisposeAsync()
    {
        _channel?.Dispose();
        if (_app is not null)
            await _app.DisposeAsync();
    }
}

/// <summary>What a server saw of its calls.</summary>
public sealed class Seen
{
    public ConcurrentQueue<string> RequestEncodings { get; } = new();
    public ConcurrentQueue<string> ResponseEncodings { get; } = new();
    public ConcurrentQueue<string> Intercepted { get; } = new();
    public TaskCompletionSource Waiting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    public TaskCompletionSource DeadlinePassed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>Notes every call, of each of the four kinds.</summary>
internal sealed class ServerInterceptor(Seen seen) : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        Note(context);
        return continuation(request, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Note(context);
        return continuation(requestStream, context);
    }

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Note(context);
        return continuation(request, responseStream, context);
    }

    public override Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        Note(context);
        return continuation(requestStream, responseStream, context);
    }

    private void Note(ServerCallContext context)
    {
        context.UserState["noted"] = true;
        seen.Intercepted.Enqueue(context.Method);
    }
}

/// <summary>The service of <c>probe.proto</c>.</summary>
internal sealed class ProbeService(Seen seen) : Probe.ProbeBase
{
    public override async Task<Word> Echo(Word request, ServerCallContext context)
    {
        if (request.Text == "fail")
        {
            throw new RpcException(
                new Status(StatusCode.FailedPrecondition, "不行 – no"),
                new Metadata { { "code", "probe.refused" }, { "proof-bin", new byte[] { 0, 1, 255 } } });
        }

        if (request.Text == "wait")
        {
            var deadline = context.Deadline != DateTime.MaxValue;
            var over = new TaskCompletionSource();
            await using var _ = context.CancellationToken.Register(over.SetResult);
            if (!deadline)
                seen.Waiting.TrySetResult();
            await over.Task;
            (deadline ? seen.DeadlinePassed : seen.Cancelled).TrySetResult();
            context.CancellationToken.ThrowIfCancellationRequested();
        }

        var headers = new Metadata();
        foreach (var entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
            headers.Add(entry);
        headers.Add("noted", context.UserState.ContainsKey("noted").ToString());
        headers.Add("peer-known", context.AuthContext.IsPeerAuthenticated.ToString());
        headers.Add("auth", context.RequestHeaders.GetValue("authorization") ?? "");
        await context.WriteResponseHeadersAsync(headers);
        context.ResponseTrailers.Add("bye", "yes");
        return new Word { Text = request.Text };
    }

    public override async Task Count(Number request, IServerStreamWriter<Number> responseStream, ServerCallContext context)
    {
        for (var value = 1L; request.Value == 0 || value <= request.Value; value++)
            await responseStream.WriteAsync(new Number { Value = value }, context.CancellationToken);
        context.ResponseTrailers.Add("counted", "all");
    }

    public override async Task<Number> Sum(IAsyncStreamReader<Number> requestStream, ServerCallContext context)
    {
        var sum = 0L;
        await foreach (var number in requestStream.ReadAllAsync(context.CancellationToken))
            sum += number.Value;
        return new Number { Value = sum };
    }

    public override async Task Shout(IAsyncStreamReader<Word> requestStream, IServerStreamWriter<Word> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext())
            await responseStream.WriteAsync(new Word { Text = requestStream.Current.Text.ToUpperInvariant() });
    }
}
