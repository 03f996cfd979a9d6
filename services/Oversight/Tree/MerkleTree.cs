using System.Numerics;
using System.Security.Cryptography;
using PilotCity.Defaults.Log;

namespace PilotCity.Oversight.Tree;

/// <summary>
/// Reads a stored hash of the tree: that of the full subtree over the leaves
/// <c>[index · 2^level, (index + 1) · 2^level)</c>. It is asked only for subtrees that the tree holds.
/// </summary>
internal delegate Hash HashAt(int level, long index);

/// <summary>A full subtree by its place: level 0 is a leaf, level n spans 2^n leaves.</summary>
internal readonly record struct Node(int Level, long Index);

/// <summary>
/// The Merkle tree of RFC 6962 §2 with SHA-256. Proofs are made from stored subtree hashes, never from all leaves,
/// and are checked strictly (RFC 9162 §2.1.3.2 and §2.1.4.2): a proof of another length than the sizes ask for does not hold.
/// </summary>
internal static class MerkleTree
{
    /// <summary>More leaves than any city writes; it keeps every sum and shift inside 64 bits.</summary>
    public const long SizeMax = 1L << 56;

    /// <summary>The longest proof that a tree of <see cref="SizeMax"/> leaves has: a consistency proof has one hash more than the tree has levels.</summary>
    public const int ProofHashesMax = 57;

    /// <summary>The root of no leaves: SHA-256 of nothing.</summary>
    public static readonly Hash EmptyRoot = Hash.Of(SHA256.HashData([]));

    public static Hash LeafHash(ReadOnlySpan<byte> entry) => Hash.Of(CanonicalEntry.Hash(entry));

