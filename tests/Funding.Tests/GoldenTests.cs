using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.ApprovalLists;
using PilotCity.Funding.Awards;
using PilotCity.Funding.BankStatements;
using PilotCity.Funding.Claims;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;
using PilotCity.Funding.RuleSets;
using PilotCity.Funding.Tests.Awards;
using PilotCity.Funding.Vouchers;
using PilotCity.Testing;

namespace PilotCity.Funding.Tests;

/// <summary>Event names and fields are forever: each event's payload is compared with a file, and read back from it.</summary>
public class GoldenTests
{
    private const string Company = "91350800MA2XNF1A0X";
    private const string Reservation = "0198a000000070008000000000000001";
    private static readonly DateTimeOffset At = new(2026, 7, 14, 2, 0, 0, TimeSpan.Zero);
    private static readonly PersonalRef Ref = new("0123456789abcdef", new string('a', 64));
    private static readonly FactSource Source = new("enterprise", new("registry", "350800", $"enterprise/{Company}", 2, 17));
    private static readonly AwardCase Case = Sample.Case with { Id = "p-1", RuleSet = "longyan@1", At = At, Enterprise = Sample.Case.Enterprise with { Uscc = Company } };

    private static readonly RuleSet PenaltyRule = ShippedRuleSets.Find(ShippedRuleSets.All, "state-council-427@1", null).Value;
    private static readonly AwardCase Penalty = ProposeClawback.CaseOf(new("p-1", Company, AwardStatus.Paid), PenaltyRule.Name, PenaltyBasis.Fraud, Money.OfYuan(100_000), At);

