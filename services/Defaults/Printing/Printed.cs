using Microsoft.AspNetCore.Http;
using PilotCity.Defaults.Slices;

namespace PilotCity.Defaults.Printing;

/// <summary>A sheet in the form that <c>Accept</c> asks for: a page, a PDF file, or else JSON.</summary>
public static class Printed
{
    private const string Html = "text/html", Text = "application/json";

    /// <param name="name">The file's name without its ending: ASCII letters, digits and dashes.</param>
    /// <param name="json">What a machine is told; the sheet itself unless given.</param>
    public static IResult AsAsked(Request request, string name, Sheet sheet, object? json = null) => Preferred(request.Header("Accept")) switch
    {
        Html => new Page(PrintPage.Html(sheet)),
        PrintPdf.ContentType => new Pdf(name, PrintPdf.Write(sheet)),
        _ => Results.Json(json ?? sheet, Json.Lenient),
    };

    /// <summary>The first of the three forms that the caller names; JSON for whoever takes anything.</summary>
    public static string Preferred(string accept) => accept.Split(',').Select(a => a.Split(';')[0].Trim().ToLowerInvariant())
        .FirstOrDefault(a => a is Html or PrintPdf.ContentType or Text) ?? Text;

    private sealed class Pdf(string name, byte[] bytes) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.Headers.ContentDisposition = $"inline; filename=\"{name}.pdf\"";
            return Results.Bytes(bytes, PrintPdf.ContentType).ExecuteAsync(httpContext);
        }
    }
}
