using System.Globalization;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Relations;

/// <summary>
/// <c>GET /relations</c>: groups of related parties with their links and the money on them, those with most contracts among themselves first; <c>about=</c> gives the group of one organisation,
/// <c>limit=</c> how many. As JSON, as HTML or PDF with a picture of each group, or a row per link as CSV or XLSX. Fault: <c>request.query</c>.
/// </summary>
internal static class ShowRelations
{
    /// <param name="Total">Groups there are; <paramref name="Items"/> are the first of them.</param>
    internal sealed record View(DateTimeOffset AsOf, long TreeSize, int Total, IReadOnlyList<RelatedGroup> Items);

    private const int LimitMax = 200;

    private const int LimitStandard = 50;

    internal static void Map(Routes routes) => routes.Get("/relations", Officials.All, async (request, ct) =>
    {
        var limit = LimitStandard;
        if (request.Query("limit") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > LimitMax))
        {
            return SliceFaults.QueryMalformed("limit", new($"应为 1 至 {LimitMax}。", $"1 to {LimitMax} is asked for."));
        }

        var about = request.Query("about");
        var (groups, size) = await request.Service<FoldedFacts>().Read(request.City, (facts, size) => (RelationGraph.Of(facts), size), ct);
        IReadOnlyList<RelatedGroup> found = about is null ? groups : [.. groups.Where(g => g.Nodes.Any(n => n.Id == about))];
        var view = new View(request.Service<TimeProvider>().GetUtcNow(), size, found.Count, [.. found.Take(limit)]);
        return TableOf(found).AsAsked(request) is { } file ? (object)file
            : Printed.AsAsked(request, "relations", RelationPage.Of(view, request.Language), view);
    });

    private static Table TableOf(IReadOnlyList<RelatedGroup> groups) => new(
        "relations",
        [("group", "组"), ("a", "甲方"), ("b", "乙方"), ("kind", "关系"), ("shares", "共同事项"), ("count", "次数"), ("amount", "金额（元）"), ("entries", "来源条目")],
        _ => groups.SelectMany(g => g.Edges, (g, e) => (IEnumerable<string?>)
        [
            g.Nodes[0].Id, e.A, e.B, RelationPage.Word(e.Kind), e.Shares, e.Count.ToString(CultureInfo.InvariantCulture), e.Amount.ToString(), string.Join(' ', e.Entries.Select(n => $"{n.Service}/{n.Position}")),
        ]).ToAsyncEnumerable());
}
