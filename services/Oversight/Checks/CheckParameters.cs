using System.Collections.Immutable;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Checks;

/// <summary>The thresholds of one check that a city set for itself. Stream <c>check-parameters/&lt;check&gt;</c>; they hold from the entry on.</summary>
internal sealed record CheckParameters(ImmutableSortedDictionary<string, long> Values)
{
    public static readonly Noun<CheckParameters> Noun = new(
        "check-parameters", new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal)),
        (own, happened, _) => happened switch
        {
            CheckParametersSet e => new(own.Values.SetItems(e.Values)),
            _ => throw new InvalidOperationException($"thresholds know no {happened.GetType().Name}"),
        },
        typeof(CheckParametersSet));
}

/// <summary>A city set thresholds of a check, each in its unit, and why.</summary>
internal sealed record CheckParametersSet(IReadOnlyDictionary<string, long> Values, string Reason);
