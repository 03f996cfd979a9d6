using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Bus;

/// <summary>What every question over gRPC carries: a city and a moment. One reading, so that each service refuses the same.</summary>
public static class Question
{
    /// <summary>The last microsecond that an instant can hold.</summary>
    private static readonly long MicrosMax = Instant.Micros(DateTimeOffset.MaxValue);

    public static readonly Fault Malformed = new(
        FaultKind.Invalid,
        "question.malformed",
        new Text("城市应为六位代码，时刻应为不小于 0 的微秒数。", "The city is a code of six digits, the instant microseconds from 0."));

    /// <summary>The moment that is asked about; null is now (0 on the wire). Throws <c>question.malformed</c> as gRPC wants it.</summary>
    public static DateTimeOffset? Moment(string city, long asOfMicros) =>
        city.Length != 6 || !city.All(char.IsAsciiDigit) || asOfMicros < 0 || asOfMicros > MicrosMax ? throw GrpcFaults.Exception(Malformed)
        : asOfMicros == 0 ? null
        : Instant.FromMicros(asOfMicros);
}
