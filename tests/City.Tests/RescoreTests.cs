using System.Text;
using System.Text.Json;
using PilotCity.City.Tests.Demonstration;
using PilotCity.Testing;

namespace PilotCity.City.Tests;

/// <summary>Scoring again what the demonstration left, under an override that nobody published.</summary>
[Collection(PlayedPilotGroup.Name)]
public sealed class RescoreTests(PlayedPilot pilot) : IDisposable
{
    private const string Override = """
        {"instrument": "miit-2024@1", "name": "try-1", "title": {"zh": "试算", "en": "a try"}, "source": "试算",
         "changes": [{"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minScenarios", "value": 6}, {"openPoint": "level-3-counts", "path": "/levelRule/rows/1/minConstraint", "value": 3}]}
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static async Task<(int Code, string Output, string Error)> Run(Rescore.Options options, string language = "en")
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await Rescore.Run(options, output, error, language, CancellationToken.None), output.ToString(), error.ToString());
    }

    [Fact]
    public async Task A_data_folder_is_scored_again_and_gives_the_same_files_again()
    {
        File.WriteAllText(folder["override.json"], Override);
        var options = new Rescore.Options(folder["override.json"], pilot.Folder, Json: folder["1.json"], Csv: folder["1.csv"]);
        var (code, output, error) = await Run(options);
        Assert.Equal((0, ""), (code, error));
        Assert.Contains("no result is changed", output, StringComparison.Ordinal);
        using var rescored = JsonDocument.Parse(File.ReadAllBytes(folder["1.json"]));
        Assert.True(rescored.RootElement.GetProperty("results").GetInt64() > 0);

        await Run(options with { Json = folder["2.json"], Csv = folder["2.csv"], City = "350800" }, "zh");
        Assert.Equal(File.ReadAllBytes(folder["1.json"]), File.ReadAllBytes(folder["2.json"]));
        Assert.Equal(2, (await Run(options with { City = "350100" })).Code);
    }

    [Fact]
    public async Task What_cannot_be_read_is_told_with_its_place()
    {
        File.WriteAllText(folder["bad.json"], Override.Replace("\"value\": 6", "\"value\": \"6\"", StringComparison.Ordinal));
        var (code, _, error) = await Run(new(folder["bad.json"], pilot.Folder));
        Assert.Equal(2, code);
        Assert.Matches(@"bad\.json: /changes/0/value: line 2, column \d+: ", error);
        Directory.CreateDirectory(folder["empty"]);
        File.WriteAllBytes(folder["override.json"], Encoding.UTF8.GetBytes(Override));
        Assert.Contains("holds no log of Assessment", (await Run(new(folder["override.json"], folder["empty"]))).Error, StringComparison.Ordinal);
        Assert.Equal(2, (await Run(new(folder["none.json"], pilot.Folder))).Code);
    }
}
