using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Instruments;

public sealed class PointsTests
{
    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.0", "0")]
    [InlineData("10.00", "10")]
    [InlineData("1.875", "1.875")]
    [InlineData("100", "100")]
    [InlineData("1000", "1000")]
    [InlineData("0.000001", "0.000001")]
    public void Points_are_printed_without_trailing_zeros(string text, string printed)
    {
        Assert.True(Points.TryParse(text, out var points));
        Assert.Equal(printed, points.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData(".5")]
    [InlineData("5.")]
    [InlineData("1e2")]
    [InlineData("1,000")]
    [InlineData("1000.000001")]
    [InlineData("0.0000001")]
    [InlineData("１")]
    public void Anything_else_is_no_points(string text) => Assert.False(Points.TryParse(text, out _));
}
