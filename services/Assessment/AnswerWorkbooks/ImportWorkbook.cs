using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;
using PilotCity.Defaults.Workbooks;

namespace PilotCity.Assessment.AnswerWorkbooks;

/// <summary>
/// Imports a filled workbook: every row an assessment by the same rule as one that is sent alone, all of them or none; with <c>dryRun=true</c> none,
/// and what they would be. A refusal names every cell; asked for xlsx it is the workbook with those cells marked. Faults: those of
/// <see cref="AnswerWorkbookFaults"/>, of <see cref="ReadWorkbook"/> and, by cell, of <see cref="BeginAssessment"/>.
/// </summary>
internal static class ImportWorkbook
{
    private const string Path = "/assessments/workbooks";

    /// <summary>Questions about independence at a time: a thousand enterprises are asked for in a second or two, and the peers have others to answer.</summary>
    private const int QuestionsMax = 8;

    /// <summary>What became of one row.</summary>
    public sealed record ImportedRow(string Cell, string Enterprise, string Id, AssessmentStatus? Status, int? Level, Points? Total);

    /// <summary>At most <see cref="AnswerSheet.RowsMax"/> rows of some 130 bytes: it is kept with the command.</summary>
    public sealed record ImportAnswer(string Workbook, bool DryRun, IReadOnlyList<string> Instruments, int Assessments, IReadOnlyList<ImportedRow> Rows);

    internal static void Map(Routes routes) => routes.FileCommand(
        "POST", Path, BeginAssessment.Fillers, AnswerWorkbook.Limits.FileBytesMax, FormWriter.MediaType,
        Ask, refuse: AnnotateWorkbook.Answer);

    private static async ValueTask<Result<Intent>> Ask(Request<byte[]> request, CancellationToken ct)
    {
        if (request.QueryNames.FirstOrDefault(name => name != "dryRun") is { } unknown)
            return SliceFaults.QueryMalformed(unknown, new("没有这个参数。", "there is no such parameter; there is dryRun."));
        if (request.Query("dryRun") is not (null or "true" or "false"))
            return SliceFaults.QueryMalformed("dryRun", new("应为 true 或 false。", "true or false is asked for."));

        var read = await ReadWorkbook.Read(request.Body, request.City, reference => FindInstrument.Of(request.Log, request.City, reference, ct));
        if (!read.Ok)
            return read.Fault;

        var independence = await IndependenceOf(request, read.Value.Rows, ct);
        if (!independence.Ok)
            return independence.Fault;

        var file = new ReceivedFile(Convert.ToHexStringLower(SHA256.HashData(request.Body)), request.Body.Length, request.CommandId, request.Query("dryRun") == "true");
        return new Intent(
            [
                AnswerWorkbook.Noun.StreamOf(file.Id),
                .. read.Value.Sheets.Select(s => FindInstrument.StreamOf(s.Sheet.Instrument.Reference)),
                .. read.Value.Rows.Select(row => Assessments.Assessment.Noun.StreamOf(file.AssessmentOf(row))),
            ],
            (streams, _) => Decide(streams, file, read.Value, request.Actor, independence.Value));
    }

    /// <summary>A workbook as it came: its content and under which key, from which the ids of its assessments follow, so that a repetition makes none.</summary>
    internal sealed record ReceivedFile(string Sha256, int SizeBytes, Guid CommandId, bool DryRun)
    {
        public string Id => Sha256[..32];

        public string AssessmentOf(AnswerRow row) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{CommandId:N}/{row.Sheet.Name}/{row.Number}")))[..32];
    }

