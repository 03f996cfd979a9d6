using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// An instrument as it stands in its file, field for field. What scoring does not need (sources, evidence hints, open
/// points …) is carried as it is; an unknown field is refused, so a misspelt rule is never silently ignored.
/// </summary>
internal sealed record InstrumentFile(
    string Id,
    int Version,
    InstrumentStatus Status,
    Text Title,
    bool Official,
    ScoringFile Scoring,
    LevelRuleFile LevelRule,
    IReadOnlyList<DimensionFile> Dimensions)
{
    public OperationsFile? Operations { get; init; }

    public IReadOnlyList<FactFile> Facts { get; init; } = [];

    /// <summary>Tables that an incomplete instrument waits for; the refusal to score names them.</summary>
    public IReadOnlyList<Text> MissingTables { get; init; } = [];

    public string? Supersedes { get; init; }

    public string? OfficialSystem { get; init; }

    public bool? OfficialTextCompared { get; init; }

    public string? Wording { get; init; }

    public string? EvidenceHintsSource { get; init; }

    public JsonElement? Document { get; init; }

    public JsonElement? Sources { get; init; }

    public JsonElement? OptionMapping { get; init; }

    public JsonElement? ResultUse { get; init; }

    public JsonElement? BenchmarkNote { get; init; }

    public JsonElement? GeneralOpenPoints { get; init; }

    public JsonElement? OpenPoints { get; init; }

    public JsonElement? Notes { get; init; }

    [JsonConverter(typeof(CrossWalksJson))]
    public IReadOnlyList<CrossWalkFile>? CrossWalk { get; init; }

    /// <summary>Figures of the enterprise placed against the averages of its industry.</summary>
    public OutcomesFile? Outcomes { get; init; }
}

/// <summary>How the points add up. Of the fixed words only those are taken that the arithmetic here follows.</summary>
internal sealed record ScoringFile(
    Points Maximum,
    IReadOnlyList<string> ScoredDimensions,
    DecimalArithmetic Arithmetic,
    NoRounding Rounding,
    Unanswered Unanswered,
    CountsAsUnanswered EmptyAnswer,
    AlwaysError RepeatedOption,
    bool ScenariosGivePoints)
{
    public Allowance UnansweredUnscored { get; init; }

    public int ScenarioAbsent { get; init; }

    public int ScenarioLevelMinimum { get; init; }

    public int ScenarioLevelMaximum { get; init; }

    public CountsAsZeroOnly ScenarioNotApplicable { get; init; }

    /// <summary>Prose for readers of the file; the checks of <see cref="ReadInstrument"/> are the same rules in code.</summary>
    public string? ItemMaximum { get; init; }

    public string? OptionScore { get; init; }

    public string? ItemScore { get; init; }

    public string? Total { get; init; }

    public string? Comparison { get; init; }

    public string? NumberFormat { get; init; }

    public JsonElement? OpenPoints { get; init; }
}

internal enum DecimalArithmetic
{
    Decimal,
}

internal enum NoRounding
{
    None,
}

internal enum CountsAsUnanswered
{
    Unanswered,
}

internal enum AlwaysError
{
    Error,
}

internal enum Allowance
{
    Error,
    Allowed,
}

internal enum CountsAsZeroOnly
{
    [JsonStringEnumMemberName("counts-as-0")]
    CountsAsZero,
}

internal enum LevelRuleKind
{
    Score,
    ScoreAndScenarios,

    /// <summary>No points: the option chosen for one item is the level.</summary>
    Placement,

    /// <summary>No total and no level: the scores on two or more axes lead into a named zone.</summary>
    Zones,

    /// <summary>No level at all: what is found stands for itself.</summary>
    None,
}

internal sealed record LevelRuleFile(LevelRuleKind Kind, IReadOnlyList<LevelRowFile> Rows)
{
    public LevelName? None { get; init; }

    /// <summary>The item whose option places, in a placement.</summary>
    public string? Item { get; init; }

    public IReadOnlyList<AxisFile> Axes { get; init; } = [];

    public IReadOnlyList<ZoneFile> Zones { get; init; } = [];

    public string? Semantics { get; init; }

    public JsonElement? PrintedBands { get; init; }

    public JsonElement? Confidence { get; init; }

    public JsonElement? OpenPoints { get; init; }
}

/// <summary>An axis: the dimensions whose scores it adds, and where it is cut into parts; a score at a cut belongs to the part above.</summary>
internal sealed record AxisFile(string Id, Text Title, IReadOnlyList<string> Dimensions, IReadOnlyList<Points> Cuts);

