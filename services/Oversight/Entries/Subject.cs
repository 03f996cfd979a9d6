using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Entries;

/// <summary>
/// Whom or what an entry is about: a kind, as the trail asks for it, and the id. <c>actor</c> is the account that took the step,
/// <c>type</c> the event's name, <c>look</c> what sensitive data the step lays open.
/// </summary>
internal readonly record struct Subject(string Kind, string Id)
{
    public const string Actor = "actor";
    public const string Type = "type";

    /// <summary>Steps by which somebody gets to see personal or account data (design §9): <c>?look=any</c> finds all, each word one of them.</summary>
    public const string Look = "look";

    private const string AnyLook = "any";

    private static readonly Dictionary<(string Service, string Type), string> LookOfType = new()
    {
        [("registry", "ContactRead")] = "contact",
        [("funding", "PaymentFileOpened")] = "payment-file",
    };

    /// <summary>An entry of a payment batch names each line's award; more subjects than this are no entry of ours.</summary>
    private const int PerEntryMax = 4_000;

    private const int IdLengthMax = 128;

    /// <summary>Streams whose name says the subject.</summary>
    private static readonly Dictionary<string, string> KindOfCategory = new(StringComparer.Ordinal)
    {
        ["enterprise"] = "enterprise",
        ["enterprise-award"] = "enterprise",
        ["account"] = "enterprise",
        ["provider"] = "provider",
        ["pool"] = "provider",
        ["project"] = "project",
        ["award"] = "award",
        ["fund"] = "fund",
        ["fund-account"] = "fund",
        ["payment-batch"] = "batch",
        ["rule-set"] = "rule-set",
        ["assessment"] = "assessment",
    };

    /// <summary>Fields of payloads that name a subject, at any depth.</summary>
    private static readonly Dictionary<string, string> KindOfField = new(StringComparer.Ordinal)
    {
        ["enterprise"] = "enterprise",
        ["provider"] = "provider",
        ["project"] = "project",
        ["award"] = "award",
        ["fund"] = "fund",
        ["ruleSet"] = "rule-set",
        ["assessment"] = "assessment",
    };

    /// <summary>The same in Funding's payloads alone: a batch of payments and its lines, a reservation of a fund. Performance calls other things so.</summary>
    private static readonly Dictionary<string, string> KindOfFundingField = new(StringComparer.Ordinal)
    {
        ["batch"] = "batch",
        ["line"] = "payment",
        ["reservation"] = "reservation",
    };

    private static readonly (byte[] Field, string Kind)[] Fields = [.. KindOfField.Select(f => (Encoding.UTF8.GetBytes(f.Key), f.Value))];

    private static readonly (byte[] Field, string Kind)[] FundingFields = [.. Fields, .. KindOfFundingField.Select(f => (Encoding.UTF8.GetBytes(f.Key), f.Value))];

    public static readonly IReadOnlyList<string> Kinds = [.. KindOfField.Values, .. KindOfFundingField.Values, Actor, Type, Look];

    /// <summary>The words of <see cref="Look"/>.</summary>
    public static readonly IReadOnlyList<string> Looks = [AnyLook, .. LookOfType.Values];

    /// <summary>Whether later entries of a stream are about what its first entry named: about an enterprise yes, but each has its own actor and type.</summary>
    [JsonIgnore]
    public bool IsInherited => Kind is not (Actor or Type or Look);

    /// <summary>Every subject that the entry itself names: by its stream, its payload and who took the step.</summary>
    public static IReadOnlySet<Subject> Of(Entry entry)
    {
        var found = new HashSet<Subject> { new(Type, entry.Type) };
        if (LookOfType.TryGetValue((entry.Service, entry.Type), out var look))
        {
            found.Add(new(Look, AnyLook));
            found.Add(new(Look, look));
        }

        var slash = entry.Stream.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && KindOfCategory.TryGetValue(entry.Stream[..slash], out var kind))
        {
            found.Add(new(kind, entry.Stream[(slash + 1)..]));
        }

        if (Identity(entry.Actor) is { } account)
        {
            found.Add(new(Actor, account));
        }

        try
        {
            Collect(new Utf8JsonReader(entry.Payload), entry.Service == "funding", found);
        }
        catch (JsonException)
        {
            // The log takes JSON only. Bytes that are none are still evidence: they stay in the tree, under their stream.
        }

        return found;
    }

    private static void Collect(Utf8JsonReader payload, bool funding, HashSet<Subject> found)
    {
        string? kind = null;
        while (payload.Read() && found.Count < PerEntryMax)
        {
            switch (payload.TokenType)
            {
                case JsonTokenType.PropertyName:
                    kind = KindOf(ref payload, funding);
                    break;
                case JsonTokenType.String when kind is not null && payload.ValueSpan.Length > 0:
                    if (payload.GetString() is { Length: <= IdLengthMax } id)
                    {
                        found.Add(new(kind, id));
                    }

                    kind = null;
                    break;
                case JsonTokenType.StartObject or JsonTokenType.EndObject or JsonTokenType.StartArray or JsonTokenType.EndArray or JsonTokenType.String or JsonTokenType.Number
                    or JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null or JsonTokenType.None or JsonTokenType.Comment:
                    kind = null;
                    break;
            }
        }
    }

    private static string? KindOf(ref Utf8JsonReader name, bool funding)
    {
        foreach (var (field, kind) in funding ? FundingFields : Fields)
        {
            if (name.ValueTextEquals(field))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The account in <c>role:sub@org</c>; what is not of that form names nobody.</summary>
    private static string? Identity(string actor)
    {
        var (colon, at) = (actor.IndexOf(':', StringComparison.Ordinal), actor.LastIndexOf('@'));
        return colon > 0 && at > colon + 1 && Roles.TryParse(actor[..colon], out _) ? actor[(colon + 1)..at] : null;
    }
}
