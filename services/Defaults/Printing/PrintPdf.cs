using System.Globalization;

namespace PilotCity.Defaults.Printing;

/// <summary>Writes a sheet as PDF on A4: headings stay with what follows, rows are not torn, headings of a table are repeated on its next page.</summary>
public static class PrintPdf
{
    public const string ContentType = "application/pdf";

    private const double Margin = 42, Bottom = 52, Size = 9, Leading = 13, CellSize = 8, CellLeading = 11, CellPad = 3, LabelWidth = 120;

    private const string Ink = "#111111", Grey = "#555555", Rule = "#999999", Shade = "#eeeeee";

    private const double Inside = PdfFile.Width - (2 * Margin);

    public static byte[] Write(Sheet sheet)
    {
        var press = new Press(PrintedText.Plain(sheet.Title), sheet.Language);
        press.Paragraph(sheet.Title, 15, 20, bold: true);
        press.Paragraph(sheet.Sentence, 10, 15, bold: true);
        if (sheet.Mark is { } mark)
            press.Mark(mark);
        foreach (var section in sheet.Sections)
            Section(press, section);
        return press.Finish(sheet.Footer);
    }

    private static void Section(Press press, SheetSection section)
    {
        press.Heading(section.Heading, section.Drawings is { Count: > 0 } and var drawings ? Rows(drawings)[0].Max(d => d.Height) : 3 * Leading);
        foreach (var fact in section.Facts ?? [])
            press.Row([fact.Label, fact.Value], [LabelWidth, Inside - LabelWidth], [false, false], null, lines: false);
        foreach (var row in section.Drawings is { Count: > 0 } all ? Rows(all) : [])
            press.Drawings(row);
        foreach (var line in section.Lines ?? [])
            press.Paragraph(line, Size, Leading);
        if (section.Table is { } table)
            Table(press, table);
        if (section.Note is { } note)
            press.Paragraph(note, CellSize, CellLeading, colour: Grey);
    }

    private static void Table(Press press, SheetTable table)
    {
        var weight = (double)table.Columns.Sum(c => c.Weight);
        double[] widths = [.. table.Columns.Select(c => Inside * c.Weight / weight)];
        bool[] figures = [.. table.Columns.Select(c => c.Figures)];
        string[] titles = [.. table.Columns.Select(c => c.Title)];
        press.Row(titles, widths, figures, null, lines: true, heading: true);
        foreach (var row in table.Rows)
            press.Row(row, widths, figures, titles, lines: true);
    }

    /// <summary>Drawings side by side while they fit.</summary>
    private static List<List<Drawing>> Rows(IReadOnlyList<Drawing> drawings)
    {
        var rows = new List<List<Drawing>> { new() };
        foreach (var drawing in drawings)
        {
            if (rows[^1].Count > 0 && rows[^1].Sum(d => d.Width) + drawing.Width > Inside)
                rows.Add([]);
            rows[^1].Add(drawing);
        }

        return rows;
    }

    /// <summary>Puts one thing below the other, and begins a page where it must.</summary>
    private sealed class Press(string title, string language)
    {
        private readonly PdfFile file = new(title, language);
        private double y = PdfFile.Height;

        private PdfPage On => file.Pages[^1];

        private double Room => PdfFile.Height - Bottom - y;

        public void Paragraph(string text, double size, double leading, bool bold = false, string colour = Ink)
        {
            foreach (var line in PdfFonts.Wrap(PrintedText.Plain(text), Inside, size, bold))
            {
                Need(leading);
                On.Write(Margin, y + size, line, size, bold, colour);
                y += leading;
            }

            y += 2;
        }

        public void Heading(string text, double follows)
        {
            y += 8;
            Need(18 + follows);
            On.Write(Margin, y + 11, PrintedText.Plain(text), 11, bold: true);
            On.Draw(Outline.Line(Margin, y + 15, Margin + Inside, y + 15, Rule, 0.5));
            y += 20;
        }

        public void Mark(string text)
        {
            var plain = PrintedText.Plain(text);
            var lines = PdfFonts.Wrap(plain, Inside - 16, 10, bold: true);
            Need((lines.Count * 15) + 12);
            On.Draw(Outline.Rectangle(Margin, y, Math.Min(Inside, lines.Max(l => PdfFonts.Width(l, 10, bold: true)) + 16), (lines.Count * 15) + 6, null, Ink, 1.2));
            foreach (var line in lines)
            {
                On.Write(Margin + 8, y + 14, line, 10, bold: true);
                y += 15;
            }

            y += 12;
        }

