using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>A sheet with the rows that somebody filled in, none of a new one.</summary>
internal sealed record FilledSheet(AnswerSheet Sheet, IReadOnlyList<Row> Rows);

/// <summary>Puts a workbook of answers together: made anew from cells and never patched, so a copy that goes back holds nothing that was hidden in what came.</summary>
internal static class ComposeWorkbook
{
    public const string VersionSheet = "_pilotcity";

    public static readonly Text ErrorSheet = new("错误清单", "Errors");

    /// <summary>The whole workbook, empty or as it was filled in; each finding (<c>sheet!A1</c>) marks its cell, hangs a note on it and has a line in the list of errors.</summary>
    internal static FormWorkbook Form(string city, IReadOnlyList<FilledSheet> sheets, IReadOnlyList<FaultDetail> findings, string language)
    {
        var lists = new ChoiceLists(language);
        var wrong = findings.GroupBy(f => f.Path, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => string.Join('\n', g.Select(f => f.Message.In(language))), StringComparer.Ordinal);
        List<FormSheet> all = [.. findings.Count > 0 ? [Errors(findings, language)] : Array.Empty<FormSheet>(), WriteGuide.Write(sheets, language)];
        all.AddRange(sheets.Select(filled => Answers(filled, wrong, lists, language)));
        all.Add(lists.Sheet());
        all.Add(Version(city, sheets));
        return new(all, lists.Names);
    }

    private static FormSheet Answers(FilledSheet filled, Dictionary<string, string> wrong, ChoiceLists lists, string language)
    {
        var (sheet, columns) = (filled.Sheet, filled.Sheet.Columns);
        var merges = new List<FormMerge>();
        for (var from = 0; from < columns.Count;)
        {
            var to = from;
            while (to + 1 < columns.Count && columns[to + 1].Group == columns[from].Group)
                to++;
            if (to > from)
                merges.Add(new(AnswerSheet.GroupRow, columns[from].Number, columns[to].Number));
            from = to + 1;
        }

        List<FormRow> rows =
        [
            new(AnswerSheet.TitleRow, [.. columns.Select(c => new FormCell(c.Number, FormStyle.Title, c.Number == 1 ? $"{sheet.Instrument.Title.In(language)}  {sheet.Instrument.Reference}" : null))]),
            new(AnswerSheet.GroupRow, [.. columns.Select(c => new FormCell(c.Number, FormStyle.Heading, c.Group.In(language)))]) { Height = 30 },
            new(AnswerSheet.HeadingRow, [.. columns.Select(c => new FormCell(c.Number, FormStyle.Heading, c.Title.In(language)))]) { Height = 90 },
            new(AnswerSheet.KeyRow, [.. columns.Select(c => new FormCell(c.Number, FormStyle.Remark, c.Key))]) { Hidden = true },
        ];
        rows.AddRange(filled.Rows.Select(row => new FormRow(row.Number, [.. Entries(sheet, row, wrong)])));
        var comments = wrong.Where(w => SheetOf(w.Key) == sheet.Name).Select(w => (At: CellOf(w.Key), w.Value)).OrderBy(w => w.At)
            .Select(w => new FormComment(w.At.Column, w.At.Row, w.Value)).ToList();
        return new(sheet.Name, FormVisibility.Visible, [.. columns.Select(c => new FormColumn(c.Number, c.Number, WidthOf(c.Field), StyleOf(c.Field)))], rows)
        {
            Protected = true,
            Frozen = (AnswerSheet.KeyRow, 2),
            Merges = merges,
            Checks = [.. columns.Select(c => CheckOf(c, lists, language)).OfType<FormCheck>()],
            Comments = comments,
        };
    }

    /// <summary>What was filled in, and cells that lack something and are marked for it.</summary>
    private static IEnumerable<FormCell> Entries(AnswerSheet sheet, Row row, Dictionary<string, string> wrong)
    {
        var filled = row.Cells.ToDictionary(c => c.Column);
        foreach (var number in filled.Keys.Union(sheet.Columns.Select(c => c.Number)).Order())
        {
            var isWrong = wrong.ContainsKey($"{sheet.Name}!{Cell.Address(number, row.Number)}");
            var style = number <= sheet.Columns.Count ? StyleOf(sheet.Columns[number - 1].Field) : FormStyle.TextEntry;
            if (isWrong)
                style = style == FormStyle.TextEntry ? FormStyle.WrongTextEntry : FormStyle.WrongEntry;

            if (!filled.TryGetValue(number, out var cell))
            {
                if (isWrong)
                    yield return new(number, style, null);
            }
            else if (cell is { Kind: CellKind.Number, IsFormula: false, IsPercent: false } && style is FormStyle.Entry or FormStyle.WrongEntry && decimal.TryParse(cell.Text, CultureInfo.InvariantCulture, out var value))
            {
                yield return new(number, style, null, value);
            }
            else
            {
                yield return new(number, style, cell.Text);
            }
        }
    }

