using System.Globalization;
using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Comparisons;

/// <summary>
/// <c>GET /enterprises/{uscc}/comparison?from=before&amp;to=after</c>: two results of an enterprise part by part, for whoever may see both; a page, PDF, CSV or XLSX by
/// <c>Accept</c>. A side is a purpose, <c>self</c>, <c>on-site</c> or an assessment's id; <c>purpose=</c> narrows both. Fault: <c>assessment.no_result</c>.
/// </summary>
internal static class ShowComparison
{
    private const string Self = "self", OnSite = "on-site";

    private static readonly string[] Known = ["from", "to", "purpose", "asOf"];

    private static readonly (string Name, string TitleZh)[] Columns =
        [("part", "部分"), ("id", "编号"), ("title", "名称"), ("from", "原值"), ("to", "新值"), ("difference", "差值"), ("added", "新增选项"), ("removed", "减少选项")];

    internal static void Map(Routes routes) => routes.Get("/enterprises/{uscc}/comparison", ReadAssessments.Readers, async (request, ct) =>
    {
        if (request.QueryNames.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            return SliceFaults.QueryMalformed(unknown, new("没有这个参数。", $"there are {string.Join(", ", Known)}."));
        var purpose = PurposeOf(request.Query("purpose"));
        if (request.Query("purpose") is not null && purpose is null)
            return SliceFaults.QueryMalformed("purpose", FindResult.PurposeUnknown.Message);

        var rows = await Rows(request, ct);
        var sides = new List<ComparedResult>();
        foreach (var (name, standard) in new[] { ("from", "before"), ("to", "after") })
        {
            var word = request.Query(name) ?? standard;
            if (!IsSide(word))
                return SliceFaults.QueryMalformed(name, new("应为 before、after、voluntary、reassessment、self、on-site 或测评编号。", "before, after, voluntary, reassessment, self, on-site or an assessment's id is asked for."));
            if (Pick(rows, word, purpose, request.AsOf) is not { } row)
                return FindResult.NoResult with { Details = [new($"/{name}", FindResult.NoResult.Code, new($"没有这样的结果：{word}", $"there is no such result: {word}"))] };
            var (state, version, position) = await request.Log.Load(request.City, Assessments.Assessment.Noun, row.Id, request.AsOf, ct);
            sides.Add(new(row.Id, state.Confirmed!, state.ConfirmedAt, state.Status, version, position, await FindInstrument.OfResult(request.Log, request.City, state.Confirmed!, ct)));
        }

        var comparison = CompareResults.Compare(sides[0], sides[1]);
        return new Table("comparison", Columns, _ => Cells(comparison, request.Language)).AsAsked(request)
            ?? (object)Printed.AsAsked(request, "comparison", DescribeComparison.Sheet(comparison, request.Language), comparison);
    });

    /// <summary>The result that a word names: the one that counts for a purpose, the last of the enterprise's own or of those on site, or one by its id.</summary>
    internal static AssessmentRow? Pick(IReadOnlyList<AssessmentRow> rows, string word, Purpose? purpose, DateTimeOffset? asOf)
    {
        var some = rows.Where(r => purpose is null || r.Purpose == purpose);
        return word switch
        {
            Self => FindResult.Choose(some.Where(r => r.Mode == Mode.Self), asOf),
            OnSite => FindResult.Choose(some.Where(r => Assessments.Assessment.IsIndependent(r.Mode)), asOf),
            _ when PurposeOf(word) is { } wanted => FindResult.Choose(some.Where(r => r.Purpose == wanted), asOf),
            _ => some.FirstOrDefault(r => r.Id == word && (asOf is not { } at || r.ConfirmedAt <= at)),
        };
    }

    private static bool IsSide(string word) => word is Self or OnSite || PurposeOf(word) is not null || (word.Length is > 0 and <= 64 && word.All(char.IsAsciiLetterOrDigit));

    internal static Purpose? PurposeOf(string? word) => word switch
    {
        "voluntary" => Purpose.Voluntary,
        "before" => Purpose.Before,
        "after" => Purpose.After,
        "reassessment" => Purpose.Reassessment,
        _ => null,
    };

    /// <summary>The enterprise's results as far as the caller's organisation may see them.</summary>
    private static async Task<List<AssessmentRow>> Rows(Request request, CancellationToken ct)
    {
        List<(string, IReadOnlyList<string>)> where = [("enterprise", [request.Route("uscc")])];
        if (ReadAssessments.Scope(request.Actor) is { } own)
            where.Add((own.Column, [own.Value]));

        var rows = new List<AssessmentRow>();
        await foreach (var row in request.Log.Rows(request.City, AssessmentList.Model, new ListQuery(where), bodies: true, ct))
        {
            rows.Add(JsonSerializer.Deserialize<AssessmentRow>(row.Body, Json.Lenient)!);
        }

        return rows;
    }

    private static async IAsyncEnumerable<IEnumerable<string?>> Cells(Comparison c, string language)
    {
        await Task.CompletedTask;
        yield return ["level", "", "", Number(c.From.Level), Number(c.To.Level), c.LevelDifference is { } levels ? Number(levels) : null, null, null];
        if (c.Total is { } total)
            yield return ["total", "", "", total.From.ToString(), total.To.ToString(), total.Difference.ToString(), null, null];
        foreach (var d in c.Dimensions)
            yield return ["dimension", d.Dimension, d.Title.In(language), d.Points.From.ToString(), d.Points.To.ToString(), d.Points.Difference.ToString(), null, null];
        foreach (var i in c.Items)
            yield return ["item", i.Item, i.Title.In(language), i.Points?.From.ToString(), i.Points?.To.ToString(), i.Points?.Difference.ToString(), string.Join(' ', i.Added), string.Join(' ', i.Removed)];
        foreach (var s in c.Scenarios)
            yield return ["scenario", s.Scenario, s.Name.In(language), Number(s.From), Number(s.To), Number(s.Difference), null, null];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
