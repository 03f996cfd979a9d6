using System.Text;
using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class SignedNoteTests
{
    private static readonly VerifierKey LogKey = VerifierKey.Parse(Vectors.LogKey).Value;
    private static readonly VerifierKey WitnessKey = VerifierKey.Parse(Vectors.WitnessKey).Value;

    [Fact]
    public void The_published_example_message_verifies()
    {
        const string note = "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        var key = VerifierKey.Parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k").Value;

        Assert.Equal([key], SignedNote.Parse(note).Value.Verify([key]).Value);
        Assert.Equal(note, SignedNote.Parse(note).Value.ToString());
    }

    [Fact]
    public void A_note_is_read_and_written_alike_and_tells_who_signed()
    {
        var note = SignedNote.Parse(Encoding.UTF8.GetBytes(Vectors.Note)).Value;

        Assert.Equal(Vectors.Note, note.ToString());
        Assert.Equal([LogKey, WitnessKey], note.Verify([WitnessKey, LogKey]).Value);
        Assert.Equal(Vectors.At.ToUnixTimeSeconds(), VerifierKey.CosignedAt(note.Signatures[1].Bytes));
        Assert.Equal(Vectors.Note, SignedNote.Sign(Vectors.Text, [Vectors.Log], Vectors.At).With(Vectors.Witness.Sign(Vectors.Text, Vectors.At)).ToString());
    }

    [Fact]
    public void A_line_of_an_unknown_key_is_ignored()
    {
        var note = SignedNote.Parse(Vectors.Note).Value;

        Assert.Equal([LogKey], note.Verify([LogKey]).Value);
        // The same name with another key is another key.
        Assert.Equal([WitnessKey], note.Verify([WitnessKey, SignerKey.Generate(Vectors.Origin, KeyAlgorithm.Ed25519).Verifier]).Value);
        // Signatures of kinds that are unknown here may be long, and their keys' names too.
        Assert.True(SignedNote.Parse($"{Vectors.Note}— {new string('n', 400)} {Convert.ToBase64String(new byte[5000])}\n").Value.Verify([LogKey]).Ok);
    }

    [Fact]
    public void A_line_of_a_known_key_that_does_not_verify_rejects_the_whole_note()
    {
        Assert.Equal("note.signature_wrong", CodeOf(Vectors.Note.Replace("94NPWyDm", "94NPWyDn", StringComparison.Ordinal), LogKey, WitnessKey));
        Assert.Equal("note.signature_wrong", CodeOf(Vectors.Note.Replace("wvoaAgAAAABpVbkA", "wvoaAgAAAABpVbkB", StringComparison.Ordinal), LogKey, WitnessKey));
        Assert.Equal("note.signature_wrong", CodeOf(Vectors.Note.Replace("\n1\n", "\n2\n", StringComparison.Ordinal), LogKey));
        // A cosignature whose time is negative, and one cut short.
        Assert.Equal("note.signature_wrong", CodeOf(Vectors.Note.Replace("wvoaAgAAAABpVbkA", "wvoaAv/AAABpVbkA", StringComparison.Ordinal), WitnessKey));
        Assert.Equal("note.signature_wrong", CodeOf($"{Vectors.Text}\n— audit.example/w1 wvoaAgAA\n", WitnessKey));
        // Right once and wrong once is wrong.
        Assert.Equal("note.signature_wrong", CodeOf(Vectors.Note + Vectors.LogLine.Replace("94NPWyDm", "94NPWyDn", StringComparison.Ordinal), LogKey));
    }

    [Fact]
    public void A_note_that_no_known_key_signed_is_not_trusted() =>
        Assert.Equal("note.signer_unknown", CodeOf(Vectors.Note, SignerKey.Generate(Vectors.Origin, KeyAlgorithm.Ed25519).Verifier));

    [Fact]
    public void A_text_may_have_empty_lines_of_its_own()
    {
        const string text = "first\n\nsecond\n";
        var note = SignedNote.Parse(SignedNote.Sign(text, [Vectors.Log], Vectors.At).ToString()).Value;

        Assert.Equal(text, note.Text);
        Assert.True(note.Verify([LogKey]).Ok);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— a AAAAAAA=")] // no last newline
    [InlineData("text\n\n— a AAAAAAA=\n\n")]
    [InlineData("text\n— a AAAAAAA=\n")] // no empty line
    [InlineData("text\n\n- a AAAAAAA=\n")] // a hyphen
    [InlineData("text\n\n—a AAAAAAA=\n")]
    [InlineData("text\n\n—  a AAAAAAA=\n")]
    [InlineData("text\n\n— a  AAAAAAA=\n")]
    [InlineData("text\n\n— a+b AAAAAAA=\n")]
    [InlineData("text\n\n— a\u00A0b AAAAAAA=\n")]
    [InlineData("text\n\n— a AAAAAA==\n")] // a key id without a signature
    [InlineData("text\n\n— a AAAAAAA\n")]
    [InlineData("text\n\n— a AAAAAAB=\n")] // unused bits set
    [InlineData("text\n\n— a AAAAAAA=\nmore\n")]
    [InlineData("text\r\n\n— a AAAAAAA=\n")]
    [InlineData("te\0xt\n\n— a AAAAAAA=\n")]
    [InlineData("te\txt\n\n— a AAAAAAA=\n")]
    public void Any_other_form_is_note_malformed(string note) => Assert.Equal("note.malformed", SignedNote.Parse(note).Fault?.Code);

    [Fact]
    public void Bytes_that_are_not_utf_8_are_note_malformed() =>
        Assert.Equal("note.malformed", SignedNote.Parse([(byte)'a', 0xFF, (byte)'\n']).Fault?.Code);

    [Fact]
    public void Sixty_four_signatures_and_512_KiB_are_read_and_one_more_is_note_too_large()
    {
        string Lines(int count) => $"text\n\n{string.Concat(Enumerable.Repeat("— a AAAAAAA=\n", count))}";
        const string end = "\n\n— a AAAAAAA=\n";
        var bytes = Encoding.UTF8.GetBytes(new string('t', SignedNote.BytesMax - Encoding.UTF8.GetByteCount(end)) + end);

        Assert.True(SignedNote.Parse(Lines(64)).Ok);
        Assert.Equal("note.too_large", SignedNote.Parse(Lines(65)).Fault?.Code);
        Assert.True(SignedNote.Parse(bytes).Ok);
        Assert.Equal("note.too_large", SignedNote.Parse([(byte)'t', .. bytes]).Fault?.Code);
        Assert.Equal("note.too_large", SignedNote.Parse(new string('t', SignedNote.BytesMax + 1)).Fault?.Code);
    }

    private static string? CodeOf(string note, params VerifierKey[] known) => SignedNote.Parse(note).Value.Verify(known).Fault?.Code;
}
