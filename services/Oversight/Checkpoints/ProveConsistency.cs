using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Checkpoints;

/// <summary>
/// That the log of <c>to</c> entries begins with the log of <c>from</c> entries (RFC 6962 §2.1.2): whoever kept an old checkpoint sees
/// that nothing of it was changed. <c>to</c> is the newest checkpoint where it is not given. Fault: <c>request.query</c>.
/// </summary>
internal static class ProveConsistency
{
    internal sealed record View(long From, Hash FromRoot, long To, Hash ToRoot, IReadOnlyList<Hash> Hashes, string Checkpoint);

    internal static void Map(Routes routes) =>
        routes.Get("/proofs/consistency", Officials.All, async (request, ct) =>
        {
            var signed = await request.Service<SignCheckpoint>().Now(request.City, ct);
            if (!signed.Ok)
            {
                return signed.Fault;
            }

            if (SizeOf(request.Query("to") ?? signed.Value.Size.ToString(CultureInfo.InvariantCulture), signed.Value.Size) is not { } to)
            {
                return OutOfRange("to", signed.Value.Size);
            }

            if (SizeOf(request.Query("from"), to) is not { } from)
            {
                return OutOfRange("from", to);
            }

            return (object)await Prove(request.Log, request.City, from, to, signed.Value.Note, ct);
        });

    /// <summary>Both sizes are known to be in the tree, and in order.</summary>
    internal static async Task<View> Prove(ServiceLog log, string city, long from, long to, string checkpoint, CancellationToken ct)
    {
        await using var connection = await log.Database.Connect(ct);
        var nodes = MerkleTree.ConsistencyNodes(from, to).Concat(MerkleTree.RootNodes(from)).Concat(MerkleTree.RootNodes(to));
        var source = await StoredTree.Source(log.Database, connection, null, city, to, nodes, ct);
        return new(from, MerkleTree.Root(from, source), to, MerkleTree.Root(to, source), MerkleTree.ConsistencyProof(from, to, source), checkpoint);
    }

    private static long? SizeOf(string? text, long max) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) && size <= max ? size : null;

    internal static Fault OutOfRange(string name, long max) => SliceFaults.QueryMalformed(
        name, new Text($"应为 0 到 {max} 的整数（日志条数）。", $"a number of entries from 0 to {max} is asked for."));
}
