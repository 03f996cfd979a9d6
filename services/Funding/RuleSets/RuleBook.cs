using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// Every version of one rule set as a city keeps it: a draft, and what was published of it. A published version never changes; a correction
/// is a new version. Awards name version and hash. Stream <c>rule-set/&lt;id&gt;</c>.
/// </summary>
internal sealed record RuleBook(string Id, RuleDraft? Draft, ImmutableArray<RuleSet> Published)
{
    private static readonly RuleBook Initial = new("", null, []);

    public static readonly Noun<RuleBook> Noun = new(
        "rule-set", Initial, Apply, typeof(RuleSetDrafted), typeof(RuleSetPublished), typeof(RuleSetPublicationRefused));

    /// <summary>The version that the next draft must carry.</summary>
    public int NextVersion => Published.IsEmpty ? 1 : Published[^1].Version + 1;

    public static string HashOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    /// <summary>The last published version in force on this day. One whose status is <c>retired</c> ends the rule from its first day on; what was decided before stands.</summary>
    public Result<RuleSet> InForce(DateOnly day) =>
        Published.LastOrDefault(set => set.InForceOn(day)) is { Status: not RuleSetStatus.Retired } set ? set : NotInForce(Id, day);

    public static Fault NotInForce(string id, DateOnly day) => new(
        FaultKind.Refused, "rule_set.not_in_force",
        new($"规则“{id}”在 {day:yyyy-MM-dd} 没有已发布且在有效期内的版本。", $"No published version of the rule set '{id}' is in force on {day:yyyy-MM-dd}."));

    private static RuleBook Apply(RuleBook book, object happened, EventMeta meta) => happened switch
    {
        RuleSetDrafted e => book with { Id = e.RuleSet, Draft = new(e.Version, e.Hash, ReadRuleSet.Kept(Encoding.UTF8.GetBytes(e.Text)).Value, meta.Actor.Sub, meta.At) },
        RuleSetPublished e => book with { Draft = null, Published = book.Published.Add(book.Draft is { } draft && draft.Hash == e.Hash ? draft.Set : throw new InvalidOperationException($"{e.RuleSet}@{e.Version} was not drafted")) },
        RuleSetPublicationRefused => book,
        _ => throw new InvalidOperationException($"a rule set knows no {happened.GetType().Name}"),
    };
}

/// <summary>A text that waits for its second person.</summary>
internal sealed record RuleDraft(int Version, string Hash, RuleSet Set, string DraftedBy, DateTimeOffset DraftedAt);

/// <summary>A rule text was drafted, in full; <see cref="Hash"/> is the SHA-256 of its UTF-8 bytes in lower-case hex; <see cref="Shipped"/> names the shipped rule set it was taken from.</summary>
internal sealed record RuleSetDrafted(string RuleSet, int Version, string Hash, string Text, string? Shipped = null);

/// <summary>A second person published the drafted text of this hash.</summary>
internal sealed record RuleSetPublished(string RuleSet, int Version, string Hash);

/// <summary>Somebody tried to publish the own draft.</summary>
internal sealed record RuleSetPublicationRefused(string RuleSet, int Version, string Code);
