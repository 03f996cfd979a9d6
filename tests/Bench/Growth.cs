using System.Globalization;
using PilotCity.Defaults.Identity;

namespace PilotCity.Bench;

/// <summary>
/// One city's log grows on one hot fund, through the ledger itself; at some sizes it is looked at how fast postings are taken and how long a
/// read of that fund takes. What is measured is flat where the last is like the first.
/// </summary>
internal static class Growth
{
    internal const string Row = "growth";

    private const string Code = "350900";
    private const string Fund = "growing";
    private const int Readers = 4;

    internal static async Task<IReadOnlyList<Figure>> Measure(BenchCity city, Plan plan, CancellationToken ct)
    {
        await city.OpenFund(Code, Fund, ct);
        using var load = new PostingLoad(city, Code, Fund);
        var (token, path) = (city.Token("bench-1", Role.FinanceOfficer, Code), $"/api/funding/{Code}/funds/{Fund}");
        var request = HttpLoad.Get(city.Funding.Http, path, token);
        var last = 0L;
        load.Answered = (position, _) => last = Math.Max(last, position);
        var found = new List<(long Size, double PerSecond, double Read99)>();
        using (var warm = new PostingLoad(city))
        {
            await warm.Run(plan.WarmUp, ct);
            await city.Followed(BenchCity.Code, await city.Last(BenchCity.Code, ct), ct);
        }

        var perSecond = 5_000.0;
        foreach (var size in plan.Sizes)
        {
            // The window lies around the size; a small log is looked at shortly, or it would be a large one at the end of it.
            double window, left;
            while ((left = size - last - (perSecond * (window = Math.Min(plan.Window.TotalSeconds / 2, size / perSecond / 2)) / 2)) > 0)
            {
                perSecond = (await load.Run(TimeSpan.FromSeconds(Math.Clamp(left / perSecond, 0.1, 10)), ct)).PerSecond;
            }

            await city.Followed(Code, last, ct);
            var run = await load.Run(TimeSpan.FromSeconds(window), ct);
            await city.Followed(Code, last, ct);
            var reads = await HttpLoad.Run(city.Funding.Http, Readers, plan.Window / 2, 200, () => request, ct);
            found.Add((last, run.PerSecond, reads.Each.Percentile(0.99)));
            plan.Say(string.Create(CultureInfo.InvariantCulture, $"{last:N0} entries: {run.PerSecond:0} postings/s, a read p99 {found[^1].Read99:0.00} ms ({reads.PerSecond:0}/s)"));
        }

        var (first, end) = (found[0], found[^1]);
        var all = string.Join("; ", found.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Size:N0}: {f.PerSecond:0}/s, {f.Read99:0.00} ms")));
        return
        [
            new(Row, "postings/s at the largest log", end.PerSecond, "1/s") { Against = "the same at the smallest", Other = first.PerSecond, RatioMin = 0.8, Goal = "flat within 20%", Note = all },
            new(Row, "1 / p99 of a read of the hot fund at the largest log", 1_000 / end.Read99, "1/s")
            {
                Against = "the same at the smallest", Other = 1_000 / first.Read99, RatioMin = 0.8, Goal = "flat within 20%", Note = $"{first.Read99:0.00} ms → {end.Read99:0.00} ms",
            },
        ];
    }
}
