using System.Text.RegularExpressions;
using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;
using PilotCity.Registry.Cities;
using PilotCity.Registry.Enterprises;

namespace PilotCity.Registry.PilotLists;

/// <summary>A row below the headings that is no enterprise: notes, sums, signatures, headings printed again.</summary>
internal sealed record RowNotData(string Sheet, int Row, string Text);

/// <summary>How many rows a pilot list has and what became of them.</summary>
internal sealed record PilotListCounts(int Rows, int Importable, int Errors, int Warnings, IReadOnlyDictionary<Size, int> BySize);

/// <summary>
/// What a workbook says: the rows that can be imported and every finding. Only <see cref="ReadPilotList.FindingsMax"/>
/// findings are listed, all are counted.
/// </summary>
internal sealed record PilotListReading(
    IReadOnlyList<PilotListRow> Rows,
    IReadOnlyList<Finding> Findings,
    PilotListCounts Counts,
    IReadOnlyList<RowNotData> NotData,
    IReadOnlyList<string> ColumnsNotRead,
    IReadOnlyList<string> SheetsNotRead);

/// <summary>
/// Reads a pilot list workbook as cities fill it in: title lines above the headings, columns in any order, numbers and
/// days as text, notes below. Pure: the same bytes on the same day give the same reading.
/// </summary>
internal static partial class ReadPilotList
{
    /// <summary>Rows of one workbook; the largest pilots have 1,000 enterprises.</summary>
    public const int RowsMax = 100_000;

    /// <summary>Findings listed one by one; who has more corrects the template, not the cells.</summary>
    public const int FindingsMax = 1_000;

    /// <summary>Rows in which the headings are looked for.</summary>
    private const int HeaderRowsMax = 50;

    /// <summary>As many known headings make a row of headings; a line of contacts above the table has fewer.</summary>
    private const int HeadingsMin = 4;

    public static Result<PilotListReading> Read(byte[] file, City city, DateOnly asOf)
    {
        var opened = WorkbookReader.Open(file);
        if (opened.Fault is { } notReadable)
        {
            return notReadable;
        }

        using var workbook = opened.Value;
        var reading = new Reading(city, asOf);
        foreach (var sheet in workbook.Sheets)
        {
            if ((sheet.Hidden ? reading.Skip(sheet) : reading.Read(workbook, sheet)) is { } fault)
            {
                return fault;
            }
        }

        return reading.Done();
    }

    private sealed class Reading(City city, DateOnly asOf)
    {
        private readonly ReadRow readRow = new(city, asOf);
        private readonly List<PilotListRow> rows = [];
        private readonly List<Finding> findings = [];
        private readonly List<RowNotData> notData = [];
        private readonly List<string> columnsNotRead = [];
        private readonly List<string> sheetsNotRead = [];
        private readonly Dictionary<Size, int> bySize = Enum.GetValues<Size>().ToDictionary(size => size, _ => 0);
        private int rowCount;
        private int errorCount;
        private int warningCount;
        private bool anyTable;
        private Fault? wrongColumns;

        public Fault? Skip(Sheet sheet)
        {
            sheetsNotRead.Add(sheet.Name);
            return null;
        }

