using System.Net.Http.Headers;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Comparisons;

public sealed class ShowVarianceTests
{
    private const string Root = "/api/assessment/350800";

    [Fact]
    public async Task The_bureau_sees_the_pairs_and_figures_of_evaluators_only_where_there_are_enough()
    {
        await using var service = await Services.Start();
        await (await service.As(Role.Enterprise, BeginAssessmentTests.Enterprise).Command(HttpMethod.Post, $"{Root}/assessments", BeginAssessmentTests.Body())).Json(201);
        var site = await service.As(Role.Evaluator, "evaluation-1").Command(HttpMethod.Post, $"{Root}/assessments", BeginAssessmentTests.Body(Mode.ThirdParty, answers: Examples.Zero));
        await Services.Confirm(service, site.Headers.Location!.ToString());

        var bureau = service.As(Role.BureauOfficer);
        var pair = (await (await bureau.GetAsync($"{Root}/variances?by=enterprise&purpose=before&instrument=miit-2024@1")).Json()).GetProperty("items")[0];
        Assert.Equal(("100", 2, "evaluation-1"), (pair.GetProperty("points").GetString(), pair.GetProperty("levels").GetInt32(), pair.GetProperty("evaluator").GetString()));
        var told = await (await bureau.GetAsync($"{Root}/variances")).Json();
        Assert.Equal((false, false), (told.GetProperty("all").GetProperty("shown").GetBoolean(), told.GetProperty("items")[0].GetProperty("shown").GetBoolean()));
        Assert.Equal(0, (await (await bureau.GetAsync($"{Root}/variances?by=provider")).Json()).GetProperty("items").GetArrayLength());

        Assert.Equal((400, "request.query"), await (await bureau.GetAsync($"{Root}/variances?by=district")).Refusal());
        Assert.Equal((400, "request.query"), await (await bureau.GetAsync($"{Root}/variances?purpose=later")).Refusal());
        Assert.Equal((400, "request.query"), await (await bureau.GetAsync($"{Root}/variances?group=x")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Evaluator, "evaluation-1").GetAsync($"{Root}/variances")).Refusal());

        bureau.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/csv"));
        Assert.Equal(2, (await bureau.GetStringAsync($"{Root}/variances?by=enterprise")).TrimEnd().Split('\n').Length);
        Assert.Equal(3, (await bureau.GetStringAsync($"{Root}/variances")).TrimEnd().Split('\n').Length);
    }
}
