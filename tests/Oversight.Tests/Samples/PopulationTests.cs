using PilotCity.Defaults;
using PilotCity.Oversight.Samples;

namespace PilotCity.Oversight.Tests.Samples;

public sealed class PopulationTests
{
    private static readonly Population Town = SampleStory.Of(SampleStory.Performance(), SampleStory.Funding());

    [Fact]
    public void Awards_are_those_that_were_approved_at_what_was_awarded()
    {
        var awards = Town.Of(new(PopulationKind.Awards));

        Assert.Equal(SampleStory.Cases - 2, awards.Count);
        Assert.Equal(new PopulationItem("p02", SampleStory.EnterpriseOf(2), new(2026, 1, 1), Money.Parse("30000.00"), 1, new("funding", 25)), awards[2]);
    }

    [Fact]
    public void A_payment_that_came_back_is_none_unless_it_was_paid_again()
    {
        var payments = Town.Of(new(PopulationKind.Payments));

        Assert.DoesNotContain(payments, p => p.Id == "p03:final");
        Assert.Equal((new DateOnly(2026, 3, 9), Money.Parse("50000.00"), new("funding", 59)), payments.Where(p => p.Id == "p04:final").Select(p => (p.Day, p.Amount, p.Entry)).Single());
    }

    [Fact]
    public void A_project_counts_from_its_claim_on_with_the_invoices_that_were_not_withdrawn()
    {
        var projects = Town.Of(new(PopulationKind.Projects));

        Assert.Equal(SampleStory.Cases - 1, projects.Count);
        Assert.Equal(["106000.00", "207060.00"], projects.Take(2).Select(p => p.Amount.ToString()));
    }

    [Fact]
    public void Days_district_and_least_amount_narrow_it_and_their_bounds_belong_to_it()
    {
        Assert.Equal(9, Town.Of(new(PopulationKind.Awards, District: "350802")).Count);
        Assert.Equal(9, Town.Of(new(PopulationKind.Awards, AmountMin: Money.Parse("100000.00"))).Count);
        Assert.Equal(8, Town.Of(new(PopulationKind.Awards, AmountMin: Money.Parse("100000.01"))).Count);
        Assert.Equal(16, Town.Of(new(PopulationKind.Payments, From: new(2026, 3, 1), Until: new(2026, 3, 1))).Count);
        Assert.Empty(Town.Of(new(PopulationKind.Payments, From: new(2026, 3, 10))));
        Assert.Empty(Town.Of(new(PopulationKind.Payments, Until: new(2026, 2, 28))));
    }

    [Fact]
    public void Findings_weigh_by_severity_until_they_are_closed_as_explained()
    {
        object About(params string[] subjects) => subjects.Select(s => new { kind = s.Split('/')[0], id = s.Split('/')[1] });
        var found = new Chronicle("oversight")
            .Add("finding/f1", "FindingOpened", new { severity = "high", about = About("award/p00", $"enterprise/{SampleStory.EnterpriseOf(0)}") })
            .Add("finding/f2", "FindingOpened", new { severity = "medium", about = About($"enterprise/{SampleStory.EnterpriseOf(0)}") })
            .Add("finding/f3", "FindingOpened", new { severity = "low", about = About("project/p01", "award/p01") })
            .Add("finding/f4", "FindingOpened", new { severity = "high", about = About("award/p02") })
            .Add("finding/f4", "FindingClosed", new { outcome = "explained" })
            .Add("finding/f5", "FindingOpened", new { severity = "high", about = About("award/p03") })
            .Add("finding/f5", "FindingClosed", new { outcome = "referred" });

        Assert.Equal([6, 2, 1, 4, 1], SampleStory.Of(SampleStory.Funding(), found).Of(new(PopulationKind.Awards)).Take(5).Select(a => a.Risk));
    }

    [Fact]
    public void Entries_of_other_logs_or_shapes_say_nothing()
    {
        var strange = new Chronicle("registry").Add("award/p00", "AwardApproved", new { awarded = "1.00" });
        var broken = new Chronicle("funding").Add("award/p00", "AwardComputed", new { enterprise = 7 }).Add("award/p00", "AwardApproved", new { awarded = "ten" }).Add("award", "AwardApproved", new { });
        var notJson = broken.Entries[0] with { Payload = [0xff] };

        var population = SampleStory.Of(strange, broken);
        population.Apply(notJson);

        Assert.Empty(population.Of(new(PopulationKind.Awards)));
    }

    /// <summary>The rule is forever: whoever wrote it down has to come to this hash.</summary>
    [Fact]
    public void The_listing_has_its_golden_hash_and_every_part_of_it_counts()
    {
        IReadOnlyList<PopulationItem> items = [new("p1:final", "91350825MAW5MTJ0XQ", new(2026, 3, 1), Money.Parse("1234.56"), 4, new("funding", 7))];
        var query = new PopulationQuery(PopulationKind.Payments, new(2026, 1, 1), null, "350802", Money.Parse("1.00"));
        var text = "pilotcity-population@1\n350800\npayments\n2026-01-01\n-\n350802\n100\n42\np1:final\t91350825MAW5MTJ0XQ\t2026-03-01\t123456\t4\tfunding\t7\n";

        var hash = Population.Sha256Of("350800", query, 42, items);

        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))), hash);
        string[] others =
        [
            Population.Sha256Of("350801", query, 42, items), Population.Sha256Of("350800", query with { Of = PopulationKind.Awards }, 42, items), Population.Sha256Of("350800", query with { Until = new(2026, 1, 1) }, 42, items),
            Population.Sha256Of("350800", query, 43, items), Population.Sha256Of("350800", query, 42, []), Population.Sha256Of("350800", query, 42, [items[0] with { Amount = Money.Parse("1234.57") }]),
            Population.Sha256Of("350800", query, 42, [items[0] with { Risk = 5 }]), Population.Sha256Of("350800", query, 42, [items[0] with { Id = "p2:final" }]), Population.Sha256Of("350800", query, 42, [items[0] with { Entry = new("funding", 8) }]),
        ];
        Assert.Equal(10, others.Append(hash).Distinct().Count());
    }

    [Fact]
    public void Every_event_that_it_reads_is_read_by_the_checks_or_stands_in_the_log_of_findings()
    {
        var own = OversightService.Shape.Nouns.SelectMany(n => n.Events).Select(e => e.Name);

        Assert.Empty(Population.Types.Except(Facts.CityFacts.Types).Except(own));
    }
}
