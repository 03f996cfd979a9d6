using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Slices;

/// <summary>
/// Where the use cases of a service hang their routes: <c>/api/&lt;service&gt;/{city}/…</c>. Every route names the roles that may take it;
/// the caller's city must be the path's. Commands carry <c>Idempotency-Key</c>; refusals are problem+json.
/// </summary>
public sealed class Routes(IEndpointRouteBuilder endpoints, ServiceLog log)
{
    /// <summary>Bound of a JSON body: the largest forms are a few hundred lines.</summary>
    public const int BodyBytesMax = 1 << 20;

    /// <summary>RFC 3339, with the offset that it asks for.</summary>
    private static readonly string[] InstantForms =
        ["yyyy-MM-ddTHH:mm:ss'Z'", "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-ddTHH:mm:ss.FFFFFFF'Z'", "yyyy-MM-ddTHH:mm:ss.FFFFFFFzzz"];

    private readonly RouteGroupBuilder group = endpoints.MapGroup($"/api/{log.Service}/{{city:length(6)}}");

    /// <summary>A use case whose rule needs nothing from outside the log.</summary>
    public RouteHandlerBuilder Command<TBody>(
        string method, string pattern, Role[] roles, Func<Request<TBody>, Result<Intent>> ask, [CallerFilePath] string file = "")
        where TBody : notnull =>
        Command<TBody>(method, pattern, roles, (request, _) => ValueTask.FromResult(ask(request)), file);

    /// <summary>A use case that first fetches facts: over gRPC, from the content store, from another city's log.</summary>
    public RouteHandlerBuilder Command<TBody>(
        string method, string pattern, Role[] roles, Func<Request<TBody>, CancellationToken, ValueTask<Result<Intent>>> ask, [CallerFilePath] string file = "")
        where TBody : notnull =>
        Map(method, pattern, file, context => Enter(context, roles, async entered =>
        {
            if (!context.Request.HasJsonContentType())
            {
                return Results.StatusCode(StatusCodes.Status415UnsupportedMediaType);
            }

            var read = await ReadBody(context, BodyBytesMax);
            if (!read.Ok)
            {
                return Problem.Result(read.Fault);
            }

            var parsed = Parse<TBody>(read.Value);
            return parsed.Ok ? await Run(context, entered, parsed.Value, read.Value, ask) : Problem.Result(parsed.Fault);
        })).Accepts<TBody>("application/json").WithMetadata(new CommandRoute(roles));

    /// <summary>A use case whose body is a file of at most <paramref name="bytesMax"/> bytes.</summary>
    /// <param name="refuse">Tells a refusal in another form than problem+json where the caller asks for it, such as the file with its errors marked; null: the usual one.</param>
    public RouteHandlerBuilder FileCommand(
        string method, string pattern, Role[] roles, int bytesMax, string contentType,
        Func<Request<byte[]>, CancellationToken, ValueTask<Result<Intent>>> ask, string[]? otherContentTypes = null,
        Func<Request<byte[]>, Fault, CancellationToken, ValueTask<IResult?>>? refuse = null, [CallerFilePath] string file = "") =>
        Map(method, pattern, file, context => Enter(context, roles, async entered =>
        {
            var read = await ReadBody(context, bytesMax);
            return read.Ok ? await Run(context, entered, read.Value, read.Value, ask, refuse) : Problem.Result(read.Fault);
        })).Accepts<byte[]>(contentType, otherContentTypes ?? []).WithMetadata(new CommandRoute(roles));

    /// <summary>
    /// A use case whose body is content that its address names, such as a file by its hash: it is streamed, never held, and the path alone
    /// says whether a repetition is one. <paramref name="ask"/> reads <c>request.Body</c> after the caller was let in.
    /// </summary>
    public RouteHandlerBuilder ContentCommand(
        string method, string pattern, Role[] roles, long bytesMax, string contentType,
        Func<Request<Stream>, CancellationToken, ValueTask<Result<Intent>>> ask, [CallerFilePath] string file = "") =>
        Map(method, pattern, file, context => Enter(context, roles, async entered =>
        {
            if (Bound(context, bytesMax) is { } tooLarge)
            {
                return Problem.Result(tooLarge);
            }

            return await Run(context, entered, context.Request.Body, [], ask);
        })).Accepts<byte[]>(contentType).WithMetadata(new CommandRoute(roles));

    /// <summary>A question: what <paramref name="answer"/> returns becomes JSON; an <see cref="IResult"/> is passed on.</summary>
    public RouteHandlerBuilder Get(
        string pattern, Role[] roles, Func<Request, CancellationToken, ValueTask<Result<object>>> answer, [CallerFilePath] string file = "") =>
        Map("GET", pattern, file, async context =>
        {
            var asked = Ask(context, roles);
            if (!asked.Ok)
            {
                return Problem.Result(asked.Fault);
            }

            try
            {
                var result = await answer(asked.Value, context.RequestAborted);
                return !result.Ok ? Problem.Result(result.Fault)
                    : result.Value as IResult ?? Results.Json(result.Value, Json.Lenient);
            }
            catch (Exception e) when (log.Database.IsOutage(e))
            {
                return Problem.Result(LogFaults.Away);
            }
        }).WithMetadata(new QuestionRoute(roles));

