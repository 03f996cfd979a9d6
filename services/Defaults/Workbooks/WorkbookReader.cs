using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml;

namespace PilotCity.Defaults.Workbooks;

/// <summary>
/// Reads the cells of an XLSX workbook row by row (ECMA-376), in memory that does not grow with the rows.
/// A file from outside is hostile until read: sizes are bounded before anything is unpacked, DTDs and external
/// references are refused, checksums are compared, and what cannot be read is a fault with place and reason,
/// never an exception. Formulas are never calculated.
/// </summary>
public sealed class WorkbookReader : IDisposable
{
    private const int RowsMax = 1_048_576;
    private const int ColumnsMax = 16_384;

    /// <summary>Cell formats of a workbook; the spreadsheet programs' own limit.</summary>
    private const int FormatsMax = 65_490;
    private static readonly byte[] ZipMagic = "PK\u0003\u0004"u8.ToArray();
    private static readonly byte[] CompoundFileMagic = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    private readonly ZipArchive zip;
    private readonly WorkbookLimits limits;
    private readonly UnpackingBudget budget;
    private readonly Dictionary<string, ZipArchiveEntry> parts = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> sharedTexts = [];
    private readonly List<Shown> styles = [];
    private readonly List<Sheet> sheets = [];
    private bool from1904;
    private string reading = "";
    private bool handingOver;

    private WorkbookReader(ZipArchive zip, WorkbookLimits limits)
    {
        this.zip = zip;
        this.limits = limits;
        budget = new(limits.UnpackedBytesMax);
    }

    /// <summary>The sheets with cells, in the order of their tabs.</summary>
    public IReadOnlyList<Sheet> Sheets => sheets;

    /// <summary>The names of all parts of the package, for whoever refuses some kinds of them.</summary>
    public IReadOnlyCollection<string> Parts => parts.Keys;

    /// <summary>Opens a workbook and reads everything but its rows.</summary>
    public static Result<WorkbookReader> Open(byte[] file, WorkbookLimits? limits = null)
    {
        limits ??= WorkbookLimits.Default;
        if (file.Length > limits.FileBytesMax)
        {
            return WorkbookFaults.TooLarge(new($"文件超过 {limits.FileBytesMax / 1024 / 1024} MiB", $"the file is larger than {limits.FileBytesMax / 1024 / 1024} MiB"));
        }

        if (!file.AsSpan().StartsWith(ZipMagic))
        {
            return NoPackage(file);
        }

        ZipArchive zip;
        try
        {
            zip = new ZipArchive(new MemoryStream(file, writable: false), ZipArchiveMode.Read);
            _ = zip.Entries.Count;
        }
        catch (Exception e) when (IsAboutTheFile(e))
        {
            return WorkbookFaults.Truncated();
        }

        var workbook = new WorkbookReader(zip, limits);
        var fault = workbook.Guard(workbook.CheckPackage) ?? workbook.Guard(workbook.ReadContents);
        if (fault is not null)
        {
            workbook.Dispose();
            return fault;
        }

        return workbook;
    }

    /// <summary>Hands over every row with a cell that is not blank, from top to bottom, until <paramref name="take"/> says false.</summary>
    public Fault? ReadRows(Sheet sheet, Func<Row, bool> take) => Guard(() => ReadRowsOf(sheet, take));

    /// <summary>The columns (1 = A) that the spreadsheet shows to nobody, as ranges from first to last.</summary>
    public Result<IReadOnlyList<(int From, int To)>> HiddenColumns(Sheet sheet)
    {
        var hidden = new List<(int From, int To)>();
        var fault = Guard(() => ReadHiddenColumns(sheet, hidden));
        return fault is null ? hidden : fault;
    }

    public void Dispose() => zip.Dispose();

