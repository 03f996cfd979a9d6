using System.Text;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Funding.PaymentBatches;

namespace PilotCity.Funding.Tests.PaymentBatches;

public class PaymentBatchTests
{
    private static Town Ready() => Town.Founded().Approved().Account();

    [Fact]
    public void A_batch_freezes_its_lines_so_that_no_other_batch_takes_them()
    {
        var town = Ready().Batched("b1");
        var line = Assert.Single(town.Batch("b1").Lines);
        Assert.Equal(("b1-001", "p-1", Money.OfYuan(200_000), LineStatus.Frozen), (line.Is.Line, line.Is.Award, line.Is.Amount, line.Status));

        var again = town.Batch("b2", "p-1");
        Assert.Equal("payment_batch.lines_wrong", again.Fault?.Code);
        Assert.Equal(("/awards/0", "award.nothing_to_pay"), (again.Fault!.Details[0].Path, again.Fault.Details[0].Code));
    }

    [Fact]
    public void A_line_needs_an_award_and_an_account()
    {
        Assert.Equal("award.unknown", Town.Founded().Batch("b1", "nothing").Fault!.Details[0].Code);
        Assert.Equal("account.missing", Town.Founded().Approved().Batch("b1", "p-1").Fault!.Details[0].Code);
        Assert.Equal("payment_batch.purpose", CreateBatch.Decide("b1", new(["p-1"], ""), _ => Ready().Award(), _ => Account.Noun.Initial, _ => Ready().Fund, Town.Finance, default).Fault?.Code);
        Assert.Equal("payment_batch.awards", CreateBatch.AwardsWrong.Code);
    }

    [Theory]
    [InlineData("bureau-1")]
    [InlineData("bureau-2")]
    [InlineData("district-1")]
    public void Who_handled_or_approved_an_award_does_not_make_its_payment(string sub)
    {
        var town = Ready();
        var made = CreateBatch.Decide("b1", new(["p-1"]), town.Award, uscc => town.State(Account.Noun, uscc), town.FundOf, new(Role.FinanceOfficer, sub, Town.City), town.At);

        Assert.Equal("payment_batch.maker_handled", made.Fault?.Code);
        Assert.Equal(new ApprovalRefused("payment-batch", "payment_batch.maker_handled"), Assert.Single(made.Changes).Event);
    }

    [Theory]
    [InlineData("finance-1")]
    [InlineData("bureau-1")]
    [InlineData("bureau-2")]
    public void Neither_the_maker_nor_a_handler_releases_and_the_attempt_stays_on_record(string sub)
    {
        var refused = Ready().Batched("b1").Release("b1", new(Role.FinanceApprover, sub, Town.City));

        Assert.Equal("payment_batch.same_person", refused.Fault?.Code);
        Assert.IsType<PaymentBatchApprovalRefused>(Assert.Single(refused.Changes).Event);
    }

    [Fact]
    public void The_releaser_names_the_control_totals()
    {
        var town = Ready().Batched("b1");

        Assert.Equal("payment_batch.totals_differ", town.Release("b1", body: new(2, Money.OfYuan(200_000))).Fault?.Code);
        Assert.Equal("payment_batch.totals_differ", town.Release("b1", body: new(1, new(20_000_001))).Fault?.Code);
        Assert.Null(town.Release("b1").Fault);
        Assert.Equal("payment_batch.not_open", town.Released("b1").Release("b1").Fault?.Code);
    }

    [Fact]
    public void An_enterprise_on_a_credit_list_is_blocked_at_release_and_its_payment_waits()
    {
        var town = Ready().Batched("b1");
        town.Enterprise.CreditLists.Add("dishonest-debtor");
        town.Released("b1");

        var line = Assert.Single(town.Batch("b1").Lines);
        Assert.Equal((LineStatus.Blocked, "enterprise.on_credit_list"), (line.Status, line.Code));
        Assert.Equal(BatchStatus.Completed, town.Batch("b1").Status);
        Assert.Equal(TrancheStatus.Approved, town.Award().OpenTranches.Single().Status);
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);
        Assert.Equal("payment_batch.not_released", ExportBatch.Decide(town.Batch("b1"), new("付款"), "x", town.At).Fault?.Code);

