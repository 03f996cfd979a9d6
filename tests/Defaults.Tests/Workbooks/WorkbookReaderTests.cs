using System.Text;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Defaults.Tests.Workbooks;

public class WorkbookReaderTests
{
    private static List<Row> Rows(byte[] file)
    {
        using var workbook = WorkbookReader.Open(file).Value;
        var rows = new List<Row>();
        Assert.Null(workbook.ReadRows(workbook.Sheets[0], row =>
        {
            rows.Add(row);
            return true;
        }));
        return rows;
    }

    private static string CodeOf(byte[] file, WorkbookLimits? limits = null)
    {
        var opened = WorkbookReader.Open(file, limits);
        if (opened.Fault is { } fault)
        {
            return fault.Code;
        }

        using var workbook = opened.Value;
        foreach (var sheet in workbook.Sheets)
        {
            if (workbook.ReadRows(sheet, _ => true) is { } found)
            {
                Assert.False(string.IsNullOrWhiteSpace(found.Message.Zh));
                return found.Code;
            }
        }

        return "read";
    }

    private static byte[] Small() => new WorkbookFile().Sheet("名单", [["甲", 1], ["乙", 2]]).Bytes();

    private static byte[] SheetData(string rows) => new WorkbookFile().SheetXml("S", $"<worksheet xmlns=\"{WorkbookFile.Main}\"><sheetData>{rows}</sheetData></worksheet>").Bytes();

    [Fact]
    public void Cells_of_every_kind_are_read_as_a_person_sees_them()
    {
        var row = Assert.Single(Rows(new WorkbookFile().Sheet("S",
        [
            [
                "文字", 8343.879999999999, new DateOnly(2108, 5, 18), true, null, new WorkbookFile.Raw("t=\"e\"><v>#REF!</v>"),
                new WorkbookFile.Raw("><f>A1+1</f>"), new WorkbookFile.Raw("t=\"str\"><f>A1</f><v>算出</v>"), new WorkbookFile.Raw("><f>B1*2</f><v>1.5E3</v>"),
                new WorkbookFile.Raw("t=\"d\"><v>2024-10-18T00:00:00</v>"), new WorkbookFile.Raw("t=\"inlineStr\"><is><r><t>富</t></r><r><t>文本</t></r><rPh><t>不读</t></rPh></is>"),
                new WorkbookFile.Raw("t=\"inlineStr\"><is><t>换_x000A_行</t></is>"),
            ],
        ]).Bytes()));

        Assert.Equal(
            [
                (1, CellKind.Text, "文字"), (2, CellKind.Number, "8343.88"), (3, CellKind.Day, "2108-05-18"), (4, CellKind.Boolean, "TRUE"), (6, CellKind.Error, "#REF!"),
                (7, CellKind.Uncalculated, "=A1+1"), (8, CellKind.Text, "算出"), (9, CellKind.Number, "1500"), (10, CellKind.Day, "2024-10-18"), (11, CellKind.Text, "富文本"),
                (12, CellKind.Text, "换\n行"),
            ],
            row.Cells.Select(cell => (cell.Column, cell.Kind, cell.Text)));
        Assert.Equal([7, 8, 9], row.Cells.Where(cell => cell.IsFormula).Select(cell => cell.Column));
    }

    [Fact]
    public void Rows_and_columns_that_are_shown_to_nobody_are_told_apart()
    {
        var file = new WorkbookFile().SheetXml("S", $"<worksheet xmlns=\"{WorkbookFile.Main}\"><cols><col min=\"1\" max=\"1\" width=\"9\"/><col min=\"2\" max=\"3\" hidden=\"1\"/><col min=\"5\" max=\"5\" width=\"0\"/></cols><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"2\" hidden=\"1\"><c r=\"A2\"><v>2</v></c></row><row r=\"3\" ht=\"0\"><c r=\"A3\"><v>3</v></c></row></sheetData></worksheet>").Bytes();
        using var workbook = WorkbookReader.Open(file).Value;

        Assert.Equal([(2, 3), (5, 5)], workbook.HiddenColumns(workbook.Sheets[0]).Value);
        Assert.Equal([2, 3], Rows(file).Where(row => row.Hidden).Select(row => row.Number));
    }

