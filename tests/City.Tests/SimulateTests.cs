using System.Text;
using System.Text.Json;
using PilotCity.City.Tests.Demonstration;
using PilotCity.Funding.RuleSets;
using PilotCity.Testing;

namespace PilotCity.City.Tests;

/// <summary>The policy time machine over what the demonstration left.</summary>
[Collection(PlayedPilotGroup.Name)]
public sealed class SimulateTests(PlayedPilot pilot) : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Draft(string from, string to)
    {
        var text = Encoding.UTF8.GetString(ShippedRuleSets.All.Single(s => s.Id == "longyan").Bytes.AsSpan());
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(folder["draft.yaml"], text.Replace("version: 1", "version: 2", StringComparison.Ordinal).Replace(from, to, StringComparison.Ordinal));
        return folder["draft.yaml"];
    }

    private static async Task<(int Code, string Output, string Error)> Run(Simulate.Options options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await Simulate.Run(options, output, error, "en", CancellationToken.None), output.ToString(), error.ToString());
    }

    [Fact]
    public async Task A_data_folder_is_replayed_and_gives_the_same_files_again()
    {
        var options = new Simulate.Options(Draft("rate: { value: 0.50", "rate: { value: 0.40"), pilot.Folder, Json: folder["1.json"], Csv: folder["1.csv"]);
        var (code, output, error) = await Run(options);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("awards decided again", output, StringComparison.Ordinal);
        using var simulation = JsonDocument.Parse(File.ReadAllBytes(folder["1.json"]));
        Assert.True(simulation.RootElement.GetProperty("losers").GetInt32() > 0);
        Assert.NotEqual("", simulation.RootElement.GetProperty("byDistrict")[0].GetProperty("key").GetString());

        await Run(options with { Json = folder["2.json"], Csv = folder["2.csv"], City = "350800" });
        Assert.Equal(File.ReadAllBytes(folder["1.json"]), File.ReadAllBytes(folder["2.json"]));
        Assert.Equal(File.ReadAllBytes(folder["1.csv"]), File.ReadAllBytes(folder["2.csv"]));
        Assert.Equal(2, (await Run(options with { City = "350100" })).Code);
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_with_its_place()
    {
        var good = Draft("rate: { value: 0.50", "rate: { value: 0.40");
        File.WriteAllText(folder["bad.yaml"], File.ReadAllText(good).Replace("value: 250000.00", "value: 25 万", StringComparison.Ordinal));
        var (code, _, error) = await Run(new(folder["bad.yaml"], pilot.Folder));
        Assert.Equal(2, code);
        Assert.Matches(@"bad\.yaml: line \d+, award\.table\S*cap\.value: '25 万' is not an amount of yuan", error);

        File.WriteAllText(folder["bad.json"], "[{\"id\":\n");
        Assert.Contains("not valid JSON around line", (await Run(new(good, folder["bad.json"]))).Error, StringComparison.Ordinal);
        Assert.Contains("there is no such file", (await Run(new(good, folder["none.json"]))).Error, StringComparison.Ordinal);
        Directory.CreateDirectory(folder["empty"]);
        Assert.Contains("holds no log of Funding", (await Run(new(good, folder["empty"]))).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Run(new(folder["none.yaml"], pilot.Folder))).Code);
    }
}
