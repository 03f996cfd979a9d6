using PilotCity.Defaults;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.BankStatements;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;
using PilotCity.Funding.Tests.BankMessages;

namespace PilotCity.Funding.Tests.BankStatements;

public class ImportStatementTests
{
    private const string Batch = "0123456789ab";
    private const string Later = "ba9876543210";
    private const string Line = Batch + "-001";
    private const string Account = "3500112233";
    private const string Back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></RtrInf>";

    private static Town Ready() => Town.Founded().Approved().Account().Ok(Town.Releaser, RegisterFundAccount.Decide(Town.Founded().Fund, new("龙岩市财政局", "中国银行", Account)));

    private static Town Released() => Ready().Batched(Batch).Released(Batch);

    private static string Paid(string line = Line, string reference = "R-1", string amount = "200000.00") => Sent.Entry(amount, "DBIT", Sent.Details(line, reference: reference));

    private static string Returned(string line = Line) => Sent.Entry("200000.00", "CRDT", Sent.Details(line, reference: "R-9", returned: Back));

    private static byte[] Statement(string id, string entries, string opening = "500000.00", string closing = "300000.00") => Sent.Statement(Sent.Account(id, opening, closing, entries));

    private static BookingFinding[] Findings(Town town, string id = "S1") => [.. town.State(BankStatement.Noun, BankStatement.IdOf(Account, id)).Lines.Select(l => l.Finding)];

    private static LineState State(Town town) => Assert.Single(town.Batch(Batch).Lines);

