using System.Globalization;
using CsvHelper;
using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.PaymentBatches;

/// <summary>The bank's result of a batch as CSV, whose control totals hold.</summary>
internal static class BankResultFile
{
    /// <summary>Far above a batch of the largest size with the longest texts.</summary>
    public const int BytesMax = 4 << 20;

    internal const string Titles = "line,status,amount,reference,paidAt,reason";

    private const int ReferenceCharsMax = 64;
    private const int ReasonCharsMax = 60;

    /// <summary>Enough to mend a file in one go.</summary>
    private const int FaultsMax = 50;

    /// <summary>By RFC 4180; a quotation mark anywhere else is refused, because programs would read it differently.</summary>
    private static readonly CsvReaderOptions Options = new()
    {
        HasHeader = false,
        Separator = ',',
        SkipEmptyLines = false,
        MalformedData = CsvMalformedDataHandling.Throw,
    };

    public static Fault Wrong(IReadOnlyList<FaultDetail> details) => new(
        FaultKind.Invalid, "bank_result.has_errors",
        new($"银行回单文件有误，整个文件未导入：{details[0].Message.Zh}", $"The bank's result has errors and nothing of it was taken in: {details[0].Message.En}"))
    { Details = details };

    /// <summary>
    /// Reads <c>H,batch,count,sum</c>, the column titles, a row per line (status <c>paid</c> with reference and instant, or <c>failed</c> with a
    /// reason) and <c>T,count,sum</c>. Fault: <c>bank_result.has_errors</c>, with every wrong row by its number.
    /// </summary>
    public static Result<BankAnswer> Read(byte[] bytes)
    {
        var faults = new List<FaultDetail>();
        var records = Records(bytes, faults);
        if (faults.Count > 0) return Wrong(faults);
        if (records.Count < 4 || records[0] is not ["H", _, _, _] || string.Join(',', records[1]) != Titles || records[^1] is not ["T", _, _])
        {
            Add(faults, 1, "bank_result.shape", $"应依次为 H 行（H,批次,笔数,金额）、列名行（{Titles}）、各笔、T 行（T,笔数,金额）", $"a row H,batch,count,sum, the titles ({Titles}), the lines and a row T,count,sum are expected");
            return Wrong(faults);
        }

        var rows = new List<AnsweredLine>();
        for (var i = 2; i < records.Count - 1; i++)
            if (Row(records[i], i + 1, faults) is { } row) rows.Add(row);
        foreach (var twice in rows.GroupBy(r => r.Line, StringComparer.Ordinal).Where(g => g.Count() > 1))
            Add(faults, twice.Last().Place, "bank_result.line_repeated", $"“{twice.Key}”重复", $"the line '{twice.Key}' stands twice");
        foreach (var twice in rows.Where(r => r.Paid).GroupBy(r => r.Reference, StringComparer.Ordinal).Where(g => g.Count() > 1))
            Add(faults, twice.Last().Place, "bank_result.reference_repeated", $"银行流水号“{twice.Key}”重复", $"the bank's reference '{twice.Key}' stands twice");
        if (faults.Count == 0)
        {
            var (count, sum) = (rows.Count.ToString(CultureInfo.InvariantCulture), new Money(rows.Sum(r => r.Amount!.Value.Fen)).ToString());
            Totals(records[0][2..], 1, count, sum, faults);
            Totals(records[^1][1..], records.Count, count, sum, faults);
        }

        return faults.Count > 0 ? Wrong(faults) : new BankAnswer(records[0][1], rows, []);
    }

    private static List<string[]> Records(byte[] bytes, List<FaultDetail> faults)
    {
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            Add(faults, 1, "bank_result.encoding", "不是 UTF-8 文本，请另存为 UTF-8 后重试", "the file is not UTF-8; save it as UTF-8 and try again");
            return [];
        }

