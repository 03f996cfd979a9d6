using System.Collections.Concurrent;
using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Simulations;

/// <summary>
/// The policy time machine: replays every decided award under a draft, which need not be published, and sums up who wins and who loses. Read
/// and decided on all cores, in pieces; put together in the history's own order.
/// Faults: <c>simulation.history_empty</c>, <c>simulation.other_kind</c>, <c>simulation.too_many</c>, <c>simulation.history_unreadable</c>, <c>rule_set.unknown</c>.
/// </summary>
internal static class SimulateRuleSet
{
    /// <summary>Twenty-five times the whole programme; each takes some hundred bytes until the end.</summary>
    public const int AwardsMax = 1_000_000;

    /// <summary>Enough that handing them out costs nothing, few enough that unread ones take no room.</summary>
    private const int PieceSize = 256;

    /// <summary>Over which awards: those that the rule set <see cref="Over"/> decided, the draft's own without it. <see cref="Money"/> is what there is to pay from, instead of the pool that the draft names.</summary>
    internal sealed record Question(RuleSet Draft, string? Over, Money? Money);

    internal static readonly Fault TooMany = new(
        FaultKind.TooLarge, "simulation.too_many", new($"历史记录超过 {AwardsMax} 项。", $"The history has more than {AwardsMax} awards."));

    internal static Fault OtherKind(RuleSet draft, string award) => new(
        FaultKind.Refused, "simulation.other_kind", new($"奖补“{award}”与草案 {draft.Name} 不是同一类事项。", $"The award '{award}' is of another kind than the draft {draft.Name}."));

    internal static Fault Empty(string over, IEnumerable<string> others) => new(
        FaultKind.NotFound, "simulation.history_empty",
        new($"历史记录中没有按规则“{over}”最终核定的奖补{(others.Any() ? $"；其中有：{string.Join("、", others)}（用 --ruleset 指定）" : "")}。",
            $"The history has no final award by the rule set '{over}'{(others.Any() ? $"; it has {string.Join(", ", others)} (name one with --ruleset)" : "")}."));

    /// <summary>What came of one item: skipped, replayed, or a fault.</summary>
    private readonly record struct Replay(string City, long Order, Replayed? Row, PortfolioClaim? Claim, string? OtherRuleSet, Fault? Fault);

    /// <summary>The simulation, and every award of it in order.</summary>
    internal static Result<(Simulation Simulation, IReadOnlyList<Replayed> Rows)> Run(Question question, IEnumerable<HistoryItem> history, Action<long>? progress, CancellationToken ct)
    {
        var done = new List<Replay>();
        foreach (var piece in history.Chunk(PieceSize * Environment.ProcessorCount))
        {
            ct.ThrowIfCancellationRequested();
            var replayed = new Replay[piece.Length];
            Parallel.ForEach(Partitioner.Create(0, piece.Length, Math.Min(PieceSize, piece.Length)), range =>
            {
                for (var i = range.Item1; i < range.Item2; i++) replayed[i] = One(question, piece[i]);
            });
            done.AddRange(replayed);
            if (done.Count > AwardsMax) return TooMany;
            progress?.Invoke(done.Count);
        }

        done.Sort((a, b) => string.CompareOrdinal(a.City, b.City) is var city and not 0 ? city : a.Order.CompareTo(b.Order));
        if (done.Find(d => d.Fault is not null).Fault is { } fault) return fault;
        var rows = done.Where(d => d.Row is not null).Select(d => d.Row!).ToArray();
        if (rows.Length == 0) return Empty(question.Over ?? question.Draft.Id, done.Select(d => d.OtherRuleSet).OfType<string>().Distinct().Order(StringComparer.Ordinal));
        return (Sum(question, rows, [.. done.Select(d => d.Claim).OfType<PortfolioClaim>()], done.Count - rows.Length), rows);
    }

