using PilotCity.Defaults;

namespace PilotCity.Funding.Funds;

/// <summary>
/// Upper bound of a city's central award (programme.md F2): 1.5亿 for provincial capitals, 计划单列市 and the 兵团, 1亿 for other prefecture
/// cities and districts of the municipalities.
/// </summary>
internal static class CityClass
{
    public const string Clause = "财建〔2023〕117号（F2：省会、计划单列市、兵团不超过1.5亿元，其他不超过1亿元）";

    /// <summary>大连、宁波、厦门、青岛、深圳.</summary>
    private static readonly string[] SeparatelyPlanned = ["210200", "330200", "350200", "370200", "440300"];

    /// <summary>Provinces that are cities themselves: their districts count as other cities.</summary>
    private static readonly string[] Municipalities = ["11", "12", "31", "50"];

    public static Money CentralMax(string city) => Money.OfYuan(IsLarge(city) ? 150_000_000 : 100_000_000);

    /// <summary>The capital of a province has the code <c>..0100</c> (GB/T 2260); 66 is the 兵团.</summary>
    private static bool IsLarge(string city) =>
        SeparatelyPlanned.Contains(city)
        || city.StartsWith("66", StringComparison.Ordinal)
        || (city.EndsWith("0100", StringComparison.Ordinal) && !Municipalities.Contains(city[..2]));
}
