using PilotCity.Oversight.Tree;

namespace PilotCity.Oversight.Tests.Tree;

public class HashTests
{
    private const string Text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

    [Fact]
    public void Its_text_is_base64_and_reads_back()
    {
        Assert.Equal(Text, MerkleTree.EmptyRoot.ToString());
        Assert.True(Hash.TryParse(Text, out var hash));
        Assert.Equal(MerkleTree.EmptyRoot, hash);
    }

    [Theory]
    [InlineData("")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")] // no padding
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFV=")] // unused bits set
    [InlineData("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=")] // the other alphabet
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS")] // 30 bytes
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFUA")] // 33 bytes
    [InlineData(" 47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuF=")]
    public void No_other_spelling_and_no_other_length_is_read(string text) => Assert.False(Hash.TryParse(text, out _));

    [Fact]
    public void Bytes_of_another_length_are_no_hash() => Assert.Throws<ArgumentException>(() => Hash.Of(new byte[31]));
}
