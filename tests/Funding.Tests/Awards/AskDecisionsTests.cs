using System.Net.Http.Headers;
using System.Text;
using PilotCity.Defaults.Identity;
using PilotCity.Funding.Awards;
using PilotCity.Testing;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>A service for the tests that only ask.</summary>
public sealed class AskedFunding : IAsyncLifetime
{
    internal TestService Service { get; private set; } = null!;

    public async Task InitializeAsync() => Service = await TestService.Start(FundingService.Build, settings: new Dictionary<string, string?>
    {
        ["Peers:registry"] = "http://127.0.0.1:1",
        ["Peers:assessment"] = "http://127.0.0.1:1",
        ["Peers:performance"] = "http://127.0.0.1:1",
    });

    public async Task DisposeAsync() => await Service.DisposeAsync();
}

public sealed class AskDecisionsTests(AskedFunding funding) : IClassFixture<AskedFunding>
{
    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "data", "cases", "award-cases.json");

    private async Task<HttpResponseMessage> Ask(byte[] body, Role role = Role.Enterprise)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return await funding.Service.As(role).PostAsync($"/api/funding/{TestService.City}/decisions", content);
    }

    private static byte[] Printed(params string[] files)
    {
        using var output = new StringWriter();
        Assert.Equal(0, DecideCases.Run(files, output, TextWriter.Null));
        return Encoding.UTF8.GetBytes(output.ToString());
    }

    [Fact]
    public async Task Every_visible_case_gets_the_bytes_that_the_command_line_prints()
    {
        var answer = await Ask(System.IO.File.ReadAllBytes(File));

        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(Printed(File), await answer.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task Each_visible_case_alone_does_too()
    {
        using var folder = new TemporaryFolder();
        using var cases = System.Text.Json.JsonDocument.Parse(System.IO.File.ReadAllBytes(File));
        foreach (var @case in cases.RootElement.EnumerateArray())
        {
            var bytes = Encoding.UTF8.GetBytes(@case.GetRawText());
            System.IO.File.WriteAllBytes(folder["case.json"], bytes);
            Assert.Equal(Printed(folder["case.json"]), await (await Ask(bytes)).Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task Whoever_has_a_role_in_the_city_may_ask_and_nobody_else()
    {
        foreach (var role in Enum.GetValues<Role>().Where(r => r != Role.Service)) Assert.Equal(200, (int)(await Ask(System.IO.File.ReadAllBytes(File), role)).StatusCode);
        using var nobody = new HttpClient { BaseAddress = funding.Service.As(Role.Auditor).BaseAddress };
        Assert.Equal(401, (int)(await nobody.PostAsync($"/api/funding/{TestService.City}/decisions", new ByteArrayContent([]))).StatusCode);
    }

    [Theory]
    [InlineData("""{"id":"x","ruleSet":"longyan","at":"yesterday"}""", 400, "case.unreadable", "at")]
    [InlineData("""[{"id":"x","ruleSet":"longyan"},{"id":"y","ruleSet":"longyan","surplus":1}]""", 400, "case.unreadable", "[1].surplus")]
    [InlineData("""[{"id":"x","ruleSet":"longyan"},{"id":"y","ruleSet":"atlantis"}]""", 404, "rule_set.unknown", "[1].ruleSet")]
    [InlineData("{", 400, "case.unreadable", "$")]
    [InlineData("", 400, "case.unreadable", "$")]
    public async Task What_cannot_be_read_is_named_by_its_path(string body, int status, string code, string path)
    {
        var answer = await Ask(Encoding.UTF8.GetBytes(body));
        var problem = System.Text.Json.JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;

        Assert.Equal((status, code), ((int)answer.StatusCode, problem.GetProperty("code").GetString()));
        Assert.Equal(path, problem.GetProperty("details")[0].GetProperty("path").GetString());
    }

    [Theory]
    [InlineData(AskDecisions.CasesMax, 200)]
    [InlineData(AskDecisions.CasesMax + 1, 400)]
    public async Task Cases_are_bounded(int count, int status) =>
        Assert.Equal(status, (int)(await Ask(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat("""{"id":"x","ruleSet":"longyan"}""", count))}]"))).StatusCode);

    [Fact]
    public async Task A_body_is_bounded() => Assert.Equal((413, "request.too_large"), await (await Ask(new byte[AskDecisions.BytesMax + 1])).Refusal());
}
