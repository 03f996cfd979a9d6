using Grpc.Core;
using PilotCity.Assessment.Assessments;
using PilotCity.Contracts.Assessment.V1;
using PilotCity.Contracts.Common.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;

namespace PilotCity.Assessment;

/// <summary>Answers other services' questions about results; converts and calls <see cref="FindResult"/>.</summary>
internal sealed class AssessmentGrpc(ServiceLog log) : Contracts.Assessment.V1.Assessments.AssessmentsBase
{
    /// <summary>The last microsecond that an instant can hold.</summary>
    private static readonly long MicrosMax = Instant.Micros(DateTimeOffset.MaxValue);

    public override async Task<GetResultReply> GetResult(GetResultRequest request, ServerCallContext context)
    {
        if (request.City.Length != 6 || !request.City.All(char.IsAsciiDigit) || request.AsOfMicros < 0 || request.AsOfMicros > MicrosMax || PurposeOf(request.Purpose) is not { } purpose)
            throw Status(FindResult.Malformed);

        DateTimeOffset? asOf = request.AsOfMicros == 0 ? null : Instant.FromMicros(request.AsOfMicros);
        var found = await FindResult.Find(log, request.City, request.SubjectUscc, purpose, asOf, context.CancellationToken);
        return found.Ok ? Reply(request, found.Value) : throw Status(found.Fault);
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
            ConfirmedAtMicros = Instant.Micros(row.ConfirmedAt),
            Source = new Source { Service = log.Service, City = request.City, Stream = Assessments.Assessment.Noun.StreamOf(row.Id), Version = found.Version, Position = found.Position },
        };
        foreach (var (dimension, score) in row.Scores)
        {
            reply.Scores.Add(dimension, score.ToString());
        }

        if (row.Evaluator is { } evaluator)
            reply.EvaluatorOrg = evaluator;

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
        Mode.ThirdParty => "third-party",
        Mode.Official => "official",
    };

    private static RpcException Status(Fault fault) => new(
        new Status((StatusCode)FaultWire.GrpcStatus(fault.Kind), fault.Message.En),
        new Metadata { { "fault-code", fault.Code } });
}
