using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using Outcome = PilotCity.Funding.Awards.Outcome;

namespace PilotCity.Funding.Tests.Awards;

public class DecideAwardInvariantTests
{
    /// <summary>Renovations of all sizes, levels, dates, advances and earlier awards, in fen.</summary>
    private static Gen<AwardCase> Cases =>
        from level in Gen.Choose(1, 4)
        from nets in Gen.Choose(0, 90_000_000).ListOf(3)
        from paid in Gen.Choose(0, 90_000_000).ListOf(3)
        from contract in Gen.Choose(0, 200_000_000)
        from audited in Gen.OneOf(Gen.Constant(-1), Gen.Choose(0, 200_000_000))
        from advanced in Gen.Choose(0, 20_000_000)
        from awarded in Gen.OneOf(Gen.Constant(0), Gen.Choose(0, 50_000_000))
        from paidOn in Gen.Elements("2024-10-17", "2026-01-01", "2027-01-01")
        from category in Gen.Elements(Enum.GetValues<LineCategory>())
        from listed in Gen.Frequency((1, Gen.Constant(false)), (9, Gen.Constant(true)))
        select Sample.Case with
        {
            AdvancesPaid = new(advanced),
            Enterprise = Sample.Case.Enterprise with { Awarded = new(awarded), InPilotList = listed },
            Project = Sample.Case.Project with
            {
                LevelAfter = level,
                AuditedSpend = audited < 0 ? null : new(audited),
                Contracts = [Sample.Case.Project.Contracts!.Value[0] with { Amount = new(contract) }],
                Lines = [.. nets.Zip(paid, (net, pay) => (net, pay)).Select((line, i) => new LineFacts
                {
                    Contract = "HT-1",
                    Category = i == 0 ? category : LineCategory.Cloud,
                    Invoice = new() { Number = $"{i}", IssuedOn = Sample.Day("2026-03-20"), Net = new(line.net), Vat = new(line.net / 10) },
                    Payments = [new() { PaidOn = Sample.Day(i == 1 ? paidOn : "2026-05-20"), Amount = new(line.pay) }],
                })],
            },
        };

    private static void Holds(Func<AwardCase, AwardDecision, bool> law, string? vat = null)
    {
        var set = vat is null ? Sample.Longyan : Sample.Varied(("default: unstated", $"default: {vat}"));
        Prop.ForAll(Cases.ToArbitrary(), c => law(c, DecideAward.Decide(set, c))).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
    }

    [Theory]
    [InlineData("included")]
    [InlineData("excluded")]
    public void The_entitlement_is_within_cap_rate_and_spend(string vat) => Holds(
        (c, d) => d.Entitlement!.Value.Fen >= 0
            && (d.Cap is null || d.Entitlement.Value <= d.Cap.Value)
            && d.Entitlement.Value.Yuan <= (d.EligibleSpend!.Value.Yuan / 2m) + 0.01m
            && d.EligibleSpend.Value <= c.Project.Contracts!.Value[0].Amount!.Value,
        vat);

    [Fact]
    public void What_is_paid_advanced_and_recovered_adds_up_to_the_entitlement() => Holds(
        (c, d) => d.Payable!.Value + c.AdvancesPaid - d.Recover!.Value == d.Entitlement!.Value
            && (d.Payable.Value.Fen == 0 || d.Recover.Value.Fen == 0)
            && (d.Outcome == Outcome.Payable) == (d.Payable.Value.Fen > 0));

    [Fact]
    public void The_same_case_gives_the_same_bytes() => Holds(
        (c, d) => JsonSerializer.Serialize(d, Json.Lenient) == JsonSerializer.Serialize(DecideAward.Decide(Sample.Longyan, c), Json.Lenient));

    [Fact]
    public void The_last_step_before_the_advances_gives_the_entitlement() => Holds(
        (c, d) => d.Outcome == Outcome.Ineligible || d.Steps.Last(s => s.Clause == "Q2").Result == d.Entitlement!.Value.ToString());

    [Fact]
    public void Without_vat_the_spend_is_never_more() => Prop.ForAll(
        Cases.ToArbitrary(),
        c => Sample.Decide(c, Sample.Varied(("default: unstated", "default: excluded"))).EligibleSpend <= Sample.Decide(c).EligibleSpend).Check(Config.QuickThrowOnFailure.WithMaxTest(100));
}
