using System.Text;
using PilotCity.Defaults;
using PilotCity.Funding.BankMessages;

namespace PilotCity.Funding.Tests.BankMessages;

public class MessageReaderTests
{
    private static readonly string Good = Encoding.UTF8.GetString(Sent.Report("b1", Sent.Payment("b1-P01", Sent.Transfer("b1-001", "ACSC"))));

    private static Fault? Fault(byte[] file) => MessageReader.Read(file, MessageDefinition.StatusReport).Fault;

    private static FaultDetail Wrong(string file)
    {
        var fault = Fault(Encoding.UTF8.GetBytes(file));
        Assert.Equal("bank_message.has_errors", fault?.Code);
        return fault!.Details[0];
    }

    private static string With(string from, string to) => Good.Contains(from, StringComparison.Ordinal) ? Good.Replace(from, to, StringComparison.Ordinal) : throw new ArgumentException(from);

    [Fact]
    public void A_message_is_read_with_and_without_a_byte_order_mark_and_with_a_prefix()
    {
        Assert.Null(Fault(Encoding.UTF8.GetBytes(Good)));
        Assert.Null(Fault(Encoding.UTF8.GetBytes("\uFEFF" + Good)));
        var prefixed = System.Text.RegularExpressions.Regex.Replace(Good, "<(/?)([A-Z])", "<$1p:$2").Replace("xmlns=", "xmlns:p=", StringComparison.Ordinal);
        Assert.Null(Fault(Encoding.UTF8.GetBytes(prefixed)));
    }

    [Theory]
    [InlineData("<MsgId>STS-1</MsgId>", "", "bank_message.missing", "/Document/CstmrPmtStsRpt/GrpHdr/MsgId, line 4")]
    [InlineData("<MsgId>STS-1</MsgId>", "<MsgId></MsgId>", "bank_message.value", "/Document/CstmrPmtStsRpt/GrpHdr/MsgId, line 4")]
    [InlineData("<MsgId>STS-1</MsgId>", "<MsgId>a</MsgId><MsgId>b</MsgId>", "bank_message.repeated", "/Document/CstmrPmtStsRpt/GrpHdr/MsgId, line 4")]
    [InlineData("<MsgId>STS-1</MsgId>", "<MsgIds>STS-1</MsgIds>", "bank_message.unexpected", "/Document/CstmrPmtStsRpt/GrpHdr/MsgIds, line 4")]
    [InlineData("<MsgId>STS-1</MsgId><CreDtTm>2026-07-14T01:00:00+08:00</CreDtTm>", "<CreDtTm>2026-07-14T01:00:00+08:00</CreDtTm><MsgId>STS-1</MsgId>", "bank_message.order", "/Document/CstmrPmtStsRpt/GrpHdr/MsgId, line 4")]
    [InlineData("2026-07-14T01:00:00+08:00", "2026-02-30T01:00:00+08:00", "bank_message.value", "/Document/CstmrPmtStsRpt/GrpHdr/CreDtTm, line 4")]
    [InlineData("2026-07-14T01:00:00+08:00", "14.7.2026", "bank_message.value", "/Document/CstmrPmtStsRpt/GrpHdr/CreDtTm, line 4")]
    [InlineData("<TxSts>ACSC</TxSts>", "<TxSts>ACSCX</TxSts>", "bank_message.value", "/Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/TxSts, line 6")]
    [InlineData("<TxSts>ACSC</TxSts>", "<TxSts>ACSC</TxSts>words", "bank_message.unexpected", "/Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1], line 6")]
    [InlineData("<TxSts>ACSC</TxSts>", "<TxSts>ACSC</TxSts><StsRsnInf><Rsn><Cd>AC01</Cd><Prtry>x</Prtry></Rsn></StsRsnInf>", "bank_message.choice", "/Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/StsRsnInf[1]/Rsn, line 6")]
    [InlineData("<TxSts>ACSC</TxSts>", "<TxSts>ACSC</TxSts><StsRsnInf><Rsn/></StsRsnInf>", "bank_message.choice", "/Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/StsRsnInf[1]/Rsn, line 6")]
    [InlineData("<TxSts>ACSC</TxSts>", "<TxSts xmlns=\"urn:other\">ACSC</TxSts>", "bank_message.unexpected", "/Document/CstmrPmtStsRpt/OrgnlPmtInfAndSts[1]/TxInfAndSts[1]/TxSts, line 6")]
    [InlineData("pain.002.001.10", "pain.002.001.99", "bank_message.version", "/, line 2")]
    [InlineData("pain.002.001.10", "camt.053.001.08", "bank_message.version", "/, line 2")]
    [InlineData("UTF-8", "GB18030", "bank_message.encoding", "/, line 1")]
    [InlineData("</CstmrPmtStsRpt>", "", "bank_message.malformed", "/, line 8")]
    [InlineData("</Document>", "</Document><Document/>", "bank_message.malformed", "/, line 8")]
    public void A_broken_rule_is_named_with_its_place(string from, string to, string code, string place)
    {
        var wrong = Wrong(With(from, to));
        Assert.Equal((code, place), (wrong.Code, wrong.Path));
    }

