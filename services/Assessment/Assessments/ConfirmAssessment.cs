using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// What was handed in becomes a result: the enterprise confirms with its pledge what a provider filled in, the bureau what an evaluator found, another
/// person of the bureau what the bureau found. Independence is asked again. From then the enterprise may object until the day that the entry names.
/// Faults: <c>assessment.not_submitted</c>, <c>assessment.not_yours_to_confirm</c>, <c>assessment.same_person</c>, <c>assessment.no_pledge</c>, <c>assessment.awaits_decision</c>.
/// </summary>
internal static class ConfirmAssessment
{
    internal static readonly Role[] Confirmers = [Role.Enterprise, Role.BureauOfficer, Role.BureauApprover];

    /// <summary><c>pledge</c>: 真实性承诺 of the enterprise for what a provider filled in.</summary>
    public sealed record Body(bool Pledge = false);

    internal static readonly Fault NotYours = new(
        FaultKind.Forbidden, "assessment.not_yours_to_confirm", new("该测评应由其他方确认。", "Somebody else confirms this assessment."));

    internal static Decision Decide(Assessment assessment, Body body, Actor actor, Independence independence, ObjectionPeriod period, DateTimeOffset at)
    {
        if (assessment is not { Status: AssessmentStatus.Submitted, Proposed: { } proposed }) return Assessment.NotSubmitted;
        if (Refusal(assessment, actor) is { } refused) return refused;
        if (proposed.Reviews is not null) return Assessment.AwaitsDecision;
        if (proposed.Mode == Mode.ProviderAssisted && !body.Pledge) return Assessment.NoPledge;
        if (independence.Refusal is { } conflict) return conflict;
        return Decision.Accept(Assessment.Noun.StreamOf(assessment.Id), Settled(proposed, period, at) with { Pledge = body.Pledge, Sources = Merged(proposed.Sources, independence.Sources) });
    }

    /// <summary>The result as it stands from now on, with the last day of an objection where somebody else determined it.</summary>
    internal static AssessmentConfirmed Settled(AssessmentConfirmed proposed, ObjectionPeriod period, DateTimeOffset at) =>
        proposed with { ObjectionsUntil = Assessment.IsIndependent(proposed.Mode) ? ChinaTime.DayOf(at).AddDays(period.Days) : null };

    /// <summary>Why the actor may not confirm or return the assessment, or nothing.</summary>
    internal static Fault? Refusal(Assessment assessment, Actor actor)
    {
        var begun = assessment.Begun!;
        var mine = begun.Mode switch
        {
            Mode.ProviderAssisted => actor.Role == Role.Enterprise && actor.Org == begun.Enterprise,
            Mode.ThirdParty or Mode.Official => actor.Role is Role.BureauOfficer or Role.BureauApprover,
            Mode.Self => false,
        };
        return !mine ? NotYours : actor.Sub == assessment.SubmittedBy ? Assessment.SamePerson : null;
    }

    private static List<EntrySource>? Merged(IReadOnlyList<EntrySource>? before, IReadOnlyList<EntrySource> now)
    {
        List<EntrySource> all = [.. (before ?? []).Concat(now).Distinct()];
        return all.Count > 0 ? all : null;
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments/{id}/confirmation", Confirmers, async (request, ct) =>
        {
            var found = await request.Load(Assessment.Noun, request.Route("id"));
            if (!found.Ok) return found.Fault;
            var independence = await BeginAssessment.Ask(request, found.Value.Begun, ct);
            return independence.Ok
                ? request.On(Assessment.Noun, request.Route("id"), (assessment, at) => Decide(assessment, request.Body, request.Actor, independence.Value, request.Service<ObjectionPeriod>(), at))
                : independence.Fault;
        });
}

/// <summary>
/// So many days after its confirmation an enterprise may object to a result (<c>Assessment:ObjectionDays</c>; no source fixes it, each confirmation
/// keeps its own last day).
/// </summary>
internal sealed record ObjectionPeriod(int Days)
{
    public const int DaysStandard = 15;

    public const int DaysMax = 180;
}