        town.Enterprise.CreditLists.Clear();
        Assert.Equal(AwardStatus.Paid, town.Batched("b2").Released("b2").Settled("b2", "B-1").Award().Status);
    }

    [Fact]
    public void An_account_changed_after_the_freeze_blocks_its_line()
    {
        var town = Ready().Batched("b1").Account().Released("b1");

        Assert.Equal("account.changed", Assert.Single(town.Batch("b1").Lines).Code);
    }

    [Fact]
    public void A_batch_is_given_up_before_its_release_only()
    {
        var town = Ready().Batched("b1");
        Assert.Equal("payment_batch.reason", CancelBatch.Decide(town.Batch("b1"), new("")).Fault?.Code);
        town.Ok(Town.Finance, CancelBatch.Decide(town.Batch("b1"), new("重做")));
        Assert.Equal(TrancheStatus.Approved, town.Award().OpenTranches.Single().Status);
        Assert.Contains(town.Entries, e => e.Type == nameof(TrancheReleased) && System.Text.Encoding.UTF8.GetString(e.Payload).Contains("\"payment_batch.cancelled\"", StringComparison.Ordinal));
        Assert.Equal("payment_batch.not_open", CancelBatch.Decide(town.Batch("b1"), new("重做")).Fault?.Code);
        Assert.Equal("payment_batch.not_open", CancelBatch.Decide(town.Batched("b2").Released("b2").Batch("b2"), new("x")).Fault?.Code);
    }

    [Fact]
    public void The_file_is_fetched_for_an_hour_by_whoever_recorded_the_opening()
    {
        var town = Ready().Batched("b1");
        Assert.Equal("payment_batch.not_released", ExportBatch.Decide(town.Batch("b1"), new("付款"), "x", town.At).Fault?.Code);
        town.Released("b1");
        Assert.Equal("payment_batch.opening_purpose", ExportBatch.Decide(town.Batch("b1"), new(""), "x", town.At).Fault?.Code);
        town.Ok(Town.Finance, ExportBatch.Decide(town.Batch("b1"), new("付款"), "x", town.At));

        Assert.True(ExportBatch.MayFetch(town.Batch("b1"), "finance-1", town.At.AddHours(1).AddTicks(-1)));
        Assert.False(ExportBatch.MayFetch(town.Batch("b1"), "finance-1", town.At.AddHours(1)));
        Assert.False(ExportBatch.MayFetch(town.Batch("b1"), "finance-2", town.At));
        Assert.Equal("payment_batch.file_not_opened", ExportBatch.NotOpened.Code);
        Assert.Equal("account.erased", Account.Erased("x").Code);
    }

    [Fact]
    public void The_payment_file_has_control_totals_and_no_cell_becomes_a_formula()
    {
        var file = PaymentFile.Write("b1", "奖补", [new("b1-001", "=cmd|'/c calc'!A1", "6222000011112222", "中国银行,龙岩", Money.Parse("130000.50")), new("b1-002", "乙公司", "12345678", "工行", Money.Parse("0.01"))]);
        var text = Encoding.UTF8.GetString(file);

        Assert.Equal([0xEF, 0xBB, 0xBF], file[..3]);
        Assert.Equal(
            "\uFEFFH,b1,2,130000.51\r\nline,payee,account,bank,amount,purpose\r\nb1-001,\"'=cmd|'/c calc'!A1\",6222000011112222,\"中国银行,龙岩\",130000.50,奖补\r\nb1-002,乙公司,12345678,工行,0.01,奖补\r\nT,2,130000.51\r\n",
            text);
    }

    [Fact]
    public void A_failed_transfer_keeps_its_reservation_and_goes_into_a_new_batch()
    {
        var town = Ready().Batched("b1").Released("b1").Settled("b1", null);
        Assert.Equal((BatchStatus.Completed, LineStatus.Failed), (town.Batch("b1").Status, town.Batch("b1").Lines[0].Status));
        Assert.Equal(AwardStatus.Approved, town.Award().Status);
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Reserved(FundPool.Renovation)]);

        town.Batched("b2").Released("b2").Settled("b2", "B-2");
        Assert.Equal(AwardStatus.Paid, town.Award().Status);
        Assert.Equal(Money.OfYuan(200_000), town.Award().Paid);
        Assert.Equal("payment_batch.lines_wrong", town.Batch("b3", "p-1").Fault?.Code);
    }

    [Fact]
    public void The_same_file_again_changes_nothing_and_a_line_is_settled_once()
    {
        var town = Ready().Batched("b1").Released("b1");
        var file = Town.Csv("b1", $"b1-001,paid,200000.00,B-1,{town.At:yyyy-MM-ddTHH:mm:sszzz},");
        town.Ok(Town.Finance, town.Import("b1", file));
        var again = town.Import("b1", file);

        Assert.Null(again.Fault);
        Assert.Empty(again.Changes);
        Assert.Equal("bank_result.line_settled", town.Import("b1", Town.Csv("b1", $"b1-001,paid,200000.00,B-2,{town.At:yyyy-MM-ddTHH:mm:sszzz},")).Fault!.Details[0].Code);
        Assert.Equal(Money.OfYuan(200_000), town.Fund.Ledger[Fund.Paid(FundPool.Renovation)]);
    }

    [Theory]
    [InlineData("b1-002,paid,200000.00,B-1,2026-07-14T01:00:00+08:00,", "bank_result.line_unknown")]
    [InlineData("b1-001,paid,200000.01,B-1,2026-07-14T01:00:00+08:00,", "bank_result.amount_differs")]
    [InlineData("b1-001,paid,200000.00,B-1,2026-07-13T23:59:59+08:00,", "bank_result.paid_at")]
    [InlineData("b1-001,paid,200000.00,B-1,2026-07-14T00:00:00+08:00,", null)]
    [InlineData("b1-001,paid,200000.00,B-1,2026-07-14T01:00:00+08:00,", null)]
    [InlineData("b1-001,paid,200000.00,B-1,2026-07-14T01:00:01+08:00,", "bank_result.paid_at")]
    [InlineData("b1-001,failed,200000.00,,,户名不符", null)]
    public void A_result_agrees_with_its_line(string row, string? code)
    {
        var town = Ready().Batched("b1").Released("b1");
        var imported = town.Import("b1", Town.Csv("b1", row));

        Assert.Equal(code, imported.Fault?.Details[0].Code);
        Assert.Equal(code is null ? null : "bank_result.has_errors", imported.Fault?.Code);
    }

    [Fact]
    public void A_result_is_of_a_released_batch_and_of_this_one()
    {
        var town = Ready().Batched("b1");
        Assert.Equal("payment_batch.not_released", town.Import("b1", Town.Csv("b1", "b1-001,failed,200000.00,,,x")).Fault?.Code);
        Assert.Equal("bank_result.other_batch", town.Released("b1").Import("b1", Town.Csv("b2", "b1-001,failed,200000.00,,,x")).Fault?.Code);
    }

    [Fact]
    public void A_batch_of_thousands_of_lines_stands_in_entries_that_each_fit()
    {
        var lines = Enumerable.Range(1, PaymentBatch.LinesMax).Select(i => new BatchLine($"0123456789ab-{i:000}", $"p-{i}", TrancheKind.Final, Town.Company, Town.FundId, Money.OfYuan(i), 1, "final", Town.Company)).ToArray();
        var made = PaymentBatch.Parts(lines);
        Assert.Equal(lines, made.SelectMany(p => p));
        Assert.All(made, part => Assert.InRange(Defaults.Log.Noun.Write(new PaymentBatchCreated("0123456789ab", new string('字', 60), int.MaxValue, new(long.MaxValue), part)).Length, 1, Defaults.Log.CanonicalEntry.PayloadBytesMax));
        Assert.Empty(Assert.Single(PaymentBatch.Parts<BatchLine>([])));
        object[] events = [new PaymentBatchCreated("0123456789ab", "奖补", lines.Length, Money.Zero, made[0]), .. made[1..].Select(p => new PaymentBatchExtended(p))];
        var batch = events.Aggregate(PaymentBatch.Noun.Initial, (now, e) => PaymentBatch.Noun.Apply(now, e, default));
        Assert.Equal(lines, batch.Lines.Select(l => l.Is));
    }

    [Fact]
    public void Thousands_of_awards_are_frozen_released_and_paid_each_once()
    {
        const int count = 2_000;
        var town = Ready();
        var awards = Enumerable.Range(1, count).Select(i => $"p-{i}").ToArray();
        Award Of(string id) => town.Award() with { Id = id };
        var made = CreateBatch.Decide("b1", new(awards), Of, uscc => town.State(Account.Noun, uscc), town.FundOf, Town.Finance, town.At);
        Assert.Null(made.Fault);
        Assert.Equal(count, made.Changes.Count(c => c.Event is TrancheFrozen));
        var batch = Fold(PaymentBatch.Noun.Initial, made, Town.Finance);
        Assert.Equal((count, "b1-2000"), (batch.Lines.Length, batch.Lines[^1].Is.Line));

        var released = ApproveBatch.Decide(
            batch, new(count, PaymentBatch.Sum(batch.Lines)),
            new(Of, uscc => town.State(Account.Noun, uscc), town.FundOf, f => town.State(FundAccount.Noun, f), new Dictionary<string, Contracts.Registry.V1.GetEnterpriseReply> { [Town.Company] = town.Enterprise }, new Dictionary<string, OpenedAccount> { [Town.Company] = new("公司", "12345678", "工行") }),
            Town.Releaser, town.At);
        Assert.Null(released.Fault);
        batch = Fold(batch, released, Town.Releaser);
        Assert.All(batch.Lines, l => Assert.Equal(LineStatus.ToPay, l.Status));

        var file = Town.Csv("b1", [.. batch.Lines.Select(l => $"{l.Is.Line},paid,{l.Is.Amount},R-{l.Is.Line},{town.At:yyyy-MM-ddTHH:mm:sszzz},")]);
        var read = BankResultFile.Read(file);
        var paid = ImportBankResult.Changes("b1", [.. read.Value.Lines.Select(l => new BankResult(l.Line, "p", true, l.Amount!.Value, l.Reference, l.PaidAt))], "x", l => batch.Lines.First(x => x.Is.Line == l).Is).ToArray();
        Assert.Equal((count, count, count), (paid.Count(c => c.Event is TranchePaid), paid.Count(c => c.Event is ReservationPosted), paid.Select(c => c.Stream).Distinct().Count(s => s.StartsWith("bank-reference/", StringComparison.Ordinal))));
        Assert.All(made.Changes.Concat(released.Changes).Concat(paid), c => Assert.InRange(Defaults.Log.Noun.Write(c.Event).Length, 1, Defaults.Log.CanonicalEntry.PayloadBytesMax));

        PaymentBatch Fold(PaymentBatch from, Defaults.Log.Decision decision, Actor actor) => decision.Changes.Where(c => c.Stream == "payment-batch/b1")
            .Aggregate(from, (now, c) => PaymentBatch.Noun.Apply(now, c.Event, new(actor, town.At, 0, 0, c.Stream)));
    }

    [Fact]
    public void The_release_signs_the_files_that_the_bank_may_be_given()
    {
        var town = Ready().Batched("b1").Released("b1");
        Assert.Equal(["csv"], town.Batch("b1").Files.Keys);

        var other = Ready();
        other.Ok(Town.Releaser, RegisterFundAccount.Decide(other.Fund, new("龙岩市财政局", "中国银行", "3500112233"))).Batched("b1").Released("b1");
        var batch = other.Batch("b1");
        var files = BatchFiles.Of(batch.Id, batch.Purpose, batch.ApprovedAt!.Value, [.. batch.Released.Select(l => l.Is)], other.Payees("b1"), f => other.State(FundAccount.Noun, f));
        Assert.Equal(batch.Files.Select(f => (f.Key, f.Value)), files.Select(f => (f.Key, BatchFiles.Sha256(f.Value))));
        Assert.Null(BankMessages.Read(files["pain.001"]));
        Assert.Equal("payment_batch.file_differs", ExportBatch.Differs.Code);
        Assert.Equal("payment_batch.file_format", ExportBatch.FormatWrong.Code);
        Assert.Equal("fund_account.missing", ExportBatch.AccountMissing.Code);
        Assert.Equal("fund_account.name", RegisterFundAccount.Decide(other.Fund, new(" ", "中国银行", "3500112233")).Fault?.Code);
        Assert.Equal("account.number", RegisterFundAccount.Decide(other.Fund, new("财政局", "中国银行", "35-1")).Fault?.Code);
    }

    [Theory]
    [InlineData(15, null)]
    [InlineData(16, "fund.budget_over")]
    public void A_fund_pays_until_the_last_day_of_its_budget(int day, string? code)
    {
        var town = Ready().Batched("b1");
        town.Ok(Town.Releaser, CarryOverFunds.Decide(town.Fund, new("财预〔2026〕1号", new(2026, 7, 15)), town.At));
        town.At = ChinaTime.StartOf(new(2026, 7, day)).AddHours(9);

        Assert.Equal(code, Assert.Single(town.Released("b1").Batch("b1").Lines).Code);
    }

    private static class BankMessages
    {
        public static string? Read(byte[] file) => Funding.BankMessages.MessageReader.Read(file, Funding.BankMessages.MessageDefinition.CreditTransfer).Fault?.Message.En;
    }
}
