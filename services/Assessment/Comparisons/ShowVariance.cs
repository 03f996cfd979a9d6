using System.Globalization;
using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Comparisons;

/// <summary>
/// <c>GET /variances?by=evaluator</c> (or <c>provider</c>, or <c>enterprise</c> for the pairs themselves): how far the enterprises' own view lies from the one on site, for the
/// bureau and the auditor; <c>purpose=</c> and <c>instrument=</c> narrow it; CSV and XLSX by <c>Accept</c>. Fault: <c>request.query</c>.
/// </summary>
internal static class ShowVariance
{
    private static readonly Role[] Readers = [Role.Auditor, Role.BureauOfficer, Role.BureauApprover];

    private static readonly string[] Known = ["by", "purpose", "instrument", "asOf"];

    private static readonly (string Name, string TitleZh)[] PairColumns =
    [
        ("enterprise", "企业"), ("instrument", "评测工具"), ("purpose", "用途"), ("own", "本方测评"), ("ownMode", "本方方式"), ("onSite", "现场测评"), ("evaluator", "评定单位"), ("provider", "协助服务商"),
        ("points", "总分差"), ("levels", "等级差"),
    ];

    private static readonly (string Name, string TitleZh)[] OrgColumns =
        [("org", "单位"), ("shown", "是否显示"), ("n", "企业数"), ("meanPoints", "平均总分差"), ("spreadPoints", "标准差"), ("meanLevels", "平均等级差")];

    internal sealed record Variance(VarianceBy By, int GroupMin, VarianceFigures All, IReadOnlyList<VarianceFigures> Items);

    internal static void Map(Routes routes) => routes.Get("/variances", Readers, async (request, ct) =>
    {
        if (request.QueryNames.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            return SliceFaults.QueryMalformed(unknown, new("没有这个参数。", $"there are {string.Join(", ", Known)}."));
        if (request.Query("by") is not (null or "evaluator" or "provider" or "enterprise"))
            return SliceFaults.QueryMalformed("by", new("应为 evaluator、provider 或 enterprise。", "evaluator, provider or enterprise is asked for."));

        var purpose = ShowComparison.PurposeOf(request.Query("purpose"));
        if (request.Query("purpose") is not null && purpose is null)
            return SliceFaults.QueryMalformed("purpose", FindResult.PurposeUnknown.Message);

        var pairs = MeasureVariance.Pairs(await Rows(request, ct), purpose, request.AsOf);
        if (request.Query("by") == "enterprise")
            return new Table("variances", PairColumns, _ => pairs.Select(Cells).ToAsyncEnumerable()).AsAsked(request) ?? (object)new { Items = pairs };

        var by = request.Query("by") == "provider" ? VarianceBy.Provider : VarianceBy.Evaluator;
        var (all, orgs) = MeasureVariance.Measure(pairs, by);
        return new Table("variances", OrgColumns, _ => orgs.Prepend(all).Select(Cells).ToAsyncEnumerable()).AsAsked(request)
            ?? (object)new Variance(by, Benchmarks.SuppressGroups.GroupMin, all, orgs);
    });

    private static async Task<List<AssessmentRow>> Rows(Request request, CancellationToken ct)
    {
        var query = new ListQuery(request.Query("instrument") is { } instrument ? [("instrument", [instrument])] : []);
        var rows = new List<AssessmentRow>();
        await foreach (var row in request.Log.Rows(request.City, AssessmentList.Model, query, bodies: true, ct))
            rows.Add(JsonSerializer.Deserialize<AssessmentRow>(row.Body, Json.Lenient)!);

        return rows;
    }

    private static IEnumerable<string?> Cells(ViewPair p) =>
        [p.Enterprise, p.Instrument, Word(p.Purpose), p.Own, Word(p.OwnMode), p.OnSite, p.Evaluator, p.Provider, p.Points.ToString(), p.Levels.ToString(CultureInfo.InvariantCulture)];

    private static IEnumerable<string?> Cells(VarianceFigures v) =>
    [
        v.Org, v.Shown ? "true" : "false", v.N?.ToString(CultureInfo.InvariantCulture), v.MeanPoints?.ToString(), v.SpreadPoints?.ToString(), v.MeanLevels?.ToString("0.##", CultureInfo.InvariantCulture),
    ];

    private static string Word(Enum word) => JsonNamingPolicy.KebabCaseLower.ConvertName(word.ToString());
}
