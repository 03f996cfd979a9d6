using System.Globalization;
using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Comparisons;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Printing;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Benchmarks;

/// <summary>
/// <c>GET /benchmarks?instrument=&amp;purpose=&amp;basis=</c>: how the city stands, by district, sub-industry and size class, for the authorities; a page, PDF, CSV or XLSX by
/// <c>Accept</c>. <c>GET /enterprises/{uscc}/benchmark</c>: one enterprise beside the groups that it belongs to. <c>GET /reference-series</c>: published figures.
/// Faults: <c>instrument.unknown</c>, <c>assessment.no_result</c>, <c>peer.unavailable</c>.
/// </summary>
internal static class ShowBenchmark
{
    /// <summary>Figures shown to enterprises are coarser: whole points, and so many enterprises at least, so that two looks do not tell who came in between.</summary>
    private const int CoarseN = 5;

    private static readonly Role[] Authorities = [Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.DistrictOfficer];

    private static readonly Role[] Everybody = [.. Enum.GetValues<Role>().Where(r => r != Role.Service)];

    private static readonly string[] Known = ["instrument", "purpose", "basis", "asOf"];

    private static readonly (string Name, string TitleZh)[] Columns =
        [("by", "分组方式"), ("group", "分组"), ("shown", "是否显示"), ("n", "企业数"), ("meanTotal", "平均总分"), ("meanLevel", "平均等级"), ("source", "来源"), ("year", "年份"), ("caveat", "说明")];

    internal sealed record Question(Instrument Instrument, Purpose Purpose, Basis Basis);

    /// <summary>An enterprise's own result beside the means of the groups that it belongs to, where these may be shown.</summary>
    internal sealed record OwnBenchmark(
        string Enterprise, string Instrument, Purpose Purpose, Basis Basis, AssessmentRow Own, IReadOnlyList<OwnGroup> Groups, IReadOnlyList<ReferenceSeries> References, Text Note);

    /// <summary>One group: its mean in whole points of at least so many enterprises.</summary>
    internal sealed record OwnGroup(Division? By, string? Group, bool Shown, int? NAtLeast, Points? MeanTotal, IReadOnlyDictionary<string, Points>? MeanScores);

    internal static void Map(Routes routes)
    {
        routes.Get("/reference-series", Everybody, (request, _) => ValueTask.FromResult<Result<object>>(References(request)));
        routes.Get("/benchmarks", Authorities, async (request, ct) =>
        {
            var asked = await Read(request, ct);
            if (!asked.Ok)
                return asked.Fault;

            var benchmark = await Measure(request, asked.Value, request.AsOf, ct);
            if (!benchmark.Ok)
                return benchmark.Fault;

            return new Table("benchmark", Columns, _ => Cells(benchmark.Value.Benchmark, request.Language)).AsAsked(request)
                ?? (object)Printed.AsAsked(request, "benchmark", DescribeBenchmark.Sheet(benchmark.Value.Benchmark, request.Language), benchmark.Value.Benchmark);
        });
        routes.Get("/enterprises/{uscc}/benchmark", [.. Authorities, Role.Enterprise], async (request, ct) =>
        {
            var asked = await Read(request, ct);
            if (!asked.Ok)
                return asked.Fault;
            if (request.AsOf is not null)
                return SliceFaults.QueryMalformed("asOf", new("此处只按当前情况比较。", "an enterprise is compared as of now."));

            var uscc = request.Route("uscc");
            if (request.Actor.Role == Role.Enterprise && request.Actor.Org != uscc)
                return FindResult.NoResult;

            var benchmark = await Measure(request, asked.Value, null, ct);
            if (!benchmark.Ok)
                return benchmark.Fault;

            if (benchmark.Value.Members.FirstOrDefault(m => m.Row.Enterprise == uscc) is not { } own)
                return FindResult.NoResult;

            var beside = Own(benchmark.Value.Benchmark, own);
            return (object)Printed.AsAsked(request, "benchmark", DescribeBenchmark.Sheet(beside, request.Language), beside);
        });
    }

