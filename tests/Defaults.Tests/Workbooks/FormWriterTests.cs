using System.IO.Compression;
using System.Xml.Linq;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Defaults.Tests.Workbooks;

public sealed class FormWriterTests
{
    private static readonly XNamespace Main = WorkbookFile.Main;

    private static FormSheet Sheet(string name, params FormCell[] cells) => new(name, FormVisibility.Visible, [new(1, 3, 20, FormStyle.Entry)], [new(1, cells)]);

    private static readonly FormWorkbook Form = new(
        [
            Sheet("答卷", new FormCell(1, FormStyle.Heading, "甲 & <乙>"), new FormCell(2, FormStyle.Entry, null, 1.5m), new FormCell(3, FormStyle.TextEntry, "=1+1")) with
            {
                Protected = true,
                Frozen = (1, 1),
                Merges = [new(1, 2, 3)],
                Checks =
                [
                    new(1, 1, 2, 100, new FormRule.OneOf("choices"), "t", "p", "e"), new(2, 2, 2, 100, new FormRule.Whole(0, 4), "t", "p", "e"),
                    new(3, 3, 2, 100, new FormRule.Number(0, 99.5m), "t", "p", "e"), new(28, 28, 2, 100, new FormRule.Length(18, 18), new string('题', 40), new string('问', 300), "换\n行"),
                ],
                Comments = [new(2, 1, "错了 <b>")],
            },
            Sheet("_lists", new FormCell(1, FormStyle.Plain, "A")) with { Visibility = FormVisibility.VeryHidden },
        ],
        [new("choices", "_lists", 1, 1, 1)]);

    [Fact]
    public void What_is_written_is_read_again_as_text_and_numbers_and_never_as_a_formula()
    {
        using var workbook = WorkbookReader.Open(FormWriter.Write(Form)).Value;
        Assert.Equal([("答卷", false), ("_lists", true)], workbook.Sheets.Select(s => (s.Name, s.Hidden)));
        Assert.Null(workbook.ReadRows(workbook.Sheets[0], row =>
        {
            Assert.Equal([(CellKind.Text, "甲 & <乙>", false), (CellKind.Number, "1.5", false), (CellKind.Text, "=1+1", false)], row.Cells.Select(c => (c.Kind, c.Text, c.IsFormula)));
            return true;
        }));
    }

    [Fact]
    public void Checks_protection_names_and_notes_stand_where_the_programs_look_for_them()
    {
        var parts = Parts(FormWriter.Write(Form));
        var sheet = parts["xl/worksheets/sheet1.xml"].Root!;

        // The order of a sheet's parts is part of the format (ECMA-376 part 1, 18.3.1.99); a program calls the file damaged where it is another.
        Assert.Equal(
            ["sheetViews", "sheetFormatPr", "cols", "sheetData", "sheetProtection", "mergeCells", "dataValidations", "pageMargins", "pageSetup", "legacyDrawing"],
            sheet.Elements().Select(e => e.Name.LocalName));
        Assert.Equal(
            ["list A2:A100 choices ", "whole B2:B100 0 4", "decimal C2:C100 0 99.5", "textLength AB2:AB100 18 18"],
            sheet.Descendants(Main + "dataValidation").Select(v => $"{v.Attribute("type")!.Value} {v.Attribute("sqref")!.Value} {v.Element(Main + "formula1")!.Value} {v.Element(Main + "formula2")?.Value}"));
        var last = sheet.Descendants(Main + "dataValidation").Last();
        Assert.Equal((32, 255, "换\n行"), (last.Attribute("promptTitle")!.Value.Length, last.Attribute("prompt")!.Value.Length, last.Attribute("error")!.Value));
        Assert.Equal("'_lists'!$A$1:$A$1", parts["xl/workbook.xml"].Root!.Descendants(Main + "definedName").Single().Value);
        Assert.Equal(("B1", "错了 <b>"), (parts["xl/comments1.xml"].Root!.Descendants(Main + "comment").Single().Attribute("ref")!.Value, parts["xl/comments1.xml"].Root!.Value["PilotCity".Length..]));
        Assert.Equal(Enum.GetValues<FormStyle>().Length, parts["xl/styles.xml"].Root!.Element(Main + "cellXfs")!.Elements().Count());
    }

    [Fact]
    public void Every_part_is_as_the_format_s_schema_asks()
    {
        using var file = new MemoryStream(FormWriter.Write(Form));
        using var document = SpreadsheetDocument.Open(file, isEditable: false);

        Assert.Empty(new OpenXmlValidator(FileFormatVersions.Office2010).Validate(document).Select(e => $"{e.Part?.Uri} {e.Path?.XPath}: {e.Description}"));
    }

    [Fact]
    public void The_same_form_gives_the_same_bytes() => Assert.Equal(FormWriter.Write(Form), FormWriter.Write(Form));

    private static Dictionary<string, XDocument> Parts(byte[] file)
    {
        using var zip = new ZipArchive(new MemoryStream(file));
        return zip.Entries.ToDictionary(e => e.FullName, e => XDocument.Load(e.Open()));
    }
}
