using System.Globalization;

namespace PilotCity.Assessment.Outliers;

/// <summary>The limits beyond which results are looked at; no source fixes them, and each outlier keeps those that it was found with.</summary>
/// <param name="JumpLevelsMin">Levels between two results of an enterprise.</param>
/// <param name="JumpPointsMin">Points of the total between them.</param>
/// <param name="JumpDaysMax">Only where they lie at most so many days apart: a transformation takes longer.</param>
/// <param name="PassLevelMin">The level that counts as passed: 二级, the target of the pilot.</param>
/// <param name="PassResultsStep">An evaluator's rate is looked at with every so many results of its own: fewer say nothing.</param>
/// <param name="PassPeerResultsMin">Results of the other evaluators that a rate is compared with.</param>
/// <param name="PassTailPerMillion">A rate so unlikely, or less likely, were all evaluators alike: 1,000 of a million, so that an honest one is noted once in a thousand looks.</param>
internal sealed record OutlierParameters(
    int JumpLevelsMin = 2,
    decimal JumpPointsMin = 40m,
    int JumpDaysMax = 90,
    int PassLevelMin = 2,
    int PassResultsStep = 10,
    int PassPeerResultsMin = 20,
    int PassTailPerMillion = 1_000)
{
    public static readonly OutlierParameters Standard = new();

    /// <summary>Those of one kind, as its entry keeps them.</summary>
    public IReadOnlyDictionary<string, string> Of(OutlierKind kind) => kind switch
    {
        OutlierKind.Jump => Named(("jumpLevelsMin", JumpLevelsMin), ("jumpPointsMin", JumpPointsMin), ("jumpDaysMax", JumpDaysMax)),
        OutlierKind.SameAnswers or OutlierKind.SameEvidence => Named(),
        OutlierKind.PassRate => Named(
            ("passLevelMin", PassLevelMin), ("passResultsStep", PassResultsStep), ("passPeerResultsMin", PassPeerResultsMin), ("passTailPerMillion", PassTailPerMillion)),
    };

    private static Dictionary<string, string> Named(params (string Name, decimal Value)[] values) =>
        values.ToDictionary(v => v.Name, v => v.Value.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal);
}
