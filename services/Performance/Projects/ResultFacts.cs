using PilotCity.Contracts.Assessment.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;

namespace PilotCity.Performance.Projects;

/// <summary>The confirmed result after renovation that counts for an enterprise at the moment, who determined it, and where it was read.</summary>
public sealed record ResultFacts(string Assessment, int Level, string Mode, string? Evaluator, FactSource Source)
{
    /// <summary>Found by an evaluator or the authority, on site: the only one that an acceptance may stand on (工信厅企业〔2024〕56号).</summary>
    internal bool IsOnSite => Mode is "third-party" or "official";

    internal static AskResult Over(Ask assessment) => async (city, uscc, ct) =>
    {
        var reply = await assessment.Question(
            (channel, options) => new Assessments.AssessmentsClient(channel).GetResultAsync(new GetResultRequest { City = city, SubjectUscc = uscc, Purpose = "after" }, options), ct);
        return reply.Ok ? Of(reply.Value) : reply.Fault;
    };

    /// <summary>The reply as facts; nothing where there is no result.</summary>
    internal static ResultFacts? Of(GetResultReply? reply) => reply is null ? null : new(
        reply.Assessment,
        reply.Level,
        reply.Mode,
        reply.HasEvaluatorOrg ? reply.EvaluatorOrg : null,
        new FactSource(reply.Source.Service, reply.Source.City, reply.Source.Stream, reply.Source.Version, reply.Source.Position));
}

/// <summary>Asks Assessment for an enterprise's result after renovation; nothing where none is confirmed, <c>peer.unavailable</c> where Assessment is away.</summary>
internal delegate ValueTask<Result<ResultFacts?>> AskResult(string city, string uscc, CancellationToken ct);
