using PilotCity.Registry.Cities;

namespace PilotCity.Registry.Tests.Cities;

public class CityTests
{
    private static readonly City Longyan = City.Find("350800")!;

    [Fact]
    public void Longyan_has_seven_districts_and_six_sub_industries()
    {
        Assert.Equal(["350802", "350803", "350821", "350823", "350824", "350825", "350881"], Longyan.Districts.Select(district => district.Code));
        Assert.Equal(6, Longyan.SubIndustries.Length);
    }

    [Theory]
    [InlineData("新罗区", "350802")]
    [InlineData(" 新 罗区", "350802")]
    [InlineData("新罗", "350802")]
    [InlineData("龙岩市新罗区", "350802")]
    [InlineData("福建省龙岩市漳平市", "350881")]
    [InlineData("350825", "350825")]
    [InlineData("芗城区", null)]
    [InlineData("区", null)]
    [InlineData("龙岩市", null)]
    [InlineData("", null)]
    public void Districts_are_known_by_their_names(string typed, string? code) => Assert.Equal(code, Longyan.DistrictOf(typed)?.Code);

    [Fact]
    public void A_city_without_data_is_not_there() => Assert.Null(City.Find("350100"));

    [Fact]
    public void Data_that_contradicts_itself_stops_at_once() =>
        Assert.Throws<InvalidDataException>(() => City.Parse("""
            code: "350800"
            name: 龙岩市
            nameEn: Longyan
            province: 福建省
            districts: [{ code: "350602", name: 芗城区, nameEn: Xiangcheng }]
            subIndustries: []
            """));
}
