using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Outliers;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Outliers;

public sealed class OutlierWatchTests
{
    private const string Root = "/api/assessment/350800";

    [Fact]
    public async Task What_looks_odd_is_noted_once_after_it_was_confirmed_and_decided_by_a_person()
    {
        var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?> { ["ConnectionStrings:Log"] = $"Data Source={folder["log.db"]}" };
        string path;
        await using (var service = await TestService.Start(AssessmentService.Build, configure: Independent, settings: settings))
        {
            await Confirm(service, service.As(Role.Enterprise, BeginAssessmentTests.Enterprise), BeginAssessmentTests.Body(answers: Examples.Zero));
            await Confirm(service, service.As(Role.Evaluator, "evaluation-1"), BeginAssessmentTests.Body(Mode.ThirdParty, answers: Examples.Full.WithScenarios(3, 5, 3)));
            var bureau = service.As(Role.BureauOfficer);
            var listed = await Outliers(service);
            Assert.Single(listed);
            Assert.Equal(("jump", "open", "3", "100"), (Word(listed[0].GetProperty("noted"), "kind"), Word(listed[0], "status"), Figure(listed[0], "levels"), Figure(listed[0], "points")));

            Assert.Equal("AC25", Word(listed[0], "check"));

            var entry = (await Log(service).Stream(TestService.City, $"outlier/{Word(listed[0], "id")}", null, CancellationToken.None)).Single();
            Assert.Equal(("OutlierNoted", "service:outlier-watch@assessment"), (entry.Type, entry.Actor));
            path = $"{Root}/outliers/{Word(listed[0], "id")}";
            Assert.Equal("open", Word(await (await service.As(Role.Auditor).GetAsync(path)).Json(), "status"));
            Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, BeginAssessmentTests.Enterprise).GetAsync(path)).Refusal());
            Assert.Equal((404, "outlier.unknown"), await (await bureau.GetAsync($"{Root}/outliers/x")).Refusal());
            Assert.Equal((400, "assessment.reason"), await (await bureau.Command(HttpMethod.Post, $"{path}/decision", new { outcome = "plausible", reason = " " })).Refusal());
            Assert.Equal((400, "assessment.reason"), await (await bureau.Command(HttpMethod.Post, $"{path}/decision", new { outcome = "plausible", reason = new string('长', ReturnAssessment.ReasonCharactersMax + 1) })).Refusal());
            Assert.Equal((404, "outlier.unknown"), await (await bureau.Command(HttpMethod.Post, $"{Root}/outliers/x/decision", new { outcome = "plausible", reason = "x" })).Refusal());
            Assert.Equal((403, "outlier.same_person"), await (await service.As(Role.BureauApprover).Command(HttpMethod.Post, $"{path}/decision", new { outcome = "plausible", reason = "x" })).Refusal());
            await (await bureau.Command(HttpMethod.Post, $"{path}/decision", new { outcome = "upheld", reason = "请复评" })).Json(204);
            Assert.Equal((409, "outlier.decided"), await (await bureau.Command(HttpMethod.Post, $"{path}/decision", new { outcome = "plausible", reason = "x" })).Refusal());
        }

        // Started again it goes on where it was: what was noted is not noted again, and what comes is.
        await using (var service = await TestService.Start(AssessmentService.Build, configure: Independent, settings: settings))
        {
            await Confirm(service, service.As(Role.Evaluator, "evaluation-1"), BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After, Examples.Full.WithScenarios(3, 5, 3)) with { Enterprise = "91350100M000100Y43" });
            var listed = await Outliers(service);
            Assert.Equal(["jump", "same-answers"], listed.Select(o => Word(o.GetProperty("noted"), "kind")).Order(StringComparer.Ordinal));
            Assert.Equal("upheld", Word(await (await service.As(Role.Auditor).GetAsync(path)).Json(), "status"));
            Assert.Equal(1, (await (await service.As(Role.Auditor).GetAsync($"{Root}/outliers?enterprises=91350100M000100Y43&status=open")).Json()).GetProperty("total").GetInt32());
        }

        folder.Dispose();
    }

    [Fact]
    public async Task While_nobody_can_say_who_sells_to_enterprises_alike_nothing_is_skipped()
    {
        var away = true;
        await using var service = await Services.Start(configure: services => services.AddSingleton<AskSellers>((_, _, _) => ValueTask.FromResult<Result<ListSellersReply>>(
            away ? RequestFaults.PeerUnavailable : new ListSellersReply { Sellers = { new Seller { Provider = "91350800MA2XN0TT4E" } } })));
        await Confirm(service, service.As(Role.Enterprise, BeginAssessmentTests.Enterprise), BeginAssessmentTests.Body());
        await Confirm(service, service.As(Role.Enterprise, "91350100M000100Y43"), BeginAssessmentTests.Body() with { Enterprise = "91350100M000100Y43" });

        await Assert.ThrowsAsync<InvalidOperationException>(() => Outliers(service));
        away = false;
        var noted = Assert.Single(await Outliers(service)).GetProperty("noted");
        Assert.Equal(("same-answers", "91350800MA2XN0TT4E"), (Word(noted, "kind"), Word(noted, "org")));
    }

    [Fact]
    public void What_stands_already_is_not_noted_again()
    {
        var found = new FoundOutlier("0123", new(OutlierKind.Jump, "miit-2024@1", ["E1"], [], new Dictionary<string, string>(), new Dictionary<string, string>()));
        Assert.Single(OutlierWatch.Decide(Streams.Of(), [found]).Changes);
        Assert.Empty(OutlierWatch.Decide(Streams.Of(("outlier/0123", Outlier.Noun.Initial, 1)), [found]).Changes);
    }

    private static ServiceLog Log(TestService service) => service.App.Services.GetRequiredService<ServiceLog>();

    /// <summary>All outliers, once the watch has come to the end of the log.</summary>
    private static async Task<JsonElement[]> Outliers(TestService service)
    {
        await service.App.Services.GetServices<IHostedService>().OfType<OutlierWatch>().Single().LookAtAll(CancellationToken.None);
        return [.. (await (await service.As(Role.Auditor).GetAsync($"{Root}/outliers")).Json()).GetProperty("items").EnumerateArray()];
    }

    private static string? Word(JsonElement of, string name) => of.GetProperty(name).GetString();

    private static string? Figure(JsonElement of, string name) => of.GetProperty("noted").GetProperty("figures").GetProperty(name).GetString();

    private static void Independent(IServiceCollection services) =>
        services.AddSingleton<AskIndependence>((_, _, _, _) => ValueTask.FromResult<Result<Independence>>(Independence.Nothing));

    private static async Task Confirm(TestService service, HttpClient client, BeginAssessment.Body body)
    {
        var made = await client.Command(HttpMethod.Post, $"{Root}/assessments", body);
        await made.Json(201);
        if (body.Mode != Mode.Self)
            await Services.Confirm(service, made.Headers.Location!.ToString());
    }
}