    [Theory]
    [InlineData("min=\"0\" max=\"1\"")]
    [InlineData("min=\"2\" max=\"1\"")]
    [InlineData("min=\"1\" max=\"16385\"")]
    [InlineData("min=\"1\"")]
    public void A_range_of_columns_that_is_none_is_damage(string range)
    {
        var file = new WorkbookFile().SheetXml("S", $"<worksheet xmlns=\"{WorkbookFile.Main}\"><cols><col {range}/></cols><sheetData/></worksheet>").Bytes();
        using var workbook = WorkbookReader.Open(file).Value;

        Assert.Equal("workbook.damaged", workbook.HiddenColumns(workbook.Sheets[0]).Fault?.Code);
    }

    [Theory]
    [InlineData(1, "1", "1900-01-01")]
    [InlineData(1, "59", "1900-02-28")]
    [InlineData(1, "60", null)]
    [InlineData(1, "61", "1900-03-01")]
    [InlineData(1, "43821", "2019-12-22")]
    [InlineData(1, "43821.75", "2019-12-22")]
    [InlineData(2, "43821", "2019-12-22")]
    [InlineData(1, "2958465", "9999-12-31")]
    [InlineData(1, "2958466", null)]
    [InlineData(1, "0", null)]
    [InlineData(1, "-5", null)]
    [InlineData(0, "43821", null)]
    [InlineData(4, "43821", null)]
    [InlineData(99, "43821", null)]
    public void A_number_is_a_day_where_its_format_shows_one(int style, string stored, string? day)
    {
        var cell = Rows(new WorkbookFile().Sheet("S", [[new WorkbookFile.Raw($"s=\"{style}\"><v>{stored}</v>")]]).Bytes())[0].Cells[0];

        Assert.Equal(day is null ? CellKind.Number : CellKind.Day, cell.Kind);
        Assert.Equal(day ?? stored, cell.Text);
        Assert.False(cell.MonthOnly);
    }

    [Fact]
    public void A_format_of_year_and_month_is_said_so()
    {
        Assert.True(Rows(new WorkbookFile().Sheet("S", [[new WorkbookFile.Raw("s=\"3\"><v>39692</v>")]]).Bytes())[0].Cells[0] is { MonthOnly: true, Text: "2008-09-01" });
    }

    [Fact]
    public void Workbooks_that_count_from_1904_are_read_by_their_own_calendar()
    {
        var file = new WorkbookFile { WorkbookProperties = "<workbookPr date1904=\"1\"/>" }.Sheet("S", [[new WorkbookFile.Raw("s=\"1\"><v>42359</v>")]]);

        Assert.Equal("2019-12-22", Rows(file.Bytes())[0].Cells[0].Text);
    }

    [Theory]
    [InlineData("yyyy\\-mm\\-dd", "Day")]
    [InlineData("[$-804]yyyy\"年\"m\"月\"", "Month")]
    [InlineData("m/d", "Day")]
    [InlineData("h:mm:ss", "Number")]
    [InlineData("[h]:mm", "Number")]
    [InlineData("#,##0.00_ ;[Red]\\-#,##0.00\\ ", "Number")]
    [InlineData("0.00\"days\"", "Number")]
    [InlineData("General", "Number")]
    [InlineData("0.00%", "Percent")]
    [InlineData("0\"%\"", "Number")]
    public void Custom_formats_are_told_apart(string code, string shown) => Assert.Equal(shown, CellFormats.Custom(code).ToString());

    [Theory]
    [InlineData(1, "A1")]
    [InlineData(26, "Z1")]
    [InlineData(27, "AA1")]
    [InlineData(702, "ZZ1")]
    [InlineData(703, "AAA1")]
    [InlineData(16384, "XFD1")]
    public void Columns_have_their_letters(int column, string address) => Assert.Equal(address, Cell.Address(column, 1));

    [Fact]
    public void Rows_keep_their_numbers_and_blank_ones_are_passed_over()
    {
        var rows = Rows(SheetData("<row r=\"3\"><c r=\"B3\"><v>1</v></c></row><row r=\"7\"><c r=\"A7\"/></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>"));

        Assert.Equal([(3, 2), (1048576, 16384)], rows.Select(row => (row.Number, row.Cells[0].Column)));
    }

