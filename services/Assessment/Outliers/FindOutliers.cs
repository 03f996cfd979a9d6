using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PilotCity.Assessment.Assessments;

namespace PilotCity.Assessment.Outliers;

/// <summary>One outlier under the id that its facts give.</summary>
internal sealed record FoundOutlier(string Id, OutlierNoted Noted);

/// <summary>
/// Looks at a result beside all that were confirmed before it and still stand: pure, so whoever holds the log finds the same. What is noted names the entries that it
/// stands on.
/// </summary>
internal static class FindOutliers
{
    /// <summary>Further enterprises that share a file are found with the results that come after.</summary>
    public const int SharedEvidenceMax = 20;

    /// <summary>Enterprises with the very same answers that are asked for a common provider; copies are found with the first of them.</summary>
    public const int AlikeMax = 5;

    /// <param name="sellers">Who sells to the enterprises of <see cref="Alike"/>; nothing where none are.</param>
    public static IReadOnlyList<FoundOutlier> Beside(IReadOnlyList<ResultFact> earlier, ResultFact fresh, OutlierParameters limits, IReadOnlyDictionary<string, IReadOnlyList<string>>? sellers = null) =>
    [
        .. Jumps(earlier, fresh, limits), .. SameAnswers(earlier, fresh, limits), .. SameAnswersOfCustomers(earlier, fresh, limits, sellers), .. SameEvidence(earlier, fresh, limits),
        .. PassRate(earlier, fresh, limits),
    ];

    /// <summary>
    /// Other enterprises that assessed themselves with the very same answers, the first results of the first few: where one provider sells to both, it may have filled in
    /// both. Without a point there is nothing to copy.
    /// </summary>
    public static IReadOnlyList<ResultFact> Alike(IReadOnlyList<ResultFact> earlier, ResultFact fresh) => fresh is not { Org: null, Total: > 0m }
        ? []
        : [
            .. earlier.Where(r => r.Org is null && r.Enterprise != fresh.Enterprise && r.AnswersHash == fresh.AnswersHash)
                .GroupBy(r => r.Enterprise, StringComparer.Ordinal)
                .Select(ofOne => ofOne.MinBy(r => r.Source.Position)!)
                .OrderBy(r => r.Source.Position)
                .Take(AlikeMax),
        ];

    /// <summary>Self beside on site, before beside after: the last of each before this one, by the same instrument and not long ago.</summary>
    private static IEnumerable<FoundOutlier> Jumps(IReadOnlyList<ResultFact> earlier, ResultFact fresh, OutlierParameters limits) =>
        from result in earlier
        where result.Enterprise == fresh.Enterprise && result.InstrumentSha256 == fresh.InstrumentSha256 && result.Instrument == fresh.Instrument
        group result by (result.Purpose, OnSite: Assessments.Assessment.IsIndependent(result.Mode)) into alike
        where alike.Key != (fresh.Purpose, Assessments.Assessment.IsIndependent(fresh.Mode))
        let last = alike.MaxBy(r => r.Source.Position)!
        let days = (int)Math.Floor((fresh.At - last.At).TotalDays)
        let levels = fresh.Level - last.Level
        let points = fresh.Total - last.Total
        where days <= limits.JumpDaysMax && (Math.Abs(levels) >= limits.JumpLevelsMin || Math.Abs(points) >= limits.JumpPointsMin)
        select Noted(OutlierKind.Jump, fresh, [last], null, limits, ("levels", levels), ("points", points), ("days", days));

    /// <summary>The first of another enterprise that the same organisation filled in with the very same answers; without a point there is nothing to copy.</summary>
    private static IEnumerable<FoundOutlier> SameAnswers(IReadOnlyList<ResultFact> earlier, ResultFact fresh, OutlierParameters limits) => fresh is { Org: { } org, Total: > 0m }
        && earlier.Where(r => r.Org == org && r.Enterprise != fresh.Enterprise && r.AnswersHash == fresh.AnswersHash).MinBy(r => r.Source.Position) is { } first
            ? [Noted(OutlierKind.SameAnswers, fresh, [first], org, limits)]
            : [];

