using System.Globalization;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// An assessment is handed in, complete and scored (工信厅企业〔2024〕56号). The pledge of truthfulness confirms a self-assessment at once; the others wait
/// for whoever confirms them. Faults: <c>assessment.closed</c>, <c>assessment.filled_by_other</c>, <c>assessment.no_pledge</c>,
/// <c>assessment.malformed</c>, <c>answers.invalid</c>, <c>instrument.changed</c>, and those of independence (on record).
/// </summary>
internal static class SubmitAssessment
{
    /// <summary>With <see cref="NoteCharactersMax"/> and the largest questionnaire these keep the entry under the log's 60,000 bytes.</summary>
    public const int EvidenceMax = 150;

    /// <summary>All notes together.</summary>
    public const int NoteCharactersMax = 5_000;

    /// <summary>Videos of a workshop are the largest evidence that is meant.</summary>
    public const long EvidenceBytesMax = 10L * 1024 * 1024 * 1024;

    /// <summary><c>pledge</c>: 真实性承诺; a self-assessment needs it.</summary>
    public sealed record Body(bool Pledge = false);

    internal static readonly Fault FilledByOther = new(
        FaultKind.Forbidden, "assessment.filled_by_other", new("该测评由其他单位填报。", "Another organisation fills in this assessment."));

    internal static readonly Fault InstrumentChanged = new(
        FaultKind.Conflict, "instrument.changed",
        new("开始填报时的评测工具文件已不可用，请新建测评。", "The instrument's file with which it was begun is not there any more; begin a new assessment."));

    internal static Decision Decide(Assessment assessment, Body body, Actor actor, Independence independence, Instrument? instrument)
    {
        if (RefuseFilling(assessment, actor) is { } refused) return refused;
        var begun = assessment.Begun!;
        var stream = Assessment.Noun.StreamOf(assessment.Id);
        if (independence.Refusal is { } conflict)
            return Decision.RefuseOnRecord(conflict, new Change(stream, new AssessmentRefused(begun.Enterprise, begun.Org, conflict.Code, independence.Sources)));
        if (instrument is null) return InstrumentChanged;
        var handed = HandIn(assessment.Id, begun with { Sources = independence.Sources }, assessment.Content, body.Pledge, instrument);
        return handed.Ok
            ? Decision.Accept(stream, handed.Value.Event).Answering(null, handed.Value.Told)
            : handed.Fault;
    }

    /// <summary>Why the actor may not change or hand in the assessment, or nothing.</summary>
    internal static Fault? RefuseFilling(Assessment assessment, Actor actor) =>
        !assessment.IsFilledBy(actor) ? FilledByOther : !assessment.IsOpen ? Assessment.Closed : null;

    /// <summary>What is handed in, checked and scored: the event, and what the caller is told.</summary>
    internal static Result<HandedIn> HandIn(string id, AssessmentBegun begun, Content content, bool pledge, Instrument instrument)
    {
        if (begun.Mode == Mode.Self && !pledge) return Assessment.NoPledge;
        if (Malformed(content.Evidence, content.Notes, instrument) is { Count: > 0 } problems) return Assessment.Malformed(problems);
        var result = ScoreAnswers.Score(instrument, content.Answers);
        if (!result.Ok) return result.Fault;
        var proposed = new AssessmentConfirmed(
            begun.Enterprise,
            begun.Purpose,
            begun.Mode,
            instrument.Reference,
            instrument.Sha256,
            content.Answers.Items,
            content.Answers.Scenarios,
            content.Answers.Facts,
            result.Value.Scores,
            result.Value.Total,
            result.Value.Level,
            begun.Mode == Mode.Self,
            Assessment.IsIndependent(begun.Mode) ? begun.Org : null,
            content.Evidence,
            content.Notes,
            begun.Mode == Mode.ProviderAssisted ? begun.Org : null,
            begun.Reviews,
            Sources: begun.Sources is { Count: > 0 } sources ? sources : null);
        var (status, happened) = begun.Mode == Mode.Self ? (AssessmentStatus.Confirmed, (object)proposed) : (AssessmentStatus.Submitted, new AssessmentSubmitted(proposed));
        return new HandedIn(happened, new(id, status, proposed.Instrument, proposed.Scores, proposed.Total, proposed.Level, result.Value.LevelName, result.Value.Next));
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments/{id}/submission", BeginAssessment.Fillers, async (request, ct) =>
        {
            var found = await request.Load(Assessment.Noun, request.Route("id"));
            if (!found.Ok) return found.Fault;
            var independence = await BeginAssessment.Ask(request, found.Value.Begun, ct);
            if (!independence.Ok) return independence.Fault;
            var instrument = await FindInstrument.Of(request.Log, request.City, found.Value, ct);
            return request.On(Assessment.Noun, request.Route("id"), (assessment, _) => Decide(assessment, request.Body, request.Actor, independence.Value, instrument));
        });

