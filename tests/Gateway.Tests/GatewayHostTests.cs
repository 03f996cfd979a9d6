using System.Net;
using Microsoft.Extensions.Configuration;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Testing;

namespace PilotCity.Gateway.Tests;

public sealed class GatewayHostTests : IAsyncLifetime
{
    private static readonly CityService Shape = new("registry")
    {
        Nouns = [Counter.Noun],
        ReadModels = [Counter.List],
        Routes = routes =>
        {
            routes.FileCommand("POST", "/pilot-lists", [Role.BureauOfficer], 20 << 20, "application/octet-stream", (request, _) => ValueTask.FromResult<Result<Intent>>(request.New(
                Counter.Noun, "file", [], (_, _) => Decision.Accept("counter/file", new CounterMoved(request.Body.Length)).Answering("/counters/file"))));
            routes.Get("/page", [Role.BureauOfficer], (_, _) => ValueTask.FromResult<Result<object>>(new Defaults.Printing.Page("a page")));
            routes.Get("/silence", [Role.BureauOfficer], async (_, ct) =>
            {
                await Task.Delay(Timeout.Infinite, ct);
                return new Defaults.Printing.Page("never");
            });
            routes.Get("/counters/{id}", [Role.BureauOfficer], async (request, _) =>
            {
                var found = await request.Load(Counter.Noun, request.Route("id"));
                return found.Ok ? (Result<object>)found.Value : found.Fault;
            });
        },
    };

