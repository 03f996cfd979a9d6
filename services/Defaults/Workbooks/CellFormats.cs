using System.Globalization;
using System.Text.RegularExpressions;

namespace PilotCity.Defaults.Workbooks;

/// <summary>What a number format shows of a number: the number itself, a percentage, a date, or year and month of a date.</summary>
internal enum Shown
{
    Number,
    Percent,
    Day,
    Month,
}

/// <summary>Number formats of ECMA-376 part 1, 18.8.30, and the built-in ones of Chinese installations (27–36, 50–58).</summary>
internal static partial class CellFormats
{
    public static Shown BuiltIn(int id) => id switch
    {
        9 or 10 => Shown.Percent,
        17 or 27 or 36 or 50 or 52 or 57 => Shown.Month,
        >= 14 and <= 16 or 22 => Shown.Day,
        >= 28 and <= 31 or 51 or 53 or 54 or 58 => Shown.Day,
        _ => Shown.Number,
    };

    /// <summary>Reads a custom format such as <c>yyyy"年"m"月"</c>; literals, escapes and bracketed conditions do not count.</summary>
    public static Shown Custom(string code)
    {
        var bare = Literals().Replace(code.Split(';')[0], "").ToUpperInvariant();
        var year = bare.Contains('Y', StringComparison.Ordinal);
        var day = bare.Contains('D', StringComparison.Ordinal);
        var month = bare.Contains('M', StringComparison.Ordinal);
        return (year, month, day) switch
        {
            (true, true, false) => Shown.Month,
            (true, _, _) or (_, true, true) => Shown.Day,
            _ => bare.Contains('%', StringComparison.Ordinal) ? Shown.Percent : Shown.Number,
        };
    }

    /// <summary>The day of a serial number; none for 0, negative numbers and the 29 February 1900 that never was.</summary>
    public static DateOnly? Day(decimal serial, bool from1904)
    {
        var whole = decimal.Floor(serial);
        if (from1904)
        {
            return whole is >= 0 and <= 2_957_003 ? new DateOnly(1904, 1, 1).AddDays((int)whole) : null;
        }

        return whole switch
        {
            >= 1 and < 60 => new DateOnly(1899, 12, 31).AddDays((int)whole),
            > 60 and <= 2_958_465 => new DateOnly(1899, 12, 30).AddDays((int)whole),
            _ => null,
        };
    }

    /// <summary>Undoes the escape <c>_x000D_</c> that spreadsheet programs write for characters XML does not take.</summary>
    public static string Unescape(string text) =>
        text.Contains("_x", StringComparison.Ordinal)
            ? Escapes().Replace(text, match => ((char)ushort.Parse(match.Groups[1].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToString())
            : text;

    [GeneratedRegex("\"[^\"]*\"|\\\\.|_.|\\*.|\\[[^\\]]*\\]")]
    private static partial Regex Literals();

    [GeneratedRegex("_x([0-9A-Fa-f]{4})_")]
    private static partial Regex Escapes();
}
