using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotCity.Defaults;

/// <summary>
/// An amount of yuan (人民币) held as whole fen. It never rounds by itself: a computed, unrounded figure is a
/// <see cref="decimal"/> of yuan and becomes money once, by <see cref="RoundHalfUp"/>.
/// On the wire and in payloads it is a decimal string of yuan with two decimals, e.g. <c>"250000.00"</c>.
/// </summary>
[JsonConverter(typeof(MoneyJson))]
public readonly record struct Money(long Fen) : IComparable<Money>
{
    public static readonly Money Zero = new(0);

    /// <summary>The largest amount taken from outside: 10,000 亿 yuan. Sums of such amounts stay far inside 64 bits.</summary>
    public const long FenMax = 100_000_000_000_000;

    public decimal Yuan => Fen / 100m;

    /// <summary>Whole yuan, e.g. <c>Money.OfYuan(250_000)</c>.</summary>
    public static Money OfYuan(long yuan) => new(checked(yuan * 100));

    /// <summary>Rounds a computed figure once, half up (away from zero) to the fen: programme.md Q2.</summary>
    public static Money RoundHalfUp(decimal yuan) => new((long)Math.Round(yuan * 100m, 0, MidpointRounding.AwayFromZero));

    /// <summary>Reads <c>1234.50</c>: digits, at most two decimals, an optional leading minus; no separators, no exponent.</summary>
    public static bool TryParse(string? text, out Money money)
    {
        money = default;
        if (string.IsNullOrEmpty(text) || text.Length > 20)
        {
            return false;
        }

        if (!decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var yuan)
            || text[0] == '+' || text[^1] == '.' || text[0] == '.')
        {
            return false;
        }

        var point = text.IndexOf('.', StringComparison.Ordinal);
        if ((point >= 0 && text.Length - point - 1 > 2) || Math.Abs(yuan) > FenMax / 100m)
        {
            return false;
        }

        money = new((long)(yuan * 100m));
        return true;
    }

    public static Money Parse(string text) =>
        TryParse(text, out var money) ? money : throw new FormatException($"'{text}' is not an amount of yuan with at most two decimals");

    public static Money operator +(Money a, Money b) => new(checked(a.Fen + b.Fen));
    public static Money operator -(Money a, Money b) => new(checked(a.Fen - b.Fen));
    public static bool operator <(Money a, Money b) => a.Fen < b.Fen;
    public static bool operator >(Money a, Money b) => a.Fen > b.Fen;
    public static bool operator <=(Money a, Money b) => a.Fen <= b.Fen;
    public static bool operator >=(Money a, Money b) => a.Fen >= b.Fen;
    public static Money Min(Money a, Money b) => a.Fen <= b.Fen ? a : b;
    public static Money Max(Money a, Money b) => a.Fen >= b.Fen ? a : b;

    public int CompareTo(Money other) => Fen.CompareTo(other.Fen);

    /// <summary>Yuan with two decimals, e.g. <c>250000.00</c>.</summary>
    public override string ToString() => Yuan.ToString("0.00", CultureInfo.InvariantCulture);
}

/// <summary>Money as a decimal string of yuan; anything else in JSON is refused.</summary>
public sealed class MoneyJson : JsonConverter<Money>
{
    public override Money Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Money.TryParse(reader.GetString(), out var money)
            ? money
            : throw new JsonRefusal(new("金额应为以元计的字符串，最多两位小数，例如 \"250000.00\"。", "An amount is a string of yuan with at most two decimals, e.g. \"250000.00\"."));

    public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
