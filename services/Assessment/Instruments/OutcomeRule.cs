using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// Figures of an enterprise against the average of its industry in a year (M4, 中国工业互联网研究院 2023): who answers names industry and year, the averages are
/// data of the instrument. What is not in the data is not available, never assumed.
/// </summary>
internal sealed record OutcomeRule(Item Industry, FactDefinition Year, IReadOnlyList<Outcome> Indicators, FrozenDictionary<(string Indicator, string Industry, int Year), Average> Averages);

/// <summary>
/// One figure: <see cref="Numerator"/> × <see cref="Times"/> ÷ <see cref="Denominator"/>, and from which distance to the average on it is clearly better;
/// without <see cref="Clearly"/> nobody published that limit.
/// </summary>
internal sealed record Outcome(string Id, Text Title, Text Unit, Better Better, FactDefinition Numerator, FactDefinition? Denominator, int Times, ClearlyBetter? Clearly);

internal sealed record Average(Figure Value, string Source, int? N);

internal enum Better
{
    Higher,
    Lower,
}

/// <summary>Clearly better begins at the average plus (where lower is better: minus) a difference, or a percentage of it; the limit itself belongs to it.</summary>
internal sealed record ClearlyBetter(ClearlyBy By, Figure Value);

internal enum ClearlyBy
{
    Difference,
    PercentOfAverage,
}

internal sealed record OutcomesFile(string IndustryItem, string YearFact, IReadOnlyList<OutcomeFile> Indicators, IReadOnlyList<AverageFile> Averages)
{
    public JsonElement? Notes { get; init; }

    public OutcomeRule Compile(IReadOnlyList<Item> items, FrozenDictionary<string, FactDefinition> facts) => new(
        items.First(i => i.Id == IndustryItem),
        facts[YearFact],
        [.. Indicators.Select(i => new Outcome(i.Id, i.Title, i.Unit, i.Better, facts[i.Numerator], i.Denominator is { } below ? facts[below] : null, i.Times, i.ClearlyBetter))],
        Averages.ToFrozenDictionary(a => (a.Indicator, a.Industry, a.Year), a => new Average(a.Value, a.Source, a.N)));
}

internal sealed record OutcomeFile(string Id, Text Title, Text Unit, Better Better, string Numerator)
{
    public string? Denominator { get; init; }

    public int Times { get; init; } = 1;

    public ClearlyBetter? ClearlyBetter { get; init; }

    public JsonElement? Benchmark { get; init; }
}

internal sealed record AverageFile(string Indicator, string Industry, int Year, Figure Value, string Source)
{
    public int? N { get; init; }
}

/// <summary>A measured figure, exact: a decimal string of at most six decimals, up to 10^9.</summary>
[JsonConverter(typeof(FigureJson))]
internal readonly record struct Figure(decimal Value)
{
    public const int DecimalsMax = 6;

    public const decimal ValueMax = 1_000_000_000m;

    public override string ToString() => Value.ToString("0.############################", CultureInfo.InvariantCulture);
}

/// <summary>A figure as a decimal string; anything else in JSON is refused.</summary>
internal sealed class FigureJson : JsonConverter<Figure>
{
    public override Figure Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && reader.GetString() is { Length: >= 1 and <= 20 } text && char.IsAsciiDigit(text[0]) && char.IsAsciiDigit(text[^1])
        && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value.Scale <= Figure.DecimalsMax && value <= Figure.ValueMax
            ? new(value)
            : throw new JsonRefusal(new($"应为文本形式的数，最多 {Figure.DecimalsMax} 位小数，不超过 {Figure.ValueMax}，如 \"97.5\"", $"must be a number as text with at most {Figure.DecimalsMax} decimals, up to {Figure.ValueMax}, e.g. \"97.5\""));

    public override void Write(Utf8JsonWriter writer, Figure value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
