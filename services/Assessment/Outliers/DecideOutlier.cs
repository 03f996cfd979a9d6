using PilotCity.Assessment.Assessments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Outliers;

/// <summary>
/// A person of the bureau who had no hand in the results says what is behind an outlier: plausible, or upheld, with the reason.
/// Faults: <c>outlier.decided</c>, <c>outlier.same_person</c>, <c>assessment.reason</c>.
/// </summary>
internal static class DecideOutlier
{
    public sealed record Body(OutlierOutcome Outcome, string Reason);

    internal static readonly Fault SamePerson = new(
        FaultKind.Forbidden, "outlier.same_person", new("提交或确认过相关测评的人员不能处理该异常。", "Who handed in or confirmed one of the results does not decide on the outlier."));

    internal static Decision Decide(Outlier outlier, IEnumerable<Assessments.Assessment> results, Body body, Actor actor) =>
        outlier.Decided is not null ? Outlier.DecidedAlready
        : results.Any(r => actor.Sub == r.ConfirmedBy || actor.Sub == r.SubmittedBy) ? SamePerson
        : !ReturnAssessment.IsReason(body.Reason) ? ReturnAssessment.ReasonWrong
        : Decision.Accept(Outlier.Noun.StreamOf(outlier.Id), new OutlierDecided(body.Outcome, body.Reason));

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/outliers/{id}/decision", [Role.BureauOfficer, Role.BureauApprover], async (request, _) =>
    {
        var found = await request.Load(Outlier.Noun, request.Route("id"));
        if (!found.Ok)
            return found.Fault;

        var streams = found.Value.Noted!.Sources.Select(s => s.Stream).ToList();
        return request.On(Outlier.Noun, request.Route("id"), streams, (outlier, states, _) =>
            Decide(outlier, streams.Select(s => states.Get(Assessments.Assessment.Noun, s[(s.IndexOf('/', StringComparison.Ordinal) + 1)..])), request.Body, request.Actor));
    });
}
