using System.Globalization;
using System.Net;
using System.Text;

namespace PilotCity.Funding.Awards;

/// <summary>
/// Writes an explanation as plain text or as a page to print. What a case or a rule text brings along is shown, never obeyed: marks of HTML are
/// escaped, and characters that would move a terminal's cursor or turn the direction of the text are written as their numbers.
/// </summary>
internal static class PrintExplanation
{
    private const string Style = "body{font:16px/1.6 'Noto Serif CJK SC','Songti SC',SimSun,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#111}"
        + "h1{font-size:1.4em}h2{font-size:1.1em;border-bottom:1px solid #999;margin-top:1.6em}li{margin:.4em 0;overflow-wrap:anywhere}p{margin:.1em 0}"
        + ".sentence{font-weight:bold;font-size:1.1em}.detail,.clause{color:#444;font-size:.9em}@media print{body{max-width:none;margin:0;font-size:11pt}h2{break-after:avoid}li{break-inside:avoid}}";

    public static string Text(Explanation explanation)
    {
        var text = new StringBuilder();
        text.Append(Plain(explanation.Title)).Append('\n').Append('=', 60).Append('\n').Append(Plain(explanation.Sentence)).Append('\n');
        foreach (var section in explanation.Sections)
        {
            text.Append('\n').Append(section.Heading).Append('\n').Append('-', 60).Append('\n');
            for (var i = 0; i < section.Items.Length; i++)
            {
                var item = section.Items[i];
                text.Append(CultureInfo.InvariantCulture, $"{i + 1}. ").Append(Plain(item.Statement)).Append('\n');
                foreach (var detail in item.Details.Where(d => d.Length > 0)) text.Append("   ").Append(Plain(detail)).Append('\n');
                if (item.Clause is { } clause) text.Append("   ").Append(Basis(explanation)).Append(Plain(clause)).Append('\n');
            }
        }

        return text.ToString();
    }

    public static string Page(Explanation explanation)
    {
        var page = new StringBuilder();
        var (title, lang) = (Html(explanation.Title), explanation.Language == "en" ? "en" : "zh-CN");
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\"><title>{title}</title><style>{Style}</style></head>\n<body>\n<h1>{title}</h1>\n<p class=\"sentence\">{Html(explanation.Sentence)}</p>\n");
        foreach (var section in explanation.Sections)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>{Html(section.Heading)}</h2>\n<ol>\n");
            foreach (var item in section.Items)
            {
                page.Append(CultureInfo.InvariantCulture, $"<li>{Html(item.Statement)}");
                foreach (var detail in item.Details.Where(d => d.Length > 0)) page.Append(CultureInfo.InvariantCulture, $"<p class=\"detail\">{Html(detail)}</p>");
                if (item.Clause is { } clause) page.Append(CultureInfo.InvariantCulture, $"<p class=\"clause\">{Html(Basis(explanation) + clause)}</p>");
                page.Append("</li>\n");
            }

            page.Append("</ol>\n");
        }

        return page.Append("</body>\n</html>\n").ToString();
    }

    private static string Basis(Explanation explanation) => explanation.Language == "en" ? "by: " : "依据：";

    private static string Html(string text) => WebUtility.HtmlEncode(Plain(text));

    /// <summary>One line without control and direction characters.</summary>
    internal static string Plain(string text)
    {
        if (!text.Any(Moves)) return text;
        var plain = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (Moves(c)) plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else plain.Append(c);
        }

        return plain.ToString();
    }

    private static bool Moves(char c) => char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
