using System.Text.Json;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Reports;

/// <summary>A group of items (一级指标下的分组) as the instrument's file arranges them: scoring does not need it, a reader does.</summary>
internal sealed record ItemGroup(Text Title, IReadOnlyList<string> Items);

/// <summary>Reads the groups from the instrument's own file.</summary>
internal static class InstrumentGroups
{
    public static IReadOnlyList<ItemGroup> Of(Instrument instrument)
    {
        using var document = JsonDocument.Parse(instrument.Document);
        return
        [
            .. List(document.RootElement, "dimensions").SelectMany(d => List(d, "groups"))
                .Where(g => g.TryGetProperty("title", out _))
                .Select(g => new ItemGroup(
                    g.GetProperty("title").Deserialize<Text>(Json.Lenient)!,
                    [.. List(g, "indicators").SelectMany(i => List(i, "items")).Select(i => i.GetProperty("id").GetString()!).Where(instrument.ItemsById.ContainsKey)])),
        ];
    }

    private static JsonElement.ArrayEnumerator List(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default;
}
