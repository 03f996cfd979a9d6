namespace Grpc.Core.Interceptors;

/// <summary>Puts interceptors around the methods of a service definition.</summary>
public static class ServerServiceDefinitionExtensions
{
    /// <summary>The same service with an interceptor around every method.</summary>
    public static ServerServiceDefinition Intercept(this ServerServiceDefinition serverServiceDefinition, Interceptor interceptor)
    {
        ArgumentNullException.ThrowIfNull(serverServiceDefinition);
        ArgumentNullException.ThrowIfNull(interceptor);
        var binder = new InterceptingBinder(interceptor);
        serverServiceDefinition.BindService(binder);
        return binder.Build();
    }

    /// <summary>The same service with these interceptors around every method; the first is the outermost.</summary>
    public static ServerServiceDefinition Intercept(this ServerServiceDefinition serverServiceDefinition, params Interceptor[] interceptors)
    {
        ArgumentNullException.ThrowIfNull(serverServiceDefinition);
        ArgumentNullException.ThrowIfNull(interceptors);
        foreach (var interceptor in interceptors.Reverse())
            serverServiceDefinition = serverServiceDefinition.Intercept(interceptor);
        return serverServiceDefinition;
    }

    /// <summary>Rebuilds a definition with every handler wrapped.</summary>
    private sealed class InterceptingBinder(Interceptor interceptor) : ServiceBinderBase
    {
        private readonly ServerServiceDefinition.Builder _builder = ServerServiceDefinition.CreateBuilder();

        public ServerServiceDefinition Build() => _builder.Build();

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse>? handler)
        {
            ArgumentNullException.ThrowIfNull(handler);
            _builder.AddMethod(method, new UnaryServerMethod<TRequest, TResponse>(
                (request, context) => interceptor.UnaryServerHandler(request, context, handler)));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse>? handler)
        {
            ArgumentNullException.ThrowIfNull(handler);
            _builder.AddMethod(method, new ClientStreamingServerMethod<TRequest, TResponse>(
                (requestStream, context) => interceptor.ClientStreamingServerHandler(requestStream, context, handler)));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse>? handler)
        {
            ArgumentNullException.ThrowIfNull(handler);
            _builder.AddMethod(method, new ServerStreamingServerMethod<TRequest, TResponse>(
                (request, responseStream, context) => interceptor.ServerStreamingServerHandler(request, responseStream, context, handler)));
        }

        public override void AddMethod<TRequest, TResponse>(
            Method<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse>? handler)
        {
            ArgumentNullException.ThrowIfNull(handler);
            _builder.AddMethod(method, new DuplexStreamingServerMethod<TRequest, TResponse>(
                (requestStream, responseStream, context) => interceptor.DuplexStreamingServerHandler(requestStream, responseStream, context, handler)));
        }
    }
}
