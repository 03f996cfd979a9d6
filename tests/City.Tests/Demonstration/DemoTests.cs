using PilotCity.City.Demonstration;

namespace PilotCity.City.Tests.Demonstration;

[Collection(PlayedPilotGroup.Name)]
public sealed class DemoTests(PlayedPilot pilot)
{
    [Fact]
    public void The_pilot_plays_to_its_end_and_everything_holds()
    {
        Assert.True(pilot.ExitCode == 0, pilot.Output + pilot.Error);
        Assert.Equal(DemonstrationProject.All.Count, pilot.Receipts.Length);
        Assert.Contains("receipt.inclusion_wrong", pilot.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_two_to_four_are_there_below_and_at_their_caps()
    {
        foreach (var (level, cap) in new[] { (2, 250_000L), (3, 350_000L), (4, 450_000L) })
        {
            Assert.Contains(DemonstrationProject.All, p => p.LevelAfter == level && p.Award == cap);
            Assert.Contains(DemonstrationProject.All, p => p.LevelAfter == level && p.Award > 0 && p.Award < cap);
        }
    }

    [Fact]
    public async Task A_folder_that_is_not_the_demonstration_s_is_not_emptied()
    {
        var mine = Directory.CreateDirectory(Path.Combine(pilot.Folder, "..", "mine")).FullName;
        var thing = Path.Combine(mine, "thesis.txt");
        await File.WriteAllTextAsync(thing, "years of work");

        var exit = await Demo.Run(mine, servers: false, TextWriter.Null, TextWriter.Null, CancellationToken.None);

        Assert.Equal(1, exit);
        Assert.Equal("years of work", await File.ReadAllTextAsync(thing));
    }

    [Fact]
    public void Every_receipt_verifies_with_the_city_s_key_and_with_no_other()
    {
        Assert.Equal(0, Verify.Run(pilot.Receipts, null, Path.Combine(pilot.Folder, "city.vkey"), TextWriter.Null, TextWriter.Null, CancellationToken.None));
        using var output = new StringWriter();
        Assert.Equal(1, Verify.Run(pilot.Receipts, null, "pilot-city.example/350800+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", output, output, CancellationToken.None) switch { 2 => 1, var code => code });
    }

    [Fact]
    public void The_logs_of_the_folder_hold()
    {
        using var output = new StringWriter();

        Assert.True(Verify.Run([], pilot.Folder, null, output, output, CancellationToken.None) == 0, output.ToString());
    }

    [Theory]
    [InlineData("no-such-file.json")]
    [InlineData("/")]
    public void A_receipt_that_cannot_be_read_is_said_so(string file) =>
        Assert.Equal(2, Verify.Run([file], null, null, TextWriter.Null, TextWriter.Null, CancellationToken.None));
}
