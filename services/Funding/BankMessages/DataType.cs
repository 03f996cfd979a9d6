using System.Globalization;
using System.Text.RegularExpressions;
using PilotCity.Defaults;

namespace PilotCity.Funding.BankMessages;

/// <summary>
/// A data type of ISO 20022 as far as our messages use it: the pattern that its text has, and how it reads to a person. Lengths count
/// characters; texts hold neither control characters nor such as turn the direction of writing.
/// </summary>
internal sealed record DataType(string Name, Regex Pattern, Text Meaning)
{
    /// <summary>Amounts alone carry a currency, in the attribute <c>Ccy</c>.</summary>
    public const string Amount = "Amount";

    private static readonly Dictionary<string, DataType> ByName = new DataType[]
    {
        TextOf(34), TextOf(35), TextOf(70), TextOf(105), TextOf(140), TextOf(500),
        Of("Max5NumericText", "[0-9]{1,5}", "1 至 5 位数字", "1 to 5 digits"),
        Of("Max15NumericText", "[0-9]{1,15}", "1 至 15 位数字", "1 to 15 digits"),
        Of("DecimalNumber", @"-?(?=[0-9.]{1,19}$)[0-9]{1,18}(\.[0-9]{1,17})?", "最多 18 位数字的十进制数", "a decimal number of at most 18 digits"),
        Of(Amount, @"(?=[0-9.]{1,19}$)[0-9]{1,18}(\.[0-9]{1,2})?", "不为负、最多 18 位数字和 2 位小数的金额", "an amount that is not negative, of at most 18 digits with at most two decimals"),
        Of("CurrencyCode", "[A-Z]{3}", "三个大写字母的货币代码", "a currency of three capital letters"),
        Of("ISODate", "[0-9]{4}-[0-9]{2}-[0-9]{2}", "日期（年-月-日）", "a day as year-month-day"),
        Of("ISODateTime", @"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})?", "日期时间（年-月-日T时:分:秒，可带时区）", "a moment as year-month-dayThour:minute:second, with or without its offset"),
        Of("TrueFalse", "true|false|1|0", "true 或 false", "true or false"),
        Of("CreditDebit", "CRDT|DBIT", "CRDT 或 DBIT", "CRDT or DBIT"),
        Of("CopyDuplicate", "CODU|COPY|DUPL", "CODU、COPY 或 DUPL", "CODU, COPY or DUPL"),
        Of("PaymentMethod", "CHK|TRF|TRA", "CHK、TRF 或 TRA", "CHK, TRF or TRA"),
        Of("ChargeBearer", "DEBT|CRED|SHAR|SLEV", "DEBT、CRED、SHAR 或 SLEV", "DEBT, CRED, SHAR or SLEV"),
        Of("Code2", "[A-Z]{2}", "两个大写字母的代码", "a code of two capital letters"),
        Of("Code4", "[A-Z0-9]{1,4}", "1 至 4 位的代码", "a code of 1 to 4 characters"),
        Of("BIC", "[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", "8 或 11 位的 BIC", "a BIC of 8 or 11 characters"),
        Of("IBAN", "[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}", "IBAN", "an IBAN"),
    }.ToDictionary(t => t.Name, StringComparer.Ordinal);

    /// <summary>Years of moments that we can count with; a bank's clock says none beyond.</summary>
    private const int YearMin = 1970, YearMax = 9_000;

    private static readonly string[] LocalForms = ["yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF"];
    private static readonly string[] OffsetForms = ["yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];

    public static DataType? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>Whether the text is one of this type.</summary>
    public bool Holds(string text) => Pattern.IsMatch(text) && Name switch
    {
        "ISODate" => DayOf(text) is not null,
        "ISODateTime" => MomentOf(text) is not null,
        Amount => Money.TryParse(text, out _),
        _ => true,
    };

    public static DateOnly? DayOf(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= YearMin and <= YearMax ? day : null;

    /// <summary>A moment; one without an offset is the bank's own time, that is Shanghai's.</summary>
    public static DateTimeOffset? MomentOf(string text)
    {
        if (DateTime.TryParseExact(text, LocalForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            return local.Year is >= YearMin and <= YearMax ? new DateTimeOffset(local, ChinaTime.Offset) : null;
        return DateTimeOffset.TryParseExact(text, OffsetForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) && at.UtcDateTime.Year is >= YearMin and <= YearMax ? at : null;
    }

    private static DataType TextOf(int max) => new(
        $"Max{max}Text", new Regex($"^.{{1,{max}}}\\z", RegexOptions.Singleline | RegexOptions.CultureInvariant), new($"1 至 {max} 个字符", $"1 to {max} characters"));

    private static DataType Of(string name, string pattern, string zh, string en) => new(name, new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant), new(zh, en));
}
