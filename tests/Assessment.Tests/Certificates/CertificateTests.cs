using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Certificates;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Certificates;

/// <summary>A certificate from its issue to the check by somebody who is not signed in.</summary>
public sealed class CertificateTests
{
    private const string Assessments = "/api/assessment/350800/assessments";

    private static readonly EntrySource Source = new("registry", "350800", "enterprise/x", 1, 7);

    private static Task<TestService> Start(KnownName? name = null) => Services.Start(configure: services =>
        services.AddSingleton<AskName>((_, _, _) => ValueTask.FromResult<Result<KnownName>>(name ?? new("福建<b>某</b>机械有限公司", Source))));

    [Fact]
    public async Task Anybody_checks_a_certificate_by_its_code_and_learns_no_more_than_stands_on_it()
    {
        await using var service = await Start();
        var location = await Confirmed(service);
        var issued = await service.As(Role.Enterprise, BeginAssessmentTests.Enterprise).Command(HttpMethod.Post, $"{location}/certificate", new { });
        Assert.Equal($"{location}/certificate", issued.Headers.Location?.ToString());
        var check = (await issued.Json(201)).GetProperty("check").GetString()!;

        using var nobody = Nobody(service);
        var told = await (await nobody.GetAsync(check)).Json();
        Assert.Equal("福建<b>某</b>机械有限公司", told.GetProperty("name").GetString());
        Assert.Equal(
            (BeginAssessmentTests.Enterprise, "miit-2024@1", 2, "third-party", false, "valid"),
            (Word(told, "enterprise"), Word(told, "instrument"), told.GetProperty("level").GetInt32(), Word(told, "mode"), told.GetProperty("selfAssessed").GetBoolean(), Word(told, "standing")));
        Assert.Equal(
            ["code", "confirmedOn", "enterprise", "instrument", "instrumentTitle", "level", "levelName", "mode", "name", "official", "selfAssessed", "standing"],
            told.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));

