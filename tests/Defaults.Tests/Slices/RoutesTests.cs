using System.Net.Http.Headers;
using System.Text;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;
using PilotCity.Testing;

namespace PilotCity.Defaults.Tests.Slices;

public sealed class RoutesTests : IAsyncLifetime
{
    private TestService service = null!;

    private sealed record MoveBody(long By, string? Why = null);

    private static readonly CityService Shape = new("testing")
    {
        Nouns = [Counter.Noun],
        ReadModels = [Counter.List],
        Routes = routes =>
        {
            routes.Command<MoveBody>("POST", "/counters", [Role.BureauOfficer], request => request.New(
                Counter.Noun, "c1", [], (_, _) => Defaults.Log.Decision.Accept("counter/c1", new CounterMoved(request.Body.By)).Answering("/counters/c1", new { made = "c1" })));
            routes.Command<MoveBody>("POST", "/counters/{id}/moves", [Role.BureauOfficer], request => request.On(
                Counter.Noun, request.Route("id"), (counter, _) => counter.Count + request.Body.By < 0
                    ? Counter.BelowZero
                    : Defaults.Log.Decision.Accept($"counter/{request.Route("id")}", new CounterMoved(request.Body.By))));
            routes.Command<MoveBody>("POST", "/counters/{id}/once", [Role.BureauOfficer], async (request, ct) =>
            {
                // A fact from outside that is true only until the command took effect.
                var (counter, _, _) = await request.Log.Load(request.City, Counter.Noun, request.Route("id"), null, ct);
                return counter.Count == 0
                    ? request.On(Counter.Noun, request.Route("id"), (_, _) => Defaults.Log.Decision.Accept($"counter/{request.Route("id")}", new CounterMoved(request.Body.By)))
                    : Counter.BelowZero;
            });
            routes.FileCommand("POST", "/counters/{id}/file", [Role.BureauOfficer], 100, "text/plain", (request, _) => ValueTask.FromResult<Result<Intent>>(request.On(
                Counter.Noun, request.Route("id"), (_, _) => Defaults.Log.Decision.Accept($"counter/{request.Route("id")}", new CounterNoted(null, $"{request.Body.Length} bytes")))));
            routes.Get("/counters/{id}", [Role.BureauOfficer, Role.Auditor], async (request, _) =>
            {
                var found = await request.Load(Counter.Noun, request.Route("id"));
                return found.Ok ? (Result<object>)found.Value : found.Fault;
            });
            routes.List("/counters", [Role.BureauOfficer, Role.Auditor], Counter.List, searched: ["sign"]);
        },
    };

