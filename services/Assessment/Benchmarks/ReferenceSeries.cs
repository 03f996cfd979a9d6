using System.Text.Json;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Benchmarks;

/// <summary>
/// A published series of figures with where it comes from: author, year, sample and what to beware of stand beside every figure. None decides an award.
/// </summary>
/// <param name="N">The sample; absent where it was not published.</param>
/// <param name="Instrument">The instrument beside whose results the series is shown, without version; absent where it belongs to none.</param>
internal sealed record ReferenceSeries(string Id, Text Title, Text Source, int Year, int? N, Text Caveat, IReadOnlyList<ReferenceFigure> Figures, string? Instrument = null);

/// <summary>One figure in percent as printed; <see cref="Of"/> names a part of the sample, <see cref="Item"/> the item or level of the instrument.</summary>
/// <param name="Kind">How near the survey's question is to the item: direct, near, each-half (each of two conditions), at-least, at-most.</param>
internal sealed record ReferenceFigure(Text Label, decimal Percent, Text? Of = null, string? Item = null, string? Kind = null);

/// <summary>The series that come with the product: a file of them, and those that stand in instruments beside their items.</summary>
internal static class ShippedReferences
{
    public static IReadOnlyList<ReferenceSeries> All { get; } = [.. OfFile(), OfItems()];

    public static IReadOnlyList<ReferenceSeries> Beside(string instrument) => [.. All.Where(s => s.Instrument == instrument.Split('@')[0])];

    private static ReferenceSeries[] OfFile()
    {
        using var file = typeof(ShippedReferences).Assembly.GetManifestResourceStream("benchmark/reference-series")!;
        return JsonSerializer.Deserialize<ReferenceSeries[]>(file, Json.Strict)!;
    }

    /// <summary>Adoption by link: which share of the sample of 2021 answered yes, beside the items of <c>tencent-process</c>.</summary>
    private static ReferenceSeries OfItems()
    {
        var instrument = ShippedInstruments.Find("tencent-process@1").Value;
        using var document = JsonDocument.Parse(instrument.Document);
        var figures = new List<ReferenceFigure>();
        Walk(document.RootElement, figures, instrument);
        return new(
            "adoption-2021", new("各环节应用情况", "Adoption by link"), new("《中小企业数字化转型路径报告》，腾讯", "Report on paths of SMEs' digital transformation, Tencent"), 2021, 67,
            new("样本数为推断；逾半数处于成长期，早于城市试点，只作量级参考；部分问法相近而不相同。", "The sample is inferred; more than half in the growth stage, before the city pilots: an order of magnitude, not a target. Some questions are near and not equal."),
            figures, "tencent-process");
    }

    private static void Walk(JsonElement element, List<ReferenceFigure> figures, Instrument instrument)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var one in element.EnumerateArray())
                Walk(one, figures, instrument);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("benchmark", out var benchmark) && benchmark.TryGetProperty("yesPercent", out var percent) && element.TryGetProperty("id", out var id)
                && instrument.ItemsById.TryGetValue(id.GetString()!, out var item))
                figures.Add(new(item.Title, decimal.Parse(percent.GetString()!, System.Globalization.CultureInfo.InvariantCulture), Item: item.Id, Kind: benchmark.TryGetProperty("kind", out var kind) ? kind.GetString() : null));

            foreach (var property in element.EnumerateObject())
                Walk(property.Value, figures, instrument);
        }
    }
}
