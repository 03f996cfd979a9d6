using System.Globalization;
using System.Text.Json;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// Where each value of a JSON text stands: its bytes by its JSON pointer (RFC 6901), and the line and column of a byte. Lines and columns count
/// from 1, a column in characters, as an editor shows them.
/// </summary>
internal sealed class JsonPlaces
{
    private readonly ReadOnlyMemory<byte> text;
    private readonly Dictionary<string, JsonPlace> places = new(StringComparer.Ordinal);

    private JsonPlaces(ReadOnlyMemory<byte> text) => this.text = text;

    /// <param name="json">Well-formed JSON.</param>
    public static JsonPlaces Of(ReadOnlyMemory<byte> json)
    {
        var all = new JsonPlaces(json);
        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 64 });
        reader.Read();
        all.Value(ref reader, "");
        return all;
    }

    public JsonPlace? Find(string pointer) => places.TryGetValue(pointer, out var place) ? place : null;

    /// <summary>The value at a pointer, or the nearest one around it that is there: what is missing is missing in something.</summary>
    public JsonPlace Nearest(string pointer)
    {
        for (var at = pointer; ;)
        {
            if (places.TryGetValue(at, out var place))
                return place;
            at = at.LastIndexOf('/') is var slash and >= 0 ? at[..slash] : "";
        }
    }

    public (int Line, int Column) At(int offset) => At(text.Span, offset);

    public static (int Line, int Column) At(ReadOnlySpan<byte> text, int offset)
    {
        var before = text[..Math.Clamp(offset, 0, text.Length)];
        var start = before.LastIndexOf((byte)'\n') + 1;

        // Every byte of UTF-8 but the continuation bytes begins a character.
        var characters = 0;
        foreach (var b in before[start..])
        {
            characters += (b & 0xC0) == 0x80 ? 0 : 1;
        }

        return (before.Count((byte)'\n') + 1, characters + 1);
    }

    private void Value(ref Utf8JsonReader reader, string pointer)
    {
        var (start, kind) = ((int)reader.TokenStartIndex, reader.TokenType);
        if (kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                var name = reader.GetString()!.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
                reader.Read();
                Value(ref reader, $"{pointer}/{name}");
            }
        }
        else if (kind == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Value(ref reader, string.Create(CultureInfo.InvariantCulture, $"{pointer}/{i}"));
            }
        }

        places.TryAdd(pointer, new(start, (int)reader.BytesConsumed, kind));
    }
}

/// <summary>A value's bytes, from its first up to before <see cref="End"/>.</summary>
internal readonly record struct JsonPlace(int Start, int End, JsonTokenType Kind);