    private TestService service = null!;
    private TestService gateway = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(Shape.Build);
        gateway = await Gateway(500);
    }

    public async Task DisposeAsync()
    {
        await gateway.DisposeAsync();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task Requests_reach_the_service_and_answers_come_back()
    {
        var officer = Officer(gateway);

        var made = await officer.Command(HttpMethod.Post, "/api/registry/350800/pilot-lists", new byte[2 << 20], "application/octet-stream");

        Assert.Equal(201, (int)made.StatusCode);
        Assert.Equal("/api/registry/350800/counters/file", made.Headers.Location?.OriginalString);
        Assert.Equal(2 << 20, (await (await officer.GetAsync(made.Headers.Location)).Json()).GetProperty("count").GetInt64());
        Assert.Equal((404, "counter.unknown"), await (await officer.GetAsync("/api/registry/350800/counters/none")).Refusal());
    }

    [Fact]
    public async Task Nobody_gets_in_without_a_token_and_unknown_paths_are_said_to_be_unknown()
    {
        using var nobody = new HttpClient { BaseAddress = gateway.App.Addresses().Http };

        Assert.Equal((401, "request.unauthenticated"), await (await nobody.GetAsync("/api/registry/350800/counters/file")).Refusal());
        Assert.Equal((404, "route.unknown"), await (await Officer(gateway).GetAsync("/api/payroll/350800/x")).Refusal());
    }

    [Fact]
    public async Task A_body_above_the_route_s_bound_is_refused_at_the_door()
    {
        var refused = await Officer(gateway).Command(HttpMethod.Post, "/api/registry/350800/counters/file", new byte[(1 << 20) + 1], "application/json");

        Assert.Equal(413, (int)refused.StatusCode);
    }

    [Fact]
    public async Task A_service_that_says_nothing_is_waited_for_as_long_as_is_set_and_an_export_of_everything_by_itself()
    {
        await using var impatient = await Gateway(500, ("Gateway:AnswerSecondsMax", "1"));

        Assert.Equal(HttpStatusCode.GatewayTimeout, (await Officer(impatient).GetAsync("/api/registry/350800/silence")).StatusCode);

        var services = RouteTable.Services.ToDictionary(s => $"Gateway:{s}", string? (_) => "http://127.0.0.1:1/");
        var clusters = RouteTable.Clusters(new ConfigurationBuilder().AddInMemoryCollection(services).Build());
        Assert.All(clusters, c => Assert.Equal(TimeSpan.FromMinutes(10), c.HttpRequest?.ActivityTimeout));
    }

    [Fact]
    public async Task An_account_that_asks_too_often_is_told_to_wait()
    {
        await using var narrow = await Gateway(5);
        var officer = Officer(narrow);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => officer.GetAsync("/api/registry/350800/counters/none")));

        var refused = answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal((429, "request.too_many"), await refused.Refusal());
        Assert.True(refused.Headers.Contains("Retry-After"));
    }

    [Fact]
    public async Task A_service_that_is_away_is_an_outage_with_a_code_and_makes_the_gateway_unready()
    {
        var officer = Officer(gateway);

        Assert.Equal((502, "peer.unavailable"), await (await officer.GetAsync("/api/funding/350800/awards")).Refusal());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await officer.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await officer.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task The_first_page_leads_to_the_description_of_every_service()
    {
        using var nobody = new HttpClient { BaseAddress = gateway.App.Addresses().Http };

        var page = await nobody.GetAsync("/");
        Assert.Contains("/swagger/", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Contains("swagger-ui", await nobody.GetStringAsync("/swagger/index.html"), StringComparison.Ordinal);
        var description = await (await nobody.GetAsync("/openapi/pilot-city.json")).Json();
        Assert.True(description.GetProperty("paths").TryGetProperty("/api/registry/{city}/counters/{id}", out _));
        Assert.Contains("funding", description.GetProperty("info").GetProperty("description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_are_checked_without_a_token_and_not_tried_out()
    {
        using var nobody = new HttpClient { BaseAddress = gateway.App.Addresses().Http };

        // The service is away here: that the question gets as far as that is the point.
        Assert.Equal((502, "peer.unavailable"), await (await nobody.GetAsync("/certificates/X")).Refusal());
        Assert.Equal((502, "peer.unavailable"), await (await nobody.GetAsync("/certificates")).Refusal());
        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => nobody.GetAsync("/certificates/X")));
        Assert.Equal((429, "request.too_many"), await answers.First(a => a.StatusCode == HttpStatusCode.TooManyRequests).Refusal());
        Assert.Equal(401, (int)(await nobody.GetAsync("/certificates/X/Y")).StatusCode);
    }

    [Fact]
    public async Task A_service_s_page_keeps_its_own_policy_and_everything_else_has_the_gateway_s()
    {
        var page = await Officer(gateway).GetAsync("/api/registry/350800/page");
        Assert.Contains("style-src 'sha256-", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);

        var other = await Officer(gateway).GetAsync("/api/registry/350800/counters/none");
        Assert.Contains("style-src 'self'", other.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gateway_that_is_not_told_where_a_service_is_does_not_start()
    {
        var missing = await Assert.ThrowsAsync<SettingException>(() => TestService.Start(GatewayHost.Build));

        Assert.Equal("Gateway:Registry", missing.Key);
    }

    [Fact]
    public async Task Of_two_instances_the_one_that_is_gone_is_left_out_and_comes_back()
    {
        var second = await TestService.Start(Shape.Build, sameKeysAs: service);
        var (first, other) = (service.App.Addresses().Http, second.App.Addresses().Http);
        await using var both = await TestService.Start(
            GatewayHost.Build,
            settings: RouteTable.Services.ToDictionary(s => $"Gateway:{s}", string? (s) => s == "registry" ? $"{first},{other}" : "http://127.0.0.1:1/"),
            sameKeysAs: service);
        var officer = Officer(both);
        await Answers(officer);

        // Gone: at most a request finds out, and then none fails.
        await second.DisposeAsync();
        await Answers(officer);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(404, (int)(await Ask(officer)).StatusCode);
        }

        // Back, and alone.
        await using var back = await TestService.Start(Shape.Build, settings: new Dictionary<string, string?> { ["Http:Port"] = $"{other.Port}" }, sameKeysAs: service);
        await service.App.StopAsync();
        await Answers(officer);
    }

    private static Task<HttpResponseMessage> Ask(HttpClient officer) => officer.GetAsync("/api/registry/350800/counters/none");

    /// <summary>Asks until the service itself answers.</summary>
    private static async Task Answers(HttpClient officer)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while ((await Ask(officer)).StatusCode != HttpStatusCode.NotFound)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    private static HttpClient Officer(TestService host) => host.As(Role.BureauOfficer);

    private async Task<TestService> Gateway(int perSecond, params (string Key, string Value)[] further)
    {
        var settings = RouteTable.Services.ToDictionary(s => $"Gateway:{s}", string? (s) => s == "registry" ? service.App.Addresses().Http.ToString() : "http://127.0.0.1:1/");
        settings["Gateway:RequestsPerSecond"] = $"{perSecond}";
        foreach (var (key, value) in further)
        {
            settings[key] = value;
        }

        return await TestService.Start(GatewayHost.Build, settings: settings, sameKeysAs: service);
    }
}
