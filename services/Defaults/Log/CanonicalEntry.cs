using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PilotCity.Defaults.Log;

/// <summary>
/// The bytes of an entry that are hashed, version 1, and the hash chain over them; the only implementation.
/// Byte <c>0x01</c>, then service, city, position, stream, version, type, commandId, actor, at, trace, payload: text as UTF-8 and the
/// payload behind a 4-byte big-endian length, integers as 8 bytes big-endian, commandId as 16 bytes in RFC 9562 order.
/// </summary>
public static class CanonicalEntry
{
    private const byte FormatVersion = 0x01;
    private const byte LeafPrefix = 0x00;
    private const byte HeadPrefix = 0x02;

    /// <summary>Bound of the transparency log's entry bundles: a 2-byte length before each entry.</summary>
    public const int BytesMax = 65_535;

    /// <summary>Bound of a payload, so that the whole entry stays under <see cref="BytesMax"/>; larger content goes to the content store.</summary>
    public const int PayloadBytesMax = 60_000;

    public const int HashBytes = 32;

    /// <summary>Head before the first entry: 32 zero bytes.</summary>
    public static byte[] FirstHead() => new byte[HashBytes];

    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(Entry entry)
    {
        var bytes = new byte[Length(entry)];
        Write(entry, bytes);
        return bytes;
    }

    /// <summary>SHA-256 over <c>0x00</c> and the canonical bytes: also the leaf hash of RFC 6962.</summary>
    public static byte[] Hash(Entry entry)
    {
        var length = 1 + Length(entry);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        bytes[0] = LeafPrefix;
        Write(entry, bytes.AsSpan(1, length - 1));
        var hash = SHA256.HashData(bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
        return hash;
    }

    /// <summary>SHA-256 over <c>0x02</c>, the head before and the entry's hash.</summary>
    public static byte[] NextHead(ReadOnlySpan<byte> previousHead, ReadOnlySpan<byte> hash)
    {
        Span<byte> buffer = stackalloc byte[1 + HashBytes + HashBytes];
        buffer[0] = HeadPrefix;
        previousHead.CopyTo(buffer[1..]);
        hash.CopyTo(buffer[(1 + HashBytes)..]);
        return SHA256.HashData(buffer);
    }

    /// <summary>Reads canonical bytes back; hash and head are not in them and stay empty. Throws <see cref="FormatException"/> where they are malformed.</summary>
    public static Entry Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        if (reader.Byte() != FormatVersion)
        {
            throw new FormatException("not canonical bytes of version 1");
        }

        var entry = new Entry(
            Service: reader.Text(),
            City: reader.Text(),
            Position: reader.Integer(),
            Stream: reader.Text(),
            Version: reader.Integer(),
            Type: reader.Text(),
            CommandId: new Guid(reader.Take(16), bigEndian: true),
            Actor: reader.Text(),
            AtMicros: reader.Integer(),
            Trace: reader.Text(),
            Payload: reader.Take(reader.Length()).ToArray(),
            Hash: [],
            Head: []);
        return reader.AtEnd ? entry : throw new FormatException("bytes after the payload");
    }

    private static int Length(Entry entry)
    {
        var utf8 = Encoding.UTF8;
        return 1
            + 4 + utf8.GetByteCount(entry.Service)
            + 4 + utf8.GetByteCount(entry.City)
            + 8
            + 4 + utf8.GetByteCount(entry.Stream)
            + 8
            + 4 + utf8.GetByteCount(entry.Type)
            + 16
            + 4 + utf8.GetByteCount(entry.Actor)
            + 8
            + 4 + utf8.GetByteCount(entry.Trace)
            + 4 + entry.Payload.Length;
    }

    private static void Write(Entry entry, Span<byte> into)
    {
        into[0] = FormatVersion;
        into = into[1..];
        Text(ref into, entry.Service);
        Text(ref into, entry.City);
        Integer(ref into, entry.Position);
        Text(ref into, entry.Stream);
        Integer(ref into, entry.Version);
        Text(ref into, entry.Type);
        entry.CommandId.TryWriteBytes(into, bigEndian: true, out _);
        into = into[16..];
        Text(ref into, entry.Actor);
        Integer(ref into, entry.AtMicros);
        Text(ref into, entry.Trace);
        BinaryPrimitives.WriteInt32BigEndian(into, entry.Payload.Length);
        entry.Payload.CopyTo(into[4..]);

        static void Text(ref Span<byte> into, string value)
        {
            var written = Encoding.UTF8.GetBytes(value, into[4..]);
            BinaryPrimitives.WriteInt32BigEndian(into, written);
            into = into[(4 + written)..];
        }

        static void Integer(ref Span<byte> into, long value)
        {
            BinaryPrimitives.WriteInt64BigEndian(into, value);
            into = into[8..];
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
        // Text that is not UTF-8 would come back as other bytes: refused instead.
        private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

        private ReadOnlySpan<byte> rest = bytes;

        public readonly bool AtEnd => rest.IsEmpty;

        public ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > rest.Length)
            {
                throw new FormatException("canonical bytes end early");
            }

            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }

        public byte Byte() => Take(1)[0];

        public long Integer() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

        public int Length() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

        public string Text()
        {
            try
            {
                return StrictUtf8.GetString(Take(Length()));
            }
            catch (DecoderFallbackException e)
            {
                throw new FormatException("text in canonical bytes is not UTF-8", e);
            }
        }
    }
}
