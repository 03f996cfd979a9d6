using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Exports;

/// <summary>
/// The proof that many entries stand in one tree, shorter than a proof of each: of every inner node above an entry, its two hashes, from the root
/// downwards and from left to right. Who knows the root knows each of them to be true on the way down, so a hash that was changed is found where it
/// stands, and an entry that was changed is found by itself. As text: <see cref="Header"/>, then a line of two base64 hashes per node.
/// </summary>
internal static class BatchProof
{
    public const string Header = "pilot-city-batch-proof@1";

    /// <summary>Writes the proof of the leaves of <paramref name="set"/>, none or more of the tree's first <paramref name="size"/>.</summary>
    public static async Task Write(LeafSet set, long size, TileReader tree, TextWriter to, CancellationToken ct)
    {
        await to.WriteAsync(Header + "\n");
        await Under(0, size);

        async ValueTask Under(long begin, long end)
        {
            if (end - begin < 2 || set.Next(begin) >= end)
            {
                return;
            }

            var middle = MerkleTree.Middle(begin, end);
            await to.WriteAsync($"{await tree.Root(begin, middle, ct)} {await tree.Root(middle, end, ct)}\n");
            await Under(begin, middle);
            await Under(middle, end);
        }
    }

    /// <summary>Reads a line of the proof.</summary>
    public static bool TryParse(string? line, out Hash left, out Hash right)
    {
        (left, right) = (default, default);
        return line?.Split(' ') is [var l, var r] && Hash.TryParse(l, out left) && Hash.TryParse(r, out right);
    }
}
