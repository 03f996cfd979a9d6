using FsCheck;
using FsCheck.Fluent;
using PilotCity.Assessment.Certificates;

namespace PilotCity.Assessment.Tests.Certificates;

public sealed class CertificateCodeTests
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private static CertificateCode Any(int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[CertificateCode.RandomBytes];
        random.NextBytes(bytes);
        return CertificateCode.Of(random.Next(0, 1_000_000).ToString("000000", System.Globalization.CultureInfo.InvariantCulture), bytes);
    }

    [Fact]
    public void A_code_names_its_city_and_is_read_as_people_type_it()
    {
        var code = CertificateCode.Of("350800", [.. Enumerable.Range(0, 20).Select(i => (byte)i)]);

        Assert.Equal("APJG0-12345-6789A-BCDEF-GHJKD", code.ToString());
        Assert.Equal(("350800", 25), (code.City, code.Characters.Length));
        foreach (var typed in new[] { code.ToString(), code.Characters, code.ToString().ToLowerInvariant(), $" {code.ToString().Replace('-', ' ')} ", code.ToString().Replace('0', 'o').Replace('1', 'l') })
        {
            Assert.Equal(code, CertificateCode.Parse(typed).Value);
        }
    }

    [Theory]
    [InlineData("000000")]
    [InlineData("000001")]
    [InlineData("999999")]
    public void Every_city_has_its_place_in_a_code(string city) => Assert.Equal(city, CertificateCode.Of(city, new byte[CertificateCode.RandomBytes]).City);

    [Fact]
    public void Every_wrong_character_and_every_two_that_changed_places_are_found() =>
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var code = Any(seed).Characters;
            for (var i = 0; i < code.Length; i++)
            {
                var wrong = Alphabet[(Alphabet.IndexOf(code[i], StringComparison.Ordinal) + 1 + (seed % 31)) % 32];
                Assert.Equal(wrong == code[i], CertificateCode.Parse(code[..i] + wrong + code[(i + 1)..]).Ok);
                for (var j = i + 1; j < code.Length; j++)
                {
                    var swapped = code.ToCharArray();
                    (swapped[i], swapped[j]) = (swapped[j], swapped[i]);
                    Assert.Equal(code[i] == code[j], CertificateCode.Parse(new string(swapped)).Ok);
                }
            }
        }));

    [Theory]
    [InlineData("")]
    [InlineData("AQJG0")]
    [InlineData("UUUUU-UUUUU-UUUUU-UUUUU-UUUUU")]
    [InlineData("AQJG0-12345-6789A-BCDEF-GHJK%")]
    [InlineData("验证码验证码验证码验证码验证码验证码验证码验证码验")]
    public void What_is_no_code_is_said_to_be_mistyped(string typed)
    {
        Assert.Equal("certificate.code_malformed", CertificateCode.Parse(typed).Fault?.Code);
        Assert.Equal("certificate.code_malformed", CertificateCode.Parse(new string('0', 65)).Fault?.Code);
    }

    [Fact]
    public void No_two_drawn_codes_are_alike()
    {
        var codes = Enumerable.Range(0, 2_000).Select(_ => CertificateCode.Of("350800", System.Security.Cryptography.RandomNumberGenerator.GetBytes(CertificateCode.RandomBytes)).Characters).ToHashSet();

        Assert.Equal(2_000, codes.Count);
        Assert.All(Enumerable.Range(4, 20), place => Assert.Equal(32, codes.Select(c => c[place]).Distinct().Count()));
    }
}
