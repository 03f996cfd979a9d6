using System.Globalization;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Defaults.Tests.Workbooks;

public class TypedTextTests
{
    [Theory]
    [InlineData("8,000.00", "8000")]
    [InlineData("１４６", "146")]
    [InlineData(" 1 858.32　", "1858.32")]
    [InlineData("１，８５８．３２", "1858.32")]
    [InlineData("-35", "-35")]
    [InlineData("−35", "-35")]
    [InlineData("0", "0")]
    [InlineData("1,234,567", "1234567")]
    public void Numbers_are_read_as_clerks_type_them(string text, string number)
    {
        Assert.True(TypedText.TryNumber(text, out var read));
        Assert.Equal(decimal.Parse(number, CultureInfo.InvariantCulture), read);
    }

    [Theory]
    [InlineData("约500")]
    [InlineData("500万元")]
    [InlineData("1,85.32")]
    [InlineData("1,8583")]
    [InlineData(",100")]
    [InlineData("1.")]
    [InlineData(".5")]
    [InlineData("1e3")]
    [InlineData("--1")]
    [InlineData("")]
    [InlineData("٣")]
    [InlineData("1.2.3")]
    [InlineData("¥100")]
    [InlineData("1234567890123456789012345678901")]
    public void What_is_not_clearly_a_number_is_none(string text) => Assert.False(TypedText.TryNumber(text, out _));

    [Theory]
    [InlineData("8343.879999999999", "8343.88")]
    [InlineData("1234.567891", "1234.567891")]
    [InlineData("0.30000000000000004", "0.3")]
    [InlineData("1.5405970034E10", "15405970034")]
    [InlineData("-35", "-35")]
    [InlineData("123456789012345678", "123456789012345678")]
    public void Stored_numbers_lose_the_noise_of_binary_floats(string stored, string number)
    {
        Assert.True(TypedText.TryStoredNumber(stored, out var read));
        Assert.Equal(decimal.Parse(number, CultureInfo.InvariantCulture), read);
    }

    [Theory]
    [InlineData("1E300")]
    [InlineData("NaN")]
    [InlineData("")]
    public void What_no_decimal_holds_is_no_stored_number(string stored) => Assert.False(TypedText.TryStoredNumber(stored, out _));

    [Theory]
    [InlineData("2016年3月18日", "2016-03-18", false)]
    [InlineData("2016年03月18号", "2016-03-18", false)]
    [InlineData("2016-03-18", "2016-03-18", false)]
    [InlineData("2016/3/18", "2016-03-18", false)]
    [InlineData("2016.3.18", "2016-03-18", false)]
    [InlineData("20160318", "2016-03-18", false)]
    [InlineData("2016-03-18 00:00:00", "2016-03-18", false)]
    [InlineData("２０１６年３月１８日", "2016-03-18", false)]
    [InlineData("2024-02-29", "2024-02-29", false)]
    [InlineData("2008年9月", "2008-09-01", true)]
    [InlineData("２０１９年１１月", "2019-11-01", true)]
    [InlineData("2008年 9月份", "2008-09-01", true)]
    [InlineData("2008.9", "2008-09-01", true)]
    [InlineData("2008-09", "2008-09-01", true)]
    [InlineData("200809", "2008-09-01", true)]
    public void Days_and_months_are_read(string text, string day, bool monthOnly)
    {
        Assert.True(TypedText.TryDay(text, out var read, out var month));
        Assert.Equal(DateOnly.Parse(day, CultureInfo.InvariantCulture), read);
        Assert.Equal(monthOnly, month);
    }

    [Theory]
    [InlineData("2023-02-29")]
    [InlineData("2016年13月")]
    [InlineData("2016年0月1日")]
    [InlineData("2016-3-32")]
    [InlineData("0000-01-01")]
    [InlineData("2016")]
    [InlineData("2016年")]
    [InlineData("16年3月")]
    [InlineData("43821")]
    [InlineData("不详")]
    [InlineData("")]
    public void What_is_not_clearly_a_day_is_none(string text) => Assert.False(TypedText.TryDay(text, out _, out _));

    [Fact]
    public void Names_keep_their_letters_and_lose_what_cannot_be_seen()
    {
        Assert.Equal("龙岩（集团）有限 公司", TypedText.Name(" 龙岩（集团）有限　公\u200B司\r\n"));
        Assert.Equal("ABc(1)", TypedText.Compact("Ａ Ｂc （１） "));
    }
}
