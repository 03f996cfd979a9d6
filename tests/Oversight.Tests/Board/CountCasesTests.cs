using PilotCity.Oversight.Board;
using PilotCity.Oversight.Facts;

namespace PilotCity.Oversight.Tests.Board;

/// <summary>Every figure over a small city whose counts are known by hand.</summary>
public sealed class CountCasesTests
{
    private static readonly CityFacts Facts = new Town().Facts();

    internal static PlanVersion Plan(params Target[] targets) => new(1, new(2025, 10, 1), new(2026, 9, 30), "文1", targets, "u-1", default);

    private static Figure Of(string kpi, PlanVersion? plan = null) => MakeBoard.City(new(Facts, Town.Today, plan)).Single(r => r.Kpi == kpi).Figure;

    [Theory]
    [InlineData("renovated", "5", "5", null)] // the fifth enterprise is accepted at level 1
    [InlineData("l2-above-scale", "50", "5", "10")]
    [InlineData("l2-below-scale", "0", "0", "2")]
    [InlineData("l2-specialised", "100", "3", "3")]
    [InlineData("l2-little-giants", "100", "1", "1")]
    [InlineData("specialised-renovated", "3", "3", null)]
    [InlineData("l4", "1", "1", null)]
    [InlineData("cloud", "60", "3", "5")]
    [InlineData("equipment-digital", "35", "21", "60")]
    [InlineData("equipment-networked", "50", "30", "60")]
    [InlineData("providers-in-pool", "2", "2", null)]
    [InlineData("chain-projects", "1", "1", null)]
    [InlineData("diagnosed", "66.67", "8", "12")]
    [InlineData("fund-structure", "85", "850000", "1000000")]
    [InlineData("execution", "10", "100000", "1000000")]
    [InlineData("average-subsidy", "50000", "100000", "2")]
    [InlineData("leverage", "2.12", "212000", "100000")]
    [InlineData("discount", "20", "100000", "500000")]
    [InlineData("top-1", "75", "600000", "800000")]
    [InlineData("top-3", "100", "600000", "800000")]
    [InlineData("hhi", "6250", "600000", "800000")]
    [InlineData("satisfaction", "83.5", "501", "6")]
    [InlineData("first-pass", "83.33", "5", "6")]
    public void A_figure_has_its_value_and_what_stands_above_and_below_the_line(string kpi, string value, string above, string? below)
    {
        var figure = Of(kpi);

        Assert.Equal((value, above, below), (MeasureProgress.Number(figure.Value!.Value), MeasureProgress.Number(figure.Numerator), figure.Denominator is { } d ? MeasureProgress.Number(d) : null));
        Assert.Null(figure.Why);
    }

    [Fact]
    public void The_middle_of_an_even_number_of_cases_lies_half_way_between_two()
    {
        // Accepted on 10 January (two), 10 February (two) and 10 March (two), 223 to 282 days after the contracts.
        Assert.Equal(254, Of("cycle-acceptance").Value);

        // Paid on 20 January and 20 February, both accepted on 10 January.
        Assert.Equal(25.5m, Of("cycle-payment").Value);
    }

    [Theory]
    [InlineData("completion")]
    [InlineData("overdue")]
    [InlineData("nc-processes")]
    [InlineData("provider-score")]
    public void What_has_no_denominator_or_no_data_has_no_figure_and_says_why(string kpi)
    {
        var figure = Of(kpi);

        Assert.Null(figure.Value);
        Assert.NotNull(figure.Why);
    }

    [Fact]
    public void In_an_empty_city_counts_are_none_and_no_ratio_has_a_figure()
    {
        foreach (var row in MakeBoard.City(new(new(), Town.Today, null)))
        {
            var kpi = Kpi.All[row.Kpi];
            Assert.Equal((row.Kpi, kpi.Awaits is null && kpi.Kind == FigureKind.Count ? 0m : null), (row.Kpi, row.Figure.Value));
            Assert.Equal((row.Kpi, row.Figure.Value is null), (row.Kpi, row.Figure.Why is not null));
        }
    }

    [Fact]
    public void Targets_make_completion_and_delay_countable()
    {
        var plan = Plan(new Target("renovated", 20), new Target("cycle-acceptance", 250));

        Assert.Equal((25m, 5m, 20m), (Of("completion", plan).Value, Of("completion", plan).Numerator, Of("completion", plan).Denominator));

        // Accepted after more than 250 days (four), or not yet after 303 (two).
        Assert.Equal((75m, 6m, 8m), (Of("overdue", plan).Value, Of("overdue", plan).Numerator, Of("overdue", plan).Denominator));
    }

