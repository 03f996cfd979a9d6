namespace PilotCity.Assessment.Assessments;

/// <summary>What has been filled in of an assessment: answers, the files that prove them, and the assessor's notes.</summary>
internal sealed record Content(Answers Answers, IReadOnlyList<Evidence> Evidence, IReadOnlyList<Note> Notes)
{
    public static readonly Content Empty = new(new(new Dictionary<string, Answer>(), Answers.NoScenarios, Answers.NoFacts), [], []);

    public static Content Of(AssessmentConfirmed handed) =>
        new(new(handed.Answers, handed.Scenarios, handed.Facts), handed.Evidence ?? [], handed.Notes ?? []);

    public Content With(AnswersSaved saved)
    {
        var cleared = saved.Clear.ToHashSet(StringComparer.Ordinal);
        return new(
            new(Merge(Answers.Items, saved.Answers, cleared), Merge(Answers.Scenarios, saved.Scenarios, cleared), Merge(Answers.Facts, saved.Facts, cleared)),
            saved.Evidence ?? Evidence,
            saved.Notes ?? Notes);
    }

    /// <summary>What of this is new: nothing where a form saves what it saved before.</summary>
    public AnswersSaved? Changes(Answers answers, IReadOnlyList<string> clear, IReadOnlyList<Evidence>? evidence, IReadOnlyList<Note>? notes)
    {
        var saved = new AnswersSaved(
            Fresh(Answers.Items, answers.Items, Same),
            Fresh(Answers.Scenarios, answers.Scenarios, (a, b) => a == b),
            Fresh(Answers.Facts, answers.Facts, (a, b) => a == b),
            [.. clear.Where(id => Answers.Items.ContainsKey(id) || Answers.Scenarios.ContainsKey(id) || Answers.Facts.ContainsKey(id))],
            evidence is null || evidence.SequenceEqual(Evidence) ? null : evidence,
            notes is null || notes.SequenceEqual(Notes) ? null : notes);
        return saved is { Answers.Count: 0, Scenarios.Count: 0, Facts.Count: 0, Clear.Count: 0, Evidence: null, Notes: null } ? null : saved;
    }

    private static bool Same(Answer a, Answer b) => a.Number == b.Number && a.Options.SequenceEqual(b.Options, StringComparer.Ordinal);

    private static Dictionary<string, T> Fresh<T>(IReadOnlyDictionary<string, T> known, IReadOnlyDictionary<string, T> given, Func<T, T, bool> same) =>
        given.Where(g => !known.TryGetValue(g.Key, out var was) || !same(was, g.Value)).ToDictionary(StringComparer.Ordinal);

    private static Dictionary<string, T> Merge<T>(IReadOnlyDictionary<string, T> known, IReadOnlyDictionary<string, T> saved, HashSet<string> cleared)
    {
        var merged = known.Where(k => !cleared.Contains(k.Key)).ToDictionary(StringComparer.Ordinal);
        foreach (var (id, value) in saved)
        {
            merged[id] = value;
        }

        return merged;
    }
}
