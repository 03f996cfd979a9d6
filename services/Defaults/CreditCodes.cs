using System.Buffers;

namespace PilotCity.Defaults;

/// <summary>The arithmetic of unified social credit codes (统一社会信用代码, GB 32100-2015); what a service says of a wrong one is its own.</summary>
public static class CreditCodes
{
    public const int Length = 18;

    /// <summary>The characters of the code in the order of their values: no I, O, S, V, Z (GB 32100-2015, table 1).</summary>
    public const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    /// <summary>The 18th character of a code from its first 17: weights 3^i mod 31 (GB 32100-2015, 5.2).</summary>
    public static char CheckCharacter(ReadOnlySpan<char> first17)
    {
        var sum = 0;
        var weight = 1;
        foreach (var letter in first17)
        {
            sum += Alphabet.IndexOf(letter, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }

        return Alphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>Length, characters, digits in the division code (characters 3–8) and the check character.</summary>
    public static bool Holds(ReadOnlySpan<char> code) =>
        code.Length == Length
        && !code.ContainsAnyExcept(Characters)
        && !code[2..8].ContainsAnyExceptInRange('0', '9')
        && CheckCharacter(code[..^1]) == code[^1];
}
