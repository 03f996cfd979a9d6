namespace PilotCity.City.Tests;

public sealed class CityProgramTests
{
    [Theory]
    [InlineData]
    [InlineData("nope")]
    [InlineData("up", "--zz")]
    [InlineData("up", "--port", "x")]
    [InlineData("up", "--port")]
    [InlineData("award")]
    [InlineData("score")]
    [InlineData("bus")]
    [InlineData("bus", "nope")]
    [InlineData("bus", "parked", "--dry-run")]
    [InlineData("bus", "parked", "--follower", "nobody")]
    [InlineData("bus", "redrive", "--bus", "http://broker")]
    public async Task Words_that_are_no_command_of_ours_are_a_misuse(params string[] words) => Assert.Equal(2, await CityProgram.Run(words));

    [Theory]
    [InlineData("--help")]
    [InlineData("up", "--help")]
    [InlineData("award", "-h")]
    [InlineData("bus", "--help")]
    [InlineData("bus", "redrive", "--help")]
    public async Task Help_is_no_misuse(params string[] words) => Assert.Equal(0, await CityProgram.Run(words));
}
