using PilotCity.Assessment.Assessments;
using PilotCity.Assessment.Instruments;
using PilotCity.Defaults;

namespace PilotCity.Assessment.Comparisons;

/// <summary>One result to compare: the entry's content, where it stands, and the instrument with which it was made where its file is held.</summary>
internal sealed record ComparedResult(string Id, AssessmentConfirmed Confirmed, DateTimeOffset ConfirmedAt, AssessmentStatus Status, long Version, long Position, Instrument? Instrument);

/// <summary>
/// Compares two results part by part. Never numbers across editions (assessment-2024.md): points need the same instrument with the same override, answers the
/// same questions; otherwise each result is only shown.
/// </summary>
internal static class CompareResults
{
    private static readonly Text OtherOverride = new(
        "两次结果使用同一评测工具的不同地方口径，分值不可比；仅比较作答和场景等级。",
        "The results follow different overrides of one instrument: their points are not compared, only what was answered and the levels of scenarios.");

    private static readonly Text OtherInstrument = new(
        "两次结果使用不同的评测工具或版本，不作数值比较。",
        "The results come from different instruments or versions; numbers are never compared across them.");

    private static readonly Text NotHeld = new(
        "本系统没有这两次结果所用的评测工具文件，只能比较总分和各维度得分。",
        "This system does not hold the instrument file of the two results: only total and dimensions are compared.");

    public static Comparison Compare(ComparedResult from, ComparedResult to)
    {
        var (before, after) = (from.Confirmed, to.Confirmed);
        var comparable = Comparable(before, after);
        var (old, current) = (Held(from), Held(to));
        var full = comparable == Comparability.Full;
        return new(
            after.Enterprise,
            comparable,
            comparable switch
            {
                Comparability.Full => current is null ? NotHeld : null,
                Comparability.Answers => OtherOverride,
                Comparability.None => OtherInstrument,
            },
            Side(from, old?.Score),
            Side(to, current?.Score),
            full ? after.Level - before.Level : null,
            full ? new(before.Total, after.Total) : null,
            full ? Dimensions(before, after, current?.Instrument) : [],
            comparable == Comparability.None || current is null ? [] : Items(before, after, current.Instrument, full ? old?.Score : null, full ? current.Score : null),
            comparable == Comparability.None || current is null ? [] : Scenarios(before, after, current.Instrument));
    }

    internal static Comparability Comparable(AssessmentConfirmed from, AssessmentConfirmed to) =>
        from.Instrument == to.Instrument && from.InstrumentSha256 == to.InstrumentSha256 ? Comparability.Full
        : from.Instrument != to.Instrument && Questions(from.Instrument) == Questions(to.Instrument) ? Comparability.Answers
        : Comparability.None;

    /// <summary>The id and version without a city's override, which changes what an answer gives and not what is asked.</summary>
    private static string Questions(string reference) => reference.Split('+')[0];

    private sealed record HeldResult(Instrument Instrument, ScoreResult Score);

    private static HeldResult? Held(ComparedResult result) =>
        result.Instrument is { } instrument && ScoreAnswers.Score(instrument, new(result.Confirmed.Answers, result.Confirmed.Scenarios, result.Confirmed.Facts)) is { Ok: true } scored
            ? new(instrument, scored.Value)
            : null;

    private static ComparedSide Side(ComparedResult result, ScoreResult? score) => new(
        result.Id, result.Confirmed.Purpose, result.Confirmed.Mode, result.Confirmed.Instrument, result.Status, result.Confirmed.Evaluator, result.Confirmed.Provider, result.ConfirmedAt, result.Confirmed.Total,
        result.Confirmed.Level, score?.LevelName, Assessments.Assessment.Noun.StreamOf(result.Id), result.Version, result.Position);

    private static DimensionChange[] Dimensions(AssessmentConfirmed from, AssessmentConfirmed to, Instrument? instrument) =>
    [
        .. to.Scores.OrderBy(s => instrument?.Dimensions.FirstOrDefault(d => d.Id == s.Key)?.Index ?? 0).ThenBy(s => s.Key, StringComparer.Ordinal).Select(s => new DimensionChange(
            s.Key,
            instrument?.Dimensions.FirstOrDefault(d => d.Id == s.Key)?.Title ?? new(s.Key, s.Key),
            new(from.Scores.GetValueOrDefault(s.Key), s.Value))),
    ];

    private static ItemChange[] Items(AssessmentConfirmed from, AssessmentConfirmed to, Instrument instrument, ScoreResult? old, ScoreResult? current) =>
    [
        .. instrument.Items.Select(item =>
        {
            var (before, after) = (from.Answers.GetValueOrDefault(item.Id), to.Answers.GetValueOrDefault(item.Id));
            var (chosen, choosing) = (before?.Options ?? [], after?.Options ?? []);
            return new ItemChange(
                item.Id, item.Title, before, after, [.. choosing.Except(chosen)], [.. chosen.Except(choosing)],
                item.Scored && old is not null && current is not null ? new(old.Items[item.Index].Score, current.Items[item.Index].Score) : null);
        }),
    ];

    private static ScenarioChange[] Scenarios(AssessmentConfirmed from, AssessmentConfirmed to, Instrument instrument) =>
        [.. instrument.Scenarios.Select(s => new ScenarioChange(s.Id, s.Name, s.Constraint, from.Scenarios.GetValueOrDefault(s.Id), to.Scenarios.GetValueOrDefault(s.Id)))];
}
