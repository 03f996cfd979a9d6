using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>The point a follower has reached in a log: the last position it took in, and the head there.</summary>
public sealed record ChainPoint(long Position, byte[] Head);

/// <summary>A log that does not continue where it should: which, where, and what differs. It is evidence, and nobody goes past it.</summary>
public sealed record ChainBreak(string Source, string City, long Position, string Reason);

/// <summary>The one check that entries continue a log: service and city, positions without gaps, the hash of the bytes, the head.</summary>
public static class Chain
{
    /// <summary>The first break in <paramref name="entries"/> after <paramref name="from"/>, or null.</summary>
    public static ChainBreak? Check(string source, string city, ChainPoint from, IReadOnlyList<Entry> entries)
    {
        var (position, head) = (from.Position, from.Head);
        foreach (var entry in entries)
        {
            position++;
            var reason = entry.Service != source || entry.City != city ? $"the entry says it is of {entry.Service}/{entry.City}"
                : entry.Position != position ? $"the entry has position {entry.Position}"
                : !entry.Hash.AsSpan().SequenceEqual(CanonicalEntry.Hash(entry)) ? "the hash is not that of the entry's bytes"
                : !entry.Head.AsSpan().SequenceEqual(CanonicalEntry.NextHead(head, entry.Hash)) ? "the head does not continue the head before"
                : null;
            if (reason is not null)
            {
                return new(source, city, position, reason);
            }

            head = entry.Head;
        }

        return null;
    }

    /// <summary>The break that a source's own word about its last position shows: a log that is shorter than what was read of it, or another one.</summary>
    public static ChainBreak? Check(string source, string city, ChainPoint reached, CityHead now) =>
        now.Position < reached.Position ? new(source, city, now.Position + 1, $"the log ends at {now.Position}, but {reached.Position} entries of it were read")
        : now.Position == reached.Position && now.Position > 0 && !now.Head.AsSpan().SequenceEqual(reached.Head) ? new(source, city, now.Position, "the head is not the one that was read")
        : null;
}

/// <summary>A log does not continue; thrown to whoever waits for a follower that stopped there.</summary>
public sealed class ChainBrokenException(ChainBreak found) : Exception($"the log {found.Source}/{found.City} does not continue at {found.Position}: {found.Reason}")
{
    public ChainBreak Break { get; } = found;
}
