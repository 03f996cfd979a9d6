using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Concentration;
using PilotCity.Oversight.Facts;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Concentration;

/// <summary>Shares of providers and the index, by hand.</summary>
public sealed class ConcentrationTests
{
    private static readonly Chronicle Registry = new Chronicle("registry")
        .Add("enterprise/E1", "EnterpriseListed", new { list = "L", listedOn = "2025-01-01", facts = new { subIndustry = "电子" } })
        .Add("enterprise/E2", "EnterpriseListed", new { list = "L", listedOn = "2025-01-01", facts = new { subIndustry = "纺织" } });

    private static readonly Chronicle Performance = Contracts(
        ("p1", "E1", "2025-03-31", "A", "600000.00"), ("p2", "E1", "2025-04-01", "A", "100000.00"), ("p3", "E2", "2025-12-31", "B", "200000.00"), ("p4", "E3", "2026-01-01", "C", "100000.00"));

    private static Chronicle Contracts(params (string Project, string Enterprise, string On, string Provider, string Amount)[] all) => all.Aggregate(new Chronicle("performance"), (chronicle, c) => chronicle
        .Add($"project/{c.Project}", "ProjectDiagnosed", new { project = c.Project, enterprise = c.Enterprise, type = "single" })
        .Add($"project/{c.Project}", "ContractRegistered", new { contract = "HT-1", signedOn = c.On, amount = c.Amount, provider = c.Provider }));

    private static CityFacts Facts(params Chronicle[] logs)
    {
        var facts = new CityFacts();
        foreach (var entry in logs.SelectMany(l => l.Entries))
        {
            facts.Apply(entry, new());
        }

        return facts;
    }

    [Fact]
    public void A_city_has_shares_of_the_first_and_the_first_three_and_the_index_by_contracts_and_money()
    {
        var all = MeasureConcentration.Of(Facts(Registry, Performance), ConcentrationGroup.City, ConcentrationPeriod.All).Single();

        Assert.Equal(("all", "all", 3, 4, "1000000.00"), (all.Group, all.Period, all.Providers, all.Contracts, all.Amount.ToString()));
        Assert.Equal((50m, 100m, 3_750m), (all.ContractsTop1, all.ContractsTop3, all.ContractsHhi)); // 50² + 25² + 25²
        Assert.Equal((70m, 100m, 5_400m), (all.AmountTop1, all.AmountTop3, all.AmountHhi)); // 70² + 20² + 10²
        Assert.Equal([new EntryRef("performance", 2), new EntryRef("performance", 4)], all.Shares[0].Entries);
        Assert.Equal(("A", 2, 50m, 70m), (all.Shares[0].Provider, all.Shares[0].Contracts, all.Shares[0].ContractsShare, all.Shares[0].AmountShare));
    }

    [Theory]
    [InlineData("Year", "2025 2026")]
    [InlineData("Quarter", "2025-Q1 2025-Q2 2025-Q4 2026-Q1")]
    [InlineData("Month", "2025-03 2025-04 2025-12 2026-01")]
    public void A_contract_belongs_to_the_period_of_its_day(string period, string periods) =>
        Assert.Equal(periods, string.Join(' ', MeasureConcentration.Of(Facts(Registry, Performance), ConcentrationGroup.City, Enum.Parse<ConcentrationPeriod>(period)).Select(r => r.Period)));

    [Fact]
    public void Sub_industries_stand_for_themselves_and_who_has_none_too() =>
        Assert.Equal(
            [("unknown", 1), ("电子", 2), ("纺织", 1)],
            MeasureConcentration.Of(Facts(Registry, Performance), ConcentrationGroup.SubIndustry, ConcentrationPeriod.All).Select(r => (r.Group, r.Contracts)));

    [Fact]
    public void Nothing_signed_gives_no_row_and_no_money_gives_no_share_of_it()
    {
        Assert.Empty(MeasureConcentration.Of(Facts(Registry), ConcentrationGroup.City, ConcentrationPeriod.All));
        var free = MeasureConcentration.Of(Facts(Contracts(("p1", "E1", "2025-01-01", "A", "0.00"))), ConcentrationGroup.City, ConcentrationPeriod.All).Single();
        Assert.Equal((100m, (decimal?)null, (decimal?)null), (free.ContractsTop1, free.AmountTop1, free.AmountHhi));
    }

    [Fact]
    public void Figures_are_rounded_once_from_exact_shares()
    {
        var thirds = MeasureConcentration.Of(
            Facts(Contracts(("p1", "E1", "2025-01-01", "A", "1.00"), ("p2", "E1", "2025-01-01", "B", "1.00"), ("p3", "E1", "2025-01-01", "C", "1.00"))), ConcentrationGroup.City, ConcentrationPeriod.All).Single();

        Assert.Equal((33.33m, 100m, 3_333.3m), (thirds.AmountTop1, thirds.AmountTop3, thirds.AmountHhi));
    }

    [Fact]
    public async Task Over_http_it_is_json_csv_or_xlsx_for_officials_alone()
    {
        const string path = "/api/oversight/350800/concentration";
        await using var service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        await OversightLog.Take(service.App.Services.GetRequiredService<ServiceLog>(), Performance.Entries);
        var auditor = service.As(Role.Auditor);

        var json = await (await auditor.GetAsync($"{path}?period=all")).Json();
        Assert.Equal(5_400m, json.GetProperty("items")[0].GetProperty("amountHhi").GetDecimal());
        Assert.Equal((400, "request.query"), await (await auditor.GetAsync($"{path}?by=colour")).Refusal());
        Assert.Equal((400, "request.query"), await (await auditor.GetAsync($"{path}?period=week")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Provider, "91350800MA0041E869").GetAsync(path)).Refusal());
        auditor.DefaultRequestHeaders.Add("Accept", "text/csv");
        Assert.Contains("performance/2 performance/4", await auditor.GetStringAsync($"{path}?period=all"), StringComparison.Ordinal);
    }
}
