using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// How long awards wait from step to step (computed, publicised, approved, frozen into a batch, paid): median, ninth decile and longest, of all, by
/// the month in which the step was taken and by district; now or at <c>?asOf=</c>. Hours are counted on the clock, working days by the State
/// Council's notices; where one is missing (Q28) there are none.
/// </summary>
internal static class MeasureWaiting
{
    private static readonly Role[] Readers = [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.DistrictOfficer, Role.Auditor];

    internal enum Step { ComputedToPublicised, PublicisedToApproved, ApprovedToFrozen, FrozenToPaid, ComputedToPaid }

    /// <summary>Of all, where neither month nor district is named.</summary>
    internal sealed record Waited(Step Step, string? Month, string? District, int Count, long MedianHours, long NinthDecileHours, long LongestHours, int? MedianWorkingDays);

    /// <summary>How many waited so many whole hours, and so many working days: as large as the longest wait is long, however many there are.</summary>
    private sealed class Waits
    {
        private readonly SortedDictionary<long, int> hours = [];
        private readonly SortedDictionary<long, int> workingDays = [];
        private int count;

        public void Add(DateTimeOffset from, DateTimeOffset to)
        {
            count++;
            Count(hours, (long)Math.Max(0, (to - from).TotalHours));
            if (WorkingDays.Between(ChinaTime.DayOf(from), ChinaTime.DayOf(to)) is { } days) Count(workingDays, days);
        }

        public Waited Of(Step step, string? month, string? district) => new(
            step, month, district, count, At(hours, 0.5m), At(hours, 0.9m), hours.Keys.Last(), workingDays.Values.Sum() == count ? (int)At(workingDays, 0.5m) : null);

        /// <summary>The smallest value that so great a share does not exceed.</summary>
        private long At(SortedDictionary<long, int> waits, decimal share)
        {
            var left = (int)Math.Ceiling(count * share);
            foreach (var (value, times) in waits)
                if ((left -= times) <= 0) return value;
            return waits.Keys.Last();
        }

        private static void Count(SortedDictionary<long, int> waits, long value) => waits[value] = waits.GetValueOrDefault(value) + 1;
    }

    internal static async Task<IReadOnlyList<Waited>> Of(IAsyncEnumerable<FiledAward> awards, CancellationToken ct)
    {
        var waits = new SortedDictionary<(Step Step, string Month, string District), Waits>();
        await foreach (var award in awards.WithCancellation(ct))
        {
            if (award.Steps is not { ComputedAt: not null } steps) continue;
            foreach (var (step, from, to) in Between(steps))
            {
                if (from is not { } begun || to is not { } done) continue;
                Add((step, "", ""), begun, done);
                Add((step, ChinaTime.DayOf(done).ToString("yyyy-MM", CultureInfo.InvariantCulture), ""), begun, done);
                if (steps.District is { } district) Add((step, "", district), begun, done);
            }
        }

        return [.. waits.Select(w => w.Value.Of(w.Key.Step, w.Key.Month.Length > 0 ? w.Key.Month : null, w.Key.District.Length > 0 ? w.Key.District : null))];

        void Add((Step, string, string) group, DateTimeOffset from, DateTimeOffset to) => (waits.TryGetValue(group, out var known) ? known : waits[group] = new()).Add(from, to);
    }

    internal static void Map(Routes routes) => routes.Get("/waiting-times", Readers, async (request, ct) =>
    {
        var waited = await Of(FiledAward.All(request, ct), ct);
        var table = new Table(
            "waiting-times",
            [("step", "步骤"), ("month", "月份"), ("district", "区县"), ("count", "项数"), ("medianHours", "中位小时"), ("ninthDecileHours", "九成小时"), ("longestHours", "最长小时"), ("medianWorkingDays", "中位工作日")],
            _ => waited.ToAsyncEnumerable().Select(Row));
        return table.AsAsked(request) ?? (object)new { Items = waited };
    });

    private static (Step Step, DateTimeOffset? From, DateTimeOffset? To)[] Between(AwardSteps s) =>
    [
        (Step.ComputedToPublicised, s.ComputedAt, s.PublicisedAt), (Step.PublicisedToApproved, s.PublicisedAt, s.ApprovedAt), (Step.ApprovedToFrozen, s.ApprovedAt, s.FrozenAt),
        (Step.FrozenToPaid, s.FrozenAt, s.PaidAt), (Step.ComputedToPaid, s.ComputedAt, s.PaidAt),
    ];

    private static string?[] Row(Waited w) =>
    [
        JsonNamingPolicy.KebabCaseLower.ConvertName(w.Step.ToString()), w.Month, w.District, Number(w.Count), Number(w.MedianHours), Number(w.NinthDecileHours), Number(w.LongestHours),
        w.MedianWorkingDays is { } days ? Number(days) : null,
    ];

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
