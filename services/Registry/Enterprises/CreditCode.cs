using PilotCity.Defaults;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Registry.Enterprises;

/// <summary>
/// A unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, upper case, the last one computed
/// from the others modulo 31. Only a code whose check character holds can be made.
/// </summary>
internal readonly record struct CreditCode
{
    public const int Length = CreditCodes.Length;
    private const string Clause = "GB 32100-2015";

    private CreditCode(string value) => Value = value;

    public string Value { get; }

    /// <summary>Reads a code as people type it: spaces, full-width and small letters are put right, nothing else is.</summary>
    public static Result<CreditCode> Parse(string? typed)
    {
        var code = TypedText.Compact(typed ?? "").ToUpperInvariant();
        if (code.Length == 0)
        {
            return CreditCodeFaults.Missing();
        }

        if (code.Length != Length)
        {
            return CreditCodeFaults.WrongLength(code.Length);
        }

        for (var at = 0; at < Length; at++)
        {
            if (!CreditCodes.Alphabet.Contains(code[at], StringComparison.Ordinal))
            {
                return CreditCodeFaults.BadCharacter(at + 1, code[at]);
            }

            // Characters 3–8 are the division code of the registering authority.
            if (at is >= 2 and <= 7 && !char.IsAsciiDigit(code[at]))
            {
                return CreditCodeFaults.BadDivision(at + 1, code[at]);
            }
        }

        var check = CreditCodes.CheckCharacter(code.AsSpan(0, Length - 1));
        return code[^1] == check ? new CreditCode(code) : CreditCodeFaults.BadCheckCharacter(check);
    }

    public override string ToString() => Value;

    /// <summary>What can be wrong with a credit code.</summary>
    private static class CreditCodeFaults
    {
        public static Fault Missing() => new(FaultKind.Invalid, "uscc.missing", new(
            "未填写统一社会信用代码。", "The unified social credit code is missing."), Clause);

        public static Fault WrongLength(int length) => new(FaultKind.Invalid, "uscc.wrong_length", new(
            $"统一社会信用代码应为 18 位，这里有 {length} 位，请对照营业执照核对。",
            $"A unified social credit code has 18 characters, this has {length}. Compare it with the licence."), Clause);

        public static Fault BadCharacter(int at, char letter) => new(FaultKind.Invalid, "uscc.bad_character", new(
            $"统一社会信用代码第 {at} 位“{letter}”不允许使用（只用数字和不含 I、O、S、V、Z 的大写字母）。",
            $"Character {at} of the code, “{letter}”, is not allowed (digits and capital letters without I, O, S, V, Z)."), Clause);

        public static Fault BadDivision(int at, char letter) => new(FaultKind.Invalid, "uscc.bad_division", new(
            $"统一社会信用代码第 3–8 位是行政区划代码，应为数字，第 {at} 位是“{letter}”。",
            $"Characters 3–8 of the code are a division code of digits; character {at} is “{letter}”."), Clause);

        public static Fault BadCheckCharacter(char expected) => new(FaultKind.Invalid, "uscc.bad_check_character", new(
            $"统一社会信用代码校验不符：按前 17 位计算，第 18 位应为“{expected}”，请对照营业执照核对。",
            $"The check character does not match: by the first 17 characters the 18th must be “{expected}”. Compare it with the licence."), Clause);
    }
}
