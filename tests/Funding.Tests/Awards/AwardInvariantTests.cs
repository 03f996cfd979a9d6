using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;
using AccountNoun = PilotCity.Funding.Accounts.Account;

namespace PilotCity.Funding.Tests.Awards;

public class AwardInvariantTests
{
    /// <summary>Who usually takes each step; an empty name stands for them. Everybody has every role: what keeps them apart is the rule alone.</summary>
    private const string Usual = "abbaabcdccccba";

    private static readonly string[] People = ["", "", "", "", "", "", "", "", "", "", "", "", "a", "b", "c", "d"];

    /// <summary>Any steps by anybody in any order: most are refused, and what is accepted adds up.</summary>
    [Fact]
    public void Whatever_is_tried_in_whatever_order_money_and_duties_hold()
    {
        var paid = 0;
        Prop.ForAll(Gen.Choose(0, 27).Zip(Gen.Elements(People)).ListOf(60).ToArbitrary(), steps =>
        {
            var town = Town.Founded().Account();
            var batch = 0;
            foreach (var (wanted, person) in steps)
            {
                // Half of the steps are what comes next, so that the stories get somewhere.
                var step = wanted <= 13 ? wanted : Next(town, $"b{batch}");
                var actor = new Actor(Role.BureauOfficer, person.Length > 0 ? person : Usual[step].ToString(), Town.City);
                town.After!.Level = step == 13 ? 1 : 2;
                Try(town, step, actor, ref batch);
                town.At += TimeSpan.FromDays(step == 12 ? 8 : 0) + TimeSpan.FromMinutes(1);
                Holds(town);
            }

            // Nobody approved what the same person handled, nobody released what the same person made or touched, and every figure follows.
            if (town.Award().Id.Length > 0) Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
            if (town.Award().Paid.Fen > 0) paid++;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
        Assert.True(paid > 0, $"{paid} of the stories reach a payment");
    }

    private static void Try(Town town, int step, Actor actor, ref int batch)
    {
        var (award, fund) = (town.Award(), town.Fund);
        var id = step == 6 ? $"b{batch + 1}" : $"b{batch}";
        Decision? decision = step switch
        {
            0 => ComputeAward.RefuseApprover(award, actor, "advance") ?? ComputeAdvance.Decide(award, town.Rules, town.Earlier, town.Facts(AwardStage.Advance), town.At),
            1 => ApproveAdvance.Decide(award, fund, new(Town.FundId, "1号"), actor),
            2 => WithdrawAdvance.Decide(award, new("撤回")),
            3 or 13 => ComputeAward.RefuseApprover(award, actor, "computation") ?? ComputeAward.Decide(award, town.Rules, town.Earlier, town.Facts(), town.At),
            4 => ComputeAward.RefuseApprover(award, actor, "publicity") ?? PubliciseAward.Decide(award, town.Rules, new("网站"), town.At),
            5 or 12 => ApproveAward.Decide(award, town.FundOf, town.Rules, town.Earlier, new(Town.FundId, "2号"), actor, town.At),
            6 when award.Id.Length > 0 => CreateBatch.Decide(id, new(["p-1"]), town.Award, uscc => town.State(AccountNoun.Noun, uscc), town.FundOf, actor, town.At),
            7 when town.Batch(id).Id.Length > 0 => town.Release(id, actor),
            8 or 9 when town.Batch(id).Released.Any() => Bank(town, id, paid: step == 8),
            10 => ReceiveRecovery.Decide(award, town.FundOf, new(Money.OfYuan(50_000), $"票-{step}-{town.Entries.Count}")),
            11 when town.Batch(id).Id.Length > 0 => CancelBatch.Decide(town.Batch(id), new("重做")),
            _ => null,
        };
        if (decision is not null) town.Do(actor, decision);
        if (step == 6 && decision is { Fault: null }) batch++;
    }

    private static int Next(Town town, string batch) => town.Award() switch
    {
        { Id: "" } => 0,
        var award when award.OpenTranches.Any(t => t.Status == TrancheStatus.Approved) => 6,
        var award when award.OpenTranches.Any(t => t.Status == TrancheStatus.Frozen) => town.Batch(batch).Status == BatchStatus.Created ? 7 : 8,
        { Status: AwardStatus.AdvanceComputed } => 1,
        { Status: AwardStatus.AdvancePaid } => 3,
        { Status: AwardStatus.Computed } => 4,
        { Status: AwardStatus.Publicised } => 12,
        _ => 10,
    };

    private static Decision Bank(Town town, string id, bool paid) => town.Import(id, Town.Csv(id,
        [.. town.Batch(id).Released.Select(l => paid ? $"{l.Is.Line},paid,{l.Is.Amount},{id},{town.At:yyyy-MM-ddTHH:mm:sszzz}," : $"{l.Is.Line},failed,{l.Is.Amount},,,退回")]));

    private static void Holds(Town town)
    {
        var (award, fund) = (town.Award(), town.Fund);
        Assert.Equal(fund.Ledger.DebitBalances, fund.Ledger.CreditBalances);
        Assert.DoesNotContain(fund.Ledger.Balances, b => b.Value < 0);
        var reserved = new Money(award.OpenTranches.Sum(t => t.Amount.Fen));
        Assert.Equal(reserved, fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.Equal(award.Paid - award.RecoveryRepaid, fund.Ledger[Fund.Paid(FundPool.Renovation)] + fund.Ledger[Fund.ToRecover(FundPool.Renovation)]);
        Assert.True(award.Paid + reserved <= Money.OfYuan(200_000), "the payments stay within the entitlement");
    }
}
