using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;

namespace PilotCity.Contracts.Tests.Transport;

/// <summary>The two served packages make real calls over the contract assemblies.</summary>
public sealed class CallTests(ProbeHost host) : IClassFixture<ProbeHost>
{
    private readonly Probe.ProbeClient _client = new(host.Channel);

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(20)).Token;

    [Fact]
    public async Task A_unary_call_brings_the_response_the_headers_and_the_trailers()
    {
        var bytes = new byte[] { 0, 127, 128, 255, 7 };
        using var call = _client.EchoAsync(new Word { Text = "试点" }, new Metadata { { "X-Text", "abc" }, { "x-raw-bin", bytes } }, cancellationToken: Soon);

        Assert.Equal("试点", (await call).Text);
        var headers = await call.ResponseHeadersAsync;
        Assert.Equal("abc", headers.GetValue("x-text"));
        Assert.Equal(bytes, headers.GetValueBytes("x-raw-bin"));
        Assert.Equal("False", headers.GetValue("peer-known"));
        Assert.Equal("yes", call.GetTrailers().GetValue("bye"));
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public void A_blocking_call_brings_the_response() =>
        Assert.Equal("plain", _client.Echo(new Word { Text = "plain" }, cancellationToken: Soon).Text);

    [Fact]
    public async Task A_server_stream_is_read_to_its_end()
    {
        using var call = _client.Count(new Number { Value = 1000 }, cancellationToken: Soon);
        var read = new List<long>();
        await foreach (var number in call.ResponseStream.ReadAllAsync())
            read.Add(number.Value);

        Assert.Equal(Enumerable.Range(1, 1000).Select(value => (long)value), read);
        Assert.Equal("all", call.GetTrailers().GetValue("counted"));
    }

    [Fact]
    public async Task A_client_stream_is_summed()
    {
        using var call = _client.Sum(cancellationToken: Soon);
        for (var value = 1; value <= 1000; value++)
            await call.RequestStream.WriteAsync(new Number { Value = value });
        await call.RequestStream.CompleteAsync();

        Assert.Equal(500_500, (await call).Value);
    }

    [Fact]
    public async Task A_duplex_call_answers_every_request_as_it_comes()
    {
        using var call = _client.Shout(cancellationToken: Soon);
        foreach (var text in new[] { "a", "b", "c" })
        {
            await call.RequestStream.WriteAsync(new Word { Text = text }, Soon);
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal(text.ToUpperInvariant(), call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(StatusCode.OK, call.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_refusal_brings_its_status_its_detail_and_its_trailers()
    {
        var refusal = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.EchoAsync(new Word { Text = "fail" }, cancellationToken: Soon));

        Assert.Equal(StatusCode.FailedPrecondition, refusal.StatusCode);
        Assert.Equal("不行 – no", refusal.Status.Detail);
        Assert.Equal("probe.refused", refusal.Trailers.GetValue("code"));
        Assert.Equal(new byte[] { 0, 1, 255 }, refusal.Trailers.GetValueBytes("proof-bin"));
    }

    [Fact]
    public async Task A_deadline_ends_the_call_on_both_sides()
    {
        var late = await Assert.ThrowsAsync<RpcException>(
            async () => await _client.EchoAsync(new Word { Text = "wait" }, deadline: DateTime.UtcNow.AddMilliseconds(300)));

        Assert.Equal(StatusCode.DeadlineExceeded, late.StatusCode);
        await host.Seen.DeadlinePassed.Task.WaitAsync(Soon);
    }

    [Fact]
    public async Task Cancelling_ends_the_call_on_both_sides()
    {
        using var cancel = new CancellationTokenSource();
        using var call = _client.EchoAsync(new Word { Text = "wait" }, cancellationToken: cancel.Token);
        using var stream = _client.Count(new Number { Value = 0 }, cancellationToken: cancel.Token);
        Assert.True(await stream.ResponseStream.MoveNext(Soon));
        await host.Seen.Waiting.Task.WaitAsync(Soon);
        await cancel.CancelAsync();

        var cancelled = await Assert.ThrowsAsync<RpcException>(async () => await call);
        Assert.Equal(StatusCode.Cancelled, cancelled.StatusCode);
        await host.Seen.Cancelled.Task.WaitAsync(Soon);
        var cut = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await stream.ResponseStream.MoveNext(Soon))
            {
            }
        });
        Assert.Equal(StatusCode.Cancelled, cut.StatusCode);
    }

    [Fact]
    public async Task A_method_that_the_server_lacks_is_unimplemented()
    {
        var words = Marshallers.Create(
            (Word word, SerializationContext context) => context.Complete(Google.Protobuf.MessageExtensions.ToByteArray(word)),
            context => Word.Parser.ParseFrom(context.PayloadAsReadOnlySequence()));
        var missing = new Method<Word, Word>(MethodType.Unary, "pilotcity.contracts.tests.Probe", "Missing", words, words);

        var refusal = await Assert.ThrowsAsync<RpcException>(async () =>
            await host.Channel.CreateCallInvoker().AsyncUnaryCall(missing, null, new CallOptions(cancellationToken: Soon), new Word()));
        Assert.Equal(StatusCode.Unimplemented, refusal.StatusCode);
    }

    [Fact]
    public async Task The_server_interceptor_stands_around_every_kind_of_call()
    {
        using var unary = _client.EchoAsync(new Word { Text = "x" }, cancellationToken: Soon);
        await unary;
        Assert.Equal("True", (await unary.ResponseHeadersAsync).GetValue("noted"));
        await A_server_stream_is_read_to_its_end();
        await A_client_stream_is_summed();
        await A_duplex_call_answers_every_request_as_it_comes();

        foreach (var name in new[] { "Echo", "Count", "Sum", "Shout" })
            Assert.Contains($"/pilotcity.contracts.tests.Probe/{name}", host.Seen.Intercepted);
    }

    [Fact]
    public async Task Client_interceptors_stand_before_the_call_in_the_order_given()
    {
        var order = new List<string>();
        var invoker = host.Channel.Intercept(new Named("outer", order), new Named("inner", order))
            .Intercept(metadata => [.. metadata, new Metadata.Entry("x-added", "1")]);
        var client = new Probe.ProbeClient(invoker);

        using var call = client.EchoAsync(new Word { Text = "x" }, cancellationToken: Soon);
        await call;
        Assert.Equal("1", (await call.ResponseHeadersAsync).GetValue("x-added"));
        client.Echo(new Word(), cancellationToken: Soon);
        using var count = client.Count(new Number { Value = 1 }, cancellationToken: Soon);
        using var sum = client.Sum(cancellationToken: Soon);
        using var shout = client.Shout(cancellationToken: Soon);
        Assert.True(await count.ResponseStream.MoveNext(Soon));
        await sum.RequestStream.CompleteAsync();
        await sum;
        await shout.RequestStream.CompleteAsync();
        Assert.False(await shout.ResponseStream.MoveNext(Soon));

        Assert.Equal(
            ["outer Echo", "inner Echo", "outer Echo", "inner Echo", "outer Count", "inner Count", "outer Sum", "inner Sum", "outer Shout", "inner Shout"],
            order);
    }

    [Fact]
    public async Task A_client_addressed_to_a_host_sends_that_host()
    {
        // The transport addresses calls by the channel alone, so what it is handed is noted before it.
        var hosts = new List<string?>();
        var client = new Probe.ProbeClient(new HostNoting(host.Channel.CreateCallInvoker(), hosts));

        await client.EchoAsync(new Word(), cancellationToken: Soon);
        await client.WithHost("a.example").EchoAsync(new Word(), cancellationToken: Soon);
        await client.WithHost("a.example").WithHost("b.example").EchoAsync(new Word(), cancellationToken: Soon);

        Assert.Equal([null, "a.example", "b.example"], hosts);
    }

    [Fact]
    public async Task Call_credentials_go_into_the_headers()
    {
        var credentials = CallCredentials.Compose(
            CallCredentials.FromInterceptor((_, metadata) =>
            {
                metadata.Add("x-first", "1");
                return Task.CompletedTask;
            }),
            CallCredentials.FromInterceptor((context, metadata) =>
            {
                metadata.Add("authorization", $"Bearer {context.MethodName}");
                return Task.CompletedTask;
            }));
        using var call = _client.EchoAsync(new Word(), new CallOptions(credentials: credentials, cancellationToken: Soon));
        await call;

        var headers = await call.ResponseHeadersAsync;
        Assert.Equal("1", headers.GetValue("x-first"));
        Assert.Equal("Bearer Echo", headers.GetValue("auth"));
    }

    [Fact]
    public void Channel_credentials_are_taken_apart_by_the_transport()
    {
        var token = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);
        using var secure = GrpcChannel.ForAddress("https://localhost:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Create(ChannelCredentials.SecureSsl, token) });
        using var plain = GrpcChannel.ForAddress("http://localhost:1", new GrpcChannelOptions { Credentials = ChannelCredentials.Insecure });

        Assert.Throws<ArgumentException>(() => ChannelCredentials.Create(ChannelCredentials.Insecure, token));
        Assert.Throws<InvalidOperationException>(() => GrpcChannel.ForAddress("http://localhost:1", new GrpcChannelOptions { Credentials = new SslCredentials() }));
    }

    [Fact]
    public async Task Messages_are_compressed_by_gzip_in_both_directions()
    {
        var text = new string('中', 50_000);
        using var call = _client.EchoAsync(new Word { Text = text }, new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Soon);

        Assert.Equal(text, (await call).Text);
        Assert.Contains("gzip", host.Seen.RequestEncodings);
        Assert.Contains("gzip", host.Seen.ResponseEncodings);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public void A_compressed_message_reads_back(string encoding)
    {
        Grpc.Net.Compression.ICompressionProvider provider = encoding == "gzip"
            ? new Grpc.Net.Compression.GzipCompressionProvider(System.IO.Compression.CompressionLevel.Fastest)
            : new Grpc.Net.Compression.DeflateCompressionProvider(System.IO.Compression.CompressionLevel.Fastest);
        var plain = new byte[10_000];
        using var packed = new MemoryStream();
        using (var compress = provider.CreateCompressionStream(packed, null))
            compress.Write(plain);
        Assert.InRange(packed.Length, 1, 1000);
        packed.Position = 0;
        using var unpacked = new MemoryStream();
        using (var decompress = provider.CreateDecompressionStream(packed))
            decompress.CopyTo(unpacked);

        Assert.Equal(plain, unpacked.ToArray());
        Assert.Equal(encoding, provider.EncodingName);
        Assert.Equal(encoding == "gzip" ? 0x1f : 0x78, packed.ToArray()[0]);
    }

    private sealed class Named(string name, List<string> order) : Interceptor
    {
        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, BlockingUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} {context.Method.Name}");
            return continuation(request, context);
        }

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncClientStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} {context.Method.Name}");
            return continuation(context);
        }

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            ClientInterceptorContext<TRequest, TResponse> context, AsyncDuplexStreamingCallContinuation<TRequest, TResponse> continuation)
        {
            order.Add($"{name} {context.Method.Name}");
            return continuation(context);
        }
    }

    private sealed class HostNoting(CallInvoker inner, List<string?> hosts) : CallInvoker
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request)
        {
            hosts.Add(host);
            return inner.AsyncUnaryCall(method, null, options, request);
        }

        public override TResponse BlockingUnaryCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options, TRequest request) => throw new NotSupportedException();

        public override AsyncClientStreamingCall<TRequest, TResponse> AsyncClientStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();

        public override AsyncDuplexStreamingCall<TRequest, TResponse> AsyncDuplexStreamingCall<TRequest, TResponse>(
            Method<TRequest, TResponse> method, string? host, CallOptions options) => throw new NotSupportedException();
    }
}
