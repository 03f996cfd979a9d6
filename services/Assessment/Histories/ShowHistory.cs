using System.Globalization;
using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Reports;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Histories;

/// <summary>
/// Shows an enterprise's results over time: an enterprise its own, an evaluator or provider those of its hand, the bureaus and the auditor all of it.
/// A page with a line, PDF, JSON, CSV or XLSX by <c>Accept</c>. Fault: <c>enterprise.unknown</c> where there is no result that one may see.
/// </summary>
internal static class ShowHistory
{
    internal static void Map(Routes routes) => routes.Get("/enterprises/{uscc}/history", ReadAssessments.Readers, async (request, ct) =>
    {
        var uscc = request.Route("uscc");
        var (rows, omitted) = await Rows(request, uscc, ct);
        if (rows.Count == 0)
            return SliceFaults.Unknown("enterprise", uscc);

        var scale = ShippedInstruments.Find(History.ScaleId).Value;
        var known = new Dictionary<(string, string), Instrument?>();
        var items = new List<HistoryItem>();
        foreach (var row in rows)
        {
            var entries = await request.Log.Stream(request.City, Assessments.Assessment.Noun.StreamOf(row.Id), request.AsOf, ct);
            var entry = entries.Last(e => e.Type == nameof(AssessmentConfirmed));
            var confirmed = (AssessmentConfirmed)Assessments.Assessment.Noun.Read(entry.Type, entry.Payload);
            var file = (confirmed.Instrument, confirmed.InstrumentSha256);
            if (!known.TryGetValue(file, out var instrument))
                known[file] = instrument = await FindInstrument.OfResult(request.Log, request.City, confirmed, ct);
            items.Add(PlaceResult.Of(row, entry, instrument, scale, request.AsOf));
        }

        var history = new History(uscc, scale.Reference, items, omitted);
        return (object)(Table(history, request.Language).AsAsked(request) ?? Printed.AsAsked(request, $"history-{uscc}", Sheet(history, scale, request.Language), history));
    });

    /// <summary>The latest results that the caller may see, oldest first, and how many earlier ones there are.</summary>
    private static async Task<(IReadOnlyList<AssessmentRow> Rows, int Omitted)> Rows(Request request, string uscc, CancellationToken ct)
    {
        var where = new List<(string, IReadOnlyList<string>)> { ("enterprise", [uscc]) };
        if (ReadAssessments.Scope(request.Actor) is { } own)
            where.Add((own.Column, [own.Value]));
        var rows = new List<AssessmentRow>();
        await foreach (var row in request.Log.Rows(request.City, AssessmentList.Model, new ListQuery(where), bodies: true, ct))
        {
            rows.Add(JsonSerializer.Deserialize<AssessmentRow>(row.Body, Json.Lenient)!);
            if (rows.Count == History.RowsMax)
                break;
        }

        var seen = rows.Where(r => request.AsOf is not { } at || r.ConfirmedAt <= at).OrderBy(r => r.ConfirmedAt).ThenBy(r => r.Id, StringComparer.Ordinal).ToList();
        var omitted = Math.Max(0, seen.Count - History.ItemsMax);
        return (seen[omitted..], omitted);
    }

    internal static Sheet Sheet(History history, Instrument scale, string language)
    {
        var english = language == "en";
        var table = Cells(history, language).Select((cells, i) => (IReadOnlyList<string>)[(i + 1).ToString(CultureInfo.InvariantCulture), .. cells]).ToArray();
        return new(
            language,
            english ? "Digital level over time" : "数字化水平历程",
            english
                ? $"{history.Enterprise}: {history.Items.Count} results{(history.Omitted > 0 ? $" (the latest; {history.Omitted} earlier ones left out)" : "")}."
                : $"{history.Enterprise}：历次测评 {history.Items.Count} 次{(history.Omitted > 0 ? $"（仅最近各次，更早的 {history.Omitted} 次未列出）" : "")}。",
            [
                new(
                    english ? "Line in time" : "时间线", Drawings: [DrawHistory.Draw(history, scale, language)],
                    Note: english
                        ? $"Scale: levels of {scale.Reference}. Full mark: on site or official; hollow: not verified on site; crossed: corrected since; dashed square: put there by a cross-walk (a proxy); diamond below: no data relate it to this scale (the table says where they relate it to another edition). Points are never compared across instruments or editions."
                        : $"纵轴为 {scale.Reference} 的等级。实心：现场或主管部门评定；空心：未经现场评定；打叉：已被更正；虚线方块：按对照关系推定（仅供参考）；下方菱形：没有与本标尺的对照数据（如与其他版本有对照，见下表），不可比。不同评测工具、不同版本的分数从不比较。"),
                new(
                    english ? "Results" : "历次结果",
                    Table: new(
                        [new("#", 1), .. Columns.Select(c => new SheetColumn(english ? c.En : c.Zh, c.Weight))],
                        table)),
            ],
            Footer: english ? "Source: the entries named above." : "来源：上列各条目。");
    }

    private static readonly (string Name, string Zh, string En, int Weight)[] Columns =
    [
        ("date", "日期", "Date", 3), ("instrument", "评测工具", "Instrument", 4), ("mode", "评定方式", "Mode", 4), ("purpose", "用途", "Purpose", 3), ("level", "等级", "Level", 4),
        ("total", "总分", "Total", 3), ("scale", "共同等级", "On the scale", 3), ("standing", "状态", "Standing", 3), ("source", "来源条目", "Entry", 4),
    ];

    private static Table Table(History history, string language) =>
        new("history", [.. Columns.Select(c => (c.Name, c.Zh))], _ => Lines(history, language));

    private static async IAsyncEnumerable<IEnumerable<string?>> Lines(History history, string language)
    {
        await Task.CompletedTask;
        foreach (var cells in Cells(history, language))
            yield return cells;
    }

    private static IEnumerable<IReadOnlyList<string>> Cells(History history, string language)
    {
        var english = language == "en";
        return history.Items.Select(i => (IReadOnlyList<string>)
        [
            $"{ChinaTime.DayOf(i.ConfirmedAt):yyyy-MM-dd}",
            i.Instrument,
            Wording.Of(i.Mode).In(language),
            Wording.Of(i.Purpose).In(language),
            i.LevelName?.In(language) ?? $"{i.Level}",
            i.Maximum is { } maximum ? $"{i.Total} / {maximum}" : "–",
            Place(i.Place, english),
            Standing(i.Standing, english),
            string.Create(CultureInfo.InvariantCulture, $"{i.Source.Service}/{i.Source.City} #{i.Source.Position}"),
        ]);
    }

    private static string Place(ScalePlace? place, bool english) => place is null
        ? english ? "no data" : "无对照"
        : (place.Relation, place.Kind) switch
        {
            (PlaceResult.At, PlaceResult.Own) => $"{place.Level}",
            var (relation, kind) => string.Create(
                CultureInfo.InvariantCulture,
                $"{RelationOf(relation, english)}{place.Level}{(place.On == History.ScaleId ? "" : english ? $" of {place.On}" : $"，按 {place.On}")}{(kind != "proxy" ? "" : english ? " (proxy)" : "（参考）")}"),
        };

    private static string RelationOf(string relation, bool english) => relation switch
    {
        "below" => english ? "below " : "低于 ",
        "above" => english ? "above " : "高于 ",
        _ => "",
    };

    private static string Standing(HistoryStanding standing, bool english) => standing switch
    {
        HistoryStanding.Valid => english ? "valid" : "有效",
        HistoryStanding.Objected => english ? "objected" : "异议处理中",
        HistoryStanding.Corrected => english ? "corrected" : "已更正",
    };
}
