using PilotCity.Defaults;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;

namespace PilotCity.Funding.Tests.PaymentBatches;

public class BankAnswerTests
{
    private const string At = "<AccptncDtTm>2026-07-14T00:30:00+08:00</AccptncDtTm>";

    private static Town Sent() => Town.Founded().Approved().Account().Batched("b1").Released("b1");

    private static LineState Line(Town town) => Assert.Single(town.Batch("b1").Lines);

    [Fact]
    public void A_transfer_on_its_way_waits_and_is_then_paid_once()
    {
        var town = Sent();
        town.Ok(Town.Finance, town.Report("b1", BankMessages.Sent.Report("b1", BankMessages.Sent.Payment("b1-P01", BankMessages.Sent.Transfer("b1-001", "ACSP")))));
        Assert.Equal((LineStatus.ToPay, "ACSP", TrancheStatus.Frozen), (Line(town).Status, Line(town).Said, town.Award().Tranches[0].Status));
        Assert.Equal("payment_batch.lines_wrong", town.Batch("b2", "p-1").Fault?.Code);

        town.Ok(Town.Finance, town.Report("b1", BankMessages.Sent.Report("b1", BankMessages.Sent.Payment("b1-P01", BankMessages.Sent.Transfer("b1-001", "ACSC", At, "200000.00")))));
        Assert.Equal((LineStatus.Paid, "STS-1/b1-001", AwardStatus.Paid), (Line(town).Status, Line(town).Reference, town.Award().Status));
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Paid(FundPool.Renovation)]);

        var again = town.Report("b1", BankMessages.Sent.Report("b1", BankMessages.Sent.Payment("b1-P01", BankMessages.Sent.Transfer("b1-001", "ACSC", At))));
        Assert.Empty(again.Changes);
        Assert.Equal("bank_result.line_settled", town.Report("b1", BankMessages.Sent.Report("b1", BankMessages.Sent.Payment("b1-P01", BankMessages.Sent.Transfer("b1-001", "RJCT")))).Fault!.Details[0].Code);
        Assert.Null(RecomputeAward.Recompute(town.Entries)?.Message.En);
    }

    [Theory]
    [InlineData("<GrpSts>RJCT</GrpSts>", "")]
    [InlineData("", "<PmtInfSts>RJCT</PmtInfSts>")]
    public void What_is_rejected_as_a_whole_is_free_for_another_batch(string group, string payment)
    {
        var town = Sent();
        town.Ok(Town.Finance, town.Report("b1", BankMessages.Sent.Report("b1", payment.Length == 0 ? "" : BankMessages.Sent.Payment("b1-P01", payment), group)));

        Assert.Equal((LineStatus.Failed, "RJCT", BatchStatus.Completed), (Line(town).Status, Line(town).Reason, town.Batch("b1").Status));
        Assert.Equal(AwardStatus.Paid, town.Batched("b2").Released("b2").Settled("b2", "B-2").Award().Status);
    }

    [Theory]
    [InlineData("b2", "b1-P01", "b1-001", "1.00", "bank_result.other_batch")]
    [InlineData("b1", "b1-P02", "b1-001", "200000.00", "bank_result.payment_unknown")]
    [InlineData("b1", "b1-P01", "b1-002", "200000.00", "bank_result.line_unknown")]
    [InlineData("b1", "b1-P01", "b1-001", "200000.01", "bank_result.amount_differs")]
    public void A_report_agrees_with_its_batch(string batch, string payment, string line, string amount, string code)
    {
        var told = Sent().Report("b1", BankMessages.Sent.Report(batch, BankMessages.Sent.Payment(payment, BankMessages.Sent.Transfer(line, "ACSC", At, amount))));
        Assert.Equal(code, told.Fault!.Details.Count > 0 ? told.Fault.Details[0].Code : told.Fault.Code);
        Assert.Empty(told.Changes);
        Assert.Equal("bank_result.line_unknown", Sent().Report("b1", BankMessages.Sent.Report("b1", BankMessages.Sent.Payment("b1-P01", BankMessages.Sent.Transfer("b9-001", "PDNG")))).Fault!.Details[0].Code);
    }

    [Fact]
    public void A_reference_pays_one_line_over_all_batches()
    {
        var town = Town.Founded().AdvancePaid().Approved().Batched("b2").Released("b2");
        var result = town.Import("b2", Town.Csv("b2", $"b2-001,paid,80000.00,B-1,{town.At:yyyy-MM-ddTHH:mm:sszzz},"));

        Assert.Equal("bank_result.reference_repeated", result.Fault!.Details[0].Code);
        Assert.Equal(AwardStatus.Paid, town.Settled("b2", "B-2").Award().Status);
    }
}
