using System.Text.Json;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Assessment.Assessments;

/// <summary>
/// A form saves what was filled in since: only what changed becomes an entry, so that a form may save as often as it likes. Answers may still contradict
/// each other; only ids and shapes are checked. Faults: <c>assessment.closed</c>, <c>assessment.filled_by_other</c>, <c>assessment.saves_full</c>,
/// <c>assessment.malformed</c>, <c>answers.invalid</c>, <c>instrument.changed</c>; <c>If-Match</c> keeps two people apart.
/// </summary>
internal static class SaveAnswers
{
    /// <summary>Only what is given changes; <c>clear</c> takes answers, scenarios and facts back by their ids. A list of evidence or notes replaces the one before.</summary>
    public sealed record Body
    {
        public JsonElement Answers { get; init; }

        public JsonElement Scenarios { get; init; }

        public JsonElement Facts { get; init; }

        public IReadOnlyList<string> Clear { get; init; } = [];

        public IReadOnlyList<Evidence>? Evidence { get; init; }

        public IReadOnlyList<Note>? Notes { get; init; }
    }

    internal static readonly Fault Full = new(
        FaultKind.TooMany, "assessment.saves_full",
        new($"一份测评最多保存 {Assessment.SavesMax} 次；请提交，或新建测评。", $"An assessment is saved at most {Assessment.SavesMax} times; hand it in, or begin a new one."));

    internal static Decision Decide(Assessment assessment, Body body, Actor actor, Instrument? instrument)
    {
        if (SubmitAssessment.RefuseFilling(assessment, actor) is { } refused) return refused;
        if (assessment.Saves >= Assessment.SavesMax) return Full;
        if (instrument is null) return SubmitAssessment.InstrumentChanged;
        var answers = Answers.ReadPart(body.Answers, body.Scenarios, body.Facts);
        if (!answers.Ok) return answers.Fault;
        var changes = Changes(assessment.Content, answers.Value, body.Clear, body.Evidence, body.Notes, instrument);
        return !changes.Ok ? changes.Fault
            : changes.Value.Saved is { } saved ? Decision.Accept(Assessment.Noun.StreamOf(assessment.Id), saved)
            : Decision.Accept();
    }

    /// <summary>What is new of what is given; nothing where all of it was saved before.</summary>
    internal static Result<Save> Changes(Content known, Answers answers, IReadOnlyList<string> clear, IReadOnlyList<Evidence>? evidence, IReadOnlyList<Note>? notes, Instrument instrument)
    {
        var problems = SubmitAssessment.Malformed(evidence ?? [], notes ?? [], instrument);
        problems.AddRange(answers.Items.Keys.Where(id => !instrument.ItemsById.ContainsKey(id)).Select(id => SubmitAssessment.Unknown($"/answers/{id}")));
        problems.AddRange(answers.Scenarios.Keys.Where(id => !instrument.ScenariosById.ContainsKey(id)).Select(id => SubmitAssessment.Unknown($"/scenarios/{id}")));
        problems.AddRange(answers.Facts.Keys.Where(id => !instrument.FactsById.ContainsKey(id)).Select(id => SubmitAssessment.Unknown($"/facts/{id}")));
        if (clear.Count > Answers.EntriesMax)
            problems.Add(new("/clear", "assessment.too_much", new($"最多 {Answers.EntriesMax} 项", $"at most {Answers.EntriesMax}")));
        return problems.Count > 0 ? Assessment.Malformed(problems) : new Save(known.Changes(answers, clear, evidence, notes));
    }

    internal static void Map(Routes routes) =>
        routes.Command<Body>("PUT", "/assessments/{id}/answers", BeginAssessment.Fillers, async (request, ct) =>
        {
            var found = await request.Load(Assessment.Noun, request.Route("id"));
            if (!found.Ok) return found.Fault;
            var instrument = await FindInstrument.Of(request.Log, request.City, found.Value, ct);
            return request.On(Assessment.Noun, request.Route("id"), (assessment, _) => Decide(assessment, request.Body, request.Actor, instrument));
        });

    /// <summary>What a save comes to; nothing where nothing changed.</summary>
    internal readonly record struct Save(AnswersSaved? Saved);
}
