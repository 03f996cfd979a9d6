using System.Globalization;
using CsvHelper;
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
        var options = new CsvWriterOptions { Injection = CsvInjection.Escape, WriteByteOrderMark = true, NewLine = "\r\n", ValidateFieldCount = false };
        using (var csv = CsvWriter.Create(stream, options, leaveOpen: true))
        {
            csv.WriteRecord(["H", batch, count, sum]);
            csv.WriteRecord(Titles.Split(','));
            foreach (var t in transfers) csv.WriteRecord([t.Line, t.Payee, t.Account, t.Bank, t.Amount.ToString(), purpose]);
            csv.WriteRecord(["T", count, sum]);
        }

        return stream.ToArray();
    }
}
