using System.Globalization;

namespace PilotCity.Funding.RuleSets;

/// <summary>
/// Reads RFC 3339 instants; an offset must stand, because "24:00" of one clock is not that of another. The first and last year of the
/// calendar are left out: no moment in them has a day in every offset.
/// </summary>
internal static class Instant
{
    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'",
    ];

    public static bool TryParse(string text, out DateTimeOffset instant) =>
        DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out instant)
        && instant.UtcDateTime.Year is > 1 and < 9999;
}
