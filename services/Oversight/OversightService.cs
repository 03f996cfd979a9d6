namespace PilotCity.Oversight;

/// <summary>Oversight (监督): follows every log, holds the city's transparency log, and proves what stands in it.</summary>
public static class OversightService
{
    public static WebApplication Build(string[] args) => WebApplication.CreateBuilder(args).Build();
}
