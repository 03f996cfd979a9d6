using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Tree;

public class TilesTests
{
    [Theory]
    [InlineData(0, 0L, 256, "tile/0/000")]
    [InlineData(1, 1234067L, 256, "tile/1/x001/x234/067")]
    [InlineData(0, 273L, 112, "tile/0/273.p/112")]
    [InlineData(2, 1000L, 1, "tile/2/x001/000.p/1")]
    [InlineData(Tiles.EntriesLevel, 999L, 255, "tile/entries/999.p/255")]
    [InlineData(63, 0L, 256, "tile/63/000")]
    public void A_path_is_written_in_groups_of_three_digits_and_reads_back(int level, long index, int width, string path)
    {
        Assert.Equal(path, new Tile(level, index, width).Path);
        Assert.True(Tiles.TryParse(path, out var tile));
        Assert.Equal(new(level, index, width), tile);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tile/0")]
    [InlineData("tile/0/0")]
    [InlineData("tile/0/0000")]
    [InlineData("tile/0/x000/001")] // a group that says nothing
    [InlineData("tile/0/001/067")] // x is missing
    [InlineData("tile/0/x001/x067")] // the last group has no x
    [InlineData("tile/00/000")]
    [InlineData("tile/64/000")]
    [InlineData("tile/-1/000")]
    [InlineData("tile/+1/000")]
    [InlineData("tile/0/000.p/0")]
    [InlineData("tile/0/000.p/256")]
    [InlineData("tile/0/000.p/01")]
    [InlineData("tile/0/000.p")]
    [InlineData("tile/0/000/1")]
    [InlineData("tile/0/..")]
    [InlineData("tile/0/../../x")]
    [InlineData("tile/entries/00a")]
    [InlineData("tiles/0/000")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/999")]
    [InlineData("tile/0/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/x999/999")]
    public void Any_other_spelling_is_no_tile(string path) => Assert.False(Tiles.TryParse(path, out _));

    [Fact]
    public void A_tree_of_70_000_has_the_tiles_that_the_specification_counts()
    {
        var tiles = Tiles.Of(70_000).ToList();

        Assert.Equal(273, tiles.Count(t => t is { Level: 0, Full: true }));
        Assert.Equal(1, tiles.Count(t => t is { Level: 1, Full: true }));
        Assert.Equal([new(0, 273, 112), new(1, 1, 17), new(2, 0, 1)], tiles.Where(t => !t.Full));
    }

    [Fact]
    public void A_tree_of_256_has_one_full_tile_and_one_hash_above_it()
    {
        Assert.Empty(Tiles.Of(0));
        Assert.Equal([new(0, 0, 255)], Tiles.Of(255));
        Assert.Equal([new(0, 0, 256), new(1, 0, 1)], Tiles.Of(256));
        Assert.Equal([new(0, 0, 256), new(0, 1, 1), new(1, 0, 1)], Tiles.Of(257));
    }

    [Fact]
    public void A_tree_at_its_bound_has_seven_levels_of_full_tiles() =>
        Assert.Equal([new(7, 0, 1)], Tiles.Grown(MerkleTree.SizeMax - 1, MerkleTree.SizeMax).Where(t => !t.Full));

    [Fact]
    public void Growing_writes_what_became_full_and_the_new_edge_only()
    {
        Assert.Equal([new(0, 0, 256), new(0, 1, 44), new(1, 0, 1)], Tiles.Grown(200, 300));
        Assert.Equal([new(0, 1, 45)], Tiles.Grown(300, 301));
        Assert.Empty(Tiles.Grown(300, 300));
    }

    [Fact]
    public void Every_root_and_proof_comes_out_of_the_tiles_alone()
    {
        var leaves = Leaves.Numbered(700);
        var stored = new Dictionary<Node, Hash>();
        var frontier = new Frontier();
        foreach (var leaf in leaves)
        {
            frontier.Append(MerkleTree.LeafHash(leaf), stored.Add);
        }

        var files = Tiles.Of(700).ToDictionary(t => t, t => Tiles.Contents(t, (level, index) => stored[new(level, index)]));
        var source = Tiles.Source(700, tile => Tiles.Hashes(files[tile])!);

        Assert.Equal(Leaves.Root(leaves), MerkleTree.Root(700, source));
        foreach (var size in new[] { 1, 255, 256, 257, 511, 512, 513, 699, 700 })
        {
            var root = Leaves.Root(leaves.AsSpan(0, size));
            Assert.Equal(root, MerkleTree.Root(size, source));
            Assert.True(MerkleTree.VerifyConsistency(size, root, 700, frontier.Root, MerkleTree.ConsistencyProof(size, 700, source)));
            Assert.True(MerkleTree.VerifyInclusion(
                MerkleTree.LeafHash(leaves[size - 1]), size - 1, 700, MerkleTree.InclusionProof(size - 1, 700, source), frontier.Root));
        }
    }

    [Fact]
    public void A_source_refuses_what_the_tree_does_not_hold_and_a_tile_of_another_width()
    {
        var source = Tiles.Source(300, tile => new Hash[tile.Width - 1]);

        Assert.Throws<ArgumentOutOfRangeException>(() => source(0, 512));
        Assert.Throws<InvalidDataException>(() => source(0, 0));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(33, false)]
    [InlineData(8192, true)]
    [InlineData(8224, false)]
    public void A_tile_is_1_to_256_whole_hashes(int bytes, bool isTile) => Assert.Equal(isTile, Tiles.Hashes(new byte[bytes]) is not null);

    [Fact]
    public void A_tree_holds_a_tile_once_all_its_hashes_are_there()
    {
        Assert.True(Tiles.Holds(300, new(0, 0, 256)));
        Assert.True(Tiles.Holds(300, new(0, 1, 44)));
        Assert.False(Tiles.Holds(300, new(0, 1, 45)));
        Assert.True(Tiles.Holds(300, new(1, 0, 1)));
        Assert.False(Tiles.Holds(300, new(1, 0, 2)));
        Assert.True(Tiles.Holds(300, new(Tiles.EntriesLevel, 1, 44)));
        Assert.False(Tiles.Holds(300, new(Tiles.EntriesLevel, 1, 45)));
        Assert.False(Tiles.Holds(300, new(63, 0, 1)));
        Assert.False(Tiles.Holds(300, new(0, long.MaxValue, 1)));
    }

    [Fact]
    public void A_bundle_holds_each_entry_behind_its_length()
    {
        byte[][] entries = [[], [1, 2, 3], new byte[Tiles.EntryBytesMax]];
        var bundle = Tiles.Bundle(entries);

        Assert.Equal([0, 0, 0, 3, 1, 2, 3, 0xFF, 0xFF], bundle[..9]);
        Assert.Equal(entries, Tiles.Entries(bundle)!);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tiles.Bundle([new byte[Tiles.EntryBytesMax + 1]]));
    }

    [Fact]
    public void A_bundle_whose_lengths_do_not_fit_is_refused()
    {
        Assert.Null(Tiles.Entries([0]));
        Assert.Null(Tiles.Entries([0, 2, 1]));
        Assert.Equal(256, Tiles.Entries(new byte[512])!.Count);
        Assert.Null(Tiles.Entries(new byte[514]));
    }
}
