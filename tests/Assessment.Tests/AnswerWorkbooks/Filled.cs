using System.Globalization;
using System.IO.Compression;
using System.Text;
using PilotCity.Assessment.AnswerWorkbooks;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.Tests.AnswerWorkbooks;

/// <summary>Workbooks as somebody fills them in, and as somebody tampers with them.</summary>
internal static class Filled
{
    public const string City = "350800";

    public static readonly AnswerSheet Miit = new(Examples.Miit2024);

    public static readonly AnswerSheet Tencent = new(Examples.TencentProcess);

    /// <summary>The cells of one enterprise; <paramref name="change"/> writes others, by key: a text, a number, a cell, or null for nothing.</summary>
    public static Row Row(AnswerSheet sheet, int number, string enterprise, Answers answers, string purpose = "before", string? pledge = null, IReadOnlyList<Note>? notes = null, params (string Key, object? Value)[] change)
    {
        var changed = change.ToDictionary(c => c.Key, c => c.Value);
        return new(number, [.. sheet.Columns.Select(c => (Column: c.Number, Value: changed.TryGetValue(c.Key, out var other) ? other : Value(c))).Where(c => c.Value is not null).Select(c => CellOf(c.Column, c.Value!))]);

        object? Value(AnswerColumn c) => c.Field switch
        {
            Field.Enterprise => enterprise,
            Field.EnterpriseName => "示范企业",
            Field.Purpose => purpose,
            Field.Pledge => pledge,
            Field.Option => answers.Items.GetValueOrDefault(c.For) is { Number: null, Options: [var option] } ? c.Choices.First(x => x.Id == option).Shown.Zh : null,
            Field.Number => answers.Items.GetValueOrDefault(c.For)?.Number,
            Field.Mark => answers.Items.GetValueOrDefault(c.For)?.Options.Contains(c.Option!) == true ? "√" : null,
            Field.ScenarioLevel => answers.Scenarios.TryGetValue(c.For, out var level) ? (decimal)level : null,
            Field.Fact => answers.Facts.TryGetValue(c.For, out var figure) ? figure : null,
            Field.Note => notes?.FirstOrDefault(n => n.For == c.For)?.Text,
        };
    }

    private static Cell CellOf(int column, object value) => value switch
    {
        Cell cell => cell with { Column = column },
        decimal number when Digits(number) <= 15 => new(column, CellKind.Number, number.ToString(CultureInfo.InvariantCulture)),
        // No spreadsheet keeps more digits of a number; a person types it as text.
        decimal number => new(column, CellKind.Text, number.ToString(CultureInfo.InvariantCulture)),
        _ => new(column, CellKind.Text, (string)value),
    };

    private static int Digits(decimal number) => number.ToString(CultureInfo.InvariantCulture).Count(char.IsAsciiDigit);

    public static byte[] Workbook(params Row[] rows) => Workbook(Miit, rows);

    public static byte[] Workbook(AnswerSheet sheet, params Row[] rows) => Workbook(City, (sheet, rows));

    public static byte[] Workbook(string city, params (AnswerSheet Sheet, Row[] Rows)[] sheets) =>
        FormWriter.Write(ComposeWorkbook.Form(city, [.. sheets.Select(s => new FilledSheet(s.Sheet, s.Rows))], [], "zh"));

    public static Result<WorkbookReading> Read(byte[] file, string city = City)
    {
        var read = ReadWorkbook.Read(file, city, reference => Task.FromResult(ShippedInstruments.Find(reference)));
        Assert.True(read.IsCompletedSuccessfully, "nothing here waits");
        return read.Result;
    }

    /// <summary>A credit code of 18 characters that is another one for every number.</summary>
    public static string Enterprise(int number = 0) => string.Create(CultureInfo.InvariantCulture, $"91350100M{number:000000000}");

    public static string At(AnswerSheet sheet, string key, int row = AnswerSheet.FirstRow) => $"{sheet.Name}!{Cell.Address(sheet.Columns.First(c => c.Key == key).Number, row)}";

    /// <summary>The file with one part written differently, or one more.</summary>
    public static byte[] Tampered(byte[] file, string part, Func<string, string> change)
    {
        var parts = Parts(file);
        parts[part] = change(parts.GetValueOrDefault(part, ""));
        using var written = new MemoryStream();
        using (var zip = new ZipArchive(written, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, text) in parts)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(Encoding.UTF8.GetBytes(text));
            }
        }

        return written.ToArray();
    }

    public static Dictionary<string, string> Parts(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in zip.Entries)
        {
            using var reader = new StreamReader(entry.Open());
            parts.Add(entry.FullName, reader.ReadToEnd());
        }

        return parts;
    }

    /// <summary>The part of the first sheet with answers: the guide comes before it.</summary>
    public const string AnswerPart = "xl/worksheets/sheet2.xml";

    /// <summary>The hidden sheet of a workbook with one sheet of answers.</summary>
    public const string VersionPart = "xl/worksheets/sheet4.xml";
}
