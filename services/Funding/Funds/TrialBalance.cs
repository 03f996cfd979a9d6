using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Slices;

namespace PilotCity.Funding.Funds;

/// <summary>
/// What a fund's books say, now or at <c>?asOf=</c>: every account on its side with both totals (they are equal), where the money of the
/// source is, and whether the 80/20 split holds (F5, AC38).
/// </summary>
internal static class TrialBalance
{
    private static readonly Role[] Readers = [Role.FinanceOfficer, Role.FinanceApprover, Role.BureauOfficer, Role.BureauApprover, Role.Auditor];

    /// <summary>The funds of a city; a fund with where its money is.</summary>
    internal static readonly Defaults.Log.ReadModel<Fund> Model = new(
        "fund", 2, Fund.Noun, fund => View(fund),
        new("name", "名称", f => f.Name),
        new("source", "资金来源", f => f.Source),
        new("planned", "计划", f => f.Planned),
        new("received", "到账", f => f.Received),
        new("available", "改造可用", f => f.Ledger[Fund.Available(FundPool.Renovation)]),
        new("reserved", "改造已占用", f => f.Ledger[Fund.Reserved(FundPool.Renovation)]),
        new("paid", "改造已拨付", f => f.Ledger[Fund.Paid(FundPool.Renovation)]),
        new("payUntil", "最后付款日", f => f.PayableUntil));

    internal sealed record Line(string Account, Money Debit, Money Credit, Money Balance);

    internal sealed record Pool(Money Available, Money Reserved, Money Paid, Money ToRecover, Money WrittenOff, Money Returned);

    internal sealed record Shown(
        string Id, string Name, FundSource Source, Money Planned, Money Received, Money Unallocated, Pool Renovation, Pool Services, bool? SplitHolds, Money Returned, DateOnly? PayUntil);

    internal sealed record Trial(string Fund, IReadOnlyList<Line> Accounts, Money Debits, Money Credits, bool Balanced);

    internal static Shown View(Fund fund) => new(
        fund.Id, fund.Name, fund.Source, fund.Planned, fund.Received, fund.Ledger[Fund.Unallocated],
        PoolOf(fund, FundPool.Renovation), PoolOf(fund, FundPool.Services),
        fund.Source != FundSource.Central ? null : fund.Of(FundPool.Services).Fen * 4 <= fund.Of(FundPool.Renovation).Fen,
        fund.Ledger[Fund.ReturnedUnallocated], fund.PayableUntil);

    internal static Trial Of(Fund fund)
    {
        var (debits, credits) = (fund.Ledger.DebitBalances, fund.Ledger.CreditBalances);
        return new(
            fund.Id,
            [.. fund.Ledger.Balances.Select(b => Ledger.IsOrigin(b.Key) ? new Line(b.Key, new(b.Value), Money.Zero, new(b.Value)) : new Line(b.Key, Money.Zero, new(b.Value), new(b.Value)))],
            debits, credits, debits == credits);
    }

    internal static void Map(Routes routes)
    {
        routes.List("/funds", Readers, Model, searched: ["name"]);
        routes.Get("/funds/{id}", Readers, async (request, _) =>
        {
            var fund = await request.Load(Fund.Noun, request.Route("id"));
            if (!fund.Ok) return fund.Fault;
            return View(fund.Value);
        });
        routes.Get("/funds/{id}/trial-balance", Readers, async (request, _) =>
        {
            var fund = await request.Load(Fund.Noun, request.Route("id"));
            if (!fund.Ok) return fund.Fault;
            return Of(fund.Value);
        });
    }

    private static Pool PoolOf(Fund fund, FundPool pool) =>
        new(fund.Ledger[Fund.Available(pool)], fund.Ledger[Fund.Reserved(pool)], fund.Ledger[Fund.Paid(pool)], fund.Ledger[Fund.ToRecover(pool)],
            fund.Ledger[Fund.WrittenOff(pool)], fund.Ledger[Fund.Returned(pool)]);
}
