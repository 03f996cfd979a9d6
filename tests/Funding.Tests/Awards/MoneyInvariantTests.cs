using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;
using PilotCity.Funding.RuleSets;
using AccountNoun = PilotCity.Funding.Accounts.Account;

namespace PilotCity.Funding.Tests.Awards;

/// <summary>
/// Any steps by anybody in any order, on two awards of one enterprise, two funds and their batches: several sources, payees, instalments and
/// outcomes, clawback, write-off, expiry and return of money.
/// </summary>
public class MoneyInvariantTests
{
    private const int Steps = 25;

    /// <summary>龙工信规〔2025〕2号: at level 2 no enterprise gets more than 25万元.</summary>
    private static readonly Money Cap = Money.OfYuan(250_000);

    private static readonly string Proof = new('a', 64);

    /// <summary>Who usually takes a step, by its number: bureau a, approver b, finance c, releaser d, evaluator e.</summary>
    private const string Usual = "aabcdccaebbdccdccddeabcda";

    private static readonly string[] People = ["", "", "", "", "", "", "", "", "a", "b", "c", "d", "e"];

    private sealed record Try(int Step, string Person, int Award, int Dice);

    private static readonly Gen<Try> Tries =
        from step in Gen.Choose(0, (2 * Steps) - 1)
        from person in Gen.Elements(People)
        from award in Gen.Choose(1, 2)
        from dice in Gen.Choose(0, 5)
        select new Try(step, person, award, dice);

    [Fact]
    public void Whatever_is_tried_money_and_duties_hold_and_the_log_folds_to_the_same()
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var stories = Prop.ForAll(Tries.ListOf(90).ToArbitrary(), tries =>
        {
            var town = Town.Founded("either").CityMoney(120_000).Penalties().Account().Account(Town.Provider);
            var elsewhere = Town.Founded().Computed();
            var before = elsewhere.Entries.Select(e => Convert.ToHexString(e.Hash)).ToArray();
            var batch = 0;
            foreach (var t in tries)
            {
                // Half of the steps are what comes next, so that the stories get somewhere.
                var step = t.Step < Steps ? t.Step : Next(town, t.Award, $"b{batch}", t.Dice);
                var actor = new Actor(Role.BureauOfficer, t.Person.Length > 0 ? t.Person : Usual[step].ToString(), Town.City);
                Take(town, step, t, actor, ref batch);
                town.At += TimeSpan.FromDays(step == 20 ? 9 + (80 * (t.Dice / 5)) : 0) + TimeSpan.FromMinutes(1);
                Holds(town);
            }

            if (town.Award("p-1").Id.Length + town.Award("p-2").Id.Length > 0) Assert.Equal("", RecomputeAward.Recompute(town.Entries)?.Message.En ?? "");
            reached.UnionWith(town.Entries.Select(e => e.Type));
            Assert.Equal(before, elsewhere.Entries.Select(e => Convert.ToHexString(e.Hash)));
            Replays(town);
        });
        stories.Check(Config.QuickThrowOnFailure.WithMaxTest(60));

        // Who released one payment of an award confirms the condition of another before the bank answers: allowed, and to be found so afterwards.
        stories.Check(Config.QuickThrowOnFailure.WithMaxTest(1).WithReplay(1184887724608273879UL, 13315297804951503131UL, 19));

