using System.Globalization;
using System.Net;
using System.Text;

namespace PilotCity.Defaults.Printing;

/// <summary>
/// Text of others on its way into something printed: it is shown, never obeyed. Characters that would move a terminal's cursor or turn the
/// direction of the text are written as their numbers, and marks of HTML are escaped.
/// </summary>
public static class PrintedText
{
    /// <summary>One line without control and direction characters and without halves of surrogate pairs.</summary>
    public static string Plain(string text)
    {
        var moves = false;
        for (var i = 0; i < text.Length && !moves; i++)
            moves = Moves(text, i);
        if (!moves)
            return text;

        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (Moves(text, i))
                plain.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:x4}");
            else
                plain.Append(text[i]);
        }

        return plain.ToString();
    }

    public static string Html(string text) => WebUtility.HtmlEncode(Plain(text));

    private static bool Moves(string text, int i)
    {
        var c = text[i];
        return char.IsControl(c)
            || char.GetUnicodeCategory(c) is UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
            || (char.IsHighSurrogate(c) && (i + 1 == text.Length || !char.IsLowSurrogate(text[i + 1])))
            || (char.IsLowSurrogate(c) && (i == 0 || !char.IsHighSurrogate(text[i - 1])));
    }
}
