using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// The enterprise objects to what somebody else found, until the last day that the confirmation names; what it says is kept as personal data. Once:
/// what the second assessment leads to is final here. Faults: <c>assessment.no_objection</c>, <c>assessment.objection_late</c>, <c>assessment.objected</c>, <c>assessment.statement</c>.
/// </summary>
internal static class ObjectToAssessment
{
    /// <summary>Bound of a statement: what the side table of personal data keeps of one value, in bytes.</summary>
    private const int StatementCharsMax = 600;

    public sealed record Body(string Statement)
    {
        /// <summary>Items or scenarios that it is about; none: the whole.</summary>
        public IReadOnlyList<string> Parts { get; init; } = [];
    }

    internal static readonly Fault NoObjection = new(
        FaultKind.Conflict, "assessment.no_objection", new("只能对第三方或主管部门已确认、仍有效的结果提出异议；自测请重新测评。", "An objection is raised to a confirmed result of an evaluator or the bureau that still stands; assess again what you assessed yourself."));

    internal static Fault Late(DateOnly until) => new(
        FaultKind.Refused, "assessment.objection_late", new($"异议期限已于 {until:yyyy-MM-dd} 届满。", $"Objections were possible until {until:yyyy-MM-dd}."));

    internal static readonly Fault Objected = new(
        FaultKind.Conflict, "assessment.objected", new("对该结果已提出过异议。", "There was an objection to this result already."));

    internal static readonly Fault StatementWrong = new(
        FaultKind.Invalid, "assessment.statement",
        new($"异议内容应为 1 至 {StatementCharsMax} 个字符，所涉题目或场景应是本测评工具中的。", $"A statement has 1 to {StatementCharsMax} characters; what it is about are items or scenarios of the assessment."));

    internal static Decision Decide(Assessment assessment, Body body, PersonalRef statement, Actor actor, DateTimeOffset at) =>
        assessment.Begun?.Enterprise != actor.Org ? SliceFaults.Unknown(Assessment.Noun.Category, assessment.Id)
        : assessment.Objection is not null ? Objected
        : assessment is not { Status: AssessmentStatus.Confirmed, Confirmed.ObjectionsUntil: { } until } ? NoObjection
        : ChinaTime.DayOf(at) > until ? Late(until)
        : Decision.Accept(Assessment.Noun.StreamOf(assessment.Id), new AssessmentObjected(statement, body.Parts));

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments/{id}/objections", [Role.Enterprise], async (request, ct) =>
        {
            if (string.IsNullOrWhiteSpace(request.Body.Statement) || request.Body.Statement.Length > StatementCharsMax || !ReturnAssessment.AreParts(request.Body.Parts)) return StatementWrong;
            var (refs, rows) = await request.Log.Personal.Seal(request.City, [new($"assessment/{request.Route("id")}/objection", request.Body.Statement)], ct);
            return request.On(Assessment.Noun, request.Route("id"), (assessment, at) => Decide(assessment, request.Body, refs[0], request.Actor, at)) with { Personal = rows };
        });
}
