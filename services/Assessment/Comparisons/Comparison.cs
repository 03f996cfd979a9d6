using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Comparisons;

/// <summary>
/// Two results of one enterprise side by side: before and after the transformation, or its own view and the one on site. Points are compared only
/// where both were given by the very same instrument; <see cref="Why"/> says what could not be compared.
/// </summary>
internal sealed record Comparison(
    string Enterprise,
    Comparability Comparable,
    Text? Why,
    ComparedSide From,
    ComparedSide To,
    int? LevelDifference,
    PointsChange? Total,
    IReadOnlyList<DimensionChange> Dimensions,
    IReadOnlyList<ItemChange> Items,
    IReadOnlyList<ScenarioChange> Scenarios);

/// <summary>How far two results can be compared.</summary>
internal enum Comparability
{
    /// <summary>The same instrument, version and override: everything.</summary>
    Full,

    /// <summary>The same questions under another override: what was answered, and no points.</summary>
    Answers,

    /// <summary>Other questions: each result stands for itself.</summary>
    None,
}

/// <summary>One of the two results, and where it stands in the log.</summary>
internal sealed record ComparedSide(
    string Id,
    Purpose Purpose,
    Mode Mode,
    string Instrument,
    AssessmentStatus Status,
    string? Evaluator,
    string? Provider,
    DateTimeOffset ConfirmedAt,
    Points Total,
    int Level,
    Text? LevelName,
    string Stream,
    long Version,
    long Position);

/// <summary>Points before and after; the difference may be below zero.</summary>
internal sealed record PointsChange(Points From, Points To)
{
    public Points Difference => new(To.Value - From.Value);
}

/// <summary>One dimension of both results.</summary>
internal sealed record DimensionChange(string Dimension, Text Title, PointsChange Points);

/// <summary>One item: what was answered then and later, which options came and went, and what that gave.</summary>
internal sealed record ItemChange(string Item, Text Title, Answer? From, Answer? To, IReadOnlyList<string> Added, IReadOnlyList<string> Removed, PointsChange? Points);

/// <summary>One scenario: its level then and later.</summary>
internal sealed record ScenarioChange(string Scenario, Text Name, bool Constraint, int From, int To)
{
    public int Difference => To - From;
}