    [Fact]
    public void Rows_and_cells_without_addresses_count_on()
    {
        var rows = Rows(SheetData("<row><c><v>1</v></c><c><v>2</v></c></row><row><c/><c><v>3</v></c></row>"));

        Assert.Equal([(1, 1), (1, 2), (2, 2)], rows.SelectMany(row => row.Cells.Select(cell => (row.Number, cell.Column))));
    }

    [Fact]
    public void Sheets_come_in_the_order_of_their_tabs_with_what_is_hidden()
    {
        using var workbook = WorkbookReader.Open(new WorkbookFile().Sheet("一", [["a"]]).Sheet("二", [["b"]], "veryHidden").Bytes()).Value;

        Assert.Equal([("一", false), ("二", true)], workbook.Sheets.Select(sheet => (sheet.Name, sheet.Hidden)));
    }

    [Fact]
    public void What_is_no_zip_is_no_workbook()
    {
        Assert.Equal("workbook.not_a_workbook", CodeOf([]));
        Assert.Equal("workbook.not_a_workbook", CodeOf("企业名称,统一社会信用代码"u8.ToArray()));
        Assert.Equal("workbook.not_a_workbook", CodeOf("<html></html>"u8.ToArray()));
        Assert.Equal("workbook.not_a_workbook", CodeOf("P"u8.ToArray()));
    }

    [Fact]
    public void A_zip_without_a_workbook_or_another_office_file_is_no_workbook()
    {
        Assert.Equal("workbook.not_a_workbook", CodeOf(WorkbookFile.Zip([("readme.txt", [1, 2, 3])])));
        Assert.Equal("workbook.not_a_workbook", CodeOf(new WorkbookFile { Parts = { ["xl/workbook.xml"] = "<document/>" } }.Sheet("S", [["a"]]).Bytes()));
        Assert.Equal("workbook.not_a_workbook", CodeOf(new WorkbookFile().Bytes()));
    }