    internal static readonly object[] Samples =
    [
        new FundOpened("中央奖补资金", FundSource.Central, Money.OfYuan(100_000_000)),
        new FundReceived("财建〔2025〕1号", Money.OfYuan(100_000_000)),
        new FundSplit([new(FundUse.EnterpriseRenovation, Money.OfYuan(80)), new(FundUse.PublicServices, Money.OfYuan(20))]),
        new FundsReserved("p-1", Company, Money.OfYuan(120_000)),
        new ReservationPosted("p-1", "b1", "b1-001", Money.OfYuan(120_000), FundPool.Services),
        new ReservationVoided("p-1", Money.OfYuan(120_000)),
        new RecoveryDue("p-1", Company, Money.OfYuan(10_000)),
        new RecoveryReceived("p-1", "票-1", Money.OfYuan(10_000)),
        new EncumbranceReserved(Reservation, FundUse.PublicServices, Money.OfYuan(50_000), "合同-2026-1"),
        new EncumbrancePosted(Reservation, "支-1", Money.OfYuan(20_000)),
        new EncumbranceVoided(Reservation, Money.OfYuan(30_000), "合同终止"),
        new EncumbrancePostingRefused(Reservation, "reservation.same_person"),
        new RuleSetDrafted("longyan", 1, new string('b', 64), "id: longyan\n", "longyan@1"),
        new RuleSetPublished("longyan", 1, new string('b', 64)),
        new RuleSetPublicationRefused("longyan", 1, "rule_set.same_person"),
        new AdvanceComputed(
            Company, "p-1", "longyan", 1, Sample.Kept.Hash, Case with { Stage = AwardStage.Advance }, [Source], ["bureau-1"], DecideAward.Decide(Sample.Kept, Case with { Stage = AwardStage.Advance }),
            Outlook: Outlook.Of(Sample.Kept, Case with { Stage = AwardStage.Advance })),
        new AdvanceApproved(Company, "central-2025", Money.OfYuan(120_000), "龙工信〔2025〕9号"),
        new AdvanceWithdrawn("central-2025", Money.OfYuan(120_000), "合同终止"),
        new AwardComputed(
            Company, "p-1", "longyan", 1, Sample.Kept.Hash, Case, [Source], ["bureau-1"], DecideAward.Decide(Sample.Kept, Case), 0, "a-2",
            Outlook: Outlook.Of(Sample.Kept, Case), District: "350802", SubIndustry: "专用设备制造"),
        new StopWaived(WaiverKind.CreditList, "abnormal-operation", "名单已申请移出"),
        new ConcernDecided("phone.a.b", true, "已核实"),
        new ClaimMade(MarkKind.Contract, "0a1b2c3d", "p-1"),
        new ClaimReleased("p-1"),
        new ClaimReported(MarkKind.Transfer, "0a1b2c3d", "350500"),
        new AwardPublicised(Company, new(2026, 7, 6), new(2026, 7, 13), 5, "Q6", "https://gxj.example/1", ["国务院办公厅通知"], Money.OfYuan(200_000)),
        new AwardObjected("o1", Ref),
        new ObjectionDecided("o1", true, "成立"),
        new AwardApproved(Company, "central-2025", Money.OfYuan(80_000), Money.OfYuan(200_000), "龙工信〔2026〕5号", "控制总额",
            [new("final", "central-2025", Money.OfYuan(50_000), "91350100MA31B2C3D6"), new("final-2", "municipal-2025", Money.OfYuan(30_000), Condition: new(new DateOnly(2026, 12, 1), "运行半年"))]),
        new ApprovalRefused("award", "award.same_person"),
        new RecoveryDemanded(Company, "central-2025", Money.OfYuan(10_000)),
        new RecoveryRepaid("票-1", Money.OfYuan(10_000), "central-2025"),
        new TrancheFrozen(TrancheKind.Final, "b1", "b1-001", Money.OfYuan(80_000), "final-2"),
        new TrancheReleased(TrancheKind.Advance, "b1", "b1-001", "bank.failed", "户名不符", "advance"),
        new TranchePaid(TrancheKind.Final, "b1", "b1-001", Money.OfYuan(80_000), "B-1", At, "final-2"),
        new AwardClosed("档-1"),
        new ConditionConfirmed("final-2", "验-7", new string('a', 64)),
        new OutcomeMeasured("final-3", -12.5m, new(2027, 1, 31), new string('b', 64), false, Defaults.Identity.Role.Evaluator),
        new OutcomeDecided("final-3", "central-2025", Money.OfYuan(20_000), Money.OfYuan(10_000), "达到三分之二"),
        new TrancheWithdrawn("final", "central-2025", Money.OfYuan(10_000), "企业放弃"),
        new TrancheExpired("final", "central-2025", Money.OfYuan(10_000), new(2026, 12, 31)),
        new TrancheExtended("final", new(2027, 3, 31), "结转文件〔2026〕3号"),
        new ClawbackProposed("c1", Company, ClawbackBasis.Fraud, Money.OfYuan(100_000), "发票系伪造", [new string('c', 64)], "国务院令第427号第十四条", "state-council-427", 1, new string('d', 64), Penalty, DecideAward.Decide(PenaltyRule, Penalty)),
        new ClawbackDecided("c1", true, "龙财监〔2027〕1号", "成立", Money.OfYuan(10_000), Money.OfYuan(3_000), [new("central-2025", Money.OfYuan(100_000))], Money.OfYuan(100_000)),
        new WriteOffProposed("w1", Money.OfYuan(5_000), "企业已破产", "民破〔2027〕1号"),
        new WriteOffDecided("w1", true, "龙财〔2027〕9号", "同意", [new("central-2025", Money.OfYuan(5_000))]),
        new ApprovalListPrepared("l1", "龙工信〔2026〕9号", 2, Money.OfYuan(300_000), new string('a', 64), 1, [new("central-2025", 2, Money.OfYuan(300_000))], new(2026, 12, 31), "控制总额"),
        new ApprovalListSigned(2, Money.OfYuan(300_000), new string('a', 64)),
        new ApprovalListSigningRefused("approval_list.same_person"),
        new ApprovalListPartDone(1, 1, new(1, Money.OfYuan(200_000)), new(1, Money.OfYuan(100_000)), default, ["central-2025"]),
        new ApprovalListContinued(),
        new ApprovalListClosed("资金不再安排"),
        new ApprovalListWithdrawn("重编"),
        new ApprovalLinesListed("l1", 1, [new("p-1", Money.OfYuan(200_000), "central-2025")], new string('a', 64)),
        new ApprovalLinesApplied(1, [new(1, "award.not_publicised")], [2]),
        new RecoveryWrittenOff("p-1", "w1", Money.OfYuan(5_000)),
        new FundReturned("缴-1", Money.OfYuan(5_000), FundPool.Renovation),
        new FundCarriedOver("结转〔2026〕3号", new(2027, 12, 31), Money.OfYuan(5_000)),
        new EnterpriseAwarded(Company, "p-1", Money.OfYuan(200_000)),
        new EnterpriseAwardReduced(Company, "p-1", Money.OfYuan(50_000)),
        new AccountRegistered(Company, "中国银行龙岩分行", Ref, Ref),
        new PaymentBatchCreated("b1", "奖补", 1, Money.OfYuan(80_000), [new("b1-001", "p-1", TrancheKind.Final, Company, "central-2025", Money.OfYuan(80_000), 1, "final-2", "91350100MA31B2C3D6")]),
        new PaymentBatchApproved(0, Money.Zero, [new("b1-001", [CreditList.TaxViolation], Source, "enterprise.on_credit_list")], new Dictionary<string, string> { ["csv"] = new('c', 64) }),
        new PaymentBatchExtended([new("b1-001", "p-1", TrancheKind.Final, Company, "central-2025", Money.OfYuan(80_000), 1, "final", Company)]),
        new PaymentBatchChecked([new("b1-001", [], Source)]),
        new BankResultContinued(new string('d', 64), [new("b1-001", "p-1", false, Money.OfYuan(80_000), Reason: "户名不符")]),
        new BankStatusReported(new string('d', 64), [new("b1-001", "ACSP")]),
        new BatchBooked("0123456789abcdef", [new("b1-001", true, Money.OfYuan(80_000), "R-1", At, "AC04 账户已销户")], [new("0123456789abcdef", "b1-002", "booked-twice", Money.OfYuan(80_000), false, "R-2")]),
        new BankReferenceUsed("R-1", "b1", "b1-001"),
        new FundAccountRegistered("central-2025", "龙岩市财政局", "中国银行龙岩分行", "35001122330001"),
        new PaymentReturned("p-1", "b1", "b1-001", Money.OfYuan(80_000)),
        new TrancheReturned(TrancheKind.Final, "b1", "b1-001", Money.OfYuan(80_000), "R-1", At, "AC04 账户已销户", "final-2"),
        new BankStatementImported("S1", "35001122330001", 1, true, 1_000, 500, -500, new string('e', 64), [new("b1-001", Money.OfYuan(5), false, "R-1", At, BookingFinding.Confirmed)]),
        new BankStatementContinued([new(null, Money.OfYuan(5), true, null, At, BookingFinding.Other)]),
        new VoucherReserved("v-001", "compute", Company, FundUse.PublicServices, Money.OfYuan(10_000)),
        new VoucherPaid("v-001", "v-001.1", "91350100MA31B2C3D6", "支-2", Money.OfYuan(4_000)),
        new VoucherFreed("v-001", "v-001.2", Money.OfYuan(6_000)),
        new VoucherProgrammeOpened(new("算力券2026", "算力券", "central-2025", FundUse.PublicServices, Money.OfYuan(1_000), Money.OfYuan(50_000), 0.3m, 180, Money.OfYuan(1_000_000))),
        new VoucherMoved("v-001", VoucherPlace.Open, VoucherPlace.Redeemed, Money.OfYuan(10_000), new(2026, 12, 31)),
        new VoucherDivided("v-001", new(2026, 12, 31), ["v-001.1", "v-001.2"]),
        new VoucherHeld("v-001", new(2026, 12, 31), true),
        new VoucherIssued("compute", "central-2025", Company, Money.OfYuan(4_000), new(2026, 12, 31), "v-001", "v-001", "bureau-1"),
        new VoucherSplit([new("v-001.1", Money.OfYuan(4_000)), new("v-001.2", Money.OfYuan(6_000))]),
        new VoucherClaimed(new("91350100MA31B2C3D6", "25352000000000000009", Money.OfYuan(20_000), new(2026, 7, 1), Money.OfYuan(4_000), new string('a', 32))),
        new VoucherClaimRejected("发票抬头有误"),
        new VoucherRedeemed("91350100MA31B2C3D6", Money.OfYuan(4_000)),
        new VoucherSettlementPrepared("支-2"),
        new VoucherSettled("91350100MA31B2C3D6", "支-2", Money.OfYuan(4_000)),
        new VoucherExpired(Money.OfYuan(6_000)),
        new VoucherRevoked(Money.OfYuan(6_000), "企业退出试点"),
        new VoucherStepRefused("confirmation", "voucher.same_person"),
        new PaymentBatchApprovalRefused("payment_batch.same_person", "p-1"),
        new PaymentBatchCancelled("重做"),
        new PaymentFileOpened(new string('c', 64), 1, Money.OfYuan(80_000), "付款", At),
        new BankResultImported(new string('d', 64), 1, Money.OfYuan(80_000), Money.Zero, [new("b1-001", "p-1", true, Money.OfYuan(80_000), "B-1", At)]),
        .. ErasureSamples.All,
    ];

    public static TheoryData<string> Before => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Goldens", "Before"), "*.json").Select(f => Path.GetFileNameWithoutExtension(f))];

    /// <summary>Entries from before an event had all its fields are read, and are written again as they were.</summary>
    [Theory]
    [MemberData(nameof(Before))]
    public void An_event_of_before_is_read_as_it_was(string name)
    {
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", "Before", name + ".json")).TrimEnd();
        var noun = FundingService.Shape.Nouns.Single(noun => noun.Events.Any(type => type.Name == name));

        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(noun.Read(name, Encoding.UTF8.GetBytes(golden)))));
    }

    public static TheoryData<string> Events => [.. FundingService.Shape.Nouns.SelectMany(noun => noun.Events).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_is_written_and_read_as_its_golden(string name)
    {
        var sample = Samples.Single(sample => sample.GetType().Name == name);
        var golden = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Goldens", name + ".json")).TrimEnd();
        var noun = FundingService.Shape.Nouns.Single(noun => noun.Events.Any(type => type.Name == name));

        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(sample)));
        Assert.Equal(golden, Encoding.UTF8.GetString(Noun.Write(noun.Read(name, Encoding.UTF8.GetBytes(golden)))));
    }
}