    /// <summary>
    /// A question whose facts come in its body, of at most <paramref name="bytesMax"/> bytes: it is answered from them and leaves nothing behind,
    /// so it needs no key and may be asked again.
    /// </summary>
    public RouteHandlerBuilder Ask(
        string pattern, Role[] roles, int bytesMax, string[] contentTypes, Func<Request, byte[], CancellationToken, ValueTask<Result<object>>> answer, [CallerFilePath] string file = "") =>
        Map("POST", pattern, file, async context =>
        {
            var asked = Ask(context, roles);
            if (!asked.Ok)
            {
                return Problem.Result(asked.Fault);
            }

            var read = await ReadBody(context, bytesMax);
            if (!read.Ok)
            {
                return Problem.Result(read.Fault);
            }

            try
            {
                var result = await answer(asked.Value, read.Value, context.RequestAborted);
                return !result.Ok ? Problem.Result(result.Fault)
                    : result.Value as IResult ?? Results.Json(result.Value, Json.Lenient);
            }
            catch (Exception e) when (log.Database.IsOutage(e))
            {
                return Problem.Result(LogFaults.Away);
            }
        }).Accepts<byte[]>(contentTypes[0], contentTypes[1..]).WithMetadata(new AskedRoute(roles));

    /// <summary>
    /// A list over a read model: <c>limit</c>, <c>after</c>, <c>q</c>, any column as a filter; CSV and XLSX by <c>Accept</c>.
    /// <paramref name="scope"/> narrows it to what the caller's organisation may see, counts included.
    /// </summary>
    public RouteHandlerBuilder List(
        string pattern, Role[] roles, ReadModel model, Func<Actor, (string Column, string Value)?>? scope = null, string[]? searched = null, [CallerFilePath] string file = "") =>
        Get(pattern, roles, (request, ct) => Lists.Answer(request, model, scope?.Invoke(request.Actor), searched ?? [], ct), file).WithMetadata(new ListRoute(model));

