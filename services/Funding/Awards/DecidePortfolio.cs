using PilotCity.Defaults;
using PilotCity.Funding.RuleSets;

namespace PilotCity.Funding.Awards;

/// <summary>One award among those that draw on the same money: what is due, what of it is paid now, and whether it waits.</summary>
internal sealed record PortfolioLine(string Id, Money Due, Money Paid, bool Waits);

/// <summary>A decided award as its place in the queue needs it.</summary>
internal sealed record PortfolioClaim(string Id, DateTimeOffset AppliedAt, Money Payable, Money? Entitlement)
{
    public static PortfolioClaim Of(AwardCase @case, AwardDecision decision) => new(@case.Id, DecidePortfolio.AppliedAt(@case), decision.Payable ?? Money.Zero, decision.Entitlement);
}

/// <summary>All of them in the order of their applications; the average entitlement, and the remark where it is above the one aimed at.</summary>
internal sealed record Portfolio(IReadOnlyList<PortfolioLine> Lines, Money Due, Money Paid, Money Left, Money? Average, Reason? AboveAverage);

/// <summary>
/// What becomes of decided awards that share one sum of money: paid in the order of applications until an award is beyond what is left (it
/// waits, and so does everybody behind it), or cut in proportion where the rule says so (Q21). The money is never exceeded. An average over
/// the portfolio warns and refuses nothing.
/// </summary>
internal static class DecidePortfolio
{
    public static Portfolio Decide(RuleSet set, IReadOnlyList<PortfolioClaim> decided, Money money)
    {
        var queue = decided.Where(d => d.Payable.Fen > 0).OrderBy(d => d.AppliedAt).ToArray();
        var pool = set.Diagnosis?.Pool?.Value is { } most ? Money.Min(money, most) : money;
        var due = queue.Select(d => d.Payable).ToArray();
        var paid = (set.Diagnosis?.PoolMode?.Value ?? PoolMode.Order) switch
        {
            PoolMode.Order => InOrder(due, pool),
            PoolMode.ProRata => ProRata(due, pool),
        };
        var lines = queue.Select((d, i) => new PortfolioLine(d.Id, due[i], paid[i], paid[i] < due[i])).ToArray();
        var (sum, spent) = (new Money(due.Sum(d => d.Fen)), new Money(paid.Sum(p => p.Fen)));
        var average = Average([.. decided.Select(d => d.Entitlement).OfType<Money>().Where(e => e.Fen > 0)]);
        return new(lines, sum, spent, pool - spent, average, Above(set, average));
    }

    /// <summary>When the award was applied for: the claim, or else the application for acceptance.</summary>
    internal static DateTimeOffset AppliedAt(AwardCase @case) =>
        @case.Project.ClaimSubmittedAt
        ?? (@case.Project.AcceptanceAppliedOn is { } day ? ChinaTime.StartOf(day) : @case.At ?? DateTimeOffset.MaxValue);

    private static Money[] InOrder(Money[] due, Money pool)
    {
        var paid = new Money[due.Length];
        for (var i = 0; i < due.Length && due[i] <= pool; i++)
        {
            paid[i] = due[i];
            pool -= due[i];
        }

        return paid;
    }

    /// <summary>Everybody's share rounded down to the fen; the fen left over go to the first in the queue, one each.</summary>
    private static Money[] ProRata(Money[] due, Money pool)
    {
        var sum = due.Sum(d => d.Fen);
        if (sum <= pool.Fen) return [.. due];
        var shares = due.Select(d => (long)Math.Floor((decimal)d.Fen * pool.Fen / sum)).ToArray();
        var left = pool.Fen - shares.Sum();
        return [.. shares.Select((s, i) => new Money(i < left ? s + 1 : s))];
    }

    private static Money? Average(Money[] entitlements) =>
        entitlements.Length == 0 ? null : Money.RoundHalfUp(entitlements.Sum(e => e.Yuan) / entitlements.Length);

    private static Reason? Above(RuleSet set, Money? average) =>
        set.Award?.PortfolioAverage is { Value: { } aim } rule && average > aim
            ? new("portfolio.average-exceeded", rule.Cited, $"户均 {average} 元，高于目标 {aim} 元；只提示，不拒绝单个申请", $"the average of {average} is above the {aim} aimed at; a warning, no claim is refused for it")
            : null;
}
