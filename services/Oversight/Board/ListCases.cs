using System.Globalization;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Board;

/// <summary>
/// <c>GET /board/{kpi}/cases</c>: the list that a figure was counted from, in pages, with the entries of each case; CSV and XLSX of all. <c>by</c> and <c>group</c> narrow it to what a group's
/// figure counts. <c>numerator=true</c> leaves out what only stands below the line. Faults: <c>kpi.unknown</c>, <c>request.query</c>.
/// </summary>
internal static class ListCases
{
    private const int LimitDefault = 50;

    internal sealed record Page(string Kpi, DateOnly Day, Standing Standing, Figure Figure, int Total, string? Next, IReadOnlyList<Case> Items);

    private sealed record Asked(Kpi Kpi, Division? By, string? Group, bool AboveOnly, int Limit, string? After);

    internal static void Map(Routes routes) => routes.Get("/board/{kpi}/cases", Officials.All, async (request, ct) =>
    {
        var read = Read(request);
        if (!read.Ok)
        {
            return read.Fault;
        }

        var asked = read.Value;
        var until = asked.By == Division.Month ? DayOf(asked.Group!) : null;
        var told = await AskBoard.Of(
            request,
            of =>
            {
                var cases = CountCases.Of(asked.Kpi, of);
                if (asked.By is { } by && by != Division.Month)
                {
                    cases = [.. cases.Where(c => MakeBoard.GroupsOf(c, by).Contains(asked.Group!))];
                }

                return (Figure: MakeBoard.Row(asked.Kpi, cases, of, asked.By, asked.Group).Figure, Cases: asked.AboveOnly ? [.. cases.Where(c => c.Numerator is not null)] : cases);
            },
            ct,
            until);
        var all = told.Of.Cases;
        var table = new Table(
            $"{asked.Kpi.Id}-cases",
            [("kind", "类别"), ("id", "编号"), ("organisation", "企业或机构"), ("district", "区县"), ("subIndustry", "细分行业"), ("providers", "服务商"), ("numerator", "分子"), ("numeratorOn", "分子日期"), ("denominator", "分母"), ("denominatorOn", "分母日期"), ("entries", "来源条目")],
            _ => all.Select(c => (IEnumerable<string?>)
            [
                c.Kind, c.Id, c.Organisation, c.District, c.SubIndustry, string.Join(' ', c.Providers), Value(c.Numerator), Day(c.Numerator), Value(c.Denominator), Day(c.Denominator),
                string.Join(' ', c.Entries.Select(e => string.Create(CultureInfo.InvariantCulture, $"{e.Service}#{e.Position}"))),
            ]).ToAsyncEnumerable());
        if (table.AsAsked(request) is { } file)
        {
            return (object)file;
        }

        var page = all.Where(c => asked.After is null || string.CompareOrdinal(c.Id, asked.After) > 0).Take(asked.Limit).ToList();
        var next = page.Count == asked.Limit && page[^1].Id != all[^1].Id ? Cursor(page[^1].Id) : null;
        return new Page(asked.Kpi.Id, told.Day, told.Standing, told.Of.Figure, all.Count, next, page);
    });

    private static Result<Asked> Read(Request request)
    {
        if (!Kpi.All.TryGetValue(request.Route("kpi"), out var kpi))
        {
            return AskBoard.KpiUnknown;
        }

        var by = AskBoard.DivisionOf(request, kpi);
        if (!by.Ok)
        {
            return by.Fault;
        }

        var group = request.Query("group");
        if ((by.Value is null) != (group is null) || (by.Value == Division.Month && DayOf(group!) is null))
        {
            return SliceFaults.QueryMalformed("group", new("by 与 group 应同时给出；月份如 2026-03。", "by and group are given together; a month is e.g. 2026-03."));
        }

        var limit = LimitDefault;
        if (request.Query("limit") is { } text && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) || limit is < 1 or > ListQuery.LimitMax))
        {
            return SliceFaults.QueryMalformed("limit", new($"应为 1 到 {ListQuery.LimitMax} 的整数。", $"a whole number from 1 to {ListQuery.LimitMax} is asked for."));
        }

        string? after = null;
        if (request.Query("after") is { } cursor && (after = Id(cursor)) is null)
        {
            return SliceFaults.QueryMalformed("after", new("请原样使用上一页给出的值。", "use the value that the page before gave, as it is."));
        }

        return request.Query("numerator") is { } above && above is not ("true" or "false")
            ? SliceFaults.QueryMalformed("numerator", new("应为 true 或 false。", "true or false is asked for."))
            : new Asked(kpi, by.Value, group, request.Query("numerator") == "true", limit, after);
    }

    /// <summary>The last day of a month.</summary>
    internal static DateOnly? DayOf(string month) =>
        DateOnly.TryParseExact(month, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var first) && first.Year is >= 1970 and <= 9_000 ? first.AddMonths(1).AddDays(-1) : null;

    private static string Cursor(string id) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(id));

    private static string? Id(string cursor) =>
        cursor.Length is > 0 and < 1_000 && cursor.Length % 2 == 0 && cursor.All(char.IsAsciiHexDigit) ? Encoding.UTF8.GetString(Convert.FromHexString(cursor)) : null;

    private static string? Value(Part? part) => part is { } known ? MeasureProgress.Number(known.Value) : null;

    private static string? Day(Part? part) => part is { } known ? $"{known.On:yyyy-MM-dd}" : null;
}
