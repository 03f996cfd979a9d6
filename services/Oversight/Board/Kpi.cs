using System.Collections.Frozen;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Oversight.Board;

/// <summary>How a figure comes from its cases.</summary>
internal enum FigureKind
{
    /// <summary>How many cases there are.</summary>
    Count,

    /// <summary>Their values, added up.</summary>
    Sum,

    /// <summary>Numerators added up ÷ denominators added up.</summary>
    Ratio,

    /// <summary>How many cases there are ÷ the plan's target of the same group.</summary>
    OfTarget,

    /// <summary>The middle one of their values; of two, half way between.</summary>
    Median,

    /// <summary>The share of the largest provider, of the three largest, and the sum of the squared shares in percent.</summary>
    [System.Text.Json.Serialization.JsonStringEnumMemberName("top-1")]
    Top1,
    [System.Text.Json.Serialization.JsonStringEnumMemberName("top-3")]
    Top3,
    Hhi,
}

/// <summary>Whether more of it is better, less, or neither.</summary>
internal enum Polarity
{
    Up,
    Down,
    None,
}

internal enum KpiUnit
{
    Enterprises,
    Projects,
    Providers,
    Products,
    Workshops,
    Percent,
    Yuan,
    Times,
    Days,
    Points,
}

/// <summary>How a target is to be reached: along a straight line over the plan's window, or held at its level all the time.</summary>
internal enum TargetPath
{
    Line,
    Level,
}

/// <summary>By what a figure is divided.</summary>
internal enum Division
{
    District,
    SubIndustry,
    Provider,

    /// <summary>What stood at the end of each month.</summary>
    Month,
}

/// <summary>
/// A figure of the board as the catalogue has it (programme.md §6): what it is, how it is computed of what, whether more of it is better, whose entries it comes from, by what it can be
/// divided, and the outside data (<see cref="Awaits"/>) without which there is no figure.
/// </summary>
internal sealed record Kpi(
    string Id, Text Name, Text Formula, FigureKind Kind, Polarity Polarity, KpiUnit Unit, TargetPath Path, IReadOnlyList<string> Sources, IReadOnlyList<Division> By, string? Awaits = null,
    Text? Note = null)
{
    /// <summary>In the catalogue's order.</summary>
    public static IReadOnlyList<Kpi> InOrder { get; } = Read(Catalogue());

    public static readonly FrozenDictionary<string, Kpi> All = InOrder.ToFrozenDictionary(k => k.Id, StringComparer.Ordinal);

    private sealed record CatalogueFile(string Format, IReadOnlyList<Kpi> Kpis);

    /// <summary>Reads a catalogue and refuses one that contradicts itself or that nothing counts: the product does not start with it.</summary>
    internal static IReadOnlyList<Kpi> Read(byte[] bytes)
    {
        var file = JsonSerializer.Deserialize<CatalogueFile>(bytes, Json.Strict) ?? throw new FormatException("kpis.json is empty");
        if (file.Format != "pilotcity-kpis@1")
        {
            throw new FormatException($"kpis.json has the format '{file.Format}', not pilotcity-kpis@1");
        }

        foreach (var kpi in file.Kpis)
        {
            if (Wrong(kpi) is { } why)
            {
                throw new FormatException($"kpis.json, {kpi.Id}: {why}");
            }
        }

        return file.Kpis.DistinctBy(k => k.Id).Count() == file.Kpis.Count ? file.Kpis : throw new FormatException("kpis.json names a figure twice");
    }

    private static string? Wrong(Kpi kpi) =>
        kpi.Id.Length is 0 or > 40 || !kpi.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') ? "an id is lower-case letters, digits and dashes"
        : kpi.Name.Zh.Length == 0 || kpi.Name.En.Length == 0 ? "it has a name in both languages"
        : kpi.Formula.Zh.Length == 0 || kpi.Formula.En.Length == 0 ? "it says its formula in both languages"
        : kpi.Sources.Count == 0 ? "it names whose entries it comes from"
        : kpi.By.Distinct().Count() != kpi.By.Count ? "a division is named twice"
        : kpi.Awaits is null && !CountCases.Counts.ContainsKey(kpi.Id) ? "nothing counts it, and it awaits no outside data"
        : kpi.Awaits is not null && CountCases.Counts.ContainsKey(kpi.Id) ? "it is counted and awaits outside data too"
        : null;

    private static byte[] Catalogue()
    {
        using var stream = typeof(Kpi).Assembly.GetManifestResourceStream("Board/kpis.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
