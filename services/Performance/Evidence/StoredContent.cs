using PilotCity.Defaults.Log;

namespace PilotCity.Performance.Evidence;

/// <summary>
/// Content in the city's store (证据原件), by its SHA-256: who put it there. Its stream is <c>evidence/&lt;sha256&gt;</c>.
/// </summary>
public sealed record StoredContent(string Sha256, long Size, IReadOnlyList<string> Orgs)
{
    public static readonly Noun<StoredContent> Noun = new("evidence", new StoredContent("", 0, []), Apply, typeof(EvidenceStored));

    private static StoredContent Apply(StoredContent content, object happened, EventMeta meta) => happened switch
    {
        EvidenceStored e => new StoredContent(e.Sha256.Value, e.Size, [.. content.Orgs, meta.Actor.Org]),
        _ => throw new InvalidOperationException($"evidence knows no {happened.GetType().Name}"),
    };
}

/// <summary>An organisation put this content into the store; its size in bytes.</summary>
public sealed record EvidenceStored(Sha256 Sha256, long Size);
