using System.Collections.Immutable;
using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// The published rule sets that ship with the product, one embedded YAML file each. A file that cannot be read is a bug of the
/// build, so it throws. Fault: <c>rule_set.unknown</c>.
/// </summary>
internal static class ShippedRuleSets
{
    public static ImmutableArray<RuleSet> All { get; } = Load();

    /// <summary>
    /// Finds <c>longyan</c> (in force on the day; without one, the version that begins next to it) or <c>longyan@1</c> among some rule sets.
    /// </summary>
    public static Result<RuleSet> Find(IReadOnlyList<RuleSet> sets, string name, DateOnly? on)
    {
        var at = name.IndexOf('@', StringComparison.Ordinal);
        var id = at < 0 ? name : name[..at];
        var version = 0;
        if (at >= 0 && (!int.TryParse(name.AsSpan(at + 1), NumberStyles.None, CultureInfo.InvariantCulture, out version) || version == 0)) return Unknown(sets, name);

        RuleSet? best = null;
        foreach (var set in sets)
        {
            if (set.Id != id || (version > 0 && set.Version != version)) continue;
            if (best is null || Better(set, best, on)) best = set;
        }

        return best is null ? Unknown(sets, name) : best;
    }

    /// <summary>In force before not in force; then the later version, or the earliest where none is in force yet.</summary>
    private static bool Better(RuleSet set, RuleSet best, DateOnly? on)
    {
        if (on is not { } day) return set.Version > best.Version;
        var (holds, held) = (set.InForceOn(day), best.InForceOn(day));
        if (holds != held) return holds;
        return holds || set.EffectiveTo < day ? set.Version > best.Version : set.Version < best.Version;
    }

    private static Fault Unknown(IReadOnlyList<RuleSet> sets, string name)
    {
        var shown = name.Length > 60 ? name[..60] + "…" : name;
        var known = string.Join(", ", sets.Select(s => s.Name));
        return new(FaultKind.NotFound, "rule_set.unknown", new($"没有规则“{shown}”；现有：{known}", $"there is no rule set '{shown}'; there are: {known}"));
    }

    private static ImmutableArray<RuleSet> Load()
    {
        var assembly = typeof(ShippedRuleSets).Assembly;
        var sets = ImmutableArray.CreateBuilder<RuleSet>();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith("RuleSets/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            var read = ReadRuleSet.Read(bytes);
            sets.Add(read.Ok ? read.Value : throw new InvalidOperationException($"{name}: {read.Fault.Message.En}"));
        }

        return sets.DrainToImmutable();
    }
}
