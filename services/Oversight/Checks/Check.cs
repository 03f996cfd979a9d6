using System.Collections.Frozen;
using System.Text.Json;
using System.Text.RegularExpressions;
using PilotCity.Defaults;

namespace PilotCity.Oversight.Checks;

/// <summary>What a hit of a check does: stop the step until a person with the right decides, warn a person, or stand in a periodic report.</summary>
internal enum CheckMode
{
    Stop,
    Warn,
    Report,
}

/// <summary>How much a finding weighs: a breach of a rule, a reason to look, a figure to watch.</summary>
internal enum Severity
{
    High,
    Medium,
    Low,
}

/// <summary>A threshold of a check: a whole number of its unit. No source fixes it unless the check says so; a city may set its own.</summary>
internal sealed record CheckParameter(string Name, string Unit, long Standard, Text What);

/// <summary>
/// An audit check (审计核查规则), as the catalogue has it: what it detects, the facts it needs, whose data they are, which steps of a project it guards, the codes of the
/// refusals by which a service stops the step at once, and the outside data (<see cref="Awaits"/>) without which it says "not checked", never "passed".
/// </summary>
internal sealed partial record Check(
    string Id,
    Text What,
    IReadOnlyList<string> Needs,
    IReadOnlyList<CheckMode> Modes,
    IReadOnlyList<string> Owners,
    IReadOnlyList<string> Steps,
    IReadOnlyList<string> StopsWith,
    Severity Severity,
    IReadOnlyList<CheckParameter> Parameters,
    string? Awaits = null)
{
    /// <summary>All checks of the catalogue by id.</summary>
    public static readonly FrozenDictionary<string, Check> All = Read(Catalogue()).ToFrozenDictionary(c => c.Id, StringComparer.Ordinal);

    /// <summary>The catalogue's order, AC01 first.</summary>
    public static IReadOnlyList<Check> InOrder { get; } = [.. All.Values.OrderBy(c => c.Id, StringComparer.Ordinal)];

    private sealed record CatalogueFile(string Format, IReadOnlyList<Check> Checks);

    /// <summary>Reads a catalogue and refuses one that contradicts itself: the product does not start with it.</summary>
    internal static IReadOnlyList<Check> Read(byte[] bytes)
    {
        var file = JsonSerializer.Deserialize<CatalogueFile>(bytes, Json.Strict) ?? throw new FormatException("checks.json is empty");
        if (file.Format != "pilotcity-checks@1")
        {
            throw new FormatException($"checks.json has the format '{file.Format}', not pilotcity-checks@1");
        }

        foreach (var check in file.Checks)
        {
            if (Wrong(check) is { } why)
            {
                throw new FormatException($"checks.json, {check.Id}: {why}");
            }
        }

        return file.Checks.DistinctBy(c => c.Id).Count() == file.Checks.Count ? file.Checks : throw new FormatException("checks.json names a check twice");
    }

    private static string? Wrong(Check check) =>
        !Id_().IsMatch(check.Id) ? "an id is AC and two digits"
        : check.What.Zh.Length == 0 || check.What.En.Length == 0 ? "it says in both languages what it detects"
        : check.Needs.Count == 0 ? "it names the facts it needs"
        : check.Modes.Count == 0 ? "it has a mode"
        : check.Owners.Count == 0 ? "it names who owns the data"
        : check.Steps.Count == 0 ? "it names the steps it guards"
        : check.Parameters.Any(p => p.Unit.Length == 0 || p.Standard < 0) ? "a parameter has a unit and is not negative"
        : check.Parameters.DistinctBy(p => p.Name).Count() != check.Parameters.Count ? "a parameter is named twice"
        : null;

    private static byte[] Catalogue()
    {
        using var stream = typeof(Check).Assembly.GetManifestResourceStream("Checks/checks.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    [GeneratedRegex("^AC[0-9]{2}$")]
    private static partial Regex Id_();
}
