namespace PilotCity.Defaults.Bus;

/// <summary>Why a message was parked; the code travels with it, and the operator's command line says it in words.</summary>
internal static class MessageFaults
{
    public static readonly Fault Unreadable = new(FaultKind.Invalid, "message.unreadable", new("不是可读的消息", "is no readable message"));

    public static readonly Fault TooLarge = new(FaultKind.TooLarge, "message.too_large", new("超过消息大小上限", "is larger than a message may be"));

    public static readonly Fault TypeUnknown = new(FaultKind.Invalid, "message.type_unknown", new("消息类型未知", "is of a type unknown here"));

    public static readonly Fault Forged = new(FaultKind.Forbidden, "message.forged", new("封印不符：不是本系统的服务所发，或被改动过", "its seal does not hold: none of our services sent it so"));

    public static readonly Fault NotTaken = new(FaultKind.Unavailable, "message.not_taken", new("多次处理失败", "could not be taken, again and again"));

    public static readonly Fault NotSurvived = new(FaultKind.Unavailable, "message.not_survived", new("处理它的进程或连接多次中断", "whoever took it broke off, again and again"));

    private static readonly Fault[] All = [Unreadable, TooLarge, TypeUnknown, Forged, NotTaken, NotSurvived];

    /// <summary>The reason of this code; a code of a newer version has none here.</summary>
    public static Fault? Of(string code) => All.FirstOrDefault(f => f.Code == code);
}

/// <summary>This message cannot be taken now or later: it is parked without being tried again.</summary>
internal sealed class MessageRefusedException(Fault fault) : Exception(fault.Message.En)
{
    public Fault Fault { get; } = fault;
}
