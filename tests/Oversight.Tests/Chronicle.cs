using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Entries;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests;

/// <summary>The log of one service in one city, written by hand: entries chained as the city writer chains them, at one second's distance, each by a command of its own unless one is named.</summary>
internal sealed class Chronicle(string service, string city = TestService.City)
{
    private readonly Dictionary<string, long> versions = new(StringComparer.Ordinal);

    public List<Entry> Entries { get; } = [];

    public Chronicle Add(string stream, string type, object payload, string actor = "bureau-officer:u-1@350800", int? command = null)
    {
        var version = versions[stream] = versions.GetValueOrDefault(stream) + 1;
        var position = Entries.Count + 1;
        var entry = new Entry(
            service, city, position, stream, version, type, new Guid(command ?? position, 0, 0, new byte[8]), actor,
            Instant.Micros(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)) + (position * 1_000_000L), "", JsonSerializer.SerializeToUtf8Bytes(payload, Json.Lenient), [], []);
        Entries.Add(entry.Sealed(Entries.Count == 0 ? CanonicalEntry.FirstHead() : Entries[^1].Head));
        return this;
    }
}

/// <summary>Oversight's own log and tables in a file of their own.</summary>
internal sealed class OversightLog : IAsyncDisposable
{
    private readonly TemporaryFolder folder = new();

    private OversightLog() => Log = new("oversight", LogDatabase.Open($"Data Source={folder["oversight.db"]}"), [SigningKeys.Noun], [], TimeProvider.System, NullLogger.Instance);

    public ServiceLog Log { get; }

    public static async Task<OversightLog> Open()
    {
        var opened = new OversightLog();
        await opened.Log.Start(default);
        await OversightTables.Create(opened.Log.Database, default);
        await OversightTables.Create(opened.Log.Database, default); // A second instance finds them there.
        return opened;
    }

    /// <summary>Takes in what follows on the cursor, as the follower does.</summary>
    public Task Take(IReadOnlyList<Entry> entries) => Take(Log, entries);

    public static async Task Take(ServiceLog log, IReadOnlyList<Entry> entries)
    {
        var (service, city) = (entries[0].Service, entries[0].City);
        var (position, head) = await log.Cursor(city, service, default);
        Entry[] further = [.. entries.Where(e => e.Position > position)];
        Assert.Null(Chain.Check(service, city, new(position, head), further));
        await log.Follow(city, service, position, position + further.Length, further[^1].Head, (transaction, ct) => WhenEntriesAppended.TakeIn(transaction, further, ct), default);
    }

    public async ValueTask DisposeAsync()
    {
        await Log.DisposeAsync();
        folder.Dispose();
    }
}
