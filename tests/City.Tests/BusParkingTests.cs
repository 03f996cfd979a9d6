namespace PilotCity.City.Tests;

public sealed class BusParkingTests
{
    [Fact]
    public void Who_follows_others_has_a_parking() => Assert.Equal(["oversight"], BusParking.Followers);

    [Theory]
    [InlineData("龙岩 ok", "龙岩 ok")]
    [InlineData("\u001b[2J\r\n", "\\u{1b}[2J\\u{d}\\u{a}")]
    [InlineData("a\u202eb", "a\\u{202e}b")]
    public void A_stranger_s_words_do_nothing_to_the_terminal(string text, string shown) => Assert.Equal(shown, BusParking.Printable(text));

    [Fact]
    public void Bytes_are_ASCII_or_hexadecimal() => Assert.Equal("{a}\\x00\\x1b\\x5c\\xff~", BusParking.Printable([.. "{a}"u8, 0, 0x1b, (byte)'\\', 255, (byte)'~']));

    [Fact]
    public async Task A_folder_without_a_broker_and_a_broker_that_is_away_end_with_1()
    {
        using var folder = new Testing.TemporaryFolder();

        Assert.Equal(1, await CityProgram.Run(["bus", "parked", "--data", folder["none"]]));
        Assert.False(Directory.Exists(folder["none"]), "looking makes nothing");
        Assert.Equal(1, await CityProgram.Run(["bus", "parked", "--bus", "amqp://guest:guest@127.0.0.1:1/"]));
    }
}
