using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Slices;

/// <summary>A request as a use case sees it: which city, who in which role, what the path and the query say.</summary>
public class Request(HttpContext context, string city, Caller caller, Actor actor, ServiceLog log)
{
    public string City => city;

    public Caller Caller => caller;

    /// <summary>The caller in the role in which this use case may be taken.</summary>
    public Actor Actor => actor;

    public ServiceLog Log => log;

    /// <summary>The instant of <c>?asOf=</c> (RFC 3339), or null for now.</summary>
    public DateTimeOffset? AsOf { get; init; }

    public CancellationToken Cancelled => context.RequestAborted;

    /// <summary>A value of the path, e.g. <c>Route("id")</c> for <c>/awards/{id}</c>.</summary>
    public string Route(string name) => (string)context.Request.RouteValues[name]!;

    public string? Query(string name) => context.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>The names of the query's parameters, for a use case that refuses those it does not know.</summary>
    public IEnumerable<string> QueryNames => context.Request.Query.Keys;

    internal IQueryCollection Queries => context.Request.Query;

    public string Header(string name) => context.Request.Headers[name].ToString();

    /// <summary><c>en</c> or <c>zh</c>, as <c>Accept-Language</c> asks.</summary>
    public string Language => Problem.LanguageOf(context.Request);

    public T Service<T>()
        where T : notnull => context.RequestServices.GetRequiredService<T>();

    /// <summary>The state of a noun now or at <see cref="AsOf"/>; a stream that does not exist is <c>noun.unknown</c>.</summary>
    public async Task<Result<TState>> Load<TState>(Noun<TState> noun, string id, string? otherCity = null)
        where TState : class
    {
        var (state, version, position) = await log.Load(otherCity ?? city, noun, id, AsOf, Cancelled);
        if (version == 0)
        {
            return SliceFaults.Unknown(noun.Category, id);
        }

        context.Response.Headers.ETag = $"\"{version.ToString(CultureInfo.InvariantCulture)}\"";
        context.Response.Headers["Log-Position"] = position.ToString(CultureInfo.InvariantCulture);
        return state;
    }
}

/// <summary>A request with a body that has been read.</summary>
public sealed class Request<TBody>(HttpContext context, string city, Caller caller, Actor actor, ServiceLog log, TBody body, Guid commandId, long? ifMatch)
    : Request(context, city, caller, actor, log)
{
    public TBody Body => body;

    /// <summary>The client's <c>Idempotency-Key</c>; ids that a use case must make are derived from it, so that a repetition makes none.</summary>
    public Guid CommandId => commandId;

    /// <summary>A rule over one existing stream. Where it does not exist the answer is <c>noun.unknown</c>; <c>If-Match</c> is honoured.</summary>
    public Intent On<TState>(Noun<TState> noun, string id, Func<TState, DateTimeOffset, Decision> rule)
        where TState : class => On(noun, id, [], (state, _, at) => rule(state, at));

    /// <summary>The same, with further streams that the rule reads or appends to.</summary>
    public Intent On<TState>(Noun<TState> noun, string id, IReadOnlyCollection<string> others, Func<TState, Streams, DateTimeOffset, Decision> rule)
        where TState : class => new([noun.StreamOf(id), .. others], (streams, at) =>
        {
            var version = streams.Version(noun, id);
            return version == 0 ? SliceFaults.Unknown(noun.Category, id)
                : ifMatch is { } wanted && wanted != version ? SliceFaults.Stale(version)
                : rule(streams.Get(noun, id), streams, at);
        });

    /// <summary>A rule that begins a stream. Where it exists already the answer is <c>noun.exists</c>.</summary>
    public Intent New<TState>(Noun<TState> noun, string id, IReadOnlyCollection<string> others, Func<Streams, DateTimeOffset, Decision> rule)
        where TState : class => new([noun.StreamOf(id), .. others], (streams, at) =>
            streams.Version(noun, id) > 0 ? SliceFaults.Exists(noun.Category, id) : rule(streams, at));
}

/// <summary>Refusals that every use case shares. <c>noun.unknown</c> and <c>noun.exists</c> carry the noun's category.</summary>
public static class SliceFaults
{
    public static Fault Unknown(string category, string id) => new(
        FaultKind.NotFound, $"{category.Replace('-', '_')}.unknown", new Text($"没有找到：{id}。", $"There is no {category} '{id}' here."));

    public static Fault Exists(string category, string id) => new(
        FaultKind.Conflict, $"{category.Replace('-', '_')}.exists", new Text($"已存在：{id}。", $"The {category} '{id}' exists already."));

    public static Fault Stale(long version) => new(
        FaultKind.Stale, "request.stale", new Text($"数据已被他人修改（当前版本 {version}），请刷新后重试。", $"It has been changed since (version {version} now); read it again."));

    public static readonly Fault KeyMissing = new(
        FaultKind.Invalid, "request.key_missing",
        new Text("缺少 Idempotency-Key 请求头：请为每个操作生成一个 UUID，重试时沿用。", "The header Idempotency-Key is missing: make a UUID for each command and keep it when you repeat it."));

    public static readonly Fault KeyMalformed = new(
        FaultKind.Invalid, "request.key_malformed", new Text("Idempotency-Key 必须是 UUID。", "Idempotency-Key must be a UUID."));

    public static readonly Fault RoleMissing = new(
        FaultKind.Forbidden, "request.role", new Text("您的角色不能执行此操作。", "Your roles do not allow this step."));

    public static readonly Fault OtherCity = new(
        FaultKind.Forbidden, "request.city", new Text("您的账号不属于该城市。", "Your account does not belong to this city."));

    public static Fault QueryMalformed(string name, Text why) => new(
        FaultKind.Invalid, "request.query", new Text($"查询参数 {name} 有误：{why.Zh}", $"The query parameter '{name}' is wrong: {why.En}"));
}
