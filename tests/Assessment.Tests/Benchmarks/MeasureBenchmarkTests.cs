using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Benchmarks;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Benchmarks;

public sealed class MeasureBenchmarkTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-03-01T08:00:00Z", CultureInfo.InvariantCulture);

    private static AssessmentRow Row(int enterprise, decimal total, int level = 1, Mode mode = Mode.ThirdParty, Purpose purpose = Purpose.Before, int day = 0, string instrument = "miit-2024@1") => new(
        $"a{enterprise}-{day}-{mode}", string.Create(CultureInfo.InvariantCulture, $"E{enterprise:000}"), purpose, mode, instrument,
        new Dictionary<string, Points> { ["foundation"] = new(total / 2m), ["management"] = new(total / 2m) }, new(total), level, "evaluation-1", At.AddDays(day));

    private static BenchmarkMember Member(int enterprise, decimal total, string district, string size = "small", string industry = "", int level = 1) =>
        new(Row(enterprise, total, level), new(district, industry, size));

    [Fact]
    public void Of_each_enterprise_the_last_result_of_one_instrument_purpose_and_basis_is_counted()
    {
        AssessmentRow[] rows =
        [
            Row(1, 10m), Row(1, 30m, day: 5), Row(2, 50m, mode: Mode.Self), Row(3, 70m, purpose: Purpose.After), Row(4, 90m, instrument: "miit-2022@1"), Row(5, 20m, mode: Mode.Official),
        ];
        Assert.Equal([30m, 20m], Of(Basis.OnSite, null));
        Assert.Equal([10m, 20m], Of(Basis.OnSite, At));
        Assert.Equal([50m], Of(Basis.Self, null));

        decimal[] Of(Basis basis, DateTimeOffset? asOf) => [.. MeasureBenchmark.Population(rows, "miit-2024@1", Purpose.Before, basis, asOf).Select(r => r.Total.Value)];
    }

    [Fact]
    public void Means_are_exact_and_rounded_once()
    {
        BenchmarkMember[] members =
        [
            .. Enumerable.Range(0, 6).Select(i => Member(i, i < 4 ? 33.33m : 33.34m, "350802", level: 2)), .. Enumerable.Range(10, 5).Select(i => Member(i, 50m, "350803")),
        ];
        var (city, divisions, levels) = MeasureBenchmark.Measure(members);
        Assert.Equal((11, "40.91"), (city.N, city.MeanTotal.ToString()));
        var district = divisions.Single(d => d.By == Division.District).Groups;
        Assert.Equal([("350802", true, 6, "33.33", 2m), ("350803", true, 5, "50", 1m)], district.Select(g => (g.Group, g.Shown, g.N ?? 0, g.MeanTotal.ToString(), g.MeanLevel ?? 0m)));
        Assert.Equal("16.67", district[0].MeanScores!["foundation"].ToString());
        Assert.Equal([(1, true, 5, 45.5m), (2, true, 6, 54.5m)], levels.Select(l => (l.Level, l.Shown, l.N ?? 0, l.Percent ?? 0m)));
    }

    [Fact]
    public void A_small_group_and_its_complement_show_no_figure_at_all()
    {
        BenchmarkMember[] members = [.. Enumerable.Range(0, 9).Select(i => Member(i, 20m, "350802")), .. Enumerable.Range(20, 4).Select(i => Member(i, 90m, "350803"))];
        var (city, divisions, _) = MeasureBenchmark.Measure(members);
        Assert.Equal(13, city.N);
        Assert.All(divisions.Single(d => d.By == Division.District).Groups, g => Assert.Equal(new(g.Group, false), g));
        Assert.Equal([("small", true)], divisions.Single(d => d.By == Division.Size).Groups.Select(g => (g.Group!, g.Shown)));
    }

    [Fact]
    public void A_city_of_four_shows_nothing()
    {
        var (city, divisions, levels) = MeasureBenchmark.Measure([.. Enumerable.Range(0, 4).Select(i => Member(i, 20m, "350802"))]);
        Assert.Equal(new(null, false), city);
        Assert.All(divisions.SelectMany(d => d.Groups), g => Assert.False(g.Shown));
        Assert.Equal([(1, false, null, null)], levels.Select(l => (l.Level, l.Shown, l.N, l.Percent)));
        Assert.Empty(MeasureBenchmark.Measure([]).Levels);
    }
}
