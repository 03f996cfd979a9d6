using System.Globalization;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>One enterprise of a workbook; its purpose is absent where its cell could not be read.</summary>
internal sealed record AnswerRow(AnswerSheet Sheet, int Number, string Enterprise, Purpose? Purpose, bool Pledge, Answers Answers, IReadOnlyList<Note> Notes)
{
    /// <summary>The cell that a path of a fault is about, as <c>sheet!A1</c>.</summary>
    public string CellAt(string path) => path.StartsWith("/notes/", StringComparison.Ordinal) && int.TryParse(path.Split('/')[2], NumberStyles.None, CultureInfo.InvariantCulture, out var i) && i < Notes.Count
        ? Place(Sheet.Columns.First(c => c.Field == Field.Note && c.For == Notes[i].For))
        : Place(Sheet.ColumnAt(path, Answers));

    private string Place(AnswerColumn column) => $"{Sheet.Name}!{Cell.Address(column.Number, Number)}";
}

/// <summary>What stands in a workbook of answers, and what is wrong with its cells: the first <see cref="ReadWorkbook.FindingsMax"/> of all.</summary>
internal sealed record WorkbookReading(IReadOnlyList<FilledSheet> Sheets, IReadOnlyList<AnswerRow> Rows, IReadOnlyList<FaultDetail> Findings, int FindingCount);

/// <summary>
/// Reads a workbook that <see cref="MakeWorkbook"/> made and somebody filled in. A file from outside is hostile until read: what it says it was made
/// for is compared with what this city would make now, cell by cell of its headings, and only then its rows are read. Faults:
/// those of <see cref="AnswerWorkbookFaults"/> and of the workbook.
/// </summary>
internal static class ReadWorkbook
{
    /// <summary>Findings listed one by one; who has more made the same mistake all over.</summary>
    public const int FindingsMax = 1_000;

    /// <summary>Lines of the hidden sheet that are looked at.</summary>
    private const int VersionLinesMax = 2 + MakeWorkbook.SheetsMax;

    /// <summary>Parts that do something, or bring something from elsewhere.</summary>
    private static readonly string[] ActiveParts =
        ["vbaproject", "vbadata", "macrosheets/", "dialogsheets/", "chartsheets/", "externallinks/", "activex/", "embeddings/", "ctrlprops/", "connections.xml", "querytables/", "customui", "webextensions/", "/model/"];

    public static async Task<Result<WorkbookReading>> Read(byte[] file, string city, Func<string, Task<Result<Instrument>>> find)
    {
        var opened = WorkbookReader.Open(file, AnswerWorkbook.Limits);
        if (!opened.Ok)
            return opened.Fault;

        using var workbook = opened.Value;
        if (workbook.Parts.FirstOrDefault(part => Array.Exists(ActiveParts, active => part.Contains(active, StringComparison.OrdinalIgnoreCase))) is { } active)
            return AnswerWorkbookFaults.ActiveContent(active);

        var sheets = await MadeFor(workbook, city, find);
        if (!sheets.Ok)
            return sheets.Fault;

        var cells = new ReadCells();
        foreach (var (sheet, found) in sheets.Value)
        {
            if (cells.Read(workbook, sheet, found) is { } fault)
                return fault;
        }

        return cells.Rows.Count > 0 ? new WorkbookReading(cells.Sheets, cells.Rows, cells.Findings.Listed, cells.Findings.Count) : AnswerWorkbookFaults.Empty;
    }

    /// <summary>What the hidden sheet says, checked: the sheets with answers and the instruments that they were made for.</summary>
    private static async Task<Result<List<(AnswerSheet Answers, Sheet Found)>>> MadeFor(WorkbookReader workbook, string city, Func<string, Task<Result<Instrument>>> find)
    {
        if (workbook.Sheets.FirstOrDefault(s => s.Name == ComposeWorkbook.VersionSheet) is not { } version)
            return AnswerWorkbookFaults.NotOurs;

        var lines = new List<string[]>();
        var unreadable = workbook.ReadRows(version, row =>
        {
            lines.Add([.. Enumerable.Range(1, 4).Select(column => row.At(column) is { IsFormula: false } cell ? cell.Text : "")]);
            return lines.Count <= VersionLinesMax;
        });
        if (unreadable is not null)
            return unreadable;
        if (lines.Count is < 3 or > VersionLinesMax || lines[0][0] != "workbook" || lines[1][0] != "city" || lines.Skip(2).Any(l => l[0] != "sheet"))
            return AnswerWorkbookFaults.NotOurs;
        if (lines[0][1] != AnswerWorkbook.Version)
            return AnswerWorkbookFaults.OtherVersion(lines[0][1]);
        if (lines[1][1] != city)
            return AnswerWorkbookFaults.OtherCity(lines[1][1], city);

        var sheets = new List<(AnswerSheet Answers, Sheet Found)>();
        foreach (var line in lines.Skip(2))
        {
            var (name, reference, sha256) = (line[1], line[2], line[3]);
            var instrument = await find(reference);
            if (!instrument.Ok || instrument.Value.Reference != reference || instrument.Value.Sha256 != sha256)
                return AnswerWorkbookFaults.OtherInstrument(name, reference);
            if (instrument.Value.Status == InstrumentStatus.Incomplete)
                return InstrumentFaults.Incomplete(instrument.Value);

            var answers = new AnswerSheet(instrument.Value);
            if (answers.Columns.Count > AnswerSheet.ColumnsMax)
                return AnswerWorkbookFaults.TooWide(reference);
            if (answers.Name != name || sheets.Exists(s => s.Answers.Name == name) || workbook.Sheets.Count(s => s.Name == name) != 1)
                return AnswerWorkbookFaults.Structure(name, new("工作表缺失或重名", "the sheet is missing or there twice"));
            sheets.Add((answers, workbook.Sheets.First(s => s.Name == name)));
        }

        string[] known = [ComposeWorkbook.VersionSheet, ChoiceLists.SheetName, WriteGuide.Name.Zh, WriteGuide.Name.En, ComposeWorkbook.ErrorSheet.Zh, ComposeWorkbook.ErrorSheet.En, .. sheets.Select(s => s.Answers.Name)];
        return workbook.Sheets.FirstOrDefault(s => !known.Contains(s.Name)) is { } stranger ? AnswerWorkbookFaults.Structure(stranger.Name, new("多出一张工作表", "this sheet was added"))
            : sheets.Find(s => s.Found.Hidden).Answers is { } hidden ? AnswerWorkbookFaults.Structure(hidden.Name, new("答卷工作表被隐藏", "the sheet with the answers is hidden"))
            : sheets;
    }
}
