using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Instruments;

/// <summary>
/// A city's reading of points that a published instrument leaves open: a small file that names the instrument, the source of the reading, and
/// which value stands instead of which. The published file stays as it is; what comes out passes all its checks again, and every result names
/// instrument, version and override: <c>miit-2024@1+longyan-1</c>.
/// </summary>
internal sealed record InstrumentOverride(string Instrument, string Name, Text Title, string Source, IReadOnlyList<OverriddenValue> Changes)
{
    /// <summary>An override answers open points; whoever changes more publishes an instrument of its own.</summary>
    public const int ChangesMax = 200;

    public const int BytesMax = 256 * 1024;

    public const int SourceCharsMax = 500;
}

/// <summary>The value at <see cref="Path"/> (a JSON pointer into the instrument's file) becomes another of the same kind, by the reading of an open point.</summary>
internal sealed record OverriddenValue(string OpenPoint, string Path, JsonElement Value);

/// <summary>Reads an override and makes the instrument that it leads to. Fault: <c>override.invalid</c>, with every problem by its place, and those of <see cref="ReadInstrument"/>.</summary>
internal static class OverrideInstrument
{
    public static Result<Instrument> Apply(string name, ReadOnlyMemory<byte> bytes, Func<string, Result<Instrument>> find) => Apply(name, bytes, find, ReadInstrument.Read);

    /// <summary>An override that a log holds: it was accepted by the checks of its day, and decides as it did then.</summary>
    public static Result<Instrument> Kept(string name, ReadOnlyMemory<byte> bytes, Func<string, Result<Instrument>> find) => Apply(name, bytes, find, ReadInstrument.Kept);

    /// <summary>Which instrument a file says it changes, before anything else of it is looked at; nothing where it does not say.</summary>
    public static string? InstrumentOf(ReadOnlyMemory<byte> bytes) => Read("", bytes) is { Ok: true } read ? read.Value.Given.Instrument : null;

    private static Result<Instrument> Apply(
        string name, ReadOnlyMemory<byte> bytes, Func<string, Result<Instrument>> find, Func<string, ReadOnlyMemory<byte>, Result<Instrument>> readChanged)
    {
        var read = Read(name, bytes);
        if (!read.Ok)
            return read.Fault;

        var (given, placed) = read.Value;
        var found = find(given.Instrument);
        if (!found.Ok)
            return found.Fault;

        var problems = new List<FaultDetail>();
        Check(given, found.Value, problems);
        var document = found.Value.Document;
        var (places, open) = (JsonPlaces.Of(document), OpenPoints(document));
        var exchanged = new List<(JsonPlace Place, string Text)>();
        for (var i = 0; i < Math.Min(given.Changes.Count, InstrumentOverride.ChangesMax); i++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"/changes/{i}");
            if (Place(places, given.Changes[i], open, at, problems) is { } place)
                exchanged.Add((place, given.Changes[i].Value.GetRawText()));
        }

        if (problems.Count > 0)
            return Invalid(name, [.. problems.Select(placed.Placed)]);

