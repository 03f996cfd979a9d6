using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Instruments;

/// <summary>Levels on another scale where a file says so, always with kind, source and caveat; nothing between editions.</summary>
public sealed class CrossWalkTests
{
    private static readonly Instrument Stages = ShippedInstruments.Find("lenovo-stages").Value;

    private static readonly Instrument Edition2022 = ShippedInstruments.Find("miit-2022").Value;

    [Theory]
    [InlineData(0, "Below", 1, "一级")]
    [InlineData(1, "At", 1, "一级")]
    [InlineData(4, "At", 4, "四级")]
    [InlineData(5, "Above", 4, "四级")]
    public void A_stage_stands_at_a_level_of_the_edition_of_2022_as_a_proxy(int stage, string relation, int level, string name)
    {
        var walked = CrossWalk.Between(Stages, stage, Edition2022)!;
        Assert.Equal(("lenovo-stages@2", "miit-2022", relation, level, CrossWalkKind.Proxy, "lenovo-stages@2", "L"), (walked.From, walked.To, walked.Relation.ToString(), walked.Level, walked.Kind, walked.SaidBy, walked.Source));
        Assert.StartsWith(name, walked.LevelName!.Zh, StringComparison.Ordinal);
        Assert.Contains("inferred", walked.Why.En, StringComparison.Ordinal);
    }

    [Fact]
    public void The_other_way_round_only_what_stands_exactly_at_a_level_is_said()
    {
        Assert.Equal((LevelRelation.At, 3, "miit-2022@1", "lenovo-stages@2"), CrossWalk.Between(Edition2022, 3, Stages) is { } back ? (back.Relation, back.Level, back.From, back.SaidBy) : default);
        Assert.Null(CrossWalk.Between(Edition2022, 0, Stages));
    }

    [Fact]
    public void Nothing_is_carried_between_editions_or_to_what_no_data_relate()
    {
        Assert.Null(CrossWalk.Between(Examples.Miit2024, 3, Edition2022));
        Assert.Null(CrossWalk.Between(Edition2022, 3, Examples.Miit2024));
        Assert.Null(CrossWalk.Between(Stages, 3, Examples.Miit2024));
        Assert.Null(CrossWalk.Between(Stages, 9, Edition2022));
    }

    [Fact]
    public void The_first_version_with_its_one_language_is_still_read()
    {
        var first = ShippedInstruments.Find("lenovo-stages@1").Value;
        Assert.Equal((LevelRelation.At, 2), CrossWalk.Between(first, 2, Edition2022) is { } walked ? (walked.Relation, walked.Level) : default);
    }

    [Fact]
    public void Every_shipped_cross_walk_leads_to_a_level_that_the_other_instrument_has() => Assert.All(
        ShippedInstruments.All.SelectMany(i => i.CrossWalks),
        walk => Assert.All(walk.Levels.Values, meant => Assert.NotNull(ShippedInstruments.Find(walk.To).Value.NameOf(meant.Level))));

    [Theory]
    [InlineData("below 1", true)]
    [InlineData("21", false)]
    [InlineData("20", true)]
    [InlineData("", false)]
    [InlineData("above", false)]
    [InlineData("above -1", false)]
    [InlineData("about 4", false)]
    public void What_a_level_means_has_three_forms(string text, bool good) => Assert.Equal(good, CrossWalk.TryMeant(text, out _, out _));
}