        public Fault? Read(WorkbookReader workbook, Sheet sheet)
        {
            Columns? columns = null;
            Columns? nearest = null;
            Row? above = null;
            decimal? unit = null;
            Fault? fault = null;
            var seen = 0;
            var unreadable = workbook.ReadRows(sheet, row =>
            {
                if (columns is not null)
                {
                    fault = Take(sheet, columns, row);
                    return fault is null;
                }

                var candidate = Columns.Of(row, above);
                unit ??= Columns.UnitNamedIn(row);
                above = row;
                nearest = nearest is null || candidate.Known > nearest.Known ? candidate : nearest;
                if (candidate.Missing.Count == 0)
                {
                    columns = candidate;
                    columnsNotRead.AddRange(candidate.Unknown.Take(50));
                    readRow.Begin(sheet.Name, candidate, unit);
                    fault = candidate.Twice is { } twice ? PilotListFaults.ColumnTwice(sheet.Name, candidate.HeaderRow, Columns.Expected[(int)twice]) : null;
                }

                return fault is null && (columns is not null || ++seen < HeaderRowsMax);
            });
            if ((unreadable ?? fault) is { } stop)
            {
                return stop;
            }

            if (columns is not null)
            {
                anyTable = true;
            }
            else if (nearest is not null && nearest.Known >= HeadingsMin)
            {
                wrongColumns ??= PilotListFaults.WrongColumns(sheet.Name, nearest.HeaderRow, nearest.Missing, nearest.Unknown);
            }
            else
            {
                sheetsNotRead.Add(sheet.Name);
            }

            return null;
        }

        public Result<PilotListReading> Done()
        {
            if (wrongColumns is not null)
            {
                return wrongColumns;
            }

            if (!anyTable)
            {
                return PilotListFaults.NoHeaderRow(sheetsNotRead);
            }

            if (rowCount == 0)
            {
                return PilotListFaults.Empty();
            }

            return new PilotListReading(rows, findings, new(rowCount, rows.Count, errorCount, warningCount, bySize), notData, columnsNotRead, sheetsNotRead);
        }

        private Fault? Take(Sheet sheet, Columns columns, Row row)
        {
            if (!IsEnterprise(row, columns))
            {
                if (notData.Count < FindingsMax)
                {
                    var text = TypedText.Name(row.Cells[0].Text);
                    notData.Add(new(sheet.Name, row.Number, text.Length > 50 ? text[..50] + "…" : text));
                }

                return null;
            }

            if (++rowCount > RowsMax)
            {
                return PilotListFaults.TooManyRows();
            }

            var (taken, found) = readRow.Read(row);
            foreach (var finding in found)
            {
                errorCount += finding.Severity == Severity.Error ? 1 : 0;
                warningCount += finding.Severity == Severity.Warning ? 1 : 0;
                if (findings.Count < FindingsMax)
                {
                    findings.Add(finding);
                }
            }

            if (taken is not null)
            {
                rows.Add(taken);
                if (taken.Size is { } size)
                {
                    bySize[size]++;
                }
            }

            return null;
        }
    }

    /// <summary>Whether a row below the headings speaks of an enterprise. In doubt it does: then its gaps are reported and nothing is passed over in silence.</summary>
    private static bool IsEnterprise(Row row, Columns columns)
    {
        if (Columns.Of(row, null).Known >= HeadingsMin)
        {
            return false;
        }

        if (row.At(columns.Of(Field.Uscc)).Kind != CellKind.Blank)
        {
            return true;
        }

        var filled = row.Cells.Where(cell => Enum.GetValues<Field>().Any(field => field != Field.No && columns.Has(field) && columns.Of(field) == cell.Column)).ToList();
        if (filled.Count == 0)
        {
            return false;
        }

        var texts = row.Cells.Where(cell => cell.Kind == CellKind.Text).Select(cell => TypedText.Compact(cell.Text)).ToList();
        return !texts.Exists(text => NoteOrSum().IsMatch(text)) && !(filled.Count == 1 && texts.Exists(text => Sentence().IsMatch(text)));
    }

    [GeneratedRegex(@"^(?:合计|总计|小计|共计|本页小计|本页合计)[:：]?$|^(?:注[0-9]*|备注|附注|注释|说明|填报说明|填表说明|填报单位|填报时间|填报日期|填表日期|填报人|填表人|制表人|经办人|审核人|复核人|负责人|单位负责人|分管领导|联系人|联系电话|日期|盖章|签字)[:.、(]")]
    private static partial Regex NoteOrSum();

    [GeneratedRegex("[。;:]")]
    private static partial Regex Sentence();
}