    /// <summary>The first of another customer of the same provider that assessed itself with the very same answers.</summary>
    private static IEnumerable<FoundOutlier> SameAnswersOfCustomers(
        IReadOnlyList<ResultFact> earlier, ResultFact fresh, OutlierParameters limits, IReadOnlyDictionary<string, IReadOnlyList<string>>? sellers)
    {
        if (sellers?.GetValueOrDefault(fresh.Enterprise) is not { Count: > 0 } own)
            return [];

        return Alike(earlier, fresh)
            .Select(first => (First: first, Shared: own.Intersect(sellers.GetValueOrDefault(first.Enterprise) ?? [], StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault()))
            .Where(pair => pair.Shared is not null)
            .Take(1)
            .Select(pair => Noted(OutlierKind.SameAnswers, fresh, [pair.First], pair.Shared, limits));
    }

    /// <summary>Per other enterprise the first result that stands on one of the same files.</summary>
    private static IEnumerable<FoundOutlier> SameEvidence(IReadOnlyList<ResultFact> earlier, ResultFact fresh, OutlierParameters limits)
    {
        if (fresh.Evidence.Count == 0)
            return [];

        var files = fresh.Evidence.ToHashSet(StringComparer.Ordinal);
        return earlier
            .Where(r => r.Enterprise != fresh.Enterprise && r.Evidence.Any(files.Contains))
            .GroupBy(r => r.Enterprise, StringComparer.Ordinal)
            .Select(ofOne => ofOne.MinBy(r => r.Source.Position)!)
            .OrderBy(r => r.Source.Position)
            .Take(SharedEvidenceMax)
            .Select(first => Noted(OutlierKind.SameEvidence, fresh, [first], fresh.Org == first.Org ? fresh.Org : null, limits, ("files", first.Evidence.Count(files.Contains))));
    }

    /// <summary>With every tenth result of an evaluator: how likely is its rate, or one less likely, were it as the others (<see cref="PassRates"/>)?</summary>
    private static IEnumerable<FoundOutlier> PassRate(IReadOnlyList<ResultFact> earlier, ResultFact fresh, OutlierParameters limits)
    {
        if (fresh is not { Mode: Mode.ThirdParty, Org: { } org })
            return [];

        var alike = earlier.Append(fresh).Where(r => r.Mode == Mode.ThirdParty && r.Purpose == fresh.Purpose && r.Instrument == fresh.Instrument && r.InstrumentSha256 == fresh.InstrumentSha256).ToList();
        var (own, peers) = (alike.Where(r => r.Org == org).ToList(), alike.Where(r => r.Org != org).ToList());
        if (own.Count % limits.PassResultsStep != 0 || peers.Count < limits.PassPeerResultsMin)
            return [];

        var (passed, peersPassed) = (own.Count(r => r.Level >= limits.PassLevelMin), peers.Count(r => r.Level >= limits.PassLevelMin));
        var tail = PassRates.TailPerMillion(passed, own.Count, peersPassed, peers.Count);
        return tail > limits.PassTailPerMillion
            ? []
            : [Noted(
                OutlierKind.PassRate, fresh, [.. own.Where(r => r != fresh).TakeLast(limits.PassResultsStep - 1)], org, limits,
                ("passed", passed), ("results", own.Count), ("peersPassed", peersPassed), ("peerResults", peers.Count), ("tailPerMillion", tail))];
    }

    private static FoundOutlier Noted(
        OutlierKind kind, ResultFact fresh, IReadOnlyList<ResultFact> beside, string? org, OutlierParameters limits, params (string Name, decimal Value)[] figures)
    {
        OutlierSource[] sources = [.. beside.Select(r => r.Source), fresh.Source];
        var facts = string.Join('\n', sources.Select(s => s.Stream).Prepend(kind.ToString()));
        return new(
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(facts)))[..24],
            new(
                kind,
                fresh.Instrument,
                [.. beside.Append(fresh).Select(r => r.Enterprise).Distinct(StringComparer.Ordinal)],
                sources,
                figures.ToDictionary(f => f.Name, f => f.Value.ToString("0.############################", CultureInfo.InvariantCulture), StringComparer.Ordinal),
                limits.Of(kind),
                org));
    }
}
