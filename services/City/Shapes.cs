using PilotCity.Defaults.Slices;

namespace PilotCity.City;

/// <summary>The services of a city, in the order in which they start.</summary>
internal static class Shapes
{
    internal static readonly IReadOnlyList<CityService> All =
    [
        Registry.RegistryService.Shape, Assessment.AssessmentService.Shape, Performance.PerformanceService.Shape, Funding.FundingService.Shape, Oversight.OversightService.Shape,
    ];

    internal static readonly IReadOnlyList<string> Names = [.. All.Select(s => s.Name)];
}
