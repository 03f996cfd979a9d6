namespace PilotCity.Funding.Awards;

/// <summary>The check character of a unified social credit code (统一社会信用代码), GB 32100-2015.</summary>
internal static class Uscc
{
    private const string Alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    private static ReadOnlySpan<byte> Weights => [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];

    public static bool Holds(ReadOnlySpan<char> code)
    {
        if (code.Length != 18) return false;
        var sum = 0;
        for (var i = 0; i < 17; i++)
        {
            var value = Alphabet.IndexOf(code[i], StringComparison.Ordinal);
            if (value < 0 || (i is >= 2 and < 8 && value > 9)) return false;
            sum += value * Weights[i];
        }

        return Alphabet[(31 - (sum % 31)) % 31] == code[17];
    }
}
