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
    /// <summary>Read first, to learn how large entries are here: a page of the largest is not in memory many times over.</summary>
    private const int FirstStep = 64;

    public override Task<FeedPage> Read(string city, long after, CancellationToken ct) => Read(city, after, EntriesMax, ct);

    public async Task<FeedPage> Read(string city, long after, int limit, CancellationToken ct)
    {
        // The head first: entries that are committed between the two questions then only make the page longer.
        var last = (await log.Head(city, ct)).Position;
        var page = new List<Entry>();
        var bytes = 0;
        for (var step = Math.Min(limit, FirstStep); step > 0;)
        {
            var read = await log.Read(city, after, step, ct);
            foreach (var entry in read)
            {
                bytes += entry.Payload.Length + 512;
                if (bytes > BytesMax && page.Count > 0)
                {
                    return new(page, Math.Max(last, page[^1].Position));
                }

                page.Add(entry);
                after = entry.Position;
            }

            // The rest in one question, as far as it is likely to fit.
            step = read.Count < step ? 0 : Math.Min(limit - page.Count, Math.Max(1, (int)((BytesMax - bytes) / (bytes / page.Count))));
        }

        return new(page, page.Count == 0 ? last : Math.Max(last, page[^1].Position));
    }

    public override Task<IReadOnlyList<CityHead>> Cities(CancellationToken ct) => log.Cities(ct);
}
