using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace PilotCity.Defaults.Printing;

/// <summary>
/// A PDF file (ISO 32000-1) of pages with lines, areas and text in the fonts of <see cref="PdfFonts"/>. It holds nothing of the moment or the
/// machine it is made on: the same pages give the same bytes. No library: the one that is free and at hand embeds font files, and a server of a
/// county has none with Chinese characters.
/// </summary>
internal sealed class PdfFile(string title, string language)
{
    /// <summary>A4 in points.</summary>
    public const double Width = 595.28, Height = 841.89;

    // Objects 1 to 8 are the same in every file; the pages follow, each with its content.
    private const int Catalog = 1, PageTree = 2, Information = 3, Latin = 4, LatinBold = 5, Chinese = 6, FirstPage = 10;

    private readonly List<PdfPage> pages = [];

    public IReadOnlyList<PdfPage> Pages => pages;

    public PdfPage AddPage()
    {
        pages.Add(new PdfPage());
        return pages[^1];
    }

    public byte[] Write()
    {
        using var file = new MemoryStream();
        var offsets = new List<long>();
        Put(file, "%PDF-1.7\n%");
        file.Write([0xe2, 0xe3, 0xcf, 0xd3, (byte)'\n']);

        Object($"<< /Type /Catalog /Pages {PageTree} 0 R /Lang ({(language == "en" ? "en" : "zh-CN")}) /ViewerPreferences << /DisplayDocTitle true >> >>");
        Object($"<< /Type /Pages /Count {pages.Count} /Kids [{string.Join(' ', pages.Select((_, i) => $"{FirstPage + (2 * i)} 0 R"))}] >>");
        Object($"<< /Title {Hex(title)} /Producer (PilotCity) >>");
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
        Object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>");
        Object("<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UTF16-H /Encoding /UniGB-UTF16-H /DescendantFonts [7 0 R] /ToUnicode 9 0 R >>");
        Object("<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 5 >> /DW 1000 /FontDescriptor 8 0 R >>");
        Object("<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>");
        Stream(ToUnicode());
        for (var i = 0; i < pages.Count; i++)
        {
            Object($"<< /Type /Page /Parent {PageTree} 0 R /MediaBox [0 0 595.28 841.89] /Resources << /Font << /F1 {Latin} 0 R /F2 {LatinBold} 0 R /F3 {Chinese} 0 R >> >> /Contents {FirstPage + (2 * i) + 1} 0 R >>");
            Stream(pages[i].Content);
        }

        // The identity is the content's, so that it changes with it and with nothing else.
        var identity = Convert.ToHexString(SHA256.HashData(file.ToArray()).AsSpan(0, 16));
        var table = file.Position;
        Put(file, $"xref\n0 {offsets.Count + 1}\n0000000000 65535 f \n");
        foreach (var offset in offsets)
            Put(file, $"{offset:0000000000} 00000 n \n");
        Put(file, $"trailer\n<< /Size {offsets.Count + 1} /Root {Catalog} 0 R /Info {Information} 0 R /ID [<{identity}> <{identity}>] >>\nstartxref\n{table}\n%%EOF\n");
        return file.ToArray();

        void Object(string body)
        {
            offsets.Add(file.Position);
            Put(file, $"{offsets.Count} 0 obj\n{body}\nendobj\n");
        }

        // Streams are packed; they hold ASCII only.
        void Stream(string content)
        {
            using var packed = new MemoryStream();
            using (var zip = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
                zip.Write(Encoding.ASCII.GetBytes(content));
            offsets.Add(file.Position);
            Put(file, $"{offsets.Count} 0 obj\n<< /Length {packed.Length} /Filter /FlateDecode >>\nstream\n");
            packed.WriteTo(file);
            Put(file, "\nendstream\nendobj\n");
        }
    }

    /// <summary>Text as the hexadecimal of UTF-16, with its byte order mark: nothing in it can end the string.</summary>
    private static string Hex(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";

    private static void Put(MemoryStream file, string text) => file.Write(Encoding.ASCII.GetBytes(text));

    /// <summary>The codes of the Chinese font are UTF-16 already; said again here, text can be searched and copied without the reader's own tables.</summary>
    private static string ToUnicode()
    {
        var map = new StringBuilder("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /PilotCity-UTF16 def /CMapType 2 def\n");
        map.Append("2 begincodespacerange <0000> <D7FF> <E000> <FFFF> endcodespacerange\n");
        foreach (var block in Enumerable.Range(0, 256).Where(high => high is < 0xd8 or > 0xdf).Chunk(100))
        {
            map.Append(CultureInfo.InvariantCulture, $"{block.Length} beginbfrange\n");
            foreach (var high in block)
                map.Append(CultureInfo.InvariantCulture, $"<{high:X2}00> <{high:X2}FF> <{high:X2}00>\n");
            map.Append("endbfrange\n");
        }

        return map.Append("endcmap CMapName currentdict /CMap defineresource pop end end").ToString();
    }
}

/// <summary>One page: areas, lines and text, measured in points from the upper left corner.</summary>
internal sealed class PdfPage
{
    private readonly StringBuilder content = new();

    public string Content => content.ToString();

    public void Draw(Outline outline, double left = 0, double top = 0, double scale = 1)
    {
        if (outline.Fill is null && outline.Stroke is null)
            return;

        if (outline.Fill is { } fill)
            content.Append(CultureInfo.InvariantCulture, $"{Colour(fill)} rg ");
        if (outline.Stroke is { } stroke)
            content.Append(CultureInfo.InvariantCulture, $"{Colour(stroke)} RG {outline.Thickness * scale:0.###} w {(outline.Dashed ? "[3 2] 0 d" : "[] 0 d")} ");
        for (var i = 0; i < outline.Points.Count; i++)
            content.Append(CultureInfo.InvariantCulture, $"{left + (outline.Points[i].X * scale):0.##} {PdfFile.Height - top - (outline.Points[i].Y * scale):0.##} {(i == 0 ? "m" : "l")} ");
        content.Append(outline switch { { Fill: null } => "s\n", { Stroke: null } => "f\n", _ => "b\n" });
    }

    /// <summary>One line of text, its base line at <paramref name="y"/>.</summary>
    public void Write(double x, double y, string text, double size, bool bold = false, string colour = "#111111")
    {
        if (text.Length == 0)
            return;

        // The Chinese font has no bold cut: its outlines are drawn a little thicker instead.
        content.Append(CultureInfo.InvariantCulture, $"BT {Colour(colour)} rg {Colour(colour)} RG {0.03 * size:0.###} w {x:0.##} {PdfFile.Height - y:0.##} Td\n");
        var runes = text.EnumerateRunes().ToArray();
        for (var from = 0; from < runes.Length;)
        {
            var latin = PdfFonts.IsLatin(runes[from]);
            var to = from;
            while (to < runes.Length && PdfFonts.IsLatin(runes[to]) == latin)
                to++;
            var run = string.Concat(runes[from..to].Select(r => r.ToString()));
            var codes = (latin ? Encoding.ASCII : Encoding.BigEndianUnicode).GetBytes(run);
            content.Append(CultureInfo.InvariantCulture, $"/{(latin ? bold ? "F2" : "F1" : "F3")} {size:0.##} Tf {(bold && !latin ? 2 : 0)} Tr <{Convert.ToHexString(codes)}> Tj\n");
            from = to;
        }

        content.Append("ET\n");
    }

    private static string Colour(string colour) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Convert.ToInt32(colour[1..3], 16) / 255d:0.###} {Convert.ToInt32(colour[3..5], 16) / 255d:0.###} {Convert.ToInt32(colour[5..7], 16) / 255d:0.###}");
}
