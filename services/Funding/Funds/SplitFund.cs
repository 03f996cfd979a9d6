using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// The finance bureau splits received money to uses: of central money at least 80% to renovation and at most 20% to platforms, providers
/// and services (programme.md F5), nothing to the uses that 深中小企规〔2024〕2号 forbids (F11, AC38).
/// Faults: <c>fund.allocations</c>, <c>fund.use_forbidden</c>, <c>fund.split_broken</c>, <c>ledger.insufficient</c>, <c>ledger.amount</c>.
/// </summary>
internal static class SplitFund
{
    public sealed record Body(IReadOnlyList<Allocation> Allocations);

    /// <summary>There are five permitted uses; a list of more repeats itself.</summary>
    private const int AllocationsMax = 20;

    internal static readonly Fault AllocationsWrong = new(
        FaultKind.Invalid, "fund.allocations", new($"请给出 1 至 {AllocationsMax} 项用途和金额。", $"1 to {AllocationsMax} uses with their amounts are asked for."));

    internal static Fault Forbidden(FundUse use) => new(
        FaultKind.Refused, "fund.use_forbidden",
        new($"中央资金不得用于该用途：{use}（人员福利、公用经费、楼堂馆所等基本建设、平衡预算）。", $"Money is never for {use}: staff benefits, running costs of offices, buildings and construction, balancing the budget."),
        "深中小企规〔2024〕2号（F11）");

    internal static Fault SplitBroken(Money renovation, Money services) => new(
        FaultKind.Refused, "fund.split_broken",
        new($"拆分后企业改造 {renovation} 元、平台与服务 {services} 元：改造不得低于 80%，平台与服务不得高于 20%。",
            $"After it {renovation} would be for renovation and {services} for platforms and services: at least 80% and at most 20% are asked for."),
        "财建〔2023〕117号（F5）");

    internal static Decision Decide(Fund fund, Body body)
    {
        if (body.Allocations.Count is 0 or > AllocationsMax || body.Allocations.Contains(null!)) return AllocationsWrong;
        foreach (var allocation in body.Allocations)
            if (Fund.PoolOf(allocation.Use) is null) return Forbidden(allocation.Use);

        var split = new FundSplit(body.Allocations);
        var after = fund.After(split);
        if (!after.Ok) return after.Fault;
        var (renovation, services) = after.Value switch { var f => (f.Of(FundPool.Renovation), f.Of(FundPool.Services)) };
        return fund.Source == FundSource.Central && services.Fen > (renovation.Fen + services.Fen) / 5m
            ? SplitBroken(renovation, services)
            : Decision.Accept(Fund.Noun.StreamOf(fund.Id), split);
    }

    internal static void Map(Routes routes) => routes.Command<Body>("POST", "/funds/{id}/splits", [Role.FinanceOfficer], request =>
        request.On(Fund.Noun, request.Route("id"), (fund, _) => Decide(fund, request.Body)));
}
