using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults;

namespace PilotCity.Registry.Enterprises;

/// <summary>A sentence that a person gives with a step, for whoever audits it: a reason, a source, a purpose. Not empty, at most 500 characters.</summary>
[JsonConverter(typeof(RemarkJson))]
internal readonly record struct Remark(string Value)
{
    public const int CharsMax = 500;

    public override string ToString() => Value;
}

/// <summary>Reads a remark as a JSON string, trimmed; anything else is refused with its place.</summary>
internal sealed class RemarkJson : JsonConverter<Remark>
{
    public override Remark Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()!.Trim() : "";
        return text.Length is > 0 and <= Remark.CharsMax
            ? new(text)
            : throw new JsonRefusal(new($"请填写 1 到 {Remark.CharsMax} 个字。", $"A text of 1 to {Remark.CharsMax} characters is asked for."));
    }

    public override void Write(Utf8JsonWriter writer, Remark value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);
}
