using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace PilotCity.Defaults;

/// <summary>
/// Keeps the bound of a body ourselves, in place of the server's own: where that one is passed the connection is cut, and a client that is
/// still sending sees a broken pipe instead of the 413. Here the refusal is answered, and the server reads what still comes for at most
/// five seconds (its own bound) before it closes.
/// </summary>
internal static class BodyBound
{
    internal static IApplicationBuilder UseBodyBound(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        // HTTP/2 refuses one stream without cutting the connection.
        if (HttpProtocol.IsHttp11(context.Request.Protocol) && context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server)
        {
            var bound = new Bound { MaxRequestBodySize = server.MaxRequestBodySize };
            server.MaxRequestBodySize = null;
            context.Features.Set<IHttpMaxRequestBodySizeFeature>(bound);
            context.Request.Body = new Body(context.Request.Body, context.Request.ContentLength, bound);
        }

        return next(context);
    });

    /// <summary>The bound that the route sets before it reads.</summary>
    private sealed class Bound : IHttpMaxRequestBodySizeFeature
    {
        public bool IsReadOnly { get; set; }

        public long? MaxRequestBodySize { get; set; }
    }

    private sealed class Body(Stream inner, long? declared, Bound bound) : Stream
    {
        private long read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            bound.IsReadOnly = true;
            Check(declared ?? 0);
            var count = await inner.ReadAsync(buffer, cancellationToken);
            read += count;
            Check(read);
            return count;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("bodies are read asynchronously");

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        private void Check(long bytes)
        {
            if (bytes > bound.MaxRequestBodySize)
            {
                throw new BadHttpRequestException("the body is larger than the route allows", StatusCodes.Status413PayloadTooLarge);
            }
        }
    }
}
