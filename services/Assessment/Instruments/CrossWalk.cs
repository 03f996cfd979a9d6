using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// What a level of one instrument is taken to mean on another's scale, where the data say so: always with its kind, its source and its caveat. Points are
/// never carried over, and editions of the official indicators are not compared: no data relate them.
/// </summary>
internal static class CrossWalk
{
    /// <summary>The level of a result on the scale of <paramref name="to"/>, by whichever of the two instruments says; nothing where none does, or not about this level.</summary>
    public static CrossWalked? Between(Instrument from, int level, Instrument to)
    {
        if (from.CrossWalks.FirstOrDefault(w => w.To == to.Id) is { } forth)
            return forth.Levels.TryGetValue(level, out var meant) ? Walked(from, from, to, forth, meant) : null;

        // The other way round a level means the one that is said to stand exactly at it.
        return to.CrossWalks.FirstOrDefault(w => w.To == from.Id) is { } back && back.Levels.Where(l => l.Value == new LevelMeant(LevelRelation.At, level)).Select(l => (int?)l.Key).FirstOrDefault() is { } only
            ? Walked(to, from, to, back, new(LevelRelation.At, only))
            : null;
    }

    /// <summary>Reads <c>2</c>, <c>below 1</c>, <c>above 4</c>.</summary>
    public static bool TryMeant(string text, out LevelRelation relation, out int level)
    {
        relation = text.StartsWith("below ", StringComparison.Ordinal) ? LevelRelation.Below : text.StartsWith("above ", StringComparison.Ordinal) ? LevelRelation.Above : LevelRelation.At;
        return int.TryParse(relation == LevelRelation.At ? text : text["below ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out level) && level <= ReadInstrument.LevelsMax;
    }

    private static CrossWalked Walked(Instrument saidBy, Instrument from, Instrument to, LevelWalk walk, LevelMeant meant) =>
        new(from.Reference, to.Id, meant.Relation, meant.Level, to.NameOf(meant.Level), walk.Kind, walk.Why, saidBy.Reference, walk.Source);
}

/// <summary>How sure a cross-walk is: said by the publisher, or inferred and only a stand-in.</summary>
internal enum CrossWalkKind
{
    Proxy,
    Official,
}

/// <summary>Where a level stands against one of the other scale.</summary>
internal enum LevelRelation
{
    Below,
    At,
    Above,
}

internal readonly record struct LevelMeant(LevelRelation Relation, int Level);

/// <summary>A cross-walk as compiled: per own level what it means on the scale of <see cref="To"/>.</summary>
internal sealed record LevelWalk(string To, CrossWalkKind Kind, IReadOnlyDictionary<int, LevelMeant> Levels, Text Why, string? Source);

/// <summary>
/// A result on another scale, with all that must stand beside it: the kind, why, the instrument whose file says so (<see cref="SaidBy"/>) and its source.
/// </summary>
internal sealed record CrossWalked(string From, string To, LevelRelation Relation, int Level, Text? LevelName, CrossWalkKind Kind, Text Why, string SaidBy, string? Source);

/// <summary>A cross-walk in an instrument file: own level → <c>2</c>, <c>below 1</c> or <c>above 4</c>; <see cref="Why"/> is a text in both languages, or one for both.</summary>
internal sealed record CrossWalkFile(string To, CrossWalkKind Kind, IReadOnlyDictionary<string, string> Levels, [property: JsonConverter(typeof(TextForBothJson))] Text Why)
{
    public string? Source { get; init; }

    public LevelWalk Compile() => new(
        To,
        Kind,
        Levels.ToDictionary(l => int.Parse(l.Key, CultureInfo.InvariantCulture), l => CrossWalk.TryMeant(l.Value, out var relation, out var level) ? new LevelMeant(relation, level) : default),
        Why,
        Source);
}

/// <summary>One cross-walk, or a list of them.</summary>
internal sealed class CrossWalksJson : JsonConverter<IReadOnlyList<CrossWalkFile>>
{
    public override IReadOnlyList<CrossWalkFile>? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray
            ? JsonSerializer.Deserialize<List<CrossWalkFile>>(ref reader, options)
            : [JsonSerializer.Deserialize<CrossWalkFile>(ref reader, options)!];

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<CrossWalkFile> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.ToList(), options);
}

/// <summary>A text in both languages, or one sentence that stands for both.</summary>
internal sealed class TextForBothJson : JsonConverter<Text>
{
    public override Text? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && JsonSerializer.Deserialize<string>(ref reader, options) is { } one ? new(one, one) : JsonSerializer.Deserialize<Text>(ref reader, options);

    public override void Write(Utf8JsonWriter writer, Text value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, options);
}
