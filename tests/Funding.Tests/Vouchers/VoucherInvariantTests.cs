using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Claims;
using PilotCity.Funding.Funds;
using PilotCity.Funding.Vouchers;

namespace PilotCity.Funding.Tests.Vouchers;

/// <summary>Whatever is done in whatever order and by whomever: no face value is lost or doubled, and the fund's reservation is what vouchers may still cost.</summary>
public class VoucherInvariantTests
{
    private static readonly Actor[] Actors = [Town.Officer, Town.Approver, Town.Finance, Town.Releaser, VoucherTests.Holder];

    private sealed record Step(int What, int Which, int Who, int Size);

    private static readonly Gen<Step> Steps =
        from what in Gen.Choose(0, 7) from which in Gen.Choose(0, 20) from who in Gen.Choose(0, 4) from size in Gen.Choose(1, 60) select new Step(what, which, who, size);

    [Fact]
    public void Issued_is_open_redeemed_expired_and_revoked_at_any_moment() => Prop.ForAll(Steps.ListOf(40).ToArbitrary(), steps =>
    {
        var town = VoucherTests.Opened();
        var ids = new List<string>();
        foreach (var (step, n) in steps.Select((s, n) => (s, n)))
        {
            var actor = Actors[step.Who];
            var decision = Take(town, ids, step, n, actor);
            town.Do(actor, decision);
            ids.AddRange(decision.Changes.Where(c => c.Event is VoucherIssued).Select(c => c.Stream["voucher/".Length..]));
            Holds(town, ids);
        }
    }).QuickCheckThrowOnFailure();

    private static Decision Take(Town town, List<string> ids, Step step, int n, Actor actor)
    {
        if (step.What == 0 || ids.Count == 0) return VoucherTests.Issue(town, $"v{n}", step.Size * 1_000);
        var voucher = VoucherTests.V(town, ids[step.Which % ids.Count]);
        town.At = town.At.AddDays(step.What == 7 ? step.Size : 0);
        return step.What switch
        {
            1 => SplitVoucher.Decide(voucher, new([new(1 + (voucher.Face.Fen / (step.Size + 1))), voucher.Face - new Money(1 + (voucher.Face.Fen / (step.Size + 1)))]), town.At),
            2 => VoucherTests.Claim(town, voucher.Id, $"{step.Size * 997}.13", new(MarkKind.Invoice, $"{step.Size % 7:x32}")),
            3 => ConfirmClaim.Decide(voucher, new(step.Size % 4 > 0, "x"), actor),
            4 => SettleVoucher.Prepare(voucher, new("支"), actor),
            5 => SettleVoucher.Book(voucher, town.Fund, new("支", voucher.Invoice?.Pays ?? Money.Zero), actor),
            6 => RevokeVoucher.Decide(voucher, new("x"), actor),
            _ => ExpireVouchers.Decide(VoucherTests.Programme(town), [.. ExpireVouchers.Due(VoucherTests.Programme(town), town.At).Select(v => VoucherTests.V(town, v))], town.At),
        };
    }

    private static void Holds(Town town, List<string> ids)
    {
        var (programme, all) = (VoucherTests.Programme(town), ids.Select(i => VoucherTests.V(town, i)).Where(v => v.Status != VoucherStatus.Divided).ToArray());
        Money Sum(params VoucherStatus[] of) => new(all.Where(v => of.Contains(v.Status)).Sum(v => v.Face.Fen));
        Assert.Equal(programme.Issued, programme[VoucherPlace.Open] + programme[VoucherPlace.Redeemed] + programme[VoucherPlace.Expired] + programme[VoucherPlace.Revoked]);
        Assert.Equal(Sum(VoucherStatus.Open, VoucherStatus.Claimed), programme[VoucherPlace.Open]);
        Assert.Equal(Sum(VoucherStatus.Redeemed, VoucherStatus.Settled), programme[VoucherPlace.Redeemed]);
        Assert.Equal(Sum(VoucherStatus.Expired), programme[VoucherPlace.Expired]);
        Assert.Equal(Sum(VoucherStatus.Revoked), programme[VoucherPlace.Revoked]);
        Assert.InRange(programme.Committed.Fen, 0, programme.Terms.Total.Fen);
        var owed = all.Sum(v => v.Status switch { VoucherStatus.Open or VoucherStatus.Claimed => v.Face.Fen, VoucherStatus.Redeemed => v.Invoice!.Pays.Fen, _ => 0 });
        Assert.Equal(owed, town.Fund.Ledger[Fund.Reserved(FundPool.Services)].Fen);
        Assert.Equal(owed, town.Fund.Open.Values.Sum(r => r.Open.Fen));
        Assert.Equal(all.Where(v => v.Status == VoucherStatus.Settled).Sum(v => v.Invoice!.Pays.Fen), town.Fund.Ledger[Fund.Paid(FundPool.Services)].Fen);
        Assert.Equal(town.Fund.Ledger.DebitBalances, town.Fund.Ledger.CreditBalances);
        Assert.Equal(all.Where(v => v.Status == VoucherStatus.Open).Select(v => v.Id).Order(StringComparer.Ordinal), programme.Expiring.Select(e => e.Voucher).Order(StringComparer.Ordinal));
    }
}
