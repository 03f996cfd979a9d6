using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Projects;

public class ReportDownPaymentTests
{
    [Theory]
    [InlineData("119999.99", "down_payment.short")]
    [InlineData("120000.00", null)]
    [InlineData("400000.00", null)]
    [InlineData("400000.01", "down_payment.above_contract")]
    public void What_was_paid_is_at_least_what_was_agreed_and_at_most_the_contract(string amount, string? code) =>
        Assert.Equal(code, Decide(Journey.To(ProjectState.Contracted).Project, amount: amount));

    [Fact]
    public void It_is_not_paid_before_the_signing()
    {
        var project = Journey.To(ProjectState.Contracted).Project;
        Assert.Null(Decide(project, day: new(2025, 3, 1)));
        Assert.Equal("date.out_of_order", Decide(project, day: new(2025, 2, 28)));
    }

    [Fact]
    public void It_is_reported_once_for_a_contract_that_exists_and_has_one()
    {
        var contracted = Journey.To(ProjectState.Contracted);
        Assert.Equal("contract.unknown", Decide(contracted.Project, contract: "HT-9"));
        Assert.Equal("down_payment.reported", Decide(Journey.To(ProjectState.Filed).Project));

        Assert.Null(contracted.Take(Enterprise, RegisterContract.Decide(contracted.Project, contracted.Pool, new(new("HT-2"), new(ProviderCode), new(2025, 3, 1), Yuan("1.00"), []), Stored, Enterprise, Now)));
        Assert.Equal("down_payment.not_agreed", Decide(contracted.Project, contract: "HT-2"));
        Assert.Equal("project.unknown", ReportDownPayment.Decide(contracted.Project, "HT-1", new(Today, Yuan("1.00"), []), Stored, Seller with { Org = OtherCode }, Now).Fault?.Code);
        Assert.Equal("project.wrong_state", Decide(Journey.To(ProjectState.Completed).Project));
    }

    private static string? Decide(Project project, string contract = "HT-1", string amount = "120000.00", DateOnly? day = null) =>
        ReportDownPayment.Decide(project, contract, new(day ?? new(2025, 3, 18), Yuan(amount), Docs(DocumentCode.DownPaymentProof)), Stored, Enterprise, Now).Fault?.Code;
}
