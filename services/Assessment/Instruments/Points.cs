using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// A score, a weight or a threshold: an exact decimal, compared unrounded. In JSON it is a decimal string
/// without exponent and without trailing zeros, e.g. <c>"31.45"</c>; zero is <c>"0"</c>.
/// </summary>
[JsonConverter(typeof(PointsJson))]
internal readonly record struct Points(decimal Value)
{
    /// <summary>Six decimals and 1,000 points keep every product of the checks (a score times a percentage) exact in a decimal's 28 digits.</summary>
    public const int DecimalsMax = 6;

    public const decimal ValueMax = 1_000m;

    /// <summary>In millionths, exact: whole numbers add faster than decimals.</summary>
    public long Micro => (long)(Value * 1_000_000m);

    public static readonly Points Zero = new(0m);

    public static bool TryParse(string? text, out Points points)
    {
        points = default;
        if (string.IsNullOrEmpty(text) || text.Length > 16 || !char.IsAsciiDigit(text[0]) || !char.IsAsciiDigit(text[^1])
            || !decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            || value.Scale > DecimalsMax || value > ValueMax)
        {
            return false;
        }

        points = new(value);
        return true;
    }

    public override string ToString() => Value.ToString("0.############################", CultureInfo.InvariantCulture);
}

/// <summary>Points as a decimal string; anything else in JSON is refused.</summary>
internal sealed class PointsJson : JsonConverter<Points>
{
    public override Points Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Points.TryParse(reader.GetString(), out var points)
            ? points
            : throw new JsonRefusal(new("应为 0 至 1000、最多六位小数的文本，如 \"7.5\"", "points are a string from 0 to 1000 with at most six decimals, e.g. \"7.5\""));

    public override void Write(Utf8JsonWriter writer, Points value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
