using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Tests.Assessments;
using PilotCity.Contracts.Assessment.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Testing;

namespace PilotCity.Assessment.Tests;

public sealed class AssessmentGrpcTests : IAsyncLifetime
{
    private readonly Clock clock = new(DateTimeOffset.UtcNow);
    private TestService service = null!;
    private GrpcChannel channel = null!;

    public async Task InitializeAsync()
    {
        service = await Services.Start(clock);
        channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
    }

    public async Task DisposeAsync()
    {
        channel.Dispose();
        await service.DisposeAsync();
    }

    [Fact]
    public async Task The_result_that_counts_is_told_with_its_source()
    {
        await Confirm(Role.Enterprise, BeginAssessmentTests.Enterprise, BeginAssessmentTests.Body(purpose: Purpose.After));
        var self = Instant.Micros(clock.GetUtcNow());
        clock.Move(TimeSpan.FromMinutes(1));
        await Confirm(Role.Evaluator, "evaluation-1", BeginAssessmentTests.Body(Mode.ThirdParty, Purpose.After, Examples.Full.WithScenarios(3, 5, 3)));
        clock.Move(TimeSpan.FromMinutes(1));
        await Confirm(Role.Enterprise, BeginAssessmentTests.Enterprise, BeginAssessmentTests.Body(purpose: Purpose.After));

        var now = await Ask(new());
        Assert.Equal(("third-party", 3, "100", "evaluation-1", "50"), (now.Mode, now.Level, now.Total, now.EvaluatorOrg, now.Scores["foundation"]));
        Assert.Equal(("assessment", "350800", $"assessment/{now.Assessment}", 2L, 3L), (now.Source.Service, now.Source.City, now.Source.Stream, now.Source.Version, now.Source.Position));
        Assert.Equal(("miit-2024@1", "after", BeginAssessmentTests.Enterprise), (now.Instrument, now.Purpose, now.SubjectUscc));

        var then = await Ask(new() { AsOfMicros = self });
        Assert.Equal(("self", 2, false, self), (then.Mode, then.Level, then.HasEvaluatorOrg, then.ConfirmedAtMicros));
    }

    [Fact]
    public async Task What_is_not_there_and_what_cannot_be_asked_is_refused()
    {
        await Confirm(Role.Enterprise, BeginAssessmentTests.Enterprise, BeginAssessmentTests.Body(purpose: Purpose.Before));
        Assert.Equal((StatusCode.NotFound, "assessment.no_result"), await Refused(new()));
        Assert.Equal((StatusCode.NotFound, "assessment.no_result"), await Refused(new() { Purpose = "before", AsOfMicros = 1 }));
        Assert.Equal((StatusCode.NotFound, "assessment.no_result"), await Refused(new() { Purpose = "before", City = "350100" }));
        Assert.Equal((StatusCode.InvalidArgument, "assessment.purpose_unknown"), await Refused(new() { Purpose = "Before" }));
        Assert.Equal((StatusCode.InvalidArgument, "question.malformed"), await Refused(new() { Purpose = "before", AsOfMicros = -1 }));
        Assert.Equal((StatusCode.InvalidArgument, "question.malformed"), await Refused(new() { Purpose = "before", AsOfMicros = long.MaxValue }));
        Assert.Equal((StatusCode.InvalidArgument, "question.malformed"), await Refused(new() { Purpose = "before", City = "35080" }));
    }

    [Fact]
    public async Task Only_our_own_services_may_ask()
    {
        var client = new Contracts.Assessment.V1.Assessments.AssessmentsClient(channel);
        var refused = await Assert.ThrowsAsync<RpcException>(async () => await client.GetResultAsync(new()));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    private async Task<GetResultReply> Ask(GetResultRequest request)
    {
        request.City = request.City.Length == 0 ? TestService.City : request.City;
        request.Purpose = request.Purpose.Length == 0 ? "after" : request.Purpose;
        request.SubjectUscc = BeginAssessmentTests.Enterprise;
        var token = service.App.Services.GetRequiredService<ServiceToken>().Current();
        return await new Contracts.Assessment.V1.Assessments.AssessmentsClient(channel).GetResultAsync(request, new Metadata { { "authorization", $"Bearer {token}" } });
    }

    private async Task<(StatusCode, string?)> Refused(GetResultRequest request)
    {
        var refused = await Assert.ThrowsAsync<RpcException>(() => Ask(request));
        return (refused.StatusCode, GrpcFaults.Of(refused)?.Code);
    }

    private async Task Confirm(Role role, string org, BeginAssessment.Body body)
    {
        var made = await service.As(role, org).Command(HttpMethod.Post, "/api/assessment/350800/assessments", body);
        await made.Json(201);
        if (body.Mode != Mode.Self)
            await Services.Confirm(service, made.Headers.Location!.ToString());
    }
}