    [Theory]
    [InlineData("0.01", null)]
    [InlineData("1000000000000.00", null)]
    [InlineData("1000000000000.01", "bank_message.value")]
    [InlineData("0", null)]
    [InlineData("-0.01", "bank_message.value")]
    [InlineData("+1", "bank_message.value")]
    [InlineData("1.001", "bank_message.value")]
    [InlineData("1e3", "bank_message.value")]
    [InlineData("1,000.00", "bank_message.value")]
    [InlineData("1234567890123456789", "bank_message.value")]
    public void An_amount_is_not_negative_and_has_at_most_two_decimals(string amount, string? code)
    {
        var file = Sent.Report("b1", Sent.Payment("p", Sent.Transfer("b1-001", "ACSC", amount: amount)));
        Assert.Equal(code, Fault(file)?.Details[0].Code);
    }

    [Theory]
    [InlineData("Ccy=\"USD\"")]
    [InlineData("Ccy=\"cny\"")]
    [InlineData("")]
    public void An_amount_is_in_yuan(string currency)
    {
        var file = Encoding.UTF8.GetString(Sent.Report("b1", Sent.Payment("p", Sent.Transfer("b1-001", "ACSC", amount: "1.00")))).Replace("Ccy=\"CNY\"", currency, StringComparison.Ordinal);
        Assert.Equal("bank_message.currency", Wrong(file).Code);
    }

    [Fact]
    public void Texts_are_as_long_as_their_type_and_hold_no_control_characters()
    {
        Assert.Null(Fault(Encoding.UTF8.GetBytes(With("STS-1", new string('字', 35)))));
        Assert.Equal("bank_message.value", Wrong(With("STS-1", new string('字', 36))).Code);
        Assert.Equal("bank_message.value", Wrong(With("STS-1", "a\u202eb")).Code);
        Assert.Equal("bank_message.malformed", Wrong(With("STS-1", "a&#x0;b")).Code);
    }

    [Fact]
    public void Entities_and_DTDs_are_never_expanded()
    {
        var laughs = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>""" + Good[Good.IndexOf("<Document", StringComparison.Ordinal)..].Replace("STS-1", "&c;", StringComparison.Ordinal);
        Assert.Equal("bank_message.malformed", Wrong(laughs).Code);
        var outside = """<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/passwd">""" + Good[Good.IndexOf("<Document", StringComparison.Ordinal)..];
        Assert.Equal("bank_message.malformed", Wrong(outside).Code);
        Assert.Equal("bank_message.malformed", Wrong(With("STS-1", "&undeclared;")).Code);
    }

    [Fact]
    public void What_is_not_the_message_at_all_is_refused_as_such()
    {
        Assert.Equal("bank_message.malformed", Fault([])!.Details[0].Code);
        Assert.Equal("bank_message.malformed", Wrong("H,b1,1,1.00\r\n").Code);
        Assert.Equal("bank_message.version", Wrong("<html/>").Code);
        Assert.Equal("bank_message.encoding", Fault(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(Good)).ToArray())!.Details[0].Code);
        Assert.Equal("bank_message.encoding", Fault([.. Encoding.UTF8.GetBytes(Good[..300]), 0xC6, 0xDA, 0xB8, 0xB6])!.Details[0].Code);
    }

    [Fact]
    public void Every_prefix_of_a_message_is_refused_and_none_throws()
    {
        var whole = Encoding.UTF8.GetBytes(Good);
        for (var length = 0; length < whole.Length; length++) Assert.NotNull(Fault(whole[..length]));
    }

    [Fact]
    public void A_nesting_that_no_message_has_ends_the_reading()
    {
        string Nested(int levels) => With("<TxSts>", $"<Odd>{string.Concat(Enumerable.Repeat("<a>", levels))}{string.Concat(Enumerable.Repeat("</a>", levels))}</Odd><TxSts>");
        Assert.Equal("bank_message.unexpected", Wrong(Nested(5)).Code);
        Assert.Contains(Fault(Encoding.UTF8.GetBytes(Nested(MessageReader.DepthMax)))!.Details, d => d.Code == "bank_message.malformed");
        Assert.NotNull(Fault(Encoding.UTF8.GetBytes(Nested(1_000_000))));
    }

    [Fact]
    public void Errors_are_told_up_to_a_bound_and_elements_are_kept_up_to_one()
    {
        var many = Sent.Report("b1", Sent.Payment("p", string.Concat(Enumerable.Range(1, 100).Select(i => Sent.Transfer($"b1-{i:000}", "wrong")))));
        Assert.Equal(MessageReader.FaultsMax, Fault(many)!.Details.Count);
        var tiny = Sent.Report("b1", Sent.Payment("p", string.Concat(Enumerable.Repeat("<TxInfAndSts/>", MessageReader.ElementsMax))));
        Assert.Equal("bank_message.too_many", Fault(tiny)!.Details[0].Code);
    }

    [Fact]
    public void Neighbouring_versions_are_read_by_their_own_rules()
    {
        foreach (var version in new[] { 3, 10, 11, 12 }) Assert.Null(Fault(Sent.Report("b1", Sent.Payment("p", Sent.Transfer("b1-001", "ACSC")), version: version)));
        var status = Sent.Account("S1", "10.00", "9.00", Sent.Entry("1.00", "DBIT", "", status: "BOOK"));
        foreach (var version in new[] { 2, 6 }) Assert.Null(MessageReader.Read(Sent.Statement(status, version), MessageDefinition.Statement).Fault?.Message.En);
        foreach (var version in new[] { 8, 10 }) Assert.NotNull(MessageReader.Read(Sent.Statement(status, version), MessageDefinition.Statement).Fault);
    }
}
