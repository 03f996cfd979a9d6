using System.Text;
using System.Text.Json.Nodes;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Instruments;

public sealed class ReadInstrumentTests
{
    private const string Option = "/dimensions/0/groups/0/indicators/0/items/0/options/1";

    [Fact]
    public void The_2024_edition_has_fifteen_items_seventy_nine_options_and_sixteen_scenarios_of_which_ten_are_constraint()
    {
        var i = Examples.Miit2024;
        Assert.Equal("miit-2024@1", i.Reference);
        Assert.Equal((15, 79, 16, 10), (i.Items.Count, i.Items.Sum(x => x.Options.Count), i.Scenarios.Count, i.Scenarios.Count(s => s.Constraint)));
        Assert.Equal(["50", "30", "20"], i.Dimensions.Select(d => d.Maximum.ToString()));
        Assert.Equal([(4, 10, 6), (3, 8, 5), (2, 6, 3), (1, 6, 3)], i.Levels.Select(r => (r.Level, r.MinScenarios, r.MinConstraint)));
        Assert.Equal(["Q1", "Q4", "Q6", "Q7", "Q9", "Q10"], i.Items.Where(x => x.Type == ItemType.Multi).Select(x => x.Id));
        Assert.Equal(["Q2", "Q3"], i.Items.Where(x => x.Binding is not null).Select(x => x.Id));
    }

    [Fact]
    public void The_process_model_fits_the_same_shape_without_scenarios()
    {
        var i = Examples.TencentProcess;
        Assert.Equal((44, 0, 0), (i.Items.Count, i.Scenarios.Count, i.ScenarioLevelMaximum));
        Assert.Equal(["Q21"], i.Items.Where(x => !x.Scored).Select(x => x.Id));
        Assert.Equal([false, false, false, true], i.Levels.Select(r => r.MinScoreInclusive));
        Assert.Equal(8, i.Items.Count(x => x.Number is not null));
    }

    [Theory]
    [InlineData("/dimensions/0/weight", "\"49\"", "instrument.sum", "/dimensions")]
    [InlineData("/dimensions/0/maximum", "\"49\"", "instrument.derived", "/dimensions/0/maximum")]
    [InlineData("/dimensions/1/id", "\"foundation\"", "instrument.duplicate", "/dimensions/1/id")]
    [InlineData("/dimensions/0/groups/0/weightPercent", "\"41\"", "instrument.sum", "/dimensions/0/groups")]
    [InlineData("/dimensions/0/groups/0/maximum", "\"21\"", "instrument.derived", "/dimensions/0/groups/0/maximum")]
    [InlineData("/dimensions/0/groups/0/indicators/0/weightPercent", "\"39\"", "instrument.sum", "/dimensions/0/groups/0/indicators")]
    [InlineData("/dimensions/0/groups/0/indicators/0/items/0/maximum", "\"8.1\"", "instrument.derived", "/dimensions/0/groups/0/indicators/0/items/0/maximum")]
    [InlineData("/dimensions/0/groups/0/indicators/0/items/0/id", "\"Q2\"", "instrument.duplicate", "/dimensions/0/groups/0/indicators/1/items/0/id")]
    [InlineData(Option + "/score", "\"2.000001\"", "instrument.derived", Option + "/score")]
    [InlineData(Option + "/weightPercent", "\"24\"", "instrument.derived", Option + "/score")]
    [InlineData(Option + "/id", "\"C\"", "instrument.duplicate", "/dimensions/0/groups/0/indicators/0/items/0/options/2/id")]
    [InlineData(Option + "/excludesOthers", "true", "instrument.sum", "/dimensions/0/groups/0/indicators/0/items/0/options")]
    [InlineData("/dimensions/0/groups/0/indicators/1/items/0/options/1/range/lower", "\"11\"", "instrument.range", "/dimensions/0/groups/0/indicators/1/items/0/options/1/range/lower")]
    [InlineData("/dimensions/0/groups/0/indicators/1/items/0/derivation/numerator", "\"nothing\"", "instrument.unsupported", "/dimensions/0/groups/0/indicators/1/items/0/derivation")]
    [InlineData("/dimensions/0/groups/0/indicators/1/items/0/facts/0", "\"nothing\"", "instrument.reference", "/dimensions/0/groups/0/indicators/1/items/0/facts/0")]
    [InlineData("/levelRule/rows/1/minScore", "\"81\"", "instrument.rows", "/levelRule/rows/1/minScore")]
    [InlineData("/levelRule/rows/1/minScenarios", "11", "instrument.rows", "/levelRule/rows/1/minScenarios")]
    [InlineData("/levelRule/rows/1/minConstraint", "7", "instrument.rows", "/levelRule/rows/1/minConstraint")]
    [InlineData("/levelRule/rows/1/level", "4", "instrument.rows", "/levelRule/rows/1/level")]
    [InlineData("/levelRule/rows/0/minScore", "\"101\"", "instrument.rows", "/levelRule/rows/0/minScore")]
    [InlineData("/levelRule/rows/0/minScenarios", "17", "instrument.rows", "/levelRule/rows/0/minScenarios")]
    [InlineData("/levelRule/none", "null", "instrument.rows", "/levelRule/none")]
    [InlineData("/operations/scenarios/1/id", "\"S01\"", "instrument.duplicate", "/operations/scenarios/1/id")]
    [InlineData("/operations/scenarios/1/levels/0/level", "2", "instrument.range", "/operations/scenarios/1/levels/0/level")]
    [InlineData("/scoring/scenariosGivePoints", "true", "instrument.unsupported", "/scoring/scenariosGivePoints")]
    [InlineData("/id", "\"MIIT 2024\"", "instrument.identity", "/id")]
    [InlineData("/version", "0", "instrument.identity", "/version")]
    public void A_file_that_contradicts_itself_is_refused_with_the_place(string place, string value, string code, string path)
    {
        var fault = ReadInstrument.Read("test", Changed("miit-2024", place, value)).Fault!;
        Assert.Equal("instrument.invalid", fault.Code);
        Assert.Contains(fault.Details, d => d.Code == code && d.Path == path);
    }

