using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
using Microsoft.AspNetCore.Http;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Slices;

/// <summary>
/// A read model as a page of JSON, or whole as CSV or XLSX. No cell that a user typed can become a formula: CSV cells that begin like one
/// are escaped, XLSX cells are inline text.
/// </summary>
internal static class Lists
{
    private const string Csv = "text/csv";
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    internal static async ValueTask<Result<object>> Answer(
        Request request, ReadModel model, (string Column, string Value)? scope, string[] searched, CancellationToken ct)
    {
        var query = Read(request, model, scope, searched);
        if (!query.Ok)
        {
            return query.Fault;
        }

        var accept = request.Header("Accept");
        if (accept.Contains(Csv, StringComparison.OrdinalIgnoreCase))
        {
            return new Export(Csv, $"{model.Name}.csv", (stream, stop) => WriteCsv(request, model, query.Value, stream, stop));
        }

        if (accept.Contains(Xlsx, StringComparison.OrdinalIgnoreCase))
        {
            return new Export(Xlsx, $"{model.Name}.xlsx", (stream, stop) => WriteXlsx(request, model, query.Value, stream, stop));
        }

        var (rows, total) = await request.Log.List(request.City, model, query.Value, count: true, ct);
        var next = rows.Count == query.Value.Limit ? Cursor(rows[^1].Id) : null;
        return new Page(total, next, rows);
    }

    private static Result<ListQuery> Read(Request request, ReadModel model, (string Column, string Value)? scope, string[] searched)
    {
        var where = new List<(string, IReadOnlyList<string>)>();
        string? after = null, q = null;
        var limit = 50;
        foreach (var (name, values) in request.Queries)
        {
            var text = values.ToString();
            switch (name)
            {
                case "limit" when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= ListQuery.LimitMax:
                    break;
                case "limit":
                    return SliceFaults.QueryMalformed("limit", new Text($"应为 1 到 {ListQuery.LimitMax} 的整数。", $"a whole number from 1 to {ListQuery.LimitMax} is asked for."));
                case "after" when Id(text) is { } id:
                    after = id;
                    break;
                case "after":
                    return SliceFaults.QueryMalformed("after", new Text("请原样使用上一页给出的值。", "use the value that the page before gave, as it is."));
                case "q":
                    q = text.Length <= 100 ? text : text[..100];
                    break;
                case var column when model.Columns.Any(c => c.Name == column):
                    where.Add((column, [.. values.Where(v => v is not null).Select(v => v!)]));
                    break;
                default:
                    return SliceFaults.QueryMalformed(name, new Text("没有这个筛选项。", $"there is no such filter; the columns are {string.Join(", ", model.Columns.Select(c => c.Name))}."));
            }
        }

        if (scope is { } own)
        {
            where.Add((own.Column, [own.Value]));
        }

        return new ListQuery(where, string.IsNullOrEmpty(q) ? null : (q, searched), after, limit);
    }

    private static async IAsyncEnumerable<ListedRow> All(Request request, ReadModel model, ListQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        var page = query with { Limit = ListQuery.LimitMax };
        while (true)
        {
            var (rows, _) = await request.Log.List(request.City, model, page, count: false, ct);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count < page.Limit)
            {
                yield break;
            }

            page = page with { After = rows[^1].Id };
        }
    }

    private static async Task WriteCsv(Request request, ReadModel model, ListQuery query, Stream stream, CancellationToken ct)
    {
        // The byte order mark tells spreadsheet programs that this is UTF-8.
        var options = new CsvWriterOptions { Injection = CsvInjection.Escape, WriteByteOrderMark = true };
        await using var csv = CsvWriter.Create(stream, options, leaveOpen: true);
        await csv.WriteRecordAsync([.. Headings(request, model)], ct);
        await foreach (var row in All(request, model, query, ct))
        {
            await csv.WriteRecordAsync([row.Id, .. row.Columns], ct);
        }
    }

    private static async Task WriteXlsx(Request request, ReadModel model, ListQuery query, Stream stream, CancellationToken ct)
    {
        // The package needs a stream it can seek in; a temporary file keeps memory constant.
        var path = Path.GetTempFileName();
        try
        {
            using (var document = SpreadsheetDocument.Create(path, SpreadsheetDocumentType.Workbook))
            {
                var workbook = document.AddWorkbookPart();
                var sheet = workbook.AddNewPart<WorksheetPart>();
                using (var writer = OpenXmlWriter.Create(sheet))
                {
                    writer.WriteStartElement(new Worksheet());
                    writer.WriteStartElement(new SheetData());
                    WriteRow(writer, Headings(request, model));
                    await foreach (var row in All(request, model, query, ct))
                    {
                        WriteRow(writer, [row.Id, .. row.Columns]);
                    }

                    writer.WriteEndElement();
                    writer.WriteEndElement();
                }

                workbook.Workbook = new Workbook(new Sheets(new Sheet { Id = workbook.GetIdOfPart(sheet), SheetId = 1, Name = model.Name }));
            }

            await using var file = File.OpenRead(path);
            await file.CopyToAsync(stream, ct);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void WriteRow(OpenXmlWriter writer, IEnumerable<string?> values)
    {
        writer.WriteStartElement(new Row());
        foreach (var value in values)
        {
            writer.WriteElement(new Cell { DataType = CellValues.InlineString, InlineString = new InlineString(new DocumentFormat.OpenXml.Spreadsheet.Text(Printable(value)) { Space = SpaceProcessingModeValues.Preserve }) });
        }

        writer.WriteEndElement();
    }

    /// <summary>XML 1.0 has no room for control characters.</summary>
    private static string Printable(string? value) => value is null ? string.Empty : new string([.. value.Where(c => c is '\t' or '\n' || !char.IsControl(c))]);

    private static IEnumerable<string> Headings(Request request, ReadModel model) =>
        model.Columns.Select(c => request.Language == "en" ? c.Name : c.TitleZh).Prepend(request.Language == "en" ? "id" : "编号");

    private static string Cursor(string id) => Convert.ToBase64String(Encoding.UTF8.GetBytes(id)).Replace('+', '-').Replace('/', '_').TrimEnd('=');

    private static string? Id(string cursor)
    {
        var padded = cursor.Replace('-', '+').Replace('_', '/').PadRight((cursor.Length + 3) / 4 * 4, '=');
        var bytes = new byte[padded.Length];
        return cursor.Length is > 0 and < 400 && Convert.TryFromBase64String(padded, bytes, out var written) ? Encoding.UTF8.GetString(bytes, 0, written) : null;
    }

    /// <summary>A page: <c>{"total", "next", "items"}</c>; the bodies are JSON already.</summary>
    private sealed class Page(long total, string? next, IReadOnlyList<ListedRow> rows) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.ContentType = "application/json; charset=utf-8";
            await using var writer = new Utf8JsonWriter(httpContext.Response.BodyWriter, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            writer.WriteStartObject();
            writer.WriteNumber("total", total);
            if (next is not null)
            {
                writer.WriteString("next", next);
            }

            writer.WriteStartArray("items");
            foreach (var row in rows)
            {
                writer.WriteRawValue(row.Body);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }
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
