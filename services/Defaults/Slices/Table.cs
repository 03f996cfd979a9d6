using CsvHelper;
using Microsoft.AspNetCore.Http;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Defaults.Slices;

/// <summary>
/// Rows of text under headings (a name as filters say it, and the Chinese title), as CSV or XLSX where <c>Accept</c> asks for one; in memory
/// that does not grow with the rows. No cell that a user typed can become a formula: CSV cells that begin like one are escaped, XLSX cells are
/// inline text.
/// </summary>
public sealed record Table(string Name, IReadOnlyList<(string Name, string TitleZh)> Columns, Func<CancellationToken, IAsyncEnumerable<IEnumerable<string?>>> Rows)
{
    private const string Csv = "text/csv";
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>Buffer of the temporary file in which a workbook is made.</summary>
    private const int BufferBytes = 1 << 16;

    /// <summary>The file that the request's <c>Accept</c> asks for, or null where it asks for JSON.</summary>
    public IResult? AsAsked(Request request)
    {
        var accept = request.Header("Accept");
        string[] headings = [.. Columns.Select(c => request.Language == "en" ? c.Name : c.TitleZh)];
        return accept.Contains(Csv, StringComparison.OrdinalIgnoreCase) ? new Export(Csv, $"{Name}.csv", (stream, ct) => WriteCsv(headings, stream, ct))
            : accept.Contains(Xlsx, StringComparison.OrdinalIgnoreCase) ? new Export(Xlsx, $"{Name}.xlsx", (stream, ct) => WriteXlsx(headings, stream, ct))
            : null;
    }

    public async Task WriteCsv(string[] headings, Stream stream, CancellationToken ct)
    {
        // The byte order mark tells spreadsheet programs that this is UTF-8.
        var options = new CsvWriterOptions { Injection = CsvInjection.Escape, WriteByteOrderMark = true };
        await using var csv = CsvWriter.Create(stream, options, leaveOpen: true);
        await csv.WriteRecordAsync(headings, ct);
        await foreach (var row in Rows(ct))
        {
            await csv.WriteRecordAsync([.. row], ct);
        }
    }

    /// <summary>By way of a temporary file: a row that cannot be read is a refusal then, and not half a file; nobody's slow line holds the rows up.</summary>
    internal async Task WriteXlsx(string[] headings, Stream stream, CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, BufferSize = BufferBytes, Options = FileOptions.DeleteOnClose | FileOptions.Asynchronous };
        await using var file = new FileStream(Path.GetTempFileName(), options);
        await using (var workbook = new WorkbookWriter(file, Name, headings))
        {
            await foreach (var row in Rows(ct))
            {
                await workbook.Row(row);
            }
        }

        file.Position = 0;
        await file.CopyToAsync(stream, ct);
    }

    private sealed class Export(string contentType, string name, Func<Stream, CancellationToken, Task> write) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = contentType == Csv ? "text/csv; charset=utf-8" : contentType;
            httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"{name}\"";
            return write(httpContext.Response.Body, httpContext.RequestAborted);
        }
    }
}
