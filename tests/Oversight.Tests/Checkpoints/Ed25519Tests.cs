using PilotCity.Oversight.Checkpoints;

namespace PilotCity.Oversight.Tests.Checkpoints;

public class Ed25519Tests
{
    /// <summary>RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.</summary>
    public static TheoryData<string, string, string, string> Rfc8032 => new()
    {
        {
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        },
        {
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        },
        {
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        },
    };

    [Theory]
    [MemberData(nameof(Rfc8032))]
    public void Keys_and_signatures_are_those_of_rfc_8032(string seedHex, string publicHex, string messageHex, string signatureHex)
    {
        var (seed, message) = (Convert.FromHexString(seedHex), Convert.FromHexString(messageHex));

        Assert.Equal(publicHex, Convert.ToHexStringLower(Ed25519.PublicKeyOf(seed)));
        Assert.Equal(signatureHex, Convert.ToHexStringLower(Ed25519.Sign(seed, message)));
        Assert.True(Ed25519.Verify(Convert.FromHexString(publicHex), message, Convert.FromHexString(signatureHex)));
    }

    [Theory]
    [MemberData(nameof(Rfc8032))]
    public void One_changed_bit_anywhere_in_the_signature_the_message_or_the_key_does_not_verify(string seedHex, string publicHex, string messageHex, string signatureHex)
    {
        Assert.NotEmpty(seedHex);
        var (key, message, signature) = (Convert.FromHexString(publicHex), Convert.FromHexString(messageHex), Convert.FromHexString(signatureHex));

        Assert.All(Flips(signature), s => Assert.False(Ed25519.Verify(key, message, s)));
        Assert.All(Flips(message), m => Assert.False(Ed25519.Verify(key, m, signature)));
        Assert.All(Flips(key), k => Assert.False(Ed25519.Verify(k, message, signature)));
        Assert.False(Ed25519.Verify(key, [.. message, 0], signature));
    }

    [Fact]
    public void Keys_and_signatures_of_other_lengths_are_refused()
    {
        var seed = new byte[32];

        Assert.Throws<ArgumentException>(() => Ed25519.PublicKeyOf(seed.AsSpan(0, 31)));
        Assert.Throws<ArgumentException>(() => Ed25519.Sign([.. seed, 0], []));
        Assert.False(Ed25519.Verify(Ed25519.PublicKeyOf(seed), [], Ed25519.Sign(seed, []).AsSpan(0, 63)));
        Assert.False(Ed25519.Verify(Ed25519.PublicKeyOf(seed).AsSpan(0, 31), [], Ed25519.Sign(seed, [])));
    }

    private static IEnumerable<byte[]> Flips(byte[] bytes) => Enumerable.Range(0, bytes.Length).Select(i =>
    {
        var other = bytes.ToArray();
        other[i] ^= 0x10;
        return other;
    });
}
