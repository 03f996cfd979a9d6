using System.Text;

namespace PilotCity.Funding.Tests.BankMessages;

/// <summary>Messages as a bank sends them, small, each part of which a test can exchange.</summary>
internal static class Sent
{
    public const string Rejected = "<StsRsnInf><Rsn><Cd>AC01</Cd></Rsn><AddtlInf>账号不存在</AddtlInf></StsRsnInf>";

    public static byte[] Report(string original, string payments, string group = "", int version = 10) => Encoding.UTF8.GetBytes(
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.{version:00}">
          <CstmrPmtStsRpt>
            <GrpHdr><MsgId>STS-1</MsgId><CreDtTm>2026-07-14T01:00:00+08:00</CreDtTm></GrpHdr>
            <OrgnlGrpInfAndSts><OrgnlMsgId>{original}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>
            {payments}
          </CstmrPmtStsRpt>
        </Document>
        """);

    public static string Payment(string id, string inner) => $"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{id}</OrgnlPmtInfId>{inner}</OrgnlPmtInfAndSts>";

    public static string Transfer(string line, string status, string inner = "", string? amount = null, string? reference = null) =>
        $"<TxInfAndSts><OrgnlEndToEndId>{line}</OrgnlEndToEndId><TxSts>{status}</TxSts>{inner}{(reference is null ? "" : $"<AcctSvcrRef>{reference}</AcctSvcrRef>")}"
        + $"{(amount is null ? "" : $"<OrgnlTxRef><Amt><InstdAmt Ccy=\"CNY\">{amount}</InstdAmt></Amt></OrgnlTxRef>")}</TxInfAndSts>";

    public static byte[] Statement(string statements, int version = 8, string head = "") => Encoding.UTF8.GetBytes(
        $"""
        <?xml version="1.0" encoding="UTF-8"?>
        <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version:00}">
          <BkToCstmrStmt>
            <GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-07-14T20:00:00</CreDtTm>{head}</GrpHdr>
            {statements}
          </BkToCstmrStmt>
        </Document>
        """);

    public static string Account(string id, string opening, string closing, string entries, string account = "3500112233", string paged = "") =>
        $"<Stmt><Id>{id}</Id>{paged}<CreDtTm>2026-07-14T20:00:00</CreDtTm><Acct><Id><Othr><Id>{account}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>"
        + $"{Balance("OPBD", opening)}{Balance("CLBD", closing)}{entries}</Stmt>";

    public static string Balance(string code, string amount) => amount.Length == 0 ? "" :
        $"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{amount.TrimStart('-')}</Amt><CdtDbtInd>{(amount.StartsWith('-') ? "DBIT" : "CRDT")}</CdtDbtInd><Dt><Dt>2026-07-14</Dt></Dt></Bal>";

    public static string Entry(string amount, string side, string details, string reference = "E-1", string status = "<Cd>BOOK</Cd>", string reversal = "") =>
        $"<Ntry><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>{reversal}<Sts>{status}</Sts><BookgDt><Dt>2026-07-14</Dt></BookgDt><AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd><Prtry><Cd>X</Cd></Prtry></BkTxCd>"
        + $"{(details.Length == 0 ? "" : $"<NtryDtls>{details}</NtryDtls>")}</Ntry>";

    public static string Details(string line, string? amount = null, string? reference = null, string returned = "") =>
        $"<TxDtls><Refs>{(reference is null ? "" : $"<AcctSvcrRef>{reference}</AcctSvcrRef>")}<EndToEndId>{line}</EndToEndId></Refs>{(amount is null ? "" : $"<Amt Ccy=\"CNY\">{amount}</Amt>")}{returned}</TxDtls>";
}
