namespace PilotCity.Contracts;

/// <summary>
/// The message on the bus after a commit: entries were appended to the log of one service in one city.
/// It is a nudge, not the truth: a follower that misses it, gets it twice or out of order reads the
/// source's feed (<c>pilotcity.log.v1.Feed</c>) from its own cursor and is none the worse.
/// </summary>
/// <param name="Service">The service whose log grew, as in <c>funding</c>.</param>
/// <param name="City">The six-digit division code (行政区划代码); <c>000000</c> is the nation.</param>
/// <param name="From">The position of the first entry appended.</param>
/// <param name="To">The position of the last entry appended, inclusive.</param>
/// <param name="Batch">
/// A serialised <c>pilotcity.log.v1.EntryBatch</c> with every entry from <paramref name="From"/> to
/// <paramref name="To"/> in order; empty when the range is too large to travel, then the follower reads the feed.
/// </param>
public sealed record EntriesAppended(string Service, string City, long From, long To, byte[] Batch);
