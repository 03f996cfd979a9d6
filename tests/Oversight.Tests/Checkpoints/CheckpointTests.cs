using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class CheckpointTests
{
    private static readonly VerifierKey LogKey = VerifierKey.Parse(Vectors.LogKey).Value;
    private static readonly VerifierKey WitnessKey = VerifierKey.Parse(Vectors.WitnessKey).Value;

    [Fact]
    public void A_signed_checkpoint_opens_with_the_keys_of_the_log_and_its_witnesses()
    {
        var opened = Checkpoint.Open(Vectors.Note, Vectors.Origin, [LogKey], [WitnessKey]).Value;

        Assert.Equal((Vectors.Origin, 1L, MerkleTree.LeafHash("hello"u8)), (opened.Checkpoint.Origin, opened.Checkpoint.Size, opened.Checkpoint.Root));
        Assert.Equal([WitnessKey], opened.Witnesses);
    }

    [Fact]
    public void What_is_signed_here_is_the_published_note()
    {
        var checkpoint = new Checkpoint(Vectors.Origin, 1, MerkleTree.LeafHash("hello"u8));

        Assert.Equal(Vectors.Text, checkpoint.Text);
        Assert.Equal($"{Vectors.Text}\n{Vectors.LogLine}", checkpoint.Sign(Vectors.Log, Vectors.At).ToString());
    }

    [Fact]
    public void During_a_key_rotation_either_key_of_the_log_opens_it()
    {
        var next = SignerKey.Generate(Vectors.Origin, KeyAlgorithm.Ed25519).Verifier;

        Assert.True(Checkpoint.Open(Vectors.Note, Vectors.Origin, [next, LogKey], []).Ok);
        Assert.Equal("note.signer_unknown", Checkpoint.Open(Vectors.Note, Vectors.Origin, [next], []).Fault?.Code);
    }

    [Fact]
    public void A_checkpoint_of_another_log_is_origin_wrong() =>
        Assert.Equal("checkpoint.origin_wrong", Checkpoint.Open(Vectors.Note, "pilot-city.example/330100", [LogKey], []).Fault?.Code);

    [Fact]
    public void Witnesses_alone_do_not_vouch_for_a_log()
    {
        var note = $"{Vectors.Text}\n{Vectors.WitnessLine}";

        Assert.Equal("checkpoint.log_signature_missing", Checkpoint.Open(note, Vectors.Origin, [LogKey], [WitnessKey]).Fault?.Code);
    }

    [Fact]
    public void Faults_of_the_note_come_through()
    {
        Assert.Equal("note.malformed", Checkpoint.Open("", Vectors.Origin, [LogKey], []).Fault?.Code);
        Assert.Equal("note.signature_wrong", Checkpoint.Open(Vectors.Note.Replace("\n1\n", "\n2\n", StringComparison.Ordinal), Vectors.Origin, [LogKey], []).Fault?.Code);
        Assert.Equal("checkpoint.malformed", Checkpoint.Open(SignedNote.Sign("x\n", [Vectors.Log], Vectors.At).ToString(), Vectors.Origin, [LogKey], []).Fault?.Code);
    }

    [Fact]
    public void Extension_lines_of_others_are_kept_and_signed()
    {
        const string text = Vectors.Text + "an extension\n";

        Assert.Equal(["an extension"], Checkpoint.Parse(text).Value.Extensions);
        Assert.Equal(text, Checkpoint.Parse(text).Value.Text);
    }

    [Fact]
    public void An_empty_log_has_the_root_of_nothing() =>
        Assert.Equal(0, Checkpoint.Parse($"a\n0\n{MerkleTree.EmptyRoot}\n").Value.Size);

    [Theory]
    [InlineData("")]
    [InlineData("a\n1\n")]
    [InlineData("a\n1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=")]
    [InlineData("\n1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")]
    [InlineData("a\n01\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")]
    [InlineData("a\n-1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")]
    [InlineData("a\n+1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")]
    [InlineData("a\n 1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")]
    [InlineData("a\n١\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")]
    [InlineData("a\n72057594037927937\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")] // one more than the bound
    [InlineData("a\n99999999999999999999\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")]
    [InlineData("a\n1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uA==\n")] // 31 bytes
    [InlineData("a\n1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n\n")]
    [InlineData("a\n1\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n\nb\n")]
    [InlineData("a\n0\niipcm3aIJ95alVLDigRMZpWcaPbS8htSYK9U0vh9uCc=\n")] // not the root of nothing
    public void Any_other_text_is_checkpoint_malformed(string text) => Assert.Equal("checkpoint.malformed", Checkpoint.Parse(text).Fault?.Code);

    [Fact]
    public void The_largest_tree_has_a_checkpoint() => Assert.True(Checkpoint.Parse($"a\n{MerkleTree.SizeMax}\n{MerkleTree.EmptyRoot}\n").Ok);
}
