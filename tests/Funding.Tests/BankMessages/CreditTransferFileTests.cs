using System.Text;
using PilotCity.Defaults;
using PilotCity.Funding.BankMessages;

namespace PilotCity.Funding.Tests.BankMessages;

public class CreditTransferFileTests
{
    private static readonly DateTimeOffset At = new(2026, 7, 14, 2, 0, 0, TimeSpan.Zero);

    private static CreditTransferPayment[] Payments(string name = "龙岩样本机械有限公司") =>
    [
        new("b1-P01", "龙岩市财政局", "35001122330001", "国库集中支付专户行", [new("b1-0001", name, "6222000011112222", "中国银行龙岩分行", Money.Parse("130000.50")), new("b1-0002", "乙 <&> 公司", new string('9', 32), "工行", Money.Parse("0.01"))]),
        new("b1-P02", "龙岩市财政局", "35001122330002", "工行", [new("b1-0003", "丙公司", "12345678", "工行", Money.OfYuan(7))]),
    ];

    [Fact]
    public void What_we_write_holds_by_the_message_definition_and_its_control_sums()
    {
        var file = CreditTransferFile.Write("b1", "奖补", At, Payments());
        var read = MessageReader.Read(file, MessageDefinition.CreditTransfer);
        Assert.True(read.Ok, read.Fault?.Message.En);

        var message = read.Value.One("CstmrCdtTrfInitn")!;
        Assert.Equal(("b1", "3", "130007.51", "2026-07-14T10:00:00+08:00"), (message.TextAt("GrpHdr/MsgId"), message.TextAt("GrpHdr/NbOfTxs"), message.TextAt("GrpHdr/CtrlSum"), message.TextAt("GrpHdr/CreDtTm")));
        var payments = message.All("PmtInf").ToArray();
        Assert.Equal([("b1-P01", "2", "130000.51"), ("b1-P02", "1", "7.00")], payments.Select(p => (p.TextAt("PmtInfId"), p.TextAt("NbOfTxs"), p.TextAt("CtrlSum"))));
        Assert.Equal("35001122330002", payments[1].TextAt("DbtrAcct/Id/Othr/Id"));
        var transfer = payments[0].All("CdtTrfTxInf").Last();
        Assert.Equal(("b1-0002", "0.01", "乙 <&> 公司", new string('9', 32)), (transfer.TextAt("PmtId/EndToEndId"), transfer.TextAt("Amt/InstdAmt"), transfer.TextAt("Cdtr/Nm"), transfer.TextAt("CdtrAcct/Id/Othr/Id")));
        Assert.Equal(("CNY", "奖补"), (transfer.At("Amt/InstdAmt")!.Currency, transfer.TextAt("RmtInf/Ustrd")));
    }

    [Fact]
    public void The_same_batch_gives_the_same_bytes()
    {
        Assert.Equal(CreditTransferFile.Write("b1", "奖补", At, Payments()), CreditTransferFile.Write("b1", "奖补", At.ToOffset(TimeSpan.FromHours(-5)), Payments()));
        Assert.StartsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Document", Encoding.UTF8.GetString(CreditTransferFile.Write("b1", "奖补", At, Payments())), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(140, 140)]
    [InlineData(141, 140)]
    public void A_name_is_cut_at_its_length(int written, int kept)
    {
        var read = MessageReader.Read(CreditTransferFile.Write("b1", "奖补", At, Payments(new string('名', written))), MessageDefinition.CreditTransfer);
        Assert.Equal(kept, read.Value.At("CstmrCdtTrfInitn/PmtInf/CdtTrfTxInf/Cdtr/Nm")!.Text.Length);
        Assert.Equal("a", StatusReport.Cut("a😀", 2));
    }
}