    /// <summary>Evidence and notes that are misshapen, over their bounds, or belong to nothing in the instrument; every place is named.</summary>
    internal static List<FaultDetail> Malformed(IReadOnlyList<Evidence> evidence, IReadOnlyList<Note> notes, Instrument instrument)
    {
        var problems = new List<FaultDetail>();
        if (evidence.Count > EvidenceMax)
            problems.Add(new("/evidence", "assessment.too_much", new($"佐证材料最多 {EvidenceMax} 件", $"at most {EvidenceMax} pieces of evidence")));

        if (notes.Sum(n => (long)n.Text.Length) > NoteCharactersMax || notes.Count > instrument.Items.Count + instrument.Scenarios.Count)
            problems.Add(new("/notes", "assessment.too_much", new($"备注每题一条，合计最多 {NoteCharactersMax} 字", $"one note per item or scenario, {NoteCharactersMax} characters in all")));

        for (var i = 0; i < evidence.Count && problems.Count < EvidenceMax; i++)
        {
            var (piece, path) = (evidence[i], string.Create(CultureInfo.InvariantCulture, $"/evidence/{i}"));
            if (!Has(instrument, piece.For))
                problems.Add(Unknown($"{path}/for"));

            if (piece.Sha256.Length != 64 || !piece.Sha256.All(char.IsAsciiHexDigitLower))
                problems.Add(new($"{path}/sha256", "assessment.evidence", new("应为 64 位小写十六进制的 SHA-256", "must be a SHA-256 of 64 lower-case hexadecimal digits")));

            if (piece.SizeBytes is < 1 or > EvidenceBytesMax)
                problems.Add(new($"{path}/sizeBytes", "assessment.evidence", new("文件大小应为 1 字节至 10 GiB", "must be 1 byte to 10 GiB")));
        }

        for (var i = 0; i < notes.Count && problems.Count < EvidenceMax; i++)
        {
            if (!Has(instrument, notes[i].For))
                problems.Add(Unknown(string.Create(CultureInfo.InvariantCulture, $"/notes/{i}/for")));
        }

        return problems;
    }

    internal static bool Has(Instrument instrument, string part) => instrument.ItemsById.ContainsKey(part) || instrument.ScenariosById.ContainsKey(part);

    internal static FaultDetail Unknown(string path) =>
        new(path, "assessment.unknown_part", new("评测工具中没有这道题或这个场景", "the instrument has no such item or scenario"));
}

/// <summary>An assessment as it was handed in: the event, and what is told.</summary>
internal sealed record HandedIn(object Event, AssessmentResult Told);

/// <summary>What is told at once: the result and what the next level lacks. The full explanation is read at the location.</summary>
internal sealed record AssessmentResult(
    string Id,
    AssessmentStatus Status,
    string Instrument,
    IReadOnlyDictionary<string, Points> Scores,
    Points Total,
    int Level,
    Text? LevelName,
    NextLevel? Next);
