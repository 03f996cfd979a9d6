using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment.Outliers;

/// <summary>
/// Results that do not look right beside others: what was noted, from which entries, and what a person decided about it. It accuses nobody: an outlier is a reason to
/// look. Its stream is <c>outlier/&lt;hash of what was noted&gt;</c>, so the same facts are noted once; Oversight takes it in like every entry.
/// </summary>
internal sealed record Outlier(string Id, OutlierNoted? Noted, DateTimeOffset NotedAt, OutlierDecided? Decided, DateTimeOffset? DecidedAt)
{
    public static readonly Noun<Outlier> Noun = new("outlier", new Outlier("", null, default, null, null), Apply, typeof(OutlierNoted), typeof(OutlierDecided));

    public static readonly Fault DecidedAlready = new(
        FaultKind.Conflict, "outlier.decided", new("该异常已有处理结论。", "This outlier has been decided already."));

    public OutlierStatus Status => Decided is not { } decided ? OutlierStatus.Open : decided.Outcome switch
    {
        OutlierOutcome.Plausible => OutlierStatus.Plausible,
        OutlierOutcome.Upheld => OutlierStatus.Upheld,
    };

    private static Outlier Apply(Outlier outlier, object happened, EventMeta meta) => happened switch
    {
        OutlierNoted e => new(meta.Stream[(meta.Stream.IndexOf('/', StringComparison.Ordinal) + 1)..], e, meta.At, null, null),
        OutlierDecided e => outlier with { Decided = e, DecidedAt = meta.At },
        _ => throw new ArgumentException($"an outlier knows no {happened.GetType().Name}", nameof(happened)),
    };
}

/// <summary>What looks odd.</summary>
internal enum OutlierKind
{
    /// <summary>Level or total moved further between two results, in fewer days, than is plausible.</summary>
    Jump,

    /// <summary>Two enterprises of one provider or evaluator have the same answers throughout, whoever handed them in.</summary>
    SameAnswers,

    /// <summary>The same file proves something for two enterprises.</summary>
    SameEvidence,

    /// <summary>An evaluator finds far more, or far fewer, enterprises at the pass level than the other evaluators do.</summary>
    PassRate,
}

internal enum OutlierStatus
{
    Open,
    Plausible,
    Upheld,
}

/// <summary>What a person made of it.</summary>
internal enum OutlierOutcome
{
    /// <summary>There is a good reason for it.</summary>
    Plausible,

    /// <summary>It is not explained: the results are looked at again.</summary>
    Upheld,
}

/// <summary>
/// Something odd was found. <see cref="Sources"/> are the results it stands on, <see cref="Figures"/> what was computed from them, <see cref="Parameters"/> the limits of
/// that day, by name with their units. <see cref="Org"/> is the provider or evaluator concerned.
/// </summary>
internal sealed record OutlierNoted(
    OutlierKind Kind,
    string Instrument,
    IReadOnlyList<string> Enterprises,
    IReadOnlyList<OutlierSource> Sources,
    IReadOnlyDictionary<string, string> Figures,
    IReadOnlyDictionary<string, string> Parameters,
    string? Org = null);

/// <summary>An entry of this log.</summary>
internal sealed record OutlierSource(string Stream, long Version, long Position);

/// <summary>A person looked at it; <see cref="Reason"/> names no persons.</summary>
internal sealed record OutlierDecided(OutlierOutcome Outcome, string Reason);
