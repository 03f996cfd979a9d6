using System.Text.Json;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// An assessment begins: as a draft that grows by <see cref="SaveAnswers"/>, or handed in whole. An enterprise fills in its own, a provider helps one,
/// an evaluator or the bureau assesses on site (工信厅企业〔2024〕56号: pilot enterprises on site, before and after). An evaluator that sells there, or is
/// related to who does, is refused on record (AC26). Faults: <see cref="Assessment"/>, <see cref="Independence"/>, those of <see cref="SubmitAssessment"/>.
/// </summary>
internal static class BeginAssessment
{
    public const string InstrumentDefault = "miit-2024";

    internal static readonly Role[] Fillers = [Role.Evaluator, Role.BureauOfficer, Role.Provider, Role.Enterprise];

    /// <summary>
    /// <c>answers</c>, <c>scenarios</c> and <c>facts</c> as in an answer file; the instrument is an id or <c>id@version</c>. A <c>draft</c> may hold
    /// any part of them. <c>reviews</c> is the assessment against which an enterprise objected, in a second assessment.
    /// </summary>
    public sealed record Body(string Enterprise, Purpose Purpose, Mode Mode)
    {
        public JsonElement Answers { get; init; }

        public string Instrument { get; init; } = InstrumentDefault;

        public JsonElement Scenarios { get; init; }

        public JsonElement Facts { get; init; }

        /// <summary>真实性承诺; a self-assessment needs it once it is handed in.</summary>
        public bool Pledge { get; init; }

        public IReadOnlyList<Evidence> Evidence { get; init; } = [];

        public IReadOnlyList<Note> Notes { get; init; } = [];

        public bool Draft { get; init; }

        public string? Reviews { get; init; }
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments", Fillers, async (request, ct) =>
        {
            var (body, id) = (request.Body, request.CommandId.ToString("N"));
            if (Refusal(body, request.Actor) is { } refused) return refused;
            var independence = await Ask(request, body.Enterprise, body.Mode, request.Actor.Org, ct);
            if (!independence.Ok) return independence.Fault;
            return request.New(Assessment.Noun, id, [FindInstrument.StreamOf(body.Instrument), .. body.Reviews is { } reviewed ? [Assessment.Noun.StreamOf(reviewed)] : Array.Empty<string>()], (streams, _) =>
                Decide(id, body, request.Actor, independence.Value, body.Reviews is { } first ? streams.Get(Assessment.Noun, first) : null, reference => FindInstrument.In(streams, reference)));
        });

    internal static Decision Decide(string id, Body body, Actor actor, Independence independence, Assessment? reviewed, Func<string, Result<Instrument>> find)
    {
        if ((Refusal(body, actor) ?? RefuseReview(body, actor, reviewed)) is { } refused) return refused;
        var stream = Assessment.Noun.StreamOf(id);
        if (independence.Refusal is { } conflict)
            return Decision.RefuseOnRecord(conflict, new Change(stream, new AssessmentRefused(body.Enterprise, actor.Org, conflict.Code, independence.Sources)));
        var found = find(body.Instrument);
        if (!found.Ok) return found.Fault;
        var instrument = found.Value;
        if (reviewed?.Confirmed is { } first && first.Instrument != instrument.Reference) return Assessment.OtherInstrument(first.Instrument);
        var answers = body.Draft ? Answers.ReadPart(body.Answers, body.Scenarios, body.Facts) : Answers.Read(body.Answers, body.Scenarios, body.Facts);
        if (!answers.Ok) return answers.Fault;
        var begun = new AssessmentBegun(
            body.Enterprise, body.Purpose, body.Mode, instrument.Reference, instrument.Sha256, actor.Org, body.Reviews, independence.Sources is { Count: > 0 } sources ? sources : null);
        var content = new Content(answers.Value, body.Evidence, body.Notes);
        if (!body.Draft)
        {
            var handed = SubmitAssessment.HandIn(id, begun, content, body.Pledge, instrument);
            return handed.Ok ? Decision.Accept(stream, handed.Value.Event).Answering($"/assessments/{id}", handed.Value.Told) : handed.Fault;
        }

        if (instrument.Status == InstrumentStatus.Incomplete) return InstrumentFaults.Incomplete(instrument);
        var saved = SaveAnswers.Changes(Content.Empty, content.Answers, [], content.Evidence, content.Notes, instrument);
        return !saved.Ok ? saved.Fault
            : Decision.Accept(stream, saved.Value.Saved is { } part ? [begun, part] : [begun]).Answering($"/assessments/{id}", new { id, status = AssessmentStatus.Draft, begun.Instrument });
    }

    /// <summary>Whether the evaluator is independent; asked for on-site assessments only.</summary>
    internal static async ValueTask<Result<Independence>> Ask(Request request, string enterprise, Mode mode, string org, CancellationToken ct) =>
        mode == Mode.ThirdParty ? await request.Service<AskIndependence>()(request.City, enterprise, org, ct) : Independence.Nothing;

    internal static async ValueTask<Result<Independence>> Ask(Request request, AssessmentBegun? begun, CancellationToken ct) =>
        begun is null ? Independence.Nothing : await Ask(request, begun.Enterprise, begun.Mode, begun.Org, ct);

    /// <summary>Who may determine a level in which mode, of whom.</summary>
    private static Fault? Refusal(Body body, Actor actor) =>
        actor.Role != Assessment.FilledBy(body.Mode) ? Assessment.ModeForbidden(body.Mode)
        : !IsCode(body.Enterprise) ? Assessment.Malformed([new("/enterprise", "assessment.enterprise", new("应为 18 位统一社会信用代码", "must be a unified social credit code of 18 characters"))])
        : body.Mode == Mode.Self && actor.Org != body.Enterprise ? Assessment.OtherEnterprise
        : body.Mode != Mode.Self && actor.Org == body.Enterprise ? Assessment.OwnEvaluation
        : body is { Mode: Mode.Self, Draft: false, Pledge: false } ? Assessment.NoPledge
        : null;

    internal static bool IsCode(string enterprise) => enterprise.Length == CreditCodes.Length && enterprise.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c));

    private static Fault? RefuseReview(Body body, Actor actor, Assessment? reviewed) =>
        body.Reviews is not { } first ? null
        : reviewed?.Confirmed is not { } confirmed ? SliceFaults.Unknown(Assessment.Noun.Category, first)
        : reviewed is { Status: AssessmentStatus.Objected, Objection.SecondAssessor: { } second } && second == actor.Org
            && confirmed.Enterprise == body.Enterprise && confirmed.Purpose == body.Purpose && body.Mode == Mode.ThirdParty ? null
        : Assessment.NotAppointed;
}
