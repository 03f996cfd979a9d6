using PilotCity.Defaults;
using PilotCity.Registry.Enterprises;

namespace PilotCity.Registry.PilotLists;

/// <summary>Rank of quality enterprises (优质企业梯度): 创新型, 专精特新, 小巨人.</summary>
internal enum Tier
{
    Innovative,
    Specialised,
    LittleGiant,
}

/// <summary>How exactly a day is known; of a month it is the first day.</summary>
internal enum DayPrecision
{
    Day,
    Month,
}

/// <summary>An enterprise as one row of a pilot list declares it, put into the terms of the registry; its size class is computed.</summary>
internal sealed record PilotListRow(
    string Sheet,
    int Row,
    int? No,
    string Name,
    CreditCode Uscc,
    string District,
    string DistrictCode,
    string SubIndustry,
    string IndustryCode,
    int Staff,
    Money RevenueYuan,
    Money AssetsYuan,
    bool AboveScale,
    Tier? Tier,
    DateOnly FoundedOn,
    DayPrecision FoundedPrecision,
    string? Contact,
    string? Phone,
    Size? Size);
