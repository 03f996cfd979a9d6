using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Contracts.Log.V1;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Testing;
using Feed = PilotCity.Defaults.Bus.Feed;
using FeedContract = PilotCity.Contracts.Log.V1.Feed;

namespace PilotCity.Defaults.Tests.Bus;

public sealed class FeedServiceTests : IAsyncLifetime
{
    private static readonly CityService Shape = new("testing") { Nouns = [Counter.Noun], ReadModels = [], Routes = _ => { } };

    private TestService service = null!;
    private GrpcChannel channel = null!;

    private ServiceLog Log => service.App.Services.GetRequiredService<ServiceLog>();

    private FeedContract.FeedClient Client => new(channel);

    public async Task InitializeAsync()
    {
        service = await TestService.Start(Shape.Build);
        channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task A_peer_reads_the_log_as_it_is()
    {
        for (var i = 0; i < 5; i++)
        {
            await Log.Do(Counter.Move("c", i + 1), CancellationToken.None);
        }

        await Log.Do(Counter.Move("c", 1, city: "350500"), CancellationToken.None);
        var feed = PeerFeed();

        var page = await feed.Read("350800", 2, CancellationToken.None);
        var cities = await feed.Cities(CancellationToken.None);

        Assert.Equal(5, page.Last);
        var kept = await Log.Read("350800", 2, 100, CancellationToken.None);
        Assert.Equal(kept.Select(CanonicalEntry.Write), page.Entries.Select(CanonicalEntry.Write));
        Assert.Equal(kept.Select(e => e.Head), page.Entries.Select(e => e.Head));
        Assert.Equal(["350500", "350800"], cities.Select(c => c.City));
        Assert.Equal(kept[^1].Head, cities[1].Head);
        Assert.Equal(0, (await feed.Read("999999", 0, CancellationToken.None)).Last);
    }

    [Theory]
    [InlineData(1_001, 1_000)]
    [InlineData(1_000, 1_000)]
    [InlineData(999, 999)]
    [InlineData(0, 500)]
    [InlineData(1, 1)]
    public async Task A_page_is_bounded_in_entries(int limit, int given)
    {
        await Task.WhenAll(Enumerable.Range(0, 1_100).Select(i => Log.Do(Counter.Move($"c{i % 5}", 1), CancellationToken.None)));

        var reply = await Client.ReadAsync(new ReadRequest { City = "350800", Limit = limit }, Signed());

        Assert.Equal(given, reply.Entries.Count);
        Assert.Equal(1_100, reply.Last);
    }

    [Fact]
    public async Task A_page_is_bounded_in_bytes_and_the_next_goes_on()
    {
        var events = Enumerable.Range(0, 90).Select(_ => (object)new CounterNoted(null, new string('x', 59_000))).ToList();
        await Log.Do(Counter.Move("c", 1) with { Decide = (_, _) => Decision.Accept("counter/c", events) }, CancellationToken.None);
        var feed = PeerFeed();

        var first = await feed.Read("350800", 0, CancellationToken.None);
        var second = await feed.Read("350800", first.Entries.Count, CancellationToken.None);

        Assert.InRange(first.Entries.Sum(e => e.Payload.Length), Feed.BytesMax - 60_000, Feed.BytesMax);
        Assert.Equal(90, first.Entries.Count + second.Entries.Count);
    }

    [Fact]
    public async Task Nobody_reads_it_without_a_service_token()
    {
        var person = new Metadata { { "authorization", "Bearer rubbish" } };

        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await Client.CitiesAsync(new CitiesRequest()))).StatusCode);
        Assert.Equal(StatusCode.Unauthenticated, (await Assert.ThrowsAsync<RpcException>(async () => await Client.CitiesAsync(new CitiesRequest(), person))).StatusCode);
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("35080", 0, 0)]
    [InlineData("35080x", 0, 0)]
    [InlineData("350800", -1, 0)]
    [InlineData("350800", 0, -1)]
    public async Task A_question_that_makes_no_sense_is_refused_with_its_fault(string city, long after, int limit)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await Client.ReadAsync(new ReadRequest { City = city, After = after, Limit = limit }, Signed()));

        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal("feed.unreadable", GrpcFaults.Of(refused)?.Code);
    }

    private Metadata Signed() => new() { { "authorization", $"Bearer {service.App.Services.GetRequiredService<ServiceToken>().Current()}" } };

    private Feed PeerFeed()
    {
        service.App.Services.GetRequiredService<PeerAddresses>().Set("testing", service.App.Addresses().Grpc);
        return service.App.Services.GetRequiredService<Peers>().Feed("testing");
    }
}
