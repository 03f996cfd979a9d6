using PilotCity.Contracts.Log.V1;
using CityHead = PilotCity.Defaults.Log.CityHead;
using FeedContract = PilotCity.Contracts.Log.V1.Feed;

namespace PilotCity.Defaults.Bus;

/// <summary>A peer could not be asked; a follower tries again later.</summary>
public sealed class PeerAwayException(Fault fault) : Exception(fault.Message.En)
{
    public Fault Fault { get; } = fault;
}

/// <summary>A peer's log over gRPC.</summary>
internal sealed class PeerFeed(Ask ask) : Feed
{
    public override async Task<FeedPage> Read(string city, long after, CancellationToken ct)
    {
        var request = new ReadRequest { City = city, After = after, Limit = EntriesMax };
        var reply = Answer(await ask.Question((channel, options) => new FeedContract.FeedClient(channel).ReadAsync(request, options), ct));
        return new([.. reply.Entries.Select(EntryWire.Read)], reply.Last);
    }

    public override async Task<IReadOnlyList<CityHead>> Cities(CancellationToken ct)
    {
        var reply = Answer(await ask.Question((channel, options) => new FeedContract.FeedClient(channel).CitiesAsync(new CitiesRequest(), options), ct));
        return [.. reply.Cities.Select(c => new CityHead(c.City, c.Last, c.Head.ToByteArray()))];
    }

    private static T Answer<T>(Result<T?> asked)
        where T : class => asked.Ok ? asked.Value ?? throw new FormatException("the feed answered nothing") : throw new PeerAwayException(asked.Fault);
}
