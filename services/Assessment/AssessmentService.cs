namespace PilotCity.Assessment;

/// <summary>Who reached which digital level: instruments as data, answers with evidence, results with explanation.</summary>
public static class AssessmentService
{
    public static WebApplication Build(string[] args) => WebApplication.CreateBuilder(args).Build();
}