/// <summary>A named zone: the part on each axis, counted from 0.</summary>
internal sealed record ZoneFile(string Id, Text Name, IReadOnlyList<int> At);

internal sealed record LevelRowFile(int Level, Text Name, Points MinScore, bool MinScoreInclusive)
{
    public int? MinScenarios { get; init; }

    public int? MinConstraint { get; init; }

    /// <summary>The option that gives this level, in a placement.</summary>
    public string? Option { get; init; }
}

internal sealed record DimensionFile(string Id, Text Title, Points Weight, Points Maximum, IReadOnlyList<GroupFile> Groups);

internal sealed record GroupFile(string Id, Text Title, Points WeightPercent, Points Maximum, IReadOnlyList<IndicatorFile> Indicators)
{
    /// <summary>The published model has no such level; the group only keeps every instrument in one shape.</summary>
    public bool Implicit { get; init; }
}

/// <summary>An indicator has its weight in percent of the group, or in points.</summary>
internal sealed record IndicatorFile(string Id, Text Title, Points Maximum, IReadOnlyList<ItemFile> Items)
{
    public Points? WeightPercent { get; init; }

    public Points? Weight { get; init; }
}

internal sealed record ItemFile(string Id, Text Title, ItemType Type, bool Scored, Points Maximum, IReadOnlyList<OptionFile> Options)
{
    /// <summary>Percent of the indicator; absent where the item is the whole indicator.</summary>
    public Points? WeightPercent { get; init; }

    public NumberFile? Number { get; init; }

    public DerivationFile? Derivation { get; init; }

    public IReadOnlyList<string> Facts { get; init; } = [];

    public Text? Definition { get; init; }

    public JsonElement? Mapping { get; init; }

    public JsonElement? Benchmark { get; init; }

    public JsonElement? EvidenceHints { get; init; }

    public JsonElement? Notes { get; init; }

    public JsonElement? OpenPoints { get; init; }
}

/// <summary>An option has its worth in percent of the item, or as a share such as <c>1/6</c>; the printed score decides.</summary>
internal sealed record OptionFile(string Id, Text Label, Points Score)
{
    public Points? WeightPercent { get; init; }

    public string? Share { get; init; }

    public bool ExcludesOthers { get; init; }

    public RangeFile? Range { get; init; }
}

internal sealed record RangeFile(Points Lower, bool LowerInclusive, bool UpperInclusive)
{
    public Points? Upper { get; init; }
}

internal sealed record NumberFile(bool Accepted, PercentOnly Unit, Points Minimum, Points Maximum);

internal enum PercentOnly
{
    Percent,
}

internal enum DerivationKind
{
    RatioRange,
    Change,
}

internal enum DerivationRole
{
    /// <summary>Where the figures are given, the option must be the derived one.</summary>
    Binding,

    /// <summary>Suggested to who answers; no rule.</summary>
    Hint,
}

internal sealed record DerivationFile(DerivationKind Kind, DerivationRole Role)
{
    /// <summary>One fact, or for a change the later and the earlier one.</summary>
    public JsonElement Numerator { get; init; }

    public JsonElement Denominator { get; init; }

    public string? Unit { get; init; }

    public string? WhenUndefined { get; init; }

    public string? Increase { get; init; }

    public string? Equal { get; init; }

    public string? Decrease { get; init; }

    public Points? Tolerance { get; init; }
}

internal sealed record FactFile(string Id, Text Label, string Unit, FactKind Kind)
{
    public bool Printed { get; init; }

    public IReadOnlyList<string> Items { get; init; } = [];
}

internal sealed record OperationsFile(string Id, Text Title, bool Scored, IReadOnlyList<ScenarioFile> Scenarios)
{
    public JsonElement? Method { get; init; }

    public JsonElement? Ladder { get; init; }

    public JsonElement? Kinds { get; init; }

    public JsonElement? Links { get; init; }
}

internal sealed record ScenarioFile(string Id, Text Name, bool Constraint, IReadOnlyList<ScenarioLevelFile> Levels)
{
    public string? Link { get; init; }

    public JsonElement? OpenPoints { get; init; }
}

internal sealed record ScenarioLevelFile(int Level, Text Descriptor)
{
    /// <summary>或 in the descriptor joins alternatives of which one is enough.</summary>
    public bool Alternatives { get; init; }

    public JsonElement? EvidenceHints { get; init; }
}
