using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Verify;

namespace PilotCity.Oversight.Tests.Verify;

public class VerifyCheckpointsTests
{
    private const string Origin = "pilot-city.example/350800";

    private static readonly SignerKey Key = SignerKey.Generate(Origin, KeyAlgorithm.Ed25519);

    private static readonly WholeTree Tree = new([.. Enumerable.Range(0, 13).Select(i => MerkleTree.LeafHash([(byte)i]))]);

    [Fact]
    public void Every_earlier_checkpoint_goes_with_a_later_one_and_its_proof_with_no_other()
    {
        for (var from = 0; from <= 13; from++)
        {
            var proof = MerkleTree.ConsistencyProof(from, 13, Tree.At);

            Assert.Null(VerifyCheckpoints.Check(Of(from), Of(13), proof));
            if (proof.Length > 0)
            {
                Assert.Equal("consistency.wrong", VerifyCheckpoints.Check(Of(from), Of(13), proof[..^1])?.Code);
            }
        }
    }

    [Fact]
    public void Two_roots_over_the_same_entries_are_a_split_view()
    {
        var other = Of(5) with { Root = Tree.Root(6) };

        Assert.Equal("consistency.split_view", VerifyCheckpoints.Check(Of(5), other, [])?.Code);
        Assert.Equal("consistency.origin_differs", VerifyCheckpoints.Check(Of(5), Of(5) with { Origin = "pilot-city.example/330100" }, [])?.Code);
        Assert.Equal("consistency.order", VerifyCheckpoints.Check(Of(6), Of(5), [])?.Code);
    }

    [Fact]
    public void A_checkpoint_is_opened_with_the_key_under_the_name_of_any_city()
    {
        var note = Of(5).Sign(Key, DateTimeOffset.UnixEpoch).ToString();

        Assert.Equal(5, VerifyCheckpoints.Open(note, null).Value.Size);
        Assert.Equal(5, VerifyCheckpoints.Open(note, Key.Verifier).Value.Size);
        Assert.Equal(5, VerifyCheckpoints.Open(note, Key.Verifier.OfCity("330100")).Value.Size);
        Assert.Equal("note.signer_unknown", VerifyCheckpoints.Open(note, SignerKey.Generate(Origin, KeyAlgorithm.Ed25519).Verifier).Fault?.Code);
    }

    [Theory]
    [InlineData("not base64")]
    [InlineData("{")]
    [InlineData("{\"hashes\":[1]}")]
    [InlineData("{\"other\":[]}")]
    public void A_proof_that_cannot_be_read_is_said(string text) => Assert.Equal("consistency.proof_malformed", VerifyCheckpoints.ReadProof(text).Fault?.Code);

    [Fact]
    public void A_proof_is_lines_or_json_and_no_longer_than_the_tree_is_high()
    {
        var lines = string.Concat(Enumerable.Repeat($"{MerkleTree.EmptyRoot}\n", MerkleTree.ProofHashesMax));

        Assert.Equal(MerkleTree.ProofHashesMax, VerifyCheckpoints.ReadProof(lines).Value.Count);
        Assert.Equal("consistency.proof_malformed", VerifyCheckpoints.ReadProof($"{lines}{MerkleTree.EmptyRoot}\n").Fault?.Code);
        Assert.Equal([MerkleTree.EmptyRoot], VerifyCheckpoints.ReadProof($$"""{"from":1,"hashes":["{{MerkleTree.EmptyRoot}}"]}""").Value);
    }

    private static Checkpoint Of(int size) => new(Origin, size, Tree.Root(size));
}
