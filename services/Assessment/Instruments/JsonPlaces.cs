using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// Where each value of a JSON text stands: its bytes by its JSON pointer (RFC 6901), and the line and column of a byte. Lines and columns count
/// from 1, a column in characters, as an editor shows them.
/// </summary>
internal sealed class JsonPlaces
{
    /// <summary>As deep as the serializer goes (<see cref="Json.Strict"/>); nothing of ours comes near.</summary>
    public const int DepthMax = 32;

    private readonly ReadOnlyMemory<byte> text;
    private readonly Dictionary<string, JsonPlace> places = new(StringComparer.Ordinal);

    private JsonPlaces(ReadOnlyMemory<byte> text) => this.text = text;

    /// <summary>The places of a text that is known to be well formed.</summary>
    public static JsonPlaces Of(ReadOnlyMemory<byte> json) => Read(json, "", out _)!;

    /// <summary>
    /// Nothing where the text is no JSON, goes too deep, names a field twice, or holds text that is none (bytes that are no UTF-8, half a surrogate pair):
    /// <paramref name="problem"/> says where.
    /// </summary>
    public static JsonPlaces? Read(ReadOnlyMemory<byte> json, string code, out FaultDetail? problem)
    {
        problem = null;
        var all = new JsonPlaces(json);
        if (json.Span.StartsWith("\uFEFF"u8))
        {
            problem = all.Placed(new("", code, new("文件以字节顺序标记（BOM）开头，请另存为不带 BOM 的 UTF-8", "the file begins with a byte order mark; save it as UTF-8 without one")));
            return null;
        }

        var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = DepthMax });
        var (pointer, offset) = ("", 0);
        try
        {
            reader.Read();
            all.Value(ref reader, "", ref pointer, ref offset);
            offset = (int)reader.BytesConsumed;
            reader.Read();
            return all;
        }
        catch (JsonException e) when (e is not JsonRefusal)
        {
            // The reader counts bytes in its line; where the text ends too early, that is behind its last byte.
            var line = Enumerable.Range(0, (int)(e.LineNumber ?? 0)).Aggregate(0, (at, _) => at + json.Span[at..].IndexOf((byte)'\n') + 1);
            offset = line + (int)(e.BytePositionInLine ?? 0);
            var why = reader.CurrentDepth >= DepthMax - 1 && offset < json.Length && json.Span[offset] is (byte)'[' or (byte)'{'
                ? new Text($"嵌套超过 {DepthMax} 层", $"goes deeper than {DepthMax} levels")
                : new Text("不是有效的 JSON", "is not valid JSON");
            problem = new(pointer, code, all.Placed(offset, why));
        }
        catch (JsonRefusal e)
        {
            problem = new(pointer, code, all.Placed(offset, e.Text));
        }
        catch (InvalidOperationException)
        {
            problem = new(pointer, code, all.Placed(offset, new("不是有效的文本（UTF-8 或代理对有误）", "is no valid text (its UTF-8 or a surrogate pair is wrong)")));
        }

        return null;
    }

    public JsonPlace? Find(string pointer) => places.TryGetValue(pointer, out var place) ? place : null;

    /// <summary>The problem with the line and column of its path, or of what is around it where the path itself is missing.</summary>
    public FaultDetail Placed(FaultDetail problem)
    {
        JsonPlace place = default;
        for (var at = problem.Path; at.Length > 0 && !places.TryGetValue(at, out place);)
        {
            at = at.LastIndexOf('/') is var slash and >= 0 ? at[..slash] : "";
        }

        return problem with { Message = Placed(place.Start, problem.Message) };
    }

    private Text Placed(int offset, Text message)
    {
        var before = text.Span[..Math.Clamp(offset, 0, text.Length)];
        var line = before.Count((byte)'\n') + 1;

        // Every byte of UTF-8 but the continuation bytes begins a character.
        var column = 1;
        foreach (var b in before[(before.LastIndexOf((byte)'\n') + 1)..])
        {
            column += (b & 0xC0) == 0x80 ? 0 : 1;
        }

        return new(
            string.Create(CultureInfo.InvariantCulture, $"第 {line} 行第 {column} 列：{message.Zh}"),
            string.Create(CultureInfo.InvariantCulture, $"line {line}, column {column}: {message.En}"));
    }

    /// <param name="pointer">The value that is being read, for whoever catches.</param>
    private void Value(ref Utf8JsonReader reader, string here, ref string pointer, ref int offset)
    {
        (pointer, offset) = (here, (int)reader.TokenStartIndex);
        var (start, kind) = (offset, reader.TokenType);
        if (kind == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
            {
                offset = (int)reader.TokenStartIndex;
                var name = reader.GetString()!.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
                pointer = $"{here}/{name}";
                if (places.ContainsKey(pointer))
                    throw new JsonRefusal(new("同一字段出现了两次", "the same field stands twice in one object"));

                reader.Read();
                Value(ref reader, pointer, ref pointer, ref offset);
            }
        }
        else if (kind == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Value(ref reader, string.Create(CultureInfo.InvariantCulture, $"{here}/{i}"), ref pointer, ref offset);
            }
        }
        else if (kind == JsonTokenType.String)
        {
            reader.GetString();
        }

        places[here] = new(start, (int)reader.BytesConsumed, kind);
    }
}

/// <summary>A value's bytes, from its first up to before <see cref="End"/>.</summary>
internal readonly record struct JsonPlace(int Start, int End, JsonTokenType Kind);
