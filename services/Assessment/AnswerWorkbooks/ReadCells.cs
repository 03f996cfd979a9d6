using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>What is wrong with cells: the first are listed, all are counted.</summary>
internal sealed class CellFindings
{
    private readonly List<FaultDetail> listed = [];
    private readonly HashSet<string> unreadable = new(StringComparer.Ordinal);

    public CellFindings()
    {
    }

    /// <summary>Goes on from what was found when the cells were read.</summary>
    public CellFindings(WorkbookReading reading)
    {
        listed.AddRange(reading.Findings);
        Count = reading.FindingCount;
        unreadable.UnionWith(listed.Select(f => f.Path));
    }

    public IReadOnlyList<FaultDetail> Listed => listed;

    public int Count { get; private set; }

    public void Add(FaultDetail finding)
    {
        Count++;
        if (listed.Count < ReadWorkbook.FindingsMax)
            listed.Add(finding);
    }

    /// <summary>Why a row makes no assessment, by cell; a cell that could not be read is not also called empty.</summary>
    public void Add(AnswerRow row, Fault fault)
    {
        IReadOnlyList<FaultDetail> details = fault.Details.Count > 0 ? fault.Details : [new("/enterprise", fault.Code, fault.Message)];
        foreach (var detail in details)
        {
            var cell = row.CellAt(detail.Path);
            if (!unreadable.Contains(cell))
                Add(detail with { Path = cell });
        }
    }
}

/// <summary>Reads the sheets of a workbook of answers: headings as they were made, then a row per enterprise, each cell as its column asks for it.</summary>
internal sealed class ReadCells
{
    /// <summary>Columns beside the table whose cells a marked copy shows again; the format has room for 16,384, and they are held in memory.</summary>
    private const int OutsideKeptMax = 20;

    private readonly List<FilledSheet> sheets = [];
    private readonly List<AnswerRow> rows = [];
    private AnswerSheet sheet = null!;

    public IReadOnlyList<FilledSheet> Sheets => sheets;

    public IReadOnlyList<AnswerRow> Rows => rows;

    public CellFindings Findings { get; } = new();

    public Fault? Read(WorkbookReader workbook, AnswerSheet answers, Sheet found)
    {
        sheet = answers;
        var hidden = workbook.HiddenColumns(found);
        if (!hidden.Ok)
            return hidden.Fault;
        foreach (var column in answers.Columns.Where(c => hidden.Value.Any(h => c.Number >= h.From && c.Number <= h.To)))
            Add(column.Number, AnswerSheet.HeadingRow, "hidden", "这一列被隐藏；请取消隐藏", "this column is hidden; show it");

        var filled = new List<Row>();
        var seen = new Dictionary<(string Enterprise, Purpose? Purpose), int>();
        var headings = 0;
        Fault? fault = null;
        var unreadable = workbook.ReadRows(found, row =>
        {
            if (row.Number < AnswerSheet.FirstRow)
            {
                headings++;
                fault = CheckHeadings(row);
            }
            else if (headings < AnswerSheet.KeyRow)
            {
                fault = AnswerWorkbookFaults.Structure(sheet.Name, new("表头行缺失", "rows of the headings are missing"));
            }
            else if (rows.Count == AnswerSheet.RowsMax)
            {
                fault = AnswerWorkbookFaults.TooManyRows(rows.Count + 1);
            }
            else
            {
                rows.Add(ReadRow(row, seen));
                filled.Add(row with { Cells = [.. row.Cells.TakeWhile(c => c.Column <= sheet.Columns.Count + OutsideKeptMax)] });
            }

            return fault is null;
        });
        sheets.Add(new(answers, filled));
        return unreadable ?? fault ?? (headings < AnswerSheet.KeyRow ? AnswerWorkbookFaults.Structure(sheet.Name, new("表头行缺失", "rows of the headings are missing")) : null);
    }

