using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Slices;

/// <summary>
/// What a use case wants of the log: the streams its rule reads, and the rule. <see cref="City"/> differs from the request's only for the
/// nation's log (<c>000000</c>).
/// </summary>
public sealed record Intent(IReadOnlyCollection<string> Streams, Func<Streams, DateTimeOffset, Decision> Decide)
{
    public string? City { get; init; }

    public IReadOnlyList<SealedDatum> Personal { get; init; } = [];

    /// <summary>Subjects whose key is destroyed with it.</summary>
    public IReadOnlyList<string> Erases { get; init; } = [];
}
