using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Registry.Enterprises;
using Size = PilotCity.Registry.Enterprises.Size;

namespace PilotCity.Registry.Tests.Enterprises;

public class SizeClassTests
{
    /// <summary>Figures above every limit, so that they hold nothing down.</summary>
    private const int Many = 100_000;
    private const long Much = 10_000_000;

    private static Size SizeOf(string industry, int staff, decimal revenue10K, decimal assets10K) =>
        SizeClass.Of(industry, staff, Money.RoundHalfUp(revenue10K * 10_000), Money.RoundHalfUp(assets10K * 10_000))!.Value.Size;

    [Theory]
    [InlineData("1761", 20, 300, 1_000)]
    [InlineData("5110", 5, 20, 200)]
    [InlineData("5211", 10, 50, 300)]
    [InlineData("5430", 20, 300, 1_000)]
    [InlineData("5910", 20, 300, 1_000)]
    [InlineData("5920", 20, 100, 200)]
    [InlineData("6010", 20, 300, 1_000)]
    [InlineData("6110", 10, 100, 300)]
    [InlineData("6210", 10, 100, 300)]
    [InlineData("6312", 10, 100, 2_000)]
    [InlineData("6513", 10, 100, 300)]
    [InlineData("7020", 100, 300, 1_000)]
    [InlineData("7211", 10, 100, 300)]
    [InlineData("7320", 10, 100, 300)]
    [InlineData("7030", 10, 100, 300)]
    [InlineData("8610", 10, 100, 300)]
    public void Staff_decides_at_each_limit(string industry, int small, int medium, int large)
    {
        Assert.Equal(Size.Micro, SizeOf(industry, small - 1, Much, Much));
        Assert.Equal(Size.Small, SizeOf(industry, small, Much, Much));
        Assert.Equal(Size.Small, SizeOf(industry, medium - 1, Much, Much));
        Assert.Equal(Size.Medium, SizeOf(industry, medium, Much, Much));
        Assert.Equal(Size.Medium, SizeOf(industry, large - 1, Much, Much));
        Assert.Equal(Size.Large, SizeOf(industry, large, Much, Much));
    }

    [Theory]
    [InlineData("0111", 50, 500, 20_000)]
    [InlineData("1761", 300, 2_000, 40_000)]
    [InlineData("0610", 300, 2_000, 40_000)]
    [InlineData("4610", 300, 2_000, 40_000)]
    [InlineData("4710", 300, 6_000, 80_000)]
    [InlineData("5110", 1_000, 5_000, 40_000)]
    [InlineData("5211", 100, 500, 20_000)]
    [InlineData("5430", 200, 3_000, 30_000)]
    [InlineData("5920", 100, 1_000, 30_000)]
    [InlineData("6010", 100, 2_000, 30_000)]
    [InlineData("6110", 100, 2_000, 10_000)]
    [InlineData("6210", 100, 2_000, 10_000)]
    [InlineData("6410", 100, 1_000, 100_000)]
    [InlineData("6513", 50, 1_000, 10_000)]
    [InlineData("7010", 100, 1_000, 200_000)]
    [InlineData("7020", 500, 1_000, 5_000)]
    public void Revenue_decides_at_each_limit(string industry, int small, int medium, int large)
    {
        Assert.Equal(Size.Micro, SizeOf(industry, Many, small - 0.01m, Much));
        Assert.Equal(Size.Small, SizeOf(industry, Many, small, Much));
        Assert.Equal(Size.Small, SizeOf(industry, Many, medium - 0.01m, Much));
        Assert.Equal(Size.Medium, SizeOf(industry, Many, medium, Much));
        Assert.Equal(Size.Medium, SizeOf(industry, Many, large - 0.000001m, Much));
        Assert.Equal(Size.Large, SizeOf(industry, Many, large, Much));
    }

    [Theory]
    [InlineData("4710", 300, 5_000, 80_000)]
    [InlineData("7010", 2_000, 5_000, 10_000)]
    [InlineData("7211", 100, 8_000, 120_000)]
    public void Assets_decide_at_each_limit(string industry, int small, int medium, int large)
    {
        Assert.Equal(Size.Micro, SizeOf(industry, Many, Much, small - 0.01m));
        Assert.Equal(Size.Small, SizeOf(industry, Many, Much, small));
        Assert.Equal(Size.Small, SizeOf(industry, Many, Much, medium - 0.01m));
        Assert.Equal(Size.Medium, SizeOf(industry, Many, Much, medium));
        Assert.Equal(Size.Medium, SizeOf(industry, Many, Much, large - 0.01m));
        Assert.Equal(Size.Large, SizeOf(industry, Many, Much, large));
    }

    [Theory]
    [InlineData(1200, 36_000, "Medium")]
    [InlineData(850, 40_000, "Medium")]
    [InlineData(320, 1_999.99, "Small")]
    [InlineData(19, 5_200, "Micro")]
    public void The_lower_of_two_figures_decides(int staff, decimal revenue10K, string size) => Assert.Equal(size, SizeOf("3061", staff, revenue10K, 0).ToString());

    [Theory]
    [InlineData("5310")]
    [InlineData("6610")]
    [InlineData("7040")]
    [InlineData("8310")]
    [InlineData("8411")]
    [InlineData("9110")]
    public void Industries_that_the_document_leaves_out_have_no_class(string industry) => Assert.Null(SizeClass.Of(industry, 10, Money.Zero, Money.Zero));

    [Fact]
    public void The_paragraph_is_named() =>
        Assert.Equal("工信部联企业〔2011〕300号 第四条（二）工业", SizeClass.Of("1761", 10, Money.Zero, Money.Zero)!.Value.Clause);

    [Fact]
    public void More_of_anything_never_lowers_the_class() =>
        Prop.ForAll(
            (from industry in Gen.Elements("0111", "1761", "4710", "5110", "5920", "6513", "7010", "7211", "7320")
             from staff in Gen.Choose(0, 3_000)
             from revenue in Gen.Choose(0, 300_000)
             from assets in Gen.Choose(0, 200_000)
             from more in Gen.Choose(0, 5_000)
             select (industry, staff, revenue, assets, more)).ToArbitrary(),
            x => SizeOf(x.industry, x.staff, x.revenue, x.assets) <= SizeOf(x.industry, x.staff + x.more, x.revenue + x.more, x.assets + x.more)).QuickCheckThrowOnFailure();
}