    internal static Decision Decide(Streams streams, ReceivedFile file, WorkbookReading reading, Actor actor, IReadOnlyDictionary<string, Independence> independence)
    {
        if (streams.Version(AnswerWorkbook.Noun, file.Id) > 0)
            return AnswerWorkbookFaults.AlreadyImported(file.Id);

        var findings = new CellFindings(reading);
        var (changes, refusals) = (new List<Change>(), new List<Change>());
        var rows = new List<ImportedRow>();
        foreach (var row in reading.Rows)
        {
            var id = file.AssessmentOf(row);
            var decision = RuleOf(streams, row, id, actor, independence);
            foreach (var fault in FaultsOf(row, decision))
                findings.Add(row, fault);
            (decision.Fault is null ? changes : refusals).AddRange(decision.Changes);
            var result = decision.Body as AssessmentResult;
            rows.Add(new(row.CellAt("/enterprise"), row.Enterprise, id, result?.Status, result?.Level, result?.Total));
        }

        if (findings.Count > 0)
        {
            // What a single one leaves on record, such as an evaluator that is not independent, stays on record of many; of a dry run nothing does.
            var refused = AnswerWorkbookFaults.HasErrors(findings.Listed, findings.Count);
            return file.DryRun ? refused : Decision.RefuseOnRecord(refused, refusals);
        }

        string[] instruments = [.. reading.Sheets.Select(s => s.Sheet.Instrument.Reference)];
        var answer = new ImportAnswer(file.Id, file.DryRun, instruments, rows.Count, rows);
        if (file.DryRun)
            return Decision.Accept().Answering(null, answer);

        var imported = new AnswersImported(
            file.Sha256, file.SizeBytes, instruments, rows.Count, rows.Select(r => r.Enterprise).Distinct(StringComparer.Ordinal).Count());
        return Decision.Accept([.. changes, new(AnswerWorkbook.Noun.StreamOf(file.Id), imported)]).Answering($"{Path}/{file.Id}", answer);
    }

    /// <summary>Why a row makes no assessment. A rule stops at its first refusal; whoever corrects a workbook wants to know of the answers too.</summary>
    private static IEnumerable<Fault> FaultsOf(AnswerRow row, Decision decision)
    {
        if (decision.Fault is not { } fault)
            yield break;

        yield return fault;
        if (fault.Code != "answers.invalid" && ScoreAnswers.Score(row.Sheet.Instrument, row.Answers).Fault is { } answers)
            yield return answers;
    }

    /// <summary>The rule of an assessment that is sent alone; where enterprise or purpose could not be read, what can be said of the answers.</summary>
    private static Decision RuleOf(Streams streams, AnswerRow row, string id, Actor actor, IReadOnlyDictionary<string, Independence> independence)
    {
        if (row.Purpose is not { } purpose || row.Enterprise.Length == 0)
            return ScoreAnswers.Score(row.Sheet.Instrument, row.Answers).Fault is { } fault ? fault : Decision.Accept();

        var body = new BeginAssessment.Body(row.Enterprise, purpose, ModeOf(actor.Role))
        {
            Answers = JsonSerializer.SerializeToElement(row.Answers.Items, Json.Lenient),
            Instrument = row.Sheet.Instrument.Reference,
            Scenarios = JsonSerializer.SerializeToElement(row.Answers.Scenarios, Json.Lenient),
            Facts = JsonSerializer.SerializeToElement(row.Answers.Facts, Json.Lenient),
            Pledge = row.Pledge,
            Notes = row.Notes,
        };
        return BeginAssessment.Decide(id, body, actor, independence.GetValueOrDefault(row.Enterprise, Independence.Nothing), null, reference => FindInstrument.In(streams, reference));
    }

    /// <summary>Who sends the workbook decides how its assessments were made: an enterprise fills in its own, an evaluator or the bureau what it found on site.</summary>
    private static Mode ModeOf(Role role) => Enum.GetValues<Mode>().First(mode => Assessments.Assessment.FilledBy(mode) == role);

    /// <summary>Whether the evaluator is independent of each enterprise; a peer that is away refuses the whole workbook.</summary>
    private static async Task<Result<IReadOnlyDictionary<string, Independence>>> IndependenceOf(Request<byte[]> request, IReadOnlyList<AnswerRow> rows, CancellationToken ct)
    {
        var (known, faults) = (new ConcurrentDictionary<string, Independence>(StringComparer.Ordinal), new ConcurrentQueue<Fault>());
        var mode = ModeOf(request.Actor.Role);
        var asked = rows.Select(r => r.Enterprise).Where(BeginAssessment.IsCode).Distinct(StringComparer.Ordinal);
        await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = QuestionsMax, CancellationToken = ct }, async (enterprise, stop) =>
        {
            if (!faults.IsEmpty)
                return;

            var answer = await BeginAssessment.Ask(request, enterprise, mode, request.Actor.Org, stop);
            if (answer.Ok)
                known[enterprise] = answer.Value;
            else
                faults.Enqueue(answer.Fault);
        });
        return faults.TryDequeue(out var fault) ? fault : known;
    }
}
