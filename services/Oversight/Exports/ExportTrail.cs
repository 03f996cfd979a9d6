using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Dapper;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Defaults.Workbooks;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Exports;

/// <summary>
/// The whole answer to a question to the trail as files, in the order of the tree: CSV or XLSX where <c>Accept</c> asks for one; where it asks for
/// <c>application/zip</c>, a package of CSV, XLSX and JSON Lines with a manifest and the proof that every entry stands in the signed tree, which
/// <c>./city verify</c> checks without us. Faults: <c>export.officials_only</c>, <c>export.too_many_entries</c>, <c>tree.cut</c>, <c>tree.rewritten</c>.
/// </summary>
internal static class ExportTrail
{
    /// <summary>What one sheet holds beside its headings: nobody's spreadsheet opens more, and a trail of more is narrowed by a period.</summary>
    internal const long EntriesMax = WorkbookWriter.RowsMax - 1;

    internal const string Lines = "trail.jsonl", Csv = "trail.csv", Xlsx = "trail.xlsx", Proof = "trail.proof";

    /// <summary>Entries that are read at once: some megabytes, 60 at the most.</summary>
    private const int EntriesPerPage = 1_000;

    private const int BufferBytes = 1 << 16;
    private const string Zip = "application/zip";
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    /// <summary>The file that <c>Accept</c> asks for, or its refusal; null where it asks for none.</summary>
    internal static async Task<IResult?> AsAsked(Request request, TrailQuery query, CancellationToken ct)
    {
        var accept = request.Header("Accept");
        var package = accept.Contains(Zip, StringComparison.OrdinalIgnoreCase);
        if (!package && new Table("trail", ExportedEntry.Columns, _ => Nothing()).AsAsked(request) is null)
        {
            return null;
        }

        if (package && query.Party is not null)
        {
            return Problem.Result(OfficialsOnly);
        }

        var signed = await request.Service<SignCheckpoint>().Now(request.City, ct);
        if (!signed.Ok)
        {
            return Problem.Result(signed.Fault);
        }

        var found = await Find(request.Log.Database, request.City, query, signed.Value.Size, ct);
        if (found.Count > EntriesMax)
        {
            return Problem.Result(TooMany);
        }

        if (!package)
        {
            return new Table("trail", ExportedEntry.Columns, stop => Rows(request.Log.Database, request.City, found, query.Party, stop)).AsAsked(request);
        }

        var (key, clock) = (request.Service<LogKey>().Signed(request.City, signed.Value.Note), request.Service<TimeProvider>());
        string note;
        await using (var connection = await request.Log.Database.Connect(ct))
        {
            note = await Cosignatures.Under(connection, request.City, signed.Value, ct);
        }

        var manifest = new ExportManifest(
            ExportManifest.FormatNow, request.City, request.Language, clock.GetUtcNow(), ExportQuery.Of(query), found.Count, key.ToString(), signed.Value.Size, signed.Value.Root, note, []);

        // By way of a temporary file, like every export: what cannot be read is a refusal then, and not half a file.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, BufferSize = BufferBytes, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        var (file, written) = (new FileStream(Path.GetTempFileName(), options), false);
        try
        {
            await Write(request.Log.Database, found, manifest, file, ct);
            file.Position = 0;
            written = true;
            return Results.Stream(file, Zip, "trail.zip");
        }
        finally
        {
            if (!written)
            {
                await file.DisposeAsync();
            }
        }
    }

    /// <summary>Which of the tree's first <paramref name="size"/> leaves the question finds; it stops beyond what an export holds.</summary>
    internal static async Task<LeafSet> Find(LogDatabase database, string city, TrailQuery query, long size, CancellationToken ct)
    {
        var found = new LeafSet(size);
        await using var connection = await database.Connect(ct);
        await foreach (var index in ReadTrail.Indexes(connection, city, query, size, ct))
        {
            found.Add(index);
            if (found.Count > EntriesMax)
            {
                break;
            }
        }

        return found;
    }

