using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Tests.Instruments;

namespace PilotCity.Assessment.Tests.Assessments;

/// <summary>Two axes instead of a total, and models without levels: both test files are invented.</summary>
public sealed class ScoreZonesTests
{
    private static readonly Instrument Quadrants = CheckInstrumentTests.Read("quadrants");

    private static ScoreResult Score(Instrument instrument, params string[] options) =>
        ScoreAnswers.Score(instrument, Examples.Of(options.Select((o, i) => (Item: $"W{i + 1}", o)).ToDictionary(x => x.Item, x => Examples.Options(x.o)))).Value;

    [Theory]
    [InlineData("beginner", "A", "A", "A", "A")]
    [InlineData("fashionista", "E", "A", "D", "A")]
    [InlineData("fashionista", "E", "E", "C", "B")]
    [InlineData("conservative", "B", "B", "C", "C")]
    [InlineData("digirati", "E", "E", "E", "E")]
    public void Two_scores_lead_into_one_of_four_quadrants_and_there_is_no_total(string zone, string w1, string w2, string w3, string w4)
    {
        var result = Score(Quadrants, w1, w2, w3, w4);
        Assert.Equal((zone, true, true), (result.Zone!.Zone, result.NoTotal, result.NoLevel));
    }

    [Fact]
    public void A_score_at_the_cut_belongs_to_the_part_above_and_one_step_below_does_not()
    {
        Assert.Equal(1, Score(Quadrants, "C", "C", "A", "A").Axes![0].Part);
        Assert.Equal(0, Score(Quadrants, "C", "B", "A", "A").Axes![0].Part);
    }

    [Fact]
    public void A_model_without_levels_gives_points_and_no_level()
    {
        var result = Score(CheckInstrumentTests.Read("no-levels"), "E", "C", "A", "A");
        Assert.Equal(("30", false, true, null), (result.Total.ToString(), result.NoTotal, result.NoLevel, result.LevelName));
        Assert.Null(result.Axes);
    }

    [Fact]
    public void A_result_file_shows_no_total_and_no_level_where_there_is_none()
    {
        var shown = JsonSerializer.SerializeToNode(Score(Quadrants, "A", "A", "A", "A"), Defaults.Json.Lenient)!.AsObject();
        Assert.Equal(("beginner", true, true), (shown["zone"]!["zone"]!.GetValue<string>(), shown["noTotal"]!.GetValue<bool>(), shown["noLevel"]!.GetValue<bool>()));
    }
}
