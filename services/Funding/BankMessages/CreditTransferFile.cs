using System.Globalization;
using System.Text;
using System.Xml;
using PilotCity.Defaults;

namespace PilotCity.Funding.BankMessages;

/// <summary>A transfer as the bank is told: the line is its end-to-end id, under which status and statement name it again.</summary>
internal sealed record CreditTransfer(string Line, string Payee, string Account, string Bank, Money Amount);

/// <summary>The transfers from one account of the city's: one payment of the message.</summary>
internal sealed record CreditTransferPayment(string Id, string Debtor, string Account, string Bank, IReadOnlyList<CreditTransfer> Transfers);

/// <summary>
/// The customer credit transfer initiation (pain.001.001.09) of a batch, in CNY: a payment for each account that pays, booked as one. The same
/// input gives the same bytes: UTF-8 without a byte order mark, line feeds, two blanks a level. Names keep their Chinese characters, as domestic
/// practice has it (the Latin set of SEPA is not asked for in CNY); what <see cref="PlainText"/> refuses never comes so far, longer texts are
/// cut at the length of their type.
/// </summary>
internal static class CreditTransferFile
{
    private const int NameCharsMax = 140;

    public static byte[] Write(string message, string purpose, DateTimeOffset createdAt, IReadOnlyList<CreditTransferPayment> payments)
    {
        using var stream = new MemoryStream();
        var settings = new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true, NewLineChars = "\n" };
        using (var xml = XmlWriter.Create(stream, settings))
        {
            var at = createdAt.ToOffset(ChinaTime.Offset);
            xml.WriteStartElement("Document", MessageDefinition.CreditTransfer.NamespaceOf(9));
            xml.WriteStartElement("CstmrCdtTrfInitn");
            xml.WriteStartElement("GrpHdr");
            xml.WriteElementString("MsgId", message);
            xml.WriteElementString("CreDtTm", at.ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture));
            Totals(xml, payments.SelectMany(p => p.Transfers));
            Named(xml, "InitgPty", payments[0].Debtor);
            xml.WriteEndElement();
            foreach (var payment in payments) Payment(xml, payment, purpose, at);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return stream.ToArray();
    }

    private static void Payment(XmlWriter xml, CreditTransferPayment payment, string purpose, DateTimeOffset at)
    {
        xml.WriteStartElement("PmtInf");
        xml.WriteElementString("PmtInfId", payment.Id);
        xml.WriteElementString("PmtMtd", "TRF");
        xml.WriteElementString("BtchBookg", "true");
        Totals(xml, payment.Transfers);
        xml.WriteStartElement("ReqdExctnDt");
        xml.WriteElementString("Dt", at.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        xml.WriteEndElement();
        Named(xml, "Dbtr", payment.Debtor);
        Account(xml, "DbtrAcct", payment.Account);
        Agent(xml, "DbtrAgt", payment.Bank);
        foreach (var transfer in payment.Transfers) Transfer(xml, transfer, purpose);
        xml.WriteEndElement();
    }

    private static void Transfer(XmlWriter xml, CreditTransfer transfer, string purpose)
    {
        xml.WriteStartElement("CdtTrfTxInf");
        xml.WriteStartElement("PmtId");
        xml.WriteElementString("InstrId", transfer.Line);
        xml.WriteElementString("EndToEndId", transfer.Line);
        xml.WriteEndElement();
        xml.WriteStartElement("Amt");
        xml.WriteStartElement("InstdAmt");
        xml.WriteAttributeString("Ccy", "CNY");
        xml.WriteString(transfer.Amount.ToString());
        xml.WriteEndElement();
        xml.WriteEndElement();
        Agent(xml, "CdtrAgt", transfer.Bank);
        Named(xml, "Cdtr", transfer.Payee);
        Account(xml, "CdtrAcct", transfer.Account);
        xml.WriteStartElement("RmtInf");
        xml.WriteElementString("Ustrd", StatusReport.Cut(purpose, NameCharsMax));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Totals(XmlWriter xml, IEnumerable<CreditTransfer> transfers)
    {
        var (count, fen) = (0, 0L);
        foreach (var transfer in transfers) (count, fen) = (count + 1, checked(fen + transfer.Amount.Fen));
        xml.WriteElementString("NbOfTxs", count.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("CtrlSum", new Money(fen).ToString());
    }

    private static void Named(XmlWriter xml, string element, string name)
    {
        xml.WriteStartElement(element);
        xml.WriteElementString("Nm", StatusReport.Cut(name, NameCharsMax));
        xml.WriteEndElement();
    }

    private static void Account(XmlWriter xml, string element, string number)
    {
        xml.WriteStartElement(element);
        xml.WriteStartElement("Id");
        xml.WriteStartElement("Othr");
        xml.WriteElementString("Id", number);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Agent(XmlWriter xml, string element, string bank)
    {
        xml.WriteStartElement(element);
        xml.WriteStartElement("FinInstnId");
        xml.WriteElementString("Nm", StatusReport.Cut(bank, NameCharsMax));
        xml.WriteEndElement();
        xml.WriteEndElement();
    }
}
