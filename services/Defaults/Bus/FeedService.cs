using Google.Protobuf;
using Grpc.Core;
using PilotCity.Contracts.Log.V1;
using PilotCity.Defaults.Log;
using FeedContract = PilotCity.Contracts.Log.V1.Feed;

namespace PilotCity.Defaults.Bus;

/// <summary>The log of this service for its followers, over gRPC; only our own services may ask.</summary>
public sealed class FeedService(ServiceLog log) : FeedContract.FeedBase
{
    private const int LimitDefault = 500;

    private static readonly Fault Unreadable = new(FaultKind.Invalid, "feed.unreadable", new(
        "城市须为六位代码，after 与 limit 不得为负。", "The city is six digits; after and limit are not negative."));

    private readonly LogFeed feed = new(log);

    public override async Task<ReadReply> Read(ReadRequest request, ServerCallContext context)
    {
        if (request.City.Length != 6 || !request.City.All(char.IsAsciiDigit) || request.After < 0 || request.Limit < 0)
        {
            throw GrpcFaults.Exception(Unreadable);
        }

        var limit = request.Limit == 0 ? LimitDefault : Math.Min(request.Limit, Feed.EntriesMax);
        var page = await feed.Read(request.City, request.After, limit, context.CancellationToken);
        var reply = new ReadReply { Last = page.Last };
        reply.Entries.AddRange(page.Entries.Select(EntryWire.Write));
        return reply;
    }

    public override async Task<CitiesReply> Cities(CitiesRequest request, ServerCallContext context)
    {
        var reply = new CitiesReply();
        reply.Cities.AddRange((await feed.Cities(context.CancellationToken))
            .Select(h => new Contracts.Log.V1.CityHead { City = h.City, Last = h.Position, Head = ByteString.CopyFrom(h.Head) }));
        return reply;
    }
}
