using System.Net.Http.Headers;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Comparisons;

public sealed class ShowComparisonTests
{
    private const string Own = BeginAssessmentTests.Enterprise;

    private const string Path = $"/api/assessment/350800/enterprises/{Own}/comparison";

    [Fact]
    public async Task An_enterprise_compares_before_with_after_and_its_own_view_with_the_one_on_site()
    {
        await using var service = await Services.Start();
        var owner = service.As(Role.Enterprise, Own);
        Assert.Equal((404, "assessment.no_result"), await (await owner.GetAsync(Path)).Refusal());

        var before = await Confirm(service, owner, BeginAssessmentTests.Body());
        var after = await Confirm(service, service.As(Role.Evaluator, "evaluation-1"), BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After, Examples.Full.WithScenarios(3, 5, 3)));

        var told = await (await owner.GetAsync(Path)).Json();
        Assert.Equal(("full", 1, "0"), (told.GetProperty("comparable").GetString(), told.GetProperty("levelDifference").GetInt32(), told.GetProperty("total").GetProperty("difference").GetString()));
        Assert.Equal((15, 16), (told.GetProperty("items").GetArrayLength(), told.GetProperty("scenarios").GetArrayLength()));

        var sides = await (await owner.GetAsync($"{Path}?from=self&to=on-site")).Json();
        Assert.Equal((before, after), (Id(sides, "from"), Id(sides, "to")));
        var byId = await (await service.As(Role.BureauOfficer).GetAsync($"{Path}?from={after}&to={before}")).Json();
        Assert.Equal((after, -1), (Id(byId, "from"), byId.GetProperty("levelDifference").GetInt32()));

        Assert.Equal((404, "assessment.no_result"), await (await owner.GetAsync($"{Path}?from=self&to=on-site&purpose=after")).Refusal());
        Assert.Equal((404, "assessment.no_result"), await (await service.As(Role.Enterprise, "91350100M000100Y44").GetAsync(Path)).Refusal());
        Assert.Equal((404, "assessment.no_result"), await (await service.As(Role.Evaluator, "evaluation-1").GetAsync(Path)).Refusal());
        Assert.Equal((400, "request.query"), await (await owner.GetAsync($"{Path}?from=elsewhere!")).Refusal());
        Assert.Equal((400, "request.query"), await (await owner.GetAsync($"{Path}?purpose=later")).Refusal());
        Assert.Equal((400, "request.query"), await (await owner.GetAsync($"{Path}?form=before")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Observer).GetAsync(Path)).Refusal());
    }

    [Fact]
    public async Task A_comparison_is_a_table_too()
    {
        await using var service = await Services.Start();
        var owner = service.As(Role.Enterprise, Own);
        await Confirm(service, owner, BeginAssessmentTests.Body());
        await Confirm(service, owner, BeginAssessmentTests.Body(purpose: Purpose.After));
        owner.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        var lines = (await owner.GetStringAsync(Path)).TrimEnd().Split('\n');

        // Heading, level, total, three dimensions, fifteen items, sixteen scenarios.
        Assert.Equal(1 + 1 + 1 + 3 + 15 + 16, lines.Length);
        Assert.StartsWith("total,,,100,100,0", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_comparison_is_a_page_and_a_PDF_in_two_languages()
    {
        await using var service = await Services.Start();
        var owner = service.As(Role.Enterprise, Own);
        await Confirm(service, owner, BeginAssessmentTests.Body());
        await Confirm(service, owner, BeginAssessmentTests.Body(purpose: Purpose.After, answers: Examples.Zero));
        owner.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        var page = await owner.GetStringAsync(Path);
        Assert.Contains("测评结果对比", page, StringComparison.Ordinal);
        Assert.Contains("100 → 0 (-100)", page, StringComparison.Ordinal);
        owner.DefaultRequestHeaders.AcceptLanguage.Add(new StringWithQualityHeaderValue("en"));
        Assert.Contains("Two results compared", await owner.GetStringAsync(Path), StringComparison.Ordinal);
        owner.DefaultRequestHeaders.Accept.Clear();
        owner.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/pdf"));
        Assert.Equal("%PDF"u8.ToArray(), (await owner.GetByteArrayAsync(Path))[..4]);
    }

    private static string? Id(System.Text.Json.JsonElement comparison, string side) => comparison.GetProperty(side).GetProperty("id").GetString();

    private static async Task<string> Confirm(TestService service, HttpClient client, BeginAssessment.Body body)
    {
        var made = await client.Command(HttpMethod.Post, "/api/assessment/350800/assessments", body);
        await made.Json(201);
        if (body.Mode != Mode.Self)
            await Services.Confirm(service, made.Headers.Location!.ToString());

        return made.Headers.Location!.ToString().Split('/')[^1];
    }
}
