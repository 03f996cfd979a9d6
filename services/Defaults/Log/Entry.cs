using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Log;

/// <summary>
/// One thing that happened in one service's log of one city. Positions are 1, 2, 3 … without gaps in commit order;
/// <see cref="Version"/> counts inside <see cref="Stream"/>. <see cref="Payload"/> is JSON, the bytes as stored; <see cref="AtMicros"/> is
/// microseconds since 1970-01-01 UTC; <see cref="Hash"/> and <see cref="Head"/> are 32 bytes (<see cref="CanonicalEntry"/>).
/// </summary>
public sealed record Entry(
    string Service,
    string City,
    long Position,
    string Stream,
    long Version,
    string Type,
    Guid CommandId,
    string Actor,
    long AtMicros,
    string Trace,
    byte[] Payload,
    byte[] Hash,
    byte[] Head)
{
    public DateTimeOffset At => Instant.FromMicros(AtMicros);

    /// <summary>The same entry with hash and head computed after <paramref name="previousHead"/>.</summary>
    public Entry Sealed(ReadOnlySpan<byte> previousHead)
    {
        var hash = CanonicalEntry.Hash(this);
        return this with { Hash = hash, Head = CanonicalEntry.NextHead(previousHead, hash) };
    }
}

/// <summary>What an event's fold may know beside the event itself.</summary>
public readonly record struct EventMeta(Actor Actor, DateTimeOffset At, long Position, long Version, string Stream);

/// <summary>Instants of the log: UTC microseconds.</summary>
public static class Instant
{
    public static long Micros(DateTimeOffset at) => (at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / 10;

    public static DateTimeOffset FromMicros(long micros) => new(DateTimeOffset.UnixEpoch.UtcTicks + (micros * 10), TimeSpan.Zero);
}
