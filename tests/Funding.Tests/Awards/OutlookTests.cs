using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Tests.RuleSets;

namespace PilotCity.Funding.Tests.Awards;

public class OutlookTests
{
    private static RuleSet Set(string id) => ShippedRuleSets.All.Single(s => s.Id == id);

    private static System.Collections.Immutable.ImmutableArray<Prospect> Of(AwardCase @case, RuleSet? set = null) => Outlook.Of(set ?? Sample.Longyan, @case).Prospects;

    private static (string Code, string Value, string? Entitlement, string? Difference) Told(Prospect p) => (p.Code, p.Value, p.Entitlement?.ToString(), p.Difference?.ToString());

    [Fact]
    public void Spend_below_the_cap_says_how_much_more_reaches_it()
    {
        var prospect = Assert.Single(Of(Sample.Case));

        Assert.Equal(("spend.below-cap", "100000.00", "250000.00", "50000.00"), Told(prospect));
        Assert.Equal(("project.lines", "龙工信规〔2025〕2号（二级：最高 25 万元）", Outcome.Payable), (prospect.Path, prospect.Clause, prospect.Outcome));
        Assert.Contains("再多 100000.00 元", prospect.Message, StringComparison.Ordinal);
        Assert.Contains("100000.00 more of eligible spend", prospect.MessageEn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("499999.98", "spend.below-cap")]
    [InlineData("500000.00", null)]
    [InlineData("500000.01", "spend.above-cap")]
    public void At_the_cap_there_is_nothing_to_add_and_nothing_too_much(string audited, string? code)
    {
        var prospects = Of(Sample.WithSpend(600_000, 4) with { Project = Sample.WithSpend(600_000, 2).Project with { AuditedSpend = Money.Parse(audited) } });

        Assert.Equal(code, prospects.FirstOrDefault(p => p.Code.StartsWith("spend.", StringComparison.Ordinal) && p.Code.EndsWith("-cap", StringComparison.Ordinal))?.Code);
    }

    [Fact]
    public void Spend_above_the_cap_says_what_does_not_count_and_which_level_pays_more()
    {
        var prospects = Of(Sample.WithSpend(800_000, 2));

        Assert.Equal(
            [("spend.above-cap", "500000.00", "250000.00", "0.00"), ("level.pays-more", "3", "350000.00", "100000.00"), ("level.pays-more", "4", "400000.00", "150000.00")],
            prospects.Select(Told));
    }

    [Fact]
    public void A_level_that_gives_no_more_than_a_lower_one_is_not_named() =>
        Assert.Equal(["3"], Of(Sample.WithSpend(600_000, 2)).Where(p => p.Code == "level.pays-more").Select(p => p.Value));

    [Fact]
    public void A_level_below_the_lowest_says_what_each_level_would_give() =>
        Assert.Equal(
            [("level.below-lowest", "2", "250000.00", "250000.00"), ("level.pays-more", "3", "300000.00", "300000.00")],
            Of(Sample.WithSpend(600_000, 1)).Select(Told));

    [Fact]
    public void What_stands_in_the_way_says_what_would_be_without_it()
    {
        Assert.Equal([("enterprise.not-listed", "true", "200000.00", "200000.00")], Of(Sample.WithEnterprise(e => e with { InPilotList = false })).Select(Told));
        Assert.Equal([("enterprise.too-large", "medium", "200000.00", "200000.00")], Of(Sample.WithEnterprise(e => e with { Size = EnterpriseSize.Large })).Select(Told));
        Assert.Equal([("enterprise.excluded", "", "200000.00", "200000.00")], Of(Sample.WithEnterprise(e => e with { Exclusions = [Exclusion.Pilot2022] })).Select(Told));
        Assert.Equal([("enterprise.credit-listed", "", "200000.00", "0.00")], Of(Sample.WithEnterprise(e => e with { CreditLists = [CreditList.TaxViolation] })).Select(Told));
        Assert.Equal([("contract.outside-window", "2024-10-18", "200000.00", "200000.00")], Of(Sample.WithContract(c => c with { SignedOn = Sample.Day("2024-10-17") })).Select(Told));
        Assert.Equal([("level.source-not-accepted", "third-party", "200000.00", "200000.00")], Of(Sample.With(p => p with { LevelSource = LevelSource.Self })).Select(Told));
        Assert.Equal([("acceptance.outstanding", "2027-03-01", "200000.00", "200000.00")], Of(Sample.With(p => p with { AcceptedOn = null })).Select(Told));
        Assert.Equal([("filing.missing", "2027-03-01", "200000.00", "200000.00")], Of(Sample.With(p => p with { FiledOn = null })).Select(Told));
    }

    [Fact]
    public void Several_conditions_of_which_none_alone_helps_are_taken_together()
    {
        var prospect = Assert.Single(Of(Sample.WithEnterprise(e => e with { InPilotList = false, Size = EnterpriseSize.Large })));

        Assert.Equal(("case.all-conditions", "enterprise.size: medium; enterprise.inPilotList: true", "200000.00", "200000.00"), Told(prospect));
    }

    [Fact]
    public void Earlier_awards_say_what_they_took_of_the_cap() =>
        Assert.Equal(("award.cap-partly-used", "0.00", "200000.00", "150000.00"), Told(Of(Sample.WithEnterprise(e => e with { Awarded = Money.OfYuan(200_000) }))[0]));

    [Fact]
    public void A_payment_or_an_invoice_that_does_not_count_says_what_it_would_have_given()
    {
        Assert.Contains(("payment.outside-window", "2026-12-31", "200000.00", "200000.00"), Of(Sample.WithLine(_ => Sample.Line(400_000, "2027-01-01"))).Select(Told));
        Assert.Contains(("line.partly-paid", "150000.00", "200000.00", "75000.00"), Of(Sample.WithLine(l => l with { Payments = [l.Payments!.Value[0] with { Amount = Money.OfYuan(250_000) }] })).Select(Told));
        Assert.Contains(("line.invoice-outside-window", "2024-10-18", "200000.00", "200000.00"), Of(Sample.WithLine(l => l with { Invoice = l.Invoice! with { IssuedOn = Sample.Day("2024-10-17") } })).Select(Told));
        Assert.Contains(("spend.above-contracts", "400000.00", "200000.00", "50000.00"), Of(Sample.WithContract(c => c with { Amount = Money.OfYuan(300_000) })).Select(Told));
        Assert.Contains(("spend.audited-lower", "", "200000.00", "50000.00"), Of(Sample.With(p => p with { AuditedSpend = Money.OfYuan(300_000) })).Select(Told));
        Assert.Contains(("line.claimed-elsewhere", "", "200000.00", "0.00"), Of(Sample.WithLine(l => l with { Invoice = l.Invoice! with { ClaimedIn = "省级专项" } })).Select(Told));
    }

    [Fact]
    public void An_advance_says_what_down_payment_reaches_its_cap() =>
        Assert.Equal([("advance.below-cap", "375000.00", "150000.00", "30000.00")], Of(Sample.Case with { Stage = AwardStage.Advance }).Select(Told));

    [Fact]
    public void Cut_offs_that_were_missed_are_kept_together()
    {
        var (set, @case, _) = ExamplesTests.Cases.First(c => c.Set.Id == "nanjing" && DecideAward.Decide(c.Set, c.Case).Outcome == Outcome.Payable);
        var late = @case with { Project = @case.Project with { DistrictCheckAt = new(2026, 2, 1, 0, 0, 0, ChinaTime.Offset), EvaluationDoneAt = new(2026, 2, 2, 0, 0, 0, ChinaTime.Offset) } };

        var prospect = Of(late, set).Single(p => p.Code == "batch.cut-off-missed");

        Assert.Equal("2026-01-21T00:00:00+08:00, 2026-01-28T00:00:00+08:00", prospect.Value);
        Assert.True(prospect.Difference > Money.Zero);
    }

    [Fact]
    public void A_provider_hears_of_the_next_bands()
    {
        var @case = new AwardCase { Id = "p", RuleSet = "shenzhen-provider", Kind = AwardKind.Provider, At = Sample.Case.At, Enterprise = new() { CreditLists = [] }, Provider = new() { Class = ProviderClass.Other, Score = 79.9m } };

        Assert.Equal([("provider.next-band", "80", "3000000.00", "2000000.00"), ("provider.next-band", "90", "5000000.00", "4000000.00")], Of(@case, Set("shenzhen-provider")).Select(Told));
    }

    [Fact]
    public void Missing_documents_are_filed_together_and_a_missing_batch_is_each_one()
    {
        var kunming = ExamplesTests.Cases.First(c => c.Set.Id == "kunming" && c.Case.Stage == AwardStage.Acceptance && DecideAward.Decide(c.Set, c.Case).Outcome == Outcome.Accepted);
        var bare = kunming.Case with { Project = kunming.Case.Project with { Documents = [DocumentCode.Contract] } };
        var prospect = Assert.Single(Of(bare, kunming.Set));
        Assert.Equal(("document.missing", Outcome.Accepted), (prospect.Code, prospect.Outcome));
        Assert.Equal(7, prospect.Value.Split(", ").Length);

        var hebi = ExamplesTests.Cases.First(c => c.Set.Id == "hebi" && DecideAward.Decide(c.Set, c.Case).Outcome == Outcome.Payable);
        var unassigned = hebi.Case with { Project = hebi.Case.Project with { Batch = null } };
        Assert.Equal(["1", "2", "3"], Of(unassigned, hebi.Set).Where(p => p.Code == "input.missing").Select(p => p.Value));
    }

    /// <summary>For every worked example of every shipped rule set: within its bound, the same again, and nothing that gives less.</summary>
    [Fact]
    public void Around_every_boundary_of_every_rule_it_agrees_with_the_engine()
    {
        Assert.True(ExamplesTests.Cases.Count > 150);
        Assert.All(ExamplesTests.Cases, c =>
        {
            var (now, outlook) = (DecideAward.Decide(c.Set, c.Case), Outlook.Of(c.Set, c.Case));
            Assert.True(outlook.Prospects.Length <= Outlook.ProspectsMax, c.Name);
            Assert.Equal(JsonSerializer.Serialize(outlook, Json.Lenient), JsonSerializer.Serialize(Outlook.Of(c.Set, c.Case), Json.Lenient));
            Assert.All(outlook.Prospects, p =>
            {
                Assert.True(p.Difference is null || p.Difference.Value.Fen >= 0, $"{c.Name}: {p.MessageEn}");
                Assert.True(p.Entitlement is null || now.Entitlement is null || p.Entitlement.Value - now.Entitlement.Value == p.Difference, c.Name);
                Assert.Matches("^[a-z]+(-[a-z]+)*\\.[a-z-]+$", p.Code);
                Assert.NotEmpty(p.Clause);
                Assert.StartsWith("若", p.Message.Replace("合格支出 ", "若", StringComparison.Ordinal), StringComparison.Ordinal);
            });
        });
    }

    [Fact]
    public void A_project_of_thousands_of_lines_is_asked_a_bounded_number_of_times()
    {
        var lines = Enumerable.Range(0, 5_000).Select(i => Sample.Line(100, "2027-01-01", number: $"{i}")).ToArray();
        var prospects = Of(Sample.With(p => p with { Lines = [.. lines] }));

        Assert.Equal(Outlook.ProspectsMax, prospects.Length);
    }
}
