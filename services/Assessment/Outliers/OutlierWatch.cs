using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Outliers;

/// <summary>
/// Follows this service's own log and looks at every result after it was confirmed, so that nobody waits for it. How far it has come is kept beside the log; what it
/// notes has an id made from the entry, so that a restart, a crash in between or a second instance notes everything once. An outage is waited out.
/// </summary>
internal sealed class OutlierWatch(ServiceLog log, AskSellers ask, ILogger<OutlierWatch> logger) : Rounds(Pause, logger)
{
    /// <summary>The name under which its cursor stands beside those of followed logs.</summary>
    internal const string Name = "outlier-watch";

    /// <summary>A person looks at an outlier days later; the question is one indexed row per city.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Entries read at a time.</summary>
    private const int PageEntries = 500;

    private static readonly Actor Watch = new(Role.Service, Name, "assessment");

    private readonly SemaphoreSlim alone = new(1);

    private readonly Dictionary<string, CityFacts> cities = new(StringComparer.Ordinal);

    /// <summary>How far a city's log was read since the host started, and the results that stand there.</summary>
    private sealed class CityFacts
    {
        public long Position { get; set; }

        public StandingResults Results { get; } = new();
    }

    protected override Task Round(CancellationToken ct) => LookAtAll(ct);

    /// <summary>Looks at everything that is in the log of every city by now.</summary>
    internal async Task LookAtAll(CancellationToken ct)
    {
        await alone.WaitAsync(ct);
        try
        {
            foreach (var head in await log.Cities(ct))
                await CatchUp(head, ct);
        }
        finally
        {
            alone.Release();
        }
    }

    public override void Dispose()
    {
        alone.Dispose();
        base.Dispose();
    }

    private async Task CatchUp(CityHead head, CancellationToken ct)
    {
        if (!cities.TryGetValue(head.City, out var known))
            cities[head.City] = known = new();

        while (known.Position < head.Position)
        {
            var (cursor, _) = await log.Cursor(head.City, Name, ct);
            var page = await log.Read(head.City, known.Position, PageEntries, ct);
            var told = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var entry in page)
                await Take(known, entry, cursor, told, ct);

            // Where another instance was here meanwhile, it has noted the same under the same ids.
            if (page[^1].Position > cursor)
                await log.Follow(head.City, Name, cursor, page[^1].Position, page[^1].Head, (_, _) => Task.CompletedTask, ct);
        }
    }

    private async Task Take(CityFacts known, Entry entry, long cursor, Dictionary<string, IReadOnlyList<string>> told, CancellationToken ct)
    {
        if (Assessments.Assessment.Noun.Events.Any(e => e.Name == entry.Type))
        {
            switch (Assessments.Assessment.Noun.Read(entry.Type, entry.Payload))
            {
                case AssessmentConfirmed confirmed:
                    var fresh = ResultFact.Of(confirmed, new(Actor.Parse(entry.Actor), entry.At, entry.Position, entry.Version, entry.Stream));
                    if (entry.Position > cursor)
                        await Look(known.Results.Beside(fresh), fresh, entry, told, ct);
                    known.Results.Add(fresh);
                    break;
                case AssessmentCorrected:
                    known.Results.Remove(entry.Stream);
                    break;
            }
        }

        known.Position = entry.Position;
    }

    private async Task Look(IReadOnlyList<ResultFact> earlier, ResultFact fresh, Entry entry, Dictionary<string, IReadOnlyList<string>> told, CancellationToken ct)
    {
        // Who sells to enterprises that answered the very same is asked only where some did, and of the fresh one only where others have somebody.
        var alike = FindOutliers.Alike(earlier, fresh);
        foreach (var enterprise in alike.Select(r => r.Enterprise))
            await Ask(entry.City, enterprise, told, ct);
        if (alike.Any(r => told[r.Enterprise].Count > 0))
            await Ask(entry.City, fresh.Enterprise, told, ct);

        if (FindOutliers.Beside(earlier, fresh, OutlierParameters.Standard, told) is { Count: > 0 } found)
            await Note(entry, found, ct);
    }

    private async Task Ask(string city, string enterprise, Dictionary<string, IReadOnlyList<string>> told, CancellationToken ct)
    {
        if (told.ContainsKey(enterprise))
            return;

        var sellers = await ask(city, enterprise, ct);
        told[enterprise] = sellers.Ok ? Sellers.ProvidersOf(sellers.Value) : throw new InvalidOperationException($"who sells to an enterprise of {city} cannot be asked: {sellers.Fault.Message.En}");
    }

    private async Task Note(Entry entry, IReadOnlyList<FoundOutlier> found, CancellationToken ct)
    {
        var answer = await log.Do(
            new Command
            {
                City = entry.City,
                Id = FollowPlan.CommandIdFor(Name, entry),
                Actor = Watch,
                Input = entry.Hash,
                Streams = [.. found.Select(f => Outlier.Noun.StreamOf(f.Id))],
                Decide = (streams, _) => Decide(streams, found),
            },
            ct);
        if (answer.Fault is { } fault)
            throw new InvalidOperationException($"what was found at {entry.City}/{entry.Position} could not be noted: {fault.Message.En}");
    }

    /// <summary>What was noted before is not noted again.</summary>
    internal static Decision Decide(Streams streams, IReadOnlyList<FoundOutlier> found) =>
        Decision.Accept([.. found.Where(f => streams.Version(Outlier.Noun, f.Id) == 0).Select(f => new Change(Outlier.Noun.StreamOf(f.Id), f.Noted))]);
}
