using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// The bureau's approver decides an objection with reasons, on a second assessment unless it is inadmissible; who confirmed the first does not decide.
/// In one decision the second assessment takes the first one's place, or is set aside. Faults: <c>assessment.no_open_objection</c>, <c>assessment.same_person</c>,
/// <c>assessment.reason</c>, <c>assessment.second_missing</c>, <c>assessment.second_unneeded</c>.
/// </summary>
internal static class DecideObjection
{
    /// <summary><c>second</c>: the id of the second assessment, as it was handed in.</summary>
    public sealed record Body(ObjectionOutcome Outcome, string Reason)
    {
        public string? Second { get; init; }
    }

    internal static readonly Fault SecondMissing = new(
        FaultKind.Refused, "assessment.second_missing",
        new("处理异议须依据第二评测机构已提交的复评。", "The decision stands on a second assessment that was handed in by the evaluator appointed."));

    internal static readonly Fault SecondUnneeded = new(
        FaultKind.Invalid, "assessment.second_unneeded", new("不予受理时不附复评。", "An inadmissible objection has no second assessment."));

    internal static Decision Decide(Assessment first, Assessment? second, Body body, Actor actor)
    {
        if (first.Status != AssessmentStatus.Objected) return AppointSecondAssessor.NoOpenObjection;
        if (actor.Sub == first.ConfirmedBy || actor.Sub == first.SubmittedBy || actor.Sub == second?.SubmittedBy) return Assessment.SamePerson;
        if (!ReturnAssessment.IsReason(body.Reason)) return ReturnAssessment.ReasonWrong;
        var stream = Assessment.Noun.StreamOf(first.Id);
        var decided = new ObjectionDecided(body.Outcome, body.Reason, body.Second);
        if (body.Outcome == ObjectionOutcome.Inadmissible)
            return body.Second is null ? Decision.Accept(stream, decided) : SecondUnneeded;
        if (second is not { Status: AssessmentStatus.Submitted, Proposed: { } proposed } || proposed.Reviews != first.Id || proposed.Evaluator != first.Objection?.SecondAssessor) return SecondMissing;
        var other = Assessment.Noun.StreamOf(second.Id);
        return body.Outcome == ObjectionOutcome.Stands
            ? Decision.Accept(new Change(stream, decided), new Change(other, new AssessmentSetAside(first.Id)))
            : Decision.Accept(new Change(stream, decided), new Change(stream, new AssessmentCorrected(second.Id)), new Change(other, proposed with { ObjectionsUntil = null }));
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments/{id}/decision", [Role.BureauApprover], request =>
        {
            var second = request.Body.Second;
            return request.On(Assessment.Noun, request.Route("id"), second is null ? [] : [Assessment.Noun.StreamOf(second)], (first, streams, _) =>
                Decide(first, second is null ? null : streams.Get(Assessment.Noun, second), request.Body, request.Actor));
        });
}
