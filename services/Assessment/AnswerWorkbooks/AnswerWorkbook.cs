using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>
/// A workbook of answers that was imported, by the beginning of its file's SHA-256: the trail says which file many assessments come from, and
/// the same file makes them once.
/// </summary>
internal sealed record AnswerWorkbook(AnswersImported? Imported, string Organisation, DateTimeOffset At)
{
    private static readonly AnswerWorkbook Initial = new(null, "", default);

    public static readonly Noun<AnswerWorkbook> Noun = new("answer-workbook", Initial, (_, happened, meta) => Apply(happened, meta), typeof(AnswersImported));

    /// <summary>The workbook's own version: another one means other columns or another place of them.</summary>
    public const string Version = "1";

    /// <summary>A thousand rows of the largest questionnaire take about 1 MB, saved by any program.</summary>
    public static readonly WorkbookLimits Limits = new()
    {
        FileBytesMax = 8 * 1024 * 1024,
        UnpackedBytesMax = 64L * 1024 * 1024,
        SharedCharsMax = 4 * 1024 * 1024,
        PartsMax = 200,
        SheetsMax = 20,
    };

    private static AnswerWorkbook Apply(object happened, EventMeta meta) => happened switch
    {
        AnswersImported e => new(e, meta.Actor.Org, meta.At),
        _ => throw new ArgumentException($"a workbook of answers knows no {happened.GetType().Name}", nameof(happened)),
    };
}

/// <summary>A workbook became assessments, all of them at once: its file, the instruments of its sheets, how many, and of how many enterprises.</summary>
internal sealed record AnswersImported(string Sha256, int SizeBytes, IReadOnlyList<string> Instruments, int Assessments, int Enterprises);

/// <summary>Why a file is not taken as a workbook of answers; what is wrong with single cells is in the details, as <c>sheet!A1</c>.</summary>
internal static class AnswerWorkbookFaults
{
    public const string HasErrorsCode = "answer_workbook.has_errors";

    private const int ShownCharsMax = 80;

    public static readonly Fault NotOurs = new(FaultKind.Invalid, "answer_workbook.not_ours", new(
        "这不是本系统生成的答卷工作簿（缺少隐藏的版本信息）。请先下载答卷工作簿，填写后原样上传。",
        "This is no workbook of answers that the system made: its hidden sheet with the version is missing. Download one, fill it in and send it as it is."));

    public static readonly Fault Empty = new(FaultKind.Invalid, "answer_workbook.empty", new("工作簿中没有填写任何企业。", "No enterprise is filled in."));

    public static Fault OtherVersion(string found) => new(FaultKind.Refused, "answer_workbook.other_version", new(
        $"工作簿的格式版本是“{Shown(found)}”，现在是 {AnswerWorkbook.Version}。请重新下载工作簿。",
        $"The workbook's own version is '{Shown(found)}', now it is {AnswerWorkbook.Version}. Download it again."));

    public static Fault OtherCity(string found, string city) => new(FaultKind.Refused, "answer_workbook.other_city", new(
        $"工作簿属于城市 {Shown(found)}，不能在城市 {city} 导入。请使用本市下载的工作簿。",
        $"The workbook belongs to the city {Shown(found)} and cannot be imported in {city}. Use one that was downloaded here."));

    public static Fault OtherInstrument(string sheet, string found) => new(FaultKind.Refused, "answer_workbook.other_instrument", new(
        $"工作表“{Shown(sheet)}”按评测工具 {Shown(found)} 制作，本市没有这一版本，或其内容已不同。请重新下载工作簿。",
        $"The sheet '{Shown(sheet)}' was made for the instrument {Shown(found)}; this city has no such version, or not with that content. Download the workbook again."));

    public static Fault Structure(string place, Text why) => new(FaultKind.Invalid, "answer_workbook.structure", new(
        $"工作簿的结构被改动：{Shown(place)}，{why.Zh}。请重新下载工作簿，只填写可编辑的单元格。",
        $"The workbook's structure was changed: {Shown(place)}, {why.En}. Download it again and fill in nothing but the open cells."))
    {
        Details = [new(place, "answer_workbook.structure", why)],
    };

    public static Fault ActiveContent(string part) => new(FaultKind.Refused, "answer_workbook.active_content", new(
        $"工作簿含有宏、外部链接或嵌入对象（{Shown(part)}），不予接收。请删除后另存为 .xlsx。",
        $"The workbook holds macros, external links or embedded objects ({Shown(part)}), which are not taken. Remove them and save it as .xlsx."));

    public static Fault TooWide(string instrument) => new(FaultKind.Refused, "answer_workbook.too_wide", new(
        $"评测工具 {instrument} 需要超过 {AnswerSheet.ColumnsMax} 列，不能制成工作簿。请逐份提交答卷。",
        $"The instrument {instrument} needs more than {AnswerSheet.ColumnsMax} columns and makes no workbook. Send its answers one by one."));

    public static Fault TooManyRows(int rows) => new(FaultKind.TooLarge, "answer_workbook.too_many_rows", new(
        $"填写了超过 {AnswerSheet.RowsMax} 行（至少 {rows} 行）。请分成几个工作簿。",
        $"More than {AnswerSheet.RowsMax} rows are filled in (at least {rows}). Send them in several workbooks."));

    public static Fault AlreadyImported(string id) => new(FaultKind.Conflict, "answer_workbook.already_imported", new(
        $"这个文件已经导入过（{id}），没有重复生成测评。", $"This file was imported before ({id}); nothing was made again."));

    /// <param name="count">All that was found; the details name the first <see cref="ReadWorkbook.FindingsMax"/>.</param>
    public static Fault HasErrors(IReadOnlyList<FaultDetail> findings, int count) => new(FaultKind.Refused, "answer_workbook.has_errors", new(
        $"工作簿有 {count} 处错误，未导入任何企业：{findings[0].Path} {findings[0].Message.Zh}。请改正后重新上传；以 Accept 请求 xlsx 可得到标注了错误的工作簿。",
        $"The workbook has {count} errors and nothing was imported: {findings[0].Path} {findings[0].Message.En}. Correct it and send it again; asked for xlsx by Accept, the answer is the workbook with its errors marked."))
    {
        Details = findings,
    };

    private static string Shown(string text) => text.Length <= ShownCharsMax ? text : string.Concat(text.AsSpan(0, ShownCharsMax), "…");
}
