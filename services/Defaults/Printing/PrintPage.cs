using System.Globalization;
using System.Text;

namespace PilotCity.Defaults.Printing;

/// <summary>Writes a sheet as a page, its drawings as SVG.</summary>
public static class PrintPage
{
    public static string Html(Sheet sheet) => Page.Frame(sheet.Title, sheet.Language, Body(sheet));

    /// <summary>What stands inside the frame, for a page that adds something of its own.</summary>
    public static string Body(Sheet sheet)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<h1>{PrintedText.Html(sheet.Title)}</h1>\n<p class=\"sentence\">{PrintedText.Html(sheet.Sentence)}</p>\n");
        if (sheet.Mark is { } mark)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"mark\">{PrintedText.Html(mark)}</p>\n");
        foreach (var section in sheet.Sections)
            Section(page, section);
        if (sheet.Footer is { } footer)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{PrintedText.Html(footer)}</p>\n");
        return page.ToString();
    }

    private static void Section(StringBuilder page, SheetSection section)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{PrintedText.Html(section.Heading)}</h2>\n");
        if (section.Facts is { Count: > 0 } facts)
        {
            page.Append("<table class=\"facts\"><tbody>\n");
            foreach (var fact in facts)
                page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{PrintedText.Html(fact.Label)}</th><td>{PrintedText.Html(fact.Value)}</td></tr>\n");
            page.Append("</tbody></table>\n");
        }

        if (section.Drawings is { Count: > 0 } drawings)
        {
            page.Append("<div class=\"drawings\">\n");
            foreach (var drawing in drawings)
                Svg(page, drawing);
            page.Append("</div>\n");
        }

        foreach (var line in section.Lines ?? [])
            page.Append(CultureInfo.InvariantCulture, $"<p>{PrintedText.Html(line)}</p>\n");
        if (section.Table is { } table)
            Table(page, table);
        if (section.Note is { } note)
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"note\">{PrintedText.Html(note)}</p>\n");
    }

    private static void Table(StringBuilder page, SheetTable table)
    {
        var weight = table.Columns.Sum(c => c.Weight);
        page.Append("<table><colgroup>");
        foreach (var column in table.Columns)
            page.Append(CultureInfo.InvariantCulture, $"<col width=\"{100 * column.Weight / weight}%\">");
        page.Append("</colgroup><thead><tr>");
        foreach (var column in table.Columns)
            page.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\"{Align(column)}>{PrintedText.Html(column.Title)}</th>");
        page.Append("</tr></thead><tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Append("<tr>");
            for (var i = 0; i < row.Count; i++)
                page.Append(CultureInfo.InvariantCulture, $"<td{Align(table.Columns[i])}>{PrintedText.Html(row[i])}</td>");
            page.Append("</tr>\n");
        }

        page.Append("</tbody></table>\n");
    }

    private static string Align(SheetColumn column) => column.Figures ? " class=\"right\"" : "";

    /// <summary>Attributes only: a style of an element would need a hole in the page's policy.</summary>
    private static void Svg(StringBuilder page, Drawing drawing)
    {
        page.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"{1.4 * drawing.Width:0.##}\" height=\"{1.4 * drawing.Height:0.##}\" viewBox=\"0 0 {drawing.Width:0.##} {drawing.Height:0.##}\" font-family=\"sans-serif\"><title>{PrintedText.Html(drawing.Words)}</title>\n");
        foreach (var shape in drawing.Shapes)
        {
            if (shape is Outline outline)
            {
                page.Append("<polygon points=\"").AppendJoin(' ', outline.Points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.X:0.##},{p.Y:0.##}")));
                page.Append(CultureInfo.InvariantCulture, $"\" fill=\"{outline.Fill ?? "none"}\" stroke=\"{outline.Stroke ?? "none"}\" stroke-width=\"{outline.Thickness:0.##}\"{(outline.Dashed ? " stroke-dasharray=\"3 2\"" : "")}/>\n");
            }
            else if (shape is Label label)
            {
                page.Append(CultureInfo.InvariantCulture, $"<text x=\"{label.X:0.##}\" y=\"{label.Y:0.##}\" font-size=\"{label.Size:0.##}\" text-anchor=\"{Word(label.Anchor)}\" fill=\"{label.Colour}\"{(label.Bold ? " font-weight=\"bold\"" : "")}>{PrintedText.Html(label.Text)}</text>\n");
            }
        }

        page.Append("</svg>\n");
    }

    private static string Word(Anchor anchor) => anchor switch
    {
        Anchor.Start => "start",
        Anchor.Middle => "middle",
        Anchor.End => "end",
    };
}
