using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Simulations;
using static PilotCity.Funding.Tests.Awards.Sample;

namespace PilotCity.Funding.Tests.Awards;

public class DecidePortfolioTests
{
    private static RuleSet Set(string id) => ShippedRuleSets.All.Single(s => s.Id == id);

    private static PortfolioClaim Award(string id, long fen, string? claimed = null, string applied = "2026-01-05") => PortfolioClaim.Of(
        Case with { Id = id, Project = Case.Project with { AcceptanceAppliedOn = Day(applied), ClaimSubmittedAt = claimed is null ? null : DateTimeOffset.Parse(claimed, System.Globalization.CultureInfo.InvariantCulture) } },
        DecideAward.Decide(Longyan, Case) with { Id = id, Entitlement = new(fen), Payable = new(fen), Outcome = fen > 0 ? Outcome.Payable : Outcome.NothingPayable });

    private static string Paid(Portfolio portfolio) => string.Join(' ', portfolio.Lines.Select(l => $"{l.Id}:{l.Paid.Fen}{(l.Waits ? "…" : "")}"));

    [Theory]
    [InlineData(600, "a:100 b:200 c:300", 0)]
    [InlineData(599, "a:100 b:200 c:0…", 299)]
    [InlineData(300, "a:100 b:200 c:0…", 0)]
    [InlineData(299, "a:100 b:0… c:0…", 199)]
    [InlineData(0, "a:0… b:0… c:0…", 0)]
    public void First_come_first_served_until_one_is_beyond_what_is_left(long money, string paid, long left)
    {
        var portfolio = DecidePortfolio.Decide(Set("nanjing"), [Award("c", 300, applied: "2026-01-07"), Award("a", 100, "2026-01-05T00:00:00+08:00"), Award("b", 200, applied: "2026-01-06")], new(money));
        Assert.Equal((paid, new Money(left), new Money(600)), (Paid(portfolio), portfolio.Left, portfolio.Due));
        Assert.Equal(new Money(money) - portfolio.Left, portfolio.Paid);
    }

    [Fact]
    public void What_is_not_payable_stands_in_no_queue() =>
        Assert.Equal("a:100", Paid(DecidePortfolio.Decide(Set("nanjing"), [Award("a", 100), Award("z", 0)], new(100))));

    [Theory]
    [InlineData(10_000_000, 400, 0)]
    [InlineData(200_000_000, 400, 0)]
    [InlineData(300_000_000, 400, 1)]
    public void The_pool_of_the_diagnoses_bounds_them_whatever_money_there_is(long money, int paidMax, int waits)
    {
        var claims = Enumerable.Range(0, 401).Select(i => Award($"{i}", 500_000)).ToArray();
        var portfolio = DecidePortfolio.Decide(Set("hebi-diagnosis"), claims, new(money));
        Assert.True(portfolio.Paid.Fen <= Math.Min(money, 200_000_000));
        Assert.Equal(Math.Min(paidMax, money / 500_000), portfolio.Lines.Count(l => !l.Waits));
        Assert.True(portfolio.Lines.Count(l => l.Waits) >= waits);
    }

    [Theory]
    [InlineData(100, "a:17… b:33… c:50…")]
    [InlineData(600, "a:100 b:200 c:300")]
    [InlineData(700, "a:100 b:200 c:300")]
    [InlineData(1, "a:1… b:0… c:0…")]
    public void A_pool_may_be_shared_in_proportion_and_is_never_exceeded(long money, string paid)
    {
        var text = System.Text.Encoding.UTF8.GetString(Set("hebi-diagnosis").Bytes.AsSpan()).Replace("poolMode: { default: order", "poolMode: { default: pro-rata", StringComparison.Ordinal);
        var portfolio = DecidePortfolio.Decide(Read(text).Value, [Award("a", 100), Award("b", 200), Award("c", 300)], new(money));
        Assert.Equal((paid, Math.Min(money, 600)), (Paid(portfolio), portfolio.Paid.Fen));
    }

    [Theory]
    [InlineData(22_000_000, false)]
    [InlineData(22_000_001, true)]
    public void An_average_above_the_aim_warns_and_refuses_nobody(long second, bool warns)
    {
        var portfolio = DecidePortfolio.Decide(Set("hangzhou"), [Award("a", 22_000_000), Award("b", second)], Money.OfYuan(1_000_000));
        Assert.Equal(warns ? "portfolio.average-exceeded" : null, portfolio.AboveAverage?.Code);
        Assert.DoesNotContain(portfolio.Lines, l => l.Waits);
        Assert.Null(DecidePortfolio.Decide(Set("hangzhou"), [], Money.Zero).Average);
    }

    /// <summary>Of 2,000,000 for all diagnoses 1,996,000 are approved: the first in the queue gets its 4,000, the next waits, however much the fund has.</summary>
    [Fact]
    public void What_was_approved_before_has_used_up_its_part_of_the_rules_pool_and_is_in_the_average()
    {
        DecidedAward Decided(string id, int yuan, string applied) => new(
            id, Case with { Id = id, Kind = AwardKind.Diagnosis, Project = Case.Project with { AcceptanceAppliedOn = Day(applied) } },
            new("hebi-diagnosis@1", Outcome.Payable, []) { Entitlement = Money.OfYuan(yuan), Payable = Money.OfYuan(yuan) }, null, null);

        var shown = ShowPortfolio.Queue(
            Set("hebi-diagnosis"), "f", Money.OfYuan(50_000_000), [Decided("late", 4_000, "2026-02-02"), Decided("old", 1_996_000, "2026-01-01"), Decided("first", 4_000, "2026-02-01")],
            new Dictionary<string, Money> { ["old"] = Money.OfYuan(1_996_000), ["other-rule"] = Money.OfYuan(1) });

        Assert.Equal(("first:400000 late:0…", 1, Money.OfYuan(4_000)), (Paid(shown.Portfolio), shown.Approved, shown.Money));
        Assert.Equal("668000.00", shown.Portfolio.Average.ToString());
    }
}
