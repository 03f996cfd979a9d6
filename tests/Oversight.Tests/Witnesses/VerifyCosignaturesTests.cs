using System.Buffers.Binary;
using PilotCity.Oversight.Checkpoints;
using PilotCity.Oversight.Tree;
using PilotCity.Oversight.Witnesses;

namespace PilotCity.Oversight.Tests.Witnesses;

public class VerifyCosignaturesTests
{
    private const string Origin = "pilot-city.example/350800";
    private static readonly DateTimeOffset Now = new(2026, 6, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly SignerKey Log = SignerKey.Generate(Origin, KeyAlgorithm.Ed25519);
    private static readonly SignerKey[] Keys = [.. "abcd".Select(c => SignerKey.Generate($"audit.example/{c}", KeyAlgorithm.CosignatureV1))];
    private static readonly Checkpoint Tree = new(Origin, 3, MerkleTree.EmptyRoot);

    /// <summary>Two of three; the fourth is a stranger.</summary>
    private static readonly WitnessPolicy Policy = WitnessPolicy.Parse(
        string.Concat(Keys[..3].Select((k, i) => $"witness w{i} {k.Verifier}\n")) + "group g 2 w0 w1 w2\nquorum g").Value;

    [Fact]
    public void Enough_of_the_named_witnesses_are_enough_and_said_with_their_time()
    {
        var cosigned = VerifyCosignatures.Check(Note(Keys[0], Keys[2], Keys[3]), Policy, Now).Value;

        Assert.Equal([("w0", Now), ("w2", Now)], cosigned.Select(c => (c.Witness.Name, c.At)));
        Assert.Empty(VerifyCosignatures.Check(Note(), WitnessPolicy.Parse("quorum none").Value, Now).Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("00")] // one witness twice
    [InlineData("03")] // a witness that the policy does not name
    public void Fewer_are_too_few_and_those_missing_and_strangers_are_named(string cosigned)
    {
        var fault = VerifyCosignatures.Check(Note([.. cosigned.Select(c => Keys[c - '0'])]), Policy, Now).Fault!;

        Assert.Equal("cosignature.too_few", fault.Code);
        Assert.Contains("not by", fault.Message.En, StringComparison.Ordinal);
        Assert.Contains("audit.example/b", fault.Message.En, StringComparison.Ordinal);
        Assert.Equal(cosigned.Contains('3', StringComparison.Ordinal), fault.Message.En.Contains("does not name: audit.example/d", StringComparison.Ordinal));
        Assert.DoesNotContain(Origin, fault.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_witness_that_signs_with_its_key_under_another_name_is_a_stranger()
    {
        var fault = VerifyCosignatures.Check(Note(Keys[0], Keys[1].Named("audit.example/other")), Policy, Now).Fault!;

        Assert.Equal("cosignature.too_few", fault.Code);
        Assert.Contains("does not name: audit.example/other", fault.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cosignature_of_another_checkpoint_rejects_the_note()
    {
        var other = Keys[1].Sign(new Checkpoint(Origin, 4, MerkleTree.EmptyRoot).Text, Now);
        var note = SignedNote.Parse(Note(Keys[0], Keys[2])).Value.With(other).ToString();

        Assert.Equal("note.signature_wrong", VerifyCosignatures.Check(note, Policy, Now).Fault?.Code);
        Assert.Equal("note.malformed", VerifyCosignatures.Check("", Policy, Now).Fault?.Code);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "cosignature.in_future")]
    public void A_cosignature_of_the_future_does_not_count(int secondsBeyond, string? code)
    {
        var at = Now + VerifyCosignatures.AheadMax + TimeSpan.FromSeconds(secondsBeyond);
        var note = SignedNote.Parse(Note(Keys[0])).Value.With(Keys[1].Sign(Tree.Text, at));

        Assert.Equal(code, VerifyCosignatures.Check(note.ToString(), Policy, Now).Fault?.Code);

        // Beside enough others it does no harm.
        Assert.Equal(2, VerifyCosignatures.Check(note.With(Keys[2].Sign(Tree.Text, Now)).ToString(), Policy, Now).Value.Count(c => c.At <= Now));
    }

    [Fact]
    public void What_a_witness_signs_is_a_header_its_time_and_the_whole_text()
    {
        var line = Keys[0].Sign(Tree.Text, Now);

        Assert.Equal(Now.ToUnixTimeSeconds(), BinaryPrimitives.ReadInt64BigEndian(line.Bytes));
        Assert.Equal(72, line.Bytes.Length);
        Assert.True(Ed25519.Verify(Keys[0].Verifier.PublicKey, System.Text.Encoding.UTF8.GetBytes($"cosignature/v1\ntime {Now.ToUnixTimeSeconds()}\n{Tree.Text}"), line.Bytes.AsSpan(8)));
    }

    private static string Note(params SignerKey[] witnesses) => Tree.Sign([Log, .. witnesses], Now).ToString();
}
