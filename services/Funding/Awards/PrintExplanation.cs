using System.Globalization;
using System.Text;
using static PilotCity.Defaults.Printing.PrintedText;

namespace PilotCity.Funding.Awards;

/// <summary>
/// Writes an explanation as plain text or as a page to print. What a case or a rule text brings along is shown, never obeyed.
/// </summary>
internal static class PrintExplanation
{
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
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Html(explanation.Title)}</h1>\n<p class=\"sentence\">{Html(explanation.Sentence)}</p>\n");
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

        return Defaults.Printing.Page.Frame(explanation.Title, explanation.Language, page.ToString());
    }

    private static string Basis(Explanation explanation) => explanation.Language == "en" ? "by: " : "依据：";
}