    /// <summary>Headings say to a person what a cell means, keys to us: both must be those of the instrument, or answers would be read under another question.</summary>
    private Fault? CheckHeadings(Row row)
    {
        if (row.Number == AnswerSheet.TitleRow)
            return null;

        foreach (var column in sheet.Columns)
        {
            var cell = row.At(column.Number);
            var text = TypedText.Compact(cell.Text);
            var holds = !cell.IsFormula && row.Number switch
            {
                AnswerSheet.KeyRow => cell.Text == column.Key,
                AnswerSheet.HeadingRow => Says(text, column.Title),
                // Cells shown as one keep the text of the first only.
                _ => text.Length == 0 || Says(text, column.Group),
            };
            if (!holds)
                return AnswerWorkbookFaults.Structure($"{sheet.Name}!{Cell.Address(column.Number, row.Number)}", new("表头不是原来的内容，列可能被移动、插入或删除", "the heading is not the one that was made: a column was moved, inserted or deleted"));
        }

        return row.Cells.FirstOrDefault(c => c.Column > sheet.Columns.Count) is { Column: > 0 } further
            ? AnswerWorkbookFaults.Structure($"{sheet.Name}!{Cell.Address(further.Column, row.Number)}", new("多出一列", "a column was added"))
            : null;
    }

    private AnswerRow ReadRow(Row row, Dictionary<(string Enterprise, Purpose? Purpose), int> seen)
    {
        if (row.Hidden)
            Add(1, row.Number, "hidden", "这一行被隐藏；请取消隐藏或删除", "this row is hidden; show it or delete it");
        foreach (var further in row.Cells.Where(c => c.Column > sheet.Columns.Count))
            Add(further.Column, row.Number, "outside", "表格之外不能有内容", "nothing may stand outside the table");

        var (enterprise, purpose, pledge) = ("", (Purpose?)null, false);
        var items = new Dictionary<string, Answer>(StringComparer.Ordinal);
        var scenarios = new Dictionary<string, int>(StringComparer.Ordinal);
        var facts = new Dictionary<string, decimal>(StringComparer.Ordinal);
        var notes = new List<Note>();
        var cells = row.Cells.Where(c => c.Column <= sheet.Columns.Count).ToDictionary(c => c.Column);
        foreach (var column in sheet.Columns)
        {
            if (!cells.TryGetValue(column.Number, out var cell))
            {
                if (column.Field is Field.Enterprise)
                    Add(column.Number, row.Number, "no_enterprise", "缺少统一社会信用代码", "the unified social credit code is missing");
                else if (column.Field is Field.Purpose)
                    Add(column.Number, row.Number, "no_purpose", "缺少测评用途", "the purpose is missing");
                continue;
            }

            if (!IsTyped(cell, row.Number))
                continue;

            switch (column.Field)
            {
                case Field.Enterprise:
                    enterprise = Code(column, cell, row.Number);
                    break;
                case Field.EnterpriseName:
                    break;
                case Field.Purpose when Chosen(column, cell, row.Number) is { } id:
                    purpose = Enum.GetValues<Purpose>().First(p => AnswerSheet.WordOf(p) == id);
                    break;
                case Field.Pledge when Chosen(column, cell, row.Number) is { } id:
                    pledge = id == "yes";
                    break;
                case Field.Option when Chosen(column, cell, row.Number) is { } id:
                    items[column.For] = new([id]);
                    break;
                case Field.Mark when IsMarked(column, cell, row.Number):
                    items[column.For] = new([.. items.GetValueOrDefault(column.For)?.Options ?? [], column.Option!]);
                    break;
                case Field.Number when Number(column, cell, row.Number, percent: true) is { } number:
                    if (!items.TryAdd(column.For, new([], number)))
                        Add(column.Number, row.Number, "twice", "选项和百分数只能填一个", "an option or a number, not both");
                    break;
                case Field.ScenarioLevel when Number(column, cell, row.Number, percent: false) is { } level:
                    if (level == decimal.Truncate(level) && level is >= 0 and <= int.MaxValue)
                        scenarios[column.For] = (int)level;
                    else
                        Add(column.Number, row.Number, "level", $"等级应为 0 至 {column.Maximum} 的整数", $"a level is a whole number from 0 to {column.Maximum}");
                    break;
                case Field.Fact when Number(column, cell, row.Number, percent: sheet.Instrument.FactsById[column.For].Kind == Instruments.FactKind.Percent) is { } figure:
                    facts[column.For] = figure;
                    break;
                case Field.Note when PlainText.Refusal(cell.Text) is { } refusal:
                    Findings.Add(new(Place(column.Number, row.Number), "answer_workbook.text", refusal));
                    break;
                case Field.Note:
                    notes.Add(new(column.For, cell.Text));
                    break;
                case Field.Purpose or Field.Pledge or Field.Option or Field.Mark or Field.Number or Field.ScenarioLevel or Field.Fact:
                    break;
            }
        }

        if (enterprise.Length > 0 && !seen.TryAdd((enterprise, purpose), row.Number))
            Add(1, row.Number, "enterprise_twice", $"与第 {seen[(enterprise, purpose)]} 行是同一企业、同一用途", $"is the enterprise and purpose of row {seen[(enterprise, purpose)]} again");
        return new(sheet, row.Number, enterprise, purpose, pledge, new(items, scenarios, facts), notes);
    }

