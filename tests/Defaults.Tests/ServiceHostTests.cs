using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PilotCity.Defaults.Identity;

namespace PilotCity.Defaults.Tests;

public sealed class ServiceHostTests
{
    private static readonly Dictionary<string, string?> Sound = new()
    {
        ["Identity:Authority"] = "https://id.example/realms/city",
        [ServiceToken.KeySetting] = new string('k', 32),
    };

    [Fact]
    public async Task Health_and_the_description_need_nobody_signed_in()
    {
        await using var host = await TestHost.Start(app => app.MapGet("/things/{id}", (string id) => id));

        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous.GetAsync("/health/ready")).StatusCode);
        using var description = JsonDocument.Parse(await host.Anonymous.GetStringAsync("/openapi/v1.json"));
        Assert.StartsWith("3.1", description.RootElement.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var answers = description.RootElement.GetProperty("paths").GetProperty("/things/{id}").GetProperty("get").GetProperty("responses");
        Assert.True(answers.GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _));
    }

    [Fact]
    public async Task Not_ready_while_a_part_is_away_but_alive()
    {
        await using var host = await TestHost.Start(_ => { }, register: b => b.Services.AddHealthChecks()
            .AddCheck("bus", () => HealthCheckResult.Unhealthy("the broker is away"), tags: [ServiceHost.Ready]));

        var ready = await host.Anonymous.GetAsync("/health/ready");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("the broker is away", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.Anonymous.GetAsync("/health/live")).StatusCode);
    }

    [Fact]
    public async Task Nobody_signed_in_is_told_so_in_Chinese_and_in_English()
    {
        await using var host = await TestHost.Start(app => app.MapGet("/me", (HttpContext c) => c.Caller().Sub));

        var zh = await Problem(await host.Anonymous.GetAsync("/me"), 401);
        host.Anonymous.DefaultRequestHeaders.Add("Accept-Language", "fr, zh;q=0.3, en-GB;q=0.8");
        var en = await Problem(await host.Anonymous.GetAsync("/me"), 401);

        Assert.Equal("request.unauthenticated", zh.GetProperty("code").GetString());
        Assert.StartsWith("请先登录", zh.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.StartsWith("Sign in", en.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Matches("^[0-9a-f]{32}$", zh.GetProperty("traceId").GetString());
    }

    [Fact]
    public async Task An_unknown_route_and_a_wrong_method_are_problems()
    {
        await using var host = await TestHost.Start(app => app.MapGet("/me", () => "me"));
        using var client = host.As("bureau-officer-1");

        Assert.Equal("route.unknown", (await Problem(await client.GetAsync("/nowhere"), 404)).GetProperty("code").GetString());
        Assert.Equal("route.method", (await Problem(await client.DeleteAsync("/me"), 405)).GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_bug_shows_its_trace_id_and_nothing_else()
    {
        await using var host = await TestHost.Start(app => app.MapGet("/broken", string () => throw new InvalidOperationException("secret of the house")));
        using var client = host.As("bureau-officer-1");

        var answer = await client.GetAsync("/broken");

        var text = await answer.Content.ReadAsStringAsync();
        Assert.Equal("request.unexpected", (await Problem(answer, 500)).GetProperty("code").GetString());
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_carries_code_clause_and_places()
    {
        var fault = new Fault(FaultKind.Refused, "thing.refused", new("不行", "No"), "龙工信〔2024〕1号 第3条")
        {
            Details = [new("/lines/0", "line.wrong", new("错", "wrong"))],
        };
        await using var host = await TestHost.Start(app => app.MapGet("/no", () => Defaults.Problem.Result(fault)));
        using var client = host.As("bureau-officer-1");

        var problem = await Problem(await client.GetAsync("/no"), 422);

        Assert.Equal("urn:pilot-city:fault:thing.refused", problem.GetProperty("type").GetString());
        Assert.Equal("龙工信〔2024〕1号 第3条", problem.GetProperty("clause").GetString());
        Assert.Equal("错", problem.GetProperty("details")[0].GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(ServiceHost.BodyBytesMax, 200)]
    [InlineData(ServiceHost.BodyBytesMax + 1, 413)]
    public async Task A_body_is_bounded(int bytes, int status)
    {
        await using var host = await TestHost.Start(app => app.MapPost("/take", async (HttpRequest request) =>
        {
            await request.Body.CopyToAsync(Stream.Null);
            return Results.Ok();
        }));
        using var client = host.As("bureau-officer-1");

        var answer = await client.PostAsync("/take", new ByteArrayContent(new byte[bytes]));

        Assert.Equal(status, (int)answer.StatusCode);
        if (status != 200)
        {
            Assert.Equal("request.too_large", (await Problem(answer, status)).GetProperty("code").GetString());
        }
    }

    [Fact]
    public async Task A_bound_body_that_cannot_be_read_is_a_problem_with_its_place()
    {
        await using var host = await TestHost.Start(app => app.MapPost("/take", (Form form) => form.Name));
        using var client = host.As("bureau-officer-1");

        var unknown = await Problem(await client.PostAsync("/take", new StringContent("""{"name":"a","x":1}""", Encoding.UTF8, "application/json")), 400);
        var media = await Problem(await client.PostAsync("/take", new StringContent("a", Encoding.UTF8, "text/plain")), 415);

        Assert.Equal("/x", unknown.GetProperty("details")[0].GetProperty("path").GetString());
        Assert.Equal("request.media_type", media.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_ended()
    {
        await using var host = await TestHost.Start(
            app => app.MapGet("/slow", async (HttpContext c) => await Task.Delay(Timeout.Infinite, c.RequestAborted)),
            new Dictionary<string, string?> { ["Http:TimeoutSeconds"] = "1" });
        using var client = host.As("bureau-officer-1");

        Assert.Equal("request.timed_out", (await Problem(await client.GetAsync("/slow"), 504)).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("Http:Port", "70000")]
    [InlineData("Http:Port", "eighty")]
    [InlineData("Grpc:Port", "-1")]
    [InlineData("Listen:Address", "everywhere")]
    [InlineData("Log:Level", "Loud")]
    [InlineData("Http:TimeoutSeconds", "0")]
    [InlineData("Identity:Authority", null)]
    [InlineData("Identity:Authority", "http://id.example")]
    [InlineData("Identity:ServiceKey", null)]
    [InlineData("Identity:ServiceKey", "0123456789012345678901234567890")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    public void A_setting_that_is_missing_or_wrong_stops_the_host_and_is_named(string key, string? value)
    {
        var settings = new Dictionary<string, string?>(Sound) { [key] = value };

        var exception = Assert.Throws<SettingException>(() => ServiceHost.Create("test", new Hosting { Settings = settings }));

        Assert.Equal(key, exception.Key);
        Assert.StartsWith(key, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_gateway_needs_no_service_key() =>
        ServiceHost.Create("gateway", new Hosting { Settings = new Dictionary<string, string?>(Sound) { [ServiceToken.KeySetting] = null } }, grpc: false);

    [Fact]
    public void Arguments_are_settings_and_given_settings_win()
    {
        var builder = ServiceHost.Create("test", new Hosting { Args = ["--Http:Port=1234", "--Grpc:Port=99"], Settings = new Dictionary<string, string?>(Sound) { ["Grpc:Port"] = "0" } });

        Assert.Equal(("1234", "0"), (builder.Configuration["Http:Port"], builder.Configuration["Grpc:Port"]));
    }

    private static async Task<JsonElement> Problem(HttpResponseMessage answer, int status)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        return problem;
    }

    private sealed record Form(string Name);
}
