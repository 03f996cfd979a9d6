using PilotCity.Defaults.Log;
using PilotCity.Performance.Invoices;
using PilotCity.Performance.Projects;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Projects;

/// <summary>Spend line by line: amounts, parties, invoices that are claimed once, and what is taken back.</summary>
public class ReportSpendTests
{
    [Fact]
    public void Lines_get_ids_that_are_never_used_again()
    {
        var journey = Journey.To(ProjectState.Filed);
        Assert.Null(journey.Spend(Line("1"), Line("2")));
        Assert.Equal(ProjectState.Implementing, journey.Project.State);
        Assert.Null(journey.Take(Enterprise, WithdrawSpend.Decide(journey.Project, "L2", new(Because("红冲"), new("2")), Enterprise)));
        Assert.Null(journey.Spend(Line("3")));

        Assert.Equal(["L1", "L3"], journey.Project.Lines.Select(l => l.Id));
    }

    [Fact]
    public void An_invoice_of_another_project_is_refused_on_record_naming_both()
    {
        var journey = Journey.To(ProjectState.Implementing);
        var claimed = new Invoice("26351000000020104676", "p0", OtherCode, ["L1"], []);

        var decision = ReportSpend.Decide(journey.Project, Streams.Of(("invoice/26351000000020104676", claimed, 1)), new([Line(), Line("2")]), Stored, Enterprise, Now);

        Assert.Equal(("invoice.already_claimed", "AC08"), (decision.Fault?.Code, decision.Fault?.Clause));
        var change = Assert.Single(decision.Changes);
        Assert.Equal("invoice/26351000000020104676", change.Stream);
        var refused = Assert.IsType<DuplicateInvoiceRefused>(change.Event);
        Assert.Equal((ProjectId, EnterpriseCode, "p0", OtherCode), (refused.Project, refused.Enterprise, refused.ClaimedByProject, refused.ClaimedByEnterprise));
        Assert.Empty(journey.Project.Lines);
    }

    [Fact]
    public void An_invoice_of_an_earlier_line_of_the_same_project_is_refused_on_record()
    {
        var journey = Journey.To(ProjectState.Implementing);
        Assert.Null(journey.Spend(Line("26351000000020104676")));
        Assert.Equal("invoice.already_claimed", journey.Spend(Line(" 2635 1000-0000 2010 4676 "))?.Code);

        var invoice = journey.Streams.Get(Invoice.Noun, "26351000000020104676");
        Assert.Equal((ProjectId, 1), (invoice.Project, invoice.Refused.Count));
        Assert.Single(journey.Project.Lines);
    }

    [Fact]
    public void A_withdrawn_invoice_can_be_claimed_again()
    {
        var journey = Journey.To(ProjectState.Implementing);
        Assert.Null(journey.Spend(Line("1"), Line("1", net: "1.00", vat: "0.13", paid: "1.13")));
        Withdraw("L1");
        Assert.Equal("invoice.already_claimed", journey.Spend(Line("1"))?.Code);
        Withdraw("L2");
        Assert.Null(journey.Spend(Line("1")));

        void Withdraw(string line) => Assert.Null(journey.Take(Enterprise, WithdrawSpend.Decide(journey.Project, line, new(Because("红冲"), new("1")), Enterprise)));
    }

    [Fact]
    public void Only_a_line_of_the_project_with_that_invoice_is_withdrawn()
    {
        var project = Journey.To(ProjectState.Completed).Project;
        Assert.Equal("line.unknown", WithdrawSpend.Decide(project, "L9", new(Because(), project.Lines[0].Invoice.Number), Enterprise).Fault?.Code);
        Assert.Equal("line.unknown", WithdrawSpend.Decide(project, "L1", new(Because(), new("2")), Enterprise).Fault?.Code);
        Assert.Equal("project.wrong_state", WithdrawSpend.Decide(Journey.To(ProjectState.Evaluated).Project, "L1", new(Because(), new("2")), Enterprise).Fault?.Code);
    }

    [Fact]
    public void Lines_of_one_invoice_come_together_and_agree()
    {
        var line = Line("1");
        Assert.Null(Code(line, line with { Category = SpendCategory.Cloud }));
        Assert.Equal("invoice.line_twice", Code(line, line));
        Assert.Equal("invoice.differs", Code(line, line with { Category = SpendCategory.Cloud, Invoice = line.Invoice with { IssuedOn = new(2026, 3, 21) } }));
        Assert.Equal("invoice.differs", Code(line, line with { Invoice = line.Invoice with { Seller = new(OtherCode) } }));
    }

    [Theory]
    [InlineData("100000.00", "13000.00", null)]
    [InlineData("100000.00", "13000.01", null)]
    [InlineData("100000.00", "13000.02", "spend.vat_above_rate")]
    [InlineData("100000.00", "0.00", null)]
    [InlineData("100000.00", "-0.01", "amount.not_positive")]
    [InlineData("0.00", "0.00", "amount.not_positive")]
    [InlineData("0.01", "0.00", null)]
    public void Net_is_above_nothing_and_VAT_at_most_13_percent(string net, string vat, string? code) => Assert.Equal(code, Code(Line("1", net, vat, "0.01")));

