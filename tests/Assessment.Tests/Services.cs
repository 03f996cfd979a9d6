using Microsoft.Extensions.DependencyInjection;
using PilotCity.Assessment.Assessments;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests;

/// <summary>The service alone: every evaluator is independent unless a test says otherwise.</summary>
internal static class Services
{
    public static Task<TestService> Start(TimeProvider? clock = null, AskIndependence? independence = null, Action<IServiceCollection>? configure = null) =>
        TestService.Start(AssessmentService.Build, clock, services =>
        {
            services.AddSingleton(independence ?? ((_, _, _, _) => ValueTask.FromResult<Result<Independence>>(Independence.Nothing)));
            services.AddSingleton<AskSellers>((_, _, _) => ValueTask.FromResult<Result<ListSellersReply>>(new ListSellersReply()));
            configure?.Invoke(services);
        });

    /// <summary>The bureau confirms what was handed in.</summary>
    public static async Task Confirm(TestService service, string location) =>
        Assert.Equal(204, (int)(await service.As(Role.BureauApprover).Command(HttpMethod.Post, $"{location}/confirmation", new { })).StatusCode);
}
