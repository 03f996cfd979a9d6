using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Slices;

/// <summary>
/// A read model as a page of JSON, or whole as CSV or XLSX.
/// </summary>
internal static class Lists
{
    internal static async ValueTask<Result<object>> Answer(
        Request request, ReadModel model, (string Column, string Value)? scope, string[] searched, CancellationToken ct)
    {
        var query = Read(request, model, scope, searched);
        if (!query.Ok)
        {
            return query.Fault;
        }

        var table = new Table(model.Name, [("id", "编号"), .. model.Columns], stop => Rows(request, model, query.Value, stop));
        if (table.AsAsked(request) is { } file)
        {
            return (object)file;
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

    private static async IAsyncEnumerable<IEnumerable<string?>> Rows(
        Request request, ReadModel model, ListQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in request.Log.Rows(request.City, model, query, bodies: false, ct))
        {
            yield return row.Columns.Prepend(row.Id);
        }
    }

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
}
