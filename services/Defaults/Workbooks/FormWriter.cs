using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace PilotCity.Defaults.Workbooks;

/// <summary>
/// Writes a <see cref="FormWorkbook"/> as XLSX (ECMA-376), in memory: forms have a thousand rows, not a million. What stands in a cell is inline
/// text or a number, so nothing becomes a formula. The same form gives the same bytes.
/// </summary>
public static class FormWriter
{
    public const string MediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// <summary>The programs' own bounds of what a check may say.</summary>
    private const int CheckTitleCharsMax = 32;
    private const int CheckTextCharsMax = 255;

    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    private const string Packaged = "http://schemas.openxmlformats.org/package/2006";
    private const string Types = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    private static readonly DateTimeOffset Written = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static byte[] Write(FormWorkbook form)
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Part(zip, "[Content_Types].xml", ContentTypes(form));
            Part(zip, "_rels/.rels", $"<Relationships xmlns=\"{Packaged}/relationships\"><Relationship Id=\"w\" Type=\"{Relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
            Part(zip, "xl/workbook.xml", Workbook(form));
            Part(zip, "xl/_rels/workbook.xml.rels", WorkbookRelations(form));
            Part(zip, "xl/styles.xml", Styles());
            for (var i = 0; i < form.Sheets.Count; i++)
            {
                var (sheet, n) = (form.Sheets[i], Number(i + 1));
                Part(zip, $"xl/worksheets/sheet{n}.xml", Sheet(sheet));
                if (sheet.Comments.Count > 0)
                {
                    Part(zip, $"xl/worksheets/_rels/sheet{n}.xml.rels", $"<Relationships xmlns=\"{Packaged}/relationships\"><Relationship Id=\"v\" Type=\"{Relations}/vmlDrawing\" Target=\"../drawings/vmlDrawing{n}.vml\"/><Relationship Id=\"c\" Type=\"{Relations}/comments\" Target=\"../comments{n}.xml\"/></Relationships>");
                    Part(zip, $"xl/comments{n}.xml", Comments(sheet));
                    Part(zip, $"xl/drawings/vmlDrawing{n}.vml", Drawing(sheet));
                }
            }
        }

