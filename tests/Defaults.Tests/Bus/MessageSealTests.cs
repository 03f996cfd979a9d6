using PilotCity.Contracts;
using PilotCity.Defaults.Bus;

namespace PilotCity.Defaults.Tests.Bus;

public sealed class MessageSealTests
{
    private static readonly EntriesAppended Message = new("funding", "350800", 7, 9, [1, 2, 3]);

    private static readonly MessageSeal Seal = new(new byte[32]);

    [Fact]
    public void A_seal_holds_for_the_message_it_was_made_for() => Assert.True(Seal.Holds(Message with { Batch = [1, 2, 3] }, Seal.Make(Message)));

    public static TheoryData<EntriesAppended?> Altered => new()
    {
        Message with { Service = "registry" },
        Message with { City = "350500" },
        Message with { From = 8 },
        Message with { To = 10 },
        Message with { From = 9, To = 7 },
        Message with { Batch = [1, 2] },
        Message with { Batch = [1, 2, 4] },
        Message with { Batch = [] },
        new("funding3", "50800", 7, 9, [1, 2, 3]),
        new(null!, "350800", 7, 9, [1, 2, 3]),
        new("funding", null!, 7, 9, [1, 2, 3]),
        new("funding", "350800", 7, 9, null!),
        null,
    };

    [Theory]
    [MemberData(nameof(Altered))]
    public void It_holds_for_no_other(EntriesAppended? other) => Assert.False(Seal.Holds(other, Seal.Make(Message)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no base64")]
    [InlineData("AAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void What_is_no_seal_holds_for_nothing(string? seal) => Assert.False(Seal.Holds(Message, seal));

    [Fact]
    public void Another_key_s_seal_does_not_hold() => Assert.False(Seal.Holds(Message, new MessageSeal([.. new byte[31], 1]).Make(Message)));

    [Fact]
    public void The_seal_is_what_it_was()
    {
        // Messages wait in queues over an update: the seal of yesterday must hold today.
        Assert.Equal("1FwZ3AjzC4sm6bkSPmz1ukFv6HYzSHVTY7H/9U6zPec=", Seal.Make(Message));
    }
}