    private static async Task<Result<Question>> Read(Request request, CancellationToken ct)
    {
        if (request.QueryNames.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            return SliceFaults.QueryMalformed(unknown, new("没有这个参数。", $"there are {string.Join(", ", Known)}."));

        var instrument = await FindInstrument.Of(request.Log, request.City, request.Query("instrument") ?? BeginAssessment.InstrumentDefault, ct);
        if (!instrument.Ok)
            return instrument.Fault;
        if (ShowComparison.PurposeOf(request.Query("purpose") ?? "before") is not { } purpose)
            return SliceFaults.QueryMalformed("purpose", FindResult.PurposeUnknown.Message);

        Basis? basis = (request.Query("basis") ?? "on-site") switch
        {
            "self" => Basis.Self,
            "provider-assisted" => Basis.ProviderAssisted,
            "on-site" => Basis.OnSite,
            _ => null,
        };
        return basis is { } known
            ? new Question(instrument.Value, purpose, known)
            : SliceFaults.QueryMalformed("basis", new("应为 self、provider-assisted 或 on-site。", "self, provider-assisted or on-site is asked for."));
    }

    private static async Task<Result<(Benchmark Benchmark, IReadOnlyList<BenchmarkMember> Members)>> Measure(Request request, Question question, DateTimeOffset? asOf, CancellationToken ct)
    {
        var results = MeasureBenchmark.Population(await CityResults(request, question, ct), question.Instrument.Reference, question.Purpose, question.Basis, asOf).ToList();
        var groups = await request.Service<KnownGroups>().Of(request.City, [.. results.Select(r => r.Enterprise)], asOf, ct);
        if (!groups.Ok)
            return groups.Fault;

        List<BenchmarkMember> members = [.. results.Select(r => new BenchmarkMember(r, groups.Value.Of(r.Enterprise)))];
        var (city, divisions, levels) = MeasureBenchmark.Measure(members);
        return (
            new Benchmark(
                question.Instrument.Reference, question.Purpose, question.Basis, asOf ?? request.Service<TimeProvider>().GetUtcNow(), groups.Value.At, SuppressGroups.GroupMin,
                city, divisions, levels, ShippedReferences.Beside(question.Instrument.Reference)),
            members);
    }

    /// <summary>The rows that may belong to the population; which of them count, and when, the rule says.</summary>
    private static async Task<List<AssessmentRow>> CityResults(Request request, Question question, CancellationToken ct)
    {
        var query = new ListQuery([("instrument", [question.Instrument.Reference]), ("purpose", [JsonNamingPolicy.KebabCaseLower.ConvertName(question.Purpose.ToString())])]);
        var rows = new List<AssessmentRow>();
        await foreach (var row in request.Log.Rows(request.City, AssessmentList.Model, query, bodies: true, ct))
            rows.Add(JsonSerializer.Deserialize<AssessmentRow>(row.Body, Json.Lenient)!);

        return rows;
    }

    internal static OwnBenchmark Own(Benchmark benchmark, BenchmarkMember own) => new(
        own.Row.Enterprise, benchmark.Instrument, benchmark.Purpose, benchmark.Basis, own.Row,
        [
            Coarse(null, benchmark.City),
            .. benchmark.Divisions.Select(d => Coarse(d.By, d.Groups.First(g => g.Group == MeasureBenchmark.Group(own.Groups, d.By)))),
        ],
        benchmark.References, benchmark.Note);

    private static OwnGroup Coarse(Division? by, GroupFigures g) => !g.Shown
        ? new(by, g.Group, Shown: false, null, null, null)
        : new(by, g.Group, true, g.N / CoarseN * CoarseN, Whole(g.MeanTotal!.Value), g.MeanScores!.ToDictionary(s => s.Key, s => Whole(s.Value)));

    private static Points Whole(Points mean) => new(MeasureBenchmark.Round(mean.Value, 0));

    private static object References(Request request) => new Table(
        "reference-series",
        [("series", "系列"), ("title", "标题"), ("label", "项目"), ("of", "范围"), ("percent", "百分比"), ("source", "来源"), ("year", "年份"), ("n", "样本数"), ("caveat", "说明")],
        _ => ShippedReferences.All.SelectMany(s => s.Figures.Select(f => (IEnumerable<string?>)
            [s.Id, s.Title.In(request.Language), f.Label.In(request.Language), f.Of?.In(request.Language), Number(f.Percent), s.Source.In(request.Language), Number(s.Year), s.N is { } n ? Number(n) : null, s.Caveat.In(request.Language)])).ToAsyncEnumerable())
        .AsAsked(request) ?? (object)new { Items = ShippedReferences.All };

    private static async IAsyncEnumerable<IEnumerable<string?>> Cells(Benchmark b, string language)
    {
        await Task.CompletedTask;
        yield return Cells("city", b.City);
        foreach (var d in b.Divisions)
        {
            foreach (var g in d.Groups)
                yield return Cells(JsonNamingPolicy.KebabCaseLower.ConvertName(d.By.ToString()), g);
        }

        foreach (var l in b.Levels)
            yield return ["level", Number(l.Level), l.Shown ? "true" : "false", l.N is { } n ? Number(n) : null, null, null, null, null, l.Percent is { } share ? $"{Number(share)}%" : null];
        foreach (var s in b.References)
        {
            foreach (var f in s.Figures)
                yield return [s.Id, f.Label.In(language), "true", s.N is { } n ? Number(n) : null, $"{Number(f.Percent)}%", null, s.Source.In(language), Number(s.Year), s.Caveat.In(language)];
        }
    }

    private static string?[] Cells(string by, GroupFigures g) =>
        [by, g.Group, g.Shown ? "true" : "false", g.N is { } n ? Number(n) : null, g.MeanTotal?.ToString(), g.MeanLevel is { } level ? Number(level) : null, null, null, null];

    private static string Number(decimal number) => number.ToString("0.##", CultureInfo.InvariantCulture);
}