        var page = await Page(nobody, check.ToLowerInvariant());
        Assert.Equal(("text/html; charset=utf-8", "no-store"), (page.Content.Headers.ContentType?.ToString(), page.Headers.CacheControl?.ToString()));
        Assert.Contains("form-action 'self'", page.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var html = await page.Content.ReadAsStringAsync();
        Assert.Contains("福建&lt;b&gt;某", html, StringComparison.Ordinal);
        Assert.Contains("状态：有效", html, StringComparison.Ordinal);
        Assert.DoesNotContain("evaluation-1", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_mistyped_and_what_there_is_not_is_refused_to_machines_and_on_the_page()
    {
        await using var service = await Start();
        using var nobody = Nobody(service);
        var unknown = CertificateCode.Of("350800", new byte[CertificateCode.RandomBytes]).ToString();

        Assert.Equal((404, "certificate.unknown_code"), await (await nobody.GetAsync($"/certificates/{unknown}")).Refusal());
        Assert.Equal((404, "certificate.unknown_code"), await (await nobody.GetAsync($"/certificates/{CertificateCode.Of("999999", new byte[CertificateCode.RandomBytes])}")).Refusal());
        Assert.Equal((400, "certificate.code_malformed"), await (await nobody.GetAsync($"/certificates/{unknown[..^1]}X")).Refusal());
        Assert.Equal((400, "certificate.code_malformed"), await (await nobody.GetAsync("/certificates?code=%3Cscript%3E")).Refusal());

        var form = await Page(nobody, "/certificates");
        Assert.Contains("<form method=\"get\" action=\"/certificates\">", await form.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var refused = await Page(nobody, "/certificates?code=%22%3E%3Cscript%3E");
        Assert.Equal(400, (int)refused.StatusCode);
        Assert.DoesNotContain("<script", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var sent = await nobody.GetAsync($"/certificates?code={unknown.ToLowerInvariant()}");
        Assert.Equal($"/certificates/{unknown}", sent.RequestMessage?.RequestUri?.AbsolutePath);
    }

    [Fact]
    public async Task There_is_one_certificate_for_a_result_and_none_before_it_is_confirmed()
    {
        await using var service = await Start();
        var made = await service.As(Role.Evaluator, "evaluation-1").Command(HttpMethod.Post, Assessments, BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After));
        await made.Json(201);
        var (path, evaluator) = ($"{made.Headers.Location}/certificate", service.As(Role.Evaluator, "evaluation-1"));
        Assert.Equal((409, "certificate.not_confirmed"), await (await evaluator.Command(HttpMethod.Post, path, new { })).Refusal());
        Assert.Equal((404, "certificate.unknown"), await (await evaluator.GetAsync(path)).Refusal());
        await Services.Confirm(service, made.Headers.Location!.ToString());

        var key = Guid.NewGuid();
        var code = Word(await (await evaluator.Command(HttpMethod.Post, path, new { }, key)).Json(201), "code");
        Assert.Equal(code, Word(await (await evaluator.Command(HttpMethod.Post, path, new { }, key)).Json(201), "code"));
        Assert.Equal((409, "certificate.exists"), await (await evaluator.Command(HttpMethod.Post, path, new { })).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Evaluator, "evaluation-2").Command(HttpMethod.Post, path, new { })).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Auditor).Command(HttpMethod.Post, path, new { })).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Enterprise, "91350100M000100Y44").GetAsync(path)).Refusal());
        Assert.Equal(code, Word(await (await service.As(Role.Auditor).GetAsync(path)).Json(), "code"));

        var list = (await (await service.As(Role.Enterprise, BeginAssessmentTests.Enterprise).GetAsync("/api/assessment/350800/certificates")).Json()).GetProperty("items");
        Assert.Equal(code, Word(Assert.Single(list.EnumerateArray()), "code"));
        Assert.Equal(0, (await (await service.As(Role.Enterprise, "91350100M000100Y44").GetAsync("/api/assessment/350800/certificates")).Json()).GetProperty("total").GetInt32());
    }

    [Fact]
    public async Task A_certificate_is_printed_with_its_code_and_as_a_self_assessment_where_it_is_one()
    {
        await using var service = await Start(KnownName.Nothing);
        var owner = service.As(Role.Enterprise, BeginAssessmentTests.Enterprise);
        var made = await owner.Command(HttpMethod.Post, Assessments, BeginAssessmentTests.Body());
        await made.Json(201);
        var path = $"{made.Headers.Location}/certificate";
        var code = Word(await (await owner.Command(HttpMethod.Post, path, new { })).Json(201), "code");

        var html = await (await Page(owner, path)).Content.ReadAsStringAsync();
        Assert.Contains(code, html, StringComparison.Ordinal);
        Assert.Contains("企业自测，未经现场评定", html, StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/pdf"));
        Assert.StartsWith("%PDF-1.7", await (await owner.SendAsync(request)).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var nobody = Nobody(service);
        Assert.True((await (await nobody.GetAsync($"/certificates/{code}")).Json()).GetProperty("selfAssessed").GetBoolean());
    }

    [Fact]
    public void An_objection_and_a_correction_since_are_told_with_their_day()
    {
        var confirmed = AssessmentTests.Sample;
        var at = DateTimeOffset.Parse("2026-03-01T17:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        var assessment = new Assessment.Assessments.Assessment { Id = "A1", Status = AssessmentStatus.Confirmed, Confirmed = confirmed, ConfirmedAt = at };
        var code = CertificateCode.Of("350800", new byte[CertificateCode.RandomBytes]);
        var issued = Assert.IsType<CertificateIssued>(Assert.Single(IssueCertificate.Decide(assessment, code, new("某公司", Source)).Changes).Event);
        var certificate = new Certificate(issued, at);

        Assert.Equal((Standing.Valid, null, new DateOnly(2026, 3, 2)), Of(assessment));
        Assert.Equal((Standing.Objected, new DateOnly(2026, 3, 3), new DateOnly(2026, 3, 2)), Of(assessment with { Status = AssessmentStatus.Objected, Objection = new(new("r", "h"), [], at.AddDays(1)) }));
        Assert.Equal((Standing.Corrected, new DateOnly(2026, 3, 4), new DateOnly(2026, 3, 2)), Of(assessment with { Status = AssessmentStatus.Corrected, CorrectedBy = "A2", CorrectedAt = at.AddDays(2) }));
        Assert.Equal("certificate.not_confirmed", IssueCertificate.Decide(assessment with { Status = AssessmentStatus.Corrected }, code, KnownName.Nothing).Fault?.Code);
        var corrected = Certified.Of(certificate, assessment with { CorrectedAt = at.AddDays(2) }, null);
        Assert.Equal("已被更正，不再有效", ShowCertificate.Sheet(corrected, "zh").Mark);

        (Standing, DateOnly?, DateOnly) Of(Assessment.Assessments.Assessment state)
        {
            var certified = Certified.Of(certificate, state, null);
            return (certified.Standing, certified.Since, certified.ConfirmedOn);
        }
    }

    [Fact]
    public void A_natural_person_s_business_is_certified_without_its_name()
    {
        var source = new Contracts.Common.V1.Source { Service = "registry", City = "350800", Stream = "enterprise/x", Version = 1, Position = 7 };
        Assert.Equal(new("某公司", Source), KnownName.Of(new GetEnterpriseReply { Uscc = BeginAssessmentTests.Enterprise, Name = "某公司", Source = source }));
        Assert.Equal(KnownName.Nothing, KnownName.Of(new GetEnterpriseReply { Uscc = "92350825MAW5MTJ0XQ", Name = "张三五金店", Source = source }));
        Assert.Equal(KnownName.Nothing, KnownName.Of(null));
        Assert.Equal(("92************J0XQ", BeginAssessmentTests.Enterprise), (KnownName.Public("92350825MAW5MTJ0XQ"), KnownName.Public(BeginAssessmentTests.Enterprise)));
    }

    private static string Word(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static HttpClient Nobody(TestService service) => new() { BaseAddress = service.App.Addresses().Http };

    private static async Task<string> Confirmed(TestService service)
    {
        var made = await service.As(Role.Evaluator, "evaluation-1").Command(HttpMethod.Post, Assessments, BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After));
        await made.Json(201);
        await Services.Confirm(service, made.Headers.Location!.ToString());
        return made.Headers.Location!.ToString();
    }

    private static async Task<HttpResponseMessage> Page(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        return await client.SendAsync(request);
    }
}
