namespace PilotCity.Funding;

/// <summary>Rule sets as versioned data, the fund's ledger, awards, and payment batches of a city.</summary>
public static class FundingService
{
    public static WebApplication Build(string[] args) => WebApplication.CreateSlimBuilder(args).Build();
}
