using PilotCity.Defaults;

namespace PilotCity.Registry.PilotLists;

/// <summary>Why a workbook that can be read is no pilot list.</summary>
internal static class PilotListFaults
{
    private const int NamedMax = 20;

    public static Fault WrongColumns(string sheet, int row, IReadOnlyList<string> missing, IReadOnlyList<string> unknown) => new(FaultKind.Invalid, "pilot_list.wrong_columns", new(
        $"工作表“{sheet}”第 {row} 行的列名不齐，缺少：{Join("、", missing)}。" + (unknown.Count > 0 ? $"不认识的列：{Join("、", unknown)}。" : "") + "请按模板补齐列名后重新上传。",
        $"The headings in row {row} of sheet “{sheet}” are not complete; missing: {Join(", ", missing)}. " + (unknown.Count > 0 ? $"Not known: {Join(", ", unknown)}. " : "") + "Complete them as in the template and send the file again."))
    {
        Details = missing.Select(heading => new FaultDetail($"{sheet}!{row}:{row}", "pilot_list.column_missing", new($"缺少列“{heading}”。", $"The column {heading} is missing."))).ToList(),
    };

    public static Fault ColumnTwice(string sheet, int row, string heading) => new(FaultKind.Invalid, "pilot_list.column_twice", new(
        $"工作表“{sheet}”第 {row} 行有两列都是“{heading}”，无法判断用哪一列。请删去一列。",
        $"Row {row} of sheet “{sheet}” has two columns that mean {heading}. Remove one of them."));

    public static Fault NoHeaderRow(IReadOnlyList<string> sheets) => new(FaultKind.Invalid, "pilot_list.no_header_row", new(
        $"没有找到试点企业名单的列名行（查看的工作表：{Join("、", sheets)}）。应有的列：{Join("、", Columns.Expected)}。",
        $"No row with the headings of a pilot list was found (sheets: {Join(", ", sheets)}). Expected: {Join(", ", Columns.Expected)}."));

    public static Fault Empty() => new(FaultKind.Invalid, "pilot_list.empty", new(
        "列名行下面没有企业。", "There is no enterprise below the headings."));

    public static Fault TooManyRows() => new(FaultKind.TooLarge, "pilot_list.too_many_rows", new(
        $"企业超过 {ReadPilotList.RowsMax} 行。请分成几个文件上传。", $"There are more than {ReadPilotList.RowsMax} enterprises. Send them in several files."));

    public static Fault HasErrors(PilotListReading reading) => new(FaultKind.Refused, "pilot_list.has_errors", new(
        $"名单有 {reading.Counts.Errors} 处错误，未导入任何企业（{reading.Counts.Rows} 行中 {reading.Counts.Importable} 行有效）。请改正后重新上传，或用 validRowsOnly=true 只导入有效行。",
        $"The list has {reading.Counts.Errors} errors and nothing was imported ({reading.Counts.Importable} of {reading.Counts.Rows} rows are valid). Correct it and send it again, or import the valid rows with validRowsOnly=true."))
    {
        Details = Places(reading),
    };

    public static Fault NoValidRow(PilotListReading reading) => new(FaultKind.Refused, "pilot_list.no_valid_row", new(
        "名单没有一行有效，未导入任何企业。", "Not one row of the list is valid; nothing was imported."))
    {
        Details = Places(reading),
    };

    public static Fault AlreadyImported(string id) => new(FaultKind.Conflict, "pilot_list.already_imported", new(
        $"这个文件已经导入过（名单 {id}）。", $"This file was imported before (list {id})."));

    public static Fault DayInFuture(DateOnly today) => new(FaultKind.Refused, "pilot_list.day_in_future", new(
        $"列入日不能晚于今天（{today:yyyy-MM-dd}）。", $"The day of the list cannot be after today, {today:yyyy-MM-dd}."));

    public static Fault CityUnknown(string city) => new(FaultKind.NotFound, "city.unknown", new(
        $"没有城市 {city} 的区县和细分行业数据。", $"There is no data of districts and sub-industries of the city {city}."));

    private static List<FaultDetail> Places(PilotListReading reading) => [.. reading.Findings.Select(finding => new FaultDetail(
        $"{finding.Sheet}!{finding.Cell}",
        finding.Kind,
        finding.Text is { } text ? new($"“{text}”：{finding.Why.Zh}", $"“{text}”: {finding.Why.En}") : finding.Why))];

    private static string Join(string separator, IReadOnlyList<string> names) =>
        string.Join(separator, names.Take(NamedMax)) + (names.Count > NamedMax ? " …" : "");
}
