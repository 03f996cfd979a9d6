using System.Text.Json;
using System.Text.Json.Serialization;

namespace PilotCity.Oversight.Tree;

/// <summary>A hash in JSON: the same base64 as in checkpoints and proofs.</summary>
internal sealed class HashJson : JsonConverter<Hash>
{
    public override Hash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Hash.TryParse(reader.GetString(), out var hash)
            ? hash
            : throw new JsonException("a hash is base64 of 32 bytes");

    public override void Write(Utf8JsonWriter writer, Hash value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
