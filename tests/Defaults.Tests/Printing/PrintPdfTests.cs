using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults.Printing;

namespace PilotCity.Defaults.Tests.Printing;

public sealed partial class PrintPdfTests
{
    private static readonly Sheet Sample = new("zh", "数字化报告 Report", "一句话。", [new("结果", Facts: [new("等级", "二级")], Lines: ["(括号) \\ 反斜线"])]);

    [Fact]
    public void A_file_s_table_points_at_each_of_its_objects()
    {
        var bytes = PrintPdf.Write(Sample);
        var text = Encoding.Latin1.GetString(bytes);

        Assert.StartsWith("%PDF-1.7\n", text, StringComparison.Ordinal);
        Assert.EndsWith("%%EOF\n", text, StringComparison.Ordinal);
        var table = int.Parse(Regex.Match(text, @"startxref\n(\d+)\n").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.Equal("xref", text.Substring(table, 4));
        var offsets = Regex.Matches(text[table..], @"(\d{10}) 00000 n ").Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).ToArray();
        Assert.Equal(11, offsets.Length);
        Assert.All(offsets.Select((offset, i) => (offset, i)), o => Assert.StartsWith($"{o.i + 1} 0 obj\n", text[o.offset..], StringComparison.Ordinal));
        Assert.Contains("/BaseFont /STSong-Light", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/FontFile", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Chinese_is_written_in_its_own_codes_and_ascii_in_its()
    {
        var content = Contents(PrintPdf.Write(Sample))[0];

        Assert.Contains($"/F3 9 Tf 0 Tr <{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes("括号"))}> Tj", content, StringComparison.Ordinal);
        Assert.Contains($"/F1 9 Tf 0 Tr <{Convert.ToHexString(Encoding.ASCII.GetBytes(") \\ "))}> Tj", content, StringComparison.Ordinal);
        Assert.Contains($"/F2 15 Tf 0 Tr <{Convert.ToHexString(Encoding.ASCII.GetBytes(" Report"))}> Tj", content, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_sheet_gives_the_same_bytes_and_another_one_another_identity()
    {
        Assert.Equal(PrintPdf.Write(Sample), PrintPdf.Write(Sample));
        Assert.NotEqual(Identity(PrintPdf.Write(Sample)), Identity(PrintPdf.Write(Sample with { Sentence = "另一句。" })));
    }

    [Fact]
    public void A_long_table_goes_on_on_further_pages_under_its_headings()
    {
        var rows = Enumerable.Range(1, 200).Select(i => (IReadOnlyList<string>)[$"row{i}", "x"]).ToArray();
        var pages = Contents(PrintPdf.Write(Sample with { Sections = [new("T", Table: new([new("Name", 1), new("Value", 1, Figures: true)], rows))] }));

        Assert.True(pages.Length > 3, $"{pages.Length} pages");
        var heading = Convert.ToHexString("Name"u8);
        Assert.All(pages, p => Assert.Contains($"<{heading}>", p, StringComparison.Ordinal));
        var all = string.Concat(pages);
        Assert.All(rows, r => Assert.Equal(2, all.Split($"<{Convert.ToHexString(Encoding.ASCII.GetBytes(r[0]))}>").Length));
    }

    [Fact]
    public void A_cell_taller_than_a_page_is_printed_whole()
    {
        var words = Enumerable.Range(1, 4_000).Select(i => $"w{i}");
        var pages = Contents(PrintPdf.Write(Sample with { Sections = [new("T", Table: new([new("Id", 1), new("Note", 1)], [["1", string.Join(' ', words)]]))] }));

        var printed = string.Join(' ', pages.SelectMany(p => Shown().Matches(p)).Select(m => Encoding.ASCII.GetString(Convert.FromHexString(m.Groups[1].Value))));
        Assert.All(words, w => Assert.Contains($"{w} ", printed + " ", StringComparison.Ordinal));
        Assert.True(pages.Length > 2, $"{pages.Length} pages");
    }

    [Fact]
    public void Any_text_gives_a_file_and_no_line_is_wider_than_asked()
    {
        Check.QuickThrowOnFailure(Prop.ForAll(Gen.Choose(0, int.MaxValue - 1).ToArbitrary(), seed =>
        {
            var random = new Random(seed);
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 120)).Select(_ => random.Next(5) switch
            {
                0 => " ",
                1 => "，",
                2 => char.ConvertFromUtf32(random.Next(0x4e00, 0x9fff)),
                3 => char.ConvertFromUtf32(random.Next(0x20000, 0x2a6df)),
                _ => ((char)random.Next(0x21, 0x7e)).ToString(),
            }));
            var width = random.Next(20, 200);
            var lines = PdfFonts.Wrap(text, width, 9);

            Assert.All(lines, l => Assert.True(PdfFonts.Width(l, 9, bold: false) <= width + 0.001, l));
            Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
        }));
        Assert.NotEmpty(PrintPdf.Write(Sample with { Title = "\ud800\u202e\0", Sentence = "\udc00 </script>", Mark = "\u200b" }));
    }

    [Fact]
    public void A_closing_mark_begins_no_line_and_an_opening_one_ends_none()
    {
        Assert.Equal(["一二", "三。"], PdfFonts.Wrap("一二三。", 30, 10));
        Assert.Equal(["一二", "（三"], PdfFonts.Wrap("一二（三", 35, 10));
        Assert.Equal(["one", "two"], PdfFonts.Wrap("one two", 20, 10));
        Assert.Equal([""], PdfFonts.Wrap("", 20, 10));
    }

    private static string Identity(byte[] file) => Regex.Match(Encoding.Latin1.GetString(file), @"/ID \[<(\w+)>").Groups[1].Value;

    /// <summary>What is drawn, page by page.</summary>
    private static string[] Contents(byte[] file)
    {
        var text = Encoding.Latin1.GetString(file);
        return
        [
            .. Regex.Matches(text, @"<< /Length (\d+) /Filter /FlateDecode >>\nstream\n").Skip(1).Select(m =>
            {
                using var packed = new MemoryStream(file, m.Index + m.Length, int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
                using var zip = new StreamReader(new ZLibStream(packed, CompressionMode.Decompress));
                return zip.ReadToEnd();
            }),
        ];
    }

    [GeneratedRegex("/F[12] [0-9.]+ Tf 0 Tr <([0-9A-F]+)> Tj")]
    private static partial Regex Shown();
}