    [Theory]
    [InlineData("400000.00", null)]
    [InlineData("400000.01", "spend.above_contract")]
    public void Invoices_of_a_contract_add_up_to_its_amount_at_most(string net, string? code) => Assert.Equal(code, Code(Line("1", net, "0.00", "0.01")));

    [Fact]
    public void Earlier_lines_count_towards_the_contract()
    {
        var journey = Journey.To(ProjectState.Implementing);
        Assert.Null(journey.Spend(Line("1", "399999.99", "0.00", "0.01")));
        Assert.Equal("spend.above_contract", journey.Spend(Line("2", "0.02", "0.00", "0.01"))?.Code);
        Assert.Null(journey.Spend(Line("2", "0.01", "0.00", "0.01")));
    }

    [Theory]
    [InlineData("113000.00", null)]
    [InlineData("113000.01", "payment.above_invoice")]
    [InlineData("0.00", "amount.not_positive")]
    public void Payments_on_a_line_are_at_most_its_gross(string paid, string? code) => Assert.Equal(code, Code(Line("1", paid: paid)));

    [Fact]
    public void Payments_go_from_the_enterprise_to_the_provider_of_the_contract()
    {
        var paid = Line("1").Payments![0];
        Assert.Equal("payment.payer_other", Code(Line("1") with { Payments = [paid with { Payer = new(OtherCode) }] }));
        Assert.Equal("payment.payee_other", Code(Line("1") with { Payments = [paid with { Payee = new(OtherCode) }] }));
        Assert.Null(Code(Line("1") with { Payments = [paid with { Payer = null, Payee = null }] }));
        Assert.Null(Code(Line("1") with { Payments = null }));
    }

    [Fact]
    public void An_invoice_older_than_its_contract_is_flagged_and_not_refused()
    {
        var journey = Journey.To(ProjectState.Implementing);
        var line = Line("1");
        Assert.Null(journey.Spend(line with { Invoice = line.Invoice with { IssuedOn = new(2025, 2, 28) } }, Line("2") with { Invoice = Line("2").Invoice with { IssuedOn = new(2025, 3, 1) } }));

        Assert.Equal(["AC07"], journey.Project.Lines[0].Flags);
        Assert.Empty(journey.Project.Lines[1].Flags);
    }

    [Fact]
    public void Days_and_contracts_of_a_line_exist()
    {
        var line = Line("1");
        Assert.Equal("contract.unknown", Code(line with { Contract = new("HT-9") }));
        Assert.Equal("date.in_future", Code(line with { Invoice = line.Invoice with { IssuedOn = Today.AddDays(1) } }));
        Assert.Equal("date.in_future", Code(line with { Payments = [line.Payments![0] with { PaidOn = Today.AddDays(1) }] }));
    }

    [Fact]
    public void The_number_of_lines_is_bounded_in_a_report_and_in_a_project()
    {
        Assert.Equal("list.size", Code());
        var journey = Journey.To(ProjectState.Implementing);
        for (var report = 0; report < Project.LinesMax / 50; report++)
        {
            Assert.Null(journey.Spend([.. Enumerable.Range(0, 50).Select(i => Line($"{report}A{i}", "1.00", "0.00", "1.00"))]));
        }

        Assert.Equal("spend.too_many", journey.Spend(Line("X"))?.Code);
        Assert.Equal("list.size", Code([.. Enumerable.Range(0, 51).Select(i => Line($"{i}", "1.00", "0.00", "1.00"))]));
    }

    [Fact]
    public void A_payment_is_reported_later_and_counts_with_the_earlier_ones()
    {
        var journey = Journey.To(ProjectState.Implementing);
        Assert.Null(journey.Spend(Line("1", paid: "100000.00")));

        Assert.Equal("payment.above_invoice", Pay("13000.01"));
        Assert.Null(Pay("13000.00"));
        Assert.Equal("payment.above_invoice", Pay("0.01"));
        Assert.Equal(2, journey.Project.Lines[0].Payments.Count);
        Assert.Equal("line.unknown", ReportPayment.Decide(journey.Project, "L9", new(new(Today, Yuan("1.00"))), Stored, Enterprise, Now).Fault?.Code);
        Assert.Equal("project.wrong_state", ReportPayment.Decide(Journey.To(ProjectState.Evaluated).Project, "L1", new(new(Today, Yuan("1.00"))), Stored, Enterprise, Now).Fault?.Code);

        string? Pay(string amount) => journey.Take(Enterprise, ReportPayment.Decide(journey.Project, "L1", new(new(Today, Yuan(amount))), Stored, Enterprise, Now))?.Code;
    }

    [Theory]
    [InlineData("26351000000020104676", "26351000000020104676")]
    [InlineData("ab-1 2", "AB12")]
    [InlineData("", null)]
    [InlineData("- ", null)]
    [InlineData("２６３５", null)]
    [InlineData("1/2", null)]
    public void An_invoice_number_is_ASCII_letters_and_digits(string typed, string? number) => Assert.Equal(number, InvoiceNumber.Read(typed)?.Value);

    [Theory]
    [InlineData(40, true)]
    [InlineData(41, false)]
    public void An_invoice_number_is_bounded(int length, bool read) => Assert.Equal(read, InvoiceNumber.Read(new string('7', length)) is not null);

    private static string? Code(params ReportSpend.Line[] lines) => Journey.To(ProjectState.Implementing).Spend(lines)?.Code;
}
