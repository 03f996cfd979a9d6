using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// The bureau names the evaluator that assesses again after an objection: another one than before, and independent of who sells to the enterprise.
/// Faults: <c>assessment.no_open_objection</c>, <c>assessment.second_assessor</c>, <see cref="Independence"/>.
/// </summary>
internal static class AppointSecondAssessor
{
    public sealed record Body(string Evaluator);

    internal static readonly Fault NoOpenObjection = new(
        FaultKind.Conflict, "assessment.no_open_objection", new("该测评没有待处理的异议。", "There is no objection to this assessment that waits for a decision."));

    internal static readonly Fault SecondWrong = new(
        FaultKind.Refused, "assessment.second_assessor",
        new("第二评测机构应是另一家机构（1 至 64 个字符），且不是被评企业。", "The second assessor is another organisation than the first and the enterprise, named in 1 to 64 characters."));

    internal static Decision Decide(Assessment assessment, Body body, Independence independence) =>
        assessment is not { Status: AssessmentStatus.Objected, Confirmed: { } confirmed } ? NoOpenObjection
        : !IsAnother(body.Evaluator, confirmed) ? SecondWrong
        : independence.Refusal is { } conflict ? conflict
        : Decision.Accept(Assessment.Noun.StreamOf(assessment.Id), new SecondAssessorAppointed(body.Evaluator, independence.Sources));

    private static bool IsAnother(string evaluator, AssessmentConfirmed confirmed) =>
        evaluator.Length is >= 1 and <= 64 && evaluator != confirmed.Evaluator && evaluator != confirmed.Enterprise && PlainText.Refusal(evaluator) is null;

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments/{id}/second-assessor", [Role.BureauOfficer], async (request, ct) =>
        {
            var found = await request.Load(Assessment.Noun, request.Route("id"));
            if (!found.Ok) return found.Fault;
            if (found.Value is not { Status: AssessmentStatus.Objected, Confirmed: { } confirmed }) return NoOpenObjection;
            if (!IsAnother(request.Body.Evaluator, confirmed)) return SecondWrong;
            var independence = await request.Service<AskIndependence>()(request.City, confirmed.Enterprise, request.Body.Evaluator, ct);
            return independence.Ok
                ? request.On(Assessment.Noun, request.Route("id"), (assessment, _) => Decide(assessment, request.Body, independence.Value))
                : independence.Fault;
        });
}