    private static Fault NoPackage(byte[] file)
    {
        if (file.AsSpan().StartsWith(CompoundFileMagic))
        {
            // A workbook with a password is an OLE compound file with a stream of this name (MS-OFFCRYPTO 2.3).
            return file.AsSpan().IndexOf(Encoding.Unicode.GetBytes("EncryptedPackage")) >= 0 ? WorkbookFaults.Encrypted() : WorkbookFaults.OldFormat();
        }

        return WorkbookFaults.NotAWorkbook(file.Length == 0 ? new("文件是空的", "the file is empty") : new("内容不是工作簿格式", "its content is something else"));
    }

    private static bool IsAboutTheFile(Exception e) =>
        e is InvalidDataException or XmlException or IOException or ArgumentException or NotSupportedException or OverflowException or FormatException;

    /// <summary>The one place where what the framework throws about a bad file becomes a fault.</summary>
    private Fault? Guard(Func<Fault?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (!handingOver && IsAboutTheFile(e))
        {
            if (budget.Exceeded)
            {
                return TooMuchUnpacked();
            }

            return WorkbookFaults.Damaged(reading, e is XmlException xml
                ? new($"第 {xml.LineNumber} 行不是合规的 XML，或含有不允许的 DTD", $"line {xml.LineNumber} is not well-formed XML or holds a DTD, which is not allowed")
                : new("内容与目录不符或无法解压", "its content does not match the directory or cannot be unpacked"));
        }
    }

    private Fault TooMuchUnpacked() => WorkbookFaults.TooLarge(new(
        $"解压后超过 {limits.UnpackedBytesMax / 1024 / 1024} MiB 或压缩比异常",
        $"unpacked it is larger than {limits.UnpackedBytesMax / 1024 / 1024} MiB, or packed beyond what tables need"));

    private Fault? CheckPackage()
    {
        reading = "[Content_Types].xml";
        if (zip.Entries.Count > limits.PartsMax)
        {
            return WorkbookFaults.TooLarge(new($"超过 {limits.PartsMax} 个部件", $"more than {limits.PartsMax} parts"));
        }

        long unpacked = 0;
        foreach (var entry in zip.Entries)
        {
            reading = entry.FullName;
            unpacked += entry.Length;
            if (unpacked > limits.UnpackedBytesMax || entry.Length > (1024 * 1024) + (entry.CompressedLength * limits.PackingRatioMax))
            {
                return TooMuchUnpacked();
            }

            if (entry.IsEncrypted)
            {
                return WorkbookFaults.Encrypted();
            }

            if (!parts.TryAdd(entry.FullName.Replace('\\', '/'), entry))
            {
                return WorkbookFaults.Damaged(entry.FullName, new("同名部件出现两次", "this part is there twice"));
            }
        }

        return null;
    }

    private Fault? ReadContents()
    {
        var main = Relationships("").Where(r => r.Type.EndsWith("/officeDocument", StringComparison.Ordinal)).Select(r => r.Target).FirstOrDefault();
        if (main is null || !parts.ContainsKey(main))
        {
            return WorkbookFaults.NotAWorkbook(new("这是压缩包，但里面没有工作簿", "it is a zip archive without a workbook in it"));
        }

        if (main.EndsWith(".bin", StringComparison.OrdinalIgnoreCase))
        {
            return WorkbookFaults.OldFormat();
        }

        var related = Relationships(main);
        var fault = ReadSheetNames(main, related);
        if (fault is not null)
        {
            return fault;
        }

        foreach (var relation in related)
        {
            if (relation.Type.EndsWith("/sharedStrings", StringComparison.Ordinal) && sharedTexts.Count == 0)
            {
                fault = ReadSharedTexts(relation.Target);
            }
            else if (relation.Type.EndsWith("/styles", StringComparison.Ordinal) && styles.Count == 0)
            {
                ReadStyles(relation.Target);
            }

            if (fault is not null)
            {
                return fault;
            }
        }

        return null;
    }

