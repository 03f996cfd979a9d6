using FsCheck;
using FsCheck.Fluent;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Tree;

public class MerkleTreeTests
{
    private static readonly string[] KnownRoots =
    [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    public static TheoryData<int, int, string[]> KnownInclusions => new()
    {
        { 0, 1, [] },
        {
            0, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        },
        {
            5, 8,
            [
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        },
        { 2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"] },
        {
            1, 5,
            [
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        },
    };

    public static TheoryData<int, int, string[]> KnownConsistencies => new()
    {
        { 1, 1, [] },
        {
            1, 8,
            [
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ]
        },
        {
            6, 8,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        },
        {
            2, 5,
            [
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ]
        },
        {
            6, 7,
            [
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ]
        },
    };

    [Fact]
    public void Roots_of_up_to_eight_leaves_are_those_of_certificate_transparency()
    {
        var source = Leaves.Source(Leaves.OfCertificateTransparency);
        for (var size = 0; size <= 8; size++)
        {
            Assert.Equal(KnownRoots[size], MerkleTree.Root(size, source).ToHex());
        }
    }

    [Theory]
    [MemberData(nameof(KnownInclusions))]
    public void Inclusion_proofs_are_those_of_certificate_transparency(int index, int size, string[] expected)
    {
        var proof = MerkleTree.InclusionProof(index, size, Leaves.Source(Leaves.OfCertificateTransparency));

        Assert.Equal(expected, proof.Select(h => h.ToHex()));
        Assert.True(MerkleTree.VerifyInclusion(
            MerkleTree.LeafHash(Leaves.OfCertificateTransparency[index]), index, size, proof, Leaves.Hex(KnownRoots[size])));
    }

    [Theory]
    [MemberData(nameof(KnownConsistencies))]
    public void Consistency_proofs_are_those_of_certificate_transparency(int oldSize, int size, string[] expected)
    {
        var proof = MerkleTree.ConsistencyProof(oldSize, size, Leaves.Source(Leaves.OfCertificateTransparency));

        Assert.Equal(expected, proof.Select(h => h.ToHex()));
        Assert.True(MerkleTree.VerifyConsistency(oldSize, Leaves.Hex(KnownRoots[oldSize]), size, Leaves.Hex(KnownRoots[size]), proof));
    }

    [Fact]
    public void Every_inclusion_proof_holds_and_no_altered_one_does()
    {
        Prop.ForAll(Trees(), tree =>
        {
            var source = Leaves.Source(tree.Leaves);
            var size = tree.Leaves.Length;
            var root = Leaves.Root(tree.Leaves);
            var leaf = MerkleTree.LeafHash(tree.Leaves[tree.At]);
            var proof = MerkleTree.InclusionProof(tree.At, size, source);

            Assert.True(MerkleTree.VerifyInclusion(leaf, tree.At, size, proof, root));
            Assert.False(MerkleTree.VerifyInclusion(Flipped(leaf), tree.At, size, proof, root));
            Assert.False(MerkleTree.VerifyInclusion(leaf, tree.At, size, proof, Flipped(root)));
            Assert.False(MerkleTree.VerifyInclusion(leaf, tree.At - 1, size, proof, root));
            Assert.False(MerkleTree.VerifyInclusion(leaf, tree.At + 1, size, proof, root));
            Assert.False(MerkleTree.VerifyInclusion(leaf, -1, size, proof, root));
            Assert.False(MerkleTree.VerifyInclusion(leaf, tree.At, MerkleTree.SizeMax + 1, proof, root));
            Assert.All(Altered(proof, root), other => Assert.False(MerkleTree.VerifyInclusion(leaf, tree.At, size, other, root)));
            Assert.All(Enumerable.Range(0, size).Where(i => i != tree.At), i => Assert.False(MerkleTree.VerifyInclusion(leaf, i, size, proof, root)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_consistency_proof_holds_and_no_altered_one_does()
    {
        Prop.ForAll(Trees(), tree =>
        {
            var source = Leaves.Source(tree.Leaves);
            var (oldSize, size) = (tree.At, tree.Leaves.Length);
            var (oldRoot, root) = (Leaves.Root(tree.Leaves.AsSpan(0, oldSize)), Leaves.Root(tree.Leaves));
            var proof = MerkleTree.ConsistencyProof(oldSize, size, source);

            Assert.True(MerkleTree.VerifyConsistency(oldSize, oldRoot, size, root, proof));
            Assert.False(MerkleTree.VerifyConsistency(oldSize, Flipped(oldRoot), size, root, proof));
            Assert.Equal(oldSize == 0, MerkleTree.VerifyConsistency(oldSize, oldRoot, size, Flipped(root), proof));
            Assert.False(MerkleTree.VerifyConsistency(size, root, oldSize, oldRoot, proof));
            Assert.False(MerkleTree.VerifyConsistency(-1, oldRoot, size, root, proof));
            Assert.All(Altered(proof, root), other => Assert.False(MerkleTree.VerifyConsistency(oldSize, oldRoot, size, root, other)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_tree_is_consistent_with_itself_by_no_hashes_at_all()
    {
        var root = Leaves.Root(Leaves.Numbered(5));

        Assert.True(MerkleTree.VerifyConsistency(5, root, 5, root, []));
        Assert.False(MerkleTree.VerifyConsistency(5, root, 5, root, [root]));
        Assert.False(MerkleTree.VerifyConsistency(5, root, 5, Flipped(root), []));
    }

    [Fact]
    public void The_empty_tree_has_one_root_and_no_leaf()
    {
        Assert.True(MerkleTree.VerifyConsistency(0, MerkleTree.EmptyRoot, 0, MerkleTree.EmptyRoot, []));
        Assert.False(MerkleTree.VerifyConsistency(0, Flipped(MerkleTree.EmptyRoot), 0, Flipped(MerkleTree.EmptyRoot), []));
        Assert.False(MerkleTree.VerifyInclusion(MerkleTree.EmptyRoot, 0, 0, [], MerkleTree.EmptyRoot));
    }

    [Fact]
    public void Proofs_ask_the_store_for_the_nodes_they_announced_and_no_others()
    {
        Prop.ForAll(Trees(), tree =>
        {
            var size = tree.Leaves.Length;
            var asked = new HashSet<Node>();
            Hash Recording(int level, long index)
            {
                asked.Add(new(level, index));
                return Leaves.Source(tree.Leaves)(level, index);
            }

            MerkleTree.InclusionProof(tree.At, size, Recording);
            Assert.True(asked.SetEquals(MerkleTree.InclusionNodes(tree.At, size)));

            asked.Clear();
            MerkleTree.ConsistencyProof(tree.At, size, Recording);
            Assert.True(asked.SetEquals(MerkleTree.ConsistencyNodes(tree.At, size)));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Proofs_of_the_largest_tree_keep_to_the_bound()
    {
        var hash = MerkleTree.EmptyRoot;

        Assert.Equal(56, MerkleTree.InclusionProof(MerkleTree.SizeMax - 1, MerkleTree.SizeMax, (_, _) => hash).Length);
        Assert.Equal(MerkleTree.ProofHashesMax, MerkleTree.ConsistencyProof((MerkleTree.SizeMax / 2) + 1, MerkleTree.SizeMax, (_, _) => hash).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.InclusionProof(0, MerkleTree.SizeMax + 1, (_, _) => hash));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.ConsistencyProof(0, MerkleTree.SizeMax + 1, (_, _) => hash));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.Root(MerkleTree.SizeMax + 1, (_, _) => hash));
    }

    internal static Hash Flipped(Hash hash)
    {
        var bytes = hash.ToArray();
        bytes[7] ^= 0x08;
        return Hash.Of(bytes);
    }

    /// <summary>Trees of 1 to 80 leaves with one place in each.</summary>
    private static Arbitrary<(byte[][] Leaves, int At)> Trees() =>
        (from size in Gen.Choose(1, 80)
         from at in Gen.Choose(0, size - 1)
         select (Leaves.Numbered(size), at)).ToArbitrary();

    /// <summary>A bit flipped in each hash, each hash left out, neighbours swapped, hashes added in front and behind.</summary>
    private static IEnumerable<Hash[]> Altered(Hash[] proof, Hash root)
    {
        for (var i = 0; i < proof.Length; i++)
        {
            yield return [.. proof[..i], Flipped(proof[i]), .. proof[(i + 1)..]];
            yield return [.. proof[..i], .. proof[(i + 1)..]];
            if (i > 0)
            {
                yield return [.. proof[..(i - 1)], proof[i], proof[i - 1], .. proof[(i + 1)..]];
            }
        }

        yield return [root, .. proof];
        yield return [.. proof, root];
    }
}
