namespace PilotCity.Defaults;

/// <summary>Where the instances of a service answer, as a setting says it: http or https addresses with commas between them.</summary>
public static class Instances
{
    /// <summary>More instances of one service than one installation runs; a longer list is a mistake.</summary>
    private const int InstancesMax = 32;

    public static Uri[] Parse(string key, string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length > InstancesMax
            ? throw new SettingException(key, $"names {parts.Length} addresses, more than {InstancesMax}")
            : [.. parts.Select(part => Uri.TryCreate(part, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : throw new SettingException(key, $"'{part}' is not an http or https address"))];
    }
}
