using System.Net.Http.Headers;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Reports;

public sealed class ShowReportTests
{
    [Fact]
    public async Task A_report_is_a_page_a_file_or_json_as_asked_for_and_in_the_reader_s_language()
    {
        await using var service = await Services.Start();
        var path = await Confirmed(service);
        var owner = service.As(Role.Enterprise, BeginAssessmentTests.Enterprise);

        var page = await Ask(owner, path, "text/html", "zh-CN");
        Assert.Equal("text/html; charset=utf-8", page.Content.Headers.ContentType?.ToString());
        Assert.Contains("数字化水平测评结果报告", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var policy = page.Headers.GetValues("Content-Security-Policy").Single();
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        var file = await Ask(owner, path, "application/pdf", "en");
        Assert.Equal("application/pdf", file.Content.Headers.ContentType?.MediaType);
        Assert.StartsWith("%PDF-1.7", await file.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var json = await (await Ask(owner, path, "application/json", "en")).Json();
        Assert.Equal("Digital level assessment report", json.GetProperty("title").GetString());
        Assert.False(json.GetProperty("sections")[1].GetProperty("drawings")[0].TryGetProperty("shapes", out _));
    }

    [Fact]
    public async Task Only_who_may_see_the_assessment_gets_its_report()
    {
        await using var service = await Services.Start();
        var path = await Confirmed(service);

        Assert.Equal(200, (int)(await service.As(Role.Auditor).GetAsync(path)).StatusCode);
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Enterprise, "91350100M000100Y44").GetAsync(path)).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Evaluator, "evaluation-2").GetAsync(path)).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Auditor).GetAsync("/api/assessment/350800/assessments/nothing/report")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Observer).GetAsync(path)).Refusal());
    }

    [Fact]
    public async Task What_was_not_confirmed_has_no_report()
    {
        await using var service = await Services.Start();
        var made = await service.As(Role.Evaluator, "evaluation-1").Command(HttpMethod.Post, "/api/assessment/350800/assessments", BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After));
        await made.Json(201);

        Assert.Equal((409, "report.not_confirmed"), await (await service.As(Role.Evaluator, "evaluation-1").GetAsync($"{made.Headers.Location}/report")).Refusal());
    }

    internal static async Task<string> Confirmed(TestService service)
    {
        var made = await service.As(Role.Evaluator, "evaluation-1").Command(HttpMethod.Post, "/api/assessment/350800/assessments", BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After));
        await made.Json(201);
        await Services.Confirm(service, made.Headers.Location!.ToString());
        return $"{made.Headers.Location}/report";
    }

    internal static async Task<HttpResponseMessage> Ask(HttpClient client, string path, string accept, string language)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(accept));
        request.Headers.AcceptLanguage.ParseAdd(language);
        return await client.SendAsync(request);
    }
}
