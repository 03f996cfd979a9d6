using System.Globalization;
using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Benchmarks;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Benchmarks;

public sealed class ShowBenchmarkTests
{
    private const string Root = "/api/assessment/350800";

    private static string Uscc(int i) => string.Create(CultureInfo.InvariantCulture, $"91350825MAW5MTJ{i:000}");

    [Fact]
    public async Task The_authorities_see_groups_and_an_enterprise_itself_beside_them()
    {
        var (asked, away) = (0, false);
        await using var service = await Services.Start(configure: services => services.AddSingleton<AskGroups>((_, enterprises, _, _) =>
        {
            asked++;
            return ValueTask.FromResult<Result<IReadOnlyDictionary<string, EnterpriseGroups>>>(away
                ? RequestFaults.PeerUnavailable
                : enterprises.ToDictionary(e => e, e => new EnterpriseGroups(e == Uscc(9) ? "350803" : "350802", "机械装备", "small"), StringComparer.Ordinal));
        }));
        for (var i = 0; i < 10; i++)
        {
            await Confirm(service.As(Role.Enterprise, Uscc(i)), BeginAssessmentTests.Body() with { Enterprise = Uscc(i) });
        }

        var bureau = service.As(Role.BureauOfficer);
        Assert.Equal(0, (await (await bureau.GetAsync($"{Root}/benchmarks")).Json()).GetProperty("levels").GetArrayLength());
        var told = await (await bureau.GetAsync($"{Root}/benchmarks?basis=self")).Json();
        Assert.Equal(10, told.GetProperty("city").GetProperty("n").GetInt32());
        Assert.Equal([false, false], told.GetProperty("divisions")[0].GetProperty("groups").EnumerateArray().Select(g => g.GetProperty("shown").GetBoolean()));
        Assert.Equal((500, 2023), (told.GetProperty("references")[0].GetProperty("n").GetInt32(), told.GetProperty("references")[0].GetProperty("year").GetInt32()));

        var own = await (await service.As(Role.Enterprise, Uscc(3)).GetAsync($"{Root}/enterprises/{Uscc(3)}/benchmark?basis=self")).Json();
        Assert.Equal("100", own.GetProperty("own").GetProperty("total").GetString());
        Assert.Equal([(true, 10), (false, 0), (true, 10), (true, 10)], own.GetProperty("groups").EnumerateArray()
            .Select(g => (g.GetProperty("shown").GetBoolean(), g.TryGetProperty("nAtLeast", out var n) ? n.GetInt32() : 0)));
        Assert.DoesNotContain(Uscc(4), own.ToString(), StringComparison.Ordinal);
        Assert.Equal((404, "assessment.no_result"), await (await service.As(Role.Enterprise, Uscc(4)).GetAsync($"{Root}/enterprises/{Uscc(3)}/benchmark?basis=self")).Refusal());
        Assert.Equal((404, "assessment.no_result"), await (await service.As(Role.Enterprise, Uscc(4)).GetAsync($"{Root}/enterprises/{Uscc(4)}/benchmark")).Refusal());
        Assert.Equal((400, "request.query"), await (await bureau.GetAsync($"{Root}/enterprises/{Uscc(3)}/benchmark?asOf=2026-01-01T00:00:00Z")).Refusal());

        Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, Uscc(3)).GetAsync($"{Root}/benchmarks")).Refusal());
        Assert.Equal((404, "instrument.unknown"), await (await bureau.GetAsync($"{Root}/benchmarks?instrument=miit-2019")).Refusal());
        Assert.Equal((400, "request.query"), await (await bureau.GetAsync($"{Root}/benchmarks?basis=both")).Refusal());
        Assert.Equal((400, "request.query"), await (await bureau.GetAsync($"{Root}/benchmarks?purpose=later")).Refusal());
        Assert.Equal((400, "request.query"), await (await bureau.GetAsync($"{Root}/benchmarks?district=350802")).Refusal());

        using (var page = new HttpRequestMessage(HttpMethod.Get, $"{Root}/benchmarks?basis=self"))
        {
            page.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
            var html = await (await bureau.SendAsync(page)).Content.ReadAsStringAsync();
            Assert.Contains("350803", html, StringComparison.Ordinal);
            Assert.Contains("2023; N = 500", html, StringComparison.Ordinal);
        }

        // Registry is asked once a minute; while it is away its last word is used, and where there is none the answer is that it is away.
        var before = asked;
        away = true;
        Assert.Equal(200, (int)(await bureau.GetAsync($"{Root}/benchmarks?basis=self")).StatusCode);
        Assert.Equal(before, asked);
        Assert.Equal((503, "peer.unavailable"), await (await bureau.GetAsync($"{Root}/benchmarks?basis=self&asOf=9000-01-01T00:00:00Z")).Refusal());
    }

    [Fact]
    public async Task Published_series_are_for_everybody_and_a_table_too()
    {
        await using var service = await Services.Start();
        var client = service.As(Role.Observer);
        Assert.Equal(ShippedReferences.All.Count, (await (await client.GetAsync($"{Root}/reference-series")).Json()).GetProperty("items").GetArrayLength());
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        client.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("en"));
        var lines = (await client.GetStringAsync($"{Root}/reference-series")).TrimEnd().Split('\n');
        Assert.Equal(1 + ShippedReferences.All.Sum(s => s.Figures.Count), lines.Length);
        Assert.Contains("2023,500,", lines[1], StringComparison.Ordinal);
    }

    private static async Task Confirm(HttpClient client, BeginAssessment.Body body) =>
        await (await client.Command(HttpMethod.Post, $"{Root}/assessments", body)).Json(201);
}
