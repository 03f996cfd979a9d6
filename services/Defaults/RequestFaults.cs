using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace PilotCity.Defaults;

/// <summary>The faults of the door itself: what is wrong with a request before any use case sees it.</summary>
public static partial class RequestFaults
{
    public static readonly Fault Malformed = new(FaultKind.Invalid, "request.malformed", new("请求格式有误，请对照接口说明改正后重试。", "The request is not well formed; compare it with the API description and send it again."));

    public static readonly Fault Unauthenticated = new(FaultKind.Unauthenticated, "request.unauthenticated", new("请先登录：缺少访问令牌，或令牌无效、已过期。", "Sign in first: there is no token, or it is not valid, or it has expired."));

    public static readonly Fault Forbidden = new(FaultKind.Forbidden, "request.forbidden", new("当前账户的角色、单位或城市无权进行此操作。", "The role, organisation or city of this account does not allow this."));

    public static readonly Fault RouteUnknown = new(FaultKind.NotFound, "route.unknown", new("没有这个地址，请核对路径。", "There is no such address; check the path."));

    public static readonly Fault MethodUnknown = new(FaultKind.Invalid, "route.method", new("该地址不支持此方法。", "This address does not take this method."));

    public static readonly Fault NotAcceptable = new(FaultKind.Invalid, "request.not_acceptable", new("无法以所要求的格式（Accept）作答。", "The answer does not exist in the format that Accept asks for."));

    public static readonly Fault MediaType = new(FaultKind.Invalid, "request.media_type", new("内容类型（Content-Type）不受支持：JSON 请使用 application/json，文件请使用接口说明中该地址所列的类型。", "The Content-Type is not supported: JSON goes as application/json, a file as the API description says for this address."));

    public static readonly Fault TooLarge = new(FaultKind.TooLarge, "request.too_large", new("请求内容超过此地址允许的大小。", "The body is larger than this address allows."));

    public static readonly Fault TooMany = new(FaultKind.TooMany, "request.too_many", new("请求过于频繁，请稍后以相同的幂等键重试。", "Too many requests; try again later with the same idempotency key."));

    public static readonly Fault TimedOut = new(FaultKind.Unavailable, "request.timed_out", new("处理超时，请稍后以相同的幂等键重试。", "It took too long; trying again later with the same idempotency key is safe."));

    public static readonly Fault PeerUnavailable = new(FaultKind.Unavailable, "peer.unavailable", new("所需的服务暂时不可用，请稍后以相同的幂等键重试。", "A service that this needs is away; trying again later with the same idempotency key is safe."));

    /// <summary>What an unknown exception looks like from outside: the trace id is all that is told.</summary>
    public static readonly Text Unexpected = new("系统内部错误，已记录；请凭 traceId 联系运维。", "Something broke on our side and has been logged; give the traceId to the operator.");

    /// <summary>The fault behind a status that some middleware set without a body; null for statuses that are no refusals.</summary>
    public static Fault? OfStatus(int status) => status switch
    {
        < 400 => null,
        401 => Unauthenticated,
        403 => Forbidden,
        404 => RouteUnknown,
        405 => MethodUnknown,
        406 => NotAcceptable,
        408 => TimedOut,
        413 => TooLarge,
        415 => MediaType,
        429 => TooMany,
        < 500 => Malformed,
        502 or 503 => PeerUnavailable,
        504 => TimedOut,
        _ => null,
    };

    /// <summary>What the serializer could not read, with its place as a JSON pointer; never a type name of ours.</summary>
    public static Fault OfJson(JsonException exception)
    {
        var path = Pointer(exception.Path);
        if (exception is JsonRefusal refusal)
        {
            return Malformed with { Details = [new(path, "field.unreadable", refusal.Text)] };
        }

        var message = exception.Message;
        if (message.Contains("missing required properties", StringComparison.Ordinal))
        {
            // The names stand quoted after the colon: "… including: 'city', 'name'."
            var names = Quoted().Matches(message[(message.LastIndexOf("including", StringComparison.Ordinal) is var at && at >= 0 ? at : 0)..]);
            return Malformed with
            {
                Details = [.. names.Select(n => new FaultDetail($"{path}/{n.Groups[1].Value}", "field.missing", new($"缺少必填字段“{n.Groups[1].Value}”。", $"The required field '{n.Groups[1].Value}' is missing.")))],
            };
        }

        if (message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            var name = path[(path.LastIndexOf('/') + 1)..];
            return Malformed with { Details = [new(path, "field.unknown", new($"没有名为“{name}”的字段。", $"There is no field '{name}'."))] };
        }

        if (message.Contains("Duplicate property", StringComparison.Ordinal))
        {
            return Malformed with { Details = [new(path, "field.duplicate", new("同一字段出现了两次。", "The same field stands here twice."))] };
        }

        if (message.Contains("could not be converted", StringComparison.Ordinal) || message.Contains("null values", StringComparison.Ordinal))
        {
            return Malformed with { Details = [new(path, "field.unreadable", new("此处的值不是所要求的类型或取值。", "The value here is not of the kind that is asked for."))] };
        }

        var place = exception.LineNumber is { } line
            ? new Text($"此处不是有效的 JSON（第 {line + 1} 行，第 {exception.BytePositionInLine + 1} 字节）。", $"This is not valid JSON (line {line + 1}, byte {exception.BytePositionInLine + 1}).")
            : new Text("此处不是有效的 JSON。", "This is not valid JSON.");
        return Malformed with { Details = [new(path, "json.malformed", place)] };
    }

    /// <summary>The serializer's <c>$.lines[3].category</c> as the JSON pointer <c>/lines/3/category</c> (RFC 6901).</summary>
    public static string Pointer(string? path)
    {
        var pointer = new StringBuilder();
        foreach (Match step in Steps().Matches(path is ['$', .. var rest] ? rest : string.Empty))
        {
            var name = step.Groups["quoted"].Success ? step.Groups["quoted"].Value : step.Groups["plain"].Value;
            pointer.Append('/').Append(name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
        }

        return pointer.ToString();
    }

    /// <summary>The first problem with a header, a query or a path value that the framework names in quotes, else only that something is malformed.</summary>
    internal static Fault OfBinding(string message)
    {
        var name = Quoted().Match(message) is { Success: true } m ? m.Groups[1].Value : Parameter().Match(message).Groups[1].Value;
        var last = name.Split(' ') is [.., var word] ? word : name;
        return last.Length == 0
            ? Malformed
            : Malformed with { Details = [new(last, "parameter.unreadable", new(string.Create(CultureInfo.InvariantCulture, $"参数“{last}”缺失或无法读取。"), $"The parameter '{last}' is missing or cannot be read."))] };
    }

    [GeneratedRegex(@"\['(?<quoted>(?:[^'\\]|\\.)*)'\]|\[(?<plain>\d+)\]|\.(?<plain>[^.\[]+)")]
    private static partial Regex Steps();

    [GeneratedRegex("'([^']{1,100})'")]
    private static partial Regex Quoted();

    [GeneratedRegex("\"([^\"]{1,100})\"")]
    private static partial Regex Parameter();
}
