using System.Text;
using System.Text.RegularExpressions;

namespace PilotCity.Defaults.Workbooks;

/// <summary>Text as the XML of a workbook holds it.</summary>
internal static partial class CellText
{
    /// <summary>As XML 1.0 has room for it: no control characters, no half of a pair; as long as a cell may be.</summary>
    public static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length);
        var left = WorkbookWriter.CellCharsMax;
        foreach (var rune in Literal(text).EnumerateRunes())
        {
            if ((left -= rune.Utf16SequenceLength) < 0)
            {
                break;
            }

            _ = rune.Value switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\t' or '\n' => escaped.Append((char)rune.Value),
                0xFFFE or 0xFFFF => escaped,
                _ when Rune.IsControl(rune) => escaped,
                _ => escaped.Append(rune.ToString()),
            };
        }

        return escaped.ToString();
    }

    /// <summary>What looks like the escape of a character (<c>_x0041_</c>) but was typed so stays what it is (ECMA-376 part 1, 22.9.2.19).</summary>
    private static string Literal(string text) => text.Contains("_x", StringComparison.Ordinal) ? Escapes().Replace(text, "_x005F_") : text;

    [GeneratedRegex("_(?=x[0-9A-Fa-f]{4}_)")]
    private static partial Regex Escapes();
}
