using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace PilotCity.Defaults.Tests.Workbooks;

/// <summary>Writes small workbooks for tests, good ones and bad ones: the parts are texts that a test may replace.</summary>
internal sealed class WorkbookFile
{
    /// <summary>A cell written as it is, e.g. <c>t="e"&gt;&lt;v&gt;#REF!&lt;/v&gt;</c>: what stands between <c>&lt;c r="A1" </c> and <c>&lt;/c&gt;</c>.</summary>
    public sealed record Raw(string Xml);

    public const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Package = "http://schemas.openxmlformats.org/package/2006/relationships";

    private readonly List<(string Name, string State, string Xml)> sheets = [];

    public Dictionary<string, string> Parts { get; } = [];
    public string WorkbookProperties { get; set; } = "";

    /// <summary>Style 0 is General, 1 a date, 2 a Chinese date, 3 a Chinese month, 4 two decimals.</summary>
    public string Styles { get; set; } = $"""
        <styleSheet xmlns="{Main}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@"/><numFmt numFmtId="165" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="4"/></cellXfs></styleSheet>
        """;

    public WorkbookFile Sheet(string name, IEnumerable<object?[]> rows, string state = "visible")
    {
        var xml = new StringBuilder($"<worksheet xmlns=\"{Main}\"><dimension ref=\"A1:XFD1048576\"/><sheetData>");
        var number = 0;
        foreach (var row in rows)
        {
            number++;
            xml.Append(CultureInfo.InvariantCulture, $"<row r=\"{number}\">");
            for (var column = 0; column < row.Length; column++)
            {
                xml.Append(CultureInfo.InvariantCulture, $"<c r=\"{(char)('A' + column)}{number}\" ").Append(Cell(row[column])).Append("</c>");
            }

            xml.Append("</row>");
        }

        return SheetXml(name, xml.Append("</sheetData></worksheet>").ToString(), state);
    }

    public WorkbookFile SheetXml(string name, string xml, string state = "visible")
    {
        sheets.Add((name, state, xml));
        return this;
    }

    public byte[] Bytes()
    {
        var all = new Dictionary<string, string>
        {
            ["[Content_Types].xml"] = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
            ["_rels/.rels"] = $"<Relationships xmlns=\"{Package}\"><Relationship Id=\"rId1\" Type=\"{Office}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
            ["xl/workbook.xml"] = $"<workbook xmlns=\"{Main}\" xmlns:r=\"{Office}\">{WorkbookProperties}<sheets>{string.Concat(sheets.Select((sheet, at) => $"<sheet name=\"{SecurityElement.Escape(sheet.Name)}\" sheetId=\"{at + 1}\" state=\"{sheet.State}\" r:id=\"s{at}\"/>"))}</sheets></workbook>",
            ["xl/_rels/workbook.xml.rels"] = $"<Relationships xmlns=\"{Package}\">{string.Concat(sheets.Select((_, at) => $"<Relationship Id=\"s{at}\" Type=\"{Office}/worksheet\" Target=\"worksheets/sheet{at}.xml\"/>"))}<Relationship Id=\"st\" Type=\"{Office}/styles\" Target=\"/xl/styles.xml\"/><Relationship Id=\"ss\" Type=\"{Office}/sharedStrings\" Target=\"sharedStrings.xml\"/></Relationships>",
            ["xl/styles.xml"] = Styles,
            ["xl/sharedStrings.xml"] = $"<sst xmlns=\"{Main}\"/>",
        };
        for (var at = 0; at < sheets.Count; at++)
        {
            all[$"xl/worksheets/sheet{at}.xml"] = sheets[at].Xml;
        }

        foreach (var (name, xml) in Parts)
        {
            all[name] = xml;
        }

        return Zip(all.Select(part => (part.Key, Encoding.UTF8.GetBytes(part.Value))));
    }

    public static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> parts)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in parts)
            {
                using var part = zip.CreateEntry(name, CompressionLevel.Optimal).Open();
                part.Write(bytes);
            }
        }

        return file.ToArray();
    }

    private static string Cell(object? value) => value switch
    {
        null => ">",
        string text => $"t=\"inlineStr\"><is><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></is>",
        DateOnly day => $"s=\"1\"><v>{day.DayNumber - new DateOnly(1899, 12, 30).DayNumber}</v>",
        bool flag => $"t=\"b\"><v>{(flag ? 1 : 0)}</v>",
        Raw raw => raw.Xml,
        IFormattable number => $"><v>{number.ToString(null, CultureInfo.InvariantCulture)}</v>",
        _ => throw new ArgumentException(value.GetType().Name),
    };
}
