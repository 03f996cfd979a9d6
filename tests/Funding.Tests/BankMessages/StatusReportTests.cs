using PilotCity.Defaults;
using PilotCity.Funding.BankMessages;

namespace PilotCity.Funding.Tests.BankMessages;

public class StatusReportTests
{
    private static StatusReport Read(byte[] file)
    {
        var read = StatusReport.Read(file);
        Assert.True(read.Ok, read.Fault?.Message.En);
        return read.Value;
    }

    private static string? Code(byte[] file) => StatusReport.Read(file).Fault?.Details[0].Code;

    [Fact]
    public void A_transfer_tells_its_status_its_reason_and_the_banks_reference()
    {
        var report = Read(Sent.Report("b1", Sent.Payment(
            "b1-P01", Sent.Transfer("b1-001", "ACSC", amount: "200000.00", reference: "R1") + Sent.Transfer("b1-002", "RJCT", Sent.Rejected) + Sent.Transfer("b1-003", "PDNG")), "<GrpSts>PART</GrpSts>"));

        Assert.Equal(("STS-1", "b1"), (report.Id, report.OriginalMessage));
        Assert.Equal(
            [("b1-001", TransferStatus.Executed, null), ("b1-002", TransferStatus.Rejected, "AC01 账号不存在"), ("b1-003", TransferStatus.Pending, null)],
            report.Statuses.Select(s => (s.EndToEndId, s.Status, s.Reason)));
        Assert.Equal((Money.OfYuan(200_000), "R1"), (report.Statuses[0].Amount, report.Statuses[0].Reference));
    }

    [Fact]
    public void A_status_of_the_whole_is_that_of_each_part_that_says_nothing_else()
    {
        var group = Read(Sent.Report("b1", "", $"<GrpSts>RJCT</GrpSts>{Sent.Rejected}"));
        Assert.Equal((null, null, TransferStatus.Rejected, "AC01 账号不存在"), Assert.Single(group.Statuses) switch { var s => (s.EndToEndId, s.Payment, s.Status, s.Reason) });
        var payment = Read(Sent.Report("b1", Sent.Payment("b1-P01", "<PmtInfSts>ACTC</PmtInfSts>")));
        Assert.Equal((null, "b1-P01", TransferStatus.Accepted), Assert.Single(payment.Statuses) switch { var s => (s.EndToEndId, s.Payment, s.Status) });
        var transfer = Read(Sent.Report("b1", Sent.Payment("b1-P01", "<PmtInfSts>ACSP</PmtInfSts><TxInfAndSts><OrgnlEndToEndId>b1-001</OrgnlEndToEndId></TxInfAndSts>")));
        Assert.Equal(("b1-001", "ACSP"), Assert.Single(transfer.Statuses) switch { var s => (s.EndToEndId, s.Code) });
    }

    [Theory]
    [InlineData("ACTC", "Accepted")]
    [InlineData("ACCP", "Accepted")]
    [InlineData("ACSP", "Accepted")]
    [InlineData("ACSC", "Executed")]
    [InlineData("PDNG", "Pending")]
    [InlineData("RJCT", "Rejected")]
    public void Each_status_has_one_meaning(string code, string meaning) =>
        Assert.Equal(meaning, Read(Sent.Report("b1", Sent.Payment("p", Sent.Transfer("b1-001", code)))).Statuses[0].Status.ToString());

    [Fact]
    public void What_contradicts_itself_is_refused()
    {
        var paid = Sent.Transfer("b1-001", "ACSC", amount: "1.00");
        Assert.Equal("bank_message.contradiction", Code(Sent.Report("b1", Sent.Payment("p", paid), "<GrpSts>RJCT</GrpSts>")));
        Assert.Equal("bank_message.contradiction", Code(Sent.Report("b1", Sent.Payment("p", "<PmtInfSts>ACSC</PmtInfSts>" + Sent.Transfer("b1-001", "RJCT")))));
        Assert.Equal("bank_message.transfer_repeated", Code(Sent.Report("b1", Sent.Payment("p", paid + paid))));
        Assert.Equal("bank_message.transfer_repeated", Code(Sent.Report("b1", Sent.Payment("p", paid) + Sent.Payment("q", paid))));
        Assert.Equal("bank_message.status", Code(Sent.Report("b1", Sent.Payment("p", Sent.Transfer("b1-001", "WHAT")))));
        Assert.Equal("bank_message.status", Code(Sent.Report("b1", Sent.Payment("p", Sent.Transfer("b1-001", "PART")))));
        Assert.Equal("bank_message.missing", Code(Sent.Report("b1", Sent.Payment("p", "<TxInfAndSts><OrgnlEndToEndId>b1-001</OrgnlEndToEndId></TxInfAndSts>"))));
        Assert.Equal("bank_message.missing", Code(Sent.Report("b1", Sent.Payment("p", "<TxInfAndSts><TxSts>ACSC</TxSts></TxInfAndSts>"))));
        Assert.Equal("bank_message.no_status", Code(Sent.Report("b1", "")));
        Assert.Equal("bank_message.other_message", Code(System.Text.Encoding.UTF8.GetBytes(System.Text.Encoding.UTF8.GetString(Sent.Report("b1", Sent.Payment("p", paid))).Replace("pain.001.001.09", "pain.008.001.08", StringComparison.Ordinal))));
    }

    [Theory]
    [InlineData(1, "", null)]
    [InlineData(2, "", null)]
    [InlineData(0, "", "bank_message.totals")]
    [InlineData(1, "<DtldCtrlSum>1.00</DtldCtrlSum>", null)]
    [InlineData(1, "<DtldCtrlSum>1.01</DtldCtrlSum>", "bank_message.totals")]
    public void Counts_and_sums_per_status_hold(int count, string sum, string? code)
    {
        var file = Sent.Report("b1", Sent.Payment("p", $"<NbOfTxsPerSts><DtldNbOfTxs>{count}</DtldNbOfTxs><DtldSts>ACSC</DtldSts>{sum}</NbOfTxsPerSts>" + Sent.Transfer("b1-001", "ACSC", amount: "1.00")));
        Assert.Equal(code, Code(file));
    }
}
