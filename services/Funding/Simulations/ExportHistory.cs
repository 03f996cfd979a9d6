using System.Buffers;
using System.Text.Json;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Simulations;

/// <summary>
/// Every decided award of the city, one line of JSON each: facts, decision, district and sub-industry. What <c>./city simulate --over</c> reads
/// elsewhere; in memory that does not grow with the awards.
/// </summary>
internal static class ExportHistory
{
    /// <summary>Written on once so much has come together.</summary>
    private const int FlushBytes = 64 * 1024;

    internal static void Map(Routes routes) => routes.Get(
        "/awards/history", [Role.BureauOfficer, Role.BureauApprover, Role.Auditor], (request, _) => ValueTask.FromResult<Defaults.Result<object>>(new Lines(request.Log, request.City)));

    private sealed class Lines(ServiceLog log, string city) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var ct = httpContext.RequestAborted;
            httpContext.Response.ContentType = "application/x-ndjson; charset=utf-8";
            httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"history-{city}.jsonl\"";
            await using var connection = await log.Database.Connect(ct);
            var body = httpContext.Response.BodyWriter;
            foreach (var item in ReadHistory.OfLog(sql => Command(connection, sql), city))
            {
                Write(body, item.Entry!);
                if (body.UnflushedBytes >= FlushBytes) await body.FlushAsync(ct);
            }

            await body.FlushAsync(ct);
        }
    }

    internal static System.Data.Common.DbCommand Command(System.Data.Common.DbConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private static void Write(System.IO.Pipelines.PipeWriter body, byte[] entry)
    {
        using var computed = JsonDocument.Parse(entry);
        var root = computed.RootElement;
        using (var writer = new Utf8JsonWriter(body, new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            foreach (var (name, field) in (ReadOnlySpan<(string, string)>)[("award", "project"), ("district", "district"), ("subIndustry", "subIndustry"), ("case", "case"), ("decision", "decision")])
                if (root.TryGetProperty(field, out var value))
                {
                    writer.WritePropertyName(name);
                    value.WriteTo(writer);
                }

            writer.WriteEndObject();
        }

        body.Write("\n"u8);
    }
}
