namespace PilotCity.City.Tests.FraudLab;

/// <summary>The checks against a city with planted cases that was drawn without looking at them.</summary>
public sealed class FraudLabTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(20_260)]
    public void Planted_cases_are_found_among_honest_noise(int seed)
    {
        var scores = City.FraudLab.FraudLab.Run(seed, 800);

        Assert.True(scores.Count(s => s.Planted > 0) >= 47, "every kind but a broken log, which the tamper suite plants");
        Assert.Empty(scores.Where(s => !s.Reached).Select(s => $"{s.Check}: planted {s.Planted}, found {s.Found}, hits {s.Hits}, of them true {s.TrueHits}"));
    }

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
