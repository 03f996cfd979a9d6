using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using PilotCity.Defaults;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>One transfer as the bank reads it.</summary>
internal sealed record Transfer(string Line, string Payee, string Account, string Bank, Money Amount);

/// <summary>
/// The CSV of a bank's batch transfer: a header row <c>H,batch,count,sum</c>, the column titles, one row per line, and a trailer
/// <c>T,count,sum</c>. UTF-8 with a byte order mark, CRLF; a text that begins like a formula is escaped. The same batch gives the same bytes.
/// </summary>
internal static class PaymentFile
{
    internal const string Titles = "line,payee,account,bank,amount,purpose";

    internal static byte[] Write(string batch, string purpose, IReadOnlyList<Transfer> transfers)
    {
        var (count, sum) = (transfers.Count.ToString(CultureInfo.InvariantCulture), new Money(transfers.Sum(t => t.Amount.Fen)).ToString());
        using var stream = new MemoryStream();
        using (var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        using (var csv = new CsvWriter(writer, new CsvConfiguration(CultureInfo.InvariantCulture) { InjectionOptions = InjectionOptions.Escape, NewLine = "\r\n" }))
        {
            Row(csv, "H", batch, count, sum);
            Row(csv, Titles.Split(','));
            foreach (var t in transfers) Row(csv, t.Line, t.Payee, t.Account, t.Bank, t.Amount.ToString(), purpose);
            Row(csv, "T", count, sum);
        }

        return stream.ToArray();
    }

    private static void Row(CsvWriter csv, params string[] fields)
    {
        foreach (var field in fields) csv.WriteField(field);
        csv.NextRecord();
    }
}
