using PilotCity.Assessment.Assessments;

namespace PilotCity.Assessment.Outliers;

/// <summary>
/// The results of a city that stand, so kept that those which a fresh one is compared with are at hand: of the same enterprise, with the same answers or files, and of the
/// evaluators. A few hundred bytes each, in memory, and made again from the log.
/// </summary>
internal sealed class StandingResults
{
    /// <summary>The checks ask for the first few enterprises of each kind; thousands with the same answers are noted with these.</summary>
    private const int RelatedMax = 1_000;

    private readonly Dictionary<string, List<ResultFact>> related = new(StringComparer.Ordinal);
    private readonly List<ResultFact> byEvaluators = [];
    private readonly Dictionary<string, ResultFact> byStream = new(StringComparer.Ordinal);

    public void Add(ResultFact result)
    {
        byStream[result.Source.Stream] = result;
        if (result.Mode == Mode.ThirdParty)
            byEvaluators.Add(result);

        foreach (var key in Keys(result))
        {
            if (!related.TryGetValue(key, out var some))
                related[key] = some = [];

            some.Add(result);
        }
    }

    /// <summary>Another result took its place.</summary>
    public void Remove(string stream)
    {
        if (!byStream.Remove(stream, out var result))
            return;

        byEvaluators.Remove(result);
        foreach (var key in Keys(result))
            related[key].Remove(result);
    }

    /// <summary>All that the checks look at beside a fresh one: they find the same as among all results.</summary>
    public IReadOnlyList<ResultFact> Beside(ResultFact fresh) =>
    [
        .. Keys(fresh).SelectMany(key => (related.GetValueOrDefault(key) ?? []).Take(RelatedMax)).Concat(fresh.Mode == Mode.ThirdParty ? byEvaluators : [])
            .DistinctBy(r => r.Source.Stream).OrderBy(r => r.Source.Position),
    ];

    private static IEnumerable<string> Keys(ResultFact result) => result.Evidence.Select(file => $"file {file}").Append($"enterprise {result.Enterprise}").Append($"answers {result.Org} {result.AnswersHash}");
}