        var changed = readChanged(name, Exchange(document, exchanged));
        return changed.Ok
            ? changed.Value with
            {
                Reference = $"{found.Value.Reference}+{given.Name}",
                Override = new(given.Name, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), found.Value.Sha256, given.Title, given.Source, given.Changes),
            }
            : changed.Fault;
    }

    /// <summary>The text with some values exchanged and every other byte as it was: whoever has the two files can make it, and its hash, again.</summary>
    private static byte[] Exchange(ReadOnlyMemory<byte> document, List<(JsonPlace Place, string Text)> exchanged)
    {
        using var changed = new MemoryStream(document.Length);
        var done = 0;
        foreach (var (place, text) in exchanged.OrderBy(e => e.Place.Start))
        {
            changed.Write(document.Span[done..place.Start]);
            changed.Write(Encoding.UTF8.GetBytes(text));
            done = place.End;
        }

        changed.Write(document.Span[done..]);
        return changed.ToArray();
    }

    private static HashSet<string> OpenPoints(ReadOnlyMemory<byte> document)
    {
        using var json = JsonDocument.Parse(document);
        return json.RootElement.TryGetProperty("openPoints", out var points) && points.ValueKind == JsonValueKind.Array
            ? points.EnumerateArray().Where(p => p.ValueKind == JsonValueKind.Object).Select(p => p.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String ? id.GetString() : null).OfType<string>().ToHashSet(StringComparer.Ordinal)
            : [];
    }

    private static Result<(InstrumentOverride Given, JsonPlaces Places)> Read(string name, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length > InstrumentOverride.BytesMax)
            return Invalid(name, [new("", "override.too_large", new($"文件超过 {InstrumentOverride.BytesMax} 字节", $"the file is larger than {InstrumentOverride.BytesMax} bytes"))]);

        if (JsonPlaces.Read(bytes, "override.malformed", out var flaw) is not { } places)
            return Invalid(name, [flaw!]);

        try
        {
            return JsonSerializer.Deserialize<InstrumentOverride>(bytes.Span, Json.Strict) is { } read
                ? (read, places)
                : Invalid(name, [new("", "override.malformed", new("文件为空", "the file holds null"))]);
        }
        catch (JsonException e)
        {
            return Invalid(name, [.. RequestFaults.OfJson(e).Details.Select(d => places.Placed(d with { Code = "override.malformed" }))]);
        }
    }

    private static void Check(InstrumentOverride given, Instrument instrument, List<FaultDetail> problems)
    {
        if (given.Instrument != instrument.Reference || instrument.Override is not null)
            problems.Add(new("/instrument", "override.instrument", new($"应写明版本：{instrument.Reference}", $"names the version that it changes: {instrument.Reference}")));
        if (given.Name.Length is 0 or > 40 || !given.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            problems.Add(new("/name", "override.name", new("应为 1 至 40 位小写字母、数字或连字符", "must be 1 to 40 lower-case letters, digits or dashes")));
        if (string.IsNullOrWhiteSpace(given.Source) || given.Source.Length > InstrumentOverride.SourceCharsMax)
            problems.Add(new("/source", "override.source", new($"应写明依据（1 至 {InstrumentOverride.SourceCharsMax} 个字符）", $"must say on what it stands, in 1 to {InstrumentOverride.SourceCharsMax} characters")));
        if (given.Changes.Count is 0 or > InstrumentOverride.ChangesMax)
            problems.Add(new("/changes", "override.bound", new($"应有 1 至 {InstrumentOverride.ChangesMax} 处", $"must hold 1 to {InstrumentOverride.ChangesMax} changes")));
        foreach (var twice in given.Changes.GroupBy(c => c?.Path, StringComparer.Ordinal).Where(g => g.Count() > 1))
            problems.Add(new("/changes", "override.repeated", new($"“{twice.Key}”重复", $"'{twice.Key}' stands twice")));
    }

    private static JsonPlace? Place(JsonPlaces places, OverriddenValue? change, HashSet<string> open, string at, List<FaultDetail> problems)
    {
        if (change is null || !open.Contains(change.OpenPoint))
            problems.Add(new($"{at}/openPoint", "override.open_point", new($"评测工具没有这个待确认点；有：{string.Join("、", open.Order(StringComparer.Ordinal))}", $"the instrument leaves no such point open; there are {string.Join(", ", open.Order(StringComparer.Ordinal))}")));
        else if (places.Find(change.Path) is not { Kind: JsonTokenType.String or JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False } place)
            problems.Add(new($"{at}/path", "override.path", new("文件中没有这个值", "the instrument's file has no value there")));
        else if (Family(place.Kind) != Family(change.Value.ValueKind))
            problems.Add(new($"{at}/value", "override.value", new("与原值类型不同", "is of another kind than the value that stands there")));
        else
            return place;
        return null;
    }

    private static JsonValueKind Family(JsonTokenType kind) =>
        kind == JsonTokenType.String ? JsonValueKind.String : kind == JsonTokenType.Number ? JsonValueKind.Number : JsonValueKind.True;

    private static JsonValueKind Family(JsonValueKind kind) => kind == JsonValueKind.False ? JsonValueKind.True : kind;

    private static Fault Invalid(string name, List<FaultDetail> problems) => new(
        FaultKind.Invalid,
        "override.invalid",
        new(
            $"覆盖文件 {name} 不能使用：{problems[0].Path} {problems[0].Message.Zh}（共 {problems.Count} 处）",
            $"override file {name} cannot be used: {problems[0].Path} {problems[0].Message.En} ({problems.Count} in all)"))
    {
        Details = problems,
    };
}
