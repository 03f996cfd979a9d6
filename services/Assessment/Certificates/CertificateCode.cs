using System.Globalization;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Certificates;

/// <summary>
/// The code on a certificate, e.g. <c>APJG0-12345-6789A-BCDEF-GHJKD</c>: 25 letters and digits that nobody confuses (Crockford's 32: no I, L, O, U).
/// The first four are the city, the next twenty are drawn at random (100 bits: nobody guesses one), the last checks the others: it finds every single
/// wrong character and every two that changed places.
/// </summary>
internal readonly record struct CertificateCode
{
    public const int RandomBytes = 20;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private const int CityCharacters = 4, Length = 25, Group = 5;

    /// <summary>Nobody types more than the code with its dashes and some spaces.</summary>
    private const int TypedMax = 64;

    private CertificateCode(string characters) => Characters = characters;

    /// <summary>The 25 characters without dashes.</summary>
    public string Characters { get; }

    /// <summary>The city in whose log the certificate stands; for whatever random text, perhaps a city that there is not.</summary>
    public string City => Characters[..CityCharacters].Aggregate(0, (sum, c) => (sum * Alphabet.Length) + Alphabet.IndexOf(c, StringComparison.Ordinal)).ToString("000000", CultureInfo.InvariantCulture);

    /// <param name="city">Six digits.</param>
    /// <param name="random"><see cref="RandomBytes"/> bytes of a generator that nobody can foresee; five bits of each are used.</param>
    public static CertificateCode Of(string city, ReadOnlySpan<byte> random)
    {
        Span<char> characters = stackalloc char[Length];
        var number = int.Parse(city, NumberStyles.None, CultureInfo.InvariantCulture);
        for (var i = CityCharacters - 1; i >= 0; i--, number /= Alphabet.Length)
            characters[i] = Alphabet[number % Alphabet.Length];
        for (var i = 0; i < RandomBytes; i++)
            characters[CityCharacters + i] = Alphabet[random[i] % Alphabet.Length];
        characters[^1] = Alphabet[Shift(Sum(characters[..^1]))];
        return new(new string(characters));
    }

    /// <summary>Reads a code as people type it: in small letters, with or without dashes and spaces, O for 0 and I or L for 1.</summary>
    public static Result<CertificateCode> Parse(string typed)
    {
        if (typed.Length > TypedMax)
            return CertificateFaults.CodeMalformed;

        var characters = string.Concat(typed.Where(c => c is not ('-' or ' ' or '\t')).Select(c => char.ToUpperInvariant(c) switch { 'O' => '0', 'I' or 'L' => '1', var other => other }));
        return characters.Length == Length && characters.All(c => Alphabet.Contains(c, StringComparison.Ordinal)) && Sum(characters) == 0
            ? new CertificateCode(characters)
            : CertificateFaults.CodeMalformed;
    }

    public override string ToString() => string.Join('-', Characters.Chunk(Group).Select(group => new string(group)));

    /// <summary>The characters as a polynomial over the field of 32, at its generator: 0 for a whole code.</summary>
    private static int Sum(ReadOnlySpan<char> characters)
    {
        var sum = 0;
        foreach (var c in characters)
            sum = Shift(sum) ^ Alphabet.IndexOf(c, StringComparison.Ordinal);
        return sum;
    }

    /// <summary>Times the generator of the field of 32 (x⁵ + x² + 1), whose powers come round after 31: more than a code is long.</summary>
    private static int Shift(int value) => (value << 1) ^ (value >= 16 ? 0b100101 : 0);
}
