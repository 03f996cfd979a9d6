using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>Entries after a position, and how far the log has come.</summary>
public sealed record FeedPage(IReadOnlyList<Entry> Entries, long Last);

/// <summary>The log of one service as a follower reads it: its own, or a peer's over gRPC.</summary>
public abstract class Feed
{
    /// <summary>Entries in one page at most.</summary>
    public const int EntriesMax = 1_000;

    /// <summary>Bytes in one page at most: gRPC clients take messages of 4 MiB, less room for what stands around the entries.</summary>
    public const int BytesMax = (4 << 20) - (256 << 10);

    public abstract Task<FeedPage> Read(string city, long after, CancellationToken ct);

    public abstract Task<IReadOnlyList<CityHead>> Cities(CancellationToken ct);
}

/// <summary>The feed of the log in this very process.</summary>
public sealed class LogFeed(ServiceLog log) : Feed
{
    /// <summary>Read at a time, so that a page of the largest entries is not in memory many times over.</summary>
    private const int Step = 64;

    public override Task<FeedPage> Read(string city, long after, CancellationToken ct) => Read(city, after, EntriesMax, ct);

    public async Task<FeedPage> Read(string city, long after, int limit, CancellationToken ct)
    {
        // The head first: entries that are committed between the two questions then only make the page longer.
        var last = (await log.Head(city, ct)).Position;
        var page = new List<Entry>();
        var bytes = 0;
        while (page.Count < limit)
        {
            var step = await log.Read(city, after, Math.Min(limit - page.Count, Step), ct);
            foreach (var entry in step)
            {
                bytes += entry.Payload.Length + 512;
                if (bytes > BytesMax && page.Count > 0)
                {
                    return new(page, Math.Max(last, page[^1].Position));
                }

                page.Add(entry);
                after = entry.Position;
            }

            if (step.Count < Step)
            {
                break;
            }
        }

        return new(page, page.Count == 0 ? last : Math.Max(last, page[^1].Position));
    }

    public override Task<IReadOnlyList<CityHead>> Cities(CancellationToken ct) => log.Cities(ct);
}
