using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PilotCity.Defaults;

/// <summary>The outermost step of every HTTP pipeline: whatever goes wrong inside leaves as problem+json, and never with a stack trace.</summary>
public static class Problems
{
    public static IApplicationBuilder UseProblems(this IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("PilotCity.Problems");
        return app.Use(next => context => Run(context, next, log));
    }

    private static async Task Run(HttpContext context, RequestDelegate next, ILogger log)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // The client left; there is nobody to answer.
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            log.LogInformation(exception, "Request not well formed: {Method} {Path}", context.Request.Method, context.Request.Path);
            await Answer(context, OfBadRequest(exception), exception.StatusCode);
            return;
        }
        catch (Exception exception)
        {
            log.LogError(exception, "{Method} {Path} broke, trace {TraceId}", context.Request.Method, context.Request.Path, Problem.TraceIdOf(context));
            if (context.Response.HasStarted)
            {
                context.Abort(); // Half an answer must not look whole.
                return;
            }

            context.Response.Clear();
            await Problem.Unexpected(Problem.TraceIdOf(context), Problem.LanguageOf(context.Request)).Write(context);
            return;
        }

        if (IsBare(context))
        {
            if (context.Response.StatusCode == StatusCodes.Status500InternalServerError)
                await Problem.Unexpected(Problem.TraceIdOf(context), Problem.LanguageOf(context.Request)).Write(context);
            else if (RequestFaults.OfStatus(context.Response.StatusCode) is { } fault)
                await Answer(context, fault, context.Response.StatusCode);
        }
    }

    /// <summary>An error status that a middleware set without saying more; gRPC says it in its own trailers.</summary>
    private static bool IsBare(HttpContext context) =>
        context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 }
        && !IsGrpc(context.Request);

    private static bool IsGrpc(HttpRequest request) =>
        request.ContentType?.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase) == true;

    private static Fault OfBadRequest(BadHttpRequestException exception) => exception switch
    {
        { InnerException: JsonException json } => RequestFaults.OfJson(json),
        { StatusCode: StatusCodes.Status400BadRequest } => RequestFaults.OfBinding(exception.Message),
        _ => RequestFaults.OfStatus(exception.StatusCode) ?? RequestFaults.Malformed,
    };

    private static Task Answer(HttpContext context, Fault fault, int status) =>
        Problem.Of(fault, Problem.TraceIdOf(context), Problem.LanguageOf(context.Request), status).Write(context);
}
