using PilotCity.Defaults;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Oversight.Board;

/// <summary>
/// <c>GET /kpis</c>: the catalogue of figures. <c>GET /board</c>: all of them for the city, against the plan. <c>GET /board/{kpi}?by=</c>: one, by district, sub-industry, provider or month.
/// JSON, CSV, XLSX, a page or PDF by <c>Accept</c>; now or at <c>asOf</c>. Fault: <c>kpi.unknown</c>.
/// </summary>
internal static class ShowBoard
{
    internal sealed record Catalogue(int Total, IReadOnlyList<Kpi> Items);

    internal sealed record Groups(string City, DateOnly Day, Facts.Standing Standing, PlanRef? Plan, Kpi Kpi, BoardRow All, IReadOnlyList<BoardRow> Items, string Cases);

    internal static readonly (string Name, string TitleZh)[] Columns =
    [
        ("kpi", "编号"), ("name", "指标"), ("by", "分组方式"), ("group", "分组"), ("groupName", "分组名称"), ("unit", "单位"), ("value", "数值"), ("numerator", "分子"), ("denominator", "分母"), ("cases", "对象数"),
        ("target", "目标"), ("expected", "应达"), ("standing", "进展"), ("forecast", "预测"), ("forecastOn", "预测日"), ("arithmetic", "算法"), ("why", "说明"), ("day", "截至日"), ("treeSize", "日志规模"),
    ];

    internal static void Map(Routes routes)
    {
        routes.Get("/kpis", Officials.All, (request, _) => ValueTask.FromResult<Result<object>>(
            new Table("kpis", [("id", "编号"), ("name", "指标"), ("formula", "公式"), ("polarity", "方向"), ("unit", "单位"), ("by", "分组方式"), ("sources", "来源"), ("awaits", "所需外部数据"), ("note", "说明")], _ => Kpi.InOrder.Select(k => (IEnumerable<string?>)
                [k.Id, k.Name.In(request.Language), k.Formula.In(request.Language), AskBoard.Word(k.Polarity), DescribeBoard.Of(k.Unit).In(request.Language), string.Join(' ', k.By.Select(AskBoard.Word)), string.Join(' ', k.Sources), k.Awaits, k.Note?.In(request.Language)]).ToAsyncEnumerable())
            .AsAsked(request) ?? (object)new Catalogue(Kpi.InOrder.Count, Kpi.InOrder)));
        routes.Get("/board", Officials.All, async (request, ct) =>
        {
            var told = await AskBoard.Of(request, MakeBoard.City, ct);
            var board = new CityBoard(request.City, told.Day, told.Standing, PlanRef.Of(told.Plan), told.Of);
            return File("board", request, board.Day, board.Standing.TreeSize, board.Rows) ?? (object)Printed.AsAsked(request, "board", DescribeBoard.Sheet(board, request.Language), board);
        });
        routes.Get("/board/{kpi}", Officials.All, async (request, ct) =>
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

            var told = await AskBoard.Of(
                request, asked => (All: MakeBoard.Row(kpi, CountCases.Of(kpi, asked), asked, null, null), Items: by.Value is { } division ? MakeBoard.Groups(kpi, division, asked) : []), ct);
            var groups = new Groups(
                request.City, told.Day, told.Standing, PlanRef.Of(told.Plan), kpi, told.Of.All, told.Of.Items, $"/api/oversight/{request.City}/board/{kpi.Id}/cases");
            return File(kpi.Id, request, groups.Day, groups.Standing.TreeSize, [groups.All, .. groups.Items]) ?? (object)Printed.AsAsked(request, kpi.Id, DescribeBoard.Sheet(groups, request.Language), groups);
        });
    }

    internal static Microsoft.AspNetCore.Http.IResult? File(string name, Request request, DateOnly day, long treeSize, IReadOnlyList<BoardRow> rows) =>
        new Table(name, Columns, _ => rows.Select(r => (IEnumerable<string?>)Cells(r, day, treeSize, request.Language)).ToAsyncEnumerable()).AsAsked(request);

    internal static string?[] Cells(BoardRow row, DateOnly day, long treeSize, string language)
    {
        var (figure, progress) = (row.Figure, row.Progress);
        return
        [
            row.Kpi, row.Name.In(language), row.By is { } by ? AskBoard.Word(by) : null, row.Group, row.GroupName, DescribeBoard.Of(row.Unit).In(language),
            Number(figure.Value), Number(figure.Numerator), Number(figure.Denominator), Number(figure.Cases), Number(progress?.Target), Number(progress?.Expected),
            progress?.Standing is { } standing ? DescribeBoard.Of(standing).In(language) : null, Number(progress?.Forecast?.Value),
            progress?.Forecast is { } forecast ? $"{forecast.On:yyyy-MM-dd}" : null, progress?.Forecast?.Arithmetic.In(language),
            (figure.Why ?? progress?.Forecast?.Why)?.In(language), $"{day:yyyy-MM-dd}", Number(treeSize),
        ];
    }

    private static string? Number(decimal? number) => number is { } known ? MeasureProgress.Number(known) : null;
}
