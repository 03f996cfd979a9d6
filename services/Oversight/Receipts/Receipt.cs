using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Receipts;

/// <summary>
/// One award with all that it stands on, in one JSON file that is checked without a network and without trust in us: the entries word for
/// word, each one's proof, and one checkpoint signed over all. <c>verifierKey</c> is the key the checkpoint is signed with; who has the
/// city's key from elsewhere gives it to the check instead of believing the file.
/// </summary>
internal sealed record Receipt(string Format, string City, string Award, string VerifierKey, string Checkpoint, IReadOnlyList<ReceiptEntry> Entries)
{
    public const string FormatNow = "pilot-city-receipt@1";

    /// <summary>A long project has a few hundred entries; a receipt of more is cut by nobody but refused.</summary>
    public const int EntriesMax = 5_000;

    /// <summary>Most entries are under 4 kB, and base64 adds a third.</summary>
    public const int BytesMax = 64 * 1024 * 1024;

    /// <summary>
    /// Streams that a receipt holds from their first entry on, without gaps: what happened in the case is there, not a choice of it.
    /// Of others (a city's fund) it holds the entries that name the award.
    /// </summary>
    private static readonly HashSet<string> WholeCategories = new(
        ["award", "project", "invoice", "enterprise", "enterprise-award", "assessment", "rule-set", "payment-batch"], StringComparer.Ordinal);

    public static bool IsWhole(string stream) => stream.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && WholeCategories.Contains(stream[..slash]);

    /// <summary>The case itself: what these streams refer to belongs into the receipt.</summary>
    public static bool IsCase(string stream, string award) => stream == $"award/{award}" || stream == $"project/{award}";
}

/// <summary>
/// One entry: its index in the city's tree, its canonical bytes (base64), the head of its service's log before and after it (hex), and
/// the hashes from its sibling up to the root.
/// </summary>
internal sealed record ReceiptEntry(long Index, string Bytes, string PreviousHead, string Head, IReadOnlyList<Hash> Proof);

/// <summary>
/// What an entry's payload refers to: streams by the names of fields, and the sources of facts that a decision stands on
/// (<c>{"source": {service, city, stream, version, position}}</c>).
/// </summary>
internal sealed record References(IReadOnlySet<string> Streams, IReadOnlyList<FactSource> Sources)
{
    private static readonly Dictionary<string, string[]> CategoriesOfField = new(StringComparer.Ordinal)
    {
        // An enterprise's earlier awards count against what a further one may be.
        ["enterprise"] = ["enterprise", "enterprise-award"],
        ["assessment"] = ["assessment"],
        ["ruleSet"] = ["rule-set"],
        ["project"] = ["project"],
    };

    public static References Of(Entry entry)
    {
        var streams = new HashSet<string>(StringComparer.Ordinal);
        var sources = new List<FactSource>();
        try
        {
            using var payload = JsonDocument.Parse(entry.Payload);
            Collect(payload.RootElement);
        }
        catch (JsonException)
        {
            // Not JSON: it refers to nothing.
        }

        return new(streams, sources);

        void Collect(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item);
                }
            }
            else if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                {
                    if (property.Value.ValueKind == JsonValueKind.String && CategoriesOfField.TryGetValue(property.Name, out var categories))
                    {
                        streams.UnionWith(categories.Select(c => $"{c}/{property.Value.GetString()}"));
                    }
                    else if (property.Name == "source" && FactSource.Of(property.Value) is { } source)
                    {
                        sources.Add(source);
                    }
                    else
                    {
                        Collect(property.Value);
                    }
                }
            }
        }
    }
}

/// <summary>Where a fact was read: the entry that was the last of its stream then.</summary>
internal sealed record FactSource(string Service, string City, string Stream, long Version, long Position)
{
    public static FactSource? Of(JsonElement element)
    {
        try
        {
            return element.ValueKind == JsonValueKind.Object ? element.Deserialize<FactSource>(Json.Lenient) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