        public void Drawings(IReadOnlyList<Drawing> row)
        {
            var scale = Math.Min(1, Inside / row.Sum(d => d.Width));
            Need((row.Max(d => d.Height) * scale) + 4);
            var left = Margin;
            foreach (var drawing in row)
            {
                foreach (var shape in drawing.Shapes)
                {
                    if (shape is Outline outline)
                        On.Draw(outline, left, y, scale);
                    else if (shape is Label label)
                        Words(label, left, scale);
                }

                left += drawing.Width * scale;
            }

            y += (row.Max(d => d.Height) * scale) + 4;
        }

        /// <summary>A row of cells; one that is taller than a page goes on on the next.</summary>
        public void Row(IReadOnlyList<string> cells, double[] widths, bool[] figures, string[]? titles, bool lines, bool heading = false)
        {
            var wrapped = cells.Select((c, i) => PdfFonts.Wrap(PrintedText.Plain(c), widths[i] - (2 * CellPad), CellSize, heading)).ToArray();
            var count = wrapped.Max(w => w.Count);
            for (var from = 0; from < count;)
            {
                var rest = ((count - from) * CellLeading) + (2 * CellPad);
                var page = PdfFile.Height - Bottom - Margin - (titles is null ? 0 : CellLeading + (2 * CellPad));
                if (Room < Math.Min(rest, page) && (rest <= page || Room < page / 4))
                {
                    Begin();
                    if (titles is not null)
                        Row(titles, widths, figures, null, lines, heading: true);
                }

                var taken = Math.Max(1, Math.Min(count - from, (int)((Room - (2 * CellPad)) / CellLeading)));
                Part(wrapped, from, taken, widths, figures, lines, heading);
                from += taken;
            }
        }

        public byte[] Finish(string? footer)
        {
            for (var i = 0; i < file.Pages.Count; i++)
            {
                var page = file.Pages[i];
                page.Draw(Outline.Line(Margin, PdfFile.Height - 40, Margin + Inside, PdfFile.Height - 40, Rule, 0.5));
                var number = string.Create(CultureInfo.InvariantCulture, $"{i + 1} / {file.Pages.Count}");
                page.Write(Margin + Inside - PdfFonts.Width(number, 8, bold: false), PdfFile.Height - 28, number, 8, colour: Grey);
                if (footer is not null)
                    page.Write(Margin, PdfFile.Height - 28, PdfFonts.Wrap(PrintedText.Plain(footer), Inside - 50, 7)[0], 7, colour: Grey);
            }

            return file.Write();
        }

        private void Part(List<string>[] wrapped, int from, int taken, double[] widths, bool[] figures, bool lines, bool heading)
        {
            var height = (taken * CellLeading) + (lines ? 2 * CellPad : 0);
            var x = Margin;
            for (var i = 0; i < widths.Length; i++)
            {
                if (lines)
                    On.Draw(Outline.Rectangle(x, y, widths[i], height, heading ? Shade : null, Rule));
                for (var n = from; n < Math.Min(from + taken, wrapped[i].Count); n++)
                {
                    var at = figures[i] ? x + widths[i] - CellPad - PdfFonts.Width(wrapped[i][n], CellSize, heading) : x + (lines ? CellPad : 0);
                    On.Write(at, y + (lines ? CellPad : 0) + CellSize + ((n - from) * CellLeading), wrapped[i][n], CellSize, heading, !lines && i == 0 ? Grey : Ink);
                }

                x += widths[i];
            }

            y += height + (lines ? 0 : 1);
        }

        private void Words(Label label, double left, double scale)
        {
            var (text, size) = (PrintedText.Plain(label.Text), label.Size * scale);
            var width = PdfFonts.Width(text, size, label.Bold);
            var back = label.Anchor switch
            {
                Anchor.Start => 0,
                Anchor.Middle => width / 2,
                Anchor.End => width,
            };
            On.Write(left + (label.X * scale) - back, y + (label.Y * scale), text, size, label.Bold, label.Colour);
        }

        private void Need(double height)
        {
            if (file.Pages.Count == 0 || Room < height)
                Begin();
        }

        private void Begin()
        {
            file.AddPage();
            y = Margin;
        }
    }
}
