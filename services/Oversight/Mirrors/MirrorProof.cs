using PilotCity.Defaults;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Mirrors;

/// <summary>A consistency proof made from a mirror's tiles: a few files, however large the log is. Faults: <c>mirror.unreachable</c>, <c>mirror.incomplete</c>.</summary>
internal static class MirrorProof
{
    public static async Task<Result<IReadOnlyList<Hash>>> Consistency(MirrorSource mirror, long from, long to, CancellationToken ct)
    {
        var rows = new Dictionary<Tile, Hash[]>();
        try
        {
            foreach (var tile in MerkleTree.ConsistencyNodes(from, to).Select(node => Tiles.Under(node, to)).Distinct())
            {
                if (await VerifyMirror.Hashes(mirror, tile, ct) is not { } row)
                {
                    return new Fault(FaultKind.NotFound, "mirror.incomplete", new($"{mirror.Name} 没有 {tile.Path}。", $"{mirror.Name} has no {tile.Path}."));
                }

                rows.Add(tile, row);
            }
        }
        catch (Exception e) when (VerifyMirror.IsAway(e, ct))
        {
            return VerifyMirror.Away(mirror, e);
        }

        return MerkleTree.ConsistencyProof(from, to, Tiles.Source(to, tile => rows[tile]));
    }
}
