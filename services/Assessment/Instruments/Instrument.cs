using System.Collections.Frozen;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// A published way to assess: its items, options, scenarios and level rule, as versioned data. A published version
/// never changes; every result names <see cref="Reference"/>. <see cref="ReadInstrument"/> has checked what is in here,
/// so scoring only looks up and adds.
/// </summary>
internal sealed record Instrument
{
    public required string Id { get; init; }

    public required int Version { get; init; }

    public required InstrumentStatus Status { get; init; }

    public required bool Official { get; init; }

    public required Text Title { get; init; }

    /// <summary>Points that a full answer gives.</summary>
    public required Points Maximum { get; init; }

    public required IReadOnlyList<Dimension> Dimensions { get; init; }

    public required IReadOnlyList<Item> Items { get; init; }

    public required Unanswered Unanswered { get; init; }

    /// <summary>Whether an item that gives no points may stay unanswered.</summary>
    public required bool UnscoredMayBeAbsent { get; init; }

    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    /// <summary>The highest level at which a scenario can be judged; 0 where there are no scenarios.</summary>
    public required int ScenarioLevelMaximum { get; init; }

    /// <summary>Highest level first; the first row of which every condition holds is the level.</summary>
    public required IReadOnlyList<LevelRow> Levels { get; init; }

    /// <summary>What an enterprise has that meets no row; absent where the lowest row always holds, or there are no levels.</summary>
    public required LevelName? NoLevel { get; init; }

    /// <summary>Where the level is placed by one item instead of computed: the level of each of its options.</summary>
    public required Placement? Placement { get; init; }

    /// <summary>The name of each level, that of meeting no row included.</summary>
    public required FrozenDictionary<int, Text> LevelNames { get; init; }

    /// <summary>Whether the points of all dimensions add up to anything; a result without says so instead of showing 0.</summary>
    public required bool HasTotal { get; init; }

    public required bool HasLevel { get; init; }

    public required IReadOnlyList<Axis> Axes { get; init; }

    /// <summary>One for each combination of parts of the axes.</summary>
    public required IReadOnlyList<Zone> Zones { get; init; }

    /// <summary>Figures against the averages of an industry, where the instrument compares any.</summary>
    public required OutcomeRule? Outcomes { get; init; }

    public required IReadOnlyList<LevelWalk> CrossWalks { get; init; }

    /// <summary>What an incomplete instrument waits for.</summary>
    public required IReadOnlyList<Text> MissingTables { get; init; }

    public required IReadOnlyList<FactDefinition> Facts { get; init; }

    /// <summary>The file as published, for whoever wants to read labels, evidence hints, sources and open points.</summary>
    public required ReadOnlyMemory<byte> Document { get; init; }

    /// <summary>SHA-256 of <see cref="Document"/> in hex: every result keeps it, so that it can be recomputed and nothing else passes for it.</summary>
    public required string Sha256 { get; init; }

    /// <summary><c>id@version</c>, and <c>+name</c> of the city's override where there is one.</summary>
    public required string Reference { get; init; }

    /// <summary>A city's reading of open points; none for the instrument as published.</summary>
    public AppliedOverride? Override { get; init; }

    public required FrozenDictionary<string, Item> ItemsById { get; init; }

    public required FrozenDictionary<string, Scenario> ScenariosById { get; init; }

    public required FrozenDictionary<string, FactDefinition> FactsById { get; init; }

    public Text? NameOf(int level) => LevelNames.GetValueOrDefault(level);
}

/// <summary>An override that was applied: its name, the SHA-256 of its file and of the file it changes, on what it stands, and what it changes.</summary>
internal sealed record AppliedOverride(string Name, string Sha256, string BaseSha256, Text Title, string Source, IReadOnlyList<OverriddenValue> Changes);

internal enum InstrumentStatus
{
    Complete,

    /// <summary>Known by name and level rule only; it refuses to score until its tables are loaded as a new version.</summary>
    Incomplete,
}

/// <summary>What a scored item without an answer means.</summary>
internal enum Unanswered
{
    Error,

    [JsonStringEnumMemberName("counts-as-0")]
    CountsAsZero,
}

internal enum ItemType
{
    Single,
    Multi,
    YesNo,
    Graded,

    /// <summary>Takes an option, or a number that selects the option whose range holds it.</summary>
    Ratio,
}

internal sealed record Dimension(string Id, int Index, Text Title, Points Maximum);

internal sealed record Item
{
    public required string Id { get; init; }

    public required int Index { get; init; }

    public required Dimension Dimension { get; init; }

    public required Text Title { get; init; }

    public required ItemType Type { get; init; }

    public required bool Scored { get; init; }

    public required Points Maximum { get; init; }

    public required IReadOnlyList<Option> Options { get; init; }