    /// <summary>Whether the cell holds what a person typed, and not what a formula or a format made of it.</summary>
    private bool IsTyped(Cell cell, int row)
    {
        if (cell.IsFormula)
            Add(cell.Column, row, "formula", "是公式；请改为数值（选择性粘贴—数值）", "is a formula; paste its value");
        else if (cell.Kind == CellKind.Error)
            Add(cell.Column, row, "error_value", $"是错误值 {cell.Text}；请重新填写", $"is the error value {cell.Text}; fill it in again");
        else if (cell.Kind == CellKind.Day)
            Add(cell.Column, row, "date", $"被电子表格变成了日期 {cell.Text}；请重新填写", $"was turned into the date {cell.Text} by the spreadsheet; fill it in again");
        else
            return true;
        return false;
    }

    private string Code(AnswerColumn column, Cell cell, int row)
    {
        if (cell.Kind == CellKind.Text && TypedText.Compact(cell.Text).ToUpperInvariant() is { Length: > 0 and <= 64 } code)
            return code;

        Add(column.Number, row, "enterprise", "应为文本格式的 18 位统一社会信用代码；作为数字会丢失位数", "must be the credit code of 18 characters as text; as a number it loses digits");
        return "";
    }

    private string? Chosen(AnswerColumn column, Cell cell, int row)
    {
        var text = TypedText.Compact(cell.Text);
        if (column.Choices.FirstOrDefault(c => c.Id == text || Says(text, c.Shown)) is { } choice)
            return choice.Id;

        Add(column.Number, row, "choice", $"“{Shown(cell.Text)}”不在列表中，请从列表中选择", $"'{Shown(cell.Text)}' is not in the list; choose from it");
        return null;
    }

    private bool IsMarked(AnswerColumn column, Cell cell, int row)
    {
        switch (TypedText.Compact(cell.Text).ToUpperInvariant())
        {
            case "√" or "✓" or "✔" or "1" or "是" or "YES" or "TRUE":
                return true;
            case "0" or "否" or "NO" or "FALSE":
                return false;
            default:
                Add(column.Number, row, "mark", $"“{Shown(cell.Text)}”无法识别：选中填 √，不选留空", $"'{Shown(cell.Text)}' is not understood: √ where the option is chosen, else empty");
                return false;
        }
    }

    /// <summary>A number; one that the spreadsheet shows as 20% is 20 where percent are asked for.</summary>
    private decimal? Number(AnswerColumn column, Cell cell, int row, bool percent)
    {
        decimal number = 0;
        if (cell.Kind is CellKind.Number or CellKind.Text && (percent || !cell.IsPercent)
            && (cell.Kind == CellKind.Number ? decimal.TryParse(cell.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) : TypedText.TryNumber(cell.Text, out number)))
        {
            return cell.IsPercent ? number * 100m : number;
        }

        Add(column.Number, row, "number", $"“{Shown(cell.Text)}”不是数字；只填数字，不带单位和百分号", $"'{Shown(cell.Text)}' is no number; digits only, without unit or percent sign");
        return null;
    }

    private static bool Says(string compact, Text text) => compact == TypedText.Compact(text.Zh) || compact == TypedText.Compact(text.En);

    private static string Shown(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");

    private string Place(int column, int row) => $"{sheet.Name}!{Cell.Address(column, row)}";

    private void Add(int column, int row, string reason, string zh, string en) => Findings.Add(new(Place(column, row), $"answer_workbook.{reason}", new(zh, en)));
}