    private Fault? ReadSheetNames(string main, List<Relation> related)
    {
        using var part = OpenPart(main);
        using var xml = Xml(part);
        if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "workbook")
        {
            return WorkbookFaults.NotAWorkbook(new("这是其他类型的 Office 文件", "it is another kind of office file"));
        }

        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "workbookPr")
            {
                from1904 = xml.GetAttribute("date1904") is "1" or "true";
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "sheet")
            {
                var id = Attribute(xml, "id");
                var relation = related.Find(r => r.Id == id);
                if (relation is { Target: var target } && relation.Type.EndsWith("/worksheet", StringComparison.Ordinal) && parts.ContainsKey(target))
                {
                    sheets.Add(new(xml.GetAttribute("name") ?? "", xml.GetAttribute("state") is "hidden" or "veryHidden", target));
                }
            }

            if (sheets.Count > limits.SheetsMax)
            {
                return WorkbookFaults.TooLarge(new($"超过 {limits.SheetsMax} 张工作表", $"more than {limits.SheetsMax} sheets"));
            }
        }

        part.Finish();
        return sheets.Count > 0 ? null : WorkbookFaults.NotAWorkbook(new("里面没有工作表", "there is no worksheet in it"));
    }

    private Fault? ReadSharedTexts(string target)
    {
        using var part = OpenPart(target);
        using var xml = Xml(part);
        var chars = 0;
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "si")
            {
                var text = CellFormats.Unescape(RichText(xml, "si"));
                // An empty text costs memory too.
                chars += text.Length + 8;
                if (chars > limits.SharedCharsMax)
                {
                    return WorkbookFaults.TooLarge(new($"文字超过 {limits.SharedCharsMax} 个字符", $"more than {limits.SharedCharsMax} characters of text"));
                }

                sharedTexts.Add(text);
            }
        }

        part.Finish();
        return null;
    }

    private void ReadStyles(string target)
    {
        using var part = OpenPart(target);
        using var xml = Xml(part);
        var custom = new Dictionary<int, Shown>();
        var inCellFormats = false;
        while (xml.Read())
        {
            if (styles.Count > FormatsMax || custom.Count > FormatsMax)
            {
                throw new InvalidDataException("more formats than a spreadsheet allows");
            }

            if (xml.LocalName == "cellXfs" && xml.NodeType is XmlNodeType.Element or XmlNodeType.EndElement)
            {
                inCellFormats = xml.NodeType == XmlNodeType.Element && !xml.IsEmptyElement;
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "numFmt" && Number(xml.GetAttribute("numFmtId")) is { } id)
            {
                custom[id] = CellFormats.Custom(xml.GetAttribute("formatCode") ?? "");
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "xf" && inCellFormats)
            {
                var format = Number(xml.GetAttribute("numFmtId")) ?? 0;
                styles.Add(custom.TryGetValue(format, out var shown) ? shown : CellFormats.BuiltIn(format));
            }
        }

        part.Finish();
    }

    private Fault? ReadHiddenColumns(Sheet sheet, List<(int From, int To)> hidden)
    {
        using var part = OpenPart(sheet.Part);
        using var xml = Xml(part);
        while (xml.Read() && !(xml.NodeType == XmlNodeType.Element && xml.LocalName == "sheetData"))
        {
            if (xml.NodeType != XmlNodeType.Element || xml.LocalName != "col")
            {
                continue;
            }

            if (Number(xml.GetAttribute("min")) is not ({ } from and >= 1) || Number(xml.GetAttribute("max")) is not { } to || to < from || to > ColumnsMax || hidden.Count > ColumnsMax)
            {
                return WorkbookFaults.Damaged(sheet.Name, new("列的范围无效", "a range of columns is not valid"));
            }

            if (xml.GetAttribute("hidden") is "1" or "true" || IsZero(xml.GetAttribute("width")))
            {
                hidden.Add((from, to));
            }
        }

        return null;
    }

    private Fault? ReadRowsOf(Sheet sheet, Func<Row, bool> take)
    {
        using var part = OpenPart(sheet.Part);
        using var xml = Xml(part);
        var row = 0;
        var column = 0;
        var rowHidden = false;
        var cells = new List<Cell>();
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "row")
            {
                var number = xml.GetAttribute("r") is { } written ? Number(written) ?? 0 : row + 1;
                if (number <= row || number > RowsMax)
                {
                    return WorkbookFaults.Damaged(sheet.Name, new($"第 {row} 行之后的行号无效", $"the row number after row {row} is not valid"));
                }

                row = number;
                rowHidden = xml.GetAttribute("hidden") is "1" or "true" || IsZero(xml.GetAttribute("ht"));
                column = 0;
                cells.Clear();
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "c")
            {
                var next = xml.GetAttribute("r") is { } address ? ColumnOf(address) : column + 1;
                if (next <= column || next > ColumnsMax || row == 0)
                {
                    return WorkbookFaults.Damaged(sheet.Name, new($"第 {row} 行有无效的单元格地址", $"row {row} has a cell with an address that is not valid"));
                }

                column = next;
                var cell = ReadCell(xml, column);
                if (cell.Kind != CellKind.Blank)
                {
                    cells.Add(cell);
                }
            }
            else if (xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "row")
            {
                handingOver = true;
                var goOn = cells.Count == 0 || take(new(row, cells.ToArray()) { Hidden = rowHidden });
                handingOver = false;
                if (!goOn)
                {
                    return null;
                }
            }
        }

        part.Finish();
        return null;
    }

    private Cell ReadCell(XmlReader xml, int column)
    {
        var type = xml.GetAttribute("t");
        var style = xml.GetAttribute("s");
        string? value = null;
        string? formula = null;
        if (!xml.IsEmptyElement)
        {
            while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == "c"))
            {
                if (xml.NodeType != XmlNodeType.Element)
                {
                    continue;
                }

                switch (xml.LocalName)
                {
                    case "v":
                        value = ElementText(xml);
                        break;
                    case "f":
                        formula = ElementText(xml);
                        break;
                    case "is":
                        value = RichText(xml, "is");
                        break;
                }
            }
        }

        if (string.IsNullOrEmpty(value))
        {
            return formula is null ? new(column, CellKind.Blank, "") : new(column, CellKind.Uncalculated, "=" + formula) { IsFormula = true };
        }

        var cell = type switch
        {
            "s" => TextCell(column, Number(value) is { } index && index < sharedTexts.Count ? sharedTexts[index] : throw new InvalidDataException("a text is missing")),
            "str" or "inlineStr" => TextCell(column, CellFormats.Unescape(value)),
            "b" => new(column, CellKind.Boolean, value is "1" or "true" ? "TRUE" : "FALSE"),
            "e" => new(column, CellKind.Error, value),
            "d" => IsoDay(column, value),
            _ => NumberCell(column, value, Number(style) is { } format && format < styles.Count ? styles[format] : Shown.Number),
        };
        return formula is null ? cell : cell with { IsFormula = true };
    }

    private static Cell TextCell(int column, string text) =>
        string.IsNullOrWhiteSpace(text) ? new(column, CellKind.Blank, "") : new(column, CellKind.Text, text);

    private static Cell IsoDay(int column, string text) =>
        TypedText.TryDay(text.Length > 10 ? text[..10] : text, out var day, out _)
            ? new(column, CellKind.Day, Iso(day), day)
            : new(column, CellKind.Text, text);

    private Cell NumberCell(int column, string stored, Shown shown)
    {
        if (!TypedText.TryStoredNumber(stored, out var number))
        {
            return new(column, CellKind.Text, stored);
        }

        if (shown is Shown.Day or Shown.Month && CellFormats.Day(number, from1904) is { } day)
        {
            return new(column, CellKind.Day, Iso(day), day, shown == Shown.Month);
        }

        return new(column, CellKind.Number, number.ToString("0.#############################", CultureInfo.InvariantCulture)) { IsPercent = shown == Shown.Percent };
    }

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static int ColumnOf(string address)
    {
        var column = 0;
        foreach (var letter in address)
        {
            if (letter is >= 'A' and <= 'Z' && column <= ColumnsMax)
            {
                column = (column * 26) + (letter - 'A' + 1);
            }
            else
            {
                break;
            }
        }

        return column;
    }

    private static int? Number(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static bool IsZero(string? size) => decimal.TryParse(size, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == 0m;

    /// <summary>The text of one element without children; the reader stands on its end afterwards.</summary>
    private string ElementText(XmlReader xml)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var depth = xml.Depth;
        var text = new PiecedText(limits.CellCharsMax);
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.Depth == depth))
        {
            if (xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace)
            {
                text.Add(xml.Value);
            }
        }

        return text.ToString();
    }

    /// <summary>The runs of a text put together, without the phonetic hints (<c>rPh</c>).</summary>
    private string RichText(XmlReader xml, string element)
    {
        if (xml.IsEmptyElement)
        {
            return "";
        }

        var text = new PiecedText(limits.CellCharsMax);
        var phonetic = false;
        while (xml.Read() && !(xml.NodeType == XmlNodeType.EndElement && xml.LocalName == element))
        {
            if (xml.LocalName == "rPh")
            {
                phonetic = xml.NodeType == XmlNodeType.Element && !xml.IsEmptyElement;
            }
            else if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "t")
            {
                var run = ElementText(xml);
                text.Add(phonetic ? "" : run);
            }
        }

        return text.ToString();
    }

    /// <summary>A text that comes in pieces, nearly always one; bounded, and linear however many there are.</summary>
    private struct PiecedText(int charsMax)
    {
        private string? first;
        private StringBuilder? all;

        public void Add(string piece)
        {
            if (first is null)
            {
                first = piece;
            }
            else
            {
                all ??= new StringBuilder(first);
                all.Append(piece);
            }

            if ((all?.Length ?? first.Length) > charsMax)
            {
                throw new InvalidDataException("a cell holds more than a spreadsheet allows");
            }
        }

        public override readonly string ToString() => all?.ToString() ?? first ?? "";
    }

    private static string? Attribute(XmlReader xml, string localName)
    {
        string? value = null;
        for (var more = xml.MoveToFirstAttribute(); more; more = xml.MoveToNextAttribute())
        {
            // Both the transitional and the strict namespace of relationships carry the id.
            value = xml.LocalName == localName && xml.NamespaceURI.EndsWith("/relationships", StringComparison.Ordinal) ? xml.Value : value;
        }

        xml.MoveToElement();
        return value;
    }

    private sealed record Relation(string Id, string Type, string Target);

    /// <summary>The relationships of a part ("" = the package) inside the package; references to the outside do not exist for us.</summary>
    private List<Relation> Relationships(string part)
    {
        var folder = part.Contains('/', StringComparison.Ordinal) ? part[..(part.LastIndexOf('/') + 1)] : "";
        var name = $"{folder}_rels/{part[folder.Length..]}.rels";
        var found = new List<Relation>();
        if (!parts.ContainsKey(name))
        {
            return found;
        }

        using var stream = OpenPart(name);
        using var xml = Xml(stream);
        while (xml.Read())
        {
            if (xml.NodeType == XmlNodeType.Element && xml.LocalName == "Relationship" && xml.GetAttribute("TargetMode") != "External" && found.Count < limits.PartsMax)
            {
                found.Add(new(xml.GetAttribute("Id") ?? "", xml.GetAttribute("Type") ?? "", Resolve(folder, xml.GetAttribute("Target") ?? "")));
            }
        }

        stream.Finish();
        return found;
    }

    private static string Resolve(string folder, string target)
    {
        var path = new List<string>();
        foreach (var step in (target.StartsWith('/') ? target : folder + target).Split('/'))
        {
            if (step == ".." && path.Count > 0)
            {
                path.RemoveAt(path.Count - 1);
            }
            else if (step is not ("" or "." or ".."))
            {
                path.Add(step);
            }
        }

        return string.Join('/', path);
    }

    private PartStream OpenPart(string name)
    {
        reading = name;
        var entry = parts.TryGetValue(name, out var found) ? found : throw new InvalidDataException("a part is missing");
        return new(entry.Open(), entry.Crc32, budget);
    }

    private static XmlReader Xml(Stream part) => XmlReader.Create(part, new XmlReaderSettings
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        CloseInput = false,
    });
}
