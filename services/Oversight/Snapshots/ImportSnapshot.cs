using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Findings;

namespace PilotCity.Oversight.Snapshots;

/// <summary>
/// The bureau takes in what another agency gave: the rows of one kind of outside data, dated, with their source. All or none; every wrong row is named. Checks that wait for it run from then
/// on. Faults: <c>snapshot.kind</c>, <c>snapshot.rows</c>, <c>snapshot.cell</c>, <c>snapshot.day</c>, <c>snapshot.older</c>, <c>finding.reason</c>.
/// </summary>
internal static class ImportSnapshot
{
    public sealed record Body(DateOnly TakenOn, string Source, IReadOnlyList<IReadOnlyDictionary<string, string>> Rows);

    internal sealed record Told(string Kind, int Rows);

    /// <summary>What a body of a million bytes holds; a longer list comes as the parts of several districts.</summary>
    internal const int RowsMax = 10_000;

    /// <summary>Rows of an entry: with cells of full length they stay below the log's bound.</summary>
    private const int RowsPerEntry = 30;

    private const int CellCharactersMax = 100;

    private const int WrongToldMax = 100;

    internal static readonly Fault KindUnknown = new(
        FaultKind.NotFound, "snapshot.kind", new($"没有这类外部数据。可用：{string.Join("、", SnapshotKinds.All.Keys)}。", $"There is no such kind; there are {string.Join(", ", SnapshotKinds.All.Keys)}."));

    internal static readonly Fault RowsWrong = new(FaultKind.Invalid, "snapshot.rows", new($"应有 1 至 {RowsMax} 行。", $"1 to {RowsMax} rows are asked for."));

    internal static readonly Fault DayInFuture = new(FaultKind.Invalid, "snapshot.day", new("数据日期不得晚于今天。", "The day of the data is not after today."));

    internal static readonly Fault Older = new(FaultKind.Conflict, "snapshot.older", new("已有更新的数据。", "There is a later snapshot of this kind."));

    internal static Decision Decide(string kind, Snapshot before, Body body, DateTimeOffset at)
    {
        var columns = SnapshotKinds.All[kind];
        if (body.Rows.Count is 0 or > RowsMax)
        {
            return RowsWrong;
        }

        if (body.TakenOn > ChinaTime.DayOf(at))
        {
            return DayInFuture;
        }

        if (before.TakenOn > body.TakenOn)
        {
            return Older;
        }

        if (Finding.ReasonRefused(body.Source) is { } nameless)
        {
            return nameless;
        }

        var wrong = body.Rows.SelectMany((row, i) => Wrong(columns, row, i)).Take(WrongToldMax).ToList();
        if (wrong.Count > 0)
        {
            return new Fault(FaultKind.Invalid, "snapshot.cell", new("有行不符合格式，未导入任何一行。", "Some rows are not of the kind's form; none was taken in.")) { Details = wrong };
        }

        var sha256 = Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(body, Json.Lenient)));
        return Decision.Accept(
                Snapshot.Noun.StreamOf(kind), [.. body.Rows.Chunk(RowsPerEntry).Select((rows, i) => (object)new SnapshotImported(kind, body.TakenOn, body.Source, sha256, i > 0, rows))])
            .Answering($"/snapshots/{kind}", new Told(kind, body.Rows.Count));
    }

    private static IEnumerable<FaultDetail> Wrong(SnapshotColumn[] columns, IReadOnlyDictionary<string, string> row, int index)
    {
        foreach (var unknown in row.Keys.Where(k => columns.All(c => c.Name != k)))
        {
            yield return new($"/rows/{index}", "snapshot.cell", new($"没有“{Short(unknown)}”这一列。", $"There is no column '{Short(unknown)}'."));
        }

        foreach (var column in columns)
        {
            if (row.GetValueOrDefault(column.Name) is not { Length: > 0 } text)
            {
                if (!column.Optional)
                {
                    yield return new($"/rows/{index}/{column.Name}", "snapshot.cell", new("不能为空。", "It is missing."));
                }
            }
            else if (!Fits(column.Value, text))
            {
                yield return new($"/rows/{index}/{column.Name}", "snapshot.cell", Wanted(column.Value));
            }
        }
    }

    private static bool Fits(SnapshotValue value, string text) => text.Length <= CellCharactersMax && value switch
    {
        SnapshotValue.Organisation => CreditCodes.Holds(text),
        SnapshotValue.Day => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
        SnapshotValue.Yuan or SnapshotValue.Number => Money.TryParse(text, out _),
        SnapshotValue.Count => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        SnapshotValue.Reference => !text.Any(char.IsControl),
    };

    private static Text Wanted(SnapshotValue value) => value switch
    {
        SnapshotValue.Organisation => new("应为统一社会信用代码。", "A unified social credit code is asked for."),
        SnapshotValue.Day => new("应为日期，如 2026-03-01。", "A day is asked for, e.g. 2026-03-01."),
        SnapshotValue.Yuan => new("应为金额（元，至多两位小数）。", "An amount of yuan with at most two decimals is asked for."),
        SnapshotValue.Number => new("应为数字（至多两位小数）。", "A number with at most two decimals is asked for."),
        SnapshotValue.Count => new("应为不小于 0 的整数。", "A whole number from 0 is asked for."),
        SnapshotValue.Reference => new($"应为至多 {CellCharactersMax} 个字符的单行文字。", $"One line of at most {CellCharactersMax} characters is asked for."),
    };

    private static string Short(string text) => text.Length <= 20 ? text : text[..20];

    internal static void Map(Routes routes)
    {
        routes.Command<Body>("POST", "/snapshots/{kind}", [Role.BureauOfficer], request =>
        {
            var kind = request.Route("kind");
            return SnapshotKinds.All.ContainsKey(kind)
                ? new Intent([Snapshot.Noun.StreamOf(kind)], (streams, at) => Decide(kind, streams.Get(Snapshot.Noun, kind), request.Body, at))
                : KindUnknown;
        });
        routes.Get("/snapshots/{kind}", Officials.All, async (request, _) =>
            await request.Load(Snapshot.Noun, request.Route("kind")) is { Ok: true } found ? found.Value : (Result<object>)SliceFaults.Unknown(Snapshot.Noun.Category, request.Route("kind")));
    }
}
