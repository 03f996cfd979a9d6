using PilotCity.Assessment.Benchmarks;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Benchmarks;

public sealed class ReferenceSeriesTests
{
    [Fact]
    public void Every_series_says_its_source_year_sample_and_what_to_beware_of()
    {
        Assert.Equal(21, ShippedReferences.All.Count);
        Assert.Equal(ShippedReferences.All.Count, ShippedReferences.All.Select(s => s.Id).Distinct().Count());
        Assert.All(ShippedReferences.All, s =>
        {
            Assert.True(s is { Title.Zh.Length: > 0, Title.En.Length: > 0, Source.Zh.Length: > 0, Source.En.Length: > 0, Caveat.Zh.Length: > 0, Caveat.En.Length: > 0, Year: >= 2021 and <= 2024 }, s.Id);
            Assert.NotEmpty(s.Figures);
            Assert.All(s.Figures, f => Assert.InRange(f.Percent, 0m, 100m));
        });

        // Only the sample of the report on outcomes was not published.
        Assert.All(ShippedReferences.All, s => Assert.Equal(s.Id.StartsWith("outcome-", StringComparison.Ordinal), s.N is null));
    }

    [Fact]
    public void Shares_of_one_whole_add_up()
    {
        decimal Sum(string id) => ShippedReferences.All.Single(s => s.Id == id).Figures.Where(f => f.Of is null).Sum(f => f.Percent);
        Assert.Equal(100m, Sum("level-proxy-2023"));
        Assert.Equal(100m, Sum("stages-2023"));
        Assert.Equal(100m, Sum("spending-2023"));
        Assert.Equal(100m, Sum("spending-plan-2024"));
    }

    [Fact]
    public void The_items_of_an_instrument_bring_their_own_figures()
    {
        var adoption = ShippedReferences.Beside("tencent-process@1").Single();
        Assert.Equal((2021, 67, 24), (adoption.Year, adoption.N, adoption.Figures.Count));
        var modelling = adoption.Figures.Single(f => f.Item == "Q1");
        Assert.Equal((49.3m, "direct"), (modelling.Percent, modelling.Kind));
        Assert.Equal(["level-proxy-2023"], ShippedReferences.Beside("miit-2024@1+longyan-1").Select(s => s.Id));
        Assert.Empty(ShippedReferences.Beside(ShippedInstruments.Find("miit-2022").Value.Reference));
    }
}
