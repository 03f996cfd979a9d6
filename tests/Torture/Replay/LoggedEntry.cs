using System.Globalization;
using System.Text.Json;

namespace PilotCity.Torture.Replay;

/// <summary>One entry as the database holds it.</summary>
internal sealed record LoggedEntry(
    string Service, string City, long Position, string Stream, long Version, string Type, Guid CommandId, string Actor, long AtMicros, string Trace, byte[] Payload, byte[] Hash, byte[] Head)
{
    private JsonElement? json;

    /// <summary>The payload, read without any of the product's types.</summary>
    internal JsonElement Json => json ??= JsonDocument.Parse(Payload).RootElement;

    /// <summary>The part of the stream's name after the slash.</summary>
    internal string Id => Stream[(Stream.IndexOf('/', StringComparison.Ordinal) + 1)..];

    internal string Text(string name) => Json.GetProperty(name).GetString()!;

    internal string Text(string name, string standard) => Json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : standard;

    internal long Fen(string name) => FenOf(Json.GetProperty(name));

    /// <summary>Money is a decimal string of yuan: digits, a point, two digits.</summary>
    internal static long FenOf(JsonElement money) => (long)(decimal.Parse(money.GetString()!, NumberStyles.Number, CultureInfo.InvariantCulture) * 100);

    public override string ToString() => $"{Service}/{City} at {Position}: {Stream} {Version} {Type} {CommandId:N}";
}
