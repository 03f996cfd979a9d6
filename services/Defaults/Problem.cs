using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace PilotCity.Defaults;

/// <summary>A refusal as a client reads it: RFC 9457 problem+json, in the language of <c>Accept-Language</c> (Chinese unless English is asked for first).</summary>
public sealed record Problem(
    string Type,
    string Title,
    int Status,
    string Detail,
    string Code,
    string? Clause,
    string TraceId,
    IReadOnlyList<ProblemDetail>? Details)
{
    public const string MediaType = "application/problem+json";

    /// <summary>More places than this are not listed; a person mends the first ones and sends again.</summary>
    public const int DetailsMax = 1_000;

    public static Problem Of(Fault fault, string traceId, string language, int? status = null) => new(
        $"urn:pilot-city:fault:{fault.Code}",
        FaultWire.Title(fault.Kind).In(language),
        status ?? FaultWire.HttpStatus(fault.Kind),
        fault.Message.In(language),
        fault.Code,
        fault.Clause,
        traceId,
        fault.Details.Count == 0 ? null : [.. fault.Details.Take(DetailsMax).Select(d => new ProblemDetail(d.Path, d.Code, d.Message.In(language)))]);

    /// <summary>The problem of a bug or an outage: nothing but the trace id leaves the house.</summary>
    public static Problem Unexpected(string traceId, string language) => new(
        "urn:pilot-city:fault:request.unexpected", new Text("系统内部错误", "Internal error").In(language), StatusCodes.Status500InternalServerError,
        RequestFaults.Unexpected.In(language), "request.unexpected", null, traceId, null);

    /// <summary>The fault as the answer of a route.</summary>
    public static IResult Result(Fault fault) => new Answer(fault);

    /// <summary>The id under which traces, logs and entries of this request are found.</summary>
    public static string TraceIdOf(HttpContext context) =>
        Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.TraceId.ToHexString() : context.TraceIdentifier;

    /// <summary><c>en</c> if <c>Accept-Language</c> prefers English to Chinese, else <c>zh</c>.</summary>
    public static string LanguageOf(HttpRequest request)
    {
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var wishes))
        {
            return "zh";
        }

        var first = wishes
            .Where(w => (w.Quality ?? 1) > 0 && (Speaks(w, "zh") || Speaks(w, "en")))
            .OrderByDescending(w => w.Quality ?? 1)
            .FirstOrDefault();
        return first is not null && Speaks(first, "en") ? "en" : "zh";
    }

    /// <summary>Writes the problem as the whole answer; nothing may have been written before.</summary>
    public Task Write(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = MediaType;
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentLanguage = LanguageOf(context.Request) == "en" ? "en" : "zh-CN";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptLanguage);
        var body = JsonSerializer.SerializeToUtf8Bytes(this, Json.Lenient);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    private static bool Speaks(StringWithQualityHeaderValue wish, string language) =>
        wish.Value.Equals(language, StringComparison.OrdinalIgnoreCase)
        || (wish.Value.Length > 2 && wish.Value.Value![2] == '-' && wish.Value.StartsWith(language, StringComparison.OrdinalIgnoreCase));

    private sealed class Answer(Fault fault) : IResult, IStatusCodeHttpResult
    {
        public int? StatusCode => FaultWire.HttpStatus(fault.Kind);

        public Task ExecuteAsync(HttpContext httpContext) =>
            Of(fault, TraceIdOf(httpContext), LanguageOf(httpContext.Request)).Write(httpContext);
    }
}

/// <summary>One place in the input and what is wrong there, in the reader's language.</summary>
public sealed record ProblemDetail(string Path, string Code, string Message);