    [Fact]
    public void A_line_that_waited_is_paid_by_the_statement_and_the_books_agree()
    {
        var town = Released();
        town.Ok(Town.Finance, town.Statement(Statement("S1", Paid())));

        Assert.Equal([BookingFinding.Paid], Findings(town));
        Assert.Equal((LineStatus.Paid, true, "R-1"), (State(town).Status, State(town).Booked, State(town).Reference));
        Assert.Equal((AwardStatus.Paid, Money.OfYuan(200_000)), (town.Award().Status, town.Fund.Ledger[Fund.Paid(FundPool.Renovation)]));
        Assert.True(ReconcileBatch.Of(town.Batch(Batch)).Reconciled);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void A_line_that_was_paid_is_confirmed_and_not_paid_again()
    {
        var town = Released().Settled(Batch, "B-1");
        Assert.Equal(ReconcileBatch.Outcome.Paid, ReconcileBatch.Of(town.Batch(Batch)).Lines[0].Outcome);
        town.Ok(Town.Finance, town.Statement(Statement("S1", Paid())));

        Assert.Equal([BookingFinding.Confirmed], Findings(town));
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Paid(FundPool.Renovation)]);
        Assert.Equal(ReconcileBatch.Outcome.Booked, ReconcileBatch.Of(town.Batch(Batch)).Lines[0].Outcome);
    }

    [Fact]
    public void What_comes_back_is_reserved_again_and_paid_by_a_later_batch()
    {
        var town = Released().Settled(Batch, "B-1");
        town.Ok(Town.Finance, town.Statement(Statement("S1", Paid() + Returned(), closing: "500000.00")));

        Assert.Equal([BookingFinding.Confirmed, BookingFinding.Returned], Findings(town));
        Assert.Equal((LineStatus.Returned, "AC04 账户已销户", TrancheStatus.Approved, AwardStatus.Approved), (State(town).Status, State(town).Reason, town.Award().Tranches[0].Status, town.Award().Status));
        Assert.Equal((Money.Zero, Money.OfYuan(200_000)), (town.Fund.Ledger[Fund.Paid(FundPool.Renovation)], town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]));

        town.At = town.At.AddHours(1);
        town.Batched(Later).Released(Later).Settled(Later, "B-2");
        Assert.Equal((AwardStatus.Paid, Money.OfYuan(200_000)), (town.Award().Status, town.Award().Paid));
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void A_line_may_be_paid_and_come_back_in_one_statement()
    {
        var town = Released();
        town.Ok(Town.Finance, town.Statement(Statement("S1", Paid() + Returned(), closing: "500000.00")));

        Assert.Equal([BookingFinding.Paid, BookingFinding.Returned], Findings(town));
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Fact]
    public void What_should_not_be_there_is_named_and_moves_no_money()
    {
        void Finds(Town town, string entries, string closing, params BookingFinding[] findings)
        {
            var before = town.Fund.Ledger;
            town.Ok(Town.Finance, town.Statement(Statement("S1", entries, closing: closing)));
            Assert.Equal(findings, Findings(town));
            if (findings.All(f => !BankStatement.Expected(f))) Assert.Equal(before.Balances, town.Fund.Ledger.Balances);
        }

        Finds(Released(), Sent.Entry("3.00", "DBIT", "") + Sent.Entry("3.00", "CRDT", Sent.Details("their-own-id")), "500000.00", BookingFinding.Other, BookingFinding.Other);
        Finds(Released(), Paid(Batch + "-002"), "300000.00", BookingFinding.LineUnknown);
        Finds(Released(), Paid(amount: "200000.01"), "299999.99", BookingFinding.AmountDiffers);
        Finds(Ready().Batched(Batch), Paid(), "300000.00", BookingFinding.NotReleased);
        Finds(Released().Settled(Batch, null), Paid(), "300000.00", BookingFinding.FailedBefore);
        Finds(Released(), Paid() + Paid(reference: "R-2"), "100000.00", BookingFinding.Paid, BookingFinding.BookedTwice);
        Finds(Released(), Returned(), "700000.00", BookingFinding.NothingToReturn);
        Finds(Released(), Paid().Replace("2026-07-14", "2026-07-13", StringComparison.Ordinal), "300000.00", BookingFinding.BeforeRelease);
        Finds(Released(), Paid().Replace("2026-07-14", "2026-07-15", StringComparison.Ordinal), "300000.00", BookingFinding.BeforeRelease);
        var other = Town.Founded().Approved().Account().Batched(Batch).Released(Batch);
        Finds(other, Paid(), "300000.00", BookingFinding.OtherAccount);
        Assert.Equal("other-account", Assert.Single(other.Batch(Batch).Unexpected).Code);
        Assert.False(ReconcileBatch.Of(other.Batch(Batch)).Reconciled);
    }

    [Fact]
    public void A_reference_that_paid_another_line_pays_none()
    {
        var town = Ready().Batched(Later).Released(Later).Settled(Later, null);
        town.Ok(Town.Finance, Defaults.Log.Decision.Accept(BankReference.StreamOf("R-1"), new BankReferenceUsed("R-1", "x", "x-001")));
        town.Batched(Batch).Released(Batch).Ok(Town.Finance, town.Statement(Statement("S1", Paid())));

        Assert.Equal([BookingFinding.ReferenceUsed], Findings(town));
    }

    [Fact]
    public void Money_that_finance_has_demanded_back_cannot_come_back_from_the_bank_too()
    {
        var town = Released().Settled(Batch, "B-1");
        town.Ok(Town.Finance, Defaults.Log.Decision.Accept(Fund.Noun.StreamOf(Town.FundId), new RecoveryDue("p-1", Town.Company, Money.OfYuan(1))));
        town.Ok(Town.Finance, town.Statement(Statement("S1", Returned(), closing: "700000.00")));

        Assert.Equal([BookingFinding.NotInTheBooks], Findings(town));
    }

    [Fact]
    public void A_page_is_taken_in_once_and_in_order_and_the_last_one_closes_the_books()
    {
        string Page(int number, bool last) => $"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{(last ? "true" : "false")}</LastPgInd></StmtPgntn>";
        byte[] Of(int number, bool last, string opening, string closing, string entries) => Sent.Statement(Sent.Account("S1", opening, closing, entries, paged: Page(number, last)));
        var town = Released();
        var first = Of(1, false, "500000.00", "", Sent.Entry("1.00", "DBIT", ""));

        Assert.Equal("bank_statement.page_order", town.Statement(Of(2, true, "", "299999.00", Paid())).Fault?.Code);
        town.Ok(Town.Finance, town.Statement(first));
        Assert.Empty(town.Statement(first).Changes);
        Assert.Null(town.Statement(first).Fault);
        Assert.Equal("bank_statement.imported", town.Statement(Of(1, false, "500000.00", "", "")).Fault?.Code);
        Assert.Equal("bank_statement.page_order", town.Statement(Of(3, true, "", "299999.00", Paid())).Fault?.Code);
        Assert.Equal("bank_statement.balance", town.Statement(Of(2, true, "", "299999.01", Paid())).Fault?.Code);
        town.Ok(Town.Finance, town.Statement(Of(2, true, "", "299999.00", Paid())));
        Assert.Equal(AwardStatus.Paid, town.Award().Status);
        Assert.Equal("bank_statement.page_order", town.Statement(Of(3, true, "", "299999.00", "")).Fault?.Code);
        var shown = ShowStatement.View(town.State(BankStatement.Noun, BankStatement.IdOf(Account, "S1")));
        Assert.Equal((2, true, 0, Money.Parse("-200001.00")), (shown.Pages, shown.Complete, shown.Unexpected, shown.Booked));
    }

    [Fact]
    public void Faults_of_the_shell_have_their_names()
    {
        Assert.Equal("bank_statement.account_unknown", ImportStatement.AccountUnknown("x").Code);
        Assert.Equal("bank_statement.batches", ImportStatement.TooManyBatches.Code);
        Assert.Null(PostBookings.BatchOf("0123456789ab"));
        Assert.Null(PostBookings.BatchOf("0123456789AB-001"));
        Assert.Null(PostBookings.BatchOf("0123456789ab-0x1"));
        Assert.Equal(Batch, PostBookings.BatchOf(Line));
    }
}
