using System.Collections.Immutable;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.Claims;

/// <summary>
/// An invoice, contract or transfer as this city claims it, by its salted fingerprint: which awards stand on it here, and which other cities said
/// that they claim it. Stream <c>claim/&lt;fingerprint&gt;</c>.
/// </summary>
internal sealed record Claim(string Fingerprint, MarkKind Kind, string KeyId, ImmutableSortedSet<string> Awards, ImmutableSortedSet<string> Reported)
{
    public static readonly Noun<Claim> Noun = new(
        "claim", new Claim("", MarkKind.Invoice, "", ImmutableSortedSet.Create<string>(StringComparer.Ordinal), ImmutableSortedSet.Create<string>(StringComparer.Ordinal)), Apply,
        typeof(ClaimMade), typeof(ClaimReleased), typeof(ClaimReported));

    private static string Of(in EventMeta meta) => meta.Stream["claim/".Length..];

    private static Claim Apply(Claim claim, object happened, EventMeta meta) => happened switch
    {
        ClaimMade e => claim with { Fingerprint = Of(meta), Kind = e.Kind, KeyId = e.KeyId, Awards = claim.Awards.Add(e.Award) },
        ClaimReleased e => claim with { Awards = claim.Awards.Remove(e.Award) },
        ClaimReported e => claim with { Fingerprint = Of(meta), Kind = e.Kind, KeyId = e.KeyId, Reported = claim.Reported.Add(e.City) },
        _ => throw new InvalidOperationException($"a claim knows no {happened.GetType().Name}"),
    };
}

/// <summary>An award stands on it.</summary>
internal sealed record ClaimMade(MarkKind Kind, string KeyId, string Award);

/// <summary>The award, computed again, no longer stands on it.</summary>
internal sealed record ClaimReleased(string Award);

/// <summary>Another city, of another installation, said that it claims it.</summary>
internal sealed record ClaimReported(MarkKind Kind, string KeyId, string City);