        var records = new List<string[]>();
        using var csv = CsvReader.Create(bytes, Options);
        try
        {
            while (faults.Count == 0 && csv.Read())
            {
                records.Add([.. Enumerable.Range(0, csv.FieldCount).Select(csv.GetString)]);
                if (records.Count > PaymentBatch.LinesMax + 3) Add(faults, records.Count, "bank_result.too_long", $"超过一批的上限 {PaymentBatch.LinesMax} 笔", $"more than the {PaymentBatch.LinesMax} lines that a batch may hold");
            }
        }
        catch (CsvFormatException)
        {
            Add(faults, records.Count + 1, "bank_result.quotes", "引号不成对或位置不对", "a quotation mark is not closed, or stands where none may");
        }

        return records;
    }

    private static AnsweredLine? Row(string[] fields, int row, List<FaultDetail> faults)
    {
        var before = faults.Count;
        if (fields.Length != 6)
        {
            Add(faults, row, "bank_result.columns", $"应有 6 列，实有 {fields.Length} 列", $"6 columns are expected, {fields.Length} are there");
            return null;
        }

        var (status, reference, paidAt, reason) = (fields[1], fields[3], fields[4], fields[5]);
        var paid = status == "paid";
        if (!paid && status != "failed") Add(faults, row, "bank_result.status", "状态应为 paid 或 failed", "the status is paid or failed");
        if (!Money.TryParse(fields[2], out var amount) || amount.Fen <= 0) Add(faults, row, "bank_result.amount", "金额应为大于零、最多两位小数的元", "the amount is above zero, in yuan with at most two decimals");
        var at = DateTimeOffset.MinValue;
        if (paid && (reference.Length is 0 or > ReferenceCharsMax || reference.Any(char.IsControl))) Add(faults, row, "bank_result.reference", $"已付须有银行流水号（1 至 {ReferenceCharsMax} 个字符）", $"a paid line has the bank's reference of 1 to {ReferenceCharsMax} characters");
        if (paid && !Instant.TryParse(paidAt, out at)) Add(faults, row, "bank_result.paid_at", "付款时刻应为带时区的 RFC 3339 时刻", "the moment of payment is an RFC 3339 instant with its offset");
        if (paid && reason.Length > 0) Add(faults, row, "bank_result.reason", "已付不应有失败原因", "a paid line has no reason");
        if (!paid && (reason.Length is 0 or > ReasonCharsMax || reason.Any(char.IsControl))) Add(faults, row, "bank_result.reason", $"失败须有原因（1 至 {ReasonCharsMax} 个字符）", $"a failed line has a reason of 1 to {ReasonCharsMax} characters");
        if (!paid && (reference.Length > 0 || paidAt.Length > 0)) Add(faults, row, "bank_result.reference", "失败不应有流水号或付款时刻", "a failed line has neither reference nor moment of payment");
        return faults.Count > before ? null : new(PlaceOf(row), fields[0], paid, amount, paid ? reference : null, paid ? at : null, paid ? null : reason);
    }

    private static void Totals(string[] stated, int row, string count, string sum, List<FaultDetail> faults)
    {
        if (stated[0] != count || !Money.TryParse(stated[1], out var money) || money.ToString() != sum)
            Add(faults, row, "bank_result.totals", $"控制总数不符：各笔合计 {count} 笔、{sum} 元", $"the control totals are wrong: the lines are {count} and sum to {sum}");
    }

    private static string PlaceOf(int row) => $"row {row}";

    private static void Add(List<FaultDetail> faults, int row, string code, string zh, string en) => Add(faults, PlaceOf(row), code, zh, en);

    internal static void Add(List<FaultDetail> faults, string place, string code, string zh, string en)
    {
        if (faults.Count < FaultsMax) faults.Add(new(place, code, new($"{place.Replace("row ", "第 ", StringComparison.Ordinal)}{(place.StartsWith("row ", StringComparison.Ordinal) ? " 行" : "")}：{zh}", $"{place}: {en}")));
    }
}
