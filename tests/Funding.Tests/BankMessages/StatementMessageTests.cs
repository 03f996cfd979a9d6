using PilotCity.Defaults;
using PilotCity.Funding.BankMessages;

namespace PilotCity.Funding.Tests.BankMessages;

public class StatementMessageTests
{
    private const string Back = "<RtrInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>账户已销户</AddtlInf></RtrInf>";

    private static IReadOnlyList<AccountStatement> Read(byte[] file)
    {
        var read = StatementMessage.Read(file);
        Assert.True(read.Ok, read.Fault?.Message.En);
        return read.Value;
    }

    private static string? Code(byte[] file) => StatementMessage.Read(file).Fault?.Details[0].Code;

    [Fact]
    public void A_batch_booking_a_single_one_and_a_return_are_read()
    {
        var entries = Sent.Entry("3.00", "DBIT", Sent.Details("b1-001", "1.00", "R1") + Sent.Details("b1-002", "2.00"), "E-1")
            + Sent.Entry("4.00", "DBIT", Sent.Details("b1-003"), "E-2")
            + Sent.Entry("2.00", "CRDT", Sent.Details("b1-002", returned: Back), "E-3")
            + Sent.Entry("9.00", "DBIT", "", "E-4", "<Cd>PDNG</Cd>");
        var statement = Assert.Single(Read(Sent.Statement(Sent.Account("S1", "10.00", "5.00", entries))));

        Assert.Equal(("3500112233", 1, true, 1_000L, 500L, -500L, 3), (statement.Account, statement.Page, statement.LastPage, statement.Opening, statement.Closing, statement.BookedSum, statement.Entries));
        Assert.Equal(
            [("b1-001", 100L, "R1", false, false), ("b1-002", 200L, "E-1/b1-002", false, false), ("b1-003", 400L, "E-2", false, false), ("b1-002", 200L, "E-3", true, true)],
            statement.Transfers.Select(t => (t.EndToEndId!, t.Amount.Fen, t.Reference!, t.Credit, t.Returned)));
        Assert.Equal("AC04 账户已销户", statement.Transfers[3].Reason);
        Assert.Equal(new DateTimeOffset(2026, 7, 14, 0, 0, 0, ChinaTime.Offset), statement.Transfers[0].At);
    }

    [Fact]
    public void A_reversal_of_a_debit_is_money_that_came_back()
    {
        var statement = Read(Sent.Statement(Sent.Account("S1", "1.00", "2.00", Sent.Entry("1.00", "CRDT", Sent.Details("b1-001"), reversal: "<RvslInd>true</RvslInd>"))))[0];
        Assert.True(statement.Transfers[0] is { Credit: true, Returned: true });
    }

    [Theory]
    [InlineData("10.00", "9.00", null)]
    [InlineData("10.00", "9.01", "bank_message.balance")]
    [InlineData("-1.00", "-2.00", null)]
    [InlineData("0.00", "-1.00", null)]
    [InlineData("", "9.00", "bank_message.missing")]
    [InlineData("10.00", "", "bank_message.missing")]
    public void Opening_balance_and_entries_make_the_closing_balance(string opening, string closing, string? code) =>
        Assert.Equal(code, Code(Sent.Statement(Sent.Account("S1", opening, closing, Sent.Entry("1.00", "DBIT", "")))));

    [Fact]
    public void A_page_has_the_balance_of_its_end_only()
    {
        string Page(int number, bool last) => $"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{(last ? "true" : "false")}</LastPgInd></StmtPgntn>";
        Assert.Null(Code(Sent.Statement(Sent.Account("S1", "10.00", "", Sent.Entry("1.00", "DBIT", ""), paged: Page(1, false)))));
        Assert.Equal("bank_message.missing", Code(Sent.Statement(Sent.Account("S1", "", "9.00", "", paged: Page(1, false)))));
        var second = Read(Sent.Statement(Sent.Account("S1", "", "8.00", Sent.Entry("1.00", "DBIT", ""), paged: Page(2, true))))[0];
        Assert.Equal((2, true, null, 800L), (second.Page, second.LastPage, second.Opening, second.Closing));
        Assert.Equal("bank_message.pages", Code(Sent.Statement(Sent.Account("S1", "10.00", "10.00", "", paged: Page(0, true)))));
        var two = Sent.Account("S1", "1.00", "1.00", "") + Sent.Account("S2", "1.00", "1.00", "");
        Assert.Null(Code(Sent.Statement(two)));
        Assert.Equal("bank_message.pages", Code(Sent.Statement(two, head: "<MsgPgntn><PgNb>1</PgNb><LastPgInd>true</LastPgInd></MsgPgntn>")));
    }

    [Fact]
    public void Sums_and_counts_that_the_statement_gives_hold()
    {
        Assert.Equal("bank_message.totals", Code(Sent.Statement(Sent.Account("S1", "10.00", "9.00", Sent.Entry("1.00", "DBIT", Sent.Details("b1-001", "0.40") + Sent.Details("b1-002", "0.50"))))));
        Assert.Equal("bank_message.totals", Code(Sent.Statement(Sent.Account("S1", "10.00", "9.00", Sent.Entry("1.00", "DBIT", "<Btch><NbOfTxs>2</NbOfTxs></Btch>" + Sent.Details("b1-001", "1.00"))))));
        Assert.Equal("bank_message.missing", Code(Sent.Statement(Sent.Account("S1", "10.00", "9.00", Sent.Entry("1.00", "DBIT", Sent.Details("b1-001") + Sent.Details("b1-002", "0.50"))))));
        string Summary(string count, string sum) => $"<TxsSummry><TtlDbtNtries><NbOfNtries>{count}</NbOfNtries><Sum>{sum}</Sum></TtlDbtNtries></TxsSummry>" + Sent.Entry("1.00", "DBIT", "");
        Assert.Null(Code(Sent.Statement(Sent.Account("S1", "10.00", "9.00", Summary("1", "1.00")))));
        Assert.Equal("bank_message.totals", Code(Sent.Statement(Sent.Account("S1", "10.00", "9.00", Summary("2", "1.00")))));
        Assert.Equal("bank_message.totals", Code(Sent.Statement(Sent.Account("S1", "10.00", "9.00", Summary("1", "1.01")))));
    }

    [Fact]
    public void A_statement_stands_once_in_a_file_and_its_account_is_in_yuan()
    {
        var statement = Sent.Account("S1", "1.00", "1.00", "");
        Assert.Equal("bank_message.statement_repeated", Code(Sent.Statement(statement + statement)));
        Assert.Null(Code(Sent.Statement(statement + Sent.Account("S1", "1.00", "1.00", "", account: "other"))));
        Assert.Equal("bank_message.currency", Code(Sent.Statement(statement.Replace("<Ccy>CNY</Ccy>", "<Ccy>USD</Ccy>", StringComparison.Ordinal))));
        Assert.Equal("bank_message.repeated", Code(Sent.Statement(statement.Replace("CLBD", "OPBD", StringComparison.Ordinal))));
    }
}
