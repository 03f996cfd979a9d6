using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace PilotCity.Defaults.Workbooks;

/// <summary>
/// Writes rows of text as an XLSX workbook (ECMA-376) part after part, in memory that does not grow with the rows. Every cell is inline text, so
/// none becomes a formula; a sheet that is full is followed by another one with the same headings. Dispose it to finish the file.
/// </summary>
public sealed class WorkbookWriter : IAsyncDisposable
{
    /// <summary>Rows of a sheet: the spreadsheet programs' own limit, the headings counted.</summary>
    public const int RowsMax = 1_048_576;

    /// <summary>Characters of a cell: the spreadsheet programs' own limit; a longer text is cut.</summary>
    public const int CellCharsMax = 32_767;

    private const int SheetNameCharsMax = 31;
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Packaged = "http://schemas.openxmlformats.org/package/2006";
    private const string Types = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    private readonly ZipArchive zip;
    private readonly string name;
    private readonly IReadOnlyList<string> headings;
    private readonly int rowsMax;
    private readonly StringBuilder cells = new();
    private StreamWriter? sheet;
    private int sheets;
    private int rows;

    /// <param name="stream">Where the file goes; it need not seek, and stays open.</param>
    public WorkbookWriter(Stream stream, string name, IReadOnlyList<string> headings)
        : this(stream, name, headings, RowsMax)
    {
    }

    internal WorkbookWriter(Stream stream, string name, IReadOnlyList<string> headings, int rowsMax)
    {
        zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        this.name = name.Length > SheetNameCharsMax - 4 ? name[..(SheetNameCharsMax - 4)] : name;
        this.headings = headings;
        this.rowsMax = rowsMax;
    }

    public async ValueTask Row(IEnumerable<string?> values)
    {
        if (sheet is null || rows == rowsMax)
        {
            await NextSheet();
        }

        await Write(values);
    }

    public async ValueTask DisposeAsync()
    {
        if (sheets == 0)
        {
            await NextSheet();
        }

        await EndSheet();
        var numbers = Enumerable.Range(1, sheets).Select(i => i.ToString(CultureInfo.InvariantCulture)).ToArray();
        await Part("xl/workbook.xml", $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><sheets>{string.Concat(numbers.Select(n => $"<sheet name=\"{CellText.Escaped(n == "1" ? name : $"{name} {n}")}\" sheetId=\"{n}\" r:id=\"s{n}\"/>"))}</sheets></workbook>");
        await Part("xl/_rels/workbook.xml.rels", $"<Relationships xmlns=\"{Packaged}/relationships\">{string.Concat(numbers.Select(n => $"<Relationship Id=\"s{n}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"))}</Relationships>");
        await Part("_rels/.rels", $"<Relationships xmlns=\"{Packaged}/relationships\"><Relationship Id=\"w\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
        await Part(
            "[Content_Types].xml",
            $"<Types xmlns=\"{Packaged}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/>"
            + $"<Override PartName=\"/xl/workbook.xml\" ContentType=\"{Types}.sheet.main+xml\"/>{string.Concat(numbers.Select(n => $"<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{Types}.worksheet+xml\"/>"))}</Types>");
        await zip.DisposeAsync();
    }

    private async Task NextSheet()
    {
        await EndSheet();
        sheet = await Open($"xl/worksheets/sheet{++sheets}.xml");
        rows = 0;
        await sheet.WriteAsync($"<worksheet xmlns=\"{Main}\"><sheetData>");
        await Write(headings);
    }

    private async Task EndSheet()
    {
        if (sheet is null)
        {
            return;
        }

        await sheet.WriteAsync("</sheetData></worksheet>");
        await sheet.DisposeAsync();
        sheet = null;
    }

    private async Task Write(IEnumerable<string?> values)
    {
        rows++;
        cells.Clear().Append("<row>");
        foreach (var value in values)
        {
            Cell(value);
        }

        await sheet!.WriteAsync(cells.Append("</row>"));
    }

    private void Cell(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            cells.Append("<c/>");
            return;
        }

        cells.Append("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">").Append(CellText.Escaped(value)).Append("</t></is></c>");
    }

    private async Task Part(string path, string xml)
    {
        await using var part = await Open(path);
        await part.WriteAsync(xml);
    }

    private async Task<StreamWriter> Open(string path)
    {
        var part = new StreamWriter(await zip.CreateEntry(path, CompressionLevel.Fastest).OpenAsync(), new UTF8Encoding(false), 1 << 16);
        await part.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
        return part;
    }
}
