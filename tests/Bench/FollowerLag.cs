using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace PilotCity.Bench;

/// <summary>
/// How long after its commit an entry stands in Oversight's tree under a signed checkpoint, while postings come as fast as they are taken. Seen
/// in Oversight's own database every few milliseconds; the moment of the commit is when the caller knew of it.
/// </summary>
internal static class FollowerLag
{
    internal const string Row = "lag";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Whoever needs longer than this does not follow.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private const string Seen = """
        SELECT position FROM leaf WHERE city = $1 AND service = 'funding' AND idx < (SELECT COALESCE(MAX(size), 0) FROM checkpoint WHERE city = $1)
        ORDER BY position DESC LIMIT 1
        """;

    internal static async Task<IReadOnlyList<Figure>> Measure(BenchCity city, Plan plan, CancellationToken ct)
    {
        using var load = new PostingLoad(city);
        await load.Run(plan.WarmUp, ct);
        await city.Followed(BenchCity.Code, await city.Last(BenchCity.Code, ct), ct);
        var committed = new ConcurrentBag<(long Position, long At)>();
        load.Answered = (position, at) => committed.Add((position, at));
        var seen = new List<(long Position, long At)>();
        var (lastCommitted, done) = (0L, false);
        var watching = Watch();
        var run = await load.Run(plan.Window * 2, ct);
        lastCommitted = committed.Max(c => c.Position);
        var ended = Stopwatch.GetTimestamp();
        done = true;
        await watching;

        var lags = new Durations();
        foreach (var (position, at) in committed)
        {
            var index = seen.FindIndex(s => s.Position >= position);
            lags.Add(Stopwatch.GetElapsedTime(at, seen[index].At));
        }

        return
        [
            new(Row, "commit → in a signed checkpoint of Oversight, p99, under full posting load", lags.Percentile(0.99) / 1_000, "s")
            {
                AtMost = 2,
                Goal = "≤ 2 s",
                Note = $"median {lags.Percentile(0.5):0} ms at {run.PerSecond:0} postings/s; {Stopwatch.GetElapsedTime(ended, seen[^1].At).TotalSeconds:0.0} s behind at the end of the load",
            },
        ];

        async Task Watch()
        {
            await using var source = NpgsqlDataSource.Create(city.Servers.LogConnection("oversight"));
            await using var connection = await source.OpenConnectionAsync(ct);
            await using var command = new NpgsqlCommand(Seen, connection) { Parameters = { new() { Value = BenchCity.Code } } };
            await command.PrepareAsync(ct);
            var waited = Stopwatch.StartNew();
            while (!done || seen.Count == 0 || seen[^1].Position < lastCommitted)
            {
                var position = (long?)await command.ExecuteScalarAsync(ct) ?? 0;
                if (seen.Count == 0 || position > seen[^1].Position)
                {
                    seen.Add((position, Stopwatch.GetTimestamp()));
                    waited.Restart();
                }
                else if (waited.Elapsed > Patience)
                {
                    throw new InvalidOperationException($"Oversight stands at {position} of {lastCommitted} for {Patience}");
                }

                await Task.Delay(Look, ct);
            }
        }
    }
}
