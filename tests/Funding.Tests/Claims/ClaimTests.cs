using PilotCity.Contracts.Performance.V1;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Claims;

namespace PilotCity.Funding.Tests.Claims;

/// <summary>Salted fingerprints of what is claimed, what a city says of them, and what another takes in.</summary>
public class ClaimTests
{
    private static readonly Fingerprints Ours = new(new byte[32]);
    private static readonly string Print = Ours.Invoice("26351000000020104676").Fingerprint;

    [Fact]
    public void A_fingerprint_is_the_same_under_one_key_and_another_under_another()
    {
        var other = new Fingerprints([.. Enumerable.Repeat((byte)1, 32)]);

        Assert.Equal(Print, new Fingerprints(new byte[32]).Invoice("26351000000020104676").Fingerprint);
        Assert.NotEqual(Print, other.Invoice("26351000000020104676").Fingerprint);
        Assert.NotEqual(Ours.KeyId, other.KeyId);
        Assert.True(ListClaims.IsFingerprint(Print));
    }

    [Fact]
    public void An_invoice_a_contract_and_a_transfer_of_one_text_are_three() =>
        Assert.Equal(3, new[] { Ours.Invoice("12345678"), Ours.Transfer("12345678"), Ours.Contract("12345678", "", "", "", 0) }.Select(m => m.Fingerprint).Distinct().Count());

    [Fact]
    public void A_project_has_each_of_its_invoices_contracts_and_transfers_once()
    {
        var project = new GetProjectReply
        {
            Contracts = { new ProjectContract { Id = "HT-1", Provider = "P", SignedOn = "2025-03-01", AmountFen = 1 }, new ProjectContract { Id = "HT-2" } },
            Lines =
            {
                new SpendLine { InvoiceNumber = "26351000000020104676", Payments = { new Payment { PaidOn = "2026-04-01", AmountFen = 1, Reference = "B12345678" } } },
                new SpendLine { InvoiceNumber = "26351000000020104676", Payments = { new Payment { PaidOn = "2026-04-01", AmountFen = 2, Reference = "B12345678" }, new Payment { PaidOn = "2026-04-01", AmountFen = 2 } } },
                new SpendLine { InvoiceNumber = "1234567" },
                new SpendLine(),
            },
        };

        Assert.Equal([MarkKind.Invoice, MarkKind.Contract, MarkKind.Transfer], Ours.Of(project).Select(m => m.Kind));
    }

    [Theory]
    [InlineData("350500", null)]
    [InlineData("350800", "claim.city")]
    [InlineData("3505", "claim.city")]
    [InlineData("35050a", "claim.city")]
    public void A_report_is_another_citys(string city, string? code) => Assert.Equal(code, Check(city)?.Code);

    [Fact]
    public void A_report_is_under_our_key_in_bounds_and_of_fingerprints_each_once()
    {
        Assert.Equal("claim.other_key", ReportClaims.Check("350800", "aaaaaaaa", Body("350500", Mark(1)))?.Code);
        Assert.Equal("claim.count", Check("350500", [])?.Code);
        Assert.Null(Check("350500", [.. Enumerable.Range(0, 1_000).Select(Mark)]));
        Assert.Equal("claim.count", Check("350500", [.. Enumerable.Range(0, 1_001).Select(Mark)])?.Code);
        Assert.Equal("claim.fingerprint", Check("350500", [new(MarkKind.Invoice, "xyz")])?.Code);
        Assert.Equal("claim.fingerprint", Check("350500", [new(MarkKind.Invoice, null!)])?.Code);
        Assert.Equal("claim.fingerprint", Check("350500", [Mark(1), Mark(1)])?.Code);
    }

    [Fact]
    public void What_a_city_reported_before_is_left_out()
    {
        var known = Claim.Noun.Initial with { Reported = Claim.Noun.Initial.Reported.Add("350500") };
        var decision = ReportClaims.Decide(Body("350500", Mark(1), Mark(2)), f => f == Mark(1).Fingerprint ? known : Claim.Noun.Initial);

        var change = Assert.Single(decision.Changes);
        Assert.Equal(($"claim/{Mark(2).Fingerprint}", new ClaimReported(MarkKind.Invoice, Ours.KeyId, "350500")), (change.Stream, change.Event));
        Assert.Equal(new ReportClaims.Reported(1, 1), decision.Body);
    }

    [Fact]
    public void A_recomputed_award_makes_new_claims_and_releases_those_it_no_longer_stands_on()
    {
        var town = Town.Founded();
        var facts = town.Facts() with { Marks = [Mark(1), Mark(2)], KeyId = Ours.KeyId };
        town.Ok(Town.Officer, ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, facts, town.At));
        town.Ok(Town.Officer, ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, facts with { Marks = [Mark(2), Mark(3)] }, town.At));

        Assert.Equal([0, 1, 1], Enumerable.Range(1, 3).Select(n => town.State(Claim.Noun, Mark(n).Fingerprint).Awards.Count));
        Assert.Equal([Mark(2).Fingerprint, Mark(3).Fingerprint], town.Award().Claims);
        Assert.Equal(2, town.Entries.Count(e => e.Stream == $"claim/{Mark(1).Fingerprint}"));
        Assert.Single(town.Entries, e => e.Stream == $"claim/{Mark(2).Fingerprint}");
    }

    private static Mark Mark(int n) => Ours.Invoice($"invoice-{n}");

    private static ReportClaims.Body Body(string city, params Mark[] marks) => new(city, Ours.KeyId, marks);

    private static Defaults.Fault? Check(string city, Mark[]? marks = null) => ReportClaims.Check("350800", Ours.KeyId, Body(city, marks ?? [Mark(1)]));
}