    private static Replay One(Question question, HistoryItem item)
    {
        var read = item.Read();
        if (!read.Ok) return new(item.City, item.Order, null, null, null, read.Fault);
        var (draft, decided) = (question.Draft, read.Value);
        var id = decided.Decision.RuleSet.Split('@')[0];
        if (id != (question.Over ?? draft.Id)) return new(item.City, item.Order, null, null, id, null);
        if (decided.Case.Stage != AwardStage.Final) return new(item.City, item.Order, null, null, null, null);
        if (decided.Case.Kind != draft.Kind) return new(item.City, item.Order, null, null, null, OtherKind(draft, decided.Award));

        // The draft by its name and version: whether it is in force on the day of the old decision is not asked.
        var @case = decided.Case with { RuleSet = draft.Name, Proposed = null };
        var now = DecideAward.Decide(draft, @case);
        var (before, after) = (decided.Decision.Reasons.Select(r => r.Code).ToHashSet(StringComparer.Ordinal), now.Reasons.Select(r => r.Code).ToHashSet(StringComparer.Ordinal));
        var row = new Replayed(
            decided.Award, @case.Enterprise.Uscc, decided.District, decided.SubIndustry, @case.Project.LevelAfter, Lead(@case), decided.Decision.RuleSet,
            decided.Decision.Outcome, now.Outcome, decided.Decision.Entitlement, now.Entitlement,
            (now.Entitlement ?? Money.Zero) - (decided.Decision.Entitlement ?? Money.Zero),
            [.. before.Except(after).Order(StringComparer.Ordinal)], [.. after.Except(before).Order(StringComparer.Ordinal)]);
        return new(item.City, item.Order, row, PortfolioClaim.Of(@case, now) with { Id = decided.Award }, null, null);
    }

    /// <summary>The provider of the largest contract: an award is counted once, and by whoever did most of it.</summary>
    private static string? Lead(AwardCase @case)
    {
        ContractFacts? largest = null;
        foreach (var contract in @case.Project.Contracts.GetValueOrDefault([]))
            if (contract.Provider is not null && (largest is null || contract.Amount > largest.Amount)) largest = contract;
        return largest?.Provider;
    }

    private static Simulation Sum(Question question, Replayed[] rows, PortfolioClaim[] claims, int skipped)
    {
        var draft = question.Draft;
        var (before, after) = (Total(rows, r => r.Before), Total(rows, r => r.After));
        return new(
            draft.Name, draft.Hash, rows.Length, skipped, rows.Count(r => !r.Changed), rows.Count(r => r.Difference.Fen > 0), rows.Count(r => r.Difference.Fen < 0),
            rows.Count(r => r.Changed && r.Difference.Fen == 0), before, after, after - before,
            [.. rows.GroupBy(r => (r.OutcomeBefore, r.Outcome)).OrderBy(g => g.Key.OutcomeBefore).ThenBy(g => g.Key.Outcome).Select(g => new OutcomeMove(g.Key.OutcomeBefore, g.Key.Outcome, g.Count()))],
            Groups(rows, r => r.District), Groups(rows, r => r.SubIndustry), Groups(rows, r => r.Level?.ToString(CultureInfo.InvariantCulture)), Groups(rows, r => r.Provider),
            Portfolio(question, claims), [.. rows.Where(r => r.Changed)]);
    }

    /// <summary>By a key, unknown ones last.</summary>
    private static SimulatedGroup[] Groups(Replayed[] rows, Func<Replayed, string?> key) =>
    [
        .. rows.GroupBy(r => key(r) ?? "").OrderBy(g => g.Key.Length == 0).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g =>
        {
            var (before, after) = (Total(g, r => r.Before), Total(g, r => r.After));
            return new SimulatedGroup(g.Key, g.Count(), g.Count(r => r.Difference.Fen > 0), g.Count(r => r.Difference.Fen < 0), before, after, after - before);
        }),
    ];

    private static SimulatedPortfolio? Portfolio(Question question, PortfolioClaim[] claims)
    {
        var draft = question.Draft;
        var pool = question.Money ?? draft.Award?.PortfolioPool?.Value ?? draft.Diagnosis?.Pool?.Value;
        if (pool is null && draft.Award?.PortfolioAverage is null) return null;
        var portfolio = DecidePortfolio.Decide(draft, claims, pool ?? new(long.MaxValue));
        var waiting = portfolio.Lines.Where(l => l.Waits).ToArray();
        return new(pool, portfolio.Due, portfolio.Paid, pool is null ? null : portfolio.Left, waiting.Length, new(waiting.Sum(l => l.Due.Fen - l.Paid.Fen)), portfolio.Average, portfolio.AboveAverage);
    }

    private static Money Total(IEnumerable<Replayed> rows, Func<Replayed, Money?> amount) => new(rows.Sum(r => amount(r)?.Fen ?? 0));
}
