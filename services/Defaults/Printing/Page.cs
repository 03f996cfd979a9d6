using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace PilotCity.Defaults.Printing;

/// <summary>A page to read and to print: it holds no script, asks nobody for anything, and its only style is the one whose hash its header names.</summary>
public sealed class Page(string html, int statusCode = StatusCodes.Status200OK, bool form = false) : IResult, IStatusCodeHttpResult
{
    private const string Style = "body{font:16px/1.6 'Noto Serif CJK SC','Songti SC',SimSun,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#111;background:#fff}"
        + "h1{font-size:1.4em;margin-bottom:.2em}h2{font-size:1.1em;border-bottom:1px solid #999;margin-top:1.6em}li{margin:.4em 0;overflow-wrap:anywhere}p{margin:.1em 0;overflow-wrap:anywhere}"
        + ".sentence{font-weight:bold;font-size:1.1em}.detail,.clause,.note{color:#444;font-size:.9em}.mark{display:inline-block;border:2px solid #111;padding:.1em .6em;margin:.4em 0;font-weight:bold}"
        + "table{border-collapse:collapse;width:100%;font-size:.85em;margin:.5em 0}th,td{border:1px solid #999;padding:.2em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}th{background:#eee}"
        + "td.right,th.right{text-align:right;white-space:nowrap}table.facts th{width:11em;font-weight:normal;color:#333}.drawings{display:flex;flex-wrap:wrap;gap:1em;margin:.8em 0}.drawings svg{max-width:100%;height:auto}"
        + "label,input,button{font:inherit}input{width:24em;max-width:100%;padding:.3em}"
        + "@media print{body{max-width:none;margin:0;font-size:11pt}h2{break-after:avoid}li,tr,svg{break-inside:avoid}thead{display:table-header-group}}";

    private static readonly string StyleHash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)));

    public int? StatusCode => statusCode;

    /// <summary>The frame around a body that is HTML already; title and language (<c>zh</c>, <c>en</c>) are text.</summary>
    public static string Frame(string title, string language, string body) => string.Create(
        CultureInfo.InvariantCulture,
        $"<!DOCTYPE html>\n<html lang=\"{(language == "en" ? "en" : "zh-CN")}\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{PrintedText.Html(title)}</title><style>{Style}</style></head>\n<body>\n{body}</body>\n</html>\n");

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.Headers.ContentSecurityPolicy =
            $"default-src 'none'; style-src 'sha256-{StyleHash}'; base-uri 'none'; form-action {(form ? "'self'" : "'none'")}; frame-ancestors 'none'";
        return Results.Text(html, "text/html", Encoding.UTF8, statusCode).ExecuteAsync(httpContext);
    }
}
