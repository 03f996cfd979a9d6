namespace PilotCity.Registry;

/// <summary>Who the enterprises of a city are: pilot lists, credit codes, size classes.</summary>
public static class RegistryService
{
    public static WebApplication Build(string[] args) => WebApplication.CreateBuilder(args).Build();
}
