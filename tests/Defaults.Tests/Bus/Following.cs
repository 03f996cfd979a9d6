using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests.Bus;

/// <summary>A source with its relay and a follower that keeps a tally beside its cursor, on two databases and one bus.</summary>
internal sealed class Following : IAsyncDisposable
{
    public const string Source = "source";

    private readonly TemporaryFolder folder = new();
    private readonly EventBus bus;
    private readonly List<Follower> followers = [];
    private readonly List<ServiceLog> opened = [];
    private Relay? relay;

    private Following(EventBus bus) => this.bus = bus;

    public ServiceLog Log { get; private set; } = null!;

    public ServiceLog Own { get; private set; } = null!;

    public static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public static async Task<Following> Start(EventBus bus)
    {
        var following = new Following(bus);
        following.Log = await following.Open(Source, "source.db");
        following.Own = await following.OpenOwn();
        return following;
    }

    public async Task<ServiceLog> OpenOwn()
    {
        var own = await Open("tally", "tally.db");
        await using var transaction = await own.Database.BeginWrite("000000", CancellationToken.None);
        await transaction.Connection.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS tally (source TEXT, city TEXT, position BIGINT, stream TEXT, moved BIGINT, PRIMARY KEY (source, city, position))", transaction: transaction.Transaction);
        await transaction.Commit(CancellationToken.None);
        return own;
    }

    public async Task StartRelay()
    {
        relay = new Relay(Log, bus, NullLogger<Relay>.Instance);
        await relay.StartAsync(CancellationToken.None);
    }

    public Task StopRelay() => relay!.StopAsync(CancellationToken.None);

    /// <summary>A follower that polls once an hour: what it knows, it knows from the bus or from being asked.</summary>
    public async Task<Follower> Follow(FollowPlan? plan = null, Feed? feed = null, ServiceLog? own = null)
    {
        var given = plan ?? new FollowPlan([Source]) { Effect = _ => Tally, Poll = TimeSpan.FromHours(1) };
        var follower = new Follower(
            given, own ?? Own, bus, _ => feed ?? new LogFeed(Log), new ServiceCollection().BuildServiceProvider(), TimeProvider.System, NullLogger<Follower>.Instance);
        followers.Add(follower);
        await follower.StartAsync(CancellationToken.None);
        return follower;
    }

    /// <summary>Writes each entry under its position: a second time is an error of the database.</summary>
    public static async Task Tally(Followed followed, CancellationToken ct)
    {
        foreach (var entry in followed.Entries)
        {
            var moved = (CounterMoved)Counter.Noun.Read(entry.Type, entry.Payload);
            await followed.Transaction.Connection.ExecuteAsync(
                "INSERT INTO tally (source, city, position, stream, moved) VALUES (@Source, @City, @Position, @Stream, @By)",
                new { followed.Source, followed.City, entry.Position, entry.Stream, moved.By },
                followed.Transaction.Transaction);
        }
    }

    /// <summary>The follower's state is the fold over the source's log: every entry once, in every city.</summary>
    public async Task AssertEqualsFold()
    {
        await using var connection = await Own.Database.Connect(CancellationToken.None);
        var tallied = (await connection.QueryAsync<(string, long, string, long)>("SELECT city, position, stream, moved FROM tally ORDER BY city, position")).ToList();
        var expected = new List<(string, long, string, long)>();
        foreach (var city in await Log.Cities(CancellationToken.None))
        {
            foreach (var entry in await Log.Read(city.City, 0, 100_000, CancellationToken.None))
            {
                expected.Add((entry.City, entry.Position, entry.Stream, ((CounterMoved)Counter.Noun.Read(entry.Type, entry.Payload)).By));
            }

            var cursor = await Own.Cursor(city.City, Source, CancellationToken.None);
            Assert.Equal(city.Position, cursor.Position);
            Assert.Equal(city.Head, cursor.Head);
        }

        Assert.Equal(expected, tallied);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var follower in followers)
        {
            await follower.StopAsync(CancellationToken.None);
            follower.Dispose();
        }

        if (relay is not null)
        {
            await relay.StopAsync(CancellationToken.None);
            await relay.DisposeAsync();
        }

        foreach (var log in opened)
        {
            await log.DisposeAsync();
        }

        folder.Dispose();
    }

    private async Task<ServiceLog> Open(string service, string file)
    {
        var log = new ServiceLog(service, LogDatabase.Open($"Data Source={folder[file]}"), [Counter.Noun], [], TimeProvider.System, NullLogger.Instance);
        opened.Add(log);
        await log.Start(CancellationToken.None);
        return log;
    }
}
