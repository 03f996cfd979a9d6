using PilotCity.Defaults.Workbooks;

namespace PilotCity.Registry.Parties;

/// <summary>What two organisations share.</summary>
internal enum RelationKind { Representative, Phone, Address }

/// <summary>One value of one organisation, as it is compared.</summary>
internal readonly record struct PartyValue(string Org, RelationKind Kind, string Value);

/// <summary>Two organisations, in the order of their names, that share something.</summary>
internal readonly record struct Relation(RelationKind Kind, string A, string B);

/// <summary>
/// Which of some organisations share a legal representative, a phone or an address (AC14, AC26). Values are compared as people mean them:
/// widths, blanks and signs between do not matter, nor does the country's code before a mobile number.
/// </summary>
internal static class CompareParties
{
    internal static IReadOnlyList<Relation> Compare(IEnumerable<PartyValue> values) =>
    [
        .. values
            .Select(v => v with { Value = Normal(v.Kind, v.Value) })
            .Where(v => v.Value.Length > 0)
            .GroupBy(v => (v.Kind, v.Value))
            .SelectMany(shared => Pairs([.. shared.Select(v => v.Org).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]).Select(p => new Relation(shared.Key.Kind, p.A, p.B)))
            .Distinct()
            .OrderBy(r => r.Kind).ThenBy(r => r.A, StringComparer.Ordinal).ThenBy(r => r.B, StringComparer.Ordinal),
    ];

    /// <summary>The part of a value that tells: digits of a phone, letters and digits of the others.</summary>
    internal static string Normal(RelationKind kind, string value)
    {
        var plain = TypedText.Compact(value);
        return kind switch
        {
            RelationKind.Phone => WithoutCountry(string.Concat(plain.Where(char.IsAsciiDigit))),
            RelationKind.Representative or RelationKind.Address => string.Concat(plain.Where(char.IsLetterOrDigit)).ToUpperInvariant(),
        };
    }

    /// <summary>+86 and 0086 before a mobile number of eleven digits or an area code.</summary>
    private static string WithoutCountry(string digits)
    {
        var national = digits.StartsWith("0086", StringComparison.Ordinal) ? digits[4..] : digits.StartsWith("86", StringComparison.Ordinal) && digits.Length >= 12 ? digits[2..] : digits;
        return national.Length == 11 && national[0] == '1' ? national : national.TrimStart('0');
    }

    private static IEnumerable<(string A, string B)> Pairs(string[] orgs)
    {
        for (var i = 0; i < orgs.Length; i++)
        {
            for (var j = i + 1; j < orgs.Length; j++)
            {
                yield return (orgs[i], orgs[j]);
            }
        }
    }
}
