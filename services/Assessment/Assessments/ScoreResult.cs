using System.Text.Json.Serialization;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// What answers give, with everything needed to check it by hand: points per item and dimension, scenarios at or above
/// each level, which condition of which level held, and what the next level still lacks.
/// </summary>
internal sealed record ScoreResult(
    string Instrument,
    IReadOnlyDictionary<string, Points> Scores,
    Points Total,
    int Level,
    Text? LevelName,
    IReadOnlyDictionary<string, ScenarioCount> ScenarioCounts,
    IReadOnlyList<ItemScore> Items,
    IReadOnlyList<LevelStep> LevelSteps,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] NextLevel? Next)
{
    /// <summary>The instrument adds nothing up: <see cref="Total"/> is 0 and means nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoTotal { get; init; }

    /// <summary>The instrument knows no levels: <see cref="Level"/> is 0 and means nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NoLevel { get; init; }

    /// <summary>The score on each axis, where the instrument has axes, and the zone they lead into.</summary>
    public IReadOnlyList<AxisScore>? Axes { get; init; }

    public ReachedZone? Zone { get; init; }

    /// <summary>The enterprise's figures against the averages of its industry, where the instrument compares any.</summary>
    public IReadOnlyList<OutcomeBand>? Outcomes { get; init; }
}

/// <summary>The score on an axis, and the part of the axis that it lies in, counted from 0.</summary>
internal sealed record AxisScore(string Axis, Text Title, Points Score, Points Maximum, int Part);

internal sealed record ReachedZone(string Zone, Text Name);

/// <summary>Scenarios: all, and the constraint scenarios (约束性场景) among them.</summary>
internal readonly record struct ScenarioCount(int All, int Constraint);

/// <summary>One item: what counted as chosen (in the instrument's order), what it gave of how many points.</summary>
internal sealed record ItemScore(string Item, IReadOnlyList<string> Chosen, Points Score, Points Maximum)
{
    /// <summary>The number that selected the option of a ratio item.</summary>
    public decimal? Number { get; init; }

    /// <summary>The figures give no rate (no machines): the option was chosen by hand and an assessor looks at it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RateUndefined { get; init; }
}

/// <summary>One row of the level rule against this result; it is reached when every condition holds.</summary>
internal sealed record LevelStep(int Level, Text Name, bool Holds, ScoreCondition Score, CountCondition? Scenarios, CountCondition? Constraint);

/// <summary>The total against a threshold, compared unrounded; where not inclusive it must be above.</summary>
internal sealed record ScoreCondition(Points Required, bool Inclusive, Points Actual, bool Holds);

/// <summary>Scenarios judged at the row's level or above against the number it asks for.</summary>
internal sealed record CountCondition(int Required, int Actual, bool Holds);

/// <summary>
/// What the next level lacks: points (more than that where not inclusive), scenarios to be raised to its level, how
/// many of them constraint scenarios, and which scenarios are still below it.
/// </summary>
internal sealed record NextLevel(int Level, Text Name, Points Points, bool PointsInclusive, ScenarioCount Scenarios, IReadOnlyList<ScenarioBelow> Below);

/// <summary>A scenario that does not yet stand at the next level.</summary>
internal sealed record ScenarioBelow(string Scenario, int Level, bool Constraint);
