using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Assessment.Tests.Instruments;

namespace PilotCity.Assessment.Tests.Assessments;

/// <summary>Figures against the averages of an industry; the table of the example is invented (tests/data/instruments).</summary>
public sealed class PlaceOutcomesTests
{
    private static readonly Instrument Example = CheckInstrumentTests.Read("industry-outcome-2");

    private static readonly (string, decimal)[] All =
        [("pass-rate", 98.5m), ("revenue-last-year", 9_000m), ("staff-last-year", 100m), ("cost-last-year", 7_600m), ("outcome-year", 2025m)];

    private static ScoreResult Place(Instrument instrument, string? industry, params (string, decimal)[] facts) =>
        ScoreAnswers.Score(instrument, Examples.Of(industry is null ? [] : new() { ["O1"] = Examples.Options(industry) }).WithFacts(facts)).Value;

    private static Band[] Bands(ScoreResult result) => [.. result.Outcomes!.Select(o => o.Band)];

    [Fact]
    public void Each_figure_is_placed_in_one_of_three_bands_with_the_average_its_source_and_its_sample()
    {
        var result = Place(Example, "C35", All);
        Assert.Equal([Band.Better, Band.AtAverage, Band.Below], Bands(result));
        Assert.Equal(("98.5", "96.5", "invented for tests", 120), (result.Outcomes![0].Figure, result.Outcomes[0].Average?.ToString(), result.Outcomes[0].Source, result.Outcomes[0].N));
        Assert.Equal(("90", "84.4444"), (result.Outcomes[1].Figure, result.Outcomes[2].Figure));
        Assert.True(result is { NoTotal: true, NoLevel: true, LevelName: null, Zone: null });
    }

    [Theory]
    [InlineData("98.4999", nameof(Band.AtAverage))]
    [InlineData("98.5", nameof(Band.Better))]
    [InlineData("96.5", nameof(Band.AtAverage))]
    [InlineData("96.4999", nameof(Band.Below))]
    public void Higher_is_better_and_the_limits_belong_to_the_better_band(string rate, string band) =>
        Assert.Equal(band, Bands(Place(Example, "C35", ("pass-rate", decimal.Parse(rate, System.Globalization.CultureInfo.InvariantCulture)), All[4]))[0].ToString());

    [Theory]
    [InlineData(10_800, nameof(Band.Better))]
    [InlineData(10_799.9999, nameof(Band.AtAverage))]
    [InlineData(9_000, nameof(Band.AtAverage))]
    [InlineData(8_999.9999, nameof(Band.Below))]
    public void A_ratio_is_compared_with_a_percentage_of_the_average_without_rounding(double revenue, string band) =>
        Assert.Equal(band, Bands(Place(Example, "C35", ("revenue-last-year", (decimal)revenue), ("staff-last-year", 100m), All[4]))[1].ToString());

    [Theory]
    [InlineData(757.8, nameof(Band.Better))]
    [InlineData(757.8001, nameof(Band.AtAverage))]
    [InlineData(842, nameof(Band.AtAverage))]
    [InlineData(842.0001, nameof(Band.Below))]
    public void Of_cost_lower_is_better(double cost, string band) =>
        Assert.Equal(band, Bands(Place(Example, "C35", ("cost-last-year", (decimal)cost), ("revenue-last-year", 1_000m), All[4]))[2].ToString());

    [Theory]
    [InlineData("999999999990.0000", nameof(Band.AtAverage))]
    [InlineData("999999999989.9999", nameof(Band.Below))]
    public void The_largest_figures_are_still_compared_exactly(string revenue, string band) =>
        Assert.Equal(band, Bands(Place(Example, "C35", ("revenue-last-year", decimal.Parse(revenue, System.Globalization.CultureInfo.InvariantCulture)), ("staff-last-year", 11_111_111_111m), All[4]))[1].ToString());

    [Fact]
    public void Without_the_table_nothing_is_assumed()
    {
        var shipped = ShippedInstruments.Find("industry-outcome@1").Value;
        var result = Place(shipped, "C35", All);
        Assert.All(result.Outcomes!, o => Assert.Equal((Band.NotAvailable, true, true), (o.Band, o.Average is null, o.Why is not null)));
        Assert.Equal("98.5", result.Outcomes![0].Figure);
    }

    [Fact]
    public void What_is_missing_makes_one_band_not_available_and_says_which()
    {
        Assert.All(Place(Example, null, All).Outcomes!, o => Assert.Equal((Band.NotAvailable, "no industry is chosen"), (o.Band, o.Why!.En)));
        Assert.All(Place(Example, "C35", All[..4]).Outcomes!, o => Assert.Equal(Band.NotAvailable, o.Band));
        Assert.Equal([Band.AtAverage, Band.NotAvailable, Band.NotAvailable], Bands(Place(Example, "C34", [("pass-rate", 97m), .. All[1..]])));
        Assert.Equal([Band.NotAvailable, Band.NotAvailable, Band.NotAvailable], Bands(Place(Example, "C35", [.. All[..4], ("outcome-year", 2024m)])));
        Assert.Contains("is 0", Place(Example, "C35", ("revenue-last-year", 1m), ("staff-last-year", 0m), All[4]).Outcomes![1].Why!.En, StringComparison.Ordinal);
        Assert.Contains("'employees, last year' is missing", Place(Example, "C35", ("revenue-last-year", 1m), All[4]).Outcomes![1].Why!.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_limit_of_clearly_better_only_what_is_known_is_said()
    {
        var without = ReadInstrument.Read("test", CheckInstrumentTests.Changed("industry-outcome-2", "/outcomes/indicators/0/clearlyBetter", "null")).Value;
        Assert.Equal(Band.NotAvailable, Bands(Place(without, "C35", ("pass-rate", 99m), All[4]))[0]);
        Assert.Equal(Band.AtAverage, Bands(Place(without, "C35", ("pass-rate", 96.5m), All[4]))[0]);
        Assert.Equal(Band.Below, Bands(Place(without, "C35", ("pass-rate", 96m), All[4]))[0]);
    }

    [Fact]
    public void The_facts_are_those_of_the_official_instrument_so_that_they_are_collected_once()
    {
        foreach (var fact in Example.Outcomes!.Indicators.SelectMany(i => new[] { i.Numerator, i.Denominator }).OfType<FactDefinition>())
            Assert.Equal(fact with { Index = 0 }, Examples.Miit2024.FactsById[fact.Id] with { Index = 0 });
    }
}
