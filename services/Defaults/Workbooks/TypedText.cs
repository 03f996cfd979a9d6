using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace PilotCity.Defaults.Workbooks;

/// <summary>
/// Reads numbers and days as clerks type them: full-width digits, thousands separators, stray spaces,
/// <c>2008年9月</c>. It knows no culture and guesses nothing: what is not clearly a number or a day is none.
/// </summary>
public static partial class TypedText
{
    /// <summary>The digits that a spreadsheet itself keeps of a number; what stands behind them is noise of binary floats.</summary>
    public const int SignificantDigits = 15;

    /// <summary>Full-width forms become half-width, every kind of space becomes a blank, invisible characters go, the ends are trimmed.</summary>
    public static string HalfWidth(string text)
    {
        var plain = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            switch (letter)
            {
                case >= '\uFF01' and <= '\uFF5E':
                    plain.Append((char)(letter - 0xFEE0));
                    break;
                case '\u2212':
                    plain.Append('-');
                    break;
                case '\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF':
                    break;
                default:
                    plain.Append(char.IsWhiteSpace(letter) || char.IsControl(letter) ? ' ' : letter);
                    break;
            }
        }

        return plain.ToString().Trim();
    }

    /// <summary>As <see cref="HalfWidth"/>, without any space at all: for codes, phones, headings.</summary>
    public static string Compact(string text) => HalfWidth(text).Replace(" ", "", StringComparison.Ordinal);

    /// <summary>A name as it is to be kept: no line breaks or invisible characters, ends trimmed, inner letters untouched (official names use full-width brackets).</summary>
    public static string Name(string text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter is not ('\u200B' or '\u200C' or '\u200D' or '\u2060' or '\uFEFF') && !char.IsControl(letter))
            {
                kept.Append(char.IsWhiteSpace(letter) ? ' ' : letter);
            }
        }

        return kept.ToString().Trim();
    }

    /// <summary><c>1,858.32</c>, <c>１４６</c>, <c>-35</c>; separators only where thousands are, no sign of a currency, no unit.</summary>
    public static bool TryNumber(string text, out decimal number)
    {
        number = 0;
        var plain = Compact(text);
        return plain.Length <= 30
            && NumberPattern().IsMatch(plain)
            && decimal.TryParse(plain, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>The number of a numeric cell as the file holds it (<c>8343.879999999999</c>, <c>1E3</c>), to the digits that the spreadsheet shows.</summary>
    public static bool TryStoredNumber(string stored, out decimal number)
    {
        if (!decimal.TryParse(stored, NumberStyles.Float, CultureInfo.InvariantCulture, out number))
        {
            return false;
        }

        var whole = decimal.Truncate(Math.Abs(number));
        var digitsBeforePoint = whole == 0 ? 0 : whole.ToString(CultureInfo.InvariantCulture).Length;
        number = digitsBeforePoint >= SignificantDigits
            ? number
            : Math.Round(number, SignificantDigits - digitsBeforePoint, MidpointRounding.AwayFromZero);
        return true;
    }

    /// <summary>A day, or a month (then its first day): <c>2016年3月18日</c>, <c>2016-03-18</c>, <c>2016/3/18</c>, <c>2016.3.18</c>, <c>20160318</c>, <c>2008年9月</c>, <c>2008.9</c>, <c>200809</c>.</summary>
    public static bool TryDay(string text, out DateOnly day, out bool monthOnly)
    {
        var plain = HalfWidth(text);
        day = default;
        monthOnly = false;
        if (plain.Length > 40)
        {
            return false;
        }

        var match = DayPattern().Match(plain);
        if (!match.Success)
        {
            match = MonthPattern().Match(plain);
            monthOnly = match.Success;
        }

        if (!match.Success)
        {
            return false;
        }

        return IsDay(
            int.Parse(match.Groups["y"].ValueSpan, CultureInfo.InvariantCulture),
            int.Parse(match.Groups["m"].ValueSpan, CultureInfo.InvariantCulture),
            monthOnly ? 1 : int.Parse(match.Groups["d"].ValueSpan, CultureInfo.InvariantCulture),
            out day);
    }

    private static bool IsDay(int year, int month, int dayOfMonth, out DateOnly day)
    {
        day = default;
        if (year is < 1 or > 9999 || month is < 1 or > 12 || dayOfMonth < 1 || dayOfMonth > DateTime.DaysInMonth(year, month))
        {
            return false;
        }

        day = new DateOnly(year, month, dayOfMonth);
        return true;
    }

    [GeneratedRegex(@"^-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?$")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"^(?<y>[0-9]{4}) ?(?:年|[-./]) ?(?<m>[0-9]{1,2}) ?(?:月|[-./]) ?(?<d>[0-9]{1,2}) ?[日号]?(?:[T ] ?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?$|^(?<y>[0-9]{4})(?<m>[0-9]{2})(?<d>[0-9]{2})$")]
    private static partial Regex DayPattern();

    [GeneratedRegex(@"^(?<y>[0-9]{4}) ?(?:年 ?(?<m>[0-9]{1,2}) ?月份?|[-./] ?(?<m>[0-9]{1,2}))$|^(?<y>[0-9]{4})(?<m>[0-9]{2})$")]
    private static partial Regex MonthPattern();
}
