using Grpc.Core;
using Grpc.Core.Interceptors;

namespace PilotCity.Contracts.Tests.Transport;

/// <summary>The values that calls are made of.</summary>
public sealed class MetadataTests
{
    [Fact]
    public void Keys_are_lower_case() => Assert.Equal("x-trace.id_1", new Metadata.Entry("X-Trace.Id_1", "v").Key);

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("键")]
    [InlineData("a\n")]
    public void A_key_with_another_character_is_refused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "v"));

    [Fact]
    public void Bytes_need_a_binary_key_and_text_needs_another()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("a", new byte[1]));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("a-bin", "text"));
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("a-bin", new byte[1]).Value);
        Assert.Equal("ab"u8.ToArray(), new Metadata.Entry("a", "ab").ValueBytes);
    }

    [Fact]
    public void Bytes_are_copied_in_and_out()
    {
        var bytes = new byte[] { 1 };
        var entry = new Metadata.Entry("a-bin", bytes);
        bytes[0] = 2;
        entry.ValueBytes[0] = 3;
        Assert.Equal([1], entry.ValueBytes);
    }

    [Fact]
    public void The_last_entry_of_a_key_counts_and_all_can_be_had()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "a", "3" } };
        Assert.Equal("3", metadata.GetValue("a"));
        Assert.Equal(["1", "3"], metadata.GetAll("a").Select(entry => entry.Value));
        Assert.Null(metadata.Get("c"));
        Assert.Null(metadata.GetValueBytes("c"));
    }

    [Fact]
    public void The_empty_metadata_stays_empty()
    {
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Empty(Metadata.Empty);
    }

    [Fact]
    public void An_exception_without_trailers_has_empty_ones_and_says_its_status()
    {
        var exception = new RpcException(new Status(StatusCode.NotFound, "nothing"));
        Assert.Empty(exception.Trailers);
        Assert.Equal("Status(StatusCode=\"NotFound\", Detail=\"nothing\")", exception.Message);
    }

    [Fact]
    public void Both_kinds_of_marshaller_serve_both_kinds_of_caller()
    {
        var contextual = Marshallers.Create<byte[]>(
            (message, context) =>
            {
                context.SetPayloadLength(message.Length);
                message.CopyTo(context.GetBufferWriter().GetSpan(message.Length));
                context.GetBufferWriter().Advance(message.Length);
                context.Complete();
            },
            context => context.PayloadAsNewBuffer());
        Assert.Equal([1, 2, 3], contextual.Deserializer(contextual.Serializer([1, 2, 3])));
        Assert.Empty(contextual.Serializer([]));
        Assert.Equal("试点", Marshallers.StringMarshaller.Deserializer(Marshallers.StringMarshaller.Serializer("试点")));
        Assert.Throws<InvalidOperationException>(() => Marshallers.Create<string>((_, _) => { }, _ => "").Serializer("x"));
    }

    [Fact]
    public void A_method_is_added_to_a_service_once()
    {
        var method = new Method<string, string>(MethodType.Unary, "s", "m", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        var builder = ServerServiceDefinition.CreateBuilder()
            .AddMethod(method, new UnaryServerMethod<string, string>((request, _) => Task.FromResult(request)));
        Assert.Equal("/s/m", method.FullName);
        Assert.Throws<ArgumentException>(() => builder.AddMethod(method, new UnaryServerMethod<string, string>((request, _) => Task.FromResult(request))));
    }

    [Fact]
    public async Task A_service_definition_is_served_through_its_interceptors_in_order()
    {
        var method = new Method<string, string>(MethodType.Unary, "s", "m", Marshallers.StringMarshaller, Marshallers.StringMarshaller);
        var binder = new Taking();
        ServerServiceDefinition.CreateBuilder()
            .AddMethod(method, new UnaryServerMethod<string, string>((request, _) => Task.FromResult(request)))
            .Build()
            .Intercept(new Wrapping("outer"), new Wrapping("inner"))
            .BindService(binder);
        Assert.Equal("outer(inner(x))", await binder.Taken!("x", null!));
    }

    [Fact]
    public async Task A_client_without_a_channel_refuses_every_call() =>
        await Assert.ThrowsAsync<NotImplementedException>(async () => await new Double().EchoAsync(new Word()));

    private sealed class Double : Probe.ProbeClient;

    private sealed class Wrapping(string name) : Interceptor
    {
        public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
            TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation) =>
            (TResponse)(object)$"{name}({await continuation(request, context)})";
    }

    private sealed class Taking : ServiceBinderBase
    {
        public UnaryServerMethod<string, string>? Taken { get; private set; }

        public override void AddMethod<TRequest, TResponse>(Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler) =>
            Taken = (UnaryServerMethod<string, string>)(object)handler!;
    }
}
