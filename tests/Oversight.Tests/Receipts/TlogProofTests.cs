using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Receipts;
using PilotCity.Oversight.Tests.Checkpoints;
using PilotCity.Oversight.Tests.Tree;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Receipts;

public class TlogProofTests
{
    private static readonly byte[][] Entries = Leaves.Numbered(11);

    private static readonly TlogProof Proof = new(
        6,
        MerkleTree.InclusionProof(6, 11, Leaves.Source(Entries)),
        new Checkpoint(Vectors.Origin, 11, Leaves.Root(Entries)).Sign(Vectors.Log, Vectors.At).ToString());

    [Fact]
    public void It_is_written_line_by_line_as_the_specification_says_and_reads_back()
    {
        var text = (Proof with { Extra = [1, 2, 3] }).ToString();
        var lines = text.Split('\n');

        Assert.Equal(["c2sp.org/tlog-proof@v1", "extra AQID", "index 6"], lines[..3]);
        Assert.Equal(Proof.Hashes.Select(h => h.ToString()), lines[3..7]);
        Assert.Equal(["", Vectors.Origin, "11"], lines[7..10]);
        Assert.EndsWith(Proof.Checkpoint, text, StringComparison.Ordinal);
        Assert.Equal(text, TlogProof.Parse(text).Value.ToString());
        Assert.Equal([1, 2, 3], TlogProof.Parse(text).Value.Extra!);
        Assert.Equal(Proof.ToString(), TlogProof.Parse(Proof.ToString()).Value.ToString());
    }

    [Fact]
    public void The_only_entry_of_a_log_needs_no_hashes()
    {
        const string text = $"c2sp.org/tlog-proof@v1\nindex 0\n\n{Vectors.Note}";
        var proof = TlogProof.Parse(text).Value;

        Assert.Empty(proof.Hashes);
        Assert.Equal(1, Verified(proof, MerkleTree.LeafHash("hello"u8)).Value.Checkpoint.Size);
    }

    [Fact]
    public void It_verifies_the_entry_it_was_made_for() => Assert.True(Verified(Proof, MerkleTree.LeafHash(Entries[6])).Ok);

    [Fact]
    public void Another_entry_index_or_hash_is_inclusion_wrong()
    {
        var leaf = MerkleTree.LeafHash(Entries[6]);

        Assert.Equal("proof.inclusion_wrong", Verified(Proof, MerkleTree.LeafHash(Entries[7])).Fault?.Code);
        Assert.Equal("proof.inclusion_wrong", Verified(Proof with { Index = 7 }, leaf).Fault?.Code);
        Assert.Equal("proof.inclusion_wrong", Verified(Proof with { Index = 11 }, leaf).Fault?.Code);
        Assert.Equal("proof.inclusion_wrong", Verified(Proof with { Hashes = [.. Proof.Hashes.Reverse()] }, leaf).Fault?.Code);
        Assert.Equal("proof.inclusion_wrong", Verified(Proof with { Hashes = [.. Proof.Hashes.Skip(1)] }, leaf).Fault?.Code);
    }

    [Fact]
    public void A_checkpoint_that_is_not_trusted_is_refused_before_the_tree_is_looked_at() =>
        Assert.Equal("note.signature_wrong", Verified(Proof with { Checkpoint = Proof.Checkpoint.Replace("\n11\n", "\n12\n", StringComparison.Ordinal) }, MerkleTree.EmptyRoot).Fault?.Code);

    [Fact]
    public void Every_single_altered_byte_is_noticed()
    {
        var text = Proof.ToString();
        var leaf = MerkleTree.LeafHash(Entries[6]);
        for (var i = 0; i < text.Length; i++)
        {
            var altered = string.Concat(text.AsSpan(0, i), ((char)(text[i] ^ 1)).ToString(), text.AsSpan(i + 1));
            var proof = TlogProof.Parse(altered);

            Assert.False(proof.Ok && Verified(proof.Value, leaf).Ok, $"character {i} was altered: {altered}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\n")]
    [InlineData("c2sp.org/tlog-proof@v2\nindex 0\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra AQID\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nextra A\nindex 0\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nextra AQID\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 00\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex -1\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 99999999999999999999\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex  1\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\nindex 0\nAQID\n\nx")]
    [InlineData("c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\nx")]
    public void Any_other_form_is_proof_malformed(string text) => Assert.Equal("proof.malformed", TlogProof.Parse(text).Fault?.Code);

    [Fact]
    public void Extra_data_and_hashes_have_bounds()
    {
        string With(int extraBytes, int hashes) =>
            (Proof with { Extra = new byte[extraBytes], Hashes = [.. Enumerable.Repeat(MerkleTree.EmptyRoot, hashes)] }).ToString();

        Assert.True(TlogProof.Parse(With(TlogProof.ExtraBytesMax, MerkleTree.ProofHashesMax)).Ok);
        Assert.Equal("proof.malformed", TlogProof.Parse(With(TlogProof.ExtraBytesMax + 1, 0)).Fault?.Code);
        Assert.Equal("proof.malformed", TlogProof.Parse(With(0, MerkleTree.ProofHashesMax + 1)).Fault?.Code);
    }

    private static Defaults.Result<SignedCheckpoint> Verified(TlogProof proof, Hash leaf) =>
        proof.Verify(leaf, Vectors.Origin, [VerifierKey.Parse(Vectors.LogKey).Value], []);
}
