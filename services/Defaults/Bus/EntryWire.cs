using Google.Protobuf;
using PilotCity.Contracts.Log.V1;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>An entry as it travels, on the bus and in the feed: the same fields, no more and no less.</summary>
public static class EntryWire
{
    public static LogEntry Write(Entry entry) => new()
    {
        Service = entry.Service,
        City = entry.City,
        Position = entry.Position,
        Stream = entry.Stream,
        Version = entry.Version,
        Type = entry.Type,
        Payload = UnsafeByteOperations.UnsafeWrap(entry.Payload),
        CommandId = UnsafeByteOperations.UnsafeWrap(entry.CommandId.ToByteArray(bigEndian: true)),
        Actor = entry.Actor,
        AtMicros = entry.AtMicros,
        Trace = entry.Trace,
        Hash = UnsafeByteOperations.UnsafeWrap(entry.Hash),
        Head = UnsafeByteOperations.UnsafeWrap(entry.Head),
    };

    /// <summary>Throws <see cref="FormatException"/> where the bytes cannot be an entry.</summary>
    public static Entry Read(LogEntry entry) => entry.CommandId.Length != 16 || entry.Hash.Length != CanonicalEntry.HashBytes || entry.Head.Length != CanonicalEntry.HashBytes
        ? throw new FormatException($"entry {entry.Service}/{entry.City}/{entry.Position}: commandId, hash or head has the wrong length")
        : new(
            entry.Service,
            entry.City,
            entry.Position,
            entry.Stream,
            entry.Version,
            entry.Type,
            new Guid(entry.CommandId.Span, bigEndian: true),
            entry.Actor,
            entry.AtMicros,
            entry.Trace,
            entry.Payload.ToByteArray(),
            entry.Hash.ToByteArray(),
            entry.Head.ToByteArray());

    public static byte[] WriteBatch(IReadOnlyList<Entry> entries)
    {
        var batch = new EntryBatch();
        batch.Entries.AddRange(entries.Select(Write));
        return batch.ToByteArray();
    }

    /// <summary>The entries of a message; none where only the nudge travelled. Throws <see cref="FormatException"/> where they cannot be read.</summary>
    public static IReadOnlyList<Entry> ReadBatch(byte[] batch)
    {
        try
        {
            return [.. EntryBatch.Parser.ParseFrom(batch).Entries.Select(Read)];
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new FormatException("a batch that is not an EntryBatch", e);
        }
    }
}
