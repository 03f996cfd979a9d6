using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>The refusal of a workbook as the workbook itself, with its wrong cells marked and listed; corrected it can be sent again.</summary>
internal static class AnnotateWorkbook
{
    /// <summary>The marked copy where the caller accepts xlsx and cells are what is wrong; else nothing, and the refusal is told as any other.</summary>
    internal static async ValueTask<IResult?> Answer(Request<byte[]> request, Fault fault, CancellationToken ct) =>
        fault.Code == AnswerWorkbookFaults.HasErrorsCode && request.Header("Accept").Contains(FormWriter.MediaType, StringComparison.OrdinalIgnoreCase)
        && await ReadWorkbook.Read(request.Body, request.City, reference => FindInstrument.Of(request.Log, request.City, reference, ct)) is { Ok: true } read
            ? new Copy(Marked(request.City, read.Value, fault.Details, request.Language), FaultWire.HttpStatus(fault.Kind))
            : null;

    internal static byte[] Marked(string city, WorkbookReading reading, IReadOnlyList<FaultDetail> findings, string language) =>
        FormWriter.Write(ComposeWorkbook.Form(city, reading.Sheets, findings, language));

    private sealed class Copy(byte[] file, int status) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => status;

        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = FormWriter.MediaType;
            httpContext.Response.ContentLength = file.Length;
            httpContext.Response.Headers.CacheControl = "no-store";
            httpContext.Response.Headers.ContentDisposition = "attachment; filename=\"errors.xlsx\"";
            await httpContext.Response.Body.WriteAsync(file, httpContext.RequestAborted);
        }
    }
}
