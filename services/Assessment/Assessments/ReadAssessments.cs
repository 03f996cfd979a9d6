using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// Shows assessments: an enterprise its own, an evaluator those it gave, the bureaus and the auditor all of the city. One
/// assessment comes with its full explanation, computed again from the entry by the instrument it names. Fault: <c>assessment.unknown</c>.
/// </summary>
internal static class ReadAssessments
{
    internal static readonly Role[] Readers =
    [
        Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.DistrictOfficer, Role.Evaluator, Role.Enterprise,
    ];

    internal static void Map(Routes routes)
    {
        routes.List("/assessments", Readers, AssessmentList.Model, Scope, ["enterprise"]);
        routes.Get("/assessments/{id}", Readers, async (request, ct) =>
        {
            var id = request.Route("id");
            var found = await request.Load(Assessment.Noun, id);
            return !found.Ok ? found.Fault
                : found.Value.Confirmed is { } confirmed && MaySee(request.Actor, confirmed) ? View(found.Value, confirmed, await FindInstrument.OfResult(request.Log, request.City, confirmed, ct))
                : SliceFaults.Unknown(Assessment.Noun.Category, id);
        });
    }

    /// <summary>The column that narrows a list to what the organisation may see.</summary>
    internal static (string Column, string Value)? Scope(Actor actor) =>
        actor.Role == Role.Enterprise ? ("enterprise", actor.Org)
        : actor.Role == Role.Evaluator ? ("evaluator", actor.Org)
        : null;

    internal static bool MaySee(Actor actor, AssessmentConfirmed confirmed) =>
        actor.Role == Role.Enterprise ? confirmed.Enterprise == actor.Org
        : actor.Role != Role.Evaluator || confirmed.Evaluator == actor.Org;

    /// <param name="instrument">The very one that the result was made with; without it there is no explanation.</param>
    internal static AssessmentView View(Assessment assessment, AssessmentConfirmed confirmed, Instrument? instrument)
    {
        var result = instrument is null ? default(Result<ScoreResult>?) : ScoreAnswers.Score(instrument, new(confirmed.Answers, confirmed.Scenarios, confirmed.Facts));
        return new(assessment.Id, assessment.ConfirmedAt, confirmed, result is { Ok: true } explained ? explained.Value : null);
    }
}

/// <summary>One assessment: when it was confirmed, the entry's content, and the explanation of its result.</summary>
internal sealed record AssessmentView(string Id, DateTimeOffset ConfirmedAt, AssessmentConfirmed Confirmed, ScoreResult? Explanation);
