using System.Globalization;
using System.Security.Cryptography;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Defaults.Workbooks;
using PilotCity.Registry.Cities;
using PilotCity.Registry.Enterprises;

namespace PilotCity.Registry.PilotLists;

/// <summary>
/// Imports a pilot list workbook (programme.md §4, S1): all of it, or nothing where a cell has an error, unless the officer says
/// <c>validRowsOnly=true</c>. Query: <c>day</c> (from which the enterprises stand on the list; today), <c>name</c>, <c>reportYear</c> (of the
/// figures), <c>validRowsOnly</c>. Faults: those of the workbook and of <see cref="PilotListFaults"/>, city.unknown, request.query.
/// </summary>
internal static class ImportPilotList
{
    /// <summary>Findings told with the answer and cells kept with the entry: an entry's payload is bounded by 60,000 bytes.</summary>
    public const int ToldMax = 300;

    private const int NameCharsMax = 100;
    private static readonly string[] Parameters = ["day", "name", "reportYear", "validRowsOnly"];

    /// <summary>What the officer says beside the file.</summary>
    internal sealed record Options(DateOnly Day, string Name, int? ReportYear, bool ValidRowsOnly);

    /// <summary>One row with its personal data sealed.</summary>
    internal sealed record SealedRow(PilotListRow Row, PersonalRef? Contact, PersonalRef? Phone);

    public sealed record Told(string Sheet, string Cell, string Kind, Severity Severity, string Why, string? SeeAlso);

    public sealed record Answer(
        string List, int Rows, int Imported, int Relisted, int Errors, int Warnings, IReadOnlyList<Told> Findings,
        IReadOnlyList<string> RowsNotRead, IReadOnlyList<string> ColumnsNotRead, IReadOnlyList<string> SheetsNotRead);

    internal static Decision Decide(Streams streams, string id, byte[] file, Options options, PilotListReading reading, IReadOnlyList<SealedRow> rows, string language, DateTimeOffset at)
    {
        if (streams.Version(PilotList.Noun, id) > 0)
            return PilotListFaults.AlreadyImported(id);
        if (options.Day > ChinaTime.DayOf(at))
            return PilotListFaults.DayInFuture(ChinaTime.DayOf(at));

        var relisted = rows.Count(row => IsListed(row));
        var counts = reading.Counts;
        var imported = new PilotListImported(
            options.Name, options.Day, Convert.ToHexStringLower(SHA256.HashData(file)), file.Length, counts.Rows, rows.Count, relisted, counts.Errors, counts.Warnings, options.ValidRowsOnly,
            new(counts.BySize[Size.Micro], counts.BySize[Size.Small], counts.BySize[Size.Medium], counts.BySize[Size.Large]),
            [.. reading.Findings.Where(finding => finding.Severity == Severity.Error).Take(ToldMax).Select(finding => new LeftOut(finding.Sheet, finding.Cell, finding.Kind))],
            options.ReportYear);
        Change[] changes =
        [
            new(PilotList.Noun.StreamOf(id), imported),
            .. rows.Select(row => new Change(
                Enterprise.Noun.StreamOf(row.Row.Uscc.Value),
                IsListed(row)
                    ? new EnterpriseRelisted(row.Row.Uscc.Value, id, options.Day, FactsOf(row.Row, options), row.Contact, row.Phone)
                    : new EnterpriseListed(row.Row.Uscc.Value, id, options.Day, FactsOf(row.Row, options), row.Contact, row.Phone))),
        ];
        return Decision.Accept(changes).Answering($"/pilot-lists/{id}", new Answer(
            id, counts.Rows, rows.Count, relisted, counts.Errors, counts.Warnings,
            [.. reading.Findings.Take(ToldMax).Select(f => new Told(f.Sheet, f.Cell, f.Kind, f.Severity, f.Why.In(language), f.SeeAlso))],
            [.. reading.NotData.Take(ToldMax).Select(row => $"{row.Sheet}!{row.Row}")],
            reading.ColumnsNotRead, reading.SheetsNotRead));

        bool IsListed(SealedRow row) => streams.Get(Enterprise.Noun, row.Row.Uscc.Value).OpenListing is not null;
    }

