using System.Text.Json.Nodes;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Instruments;

/// <summary>Models without points: a stage that an enterprise places itself at, and an edition whose tables are missing.</summary>
public sealed class PlacementTests
{
    private static readonly Instrument Stages = ShippedInstruments.Find("lenovo-stages").Value;

    [Theory]
    [InlineData("0", 0, "暂未开始")]
    [InlineData("4", 4, "智能运营")]
    [InlineData("5", 5, "创新发展")]
    public void The_chosen_stage_is_the_level_and_there_are_no_points(string option, int level, string name)
    {
        var result = ScoreAnswers.Score(Stages, Examples.Of(new() { ["P1"] = Examples.Options(option) })).Value;
        Assert.Equal((level, name, "0", true, 0), (result.Level, result.LevelName!.Zh, result.Total.ToString(), result.Next is null, result.LevelSteps.Count));
    }

    [Fact]
    public void A_stage_is_chosen_and_only_one()
    {
        Assert.Equal(["/answers/P1 answers.missing_item"], Codes([]));
        Assert.Equal(["/answers/P1/1 answers.second_option"], Codes(new() { ["P1"] = Examples.Options("1", "2") }));
        Assert.Equal(["/answers/P1/0 answers.unknown_option"], Codes(new() { ["P1"] = Examples.Options("6") }));

        static string[] Codes(Dictionary<string, Answer> answers) =>
            [.. ScoreAnswers.Score(Stages, Examples.Of(answers)).Fault!.Details.Select(d => $"{d.Path} {d.Code}")];
    }

    [Theory]
    [InlineData("/levelRule/item", "\"P2\"", "instrument.reference", "/levelRule/item")]
    [InlineData("/levelRule/item", "null", "instrument.reference", "/levelRule/item")]
    [InlineData("/levelRule/rows/0/option", "\"4\"", "instrument.reference", "/levelRule/rows")]
    [InlineData("/levelRule/rows/0/option", "null", "instrument.rows", "/levelRule/rows/0/option")]
    [InlineData("/levelRule/rows/0/level", "3", "instrument.rows", "/levelRule/rows/1/level")]
    [InlineData("/levelRule/kind", "\"score\"", "instrument.rows", "/levelRule/item")]
    [InlineData("/dimensions/0/groups/0/indicators/0/items/0/scored", "true", "instrument.reference", "/levelRule/item")]
    [InlineData("/dimensions/0/groups/0/indicators/0/items/0/type", "\"multi\"", "instrument.reference", "/levelRule/item")]
    [InlineData("/missingTables", """[{"zh": "表", "en": "table"}]""", "instrument.unsupported", "/missingTables")]
    public void A_placement_that_places_nobody_is_refused_with_the_place(string place, string value, string code, string path)
    {
        var fault = ReadInstrument.Read("test", ReadInstrumentTests.Changed("lenovo-stages", place, value)).Fault!;
        Assert.Contains(fault.Details, d => d.Code == code && d.Path == path);
    }

    [Fact]
    public void An_option_belongs_to_a_placement_only() => Assert.Contains(
        ReadInstrument.Read("test", ReadInstrumentTests.Changed("miit-2024", "/levelRule/rows/0/option", "\"A\"")).Fault!.Details,
        d => d is { Code: "instrument.rows", Path: "/levelRule/rows/0/option" });

    [Fact]
    public void The_edition_of_2022_is_listed_with_its_level_rule_and_refuses_to_score_naming_its_tables()
    {
        var edition = ShippedInstruments.Find("miit-2022").Value;
        Assert.Equal((InstrumentStatus.Incomplete, 4, 0), (edition.Status, edition.Levels.Count, edition.Items.Count));

        var fault = ScoreAnswers.Score(edition, Examples.Of([])).Fault!;
        Assert.Equal("instrument.incomplete", fault.Code);
        Assert.Contains("制造业、生产性服务业、其他行业", fault.Message.Zh, StringComparison.Ordinal);
        Assert.Contains("manufacturing, producer services, other industries", fault.Message.En, StringComparison.Ordinal);
    }

    [Fact]
    public void A_placement_has_no_way_of_few_steps_to_a_level() =>
        Assert.Equal("improvement.level_unknown", FindImprovements.Find(Stages, Examples.Of(new() { ["P1"] = Examples.Options("1") }), 3).Fault?.Code);

    [Fact]
    public void The_published_shares_add_up()
    {
        var item = JsonNode.Parse(Stages.Document.Span)!["dimensions"]![0]!["groups"]![0]!["indicators"]![0]!["items"]![0]!;
        Assert.Equal(100.0m, item["benchmark"]!["sharePercent"]!.AsObject().Sum(s => decimal.Parse(s.Value!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture)));
    }
}
