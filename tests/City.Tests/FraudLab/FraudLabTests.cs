using PilotCity.City.Tests.Conventions;
using PilotCity.Oversight.Checks;
using PilotCity.Oversight.Facts;

namespace PilotCity.City.Tests.FraudLab;

/// <summary>The checks against a city with planted cases that was drawn without looking at them.</summary>
public sealed class FraudLabTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20_260)]
    [InlineData(31_337)]
    [InlineData(8_675_309)]
    [InlineData(-5)]
    public void Planted_cases_are_found_among_honest_noise(int seed)
    {
        var scores = City.FraudLab.FraudLab.Run(seed, 800);

        Assert.True(scores.Count(s => s.Planted > 0) >= 47, "every kind but a broken log, which the tamper suite plants");
        Assert.Empty(scores.Where(s => !s.Reached).Select(s => $"{s.Check}: planted {s.Planted}, found {s.Found}, hits {s.Hits}, of them true {s.TrueHits}"));
    }

    /// <summary>What the catalogue says of itself: all but five checks need nothing but the platform's own entries, and say so by finding.</summary>
    [Fact]
    public void Without_any_outside_data_every_check_that_waits_for_none_finds_what_was_planted()
    {
        var (town, lab) = City.FraudLab.FraudLab.Draw(7, 800);
        lab.Rows.Clear();
        var facts = new CityFacts();
        foreach (var entry in new City.FraudLab.WriteEntries().Write(town, lab))
        {
            facts.Apply(entry, new());
        }

        var scores = City.FraudLab.FraudLab.ScoreOf(lab, RunChecks.Over(facts, new() { Everything = true }, new(2027, 3, 1)));

        Assert.Equal(["AC05", "AC09", "AC13", "AC29", "AC31"], scores.Where(s => s.Planted > 0 && s.Found == 0).Select(s => s.Check));
        Assert.Equal(Check.InOrder.Where(c => c.Awaits is not null).Select(c => c.Id), scores.Where(s => s.Planted > 0 && s.Found == 0).Select(s => s.Check));
    }

    [Fact]
    public void The_plan_is_drawn_without_a_look_at_the_checks() => Tree.None(
        Tree.Sources("services/City/FraudLab").Where(s => !s.Path.EndsWith("/FraudLab.cs", StringComparison.Ordinal) && s.Text.Contains("Oversight", StringComparison.Ordinal)).Select(s => s.Path));

    [Fact]
    public void The_same_seed_draws_the_same_city_and_another_another()
    {
        Assert.Equal(City.FraudLab.FraudLab.Run(3, 800), City.FraudLab.FraudLab.Run(3, 800));
        Assert.NotEqual(City.FraudLab.FraudLab.Draw(3, 800).Lab.Cases.Select(c => c.SignedOn), City.FraudLab.FraudLab.Draw(4, 800).Lab.Cases.Select(c => c.SignedOn));
    }

    [Fact]
    public void A_missed_case_shows()
    {
        var (town, lab) = City.FraudLab.FraudLab.Draw(1, 800);

        var none = City.FraudLab.FraudLab.ScoreOf(lab, []);

        Assert.All(none.Where(s => s.Planted > 0), s => Assert.Equal((0m, false), (s.Recall, s.Reached)));
        Assert.Equal(40, town.Providers.Count);
    }
}
