using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Performance;

/// <summary>A name or a heading: 1 to 100 characters in one line, without surrounding blanks.</summary>
[JsonConverter(typeof(ShapeJson<Label>))]
public readonly record struct Label(string Value) : IShape<Label>
{
    public const int LengthMax = 100;

    public static Text Wanted { get; } = new($"应为 1 到 {LengthMax} 个字符的单行文字。", $"One line of 1 to {LengthMax} characters is asked for.");

    public static Label? Read(string text) =>
        text.Trim() is { Length: > 0 and <= LengthMax } label && !label.Any(char.IsControl) ? new(label) : null;

    public override string ToString() => Value;
}

/// <summary>What a person writes to explain a step: 1 to 1,000 characters, line breaks allowed.</summary>
[JsonConverter(typeof(ShapeJson<Remark>))]
public readonly record struct Remark(string Value) : IShape<Remark>
{
    public const int LengthMax = 1_000;

    public static Text Wanted { get; } = new($"应为 1 到 {LengthMax} 个字符的文字。", $"1 to {LengthMax} characters are asked for.");

    public static Remark? Read(string text) =>
        text.Trim() is { Length: > 0 and <= LengthMax } remark && !remark.Any(c => char.IsControl(c) && c is not ('\n' or '\r' or '\t')) ? new(remark) : null;

    public override string ToString() => Value;
}

/// <summary>
/// A unified social credit code (统一社会信用代码) in the shape of GB 32100: 18 characters, upper case. Its check character was tested
/// where the code was first taken in: by Registry for enterprises, at sign-in for providers.
/// </summary>
[JsonConverter(typeof(ShapeJson<Uscc>))]
public readonly record struct Uscc(string Value) : IShape<Uscc>
{
    public static Text Wanted { get; } = new("应为 18 位统一社会信用代码（大写字母与数字）。", "A unified social credit code of 18 upper-case letters and digits is asked for.");

    public static Uscc? Read(string text) => text.Length == CreditCodes.Length && text.All(c => CreditCodes.Alphabet.Contains(c, StringComparison.Ordinal)) ? new(text) : null;

    public override string ToString() => Value;
}

/// <summary>The id that the parties gave a contract, e.g. <c>HT-1</c>: 1 to 40 letters, digits, dots, dashes.</summary>
[JsonConverter(typeof(ShapeJson<ContractId>))]
public readonly record struct ContractId(string Value) : IShape<ContractId>
{
    public const int LengthMax = 40;

    public static Text Wanted { get; } = new($"应为 1 到 {LengthMax} 个字母、数字、点或连字符。", $"1 to {LengthMax} letters, digits, dots or dashes are asked for.");

    public static ContractId? Read(string text) =>
        text.Length is > 0 and <= LengthMax && text.All(c => char.IsLetterOrDigit(c) || c is '.' or '-') ? new(text) : null;

    public override string ToString() => Value;
}

/// <summary>An id that another service gave, e.g. of an assessment: 1 to 64 ASCII letters, digits, dashes.</summary>
[JsonConverter(typeof(ShapeJson<OtherId>))]
public readonly record struct OtherId(string Value) : IShape<OtherId>
{
    public const int LengthMax = 64;

    public static Text Wanted { get; } = new($"应为 1 到 {LengthMax} 个字母、数字或连字符。", $"1 to {LengthMax} letters, digits or dashes are asked for.");

    public static OtherId? Read(string text) =>
        text.Length is > 0 and <= LengthMax && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? new(text) : null;

    public override string ToString() => Value;
}

/// <summary>Text that is a value only in one shape; anything else is refused where it is read, with its place and what is asked for.</summary>
public interface IShape<T>
    where T : struct, IShape<T>
{
    string Value { get; }

    static abstract Text Wanted { get; }

    static abstract T? Read(string text);
}

/// <summary>A shape as the JSON string that it is.</summary>
public sealed class ShapeJson<T> : JsonConverter<T>
    where T : struct, IShape<T>
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && T.Read(reader.GetString()!) is { } value ? value : throw new JsonRefusal(T.Wanted);

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
