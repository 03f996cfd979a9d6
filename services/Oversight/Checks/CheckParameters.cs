using System.Collections.Immutable;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Checks;

/// <summary>The thresholds of one check that a city set for itself, and those that wait for a second person. Stream <c>check-parameters/&lt;check&gt;</c>; they hold from the entry on that sets them.</summary>
internal sealed record CheckParameters(ImmutableSortedDictionary<string, long> Values)
{
    public static readonly Noun<CheckParameters> Noun = new(
        "check-parameters", new(ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal)),
        (own, happened, meta) => happened switch
        {
            CheckParametersProposed e => own with { Proposed = new(e, meta.Actor.Sub, meta.At) },
            CheckParametersSet e => new(own.Values.SetItems(e.Values)),
            _ => throw new InvalidOperationException($"thresholds know no {happened.GetType().Name}"),
        },
        typeof(CheckParametersProposed), typeof(CheckParametersSet));

    /// <summary>What waits for a second person; a later proposal takes its place.</summary>
    public ParameterProposal? Proposed { get; init; }
}

/// <summary>Proposed thresholds, by which account and when.</summary>
internal sealed record ParameterProposal(CheckParametersProposed What, string By, DateTimeOffset At);

/// <summary>Somebody proposes thresholds of a check, each in its unit, and says why.</summary>
internal sealed record CheckParametersProposed(IReadOnlyDictionary<string, long> Values, string Reason);

/// <summary>A city set thresholds of a check, each in its unit, and why; <see cref="ProposedBy"/> is the account whose proposal a second person approved.</summary>
internal sealed record CheckParametersSet(IReadOnlyDictionary<string, long> Values, string Reason, string? ProposedBy = null);
