using PilotCity.Funding.Claims;

namespace PilotCity.Funding.Awards;

/// <summary>What makes a person look at an award before it goes on: parties that share something (AC14, AC26), or a claim that another city has too (AC08, AC30).</summary>
internal enum ConcernKind { SharedRepresentative, SharedPhone, SharedAddress, DuplicateInvoice, DuplicateContract, DuplicateTransfer }

/// <summary>
/// A concern (疑点): its id is made of what it is about, so that the same facts raise the same one again and a decision on it stays.
/// <see cref="About"/> names the two organisations, or the other city.
/// </summary>
internal sealed record Concern(string Id, ConcernKind Kind, IReadOnlyList<string> About)
{
    public static readonly IComparer<Concern> InOrder = Comparer<Concern>.Create((a, b) => string.CompareOrdinal(a.Id, b.Id));

    public static Concern Duplicate(MarkKind kind, string fingerprint, string city) => new($"duplicate.{city}.{fingerprint}", OfMark(kind), [city]);

    /// <summary>The word is Registry's: <c>representative</c>, <c>phone</c> or <c>address</c>.</summary>
    public static Concern Shared(string word, string a, string b) => new($"{word}.{a}.{b}", OfWord(word), [a, b]);

    private static ConcernKind OfMark(MarkKind kind) => kind switch
    {
        MarkKind.Invoice => ConcernKind.DuplicateInvoice,
        MarkKind.Contract => ConcernKind.DuplicateContract,
        MarkKind.Transfer => ConcernKind.DuplicateTransfer,
    };

    private static ConcernKind OfWord(string word) => word switch
    {
        "representative" => ConcernKind.SharedRepresentative,
        "phone" => ConcernKind.SharedPhone,
        "address" => ConcernKind.SharedAddress,
        _ => throw new FormatException($"'{word}' is no relation that this program knows"),
    };
}

/// <summary>A person's answer to a concern: dismissed (it does not stand in the way) or upheld, who, and why.</summary>
internal sealed record ConcernDecision(bool Dismissed, string By, string Reason);
