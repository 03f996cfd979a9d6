using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class VerifierKeyTests
{
    private const string Published = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";

    [Theory]
    [InlineData(Published, "example.com/foo", 0x530d903a, 0x01)]
    [InlineData(Vectors.LogKey, Vectors.Origin, 0xf7834f5b, 0x01)]
    [InlineData(Vectors.WitnessKey, "audit.example/w1", 0xc2fa1a02, 0x04)]
    public void A_published_key_is_read_and_written_alike(string text, string name, uint id, byte algorithm)
    {
        var key = VerifierKey.Parse(text).Value;

        Assert.Equal((name, id, (KeyAlgorithm)algorithm), (key.Name, key.Id, key.Algorithm));
        Assert.Equal(text, key.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("example.com/foo")]
    [InlineData("example.com/foo+530d903a")]
    [InlineData("+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")] // another id
    [InlineData("example.com/fop+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")] // another name
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l")] // another key
    [InlineData("example.com/foo+530d903+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+ 530d90a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U0=")] // 32 bytes
    [InlineData("example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")] // algorithm 0x02
    [InlineData("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k\n")]
    public void Anything_else_is_key_malformed(string text) => Assert.Equal("key.malformed", VerifierKey.Parse(text).Fault?.Code);

    [Fact]
    public void A_name_of_255_characters_is_a_name_and_one_of_256_is_not()
    {
        var key = new VerifierKey(new('a', 255), KeyAlgorithm.Ed25519, new byte[32]);

        Assert.True(VerifierKey.Parse(key.ToString()).Ok);
        Assert.Equal("key.malformed", VerifierKey.Parse("a" + key).Fault?.Code);
        Assert.Throws<ArgumentException>(() => new VerifierKey(new('a', 256), KeyAlgorithm.Ed25519, new byte[32]));
    }
}