    public static Hash NodeHash(Hash left, Hash right)
    {
        Span<byte> input = stackalloc byte[1 + (2 * Hash.Length)];
        input[0] = 0x01;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + Hash.Length)..]);
        Span<byte> digest = stackalloc byte[Hash.Length];
        SHA256.HashData(input, digest);
        return Hash.Of(digest);
    }

    /// <summary>The root of the first <paramref name="size"/> leaves.</summary>
    public static Hash Root(long size, HashAt source)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, SizeMax);
        return size == 0 ? EmptyRoot : Combine(new(0, size), source);
    }

    /// <summary>
    /// Where the tree over the leaves <c>[begin, end)</c>, at least two, parts in two (RFC 6962 §2.1): its left part is the largest full subtree
    /// that is smaller than it.
    /// </summary>
    public static long Middle(long begin, long end) => begin + SplitOf(end - begin);

    /// <summary>The full subtrees, largest first, that together are the part <c>[begin, end)</c> to which <see cref="Middle"/> led.</summary>
    public static IEnumerable<Node> PartNodes(long begin, long end) => new LeafRange(begin, end).Nodes();

    /// <summary>The hashes that lead from leaf <paramref name="index"/> to the root of <paramref name="size"/> leaves, the leaf's sibling first.</summary>
    public static Hash[] InclusionProof(long index, long size, HashAt source) =>
        [.. InclusionRanges(index, size).Select(range => Combine(range, source))];

    /// <summary>The hashes that lead from the root of <paramref name="oldSize"/> leaves to that of <paramref name="size"/>; none when the sizes are equal or the old tree was empty.</summary>
    public static Hash[] ConsistencyProof(long oldSize, long size, HashAt source) =>
        [.. ConsistencyRanges(oldSize, size).Select(range => Combine(range, source))];

    /// <summary>The stored hashes that an inclusion proof is made of, so that a store can fetch them in one query.</summary>
    public static IEnumerable<Node> InclusionNodes(long index, long size) => InclusionRanges(index, size).SelectMany(r => r.Nodes());

    /// <summary>The stored hashes that a consistency proof is made of.</summary>
    public static IEnumerable<Node> ConsistencyNodes(long oldSize, long size) => ConsistencyRanges(oldSize, size).SelectMany(r => r.Nodes());

    /// <summary>The full subtrees, largest first, that together are the tree of <paramref name="size"/> leaves.</summary>
    public static IEnumerable<Node> RootNodes(long size) => new LeafRange(0, size).Nodes();

    /// <summary>True if <paramref name="proof"/> shows that <paramref name="leaf"/> stands at <paramref name="index"/> in the tree of this size and root.</summary>
    public static bool VerifyInclusion(Hash leaf, long index, long size, IReadOnlyList<Hash> proof, Hash root)
    {
        if (index < 0 || size > SizeMax || index >= size)
        {
            return false;
        }

        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var step in proof)
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                hash = NodeHash(step, hash);
                // A node without a right sibling rises until it is somebody's right child.
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                hash = NodeHash(hash, step);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && hash == root;
    }

    /// <summary>True if <paramref name="proof"/> shows that the first <paramref name="oldSize"/> leaves of the new tree are the old tree.</summary>
    public static bool VerifyConsistency(long oldSize, Hash oldRoot, long size, Hash root, IReadOnlyList<Hash> proof)
    {
        if (oldSize < 0 || oldSize > size || size > SizeMax)
        {
            return false;
        }

        if (oldSize == size)
        {
            return proof.Count == 0 && oldRoot == root && (size > 0 || root == EmptyRoot);
        }

        if (oldSize == 0)
        {
            return proof.Count == 0 && oldRoot == EmptyRoot;
        }

        var (node, last) = (oldSize - 1, size - 1);
        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }

        // An old tree that is one full subtree is its own first hash; the proof leaves it out.
        var implied = BitOperations.IsPow2(oldSize);
        if (!implied && proof.Count == 0)
        {
            return false;
        }

        var oldHash = implied ? oldRoot : proof[0];
        var newHash = oldHash;
        foreach (var step in proof.Skip(implied ? 0 : 1))
        {
            if (last == 0)
            {
                return false;
            }

            if ((node & 1) == 1 || node == last)
            {
                oldHash = NodeHash(step, oldHash);
                newHash = NodeHash(step, newHash);
                while ((node & 1) == 0 && node != 0)
                {
                    node >>= 1;
                    last >>= 1;
                }
            }
            else
            {
                newHash = NodeHash(newHash, step);
            }

            node >>= 1;
            last >>= 1;
        }

        return last == 0 && oldHash == oldRoot && newHash == root;
    }

    /// <summary>PATH of RFC 6962 §2.1.1, as the ranges of leaves whose roots it lists.</summary>
    private static List<LeafRange> InclusionRanges(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, SizeMax);
        var ranges = new List<LeafRange>();
        var (begin, end) = (0L, size);
        while (end - begin > 1)
        {
            var middle = begin + SplitOf(end - begin);
            if (index < middle)
            {
                ranges.Add(new(middle, end));
                end = middle;
            }
            else
            {
                ranges.Add(new(begin, middle));
                begin = middle;
            }
        }

        ranges.Reverse();
        return ranges;
    }

    /// <summary>PROOF of RFC 6962 §2.1.2, as the ranges of leaves whose roots it lists.</summary>
    private static List<LeafRange> ConsistencyRanges(long oldSize, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, size);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, SizeMax);
        var ranges = new List<LeafRange>();
        if (oldSize == 0)
        {
            return ranges;
        }

        var (begin, end) = (0L, size);
        while (end != oldSize)
        {
            var middle = begin + SplitOf(end - begin);
            if (oldSize <= middle)
            {
                ranges.Add(new(middle, end));
                end = middle;
            }
            else
            {
                ranges.Add(new(begin, middle));
                begin = middle;
            }
        }

        if (begin > 0)
        {
            ranges.Add(new(begin, end));
        }

        ranges.Reverse();
        return ranges;
    }

    /// <summary>The largest power of two smaller than <paramref name="count"/> (at least 2).</summary>
    private static long SplitOf(long count) => 1L << BitOperations.Log2((ulong)(count - 1));

    private static Hash Combine(LeafRange range, HashAt source)
    {
        Hash? right = null;
        foreach (var node in range.Nodes().Reverse())
        {
            var hash = source(node.Level, node.Index);
            right = right is { } r ? NodeHash(hash, r) : hash;
        }

        return right!.Value;
    }

    /// <summary>Leaves <c>[Begin, End)</c> that RFC 6962 hashes as one tree of their own; <c>Begin</c> is a multiple of the largest subtree.</summary>
    private readonly record struct LeafRange(long Begin, long End)
    {
        public IEnumerable<Node> Nodes()
        {
            for (var begin = Begin; begin < End;)
            {
                var level = BitOperations.Log2((ulong)(End - begin));
                yield return new(level, begin >> level);
                begin += 1L << level;
            }
        }
    }
}
