using System.IO.Compression;

namespace Grpc.Net.Compression;

/// <summary>
/// Compression of messages by deflate, encoding name <c>deflate</c>. As in HTTP this is
/// the zlib format (RFC 1950), not the bare deflate stream.
/// </summary>
/// <param name="defaultCompressionLevel">The level where a message asks for none.</param>
public sealed class DeflateCompressionProvider(CompressionLevel defaultCompressionLevel) : ICompressionProvider
{
    /// <inheritdoc />
    public string EncodingName => "deflate";

    /// <inheritdoc />
    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) =>
        new ZLibStream(stream, compressionLevel ?? defaultCompressionLevel, leaveOpen: true);

    /// <inheritdoc />
    public Stream CreateDecompressionStream(Stream stream) =>
        new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true);
}