    [Theory]
    [InlineData("/scoring/rounding", "\"half-up\"", "/scoring/rounding")]
    [InlineData("/scoring/maximum", "100", "/scoring/maximum")]
    [InlineData("/scoring/maximum", "\"1e2\"", "/scoring/maximum")]
    [InlineData("/levelRule/rows/0/minScore", "\"-1\"", "/levelRule/rows/0/minScore")]
    [InlineData("/levelRule/rows/0/minPoints", "\"80\"", "/levelRule/rows/0/minPoints")]
    public void A_field_that_is_unknown_or_of_another_form_is_refused_with_line_and_path(string place, string value, string path)
    {
        var fault = ReadInstrument.Read("test", Changed("miit-2024", place, value)).Fault!;
        var detail = Assert.Single(fault.Details);
        Assert.Equal(("instrument.malformed", path), (detail.Code, detail.Path));
        Assert.Matches("^line [0-9]+, column [0-9]+: ", detail.Message.En);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    public void What_is_no_instrument_is_refused(string text) =>
        Assert.Equal("instrument.invalid", ReadInstrument.Read("test", Encoding.UTF8.GetBytes(text)).Fault!.Code);

    [Fact]
    public void A_file_over_the_bound_is_refused_unread() =>
        Assert.Equal("instrument.too_large", ReadInstrument.Read("test", new byte[ReadInstrument.BytesMax + 1]).Fault!.Details[0].Code);

    [Fact]
    public void A_share_that_has_no_finite_decimal_is_checked_exactly()
    {
        Assert.True(ReadInstrument.Read("test", Changed("tencent-process", "/version", "2")).Ok);
        var item = Examples.TencentProcess.ItemsById["Q31"];
        Assert.Equal("0.5", item.OptionsById["B"].Score.ToString());
    }

    /// <summary>A shipped file with one value replaced.</summary>
    internal static byte[] Changed(string instrument, string place, string value) => Changed(ShippedInstruments.Find(instrument).Value.Document.ToArray(), place, value);

    internal static byte[] Changed(byte[] document, string place, string value)
    {
        var root = JsonNode.Parse(document)!;
        var steps = place.Split('/')[1..];
        var node = root;
        foreach (var step in steps[..^1])
        {
            node = int.TryParse(step, out var index) ? node[index]! : node[step]!;
        }

        if (int.TryParse(steps[^1], out var last))
            node[last] = JsonNode.Parse(value);
        else
            node[steps[^1]] = JsonNode.Parse(value);

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
