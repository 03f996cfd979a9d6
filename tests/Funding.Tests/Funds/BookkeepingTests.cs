using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.Tests.Vouchers;
using PilotCity.Funding.Vouchers;

namespace PilotCity.Funding.Tests.Funds;

public class BookkeepingTests
{
    /// <summary>Events that move nothing that is paid or to be recovered; whoever adds one to a fund says here, or in the movements, which it is.</summary>
    private static readonly string[] Others =
    [
        nameof(FundOpened), nameof(FundSplit), nameof(FundsReserved), nameof(ReservationVoided), nameof(EncumbranceReserved), nameof(EncumbranceVoided), nameof(EncumbrancePostingRefused),
        nameof(VoucherReserved), nameof(VoucherFreed), nameof(FundReturned), nameof(FundCarriedOver),
    ];

    private static readonly string[] Moving =
        [nameof(FundReceived), nameof(ReservationPosted), nameof(PaymentReturned), nameof(RecoveryDue), nameof(RecoveryReceived), nameof(RecoveryWrittenOff), nameof(EncumbrancePosted), nameof(VoucherPaid)];

    [Fact]
    public void Every_event_of_a_fund_is_a_movement_or_is_known_to_be_none() =>
        Assert.Equal(Fund.Noun.Events.Select(e => e.Name).Order(StringComparer.Ordinal), Others.Concat(Moving).Order(StringComparer.Ordinal));

    [Fact]
    public void Movements_add_up_to_the_ledger()
    {
        var town = Town.Founded().AdvancePaid();
        town.After!.Level = 1;
        town.Ok(Town.Officer, ComputeAward.Decide(town.Award(), town.Rules, town.Earlier, town.Facts(), town.At));
        town.Ok(Town.Approver, OpenProgramme.Decide(new("compute", VoucherTests.Terms))).Ok(Town.Officer, VoucherTests.Issue(town, "v", 10_000));
        town.Ok(VoucherTests.Holder, VoucherTests.Claim(town, "v-001", "20000.00")).Ok(Town.Approver, ConfirmClaim.Decide(VoucherTests.V(town), new(true), Town.Approver));
        town.Ok(Town.Finance, SettleVoucher.Prepare(VoucherTests.V(town), new("支-1"), Town.Finance)).Ok(Town.Releaser, SettleVoucher.Book(VoucherTests.V(town), town.Fund, new("支-1", Money.OfYuan(6_000)), Town.Releaser));
        town.Ok(Town.Finance, ReserveFunds.Decide(town.Fund, new(FundUse.PublicServices, Money.OfYuan(50), "合同-1"), "r1")).Ok(Town.Releaser, PostReservation.Decide(town.Fund, "r1", new("支-2", Money.OfYuan(20)), Town.Releaser));
        town.Ok(Town.Finance, Defaults.Log.Decision.Accept(Fund.Noun.StreamOf(Town.FundId), new RecoveryDue("p-1", Town.Company, Money.OfYuan(70)), new RecoveryReceived("p-1", "票-1", Money.OfYuan(30)), new RecoveryWrittenOff("p-1", "w-1", Money.OfYuan(40))));

        var movements = town.Entries.Where(e => e.Stream == Fund.Noun.StreamOf(Town.FundId)).SelectMany(e => Bookkeeping.Of(Fund.Noun.Read(e.Type, e.Payload), e.At)).ToArray();
        foreach (var pool in Enum.GetValues<FundPool>())
        {
            Assert.Equal(town.Fund.Ledger[Fund.Paid(pool)].Fen, movements.Where(m => m.Place == Bookkeeping.Paid && m.Pool == pool).Sum(m => m.Amount.Fen));
            Assert.Equal(town.Fund.Ledger[Fund.WrittenOff(pool)].Fen, movements.Where(m => m.Place == Bookkeeping.WrittenOff && m.Pool == pool).Sum(m => m.Amount.Fen));
            Assert.Equal(town.Fund.Ledger[Fund.ToRecover(pool)].Fen, movements.Where(m => m.Place == Bookkeeping.ToRecover && m.Pool == pool).Sum(m => m.Amount.Fen));
        }

        Assert.Equal(town.Fund.Received.Fen, movements.Where(m => m.Place == Bookkeeping.Received).Sum(m => m.Amount.Fen));
        Assert.Contains(movements, m => m is { Place: Bookkeeping.Paid, Payee: Town.Company });
    }
}
