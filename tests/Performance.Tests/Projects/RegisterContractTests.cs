using PilotCity.Defaults.Identity;
using PilotCity.Performance.Evidence;
using PilotCity.Performance.Projects;
using PilotCity.Performance.Providers;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests.Projects;

public class RegisterContractTests
{
    private static readonly RegisterContract.Body Body = new(
        ContractNo, new(ProviderCode), new(2025, 3, 1), Yuan("400000.00"), Docs(DocumentCode.Contract, DocumentCode.NeedList, DocumentCode.PromiseLetter));

    [Fact]
    public void The_provider_is_in_the_pool_on_the_day_of_signing_from_its_first_day_to_the_day_before_its_suspension()
    {
        var journey = Journey.To(ProjectState.Diagnosed);
        Assert.Null(journey.Take(Approver, SuspendProvider.Decide(journey.Pool, new(new(2025, 4, 1), Because()), Now)));
        Assert.Null(journey.Take(Approver, ReinstateProvider.Decide(journey.Pool, new(new(2025, 5, 1), Because()), Now)));

        Assert.Equal("contract.provider_not_in_pool", Signed(new(2025, 1, 31)));
        Assert.Null(Signed(new(2025, 2, 1)));
        Assert.Null(Signed(new(2025, 3, 31)));
        Assert.Equal("contract.provider_not_in_pool", Signed(new(2025, 4, 1)));
        Assert.Equal("contract.provider_not_in_pool", Signed(new(2025, 4, 30)));
        Assert.Null(Signed(new(2025, 5, 1)));

        string? Signed(DateOnly day) => RegisterContract.Decide(journey.Project, journey.Pool, Body with { SignedOn = day }, Stored, Enterprise, Now).Fault?.Code;
    }

    [Fact]
    public void A_provider_that_never_applied_is_not_in_the_pool() =>
        Assert.Equal("contract.provider_not_in_pool", RegisterContract.Decide(Journey.To(ProjectState.Diagnosed).Project, Pool.Noun.Initial, Body, Stored, Enterprise, Now).Fault?.Code);

    [Fact]
    public void A_provider_registers_its_own_contract_only()
    {
        Assert.Null(Code(Body, Seller));
        Assert.Equal("contract.provider_other", Code(Body with { Provider = new(OtherCode) }, Seller));
        Assert.Equal("project.unknown", Code(Body, OtherSeller));
        Assert.Equal("project.unknown", Code(Body with { Provider = new(OtherCode) }, OtherSeller));
    }

    [Fact]
    public void Amounts_hang_together()
    {
        Assert.Equal("amount.not_positive", Code(Body with { Amount = Yuan("0.00") }));
        Assert.Null(Code(Body with { Amount = Yuan("0.01") }));
        Assert.Equal("amount.not_positive", Code(Body with { DownPayment = Yuan("0.00") }));
        Assert.Null(Code(Body with { DownPayment = Yuan("400000.00") }));
        Assert.Equal("contract.down_payment_above", Code(Body with { DownPayment = Yuan("400000.01") }));
        Assert.Null(Code(Body with { ListPrice = Yuan("400000.00") }));
        Assert.Equal("contract.list_price_below", Code(Body with { ListPrice = Yuan("399999.99") }));
    }

    [Fact]
    public void A_contract_is_registered_once_and_their_number_is_bounded()
    {
        var journey = Journey.To(ProjectState.Contracted);
        Assert.Equal("contract.exists", RegisterContract.Decide(journey.Project, journey.Pool, Body, Stored, Enterprise, Now).Fault?.Code);

        for (var i = 2; i <= Project.ContractsMax; i++)
        {
            Assert.Null(journey.Take(Enterprise, RegisterContract.Decide(journey.Project, journey.Pool, Body with { Id = new($"HT-{i}") }, Stored, Enterprise, Now)));
        }

        Assert.Equal("contract.too_many", RegisterContract.Decide(journey.Project, journey.Pool, Body with { Id = new("HT-99") }, Stored, Enterprise, Now).Fault?.Code);
    }

    private static string? Code(RegisterContract.Body body, Actor? actor = null)
    {
        var journey = Journey.To(ProjectState.Diagnosed);
        return RegisterContract.Decide(journey.Project, journey.Pool, body, Stored, actor ?? Enterprise, Now).Fault?.Code;
    }
}
