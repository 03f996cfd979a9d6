using PilotCity.Defaults;

namespace PilotCity.Oversight.Verify;

/// <summary>Something that does not hold: in which log (service and city; none where it is the file itself), at which position, and what.</summary>
internal sealed record Finding(string Service, string? City, long? Position, Fault Fault)
{
    public static Finding Of(string code, string service, string? city, long? position, string zh, string en)
    {
        var placeZh = $"{service}{(city is null ? "" : $"/{city}")}{(position is null ? "" : $" 第 {position} 条")}";
        var placeEn = $"{service}{(city is null ? "" : $"/{city}")}{(position is null ? "" : $", position {position}")}";
        return new(service, city, position, new(FaultKind.Invalid, code, new($"{placeZh}：{zh}。", $"{placeEn}: {en}.")));
    }
}
