using PilotCity.Assessment.Instruments;
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
        routes.Get("/assessments/{id}", Readers, async (request, _) =>
        {
            var id = request.Route("id");
            var found = await request.Load(Assessment.Noun, id);
            return !found.Ok ? found.Fault
                : found.Value.Confirmed is { } confirmed && MaySee(request.Actor, confirmed) ? View(found.Value, confirmed)
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

    internal static AssessmentView View(Assessment assessment, AssessmentConfirmed confirmed) =>
        new(assessment.Id, assessment.ConfirmedAt, confirmed, Explain(confirmed));

    /// <summary>The instrument of a result; nothing where this program does not hold the very file it was made with.</summary>
    internal static Instrument? InstrumentOf(AssessmentConfirmed confirmed) =>
        ShippedInstruments.Find(confirmed.Instrument) is { Ok: true } found && found.Value.Sha256 == confirmed.InstrumentSha256 ? found.Value : null;

    /// <summary>The result computed again; nothing where this program does not hold the very file the result was made with.</summary>
    private static ScoreResult? Explain(AssessmentConfirmed confirmed)
    {
        if (InstrumentOf(confirmed) is not { } instrument)
            return null;

        var result = ScoreAnswers.Score(instrument, new(confirmed.Answers, confirmed.Scenarios, confirmed.Facts));
        return result.Ok ? result.Value : null;
    }
}

/// <summary>One assessment: when it was confirmed, the entry's content, and the explanation of its result.</summary>
internal sealed record AssessmentView(string Id, DateTimeOffset ConfirmedAt, AssessmentConfirmed Confirmed, ScoreResult? Explanation);
