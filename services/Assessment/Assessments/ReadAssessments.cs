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
        Role.Auditor, Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.DistrictOfficer, Role.Evaluator, Role.Provider, Role.Enterprise,
    ];

    internal static void Map(Routes routes)
    {
        routes.List("/assessments", Readers, AssessmentList.Model, Scope, ["enterprise"]);
        routes.Get("/assessments/{id}", Readers, async (request, ct) =>
        {
            var id = request.Route("id");
            var found = await request.Load(Assessment.Noun, id);
            return !found.Ok ? found.Fault
                : MaySee(request.Actor, found.Value) ? View(found.Value, await FindInstrument.Of(request.Log, request.City, found.Value, ct))
                : SliceFaults.Unknown(Assessment.Noun.Category, id);
        });
    }

    /// <summary>The column that narrows a list to what the organisation may see.</summary>
    internal static (string Column, string Value)? Scope(Actor actor) =>
        actor.Role == Role.Enterprise ? ("enterprise", actor.Org)
        : actor.Role == Role.Evaluator ? ("evaluator", actor.Org)
        : actor.Role == Role.Provider ? ("provider", actor.Org)
        : null;

    internal static bool MaySee(Actor actor, AssessmentConfirmed confirmed) =>
        actor.Role == Role.Enterprise ? confirmed.Enterprise == actor.Org
        : actor.Role == Role.Provider ? confirmed.Provider == actor.Org
        : actor.Role != Role.Evaluator || confirmed.Evaluator == actor.Org;

    /// <summary>
    /// A draft is seen by who fills it in; once it was handed in, by the others too. A second assessor sees the result that it is appointed to look at again.
    /// </summary>
    internal static bool MaySee(Actor actor, Assessment assessment) =>
        assessment.Status != AssessmentStatus.Refused && assessment.Begun is { } begun
        && (begun.Org == actor.Org && actor.Role == Assessment.FilledBy(begun.Mode)
            || (actor.Role == Role.Evaluator && assessment.Objection?.SecondAssessor == actor.Org)
            || (assessment.Proposed ?? assessment.Confirmed) is { } handed && MaySee(actor, handed)
            || (assessment.Status == AssessmentStatus.Returned && actor.Role is Role.BureauOfficer or Role.BureauApprover or Role.Auditor));

    /// <param name="instrument">The very one that it is filled in by; without it there is no explanation.</param>
    internal static AssessmentView View(Assessment assessment, Instrument? instrument)
    {
        var handed = assessment.Confirmed ?? assessment.Proposed;
        return new(assessment.Id, assessment.Status, assessment.Begun, handed, handed is null ? null : Explain(handed, instrument))
        {
            ConfirmedAt = assessment.Confirmed is null ? null : assessment.ConfirmedAt,
            Content = handed is null ? assessment.Content : null,
            Missing = handed is null && assessment.IsOpen ? MissingOf(instrument, assessment.Content) : [],
            Returned = assessment.Returned,
            Objection = assessment.Objection,
            CorrectedBy = assessment.CorrectedBy,
            CorrectedAt = assessment.CorrectedAt,
        };
    }

    /// <summary>What stands in the way of handing a draft in, as a form shows it beside each question.</summary>
    private static IReadOnlyList<FaultDetail> MissingOf(Instrument? instrument, Content content) =>
        instrument is null ? []
        : ScoreAnswers.Score(instrument, content.Answers) is { Ok: false } refused ? refused.Fault.Details
        : [];

    /// <summary>The result computed again; nothing where this program does not hold the very file the result was made with.</summary>
    private static ScoreResult? Explain(AssessmentConfirmed handed, Instrument? instrument)
    {
        var result = instrument is null ? default(Result<ScoreResult>?) : ScoreAnswers.Score(instrument, new(handed.Answers, handed.Scenarios, handed.Facts));
        return result is { Ok: true } explained ? explained.Value : null;
    }
}

/// <summary>
/// One assessment: where it stands, who fills it in, what was handed in or confirmed with the explanation of its result; of a draft what has been filled
/// in and what is missing.
/// </summary>
internal sealed record AssessmentView(string Id, AssessmentStatus Status, AssessmentBegun? Begun, AssessmentConfirmed? Confirmed, ScoreResult? Explanation)
{
    public DateTimeOffset? ConfirmedAt { get; init; }

    public Content? Content { get; init; }

    public IReadOnlyList<FaultDetail> Missing { get; init; } = [];

    public AssessmentReturned? Returned { get; init; }

    public Objection? Objection { get; init; }

    public string? CorrectedBy { get; init; }

    public DateTimeOffset? CorrectedAt { get; init; }
}