    public async Task InitializeAsync() => service = await TestService.Start(Shape.Build);

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_command_makes_a_thing_and_says_where_it_is()
    {
        var made = await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3));

        Assert.Equal(201, (int)made.StatusCode);
        Assert.Equal("/api/testing/350800/counters/c1", made.Headers.Location?.OriginalString);
        Assert.Equal(3, (await (await Officer.GetAsync("/api/testing/350800/counters/c1")).Json()).GetProperty("count").GetInt64());
        Assert.Equal((409, "counter.exists"), await (await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3))).Refusal());
    }

    [Fact]
    public async Task A_repetition_is_told_the_first_answer_and_another_input_is_refused()
    {
        var key = Guid.NewGuid();
        await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3), key);
        var again = await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3), key);

        Assert.Equal(201, (int)again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal((409, "command.id_reused"), await (await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(4), key)).Refusal());
    }

    [Fact]
    public async Task A_repetition_is_told_the_first_answer_even_where_its_facts_have_moved_on()
    {
        await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(0));
        var key = Guid.NewGuid();

        Assert.Equal(204, (int)(await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/once", new MoveBody(3), key)).StatusCode);
        var again = await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/once", new MoveBody(3), key);

        Assert.Equal(204, (int)again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal((409, "command.id_reused"), await (await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/once", new MoveBody(4), key)).Refusal());
        Assert.Equal((422, "counter.below_zero"), await (await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/once", new MoveBody(3))).Refusal());
    }

    [Fact]
    public async Task Who_may_not_is_told_before_the_body_is_read()
    {
        Assert.Equal((403, "request.role"), await (await service.As(Role.Auditor).Command(HttpMethod.Post, "/api/testing/350800/counters", new { nonsense = true })).Refusal());
    }

    [Theory]
    [InlineData("""{"by":1,"twice":2}""", "request.malformed", "/twice")]
    [InlineData("""{"by":"one"}""", "request.malformed", "/by")]
    [InlineData("""{}""", "request.malformed", "/by")]
    [InlineData("""{"by":1,"by":2}""", "request.malformed", "/by")]
    [InlineData("""{"by":""", "request.malformed", "/by")]
    [InlineData("null", "request.malformed", null)]
    public async Task A_body_that_is_not_what_was_asked_for_names_the_place(string body, string code, string? path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/testing/350800/counters") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());

        var problem = await (await Officer.SendAsync(request)).Json(400);

        Assert.Equal(code, problem.GetProperty("code").GetString());
        Assert.DoesNotContain("PilotCity", problem.ToString(), StringComparison.Ordinal);
        if (path is not null)
        {
            Assert.Contains(problem.GetProperty("details").EnumerateArray(), d => d.GetProperty("path").GetString() == path);
        }
    }

    [Fact]
    public async Task Who_is_missing_a_key_a_role_a_city_or_a_token_is_told_so()
    {
        using var noKey = new HttpRequestMessage(HttpMethod.Post, "/api/testing/350800/counters") { Content = new StringContent("""{"by":1}""", Encoding.UTF8, "application/json") };
        Assert.Equal((400, "request.key_missing"), await (await Officer.SendAsync(noKey)).Refusal());
        using var badKey = new HttpRequestMessage(HttpMethod.Post, "/api/testing/350800/counters") { Content = new StringContent("""{"by":1}""", Encoding.UTF8, "application/json") };
        badKey.Headers.Add("Idempotency-Key", "1");
        Assert.Equal((400, "request.key_malformed"), await (await Officer.SendAsync(badKey)).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Auditor).Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3))).Refusal());
        Assert.Equal((403, "request.city"), await (await service.As(Role.BureauOfficer, city: "350500").Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3))).Refusal());
        using var nobody = new HttpClient { BaseAddress = service.App.Addresses().Http };
        Assert.Equal((401, "request.unauthenticated"), await (await nobody.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3))).Refusal());
        Assert.Equal((404, "route.unknown"), await (await Officer.GetAsync("/api/testing/3508/counters")).Refusal());
    }

    [Fact]
    public async Task An_edit_of_an_old_version_is_refused()
    {
        await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3));
        var officer = Officer;
        officer.DefaultRequestHeaders.IfMatch.Add(new EntityTagHeaderValue("\"1\""));

        Assert.Equal(204, (int)(await officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/moves", new MoveBody(1))).StatusCode);
        Assert.Equal((412, "request.stale"), await (await officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/moves", new MoveBody(1))).Refusal());
        Assert.Equal((404, "counter.unknown"), await (await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c9/moves", new MoveBody(1))).Refusal());
    }

    [Fact]
    public async Task A_file_larger_than_its_bound_is_refused_before_it_is_read()
    {
        await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3));

        Assert.Equal(204, (int)(await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/file", new byte[100], "text/plain")).StatusCode);
        Assert.Equal((413, "request.too_large"), await (await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters/c1/file", new byte[101], "text/plain")).Refusal());
    }

    [Fact]
    public async Task A_noun_can_be_read_as_it_was()
    {
        await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3));

        Assert.Equal((404, "counter.unknown"), await (await Officer.GetAsync("/api/testing/350800/counters/c1?asOf=2020-01-01T00:00:00%2B08:00")).Refusal());
        Assert.Equal((400, "request.query"), await (await Officer.GetAsync("/api/testing/350800/counters/c1?asOf=yesterday")).Refusal());
    }

    [Fact]
    public async Task Lists_are_paged_filtered_and_exported()
    {
        await Officer.Command(HttpMethod.Post, "/api/testing/350800/counters", new MoveBody(3));
        var log = (Defaults.Log.ServiceLog)service.App.Services.GetService(typeof(Defaults.Log.ServiceLog))!;
        for (var i = 0; i < 5; i++)
        {
            await log.Do(Counter.Move($"=evil{i}", i), CancellationToken.None);
        }

        var first = await (await Officer.GetAsync("/api/testing/350800/counters?limit=4")).Json();
        var second = await (await Officer.GetAsync($"/api/testing/350800/counters?limit=4&after={first.GetProperty("next").GetString()}")).Json();
        Assert.Equal(6, first.GetProperty("total").GetInt64());
        Assert.Equal([4, 2], new[] { first, second }.Select(p => p.GetProperty("items").GetArrayLength()));
        Assert.Equal(5, (await (await Officer.GetAsync("/api/testing/350800/counters?sign=positive")).Json()).GetProperty("total").GetInt64());
        Assert.Equal(1, (await (await Officer.GetAsync("/api/testing/350800/counters?q=evil3")).Json()).GetProperty("total").GetInt64());
        Assert.Equal((400, "request.query"), await (await Officer.GetAsync("/api/testing/350800/counters?colour=red")).Refusal());
        Assert.Equal((400, "request.query"), await (await Officer.GetAsync("/api/testing/350800/counters?limit=201")).Refusal());

        var officer = Officer;
        officer.DefaultRequestHeaders.Accept.ParseAdd("text/csv");
        var csv = await officer.GetStringAsync("/api/testing/350800/counters");
        Assert.Contains("'=evil3", csv, StringComparison.Ordinal);
        Assert.Equal(7, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        officer.DefaultRequestHeaders.Accept.Clear();
        officer.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        var xlsx = await officer.GetByteArrayAsync("/api/testing/350800/counters");
        using var document = DocumentFormat.OpenXml.Packaging.SpreadsheetDocument.Open(new MemoryStream(xlsx), false);
        Assert.Equal(7, document.WorkbookPart!.WorksheetParts.Single().Worksheet!.Descendants<DocumentFormat.OpenXml.Spreadsheet.Row>().Count());
    }

    [Fact]
    public async Task The_api_describes_itself()
    {
        using var nobody = new HttpClient { BaseAddress = service.App.Addresses().Http };
        var description = await (await nobody.GetAsync("/openapi/v1.json")).Json();

        Assert.StartsWith("3.1", description.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var path = description.GetProperty("paths").GetProperty("/api/testing/{city}/counters/{id}/moves").GetProperty("post");
        Assert.Contains(path.GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "Idempotency-Key");
        Assert.Contains(path.GetProperty("parameters").EnumerateArray(), p => p.GetProperty("name").GetString() == "id");
    }

    private HttpClient Officer => service.As(Role.BureauOfficer);
}
