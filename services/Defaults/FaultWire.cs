namespace PilotCity.Defaults;

/// <summary>The one table from a fault's kind to its HTTP status and gRPC status code; no two kinds share a gRPC code, so a caller can read the kind back.</summary>
public static class FaultWire
{
    public static int HttpStatus(FaultKind kind) => Row(kind).Http;

    /// <summary>The number of the gRPC status code, e.g. 5 for NOT_FOUND.</summary>
    public static int GrpcStatus(FaultKind kind) => Row(kind).Grpc;

    /// <summary>The kind a peer meant by its gRPC status code; null for codes that no fault has (OK, Internal, Unknown …).</summary>
    public static FaultKind? KindOfGrpc(int statusCode)
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            if (Row(kind).Grpc == statusCode)
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>What the kind says to a person, before the fault's own sentence.</summary>
    public static Text Title(FaultKind kind) => Row(kind).Title;

    private static (int Http, int Grpc, Text Title) Row(FaultKind kind) => kind switch
    {
        FaultKind.Invalid => (400, 3, new("请求无法读取", "The request cannot be read")),
        FaultKind.Unauthenticated => (401, 16, new("未登录", "Not signed in")),
        FaultKind.Forbidden => (403, 7, new("无权操作", "Not allowed")),
        FaultKind.NotFound => (404, 5, new("没有找到", "Not found")),
        FaultKind.Conflict => (409, 6, new("与已发生的事项冲突", "It collides with what happened before")),
        FaultKind.Stale => (412, 10, new("所依据的版本已过时", "The version is no longer the last")),
        FaultKind.TooLarge => (413, 11, new("超出大小限制", "Larger than the bound")),
        FaultKind.Refused => (422, 9, new("规则不允许", "A rule says no")),
        FaultKind.TooMany => (429, 8, new("请求过于频繁", "Too many requests")),
        FaultKind.Unavailable => (503, 14, new("暂时不可用", "Not available at the moment")),
    };
}
