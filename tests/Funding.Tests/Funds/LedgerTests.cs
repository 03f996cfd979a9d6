using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Funds;

namespace PilotCity.Funding.Tests.Funds;

public class LedgerTests
{
    private static readonly Ledger Hundred = Ledger.Empty.Post(new Posting("source:central", "unallocated", new(100))).Value;

    [Fact]
    public void A_posting_moves_an_amount_and_debits_equal_credits()
    {
        var ledger = Hundred.Post(new Posting("unallocated", "pool:renovation:available", new(40))).Value;

        Assert.Equal((new Money(100), new Money(60), new Money(40)), (ledger["source:central"], ledger["unallocated"], ledger["pool:renovation:available"]));
        Assert.Equal(ledger.DebitBalances, ledger.CreditBalances);
    }

    [Theory]
    [InlineData(100, null)]
    [InlineData(101, "ledger.insufficient")]
    [InlineData(0, "ledger.amount")]
    [InlineData(-1, "ledger.amount")]
    public void No_account_goes_below_zero_and_no_amount_is_zero(long fen, string? code) =>
        Assert.Equal(code, Hundred.Post(new Posting("unallocated", "pool:services:available", new(fen))).Fault?.Code);

    [Fact]
    public void Of_several_postings_none_is_made_where_one_cannot_be()
    {
        var after = Hundred.Post(new Posting("unallocated", "a", new(60)), new Posting("unallocated", "b", new(60)));

        Assert.Equal("ledger.insufficient", after.Fault?.Code);
        Assert.Equal(new Money(100), Hundred["unallocated"]);
    }

    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "ledger.too_large")]
    public void A_balance_is_bounded(long above, string? code) =>
        Assert.Equal(code, Ledger.Empty.Post(new Posting("source:central", "unallocated", new(Money.FenMax + above))).Fault?.Code);

    [Fact]
    public void Whatever_happens_to_a_fund_debits_equal_credits_nothing_is_below_zero_no_yuan_is_lost_and_reservations_are_what_is_reserved() =>
        Prop.ForAll(Gen.ListOf(Event).ToArbitrary(), events =>
        {
            var fund = Fund.Noun.Apply(Fund.Noun.Initial, new FundOpened("f", FundSource.Central, Money.OfYuan(1)), default(EventMeta) with { Stream = "fund/f" });
            var received = 0L;
            foreach (var happened in events)
            {
                if (fund.Refuses(happened) is not null) continue;
                fund = Fund.Noun.Apply(fund, happened, new(new Actor(Role.FinanceOfficer, "f", "1"), default, 1, 1, "fund/f"));
                if (happened is FundReceived r) received += r.Amount.Fen;
                Assert.Equal(fund.Ledger.DebitBalances, fund.Ledger.CreditBalances);
                Assert.DoesNotContain(fund.Ledger.Balances, b => b.Value < 0);
                Assert.Equal(received, (fund.Ledger[Fund.Unallocated] + fund.Of(FundPool.Renovation) + fund.Of(FundPool.Services)).Fen);
                Assert.DoesNotContain(fund.Open.Values, o => o.Open.Fen <= 0 || o.Open > o.Amount);
                foreach (var pool in Enum.GetValues<FundPool>())
                    Assert.Equal(fund.Ledger[Fund.Reserved(pool)].Fen, fund.Open.Where(o => o.Key.Pool == pool).Sum(o => o.Value.Open.Fen));
            }
        }).QuickCheckThrowOnFailure();

    /// <summary>Sums are drawn so that most of what comes later can happen, and enough of it cannot.</summary>
    private static Gen<object> Event =>
        from fen in Gen.Choose(-5, 1_000)
        from pool in Gen.Elements(FundPool.Renovation, FundPool.Services)
        from of in Gen.Elements("a", "b")
        from kind in Gen.Choose(0, 10)
        select kind switch
        {
            0 => (object)new FundReceived($"d{fen}", new(fen * 10)),
            1 => new FundSplit([new(pool == FundPool.Renovation ? FundUse.EnterpriseRenovation : FundUse.PublicServices, new(fen * 3))]),
            2 => new FundsReserved(of, "e", new(fen), pool),
            3 => new ReservationPosted(of, "b", "l", new(fen / 2), pool),
            4 => new ReservationVoided(of, new(fen / 2), pool),
            5 => new RecoveryDue(of, "e", new(fen / 4), pool),
            6 => new RecoveryReceived(of, "d", new(fen / 4), pool),
            7 => new EncumbranceReserved(of, FundUse.PublicServices, new(fen), "c"),
            8 => new EncumbrancePosted(of, "d", new(fen / 2)),
            9 => new EncumbranceVoided(of, new(fen / 2), "r"),
            _ => new EncumbrancePostingRefused(of, "reservation.same_person"),
        };
}
