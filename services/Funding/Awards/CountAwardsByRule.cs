using System.Globalization;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// Awards by the version of the rule that computed them: how many, how many of them decided, what the rule gives, what was approved and what was
/// paid; now or at <c>?asOf=</c>.
/// </summary>
internal static class CountAwardsByRule
{
    private static readonly Role[] Readers = [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.Auditor];

    internal sealed record Counted(string RuleSet, int Version, int Count, int Decided, Money Entitlement, Money Approved, Money Paid);

    internal static async Task<IReadOnlyList<Counted>> Of(IAsyncEnumerable<FiledAward> awards, CancellationToken ct)
    {
        var counted = new SortedDictionary<(string RuleSet, int Version), Counted>();
        await foreach (var award in awards.WithCancellation(ct))
        {
            if (award.Final is not { } final) continue;
            var key = (final.RuleSet, final.RuleSetVersion);
            var before = counted.TryGetValue(key, out var known) ? known : new(final.RuleSet, final.RuleSetVersion, 0, 0, Money.Zero, Money.Zero, Money.Zero);
            var decided = award.Status is AwardStatus.Approved or AwardStatus.RecoveryDue or AwardStatus.Paid or AwardStatus.Closed;
            counted[key] = before with
            {
                Count = before.Count + 1,
                Decided = before.Decided + (decided ? 1 : 0),
                Entitlement = before.Entitlement + final.Entitlement,
                Approved = before.Approved + award.Approved,
                Paid = before.Paid + award.Paid,
            };
        }

        return [.. counted.Values];
    }

    internal static void Map(Routes routes) => routes.Get("/awards-by-rule", Readers, async (request, ct) =>
    {
        var counted = await Of(FiledAward.All(request, ct), ct);
        var table = new Table(
            "awards-by-rule", [("ruleSet", "规则"), ("version", "版本"), ("count", "项数"), ("decided", "已批准"), ("entitlement", "应得"), ("approved", "批准"), ("paid", "已拨付")],
            _ => counted.ToAsyncEnumerable().Select(Row));
        return table.AsAsked(request) ?? (object)new { Items = counted };
    });

    private static string?[] Row(Counted c) =>
        [c.RuleSet, c.Version.ToString(CultureInfo.InvariantCulture), c.Count.ToString(CultureInfo.InvariantCulture), c.Decided.ToString(CultureInfo.InvariantCulture), c.Entitlement.ToString(), c.Approved.ToString(), c.Paid.ToString()];
}