    internal static void Map(Routes routes) => routes.FileCommand(
        "POST", "/pilot-lists", [Role.BureauOfficer], WorkbookLimits.Default.FileBytesMax, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        async (request, ct) =>
        {
            if (City.Find(request.City) is not { } city)
                return PilotListFaults.CityUnknown(request.City);
            var options = OptionsOf(request.Query, request.QueryNames, ChinaTime.DayOf(request.Service<TimeProvider>().GetUtcNow()));
            if (!options.Ok)
                return options.Fault;
            var read = ReadPilotList.Read(request.Body, city, options.Value.Day);
            if (!read.Ok)
                return read.Fault;
            if (read.Value.Counts.Errors > 0 && !options.Value.ValidRowsOnly)
                return PilotListFaults.HasErrors(read.Value);
            if (read.Value.Rows.Count == 0)
                return PilotListFaults.NoValidRow(read.Value);

            var (rows, personal) = await Seal(request.Log.Personal, request.City, read.Value.Rows, ct);
            var id = Convert.ToHexStringLower(SHA256.HashData(request.Body))[..16];
            return new Intent(
                [PilotList.Noun.StreamOf(id), .. rows.Select(row => Enterprise.Noun.StreamOf(row.Row.Uscc.Value))],
                (streams, at) => Decide(streams, id, request.Body, options.Value, read.Value, rows, request.Language, at))
            {
                Personal = personal,
            };
        });

    internal static Result<Options> OptionsOf(Func<string, string?> query, IEnumerable<string> names, DateOnly today)
    {
        if (names.FirstOrDefault(name => !Parameters.Contains(name)) is { } unknown)
            return SliceFaults.QueryMalformed(unknown, new("没有这个参数。", $"there is no such parameter; there are {string.Join(", ", Parameters)}."));

        var day = today;
        if (query("day") is { } dayText && !DateOnly.TryParseExact(dayText, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day))
            return SliceFaults.QueryMalformed("day", new("应为 yyyy-MM-dd 的日期。", "a day as yyyy-MM-dd is asked for."));

        var name = query("name")?.Trim() ?? $"试点企业名单 {day:yyyy-MM-dd}";
        if (name.Length is 0 or > NameCharsMax)
            return SliceFaults.QueryMalformed("name", new($"应为 1 到 {NameCharsMax} 个字。", $"1 to {NameCharsMax} characters are asked for."));

        int? reportYear = null;
        if (query("reportYear") is { } yearText)
        {
            if (!int.TryParse(yearText, NumberStyles.None, CultureInfo.InvariantCulture, out var year) || year < 2000 || year > day.Year)
                return SliceFaults.QueryMalformed("reportYear", new($"应为 2000 到 {day.Year} 的年份。", $"a year from 2000 to {day.Year} is asked for."));
            reportYear = year;
        }

        return query("validRowsOnly") switch
        {
            null or "false" => new Options(day, name, reportYear, false),
            "true" => new Options(day, name, reportYear, true),
            _ => SliceFaults.QueryMalformed("validRowsOnly", new("应为 true 或 false。", "true or false is asked for.")),
        };
    }

    private static async Task<(IReadOnlyList<SealedRow> Rows, IReadOnlyList<SealedDatum> Personal)> Seal(PersonalData personal, string city, IReadOnlyList<PilotListRow> rows, CancellationToken ct)
    {
        var values = new List<PersonalDatum>();
        foreach (var row in rows)
        {
            var subject = $"enterprise/{row.Uscc.Value}/contact";
            values.AddRange(new[] { row.Contact, row.Phone }.OfType<string>().Select(value => new PersonalDatum(subject, value)));
        }

        var (refs, sealedData) = await personal.Seal(city, values, ct);
        var next = 0;
        var sealedRows = rows.Select(row => new SealedRow(row, row.Contact is null ? null : refs[next++], row.Phone is null ? null : refs[next++])).ToList();
        return (sealedRows, sealedData);
    }

    private static EnterpriseFacts FactsOf(PilotListRow row, Options options) => new(
        row.Name, row.District, row.DistrictCode, row.SubIndustry, row.IndustryCode, row.Staff, row.RevenueYuan, row.AssetsYuan, row.AboveScale, row.FoundedOn, row.FoundedPrecision,
        row.Tier, row.Size, SizeClass.Of(row.IndustryCode, row.Staff, row.RevenueYuan, row.AssetsYuan)?.Clause, options.ReportYear);
}
