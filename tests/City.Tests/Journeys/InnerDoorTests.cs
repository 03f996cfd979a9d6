using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults;
using PilotCity.Defaults.Slices;

namespace PilotCity.City.Tests.Journeys;

/// <summary>The ports behind the gateway trust nobody because he is near: gRPC asks for a service's token (ledger and transparency log for a person's), HTTP for a person's.</summary>
[Collection(LiveCityGroup.Name)]
public sealed class InnerDoorTests(LiveCity city)
{
    [Fact]
    public async Task No_gRPC_call_is_answered_without_a_service_s_token_and_those_for_people_none_without_a_person_s()
    {
        var user = city.As("auditor-1").DefaultRequestHeaders.Authorization!.Parameter;
        var peer = city.Process.Services["registry"].Services.GetRequiredService<Defaults.Identity.ServiceToken>().Current();
        var calls = 0;
        foreach (var (name, service) in city.Process.Services)
        {
            var methods = ((IEndpointRouteBuilder)service).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>()
                .Select(e => e.RoutePattern.RawText!).Where(p => p.Contains("pilotcity.", StringComparison.OrdinalIgnoreCase) && !p.Contains('{', StringComparison.Ordinal)).ToArray();
            foreach (var method in methods)
            {
                foreach (var token in new[] { null, IsForPeople(method) ? peer : user, "x" })
                {
                    using var client = new HttpClient { BaseAddress = service.Addresses().Grpc };
                    using var request = new HttpRequestMessage(HttpMethod.Post, method)
                    {
                        Version = HttpVersion.Version20,
                        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                        Content = new ByteArrayContent([0, 0, 0, 0, 0]),
                    };
                    request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
                    request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
                    var answer = await client.SendAsync(request);

                    Assert.True(answer.StatusCode == HttpStatusCode.Unauthorized, $"{name} {method}: {answer.StatusCode}");
                    calls++;
                }
            }
        }

        Assert.True(calls >= 15, $"{calls} calls were tried");
    }

    /// <summary>The ledger for finance's programs, the log for auditors'.</summary>
    private static bool IsForPeople(string method) =>
        method == "/pilotcity.funding.v1.Ledger/Post" || method.StartsWith("/pilotcity.oversight.v1.TransparencyLog/", StringComparison.Ordinal);

    [Fact]
    public async Task A_service_s_own_port_asks_for_a_person_too()
    {
        foreach (var (_, service) in city.Process.Services)
        {
            var nobody = city.Client(null, service.Addresses().Http);
            foreach (var route in ((IEndpointRouteBuilder)service).DataSources.SelectMany(d => d.Endpoints).OfType<RouteEndpoint>().Where(e => e.Metadata.GetMetadata<QuestionRoute>() is not null))
            {
                var path = System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!.Replace("{city:length(6)}", "350800", StringComparison.Ordinal), @"\{[^}]*\}", "x");
                Assert.Equal((401, "request.unauthenticated"), await Refused.Code(await nobody.GetAsync(path)));
            }
        }
    }

    [Fact]
    public async Task A_service_s_token_is_no_person()
    {
        var token = city.Process.Services["registry"].Services.GetRequiredService<Defaults.Identity.ServiceToken>().Current();

        Assert.Equal((401, "request.unauthenticated"), await Refused.Code(await city.Client(token).GetAsync("/api/registry/350800/enterprises")));
    }
}
