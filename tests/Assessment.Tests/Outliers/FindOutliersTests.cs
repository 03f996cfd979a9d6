using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Outliers;
using PilotCity.Assessment.Tests.Comparisons;
using PilotCity.Defaults.Identity;

namespace PilotCity.Assessment.Tests.Outliers;

public sealed class FindOutliersTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.Parse("2026-03-01T08:00:00Z", CultureInfo.InvariantCulture);

    private static ResultFact Fact(
        long position, string enterprise = "E1", Mode mode = Mode.Self, Purpose purpose = Purpose.Before, decimal total = 50m, int level = 1, string? org = null, string? answers = null,
        double days = 0, params string[] evidence) =>
        new(new($"assessment/a{position}", 1, position), enterprise, purpose, mode, "miit-2024@1", "00", org, total, level, At.AddDays(days), answers ?? $"h{position}", evidence);

    private static IReadOnlyList<FoundOutlier> Found(ResultFact fresh, params ResultFact[] earlier) => FindOutliers.Beside(earlier, fresh, OutlierParameters.Standard);

    private static string[] Kinds(ResultFact fresh, params ResultFact[] earlier) => [.. Found(fresh, earlier).Select(f => f.Noted.Kind.ToString())];

    [Fact]
    public void Two_levels_or_forty_points_within_ninety_days_are_a_jump()
    {
        var self = Fact(1, total: 50m, level: 1);
        Assert.Equal(["Jump"], Kinds(Fact(2, mode: Mode.ThirdParty, total: 50m, level: 3, days: 90.9), self));
        Assert.Equal(["Jump"], Kinds(Fact(2, mode: Mode.ThirdParty, total: 10m, level: 1), self));
        Assert.Equal(["Jump"], Kinds(Fact(2, purpose: Purpose.After, total: 90m, level: 2), self));
        Assert.Empty(Kinds(Fact(2, mode: Mode.ThirdParty, total: 50m, level: 3, days: 91), self));
        Assert.Empty(Kinds(Fact(2, mode: Mode.ThirdParty, total: 10.025m, level: 2), self));
        Assert.Empty(Kinds(Fact(2, enterprise: "E2", mode: Mode.ThirdParty, total: 50m, level: 3), self));
        Assert.Empty(Kinds(Fact(2, mode: Mode.Self, total: 50m, level: 3), self));
        Assert.Empty(Kinds(Fact(2, mode: Mode.ThirdParty, level: 3) with { InstrumentSha256 = "01" }, self));
    }

    [Fact]
    public void A_jump_names_the_last_result_before_its_entries_and_its_figures()
    {
        var found = Assert.Single(Found(Fact(7, mode: Mode.Official, total: 5.5m, level: 0, org: "bureau", days: 3), Fact(1, total: 90m, level: 3), Fact(2, total: 60m, level: 2)));
        Assert.Equal(("miit-2024@1", null), (found.Noted.Instrument, found.Noted.Org));
        Assert.Equal(["E1"], found.Noted.Enterprises);
        Assert.Equal([new("assessment/a2", 1, 2), new("assessment/a7", 1, 7)], found.Noted.Sources);
        Assert.Equal(("-2", "-54.5", "3"), (found.Noted.Figures["levels"], found.Noted.Figures["points"], found.Noted.Figures["days"]));
        Assert.Equal(("2", "40", "90"), (found.Noted.Parameters["jumpLevelsMin"], found.Noted.Parameters["jumpPointsMin"], found.Noted.Parameters["jumpDaysMax"]));
    }

    [Fact]
    public void The_same_answers_for_two_enterprises_of_one_organisation_are_noted_once_each()
    {
        var first = Fact(1, mode: Mode.ThirdParty, org: "evaluation-1", answers: "same");
        var second = Fact(2, "E2", Mode.ThirdParty, org: "evaluation-1", answers: "same");
        Assert.Equal(["SameAnswers"], Kinds(second, first));
        var third = Assert.Single(Found(Fact(3, "E3", Mode.ThirdParty, org: "evaluation-1", answers: "same"), first, second));
        Assert.Equal(["E1", "E3"], third.Noted.Enterprises);
        Assert.Equal("evaluation-1", third.Noted.Org);
        Assert.Empty(Kinds(second with { Org = "evaluation-2" }, first));
        Assert.Empty(Kinds(second with { Org = null }, first with { Org = null }));
        Assert.Empty(Kinds(second with { Enterprise = "E1" }, first));
        Assert.Empty(Kinds(second with { Total = 0m }, first with { Total = 0m }));
    }

    [Fact]
    public void Own_assessments_with_the_same_answers_are_noted_where_one_provider_sells_to_both()
    {
        var (first, fresh) = (Fact(1, answers: "same"), Fact(3, "E3", answers: "same"));
        Assert.Equal([first], FindOutliers.Alike([first, Fact(2, answers: "same", purpose: Purpose.After), Fact(4, "E4")], fresh));
        Assert.Empty(FindOutliers.Alike([first], fresh with { Total = 0m }));
        Assert.Empty(FindOutliers.Alike([first], fresh with { Enterprise = "E1" }));
        Assert.Empty(FindOutliers.Alike([first], fresh with { Org = "evaluation-1" }));
        Assert.Equal(FindOutliers.AlikeMax, FindOutliers.Alike([.. Enumerable.Range(1, 9).Select(i => Fact(i, $"E{i}", answers: "same"))], Fact(10, "E10", answers: "same")).Count);

        var noted = Assert.Single(With("p1", "p2"));
        Assert.Equal((OutlierKind.SameAnswers, "p2"), (noted.Noted.Kind, noted.Noted.Org));
        Assert.Equal(["E1", "E3"], noted.Noted.Enterprises);
        Assert.Empty(With("p1"));
        Assert.Empty(With());

        IReadOnlyList<FoundOutlier> With(params string[] ofFirst) =>
            FindOutliers.Beside([first], fresh, OutlierParameters.Standard, new Dictionary<string, IReadOnlyList<string>> { ["E1"] = ofFirst, ["E3"] = ["p2", "p3"] });
    }

    [Fact]
    public void A_file_that_proves_something_for_two_enterprises_is_noted_per_enterprise()
    {
        var found = Found(Fact(4, "E4", evidence: ["f1", "f2"]), Fact(1, evidence: ["f1", "f2"]), Fact(2, purpose: Purpose.After, evidence: ["f1"]), Fact(3, "E3", evidence: ["f2", "f3"]));
        Assert.Equal([("SameEvidence", "E1", "2"), ("SameEvidence", "E3", "1")], found.Select(f => (f.Noted.Kind.ToString(), f.Noted.Enterprises[0], f.Noted.Figures["files"])));
        Assert.Empty(Found(Fact(4, evidence: ["f1"]), Fact(1, evidence: ["f1"])));
        Assert.Equal(FindOutliers.SharedEvidenceMax, Found(Fact(100, "E", evidence: ["f"]), [.. Enumerable.Range(1, 30).Select(i => Fact(i, $"E{i}", evidence: ["f"]))]).Count);
    }

    [Fact]
    public void An_evaluator_that_passes_everybody_where_others_pass_few_is_noted_with_every_tenth_result()
    {
        ResultFact[] peers = [.. Enumerable.Range(1, 20).Select(i => Site(i, "peer", i <= 4 ? 2 : 1))];
        ResultFact[] own = [.. Enumerable.Range(101, 9).Select(i => Site(i, "easy", 2))];
        var found = Assert.Single(Found(Site(110, "easy", 2), [.. peers, .. own]));
        Assert.Equal((OutlierKind.PassRate, "easy"), (found.Noted.Kind, found.Noted.Org));
        Assert.Equal(("10", "10", "4", "20"), (found.Noted.Figures["passed"], found.Noted.Figures["results"], found.Noted.Figures["peersPassed"], found.Noted.Figures["peerResults"]));
        Assert.Equal(PassRates.TailPerMillion(10, 10, 4, 20).ToString(CultureInfo.InvariantCulture), found.Noted.Figures["tailPerMillion"]);
        Assert.Equal(10, found.Noted.Sources.Count);

        Assert.Empty(Found(Site(109, "easy", 2), [.. peers, .. own[..8]]));
        Assert.Empty(Found(Site(111, "easy", 2), [.. peers, .. own, Site(110, "easy", 2)]));
        Assert.Empty(Found(Site(110, "easy", 2), [.. peers[1..], .. own]));
        Assert.Empty(Found(Site(110, "easy", 1), [.. peers, .. own.Select((o, i) => o with { Level = i < 3 ? 2 : 1 })]));

        ResultFact Site(int position, string org, int level) => Fact(position, $"E{position}", Mode.ThirdParty, org: org, level: level);
    }

    [Fact]
    public void The_same_facts_have_the_same_id_and_others_another()
    {
        var (self, site) = (Fact(1, level: 1), Fact(2, mode: Mode.ThirdParty, level: 3));
        Assert.Equal(Found(site, self)[0].Id, Found(site, Fact(3, "E9"), self)[0].Id);
        Assert.NotEqual(Found(site, self)[0].Id, Found(Fact(4, mode: Mode.ThirdParty, level: 3), self)[0].Id);
        Assert.Matches("^[0-9a-f]{24}$", Found(site, self)[0].Id);
    }

    [Fact]
    public void Equal_answers_have_equal_hashes_whatever_their_order()
    {
        var answers = Examples.Full.With("Q1", "B", "C").WithScenarios(1, 6, 0).WithFacts(("equipment-total", 12.50m));
        var turned = answers.With("Q1", "C", "B").WithScenario("S16", 0).WithFacts(("equipment-total", 12.5m)) with { Items = answers.Items.Reverse().ToDictionary() };
        Assert.Equal(Hash(answers), Hash(turned with { Items = new Dictionary<string, Answer>(turned.Items) { ["Q1"] = Examples.Options("C", "B") } }));
        Assert.NotEqual(Hash(answers), Hash(answers.WithScenario("S01", 2)));
        Assert.NotEqual(Hash(answers), Hash(answers.With("Q1", "B")));

        static string Hash(Answers of)
        {
            var confirmed = CompareResultsTests.Result(Examples.Full).Confirmed with { Answers = of.Items, Scenarios = of.Scenarios, Facts = of.Facts };
            return ResultFact.Of(confirmed, new(new Actor(Role.Evaluator, "e", "evaluation-1"), At, 7, 1, "assessment/a7")).AnswersHash;
        }
    }
}
