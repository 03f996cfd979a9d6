using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Comparisons;
using PilotCity.Assessment.Instruments;

namespace PilotCity.Assessment.Tests.Comparisons;

public sealed class MeasureVarianceTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-03-01T08:00:00Z", CultureInfo.InvariantCulture);

    private static AssessmentRow Row(
        string enterprise, Mode mode, decimal total, int day, int level = 1, Purpose purpose = Purpose.Before, string? evaluator = null, string? provider = null, string instrument = "miit-2024@1") =>
        new($"{enterprise}-{day}", enterprise, purpose, mode, instrument, new Dictionary<string, Points> { ["foundation"] = new(total) }, new(total), level, evaluator, At.AddDays(day)) { Provider = provider };

    private static IEnumerable<AssessmentRow> Both(int enterprise, decimal own, decimal site, string evaluator, string? provider = null) =>
    [
        Row($"E{enterprise:00}", provider is null ? Mode.Self : Mode.ProviderAssisted, own, 0, provider: provider), Row($"E{enterprise:00}", Mode.ThirdParty, site, 1, evaluator: evaluator),
    ];

    [Fact]
    public void A_pair_is_the_last_result_on_site_and_the_last_own_view_before_it()
    {
        AssessmentRow[] rows =
        [
            Row("E1", Mode.Self, 50m, 0), Row("E1", Mode.Self, 60m, 1, level: 3, purpose: Purpose.Voluntary), Row("E1", Mode.ThirdParty, 45.5m, 2, evaluator: "v"), Row("E1", Mode.Self, 90m, 3),
            Row("E2", Mode.ThirdParty, 45m, 0), Row("E2", Mode.Self, 90m, 1),
            Row("E3", Mode.Self, 45m, 0, purpose: Purpose.After), Row("E3", Mode.ThirdParty, 45m, 1),
            Row("E4", Mode.Self, 45m, 0, instrument: "miit-2024@2"), Row("E4", Mode.ThirdParty, 45m, 1),
        ];
        var pair = Assert.Single(MeasureVariance.Pairs(rows, null, null));
        Assert.Equal(("E1-1", "E1-2", "14.5", 2, "v", "14.5"), (pair.Own, pair.OnSite, pair.Points.ToString(), pair.Levels, pair.Evaluator, pair.Scores["foundation"].ToString()));
        Assert.Empty(MeasureVariance.Pairs(rows, Purpose.After, null));
        Assert.Empty(MeasureVariance.Pairs(rows, null, At.AddDays(1)));

        var corrected = rows[2] with { CorrectedBy = "x", CorrectedAt = At.AddDays(9) };
        Assert.Empty(MeasureVariance.Pairs([rows[0], corrected], null, null));
        Assert.Single(MeasureVariance.Pairs([rows[0], corrected], null, At.AddDays(8)));
    }

    [Fact]
    public void Mean_spread_and_number_are_told_per_evaluator_and_per_provider()
    {
        AssessmentRow[] rows =
        [
            .. Enumerable.Range(1, 5).SelectMany(i => Both(i, 50m + i, 50m, "strict")), .. Enumerable.Range(11, 6).SelectMany(i => Both(i, 50m, 50m, "kind", "provider-1")),
        ];
        var pairs = MeasureVariance.Pairs(rows, null, null);
        var (all, orgs) = MeasureVariance.Measure(pairs, VarianceBy.Evaluator);

        // 1 … 5: mean 3, spread √(10/4) = 1.58; all eleven: mean 15/11.
        Assert.Equal([("kind", 6, "0", "0"), ("strict", 5, "3", "1.58")], orgs.Select(o => (o.Org!, o.N!.Value, o.MeanPoints.ToString()!, o.SpreadPoints.ToString()!)));
        Assert.Equal((11, "1.36"), (all.N, all.MeanPoints.ToString()));
        var provider = Assert.Single(MeasureVariance.Measure(pairs, VarianceBy.Provider).Orgs);
        Assert.Equal(("provider-1", 6, "0"), (provider.Org, provider.N, provider.MeanPoints.ToString()));
    }

    [Fact]
    public void Fewer_than_five_enterprises_of_an_evaluator_are_not_shown_nor_what_tells_them()
    {
        AssessmentRow[] rows = [.. Enumerable.Range(1, 4).SelectMany(i => Both(i, 60m, 50m, "few")), .. Enumerable.Range(11, 5).SelectMany(i => Both(i, 50m, 50m, "many"))];
        var (all, orgs) = MeasureVariance.Measure(MeasureVariance.Pairs(rows, null, null), VarianceBy.Evaluator);
        Assert.Equal([new("few", false), new("many", false)], orgs);
        Assert.Equal(9, all.N);
        Assert.False(MeasureVariance.Measure([], VarianceBy.Evaluator).All.Shown);
    }
}
