using System.Numerics;

namespace PilotCity.Oversight.Tree;

/// <summary>
/// The right edge of a growing tree: the roots of its full subtrees, at most one per level. It appends leaves and gives the
/// root in memory of the order of log n, and says which subtrees each leaf completed, so that they can be stored.
/// </summary>
internal sealed class Frontier
{
    private readonly List<Hash> subtrees = [];

    public Frontier()
    {
    }

    /// <summary>The edge of the tree of <paramref name="size"/> leaves whose hashes are stored.</summary>
    public Frontier(long size, HashAt source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, MerkleTree.SizeMax);
        Size = size;
        subtrees.AddRange(MerkleTree.RootNodes(size).Select(node => source(node.Level, node.Index)));
    }

    public long Size { get; private set; }

    public Hash Root
    {
        get
        {
            if (Size == 0)
            {
                return MerkleTree.EmptyRoot;
            }

            var root = subtrees[^1];
            for (var i = subtrees.Count - 2; i >= 0; i--)
            {
                root = MerkleTree.NodeHash(subtrees[i], root);
            }

            return root;
        }
    }

    /// <summary>Appends one leaf; <paramref name="completed"/> is told the leaf itself and each subtree that it completes, from the leaf upwards.</summary>
    public void Append(Hash leaf, Action<Node, Hash>? completed = null)
    {
        if (Size == MerkleTree.SizeMax)
        {
            throw new InvalidOperationException($"a tree holds at most {MerkleTree.SizeMax} leaves");
        }

        var index = Size;
        var hash = leaf;
        completed?.Invoke(new(0, index), hash);
        // As many subtrees join as the old size ends in ones: 0111 + 1 = 1000.
        var joins = BitOperations.TrailingZeroCount(~Size);
        for (var level = 1; level <= joins; level++)
        {
            hash = MerkleTree.NodeHash(subtrees[^1], hash);
            subtrees.RemoveAt(subtrees.Count - 1);
            completed?.Invoke(new(level, index >> level), hash);
        }

        subtrees.Add(hash);
        Size++;
    }
}