        return file.ToArray();
    }

    private static string ContentTypes(FormWorkbook form)
    {
        var xml = new StringBuilder($"<Types xmlns=\"{Packaged}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Default Extension=\"vml\" ContentType=\"application/vnd.openxmlformats-officedocument.vmlDrawing\"/>");
        xml.Append(CultureInfo.InvariantCulture, $"<Override PartName=\"/xl/workbook.xml\" ContentType=\"{Types}.sheet.main+xml\"/><Override PartName=\"/xl/styles.xml\" ContentType=\"{Types}.styles+xml\"/>");
        for (var i = 1; i <= form.Sheets.Count; i++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<Override PartName=\"/xl/worksheets/sheet{i}.xml\" ContentType=\"{Types}.worksheet+xml\"/>");
            if (form.Sheets[i - 1].Comments.Count > 0)
            {
                xml.Append(CultureInfo.InvariantCulture, $"<Override PartName=\"/xl/comments{i}.xml\" ContentType=\"{Types}.comments+xml\"/>");
            }
        }

        return xml.Append("</Types>").ToString();
    }

    private static string Workbook(FormWorkbook form)
    {
        var active = form.Sheets.Select((s, i) => (s, i)).First(x => x.s.Visibility == FormVisibility.Visible).i;
        var xml = new StringBuilder($"<workbook xmlns=\"{Main}\" xmlns:r=\"{Relations}\"><workbookPr/><workbookProtection lockStructure=\"1\"/><bookViews><workbookView activeTab=\"{Number(active)}\"/></bookViews><sheets>");
        for (var i = 0; i < form.Sheets.Count; i++)
        {
            var state = form.Sheets[i].Visibility switch
            {
                FormVisibility.Visible => "",
                FormVisibility.VeryHidden => " state=\"veryHidden\"",
            };
            xml.Append(CultureInfo.InvariantCulture, $"<sheet name=\"{CellText.Escaped(form.Sheets[i].Name)}\" sheetId=\"{i + 1}\"{state} r:id=\"s{i + 1}\"/>");
        }

        xml.Append("</sheets>");
        if (form.Names.Count > 0)
        {
            xml.Append("<definedNames>");
            foreach (var name in form.Names)
            {
                var column = Letters(name.Column);
                xml.Append(CultureInfo.InvariantCulture, $"<definedName name=\"{CellText.Escaped(name.Name)}\">'{CellText.Escaped(name.Sheet.Replace("'", "''", StringComparison.Ordinal))}'!${column}${name.FromRow}:${column}${name.ToRow}</definedName>");
            }

            xml.Append("</definedNames>");
        }

        return xml.Append("</workbook>").ToString();
    }

    private static string WorkbookRelations(FormWorkbook form) =>
        $"<Relationships xmlns=\"{Packaged}/relationships\">{string.Concat(form.Sheets.Select((_, i) => $"<Relationship Id=\"s{Number(i + 1)}\" Type=\"{Relations}/worksheet\" Target=\"worksheets/sheet{Number(i + 1)}.xml\"/>"))}<Relationship Id=\"st\" Type=\"{Relations}/styles\" Target=\"styles.xml\"/></Relationships>";

    /// <summary>One cell format per <see cref="FormStyle"/>, in its order.</summary>
    private static string Styles()
    {
        const string wrapped = "<alignment vertical=\"top\" wrapText=\"1\"/>";
        const string open = "<protection locked=\"0\"/>";
        static string Format(FormStyle style) => style switch
        {
            FormStyle.Plain => $"<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyAlignment=\"1\">{wrapped}</xf>",
            FormStyle.Title => "<xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/>",
            FormStyle.Heading => $"<xf numFmtId=\"0\" fontId=\"2\" fillId=\"2\" borderId=\"1\" xfId=\"0\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyAlignment=\"1\">{wrapped}</xf>",
            FormStyle.Remark => $"<xf numFmtId=\"0\" fontId=\"3\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\" applyAlignment=\"1\">{wrapped}</xf>",
            FormStyle.TextEntry => $"<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"1\" xfId=\"0\" applyNumberFormat=\"1\" applyBorder=\"1\" applyProtection=\"1\">{open}</xf>",
            FormStyle.Entry => $"<xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"1\" xfId=\"0\" applyBorder=\"1\" applyProtection=\"1\">{open}</xf>",
            FormStyle.WrongTextEntry => $"<xf numFmtId=\"49\" fontId=\"4\" fillId=\"3\" borderId=\"1\" xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyProtection=\"1\">{open}</xf>",
            FormStyle.WrongEntry => $"<xf numFmtId=\"0\" fontId=\"4\" fillId=\"3\" borderId=\"1\" xfId=\"0\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\" applyProtection=\"1\">{open}</xf>",
        };

        const string font = "<name val=\"Microsoft YaHei\"/><family val=\"2\"/><charset val=\"134\"/>";
        const string line = " style=\"thin\"><color rgb=\"FFB0B8C0\"/>";
        const string border = $"<left{line}</left><right{line}</right><top{line}</top><bottom{line}</bottom>";
        return $"<styleSheet xmlns=\"{Main}\">"
            + $"<fonts count=\"5\"><font><sz val=\"10\"/>{font}</font><font><b/><sz val=\"14\"/>{font}</font><font><b/><sz val=\"10\"/>{font}</font><font><sz val=\"9\"/><color rgb=\"FF5A6570\"/>{font}</font><font><b/><sz val=\"10\"/><color rgb=\"FF9C0006\"/>{font}</font></fonts>"
            + "<fills count=\"4\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFE4ECF4\"/></patternFill></fill><fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFFC7CE\"/></patternFill></fill></fills>"
            + $"<borders count=\"2\"><border><left/><right/><top/><bottom/><diagonal/></border><border>{border}<diagonal/></border></borders>"
            + "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
            + $"<cellXfs count=\"{Number(Enum.GetValues<FormStyle>().Length)}\">{string.Concat(Enum.GetValues<FormStyle>().Select(Format))}</cellXfs>"
            + "<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>";
    }

    private static string Sheet(FormSheet sheet)
    {
        var xml = new StringBuilder($"<worksheet xmlns=\"{Main}\" xmlns:r=\"{Relations}\">");
        xml.Append(Views(sheet)).Append("<sheetFormatPr defaultRowHeight=\"15\"/>");
        if (sheet.Columns.Count > 0)
        {
            xml.Append("<cols>");
            foreach (var column in sheet.Columns)
            {
                xml.Append(CultureInfo.InvariantCulture, $"<col min=\"{column.From}\" max=\"{column.To}\" width=\"{column.Width}\" style=\"{(int)column.Style}\" customWidth=\"1\"/>");
            }

            xml.Append("</cols>");
        }

        xml.Append("<sheetData>");
        foreach (var row in sheet.Rows)
        {
            Row(xml, row);
        }

        xml.Append("</sheetData>");
        if (sheet.Protected)
        {
            xml.Append("<sheetProtection sheet=\"1\" objects=\"1\" scenarios=\"1\"/>");
        }

        if (sheet.Merges.Count > 0)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<mergeCells count=\"{sheet.Merges.Count}\">");
            foreach (var merge in sheet.Merges)
            {
                xml.Append(CultureInfo.InvariantCulture, $"<mergeCell ref=\"{Cell.Address(merge.FromColumn, merge.Row)}:{Cell.Address(merge.ToColumn, merge.Row)}\"/>");
            }

            xml.Append("</mergeCells>");
        }

        if (sheet.Checks.Count > 0)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<dataValidations count=\"{sheet.Checks.Count}\">");
            foreach (var check in sheet.Checks)
            {
                Check(xml, check);
            }

            xml.Append("</dataValidations>");
        }

        xml.Append("<pageMargins left=\"0.4\" right=\"0.4\" top=\"0.5\" bottom=\"0.5\" header=\"0.3\" footer=\"0.3\"/><pageSetup paperSize=\"9\" orientation=\"landscape\"/>");
        if (sheet.Comments.Count > 0)
        {
            xml.Append("<legacyDrawing r:id=\"v\"/>");
        }

        return xml.Append("</worksheet>").ToString();
    }

    private static string Views(FormSheet sheet)
    {
        var (rows, columns) = sheet.Frozen;
        if (rows == 0 && columns == 0)
        {
            return "<sheetViews><sheetView workbookViewId=\"0\"/></sheetViews>";
        }

        var pane = rows > 0 && columns > 0 ? "bottomRight" : rows > 0 ? "bottomLeft" : "topRight";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<sheetViews><sheetView workbookViewId=\"0\"><pane{(columns > 0 ? $" xSplit=\"{columns}\"" : "")}{(rows > 0 ? $" ySplit=\"{rows}\"" : "")} topLeftCell=\"{Cell.Address(columns + 1, rows + 1)}\" activePane=\"{pane}\" state=\"frozen\"/></sheetView></sheetViews>");
    }

    private static void Row(StringBuilder xml, FormRow row)
    {
        xml.Append(CultureInfo.InvariantCulture, $"<row r=\"{row.Number}\"");
        if (row.Height is { } height)
        {
            xml.Append(CultureInfo.InvariantCulture, $" ht=\"{height}\" customHeight=\"1\"");
        }

        xml.Append(row.Hidden ? " hidden=\"1\">" : ">");
        foreach (var cell in row.Cells)
        {
            var address = Cell.Address(cell.Column, row.Number);
            if (cell.Number is { } number)
            {
                xml.Append(CultureInfo.InvariantCulture, $"<c r=\"{address}\" s=\"{(int)cell.Style}\"><v>{number}</v></c>");
            }
            else if (string.IsNullOrEmpty(cell.Text))
            {
                xml.Append(CultureInfo.InvariantCulture, $"<c r=\"{address}\" s=\"{(int)cell.Style}\"/>");
            }
            else
            {
                xml.Append(CultureInfo.InvariantCulture, $"<c r=\"{address}\" s=\"{(int)cell.Style}\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{CellText.Escaped(cell.Text)}</t></is></c>");
            }
        }

        xml.Append("</row>");
    }

    private static void Check(StringBuilder xml, FormCheck check)
    {
        var (type, first, second) = check.Rule switch
        {
            FormRule.OneOf one => ("type=\"list\"", CellText.Escaped(one.Name), null),
            FormRule.Whole whole => ("type=\"whole\" operator=\"between\"", Number(whole.Minimum), Number(whole.Maximum)),
            FormRule.Number number => ("type=\"decimal\" operator=\"between\"", Number(number.Minimum), Number(number.Maximum)),
            FormRule.Length length => ("type=\"textLength\" operator=\"between\"", Number(length.Minimum), (string?)Number(length.Maximum)),
            _ => throw new ArgumentException($"a form has no rule {check.Rule.GetType().Name}", nameof(check)),
        };
        xml.Append(CultureInfo.InvariantCulture, $"<dataValidation {type} allowBlank=\"1\" showInputMessage=\"1\" showErrorMessage=\"1\" errorTitle=\"{Said(check.Title, CheckTitleCharsMax)}\" error=\"{Said(check.Error, CheckTextCharsMax)}\" promptTitle=\"{Said(check.Title, CheckTitleCharsMax)}\" prompt=\"{Said(check.Prompt, CheckTextCharsMax)}\"");
        xml.Append(CultureInfo.InvariantCulture, $" sqref=\"{Cell.Address(check.FromColumn, check.FromRow)}:{Cell.Address(check.ToColumn, check.ToRow)}\"><formula1>{first}</formula1>");
        xml.Append(second is null ? "" : $"<formula2>{second}</formula2>").Append("</dataValidation>");
    }

    private static string Comments(FormSheet sheet)
    {
        var xml = new StringBuilder($"<comments xmlns=\"{Main}\"><authors><author>PilotCity</author></authors><commentList>");
        foreach (var comment in sheet.Comments)
        {
            xml.Append(CultureInfo.InvariantCulture, $"<comment ref=\"{Cell.Address(comment.Column, comment.Row)}\" authorId=\"0\"><text><t xml:space=\"preserve\">{CellText.Escaped(comment.Text)}</t></text></comment>");
        }

        return xml.Append("</commentList></comments>").ToString();
    }

    /// <summary>The boxes of the comments: without them Excel shows none.</summary>
    private static string Drawing(FormSheet sheet)
    {
        var xml = new StringBuilder("<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/><v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>");
        for (var i = 0; i < sheet.Comments.Count; i++)
        {
            var (row, column) = (sheet.Comments[i].Row - 1, sheet.Comments[i].Column - 1);
            xml.Append(CultureInfo.InvariantCulture, $"<v:shape id=\"_x0000_s{1025 + i}\" type=\"#_x0000_t202\" style=\"position:absolute;visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\"/>");
            xml.Append(CultureInfo.InvariantCulture, $"<x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{column + 1}, 15, {row}, 2, {column + 4}, 15, {row + 4}, 4</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>");
        }

        return xml.Append("</xml>").ToString();
    }

    /// <summary>Text of a check as an attribute, cut to what the programs allow; a longer one makes them call the file damaged.</summary>
    private static string Said(string text, int charsMax)
    {
        var cut = text.Length <= charsMax ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[charsMax - 2]) ? charsMax - 2 : charsMax - 1), "…");
        return CellText.Escaped(cut).Replace("\n", "&#10;", StringComparison.Ordinal);
    }

    private static string Letters(int column) => Cell.Address(column, 1)[..^1];

    private static string Number(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    private static void Part(ZipArchive zip, string path, string xml)
    {
        var entry = zip.CreateEntry(path, CompressionLevel.Fastest);
        entry.LastWriteTime = Written;
        using var part = new StreamWriter(entry.Open(), new UTF8Encoding(false));
        part.Write("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
        part.Write(xml);
    }
}
