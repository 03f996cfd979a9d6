namespace PilotCity.Defaults.Workbooks;

/// <summary>How much of a workbook is read at most; each bound holds before anything is unpacked.</summary>
public sealed record WorkbookLimits
{
    public static readonly WorkbookLimits Default = new();

    /// <summary>The file itself; 100,000 rows of a pilot list take about 8 MiB.</summary>
    public int FileBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>All parts together once unpacked; 100,000 rows of a pilot list take about 130 MiB.</summary>
    public long UnpackedBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>Unpacked to packed size of one part above 1 MiB; sheets reach 50, a zip bomb 1,000.</summary>
    public int PackingRatioMax { get; init; } = 200;

    /// <summary>Parts in the package; a workbook with 50 sheets and pictures has some hundred.</summary>
    public int PartsMax { get; init; } = 1_000;

    public int SheetsMax { get; init; } = 50;

    /// <summary>Characters of all shared texts together: they are the one thing held in memory.</summary>
    public int SharedCharsMax { get; init; } = 32 * 1024 * 1024;

    /// <summary>Characters of one cell; the spreadsheet programs' own limit.</summary>
    public int CellCharsMax { get; init; } = 32_767;
}

/// <summary>Why a file cannot be read as a workbook, and what to do about it.</summary>
public static class WorkbookFaults
{
    public static Fault NotAWorkbook(Text found) => new(FaultKind.Invalid, "workbook.not_a_workbook", new(
        $"这不是 .xlsx 工作簿（{found.Zh}）。请用电子表格软件另存为“Excel 工作簿 (*.xlsx)”后重新上传。",
        $"This is no .xlsx workbook ({found.En}). Save it from the spreadsheet program as “Excel workbook (*.xlsx)” and send it again."));

    public static Fault OldFormat() => new(FaultKind.Invalid, "workbook.old_format", new(
        "这是旧格式的工作簿（.xls 或 .xlsb），不能读取。请另存为“Excel 工作簿 (*.xlsx)”后重新上传。",
        "This is a workbook in an old or binary format (.xls, .xlsb). Save it as “Excel workbook (*.xlsx)” and send it again."));

    public static Fault Encrypted() => new(FaultKind.Invalid, "workbook.encrypted", new(
        "工作簿设有打开密码，不能读取。请取消密码后重新上传。",
        "The workbook is protected by a password. Remove the password and send it again."));

    public static Fault Truncated() => new(FaultKind.Invalid, "workbook.truncated", new(
        "文件不完整：工作簿的末尾缺失，可能上传或复制时中断。请重新复制或导出后上传。",
        "The file is incomplete: the end of the workbook is missing, as after an interrupted copy. Copy or export it again."));

    public static Fault Damaged(string place, Text reason) => new(FaultKind.Invalid, "workbook.damaged", new(
        $"工作簿已损坏：{place}，{reason.Zh}。请用电子表格软件打开并另存后重新上传。",
        $"The workbook is damaged: {place}, {reason.En}. Open it in a spreadsheet program, save it anew and send it again."));

    public static Fault TooLarge(Text what) => new(FaultKind.TooLarge, "workbook.too_large", new(
        $"工作簿过大：{what.Zh}。请删去多余的工作表、图片和空行，或分成几个文件上传。",
        $"The workbook is too large: {what.En}. Remove sheets, pictures and empty rows that are not needed, or send it in several files."));
}
