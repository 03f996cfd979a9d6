using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class SignerKeyTests
{
    [Fact]
    public void It_signs_the_published_lines_byte_for_byte()
    {
        Assert.Equal(Vectors.LogKey, Vectors.Log.Verifier.ToString());
        Assert.Equal(Vectors.WitnessKey, Vectors.Witness.Verifier.ToString());
        Assert.Equal(Vectors.LogLine, Vectors.Log.Sign(Vectors.Text, Vectors.At).Line);
        Assert.Equal(Vectors.WitnessLine, Vectors.Witness.Sign(Vectors.Text, Vectors.At).Line);
    }

    [Fact]
    public void A_generated_key_signs_and_is_read_again_from_its_file()
    {
        var key = SignerKey.Generate(Vectors.Origin, KeyAlgorithm.Ed25519);
        var again = SignerKey.Parse(key.Secret()).Value;

        Assert.Equal(key.Verifier.ToString(), again.Verifier.ToString());
        Assert.True(key.Verifier.Verifies(Vectors.Text, again.Sign(Vectors.Text, Vectors.At).Bytes));
        Assert.NotEqual(key.Secret(), SignerKey.Generate(Vectors.Origin, KeyAlgorithm.Ed25519).Secret());
    }

    [Fact]
    public void Anything_else_is_signer_malformed_and_the_message_keeps_the_secret()
    {
        var secret = Vectors.Log.Secret();
        string[] wrong =
        [
            "", secret["PRIVATE+KEY+".Length..], Vectors.LogKey, secret[..^1], secret + "=", secret.Replace("f7834f5b", "f7834f5c", StringComparison.Ordinal),
            secret.Replace("350800", "350801", StringComparison.Ordinal), "PRIVATE+KEY+a+00000000+" + Convert.ToBase64String(new byte[33]),
        ];

        Assert.All(wrong, text =>
        {
            var fault = SignerKey.Parse(text).Fault;
            Assert.Equal("signer.malformed", fault?.Code);
            Assert.DoesNotContain("AAECAwQF", fault!.Message.En + fault.Message.Zh, StringComparison.Ordinal);
        });
    }
}
