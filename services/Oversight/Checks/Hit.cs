using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Oversight.Entries;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Checks;

/// <summary>
/// What a check found: whom or what it is about, the figures that show it, the entries that it rests on, and the money at stake. Names no persons. Its id is made of check, subjects and
/// figures: the same facts are the same hit, changed facts another.
/// </summary>
internal sealed record Hit(string Check, IReadOnlyList<Subject> About, IReadOnlyDictionary<string, string> Figures, IReadOnlyList<EntryRef> Evidence, Money AtStake)
{
    /// <summary>An entry of a finding stays far below the log's bound with so many.</summary>
    public const int EvidenceMax = 200;

    private const int IdCharacters = 24;

    public string Id
    {
        get
        {
            var text = new StringBuilder(Check);
            foreach (var subject in About.OrderBy(s => s.Kind, StringComparer.Ordinal).ThenBy(s => s.Id, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{subject.Kind}/{subject.Id}");
            }

            foreach (var (name, value) in Figures.OrderBy(f => f.Key, StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{name}={value}");
            }

            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..IdCharacters];
        }
    }

    /// <summary>A hit about a project and its enterprise.</summary>
    public static Hit On(string check, ProjectFact project, IEnumerable<EntryRef> evidence, Money atStake, params (string Name, object Value)[] figures) =>
        Of(check, [new("project", project.Id), new("enterprise", project.Enterprise)], evidence, atStake, figures);

    public static Hit On(string check, AwardFact award, IEnumerable<EntryRef> evidence, Money atStake, params (string Name, object Value)[] figures) =>
        Of(check, [new("award", award.Id), new("enterprise", award.Enterprise)], evidence, atStake, figures);

    public static Hit On(string check, EnterpriseFact enterprise, IEnumerable<EntryRef> evidence, Money atStake, params (string Name, object Value)[] figures) =>
        Of(check, [new("enterprise", enterprise.Id)], evidence, atStake, figures);

    public static Hit Of(string check, IReadOnlyList<Subject> about, IEnumerable<EntryRef> evidence, Money atStake, params (string Name, object Value)[] figures) => new(
        check, [.. about.Distinct()], figures.ToDictionary(f => f.Name, f => Plain(f.Value), StringComparer.Ordinal), [.. evidence.Distinct().Take(EvidenceMax)], atStake);

    private static string Plain(object value) => value switch
    {
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        DateTimeOffset at => at.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