    private static FormStyle StyleOf(Field field) => field switch
    {
        Field.Enterprise or Field.EnterpriseName or Field.Note => FormStyle.TextEntry,
        Field.Purpose or Field.Pledge or Field.Option or Field.Number or Field.Mark or Field.ScenarioLevel or Field.Fact => FormStyle.Entry,
    };

    private static int WidthOf(Field field) => field switch
    {
        Field.Enterprise or Field.EnterpriseName or Field.Option => 22,
        Field.Purpose or Field.Pledge or Field.Number or Field.Mark or Field.ScenarioLevel => 12,
        Field.Fact or Field.Note => 16,
    };

    private static FormCheck? CheckOf(AnswerColumn column, ChoiceLists lists, string language)
    {
        var (rule, said) = column.Field switch
        {
            Field.Enterprise => ((FormRule?)new FormRule.Length(CreditCodes.Length, CreditCodes.Length), new Text("18 位统一社会信用代码", "the unified social credit code of 18 characters")),
            Field.Purpose or Field.Pledge or Field.Option => (new FormRule.OneOf(lists.NameOf(column)), new("请从列表中选择", "choose from the list")),
            Field.Mark => (new FormRule.OneOf(lists.NameOf(column)), new("选中填 √，不选留空", "√ where it is chosen, else empty")),
            Field.ScenarioLevel => (new FormRule.OneOf(lists.NameOf(column)), new($"0 至 {column.Maximum} 的等级，各级含义见“{WriteGuide.Name.Zh}”；不填为 0", $"a level from 0 to {column.Maximum}, see the sheet '{WriteGuide.Name.En}'; empty is 0")),
            Field.Number => (new FormRule.Number(0, column.Maximum), new("百分数，20 表示 20%；填了数就不选项", "in percent, 20 for 20%; a number or an option, not both")),
            Field.Fact when column.Whole => (new FormRule.Whole(0, column.Maximum), new("整数，可不填", "a whole number; may stay empty")),
            Field.Fact => (new FormRule.Number(0, column.Maximum), new("数，最多四位小数，可不填", "a number with at most four decimals; may stay empty")),
            Field.EnterpriseName or Field.Note => (null, new("", "")),
        };
        return rule is null ? null : new(
            column.Number, column.Number, AnswerSheet.FirstRow, AnswerSheet.LastRow, rule,
            column.For.Length > 0 ? column.For : column.Title.In(language), $"{column.Group.In(language)}: {said.In(language)}", said.In(language));
    }

    private static FormSheet Errors(IReadOnlyList<FaultDetail> findings, string language)
    {
        Text[] headings = [new("工作表", "Sheet"), new("单元格", "Cell"), new("错误", "What is wrong"), new("代码", "Code")];
        return new(
            ErrorSheet.In(language),
            FormVisibility.Visible,
            [new(1, 1, 20, FormStyle.Plain), new(2, 2, 10, FormStyle.Plain), new(3, 3, 90, FormStyle.Plain), new(4, 4, 34, FormStyle.Plain)],
            [
                new(1, [.. headings.Select((h, i) => new FormCell(i + 1, FormStyle.Heading, h.In(language)))]),
                .. findings.Select((f, i) => new FormRow(i + 2,
                [
                    new(1, FormStyle.Plain, SheetOf(f.Path)), new(2, FormStyle.Plain, f.Path[(f.Path.LastIndexOf('!') + 1)..]), new(3, FormStyle.Plain, f.Message.In(language)), new(4, FormStyle.Remark, f.Code),
                ])),
            ])
        {
            Protected = true,
            Frozen = (1, 0),
        };
    }

    private static FormSheet Version(string city, IReadOnlyList<FilledSheet> sheets) => new(
        VersionSheet,
        FormVisibility.VeryHidden,
        [],
        [
            Line(1, "workbook", AnswerWorkbook.Version),
            Line(2, "city", city),
            .. sheets.Select((s, i) => Line(3 + i, "sheet", s.Sheet.Name, s.Sheet.Instrument.Reference, s.Sheet.Instrument.Sha256)),
        ]);

    private static FormRow Line(int number, params string[] texts) => new(number, [.. texts.Select((t, i) => new FormCell(i + 1, FormStyle.Plain, t))]);

    internal static string SheetOf(string path) => path[..Math.Max(0, path.LastIndexOf('!'))];

    private static (int Row, int Column) CellOf(string path)
    {
        var address = path.AsSpan(path.LastIndexOf('!') + 1);
        var letters = address.IndexOfAnyInRange('0', '9');
        var column = 0;
        foreach (var letter in address[..letters])
            column = (column * 26) + (letter - 'A' + 1);
        return (int.Parse(address[letters..], NumberStyles.None, CultureInfo.InvariantCulture), column);
    }
}
