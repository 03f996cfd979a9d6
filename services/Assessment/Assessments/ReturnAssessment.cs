using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// Whoever would confirm an assessment sends it back for correction, with a reason and the items or scenarios that it is about.
/// Faults: <c>assessment.not_submitted</c>, <c>assessment.not_yours_to_confirm</c>, <c>assessment.reason</c>.
/// </summary>
internal static class ReturnAssessment
{
    public const int ReasonCharactersMax = 2_000;

    public sealed record Body(string Reason)
    {
        public IReadOnlyList<string> Parts { get; init; } = [];
    }

    internal static readonly Fault ReasonWrong = new(
        FaultKind.Invalid, "assessment.reason",
        new($"须说明理由（1 至 {ReasonCharactersMax} 个字符），所涉题目或场景应是本测评工具中的。", $"A reason of 1 to {ReasonCharactersMax} characters is asked for; what it is about are items or scenarios of the assessment."));

    internal static Decision Decide(Assessment assessment, Body body, Actor actor) =>
        assessment.Status != AssessmentStatus.Submitted ? Assessment.NotSubmitted
        : ConfirmAssessment.Refusal(assessment, actor) is { } refused ? refused
        : !IsReason(body.Reason) || !AreParts(body.Parts) ? ReasonWrong
        : Decision.Accept(Assessment.Noun.StreamOf(assessment.Id), new AssessmentReturned(body.Reason, body.Parts));

    internal static bool IsReason(string reason) => !string.IsNullOrWhiteSpace(reason) && reason.Length <= ReasonCharactersMax;

    internal static bool AreParts(IReadOnlyList<string> parts) => parts.Count <= Answers.EntriesMax && parts.All(p => p is { Length: >= 1 and <= 64 });

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments/{id}/return", ConfirmAssessment.Confirmers, request =>
            request.On(Assessment.Noun, request.Route("id"), (assessment, _) => Decide(assessment, request.Body, request.Actor)));
}
