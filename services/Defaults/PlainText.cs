using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotCity.Defaults;

/// <summary>
/// Text from outside, as a person could have typed it: no control characters but tab and line ends (PostgreSQL takes no U+0000, XML none of
/// them), and none that turn the direction of writing (U+202A–202E, U+2066–2069), with which a payee's name could be made to read as another.
/// </summary>
public sealed class PlainText : JsonConverter<string>
{
    public static readonly Text Unprintable = new("含有控制字符或改变书写方向的字符，请删去后重试。", "it holds control characters, or such as turn the direction of writing; take them out.");

    /// <summary>What is wrong with the text, or null.</summary>
    public static Text? Refusal(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (c is (< ' ' and not ('\t' or '\n' or '\r')) or (>= '\u007f' and <= '\u009f') or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069'))
            {
                return Unprintable;
            }
        }

        return null;
    }

    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.GetString();
        return Refusal(text) is { } refusal ? throw new JsonRefusal(refusal) : text;
    }

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
