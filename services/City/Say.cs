namespace PilotCity.City;

/// <summary>What the command line says, in the language of <c>LANG</c>: English where it begins with <c>en</c>, else Chinese.</summary>
internal static class Say
{
    internal static string Language { get; } =
        (Environment.GetEnvironmentVariable("LC_ALL") is { Length: > 0 } all ? all : Environment.GetEnvironmentVariable("LANG"))
            ?.StartsWith("en", StringComparison.OrdinalIgnoreCase) == true ? "en" : "zh";

    internal static string Of(string zh, string en) => Language == "en" ? en : zh;

    internal static string Of(Defaults.Text text) => text.In(Language);
}
