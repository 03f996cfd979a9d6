using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Tree;

public class WholeTreeTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(255)]
    [InlineData(257)]
    [InlineData(20_001)] // some levels are hashed on several cores
    public void Its_root_at_every_power_and_edge_is_that_of_the_frontier(int size)
    {
        Hash[] leaves = [.. Enumerable.Range(0, size).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i)))];
        var tree = new WholeTree(leaves);
        var frontier = new Frontier();
        var looked = Enumerable.Range(0, 20).SelectMany(i => new[] { 1 << i, (1 << i) + 1 }).Append(size).ToHashSet();
        foreach (var leaf in leaves)
        {
            frontier.Append(leaf);
            if (looked.Contains((int)frontier.Size))
            {
                Assert.Equal(frontier.Root, tree.Root(frontier.Size));
            }
        }

        Assert.Equal((size, frontier.Root), (tree.Size, tree.Root(size)));
    }
}
