using System.Text.Json;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Awards;

/// <summary>
/// Awards as their readers see them: the list, one award, and the whole computation behind it. An enterprise sees its own awards only.
/// Fault: <c>award.unknown</c>.
/// </summary>
internal static class ShowAward
{
    internal static readonly Role[] Readers =
        [Role.BureauOfficer, Role.BureauApprover, Role.FinanceOfficer, Role.FinanceApprover, Role.DistrictOfficer, Role.Auditor, Role.Enterprise];

    internal static readonly ReadModel<Award> Model = new(
        "award", 4, Award.Noun, award => View(award),
        new("enterprise", "企业", a => a.Enterprise),
        new("status", "状态", a => a.Status),
        new("ruleSet", "规则", a => Last(a) is { } c ? $"{c.RuleSet}@{c.RuleSetVersion}" : null),
        new("rule", "规则编号", a => Last(a)?.RuleSet),
        new("projectBatch", "项目批次", a => Last(a)?.Batch),
        new("appliedAt", "申请时间", a => Last(a)?.AppliedAt),
        new("outcome", "结论", a => Last(a)?.Outcome),
        new("entitlement", "应得", a => a.Final?.Entitlement),
        new("payable", "应拨", a => Last(a)?.Payable),
        new("recover", "应收回", a => a.Final?.Recover),
        new("held", "疑点待处理", a => DecideConcern.Holds(a) is not null),
        new("open", "待拨付", a => a.OpenTranches.Any() ? a.OpenTranches.First().Kind : null),
        new("fund", "资金", a => a.Funds, Several: true),
        new("payee", "收款人", a => a.Tranches.Select(t => t.Payee).Distinct(StringComparer.Ordinal), Several: true),
        new("batch", "批次", a => a.Tranches.Select(t => t.Batch).OfType<string>().Distinct(StringComparer.Ordinal), Several: true),
        new("paid", "已拨付", a => a.Paid),
        new("due", "待收回", a => new Money(a.Due.Sum(d => d.Value.Fen))),
        new("clawback", "追回", a => a.Clawbacks.IsEmpty ? null : a.Stopped ? "proposed" : a.Clawbacks.Exists(c => c.Upheld) ? "upheld" : "dismissed"));

    /// <summary>What a person who computed it is told at once.</summary>
    internal sealed record Summary(Outcome Outcome, string RuleSet, string RuleSetHash, Money? Entitlement, Money? Payable, Money? Recover, IReadOnlyList<Reason> Reasons)
    {
        /// <summary>The answer is kept with the command: the reasons that decided, not every remark.</summary>
        private const int ReasonsMax = 20;

        internal static Summary Of(AwardDecision decision) => new(
            decision.Outcome, decision.RuleSet, decision.RuleSetHash, decision.Entitlement, decision.Payable, decision.Recover, [.. decision.Reasons.Take(ReasonsMax)]);
    }

    internal sealed record Shown(
        string Id, string Enterprise, AwardStatus Status, Computation? Advance, Computation? Final, Publicity? Publicity,
        IReadOnlyList<Objection> Objections, IReadOnlyList<ConcernShown> Concerns, IReadOnlyList<Waiver> Waivers, IReadOnlyList<Source> Sources, IReadOnlyList<Tranche> Tranches, Money Awarded, Money Paid, Money RecoveryDemanded, Money RecoveryRepaid,
        Money WrittenOff, IReadOnlyList<Clawback> Clawbacks, IReadOnlyList<WriteOff> WriteOffs, AwardSteps Steps);

    /// <summary>What one fund gives to the award: reserved, paid, and still to come back.</summary>
    internal sealed record Source(string Fund, Money Reserved, Money Paid, Money Due);

    /// <summary>A concern and what became of it; nothing decided yet holds the award.</summary>
    internal sealed record ConcernShown(string Id, ConcernKind Kind, IReadOnlyList<string> About, ConcernDecision? Decision);

    internal static Shown View(Award award) => new(
        award.Id, award.Enterprise, award.Status, award.Advance, award.Final, award.Publicity,
        award.Objections, [.. award.Concerns.Select(c => new ConcernShown(c.Id, c.Kind, c.About, award.ConcernDecisions.GetValueOrDefault(c.Id)))], award.Waivers, [.. award.Funds.Select(f => SourceOf(award, f))], award.Tranches, award.Awarded, award.Paid,
        award.RecoveryDemanded, award.RecoveryRepaid, award.WrittenOff, award.Clawbacks, award.WriteOffs, award.Steps);

    internal static void Map(Routes routes)
    {
        routes.List("/awards", Readers, Model, actor => actor.Role == Role.Enterprise ? ("enterprise", actor.Org) : null, ["enterprise"]);
        routes.Get("/awards/{id}", Readers, async (request, _) =>
        {
            var award = await Own(request);
            if (!award.Ok) return award.Fault;
            return View(award.Value);
        });
        routes.Get("/awards/{id}/computations", Readers, async (request, ct) =>
        {
            var award = await Own(request);
            if (!award.Ok) return award.Fault;
            var entries = await request.Log.Stream(request.City, Award.Noun.StreamOf(award.Value.Id), request.AsOf, ct);
            return entries.Where(e => e.Type is nameof(AdvanceComputed) or nameof(AwardComputed))
                .Select(e => new { e.Position, e.Version, e.Type, e.At, Computation = JsonSerializer.Deserialize<JsonElement>(e.Payload) }).ToArray();
        });
    }

    private static Source SourceOf(Award award, string fund) => new(
        fund, Sum(award, t => t.Fund == fund && t.Open), Sum(award, t => t.Fund == fund && t.Status == TrancheStatus.Paid), award.Due.GetValueOrDefault(fund));

    private static Money Sum(Award award, Func<Tranche, bool> counts) => new(award.Tranches.Where(counts).Sum(t => t.Amount.Fen));

    private static Computation? Last(Award award) => award.Final ?? award.Advance;

    internal static async Task<Result<Award>> Own(Request request)
    {
        var award = await request.Load(Award.Noun, request.Route("id"));
        return award.Ok && request.Actor.Role == Role.Enterprise && award.Value.Enterprise != request.Actor.Org
            ? SliceFaults.Unknown(Award.Noun.Category, request.Route("id"))
            : award;
    }
}
