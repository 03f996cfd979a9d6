using System.Text;

namespace PilotCity.Defaults.Printing;

/// <summary>
/// The two fonts of our PDF files, of which no machine needs a file: Helvetica (one of the fourteen that every reader has, ISO 32000-1, 9.6.2.2)
/// for ASCII, and the predefined STSong-Light with the character map UniGB-UTF16-H (9.7.5.2) for everything else. A reader draws the latter with
/// whatever Chinese font it has; all its characters are one em wide.
/// </summary>
internal static class PdfFonts
{
    /// <summary>Not at the start of a line: closing marks stay with what they close (GB/T 15834, 标点不得出现在行首).</summary>
    private const string NotFirst = "，。、；：？！）》】」』〉％%…·,.;:?!)]}";

    /// <summary>Not at the end of a line: opening marks stay with what they open.</summary>
    private const string NotLast = "（《【「『〈([{";

    private const int Em = 1_000;

    /// <summary>Widths of U+0020 to U+007E in thousandths of an em, from Adobe's metrics of the standard fonts.</summary>
    private static readonly short[] Regular =
    [
        278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
        1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
        333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
    ];

    private static readonly short[] Bold =
    [
        278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611,
        975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556,
        333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
    ];

    public static bool IsLatin(Rune rune) => rune.Value is >= ' ' and <= '~';

    public static double Width(string text, double size, bool bold)
    {
        var width = 0;
        foreach (var rune in text.EnumerateRunes())
            width += Width(rune, bold);
        return width * size / Em;
    }

    /// <summary>The text in lines of at most this width: broken at spaces and between Chinese characters; a word that is too long anywhere.</summary>
    public static List<string> Wrap(string text, double width, double size, bool bold = false)
    {
        var lines = new List<string>();
        var room = width * Em / size;
        var line = new StringBuilder();
        var (used, breakAt, sinceBreak) = (0, -1, 0);
        Rune? last = null;
        foreach (var rune in text.EnumerateRunes())
        {
            var wide = Width(rune, bold);
            if (last is { } before && line.Length > 0 && MayBreak(before, rune))
                (breakAt, sinceBreak) = (line.Length, 0);
            while (used + wide > room && line.Length > 0)
            {
                // Back to the last place where a line may end; where there is none the word is cut here.
                var (at, rest) = breakAt > 0 ? (breakAt, sinceBreak) : (line.Length, 0);
                lines.Add(line.ToString(0, at).TrimEnd(' '));
                line.Remove(0, at);
                (used, breakAt, sinceBreak) = (rest, -1, rest);
            }

            if (line.Length == 0 && rune.Value == ' ' && lines.Count > 0)
                continue;
            line.Append(rune.ToString());
            used += wide;
            sinceBreak += wide;
            last = rune;
        }

        lines.Add(line.ToString());
        return lines;
    }

    private static bool MayBreak(Rune before, Rune after) =>
        !Contains(NotLast, before) && !Contains(NotFirst, after) && after.Value != ' '
        && (before.Value == ' ' || !IsLatin(before) || !IsLatin(after));

    private static bool Contains(string marks, Rune rune) => rune.IsBmp && marks.Contains((char)rune.Value, StringComparison.Ordinal);

    private static int Width(Rune rune, bool bold) => IsLatin(rune) ? (bold ? Bold : Regular)[rune.Value - ' '] : Em;
}
