using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Tree;

public class FrontierTests
{
    [Fact]
    public void It_has_the_root_of_every_prefix_and_tells_every_subtree_it_completes()
    {
        var leaves = Leaves.Numbered(70);
        var stored = new Dictionary<Node, Hash>();
        var frontier = new Frontier();

        Assert.Equal(MerkleTree.EmptyRoot, frontier.Root);
        for (var i = 0; i < leaves.Length; i++)
        {
            frontier.Append(MerkleTree.LeafHash(leaves[i]), stored.Add);

            Assert.Equal(i + 1, frontier.Size);
            Assert.Equal(Leaves.Root(leaves.AsSpan(0, i + 1)), frontier.Root);
        }

        // 70 leaves, 35 pairs, 17, 8, 4, 2, 1 full subtrees above them.
        Assert.Equal(70 + 35 + 17 + 8 + 4 + 2 + 1, stored.Count);
        Assert.All(stored, p => Assert.Equal(Leaves.Source(leaves)(p.Key.Level, p.Key.Index), p.Value));
    }

    [Fact]
    public void Started_again_from_stored_hashes_it_goes_on_as_if_it_had_never_stopped()
    {
        var leaves = Leaves.Numbered(40);
        for (var size = 0; size < leaves.Length; size++)
        {
            var frontier = new Frontier(size, Leaves.Source(leaves));
            frontier.Append(MerkleTree.LeafHash(leaves[size]));

            Assert.Equal(Leaves.Root(leaves.AsSpan(0, size + 1)), frontier.Root);
        }
    }

    [Fact]
    public void A_tree_at_its_bound_takes_no_further_leaf()
    {
        var frontier = new Frontier(MerkleTree.SizeMax, (_, _) => MerkleTree.EmptyRoot);

        Assert.Throws<InvalidOperationException>(() => frontier.Append(MerkleTree.EmptyRoot));
    }
}
