using Grpc.Core;
using PilotCity.Assessment.Assessments;
using PilotCity.Contracts.Assessment.V1;
using PilotCity.Contracts.Common.V1;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment;

/// <summary>Answers other services' questions about results; converts and calls <see cref="FindResult"/>.</summary>
internal sealed class AssessmentGrpc(ServiceLog log) : Contracts.Assessment.V1.Assessments.AssessmentsBase
{
    public override async Task<GetResultReply> GetResult(GetResultRequest request, ServerCallContext context)
    {
        var asOf = Question.Moment(request.City, request.AsOfMicros);
        if (PurposeOf(request.Purpose) is not { } purpose)
            throw GrpcFaults.Exception(FindResult.PurposeUnknown);
        var found = await FindResult.Find(log, request.City, request.SubjectUscc, purpose, asOf, context.CancellationToken);
        return found.Ok ? Reply(request, found.Value) : throw GrpcFaults.Exception(found.Fault);
    }

    private GetResultReply Reply(GetResultRequest request, FoundResult found)
    {
        var row = found.Row;
        var reply = new GetResultReply
        {
            Assessment = row.Id,
            SubjectUscc = row.Enterprise,
            Purpose = request.Purpose,
            Instrument = row.Instrument,
            Mode = WordOf(row.Mode),
            Total = row.Total.ToString(),
            Level = row.Level,
            ObjectionOpen = found.Disputed,
            ConfirmedAtMicros = Instant.Micros(row.ConfirmedAt),
            Source = new Source { Service = log.Service, City = request.City, Stream = Assessments.Assessment.Noun.StreamOf(row.Id), Version = found.Version, Position = found.Position },
        };
        foreach (var (dimension, score) in row.Scores)
        {
            reply.Scores.Add(dimension, score.ToString());
        }

        if (row.Evaluator is { } evaluator)
            reply.EvaluatorOrg = evaluator;
        if (row.Reviews is { } first)
            reply.Corrects = first;

        return reply;
    }

    private static Purpose? PurposeOf(string word) => word switch
    {
        "before" => Purpose.Before,
        "after" => Purpose.After,
        "voluntary" => Purpose.Voluntary,
        "reassessment" => Purpose.Reassessment,
        _ => null,
    };

    internal static string WordOf(Mode mode) => mode switch
    {
        Mode.Self => "self",
        Mode.ProviderAssisted => "provider",
        Mode.ThirdParty => "third-party",
        Mode.Official => "official",
    };
}