    public required FrozenDictionary<string, Option> OptionsById { get; init; }

    /// <summary>Bounds of a number, both included; absent where the item takes no number.</summary>
    public required NumberBounds? Number { get; init; }

    /// <summary>Where both counts are given, the option must be the one whose range holds their ratio.</summary>
    public required RatioOfFacts? Binding { get; init; }
}

internal sealed record Option(string Id, int Index, Text Label, Points Score, bool ExcludesOthers, OptionRange? Range)
{
    /// <summary>The list a result shows when this option alone is chosen.</summary>
    public IReadOnlyList<string> Alone { get; } = [Id];
}

/// <summary>A range in percent; an absent upper end is open.</summary>
internal sealed record OptionRange(Points Lower, bool LowerInclusive, Points? Upper, bool UpperInclusive)
{
    /// <summary>
    /// Whether <paramref name="numerator"/> ÷ <paramref name="denominator"/>, in percent, lies inside. Compared by
    /// multiplication, so that 1 of 3 is never rounded; the denominator is above 0.
    /// </summary>
    public bool Holds(decimal numerator, decimal denominator)
    {
        var percent = numerator * 100m;
        var lower = Lower.Value * denominator;
        if (percent < lower || (percent == lower && !LowerInclusive))
        {
            return false;
        }

        return Upper is not { } end || percent < end.Value * denominator || (percent == end.Value * denominator && UpperInclusive);
    }
}

internal sealed record NumberBounds(Points Minimum, Points Maximum);

internal sealed record RatioOfFacts(FactDefinition Numerator, FactDefinition Denominator);

/// <summary>A figure that an enterprise fills in beside its answers, e.g. the number of production machines.</summary>
internal sealed record FactDefinition(string Id, int Index, Text Label, FactKind Kind);

internal enum FactKind
{
    Count,
    Amount,
    Percent,
}

internal sealed record Scenario(string Id, int Index, Text Name, bool Constraint);

/// <summary>The item that places an enterprise, and the level of each option.</summary>
internal sealed record Placement(Item Item, FrozenDictionary<string, LevelName> Levels);

internal sealed record LevelName(int Level, Text Name);

/// <summary>An axis: the dimensions (by index) whose scores it adds, and the scores at which its next part begins.</summary>
internal sealed record Axis(string Id, Text Title, IReadOnlyList<int> Dimensions, Points Maximum, IReadOnlyList<Points> Cuts);

/// <summary>A named zone and the part of each axis that it lies in.</summary>
internal sealed record Zone(string Id, Text Name, IReadOnlyList<int> At);

/// <summary>One row of the level rule: the total and the scenarios it asks for.</summary>
internal sealed record LevelRow(int Level, Text Name, Points MinScore, bool MinScoreInclusive, int MinScenarios, int MinConstraint);

/// <summary>What an instrument can be refused for.</summary>
internal static class InstrumentFaults
{
    public static Fault Unknown(string reference, IEnumerable<string> known) => new(
        FaultKind.NotFound,
        "instrument.unknown",
        new(
            $"没有评测工具“{reference}”；可用的有：{string.Join("、", known)}",
            $"there is no instrument '{reference}'; there are: {string.Join(", ", known)}"));

    public static Fault Incomplete(Instrument instrument) => new(
        FaultKind.Refused,
        "instrument.incomplete",
        new(
            $"评测工具 {instrument.Reference} 缺少题目、选项与权重表{Missing(instrument, t => t.Zh, "（", "、", "）")}，不能计分；请由管理员载入完整的表作为新版本",
            $"instrument {instrument.Reference} lacks its tables of items, options and weights{Missing(instrument, t => t.En, " (", ", ", ")")} and cannot score; an administrator loads the complete tables as a new version"));

    public static Fault NotHeld(string reference) => new(
        FaultKind.Refused,
        "instrument.not_held",
        new($"本系统没有 {reference} 所依据的原文件", $"this system does not hold the very file that {reference} stands on"));

    public static Fault NoOverride(string reference) => new(
        FaultKind.NotFound,
        "override.unknown",
        new($"{reference} 没有覆盖文件", $"{reference} stands under no override"));

    private static string Missing(Instrument instrument, Func<Text, string> word, string before, string between, string after) =>
        instrument.MissingTables.Count == 0 ? "" : before + string.Join(between, instrument.MissingTables.Select(word)) + after;

    public static Fault Invalid(string name, IReadOnlyList<FaultDetail> problems) => new(
        FaultKind.Invalid,
        "instrument.invalid",
        new(
            $"评测工具文件 {name} 不能使用：{problems[0].Path} {problems[0].Message.Zh}（共 {problems.Count} 处）",
            $"instrument file {name} cannot be used: {problems[0].Path} {problems[0].Message.En} ({problems.Count} in all)"))
    {
        Details = problems,
    };
}
