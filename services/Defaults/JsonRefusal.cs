using System.Text.Json;

namespace PilotCity.Defaults;

/// <summary>Thrown by a JSON converter of ours whose value has a form that a person should be told, in both languages; the serializer adds the place.</summary>
public sealed class JsonRefusal(Text text) : JsonException(text.En)
{
    public Text Text { get; } = text;
}
