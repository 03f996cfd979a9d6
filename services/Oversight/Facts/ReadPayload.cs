using System.Globalization;
using System.Text.Json;
using PilotCity.Defaults;

namespace PilotCity.Oversight.Facts;

/// <summary>Members of another service's payload, read as what they are; one that is absent or of another shape is not known.</summary>
internal static class ReadPayload
{
    public static string? Text(this JsonElement of, string name) => of.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    public static Money? Yuan(this JsonElement of, string name) => Money.TryParse(of.Text(name), out var money) ? money : null;

    public static DateOnly? Day(this JsonElement of, string name) =>
        DateOnly.TryParseExact(of.Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    public static DateTimeOffset? Moment(this JsonElement of, string name) => of.Member(name) is { ValueKind: JsonValueKind.String } text && text.TryGetDateTimeOffset(out var at) ? at : null;

    public static int? Number(this JsonElement of, string name) => of.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;

    public static bool? Flag(this JsonElement of, string name) => of.Member(name) switch
    {
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        _ => null,
    };

    /// <summary>A rate as decisions write it: a decimal in a string, or a number.</summary>
    public static decimal? Rate(this JsonElement of, string name) => of.Member(name) switch
    {
        { ValueKind: JsonValueKind.Number } number when number.TryGetDecimal(out var value) => value,
        { ValueKind: JsonValueKind.String } text when decimal.TryParse(text.GetString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var value) => value,
        _ => null,
    };

    public static JsonElement? Member(this JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement of, string name) => of.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

    public static IEnumerable<string> Texts(this JsonElement of, string name) => of.Items(name).Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!);
}