    [Fact]
    public void Only_what_was_accepted_inside_the_window_of_the_plan_counts_both_ends_included()
    {
        int Renovated(DateOnly from, DateOnly until) => (int)Of("renovated", Plan(new Target("renovated", 20)) with { From = from, Until = until }).Value!;

        Assert.Equal((5, 3, 0), (Renovated(new(2026, 1, 10), new(2026, 3, 10)), Renovated(new(2026, 1, 11), new(2026, 3, 10)), Renovated(new(2026, 1, 11), new(2026, 2, 9))));
        Assert.Equal(4, Renovated(new(2026, 1, 10), new(2026, 3, 9)));
    }

    [Theory]
    [InlineData("renovated", Division.District, "350802 5")]
    [InlineData("renovated", Division.SubIndustry, "专用设备 2,汽车零部件 3")]
    [InlineData("diagnosed", Division.District, "350802 100,350803 20")]
    [InlineData("top-1", Division.District, "350802 85.71,350803 100")]
    [InlineData("renovated", Division.Month, "2026-01 2,2026-02 4,2026-03 5")]
    [InlineData("execution", Division.Month, "2026-01 10,2026-02 10,2026-03 10")]
    internal void A_figure_is_divided_into_groups(string kpi, Division by, string expected)
    {
        var rows = MakeBoard.Groups(Kpi.All[kpi], by, new(Facts, Town.Today, null));

        Assert.Equal(expected, string.Join(',', rows.Select(r => $"{r.Group} {MeasureProgress.Number(r.Figure.Value!.Value)}")));
    }

    [Fact]
    public void A_group_that_only_the_plan_names_is_there_with_nothing()
    {
        var rows = MakeBoard.Groups(Kpi.All["renovated"], Division.District, new(Facts, Town.Today, Plan(new Target("renovated", 3, Division.District, "350881"))));

        var row = rows.Single(r => r.Group == "350881");
        Assert.Equal((0m, 3m, TargetStanding.Behind), (row.Figure.Value, row.Progress!.Target, row.Progress.Standing));
    }

    [Fact]
    public void Every_case_names_the_entries_it_comes_from()
    {
        foreach (var kpi in Kpi.InOrder.Where(k => k.Awaits is null))
        {
            Assert.All(CountCases.Of(kpi, new(Facts, Town.Today, null)), c => Assert.NotEmpty(c.Entries));
        }

        var first = CountCases.Of(Kpi.All["renovated"], new(Facts, Town.Today, null))[0];
        Assert.Equal(["performance", "performance", "assessment"], first.Entries.Select(e => e.Service));
        Assert.Equal((Town.Enterprise(1), "350802", "专用设备", Town.Provider(1)), (first.Id, first.District, first.SubIndustry, first.Providers.Single()));
    }

    [Fact]
    public void A_figure_at_an_earlier_day_does_not_know_what_came_later()
    {
        Assert.Equal(4, MakeBoard.City(new(Facts, new(2026, 3, 9), null)).Single(r => r.Kpi == "renovated").Figure.Value);
        Assert.Equal(5, MakeBoard.City(new(Facts, new(2026, 3, 10), null)).Single(r => r.Kpi == "renovated").Figure.Value);
    }

    [Fact]
    public void What_the_bureau_imported_is_counted_with_its_entry()
    {
        var facts = new Town().Facts();
        var entry = new Chronicle("oversight").Add("snapshot/kpi-reports", "SnapshotImported", new
        {
            kind = "kpi-reports",
            takenOn = "2026-03-01",
            continues = false,
            rows = new[]
            {
                new Dictionary<string, string> { ["kpi"] = "nc-processes", ["organisation"] = Town.Enterprise(1), ["day"] = "2026-02-01", ["numerator"] = "71", ["denominator"] = "100" },
                new Dictionary<string, string> { ["kpi"] = "provider-score", ["organisation"] = Town.Provider(1), ["day"] = "2026-02-01", ["numerator"] = "88.5" },
            },
        }).Entries[0];
        facts.Apply(entry, new());
        var rows = MakeBoard.City(new(facts, Town.Today, null)).ToDictionary(r => r.Kpi);

        Assert.Equal((71m, 88.5m), (rows["nc-processes"].Figure.Value, rows["provider-score"].Figure.Value));
        Assert.Equal([new EntryRef("oversight", 1)], CountCases.Of(Kpi.All["nc-processes"], new(facts, Town.Today, null)).Single().Entries);
        Assert.Equal(Town.Provider(1), MakeBoard.Groups(Kpi.All["provider-score"], Division.Provider, new(facts, Town.Today, null)).Single().Group);
    }
}