        // The stories go everywhere, or the property says nothing.
        Assert.Superset(
            new HashSet<string>(
                [
                    nameof(TranchePaid), nameof(OutcomeMeasured), nameof(OutcomeDecided), nameof(TrancheWithdrawn), nameof(TrancheExpired), nameof(ClawbackProposed), nameof(ClawbackDecided),
                    nameof(RecoveryRepaid), nameof(WriteOffDecided), nameof(FundReturned), nameof(FundCarriedOver), nameof(ConditionConfirmed), nameof(ApprovalRefused),
                ],
                StringComparer.Ordinal),
            reached);
    }

    private static void Take(Town town, int step, Try t, Actor actor, ref int batch)
    {
        var (id, dice) = ($"p-{t.Award}", t.Dice);
        var (award, name) = (town.Award(id), step == 3 ? $"b{batch + 1}" : $"b{batch}");
        town.Project.Project = id;
        var open = award.OpenTranches.Select(p => p.Id).Append("final").ElementAt(0);
        var held = award.Tranches.Find(p => p.Status == TrancheStatus.Held)?.Id ?? "final-2";
        var clawback = award.Clawbacks.IsEmpty ? "c0" : award.Clawbacks[^1].Id;
        var writeOff = award.WriteOffs.IsEmpty ? "w0" : award.WriteOffs[^1].Id;
        Decision? decision = step switch
        {
            0 => ComputeAward.RefuseApprover(award, actor, "computation") ?? ComputeAward.Decide(award, town.Rules, town.Earlier, town.Facts(), town.At),
            1 when award.Id.Length > 0 => ComputeAward.RefuseApprover(award, actor, "publicity") ?? PubliciseAward.Decide(award, town.Rules, new("网站"), town.At),
            2 when award.Id.Length > 0 => ApproveAward.Decide(award, town.FundOf, town.Rules, town.Earlier, Body(award, dice), actor, town.At),
            3 when award.Id.Length > 0 => CreateBatch.Decide(name, new([id]), town.Award, uscc => town.State(AccountNoun.Noun, uscc), town.FundOf, actor, town.At),
            4 when town.Batch(name).Id.Length > 0 => town.Release(name, actor),
            5 or 6 when town.Batch(name).Released.Any(l => l.Status == LineStatus.ToPay) => Bank(town, name, step == 5),
            7 when award.Id.Length > 0 => ConfirmCondition.Decide(award, held, new("验-1", Proof), actor),
            8 or 19 when award.Id.Length > 0 => MeasureOutcome.Decide(award, held, new(100 - (dice * 5), ChinaTime.DayOf(town.At), Proof), actor, town.At),
            9 when award.Id.Length > 0 => DecideOutcome.Decide(award, held, new("裁定", dice > 2), actor, town.At),
            10 when award.Id.Length > 0 && dice == 0 => WithdrawPayment.Decide(award, open, new("撤回")),
            11 when award.Id.Length > 0 => ExtendPayment.Decide(award, open, new(ChinaTime.DayOf(town.At).AddDays(20), "延期"), actor, town.At),
            12 => ExpireReservations.Decide(town.FundOf(dice % 2 == 0 ? Town.FundId : Town.CityFundId), [town.Award("p-1"), town.Award("p-2")], null, town.At),
            13 or 15 when award.Id.Length > 0 => ProposeClawback.Decide(
                award, town.State(RuleBook.Noun, ProposeClawback.PenaltyRule), town.Rules, null, $"c{town.Entries.Count}",
                new((ClawbackBasis)(dice % 2), "事实", [Proof], dice < 3 ? null : Money.OfYuan(10_000 * dice)), actor, town.At),
            14 when award.Id.Length > 0 => DecideClawback.Decide(award, clawback, new(dice > 0, "决-1", "查实"), actor),
            16 when award.Id.Length > 0 => ReceiveRecovery.Decide(award, town.FundOf, new(Money.OfYuan(5_000 * (dice + 1)), $"票-{town.Entries.Count}")),
            17 when award.Id.Length > 0 => ProposeWriteOff.Decide(award, $"w{town.Entries.Count}", new(Money.OfYuan(3_000 * (dice + 1)), "破产", "1号"), actor),
            18 when award.Id.Length > 0 => DecideWriteOff.Decide(award, writeOff, new(dice > 0, "2号", "同意"), actor),
            21 => ReturnFunds.Decide(town.FundOf(Town.CityFundId), new($"缴-{town.Entries.Count}", Money.OfYuan(1_000 * (dice + 1)), FundPool.Renovation)),
            22 when dice == 0 => CarryOverFunds.Decide(town.Fund, new($"结-{town.Entries.Count}", ChinaTime.DayOf(town.At).AddDays(40)), town.At),
            23 when town.Batch(name).Id.Length > 0 && dice == 0 => CancelBatch.Decide(town.Batch(name), new("重做")),
            _ => null,
        };
        if (decision is not null) town.Do(actor, decision);
        if (step == 3 && decision is { Fault: null }) batch++;
    }

    private static ApproveAward.Body Body(Award award, int dice)
    {
        var due = award.Final?.Payable ?? Money.Zero;
        var half = new Money(due.Fen / 2);
        DateOnly by = new(2026, 12, 1);
        ApproveAward.Body one = new(Town.FundId, "1号");
        ApproveAward.Body two = new(null, "1号") { Sources = [new(Town.FundId, half), new(Town.CityFundId, due - half)] };
        PayeeShare[] both = [new(Town.Company, Share: 0.7m), new(Town.Provider, Share: 0.3m)];
        PaymentCondition outcome = new(Outcome: new("能耗", "kgce/t", Polarity.Lower, 100, 80, by, true));
        return dice switch
        {
            0 => one,
            1 => one with { ExpiresOn = new(2026, 9, 1) },
            2 => two with { Payees = both },
            3 => one with { Instalments = [new(Share: 0.4m), new(Share: 0.3m, Condition: new(Requires: "运行半年")), new(Share: 0.3m, Condition: outcome)] },
            4 => two with { Payees = both, Instalments = [new(Share: 0.6m), new(Share: 0.4m, Condition: outcome)] },
            _ => one with { Instalments = [new(Share: 0.5m, Condition: outcome), new(Share: 0.5m, Condition: new(NotBefore: new DateOnly(2026, 8, 15)))], ExpiresOn = new(2026, 12, 31) },
        };
    }

    private static int Next(Town town, int number, string batch, int dice) => town.Award($"p-{number}") switch
    {
        { Id: "" } => 0,
        { Stopped: true } => 14,
        { Status: AwardStatus.RecoveryDue } award => award.WriteOffs.Exists(w => w.Open) ? 18 : dice == 0 ? 17 : 16,
        var award when award.OpenTranches.Any(t => t.Status == TrancheStatus.Frozen) => town.Batch(batch).Status == BatchStatus.Created ? 4 : 5,
        var award when award.OpenTranches.Any(t => t.Status == TrancheStatus.Approved) => dice < 3 ? 3 : 20,
        var award when award.OpenTranches.Any(t => t.Status == TrancheStatus.Held) => new[] { 7, 8, 9, 20, 9, 12 }[dice],
        { Status: AwardStatus.Computed } award => award.Final!.Payable.Fen > 0 ? 1 : 0,
        { Status: AwardStatus.Publicised } => dice < 3 ? 20 : 2,
        { Status: AwardStatus.Paid } => dice == 0 ? 13 : 20,
        _ => 0,
    };

    private static Decision Bank(Town town, string id, bool paid) => town.Import(id, Town.Csv(id,
        [.. town.Batch(id).Released.Where(l => l.Status == LineStatus.ToPay).Select(l => paid ? $"{l.Is.Line},paid,{l.Is.Amount},{l.Is.Line},{town.At:yyyy-MM-ddTHH:mm:sszzz}," : $"{l.Is.Line},failed,{l.Is.Amount},,,退回")]));

    private static void Holds(Town town)
    {
        var awards = new[] { town.Award("p-1"), town.Award("p-2") };
        foreach (var fund in new[] { town.Fund, town.FundOf(Town.CityFundId) })
        {
            Assert.Equal(fund.Ledger.DebitBalances, fund.Ledger.CreditBalances);
            Assert.DoesNotContain(fund.Ledger.Balances, b => b.Value < 0);
            Assert.Equal(Sum(awards, a => a.OpenTranches.Where(t => t.Fund == fund.Id).Sum(t => t.Amount.Fen)), fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
            Assert.Equal(Sum(awards, a => a.Due.GetValueOrDefault(fund.Id).Fen), fund.Ledger[Fund.ToRecover(FundPool.Renovation)]);
            Assert.Equal(
                Sum(awards, a => a.Tranches.Where(t => t.Fund == fund.Id && t.Status == TrancheStatus.Paid).Sum(t => t.Amount.Fen) - a.Demanded.GetValueOrDefault(fund.Id).Fen),
                fund.Ledger[Fund.Paid(FundPool.Renovation)]);
            Assert.Equal(fund.Open.Values.Sum(r => r.Open.Fen), fund.Ledger[Fund.Reserved(FundPool.Renovation)].Fen);
        }

        foreach (var award in awards.Where(a => a.Final is not null))
        {
            // Sum of tranches, less what was demanded back, is what is awarded, and within the entitlement.
            var tranches = new Money(award.Tranches.Where(t => t.Open || t.Status == TrancheStatus.Paid).Sum(t => t.Amount.Fen));
            Assert.Equal(award.Awarded, tranches - award.RecoveryDemanded);
            Assert.True(tranches <= award.Final!.Entitlement && award.Final.Entitlement <= Cap, $"{tranches} of {award.Final.Entitlement}");
            Assert.True(award.RecoveryRepaid + award.WrittenOff <= award.RecoveryDemanded && award.RecoveryDemanded <= award.Paid);
        }

        Assert.Equal(Sum(awards, a => a.Awarded.Fen), town.Earlier.Awarded);
        Assert.True(town.Earlier.Awarded <= Cap, $"{town.Earlier.Awarded} altogether");
    }

    private static Money Sum(Award[] awards, Func<Award, long> fen) => new(awards.Sum(fen));

    /// <summary>Every payload is written again byte for byte, and the fold of the log shows what the living states show.</summary>
    private static void Replays(Town town)
    {
        foreach (var entry in town.Entries)
        {
            var noun = FundingService.Shape.Nouns.Single(n => entry.Stream.StartsWith(n.Category + "/", StringComparison.Ordinal));
            Assert.Equal(Encoding.UTF8.GetString(entry.Payload), Encoding.UTF8.GetString(Noun.Write(noun.Read(entry.Type, entry.Payload))));
        }

        foreach (var id in (string[])["p-1", "p-2"])
        {
            var again = (Award)Award.Noun.Fold(town.Entries.Where(e => e.Stream == $"award/{id}"));
            Assert.Equal(Noun.Write(ShowAward.View(town.Award(id))), Noun.Write(ShowAward.View(again)));
        }
    }
}
