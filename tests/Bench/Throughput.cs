using System.Collections.Concurrent;
using PilotCity.Defaults.Identity;

namespace PilotCity.Bench;

/// <summary>
/// Postings a second through gRPC batches and single commands a second through the gateway, on one hot fund, beside the usual way on the same
/// server, in interleaved rounds while the whole city runs.
/// </summary>
internal static class Throughput
{
    internal const string Ledger = "ledger", Commands = "commands";

    private const int HttpClients = 64;

    internal static async Task<IReadOnlyList<Figure>> Measure(BenchCity city, Plan plan, IReadOnlySet<string> rows, CancellationToken ct)
    {
        using var load = new PostingLoad(city);
        await UsualWay.Prepare(city, ct);
        await load.Run(plan.WarmUp, ct);
        if (rows.Contains(Commands))
        {
            await Single(city, load, plan.WarmUp, ct);
        }

        var (usual, batches, singles) = (new List<double>(), new List<double>(), new List<double>());
        var (clients, p99, p50, single99) = (0, new List<double>(), new List<double>(), new List<double>());
        var (cores, singleCores, usualCores) = ("", "", "");
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var way = await UsualWay.Measure(city, plan.Window / 2, ct);
            usual.Add(way.PerSecond);
            clients = way.Clients;
            plan.Say($"round {round}: the usual way {way.PerSecond:0}/s ({way.Clients} clients; core µs: {way.Cores})");
            usualCores = way.Cores;
            if (rows.Contains(Ledger))
            {
                var before = CoreTime.Now();
                var run = await load.Run(plan.Window, ct);
                cores = CoreTime.Now().Since(before, run.Accepted);
                batches.Add(run.PerSecond);
                (double fifty, double ninetyNine) = (run.Batches.Percentile(0.5), run.Batches.Percentile(0.99));
                p50.Add(fifty);
                p99.Add(ninetyNine);
                plan.Say($"round {round}: postings {run.PerSecond:0}/s, a batch {fifty:0.0} ms, p99 {ninetyNine:0.0} ms; core µs a posting: {cores}");
            }

            if (rows.Contains(Commands))
            {
                var before = CoreTime.Now();
                var run = await Single(city, load, plan.Window, ct);
                singleCores = CoreTime.Now().Since(before, run.Each.Count);
                singles.Add(run.PerSecond);
                single99.Add(run.Each.Percentile(0.99));
                plan.Say($"round {round}: single commands {run.PerSecond:0}/s, p99 {single99[^1]:0.0} ms; core µs a command: {singleCores}");
            }
        }

        var against = $"pgbench, UPDATE … WHERE available >= x and INSERT in one transaction, best of 1/8/32 clients (last {clients}; core µs: {usualCores})";
        var figures = new List<Figure>();
        if (rows.Contains(Ledger))
        {
            figures.Add(new(Ledger, "postings accepted through gRPC batches, one hot fund, hashed and chained", Durations.Median(batches), "1/s")
            {
                Against = against,
                Other = Durations.Median(usual),
                RatioMin = 10,
                Goal = "≥ 10 ×",
                Note = $"{PostingLoad.Callers} callers, {PostingLoad.Items} items a batch; the whole city runs; core µs a posting: {cores}",
            });
            figures.Add(new(Ledger, "a batch, p99", Durations.Median(p99), "ms") { AtMost = 50, Goal = "≤ 50 ms", Note = $"median {Durations.Median(p50):0.0} ms" });
        }

        if (rows.Contains(Commands))
        {
            figures.Add(new(Commands, $"single commands through the gateway (HTTP, {HttpClients} clients, reserve on the hot fund)", Durations.Median(singles), "1/s")
            {
                Against = against,
                Other = Durations.Median(usual),
                RatioMin = 1,
                Goal = "≥ 1 ×",
                Note = $"p99 {Durations.Median(single99):0.0} ms; core µs a command: {singleCores}",
            });
        }

        return figures;
    }

    private static async Task<(double PerSecond, Durations Each)> Single(BenchCity city, PostingLoad load, TimeSpan window, CancellationToken ct)
    {
        var (gateway, token) = (city.Gateway, city.Token("bench-1", Role.FinanceOfficer));
        const string path = $"/api/funding/{BenchCity.Code}/funds/{BenchCity.HotFund}/reservations";
        const string body = """{"use":"public-services","amount":"0.01","reference":"HT-2026-0001"}""";
        var keys = new ConcurrentBag<Guid>();
        var run = await HttpLoad.Run(gateway, HttpClients, window, 201, () =>
        {
            var key = Guid.CreateVersion7();
            keys.Add(key);
            return HttpLoad.Post(gateway, path, token, key, body);
        }, ct);

        // A fund holds so many open reservations and no more: they are freed before the next round, unmeasured.
        await load.Void([.. keys], ct);
        return run;
    }
}
