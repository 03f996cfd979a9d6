using PilotCity.Defaults;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Checks;

namespace PilotCity.Oversight.Findings;

/// <summary>
/// How the findings of a city stand, by check: open and closed, how old the open ones are, which are overdue or have to go to the next level (升级督办), and the rate of rectification
/// (整改率): settled of those whose rectification was ordered. Without any ordered there is no rate.
/// </summary>
internal static class CountFindings
{
    /// <summary>Bounds of age groups in days.</summary>
    private static readonly int[] AgeDays = [7, 30, 90];

    /// <summary>A finding that nobody is responsible for, or nobody explained, for so many days goes to the next level.</summary>
    internal const int EscalatesAfterDays = 15;

    internal sealed record Count(
        string Check, Text What, int Opened, int Open, int Closed, IReadOnlyDictionary<string, int> OpenByAge, int Overdue, int Escalated, Money AtStakeOpen, int Ordered, int Settled, decimal? RectificationRate);

    internal sealed record View(DateTimeOffset AsOf, Count All, IReadOnlyList<Count> ByCheck);

    internal static void Map(Routes routes) => routes.Get("/finding-statistics", Officials.All, async (request, ct) =>
    {
        var asOf = request.AsOf ?? request.Service<TimeProvider>().GetUtcNow();
        var findings = new List<Finding>();
        await foreach (var (_, finding) in request.Log.States(request.City, Finding.Noun, asOf, ct))
        {
            findings.Add(finding);
        }

        return (object)Of(findings, asOf);
    });

    internal static View Of(IReadOnlyList<Finding> findings, DateTimeOffset asOf) => new(
        asOf,
        CountOf("", new("全部", "all"), findings, asOf),
        [.. findings.GroupBy(f => f.Opened!.Check, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => CountOf(g.Key, Check.All[g.Key].What, [.. g], asOf))]);

    private static Count CountOf(string check, Text what, IReadOnlyList<Finding> findings, DateTimeOffset asOf)
    {
        var open = findings.Where(f => f.IsOpen).ToList();
        var ordered = findings.Where(f => f.Ordered is not null).ToList();
        var settled = ordered.Count(f => f.Rechecked is { Settled: true });
        return new(
            check, what, findings.Count, open.Count, findings.Count - open.Count,
            open.GroupBy(f => AgeOf(f, asOf)).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
            open.Count(f => Overdue(f, asOf)), open.Count(f => Escalates(f, asOf)), new(open.Sum(f => f.Opened!.AtStake.Fen)),
            ordered.Count, settled, ordered.Count == 0 ? null : Math.Round((decimal)settled / ordered.Count, 4, MidpointRounding.AwayFromZero));
    }

    /// <summary>Its day is over, and nobody found it settled.</summary>
    internal static bool Overdue(Finding finding, DateTimeOffset asOf) =>
        finding is { IsOpen: true, Ordered: { } ordered } && finding.Rechecked is not { Settled: true } && ChinaTime.DayOf(asOf) > ordered.DueOn;

    /// <summary>Nobody is responsible for it or explained it for too long.</summary>
    internal static bool Unexplained(Finding finding, DateTimeOffset asOf) => finding.Status is FindingStatus.Opened or FindingStatus.Assigned && Days(finding, asOf) > EscalatesAfterDays;

    internal static bool Escalates(Finding finding, DateTimeOffset asOf) => finding.IsOpen && (finding.Escalations.Count > 0 || Overdue(finding, asOf) || Unexplained(finding, asOf));

    private static int Days(Finding finding, DateTimeOffset asOf) => ChinaTime.DayOf(asOf).DayNumber - ChinaTime.DayOf(finding.OpenedAt).DayNumber;

    private static string AgeOf(Finding finding, DateTimeOffset asOf) =>
        Array.FindIndex(AgeDays, bound => Days(finding, asOf) <= bound) is >= 0 and var i ? $"to{AgeDays[i]}Days" : $"over{AgeDays[^1]}Days";
}
