using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

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
        var length = Length(entry);
        var bytes = ArrayPool<byte>.Shared.Rent(1 + length);
        Write(entry, bytes.AsSpan(1));
        var hash = HashAfterPrefix(bytes.AsSpan(0, 1 + length));
        ArrayPool<byte>.Shared.Return(bytes);
        return hash;
    }

    /// <summary>The same of an entry that is read in place.</summary>
    public static byte[] Hash(in EntryFields fields)
    {
        var length = Length(fields);
        var bytes = ArrayPool<byte>.Shared.Rent(1 + length);
        Write(fields, bytes.AsSpan(1));
        var hash = HashAfterPrefix(bytes.AsSpan(0, 1 + length));
        ArrayPool<byte>.Shared.Return(bytes);
        return hash;
    }

    /// <summary>The same of canonical bytes as they are.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> canonical)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(1 + canonical.Length);
        canonical.CopyTo(bytes.AsSpan(1));
        var hash = HashAfterPrefix(bytes.AsSpan(0, 1 + canonical.Length));
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
        var fields = Fields(bytes);
        return new(
            Text(fields.Service), Text(fields.City), fields.Position, Text(fields.Stream), fields.Version, Text(fields.Type), new Guid(fields.CommandId, bigEndian: true),
            Text(fields.Actor), fields.AtMicros, Text(fields.Trace), fields.Payload.ToArray(), Hash: [], Head: []);

        static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);
    }

    /// <summary>The fields of canonical bytes where they stand. Throws <see cref="FormatException"/> where they are malformed.</summary>
    public static EntryFields Fields(ReadOnlySpan<byte> bytes)
    {
        var reader = new Reader(bytes);
        if (reader.Byte() != FormatVersion)
        {
            throw new FormatException("not canonical bytes of version 1");
        }

        var fields = new EntryFields
        {
            Service = reader.Text(),
            City = reader.Text(),
            Position = reader.Integer(),
            Stream = reader.Text(),
            Version = reader.Integer(),
            Type = reader.Text(),
            CommandId = reader.Take(16),
            Actor = reader.Text(),
            AtMicros = reader.Integer(),
            Trace = reader.Text(),
            Payload = reader.Take(reader.Length()),
        };
        return reader.AtEnd ? fields : throw new FormatException("bytes after the payload");
    }

    private static byte[] HashAfterPrefix(Span<byte> bytes)
    {
        bytes[0] = LeafPrefix;
        return SHA256.HashData(bytes);
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

    private static int Length(in EntryFields fields) =>
        1 + (7 * 4) + (3 * 8) + 16
        + fields.Service.Length + fields.City.Length + fields.Stream.Length + fields.Type.Length + fields.Actor.Length + fields.Trace.Length + fields.Payload.Length;

    private static void Write(Entry entry, Span<byte> into)
    {
        var writer = new Writer(into);
        writer.Byte(FormatVersion);
        writer.Text(entry.Service);
        writer.Text(entry.City);
        writer.Integer(entry.Position);
        writer.Text(entry.Stream);
        writer.Integer(entry.Version);
        writer.Text(entry.Type);
        writer.Guid(entry.CommandId);
        writer.Text(entry.Actor);
        writer.Integer(entry.AtMicros);
        writer.Text(entry.Trace);
        writer.Counted(entry.Payload);
    }

    private static void Write(in EntryFields fields, Span<byte> into)
    {
        var writer = new Writer(into);
        writer.Byte(FormatVersion);
        writer.Counted(fields.Service);
        writer.Counted(fields.City);
        writer.Integer(fields.Position);
        writer.Counted(fields.Stream);
        writer.Integer(fields.Version);
        writer.Counted(fields.Type);
        writer.Bytes(fields.CommandId);
        writer.Counted(fields.Actor);
        writer.Integer(fields.AtMicros);
        writer.Counted(fields.Trace);
        writer.Counted(fields.Payload);
    }

    private ref struct Writer(Span<byte> into)
    {
        private Span<byte> rest = into;

        public void Byte(byte value)
        {
            rest[0] = value;
            rest = rest[1..];
        }

        public void Bytes(ReadOnlySpan<byte> value)
        {
            value.CopyTo(rest);
            rest = rest[value.Length..];
        }

        public void Guid(Guid value)
        {
            value.TryWriteBytes(rest, bigEndian: true, out var written);
            rest = rest[written..];
        }

        public void Integer(long value)
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, value);
            rest = rest[8..];
        }

        public void Counted(ReadOnlySpan<byte> value)
        {
            BinaryPrimitives.WriteInt32BigEndian(rest, value.Length);
            rest = rest[4..];
            Bytes(value);
        }

        public void Text(string value)
        {
            var written = Encoding.UTF8.GetBytes(value, rest[4..]);
            BinaryPrimitives.WriteInt32BigEndian(rest, written);
            rest = rest[(4 + written)..];
        }
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes)
    {
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

        /// <summary>Text that is not UTF-8 would come back as other bytes: refused instead.</summary>
        public ReadOnlySpan<byte> Text()
        {
            var text = Take(Length());
            return Utf8.IsValid(text) ? text : throw new FormatException("text in canonical bytes is not UTF-8");
        }
    }
}

/// <summary>
/// What an entry says, as bytes where they stand: text is UTF-8, <see cref="CommandId"/> is 16 bytes in RFC 9562 order. For checks that read
/// each entry once and keep none.
/// </summary>
public readonly ref struct EntryFields
{
    public required ReadOnlySpan<byte> Service { get; init; }

    public required ReadOnlySpan<byte> City { get; init; }

    public required long Position { get; init; }

    public required ReadOnlySpan<byte> Stream { get; init; }

    public required long Version { get; init; }

    public required ReadOnlySpan<byte> Type { get; init; }

    public required ReadOnlySpan<byte> CommandId { get; init; }

    public required ReadOnlySpan<byte> Actor { get; init; }

    public required long AtMicros { get; init; }

    public required ReadOnlySpan<byte> Trace { get; init; }

    public required ReadOnlySpan<byte> Payload { get; init; }
}
