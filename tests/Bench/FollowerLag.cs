using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Npgsql;
using PilotCity.Defaults.Identity;

namespace PilotCity.Bench;

/// <summary>
/// How long after its commit an entry stands in Oversight's tree under a signed checkpoint, while postings come as fast as they are taken; and on the
/// progress board, while as many come each second as a city has on a busy day. Seen in Oversight's own database, and in the board's answer
/// through the gateway, every few milliseconds; the moment of the commit is when the caller knew of it.
/// </summary>
internal static class FollowerLag
{
    internal const string Row = "lag";

    /// <summary>Postings a second while the board is looked at, in batches of so many: a city of 800 enterprises has some 5,000 in its two years.</summary>
    private const int BusyPerSecond = 1_000, BusyItems = 25;

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

        await using var source = NpgsqlDataSource.Create(city.Servers.LogConnection("oversight"));
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Seen, connection) { Parameters = { new() { Value = BenchCity.Code } } };
        await command.PrepareAsync(ct);
        var signed = await Under(load, () => load.Run(plan.Window * 2, ct), async () => (long?)await command.ExecuteScalarAsync(ct) ?? 0, ct);

        using var gateway = new HttpClient { BaseAddress = city.Gateway };
        gateway.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", city.Token("bench-auditor", Role.Auditor));
        var board = await Under(load, () => load.Run(plan.Window * 2, ct, callers: 1, BusyItems, BusyPerSecond), () => OnBoard(gateway, ct), ct);

        return
        [
            new(Row, "commit → in a signed checkpoint of Oversight, p99, under full posting load", signed.Lags.Percentile(0.99) / 1_000, "s") { AtMost = 2, Goal = "≤ 2 s", Note = signed.ToString() },
            new(Row, $"commit → on the progress board, p99, under {BusyPerSecond:#,##0} postings/s", board.Lags.Percentile(0.99) / 1_000, "s") { AtMost = 5, Goal = "≤ 5 s", Note = board.ToString() },
        ];
    }

    private sealed record Lag(Durations Lags, double PerSecond, double SecondsBehind, int Looks)
    {
        public override string ToString() => $"median {Lags.Percentile(0.5):0} ms at {PerSecond:0} postings/s; {SecondsBehind:0.0} s behind at the end of the load; looked {Looks} times";
    }

    /// <summary>How far the board's figures have come in Funding's log.</summary>
    private static async Task<long> OnBoard(HttpClient gateway, CancellationToken ct)
    {
        await using var answer = await gateway.GetStreamAsync($"/api/oversight/{BenchCity.Code}/board", ct);
        using var board = await JsonDocument.ParseAsync(answer, cancellationToken: ct);
        return board.RootElement.GetProperty("standing").GetProperty("positions").TryGetProperty("funding", out var position) ? position.GetInt64() : 0;
    }

    private static async Task<Lag> Under(PostingLoad load, Func<Task<(long Accepted, double PerSecond, Durations Batches)>> running, Func<Task<long>> look, CancellationToken ct)
    {
        var committed = new ConcurrentBag<(long Position, long At)>();
        load.Answered = (position, at) => committed.Add((position, at));
        var seen = new List<(long Position, long At)>();
        var (lastCommitted, done, looks) = (0L, false, 0);
        var watching = Watch();
        var run = await running();
        lastCommitted = committed.Max(c => c.Position);
        var ended = Stopwatch.GetTimestamp();
        done = true;
        await watching;

        var lags = new Durations();
        foreach (var (position, at) in committed)
        {
            lags.Add(Stopwatch.GetElapsedTime(at, seen[seen.FindIndex(s => s.Position >= position)].At));
        }

        return new(lags, run.PerSecond, Stopwatch.GetElapsedTime(ended, seen[^1].At).TotalSeconds, looks);

        async Task Watch()
        {
            var waited = Stopwatch.StartNew();
            while (!done || seen.Count == 0 || seen[^1].Position < lastCommitted)
            {
                var position = await look();
                looks++;
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
