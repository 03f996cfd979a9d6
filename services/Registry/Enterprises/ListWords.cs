using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Registry.Enterprises;

/// <summary>Enums of the registry as the words that JSON, paths and contracts say, e.g. <c>pilot-2022</c>.</summary>
internal static class ListWords
{
    public static IReadOnlyList<string> Exclusions { get; } = [.. Enum.GetValues<ExclusionList>().Select(list => Word(list))];

    public static IReadOnlyList<string> Credits { get; } = [.. Enum.GetValues<CreditList>().Select(list => Word(list))];

    public static ExclusionList? Exclusion(string word) => Of<ExclusionList>(word);

    public static CreditList? Credit(string word) => Of<CreditList>(word);

    public static string Word<T>(T value)
        where T : struct, Enum => JsonSerializer.SerializeToElement(value, Json.Lenient).GetString()!;

    private static T? Of<T>(string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Word(value) == word)
            {
                return value;
            }
        }

        return null;
    }
}
