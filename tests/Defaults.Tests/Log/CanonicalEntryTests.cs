using System.Globalization;
using System.Text;
using PilotCity.Defaults.Log;

namespace PilotCity.Defaults.Tests.Log;

public sealed class CanonicalEntryTests
{
    // Computed by an independent program in another language from the words of the design alone.
    private const string FirstBytes =
        "010000000766756e64696e670000000633353038303000000000000000010000000861776172642f413100000000000000010000000d4177617264436f6d707574656401890f3e7b1c7cc098c4dc0c0c07398f"
        + "0000001b6275726561752d6f6666696365723a752d3130314033353038303000063a581e4c7240000000203061663736353139313663643433646438343438656232313163383033313963000000287b22616d6f"
        + "756e74223a223235303030302e3030222c22e79086e794b1223a22e4ba8ce7baa7227d";

    private const string FirstHash = "58ae220ba59784219b6a503f817b05630d34c0ea0a498e7ed0bb149ed75dc71b";
    private const string FirstHead = "b4b1809fa49bfd3d17a0677a377ca2d761077acbdfeb9a2735adb71fd4055368";
    private const string SecondHash = "5c5e9dc8d921e0f37bc83796fb71a1e5cdf7851b95877b0c629393a03644775b";
    private const string SecondHead = "be97e6a0c6f3ec4aff906162ecfadfd52b5b9bc6a2ed75e9e2d8bb3b3838bfb3";

    private static readonly Entry First = new(
        "funding", "350800", 1, "award/A1", 1, "AwardComputed", Guid.Parse("01890f3e-7b1c-7cc0-98c4-dc0c0c07398f"), "bureau-officer:u-101@350800",
        1_753_000_000_123_456, "0af7651916cd43dd8448eb211c80319c", Encoding.UTF8.GetBytes("""{"amount":"250000.00","理由":"二级"}"""), [], []);

    private static readonly Entry Second = new(
        "funding", "350800", 2, "award/A1", 2, "AwardApproved", Guid.Parse("01890f3e-7b1c-7cc0-98c4-dc0c0c073990"), "bureau-approver:u-102@350800",
        1_753_000_000_123_457, string.Empty, Encoding.UTF8.GetBytes("{}"), [], []);

    [Fact]
    public void Bytes_hash_and_head_are_the_golden_ones()
    {
        var first = First.Sealed(CanonicalEntry.FirstHead());
        var second = Second.Sealed(first.Head);

        Assert.Equal(FirstBytes, Convert.ToHexStringLower(CanonicalEntry.Write(First)));
        Assert.Equal(FirstHash, Convert.ToHexStringLower(first.Hash));
        Assert.Equal(FirstHead, Convert.ToHexStringLower(first.Head));
        Assert.Equal(SecondHash, Convert.ToHexStringLower(second.Hash));
        Assert.Equal(SecondHead, Convert.ToHexStringLower(second.Head));
    }

    [Fact]
    public void Bytes_are_read_back_as_the_entry_they_were()
    {
        var back = CanonicalEntry.Read(CanonicalEntry.Write(First));

        Assert.Equal(First with { Payload = back.Payload, Hash = back.Hash, Head = back.Head }, back);
        Assert.Equal(First.Payload, back.Payload);
    }

    [Fact]
    public void Hash_is_the_same_of_an_entry_of_its_bytes_and_of_its_fields_in_place()
    {
        var bytes = CanonicalEntry.Write(First);

        Assert.Equal(FirstHash, Convert.ToHexStringLower(CanonicalEntry.Hash(bytes)));
        Assert.Equal(FirstHash, Convert.ToHexStringLower(CanonicalEntry.Hash(CanonicalEntry.Fields(bytes))));
    }

    [Fact]
    public void Text_that_is_not_UTF8_is_refused()
    {
        var bytes = CanonicalEntry.Write(First);
        bytes[bytes.AsSpan().IndexOf("award/A1"u8)] = 0xff;

        Assert.Throws<FormatException>(() => CanonicalEntry.Read(bytes));
        Assert.Throws<FormatException>(() => CanonicalEntry.Fields(bytes).Position.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Bytes_cut_short_or_followed_by_more_are_refused()
    {
        var bytes = CanonicalEntry.Write(First);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<FormatException>(() => CanonicalEntry.Read(bytes.AsSpan(0, length)));
        }

        Assert.Throws<FormatException>(() => CanonicalEntry.Read([.. bytes, 0]));
    }
}
