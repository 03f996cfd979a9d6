namespace PilotCity.Defaults.Identity;

/// <summary>What a person may be in a city's pilot (programme.md §3). In tokens and entries it is the kebab-case word, e.g. <c>bureau-officer</c>.</summary>
public enum Role
{
    Enterprise,
    Provider,
    DistrictOfficer,
    BureauOfficer,
    BureauApprover,
    FinanceOfficer,
    FinanceApprover,
    Evaluator,
    Expert,
    Auditor,
    Observer,
    Operator,

    /// <summary>The product itself: a follower that acts on an entry, or one service asking another.</summary>
    Service,
}

/// <summary>
/// Who took a step: the role in which it was taken, the account (an opaque id, never a person's name) and the organisation
/// (a unified social credit code, a division code, or the bureau's id). In an entry it is the text <c>role:sub@org</c>.
/// </summary>
public readonly record struct Actor(Role Role, string Sub, string Org)
{
    public override string ToString() => $"{Role.Word()}:{Sub}@{Org}";

    /// <summary>Reads <c>role:sub@org</c> as an entry holds it.</summary>
    public static Actor Parse(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var at = text.IndexOf('@', colon + 1);
        return colon > 0 && at > colon && Roles.TryParse(text[..colon], out var role)
            ? new(role, text[(colon + 1)..at], text[(at + 1)..])
            : throw new FormatException($"'{text}' is not an actor of the form role:sub@org");
    }
}

/// <summary>Roles as words and sets.</summary>
public static class Roles
{
    private static readonly Dictionary<Role, string> Words = Enum.GetValues<Role>().ToDictionary(
        r => r, r => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(r.ToString()));

    private static readonly Dictionary<string, Role> ByWord = Words.ToDictionary(p => p.Value, p => p.Key, StringComparer.Ordinal);

    public static string Word(this Role role) => Words[role];

    public static bool TryParse(string word, out Role role) => ByWord.TryGetValue(word, out role);
}
