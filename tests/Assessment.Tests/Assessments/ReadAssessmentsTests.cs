using Microsoft.Extensions.DependencyInjection;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults.Identity;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests.Assessments;

public sealed class ReadAssessmentsTests
{
    private const string Path = "/api/assessment/350800/assessments";

    [Fact]
    public async Task Everybody_sees_what_is_theirs_and_the_auditor_all()
    {
        await using var service = await Services.Start();
        var own = await Location(service.As(Role.Enterprise, BeginAssessmentTests.Enterprise), BeginAssessmentTests.Body());
        var third = await Location(service.As(Role.Evaluator, "evaluation-1"), BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After));
        var other = await Location(service.As(Role.Evaluator, "evaluation-2"), BeginAssessmentTests.Body(Mode.ThirdParty) with { Enterprise = "91350100M000100Y43" });
        Assert.Equal(1, await Count(service.As(Role.Auditor)));
        Assert.Equal(200, (int)(await service.As(Role.BureauOfficer).GetAsync(third)).StatusCode);
        await Services.Confirm(service, third);
        await Services.Confirm(service, other);

        Assert.Equal(2, await Count(service.As(Role.Enterprise, BeginAssessmentTests.Enterprise)));
        Assert.Equal(0, await Count(service.As(Role.Enterprise, "91350100M000100Y44")));
        Assert.Equal(1, await Count(service.As(Role.Evaluator, "evaluation-1")));
        Assert.Equal(3, await Count(service.As(Role.Auditor)));
        Assert.Equal(1, await Count(service.As(Role.Auditor), "?purpose=after&level=2"));
        Assert.Equal(0, await Count(service.As(Role.Enterprise, "91350100M000100Y44"), $"?enterprise={BeginAssessmentTests.Enterprise}"));

        Assert.Equal(200, (int)(await service.As(Role.BureauOfficer).GetAsync(own)).StatusCode);
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Enterprise, "91350100M000100Y44").GetAsync(own)).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Evaluator, "evaluation-2").GetAsync(third)).Refusal());
        Assert.Equal((404, "assessment.unknown"), await (await service.As(Role.Auditor).GetAsync($"{Path}/nothing")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Observer).GetAsync(Path)).Refusal());
    }

    [Fact]
    public async Task Before_it_was_confirmed_it_is_not_there()
    {
        var clock = new Clock(DateTimeOffset.UtcNow);
        await using var service = await Services.Start(clock);
        var before = clock.GetUtcNow();
        clock.Move(TimeSpan.FromSeconds(10));
        var client = service.As(Role.Enterprise, BeginAssessmentTests.Enterprise);
        var made = await Location(client, BeginAssessmentTests.Body());
        Assert.Equal((404, "assessment.unknown"), await (await client.GetAsync($"{made}?asOf={before:yyyy-MM-ddTHH:mm:ss}Z")).Refusal());
        Assert.Equal(200, (int)(await client.GetAsync($"{made}?asOf={clock.GetUtcNow().AddSeconds(1):yyyy-MM-ddTHH:mm:ss}Z")).StatusCode);
    }

    [Fact]
    public async Task A_result_whose_instrument_file_is_another_one_is_shown_without_explanation()
    {
        await using var service = await Services.Start();
        var log = service.App.Services.GetRequiredService<Defaults.Log.ServiceLog>();
        var other = AssessmentTests.Sample with { InstrumentSha256 = new string('0', 64) };
        Assert.Null(await FindInstrument.OfResult(log, TestService.City, other, default));
        Assert.Null(ReadAssessments.View(new() { Id = "A1", Confirmed = other }, null).Explanation);
        Assert.Equal("miit-2024@1", (await FindInstrument.OfResult(log, TestService.City, other with { InstrumentSha256 = Examples.Miit2024.Sha256 }, default))?.Reference);
    }

    private static async Task<string> Location(HttpClient client, BeginAssessment.Body body)
    {
        var made = await client.Command(HttpMethod.Post, Path, body);
        await made.Json(201);
        return made.Headers.Location!.ToString();
    }

    private static async Task<long> Count(HttpClient client, string query = "") =>
        (await (await client.GetAsync(Path + query)).Json()).GetProperty("total").GetInt64();
}
