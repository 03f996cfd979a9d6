using System.Globalization;
using System.Text.Json;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// An enterprise assesses itself, an evaluator or the bureau assesses it (工信厅企业〔2024〕56号: voluntary self-assessment with
/// pledge; pilot enterprises on site, before and after). Scored at once; faults: <see cref="Assessment"/>, <c>answers.invalid</c>,
/// <c>instrument.unknown</c>, <c>instrument.incomplete</c>.
/// </summary>
internal static class ConfirmAssessment
{
    public const string InstrumentDefault = "miit-2024";

    /// <summary>With <see cref="NoteCharactersMax"/> and the largest questionnaire these keep the entry under the log's 60,000 bytes.</summary>
    public const int EvidenceMax = 150;

    /// <summary>All notes together.</summary>
    public const int NoteCharactersMax = 5_000;

    /// <summary>Videos of a workshop are the largest evidence that is meant.</summary>
    public const long EvidenceBytesMax = 10L * 1024 * 1024 * 1024;

    /// <summary><c>answers</c>, <c>scenarios</c> and <c>facts</c> as in an answer file; the instrument is an id or <c>id@version</c>.</summary>
    public sealed record Body(string Enterprise, Purpose Purpose, Mode Mode, JsonElement Answers)
    {
        public string Instrument { get; init; } = InstrumentDefault;

        public JsonElement Scenarios { get; init; }

        public JsonElement Facts { get; init; }

        /// <summary>真实性承诺; a self-assessment needs it.</summary>
        public bool Pledge { get; init; }

        public IReadOnlyList<Evidence> Evidence { get; init; } = [];

        public IReadOnlyList<Note> Notes { get; init; } = [];
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("POST", "/assessments", [Role.Evaluator, Role.BureauOfficer, Role.Enterprise], request =>
        {
            var id = request.CommandId.ToString("N");
            return request.New(Assessment.Noun, id, [FindInstrument.StreamOf(request.Body.Instrument)], (streams, _) => Decide(id, request.Body, request.Actor, reference => FindInstrument.In(streams, reference)));
        });

    internal static Decision Decide(string id, Body body, Actor actor, Func<string, Result<Instrument>> find)
    {
        if (Refusal(body, actor) is { } refused)
            return refused;

        var instrument = find(body.Instrument);
        if (!instrument.Ok)
            return instrument.Fault;

        if (Malformed(body, instrument.Value) is { Count: > 0 } problems)
            return Assessment.Malformed(problems);

        var answers = Answers.Read(body.Answers, body.Scenarios, body.Facts);
        if (!answers.Ok)
            return answers.Fault;

        var result = ScoreAnswers.Score(instrument.Value, answers.Value);
        if (!result.Ok)
            return result.Fault;

        var confirmed = new AssessmentConfirmed(
            body.Enterprise,
            body.Purpose,
            body.Mode,
            instrument.Value.Reference,
            instrument.Value.Sha256,
            answers.Value.Items,
            answers.Value.Scenarios,
            answers.Value.Facts,
            result.Value.Scores,
            result.Value.Total,
            result.Value.Level,
            body.Pledge,
            Assessment.IsIndependent(body.Mode) ? actor.Org : null,
            body.Evidence,
            body.Notes);
        return Decision.Accept(Assessment.Noun.StreamOf(id), confirmed)
            .Answering($"/assessments/{id}", new AssessmentResult(id, confirmed.Instrument, confirmed.Scores, confirmed.Total, confirmed.Level, result.Value.LevelName, result.Value.Next));
    }

    /// <summary>Who may determine a level in which mode.</summary>
    private static Fault? Refusal(Body body, Actor actor)
    {
        var mine = actor.Role switch
        {
            Role.Enterprise => Mode.Self,
            Role.Evaluator => Mode.ThirdParty,
            Role.BureauOfficer => Mode.Official,
            Role.Provider or Role.DistrictOfficer or Role.BureauApprover or Role.FinanceOfficer or Role.FinanceApprover
                or Role.Expert or Role.Auditor or Role.Observer or Role.Operator or Role.Service => (Mode?)null,
        };
        return mine != body.Mode ? Assessment.ModeForbidden(body.Mode)
            : body.Mode == Mode.Self && actor.Org != body.Enterprise ? Assessment.OtherEnterprise
            : body.Mode != Mode.Self && actor.Org == body.Enterprise ? Assessment.OwnEvaluation
            : body.Mode == Mode.Self && !body.Pledge ? Assessment.NoPledge
            : null;
    }

    private static List<FaultDetail> Malformed(Body body, Instrument instrument)
    {
        var problems = new List<FaultDetail>();
        if (body.Enterprise.Length != 18 || !body.Enterprise.All(c => char.IsAsciiDigit(c) || char.IsAsciiLetterUpper(c)))
            problems.Add(new("/enterprise", "assessment.enterprise", new("应为 18 位统一社会信用代码", "must be a unified social credit code of 18 characters")));

        if (body.Evidence.Count > EvidenceMax)
            problems.Add(new("/evidence", "assessment.too_much", new($"佐证材料最多 {EvidenceMax} 件", $"at most {EvidenceMax} pieces of evidence")));

        if (body.Notes.Sum(n => (long)n.Text.Length) > NoteCharactersMax || body.Notes.Count > instrument.Items.Count + instrument.Scenarios.Count)
            problems.Add(new("/notes", "assessment.too_much", new($"备注每题一条，合计最多 {NoteCharactersMax} 字", $"one note per item or scenario, {NoteCharactersMax} characters in all")));

        for (var i = 0; i < body.Evidence.Count && problems.Count < EvidenceMax; i++)
        {
            var (piece, path) = (body.Evidence[i], string.Create(CultureInfo.InvariantCulture, $"/evidence/{i}"));
            if (!Has(instrument, piece.For))
                problems.Add(Unknown($"{path}/for"));

            if (piece.Sha256.Length != 64 || !piece.Sha256.All(char.IsAsciiHexDigitLower))
                problems.Add(new($"{path}/sha256", "assessment.evidence", new("应为 64 位小写十六进制的 SHA-256", "must be a SHA-256 of 64 lower-case hexadecimal digits")));

            if (piece.SizeBytes is < 1 or > EvidenceBytesMax)
                problems.Add(new($"{path}/sizeBytes", "assessment.evidence", new("文件大小应为 1 字节至 10 GiB", "must be 1 byte to 10 GiB")));
        }

        for (var i = 0; i < body.Notes.Count && problems.Count < EvidenceMax; i++)
        {
            if (!Has(instrument, body.Notes[i].For))
                problems.Add(Unknown(string.Create(CultureInfo.InvariantCulture, $"/notes/{i}/for")));
        }

        return problems;
    }

    private static bool Has(Instrument instrument, string part) => instrument.ItemsById.ContainsKey(part) || instrument.ScenariosById.ContainsKey(part);

    private static FaultDetail Unknown(string path) =>
        new(path, "assessment.unknown_part", new("评测工具中没有这道题或这个场景", "the instrument has no such item or scenario"));
}

/// <summary>What is told at once: the result and what the next level lacks. The full explanation is read at the location.</summary>
internal sealed record AssessmentResult(
    string Id,
    string Instrument,
    IReadOnlyDictionary<string, Points> Scores,
    Points Total,
    int Level,
    Text? LevelName,
    NextLevel? Next);
