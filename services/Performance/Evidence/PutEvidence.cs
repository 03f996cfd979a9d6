using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Performance.Evidence;

/// <summary>
/// Somebody who takes steps puts a file into the city's store, under the SHA-256 of its content; again is the same.
/// Faults: evidence.hash_malformed, evidence.hash_mismatch, evidence.empty, request.too_large, evidence.store_full.
/// </summary>
internal static class PutEvidence
{
    /// <summary>Bound of one file: a scanned contract or a few minutes of a screen recording.</summary>
    internal const long BytesMax = 50L << 20;

    internal static Decision Decide(StoredContent content, Sha256 sha256, long size, Actor actor) =>
        (content.Orgs.Contains(actor.Org)
            ? Decision.Accept()
            : Decision.Accept(StoredContent.Noun.StreamOf(sha256.Value), new EvidenceStored(sha256, size)))
        .Answering($"/evidence/{sha256}", new Kept(sha256, size));

    internal static void Map(Routes routes) =>
        routes.ContentCommand(
            "PUT", "/evidence/{sha256}", [Role.Enterprise, Role.Provider, Role.Evaluator, Role.DistrictOfficer, Role.BureauOfficer, Role.BureauApprover],
            BytesMax, "application/octet-stream", async (request, ct) =>
            {
                if (Sha256.Read(request.Route("sha256")) is not { } sha256)
                {
                    return EvidenceFaults.HashMalformed;
                }

                var store = request.Service<ContentStore>();
                var outcome = await store.Put(request.City, sha256.Value, request.Body, BytesMax, ct);
                if (Refusal(outcome) is { } fault)
                {
                    return fault;
                }

                var size = store.Size(request.City, sha256.Value)!.Value;
                return new Intent(
                    [StoredContent.Noun.StreamOf(sha256.Value)],
                    (streams, _) => Decide(streams.Get(StoredContent.Noun, sha256.Value), sha256, size, request.Actor));
            });

    private static Fault? Refusal(PutOutcome outcome) => outcome switch
    {
        PutOutcome.Kept or PutOutcome.ThereAlready => null,
        PutOutcome.HashMismatch => EvidenceFaults.HashMismatch,
        PutOutcome.Empty => EvidenceFaults.Empty,
        PutOutcome.TooLarge => RequestFaults.TooLarge,
        PutOutcome.Full => EvidenceFaults.StoreFull,
    };

    /// <summary>What the caller is told.</summary>
    public sealed record Kept(Sha256 Sha256, long Size);
}