    /// <summary>Writes the package: the entries, the proof, and last the manifest that names them all.</summary>
    internal static async Task Write(LogDatabase database, LeafSet found, ExportManifest manifest, Stream into, CancellationToken ct)
    {
        var files = new List<ExportFile>();
        await using var zip = await ZipArchive.CreateAsync(into, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct);
        var entries = (CancellationToken stop) => Entries(database, manifest.City, found, stop);
        await Part(Lines, CompressionLevel.Fastest, stream => WriteLines(entries, stream, ct));
        await Part(Csv, CompressionLevel.Fastest, stream => WriteCsv(entries, manifest.Language, stream, ct));
        await Part(Xlsx, CompressionLevel.NoCompression, stream => WriteXlsx(entries, manifest.Language, stream, ct));
        await Part(Proof, CompressionLevel.Fastest, async stream =>
        {
            await using var connection = await database.Connect(ct);
            await using var text = new StreamWriter(stream, new UTF8Encoding(false), BufferBytes, leaveOpen: true);
            await BatchProof.Write(found, manifest.TreeSize, new(connection, manifest.City, manifest.TreeSize), text, ct);
        });
        await Part(ExportManifest.Name, CompressionLevel.Fastest, stream => JsonSerializer.SerializeAsync(stream, manifest with { Files = files }, Json.Pretty, ct));

        async Task Part(string name, CompressionLevel level, Func<Stream, Task> write)
        {
            await using var entry = await zip.CreateEntry(name, level).OpenAsync(ct);
            await using var measured = new MeasuredStream(entry);
            await write(measured);
            files.Add(new(name, measured.Length, measured.Sha256(), found.Count));
        }
    }

    internal static async Task WriteLines(Func<CancellationToken, IAsyncEnumerable<ExportedEntry>> entries, Stream into, CancellationToken ct)
    {
        await foreach (var entry in entries(ct))
        {
            await into.WriteAsync(entry.Line(), ct);
            await into.WriteAsync(NewLine, ct);
        }
    }

    internal static Task WriteCsv(Func<CancellationToken, IAsyncEnumerable<ExportedEntry>> entries, string language, Stream into, CancellationToken ct) =>
        new Table("trail", ExportedEntry.Columns, stop => Cells(entries(stop), null, stop)).WriteCsv(Headings(language), into, ct);

    internal static async Task WriteXlsx(Func<CancellationToken, IAsyncEnumerable<ExportedEntry>> entries, string language, Stream into, CancellationToken ct)
    {
        await using var workbook = new WorkbookWriter(into, "trail", Headings(language));
        await foreach (var row in Cells(entries(ct), null, ct))
        {
            await workbook.Row(row);
        }
    }

    private static string[] Headings(string language) => [.. ExportedEntry.Columns.Select(c => language == "en" ? c.Name : c.TitleZh)];

    private static IAsyncEnumerable<IEnumerable<string?>> Rows(LogDatabase database, string city, LeafSet found, Subject? party, CancellationToken ct) =>
        Cells(Entries(database, city, found, ct), party, ct);

    private static async IAsyncEnumerable<IEnumerable<string?>> Cells(IAsyncEnumerable<ExportedEntry> entries, Subject? party, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var entry in entries.WithCancellation(ct))
        {
            yield return entry.Cells(party);
        }
    }

    /// <summary>The entries of a choice, page after page: no transaction stays open for as long as somebody's line takes.</summary>
    private static async IAsyncEnumerable<ExportedEntry> Entries(LogDatabase database, string city, LeafSet found, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var connection = await database.Connect(ct);
        foreach (var page in found.Pages(EntriesPerPage))
        {
            var rows = await connection.QueryAsync<(long Index, byte[] Bytes)>(new CommandDefinition(
                $"SELECT idx, entry FROM leaf WHERE city = @city AND {database.In("idx", "@page")} ORDER BY idx", new { city, page = database.List(page) }, cancellationToken: ct));
            foreach (var (index, bytes) in rows)
            {
                yield return new(index, bytes);
            }
        }
    }

    private static async IAsyncEnumerable<IEnumerable<string?>> Nothing()
    {
        await Task.CompletedTask;
        yield break;
    }

    private static readonly Fault OfficialsOnly = new(FaultKind.Forbidden, "export.officials_only", new(
        "带证明的导出包含事件内容，仅限主管部门和审计；企业和服务商可导出 CSV 或 XLSX，或下载本企业补助的凭证。",
        "An export with its proof holds what the events say, for officials and auditors only; an enterprise or a provider takes CSV or XLSX, or the receipt of its award."));

    internal static readonly Fault TooMany = new(FaultKind.TooLarge, "export.too_many_entries", new(
        $"超过一张工作表可容纳的 {EntriesMax} 条，请用 from、until 缩小期间。", $"There are more than the {EntriesMax} entries that one sheet holds; narrow the period with from and until."));
}