    [Fact]
    public void Old_and_encrypted_files_are_named()
    {
        byte[] ole = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600]];

        Assert.Equal("workbook.old_format", CodeOf(ole));
        Assert.Equal("workbook.encrypted", CodeOf([.. ole, .. Encoding.Unicode.GetBytes("EncryptedPackage")]));
    }

    [Fact]
    public void An_encrypted_part_is_named()
    {
        var file = Small();
        var directory = file.AsSpan().IndexOf("PK\u0001\u0002"u8);
        file[directory + 8] |= 1;

        Assert.Equal("workbook.encrypted", CodeOf(file));
    }

    [Fact]
    public void A_workbook_cut_anywhere_is_truncated()
    {
        var file = Small();
        for (var length = 4; length < file.Length; length += 97)
        {
            Assert.Equal("workbook.truncated", CodeOf(file[..length]));
        }

        Assert.Equal("workbook.truncated", CodeOf(file[..^1]));
        Assert.Equal("read", CodeOf(file));
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()
    {
        var bomb = new WorkbookFile { Parts = { ["xl/worksheets/sheet0.xml"] = $"<worksheet xmlns=\"{WorkbookFile.Main}\"><sheetData><row r=\"1\"><c r=\"A1\"/></row></sheetData>{new string(' ', 60_000_000)}</worksheet>" } }.Sheet("S", [["a"]]).Bytes();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal("workbook.too_large", CodeOf(bomb));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 5_000_000);
    }

    [Fact]
    public void A_directory_that_lies_about_the_size_does_not_help_a_bomb()
    {
        var bomb = new WorkbookFile { Parts = { ["xl/worksheets/sheet0.xml"] = $"<worksheet xmlns=\"{WorkbookFile.Main}\"><sheetData/>{new string(' ', 60_000_000)}</worksheet>" } }.Sheet("S", [["a"]]).Bytes();
        var name = "xl/worksheets/sheet0.xml"u8;
        var entry = bomb.AsSpan().LastIndexOf(name) - 46;
        BitConverter.TryWriteBytes(bomb.AsSpan(entry + 24), 1000);

        Assert.Contains(CodeOf(bomb), (string[])["workbook.damaged", "workbook.too_large"]);
    }

    [Fact]
    public void Each_bound_holds()
    {
        var file = Small();

        Assert.Equal("workbook.too_large", CodeOf(file, new() { FileBytesMax = file.Length - 1 }));
        Assert.Equal("read", CodeOf(file, new() { FileBytesMax = file.Length }));
        Assert.Equal("workbook.too_large", CodeOf(file, new() { PartsMax = 6 }));
        Assert.Equal("read", CodeOf(file, new() { PartsMax = 7 }));
        Assert.Equal("workbook.too_large", CodeOf(file, new() { UnpackedBytesMax = 1000 }));
        Assert.Equal("workbook.too_large", CodeOf(new WorkbookFile().Sheet("一", [["a"]]).Sheet("二", [["b"]]).Bytes(), new() { SheetsMax = 1 }));
        Assert.Equal("workbook.too_large", CodeOf(new WorkbookFile { Parts = { ["xl/sharedStrings.xml"] = "<sst><si><t>1234567890</t></si></sst>" } }.Sheet("S", [["a"]]).Bytes(), new() { SharedCharsMax = 17 }));
        Assert.Equal("workbook.damaged", CodeOf(new WorkbookFile().Sheet("S", [[new string('a', 32_768)]]).Bytes()));
        Assert.Equal("read", CodeOf(new WorkbookFile().Sheet("S", [[new string('a', 32_767)]]).Bytes()));
    }

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>&e;</v></c></row></sheetData></worksheet>")]
    [InlineData("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><worksheet>&b;</worksheet>")]
    [InlineData("<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></row></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData>")]
    [InlineData("")]
    [InlineData("<worksheet><sheetData><row r=\"2\"/><row r=\"1\"/></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData><row r=\"1048577\"/></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData><row r=\"1\"><c r=\"XFE1\"/></row></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData><row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c></row></sheetData></worksheet>")]
    [InlineData("<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>-1</v></c></row></sheetData></worksheet>")]
    public void A_bad_sheet_is_damaged_and_its_part_is_named(string xml)
    {
        using var workbook = WorkbookReader.Open(new WorkbookFile().SheetXml("名单", xml).Bytes()).Value;

        var fault = workbook.ReadRows(workbook.Sheets[0], _ => true);

        Assert.Equal("workbook.damaged", fault?.Code);
        Assert.True(fault!.Message.En.Contains("sheet0.xml", StringComparison.Ordinal) || fault.Message.En.Contains("名单", StringComparison.Ordinal));
    }

    [Fact]
    public void A_part_that_is_there_twice_is_damaged()
    {
        Assert.Equal("workbook.damaged", CodeOf(WorkbookFile.Zip([("_rels/.rels", [1]), ("_RELS/.rels", [2])])));
    }

    [Fact]
    public void A_changed_byte_in_a_part_is_found_by_its_checksum()
    {
        // Stored without compression, so that the change leaves well-formed XML with another number.
        var stored = Encoding.UTF8.GetBytes($"<worksheet xmlns=\"{WorkbookFile.Main}\"><sheetData><row r=\"1\"><c r=\"A1\"><v>123456</v></c></row></sheetData></worksheet>");
        var file = new WorkbookFile().SheetXml("S", Encoding.UTF8.GetString(stored)).Bytes();
        var entry = file.AsSpan().LastIndexOf("xl/worksheets/sheet0.xml"u8) - 46;
        file[entry + 16] ^= 1;

        Assert.Equal("workbook.damaged", CodeOf(file));
    }

    [Fact]
    public void No_change_of_a_few_bytes_ever_throws()
    {
        var file = Small();
        var random = new Random(20250630);
        for (var round = 0; round < 3_000; round++)
        {
            var copy = (byte[])file.Clone();
            for (var change = random.Next(1, 6); change > 0; change--)
            {
                copy[random.Next(copy.Length)] = (byte)random.Next(256);
            }

            Assert.Matches("^(read|workbook\\..*)$", CodeOf(copy));
        }
    }

    [Fact]
    public void A_bug_of_the_caller_is_not_taken_for_a_damaged_file()
    {
        using var workbook = WorkbookReader.Open(Small()).Value;

        Assert.Throws<FormatException>(() => workbook.ReadRows(workbook.Sheets[0], _ => throw new FormatException()));
    }
}
