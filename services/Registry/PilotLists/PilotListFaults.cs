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

    private static string Join(string separator, IReadOnlyList<string> names) =>
        string.Join(separator, names.Take(NamedMax)) + (names.Count > NamedMax ? " …" : "");
}
