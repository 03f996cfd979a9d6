using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace PilotCity.Defaults;

/// <summary>A setting that is missing or makes no sense; the message names the key, what is wrong and what to do, and the host does not start.</summary>
public sealed class SettingException(string key, string reason) : Exception($"{key}: {reason}")
{
    public string Key { get; } = key;
}

/// <summary>Settings read once, at start, with their bounds.</summary>
public static class Settings
{
    public static string Required(this IConfiguration settings, string key, string what) =>
        settings[key] is { Length: > 0 } value ? value : throw new SettingException(key, $"is missing; set it to {what}");

    /// <summary>A whole number within its bounds, or the default where the key is absent.</summary>
    public static int Int(this IConfiguration settings, string key, int standard, int min, int max) =>
        settings[key] is not { Length: > 0 } text ? standard
        : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw new SettingException(key, $"'{text}' is not a whole number from {min} to {max}");

    /// <summary>One word of a closed set, case aside.</summary>
    public static T Word<T>(this IConfiguration settings, string key, T standard)
        where T : struct, Enum =>
        settings[key] is not { Length: > 0 } text ? standard
        : Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsDigit(text[0]) ? value
        : throw new SettingException(key, $"'{text}' is none of {string.Join(", ", Enum.GetNames<T>())}");
}