    /// <summary>Who may not take this route learns it before its body is read.</summary>
    private async Task<IResult> Enter(HttpContext context, Role[] roles, Func<Entered, Task<IResult>> run)
    {
        var asked = Ask(context, roles);
        if (!asked.Ok)
        {
            return Problem.Result(asked.Fault);
        }

        var key = context.Request.Headers["Idempotency-Key"].ToString();
        if (key.Length == 0)
        {
            return Problem.Result(SliceFaults.KeyMissing);
        }

        // The UUID of zeros is what a client sends that forgot to make one.
        if (!Guid.TryParseExact(key, "D", out var commandId) || commandId == Guid.Empty)
        {
            return Problem.Result(SliceFaults.KeyMalformed);
        }

        var match = context.Request.Headers.IfMatch.ToString().Trim('"');
        long? ifMatch = null;
        if (match.Length > 0 && match != "*")
        {
            // Whatever is not a version of ours is not the last one either.
            ifMatch = long.TryParse(match, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
        }

        return await run(new Entered(asked.Value, commandId, ifMatch));
    }

    private async Task<IResult> Run<TBody>(
        HttpContext context, Entered entered, TBody body, byte[] bytes, Func<Request<TBody>, CancellationToken, ValueTask<Result<Intent>>> ask,
        Func<Request<TBody>, Fault, CancellationToken, ValueTask<IResult?>>? refuse = null)
    {
        var (city, caller, actor) = (entered.Request.City, entered.Request.Caller, entered.Request.Actor);
        var request = new Request<TBody>(context, city, caller, actor, log, body, entered.CommandId, entered.IfMatch);
        var input = Input(context.Request, actor, bytes);
        try
        {
            var intent = await ask(request, context.RequestAborted);
            if (!intent.Ok)
            {
                // The facts may have moved on since the command took effect: a repetition is told the first answer all the same.
                return await log.AnsweredBefore(city, entered.CommandId, input, context.RequestAborted) is { } before
                    ? Say(context, city, before)
                    : await Refuse(intent.Fault);
            }

            var answer = await log.Do(
                new Command
                {
                    City = intent.Value.City ?? city,
                    Id = entered.CommandId,
                    Actor = actor,
                    Input = input,
                    Streams = intent.Value.Streams,
                    Decide = intent.Value.Decide,
                    Personal = intent.Value.Personal,
                    Erases = intent.Value.Erases,
                },
                context.RequestAborted);
            var said = Say(context, city, answer);
            return answer.Fault is { } fault && refuse is not null ? await Refuse(fault) : said;
        }
        catch (Exception e) when (e is LogUnavailableException || log.Database.IsOutage(e))
        {
            return Problem.Result(LogFaults.Away);
        }

        async ValueTask<IResult> Refuse(Fault fault) =>
            (refuse is null ? null : await refuse(request, fault, context.RequestAborted)) ?? Problem.Result(fault);
    }

    private sealed record Entered(Request Request, Guid CommandId, long? IfMatch);

    /// <summary>What must be the same for a repetition to be one: who asks, the route and the body.</summary>
    private static byte[] Input(HttpRequest request, Actor actor, byte[] body) =>
        [.. Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString} {actor.Sub}@{actor.Org}\n"), .. body];

    private IResult Say(HttpContext context, string city, Answer answer)
    {
        context.Response.Headers["Log-Position"] = answer.Position.ToString(CultureInfo.InvariantCulture);
        if (answer.Repeated)
        {
            context.Response.Headers["Idempotent-Replayed"] = "true";
        }

        if (answer.Fault is { } fault)
        {
            return Problem.Result(fault);
        }

        if (answer.Location is { } location)
        {
            context.Response.Headers.Location = $"/api/{log.Service}/{city}{location}";
        }

        var status = answer.Location is not null ? StatusCodes.Status201Created : StatusCodes.Status200OK;
        return answer.Body is { } body ? Results.Text(body, "application/json", Encoding.UTF8, status)
            : answer.Location is not null ? Results.StatusCode(status)
            : Results.NoContent();
    }

    private Result<Request> Ask(HttpContext context, Role[] roles)
    {
        var city = (string)context.Request.RouteValues["city"]!;
        var caller = context.Caller();
        if (caller.City != city)
        {
            return SliceFaults.OtherCity;
        }

        if (caller.As(roles) is not { } actor)
        {
            return SliceFaults.RoleMissing;
        }

        // No name or text that we keep holds such characters, and a database may refuse them.
        foreach (var (name, values) in context.Request.Query)
        {
            if (PlainText.Refusal(name) is not null || values.Any(v => PlainText.Refusal(v) is not null))
            {
                return SliceFaults.QueryMalformed(PlainText.Refusal(name) is null ? name : "?", PlainText.Unprintable);
            }
        }

        DateTimeOffset? asOf = null;
        if (context.Request.Query.TryGetValue("asOf", out var text))
        {
            if (!TryInstant(text.ToString(), out var at))
            {
                return SliceFaults.QueryMalformed("asOf", new Text("应为带时区的 RFC 3339 时刻。", "an RFC 3339 instant with its offset is asked for."));
            }

            asOf = at;
        }

        return new Request(context, city, caller, actor, log) { AsOf = asOf };
    }

    /// <summary>Reads an RFC 3339 instant with its offset, of the years 1970 to 9000: beyond them a day in Shanghai or a working day after it could not be told.</summary>
    public static bool TryInstant(string text, out DateTimeOffset at) =>
        DateTimeOffset.TryParseExact(text, InstantForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at) && at.UtcDateTime.Year is >= 1970 and <= 9_000;

    private static Result<TBody> Parse<TBody>(byte[] bytes)
    {
        try
        {
            return JsonSerializer.Deserialize<TBody>(bytes, Json.Strict) is { } body
                ? body
                : RequestFaults.Malformed;
        }
        catch (JsonException e)
        {
            return RequestFaults.OfJson(e);
        }
    }

    private static async Task<Result<byte[]>> ReadBody(HttpContext context, int bytesMax)
    {
        if (Bound(context, bytesMax) is { } tooLarge)
        {
            return tooLarge;
        }

        using var buffer = new MemoryStream((int)(context.Request.ContentLength ?? 4_096));
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        return buffer.ToArray();
    }

    /// <summary>A body that says it is longer than the route's bound is refused unread; one that does not say is stopped at it.</summary>
    private static Fault? Bound(HttpContext context, long bytesMax)
    {
        if (context.Request.ContentLength > bytesMax)
        {
            return RequestFaults.TooLarge;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = bytesMax;
        }

        return null;
    }

    private RouteHandlerBuilder Map(string method, string pattern, string file, Func<HttpContext, Task<IResult>> handle)
    {
        var noun = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries)[0];
        return group.MapMethods(pattern, [method], (Delegate)((HttpContext context) => handle(context)))
            .WithName($"{log.Service}.{Path.GetFileNameWithoutExtension(file)}.{method}.{pattern}")
            .WithTags(noun)
            .WithSummary(Words(Path.GetFileNameWithoutExtension(file)));
    }

    /// <summary>The file's name is the use case's name: <c>ApproveAward</c> reads "Approve award".</summary>
    private static string Words(string name)
    {
        var words = new StringBuilder();
        foreach (var c in name)
        {
            words.Append(words.Length > 0 && char.IsUpper(c) ? " " : string.Empty).Append(words.Length > 0 ? char.ToLowerInvariant(c) : c);
        }

        return words.ToString();
    }
}

/// <summary>Marks the endpoint of a command, with the roles that may take it: for the API description and the convention tests.</summary>
public sealed record CommandRoute(IReadOnlyList<Role> Roles);

/// <summary>Marks the endpoint of a question whose facts come in its body.</summary>
public sealed record AskedRoute(IReadOnlyList<Role> Roles);

/// <summary>Marks the endpoint of a list.</summary>
public sealed record ListRoute(ReadModel Model);

/// <summary>Marks the endpoint of a question.</summary>
public sealed record QuestionRoute(IReadOnlyList<Role> Roles);
