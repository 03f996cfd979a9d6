using PilotCity.Defaults.Identity;

namespace PilotCity.Bench;

/// <summary>A cheap read through the gateway beside the same read asked of the service itself, in interleaved rounds.</summary>
internal static class GatewayReads
{
    internal const string Row = "gateway";

    private const int Clients = 16;
    private const string Small = "small";

    internal static async Task<IReadOnlyList<Figure>> Measure(BenchCity city, Plan plan, CancellationToken ct)
    {
        await city.OpenFund(BenchCity.Code, Small, ct);
        var token = city.Token("bench-1", Role.FinanceOfficer);
        const string path = $"/api/funding/{BenchCity.Code}/funds/{Small}";
        var (direct, through) = (new List<double>(), new List<double>());
        var (direct99, through99) = (new List<double>(), new List<double>());
        await city.Followed(BenchCity.Code, await city.Last(BenchCity.Code, ct), ct);
        await Ask(city.Funding.Http, plan.WarmUp);
        await Ask(city.Gateway, plan.WarmUp);
        for (var round = 1; round <= plan.Rounds; round++)
        {
            var before = CoreTime.Now();
            var own = await Ask(city.Funding.Http, plan.Window / 2);
            var between = CoreTime.Now();
            direct.Add(own.PerSecond);
            direct99.Add(own.Each.Percentile(0.99));
            var door = await Ask(city.Gateway, plan.Window / 2);
            through.Add(door.PerSecond);
            through99.Add(door.Each.Percentile(0.99));
            var (ownCores, doorCores) = (between.Since(before, own.Each.Count), CoreTime.Now().Since(between, door.Each.Count));
            plan.Say($"round {round}: {own.PerSecond:0}/s direct ({ownCores}), {door.PerSecond:0}/s through the gateway ({doorCores}); core µs a request");
        }

        return
        [
            new(Row, $"a cheap read (one fund) through the gateway, {Clients} clients", Durations.Median(through), "1/s")
            {
                Against = "the same read asked of the service directly",
                Other = Durations.Median(direct),
                RatioMin = 0.6,
                Goal = "≥ 0.6 ×",
                Note = $"p99 {Durations.Median(through99):0.0} ms, directly {Durations.Median(direct99):0.0} ms",
            },
        ];

        Task<(double PerSecond, Durations Each)> Ask(Uri server, TimeSpan window)
        {
            var request = HttpLoad.Get(server, path, token);
            return HttpLoad.Run(server, Clients, window, 200, () => request, ct);
        }
    }
}
