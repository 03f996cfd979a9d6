using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.MoneyPaths;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.MoneyPaths;

/// <summary>The money path over HTTP and by itself: every way that money takes, sums that make up each other, and when they do not.</summary>
public sealed class ReadMoneyPathTests : IAsyncLifetime
{
    private const string Root = $"/api/oversight/{TestService.City}/money-path";
    private readonly Chronicle story = MoneyStory.Tell();
    private TestService service = null!;
    private LogDatabase database = null!;

    public async Task InitializeAsync()
    {
        service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        database = log.Database;
        await OversightLog.Take(log, story.Entries);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Of_an_award_every_station_holds_what_came_in_and_did_not_go_out()
    {
        var path = (await Of("award", MoneyStory.Award))!;

        Assert.True(path.Agrees);
        Assert.Equal(
            [
                "source/central-2025 in 111000.00 out 1000000.00",
                "fund/central-2025 in 1000000.00 out 1000000.00 there 0.00",
                "pool/central-2025/renovation in 781000.00 out 200000.00 there 581000.00",
                "pool/central-2025/services in 186000.00 out 25000.00 there 161000.00",
                "award/P1 in 150000.00 out 150000.00 there 0.00",
                "payment/P1/advance in 30000.00 out 30000.00 there 0.00",
                "payment/P1/advance-2 in 20000.00 out 20000.00 there 0.00",
                "line/b0-001 in 20000.00 out 20000.00 there 0.00",
                "paid/P1 in 120000.00 out 60000.00 there 60000.00",
                "payment/P1/final in 150000.00 out 150000.00 there 0.00",
                "payment/P1/final-2 in 40000.00 out 40000.00 there 0.00",
                "payment/P1/final-3 in 7000.00 out 7000.00 there 0.00",
                "payment/P1/final-4 in 3000.00 out 3000.00 there 0.00",
                "line/b1-001 in 50000.00 out 50000.00 there 0.00",
                "line/b2-001 in 50000.00 out 50000.00 there 0.00",
                "line/b3-001 in 50000.00 out 50000.00 there 0.00",
                "line/b4-001 in 25000.00 out 0.00 there 25000.00",
                "recovery/P1 in 10000.00 out 9000.00 there 1000.00",
                "written-off/P1 in 3000.00 out 0.00 there 3000.00",
                "others/central-2025/renovation in 50000.00 out 0.00 there 50000.00",
                "vouchers/central-2025 in 5000.00 out 3000.00 there 2000.00",
                "vouchers/central-2025/paid in 2000.00 out 0.00 there 2000.00",
                "contracts/central-2025 in 9000.00 out 9000.00 there 0.00",
                "contracts/central-2025/paid in 4000.00 out 0.00 there 4000.00",
            ],
            path.Stations.Select(s => $"{s.Id} in {s.In} out {s.Out}{(s.Remaining is { } there ? $" there {there}" : "")}").Order(Comparer<string>.Create((a, b) => Place(a).CompareTo(Place(b)))));
        Assert.Equal("central", path.Stations[0].Name);
        Assert.Equal($"P1 {MoneyStory.Enterprise}", path.Stations.Single(s => s.Id == "award/P1").Name);

        int Place(string line) => path.Stations.ToList().FindIndex(s => line.StartsWith(s.Id + " ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Each_movement_names_the_entries_that_it_stands_on()
    {
        var path = (await Of("award", MoneyStory.Award))!;

        Assert.Equal("award/P1 TranchePaid, fund/central-2025 ReservationPosted, payment-batch/b2 BankResultImported", Entries("line/b2-001", "paid"));
        Assert.Equal("award/P1 TrancheReturned, fund/central-2025 PaymentReturned, payment-batch/b2 BatchBooked", Entries("paid/P1", "returned"));
        Assert.Equal("award/P1 TrancheReleased, payment-batch/b1 BankResultImported", Entries("line/b1-001", "failed"));
        Assert.Equal("award/P1 WriteOffDecided, fund/central-2025 RecoveryWrittenOff", Entries("recovery/P1", "written-off"));
        Assert.Equal("award/P1 OutcomeDecided, fund/central-2025 ReservationVoided", Entries("payment/P1/final-2", "outcome-missed"));
        Assert.All(path.Movements.SelectMany(m => m.Entries), e => Assert.Equal(story.Entries[(int)e.Index].Position, e.Position));
        Assert.Equal(["booked-twice 50000.00"], path.OutsideTheBooks.Select(o => $"{o.Code} {o.Amount}"));

        string Entries(string from, string kind) => string.Join(", ", path.Movements.Single(m => m.From == from && m.Kind == kind).Entries.Select(e => $"{e.Stream} {e.Type}"));
    }

    [Fact]
    public async Task At_every_moment_the_sums_make_up_each_other()
    {
        foreach (var last in story.Entries.GroupBy(e => e.CommandId).Select(g => g.Last()))
        {
            foreach (var (kind, id) in new[] { ("fund", MoneyStory.Fund), ("award", MoneyStory.Award), ("award", "P9") })
            {
                var path = await Of(kind, id, last.AtMicros);
                Assert.True(path is null || path.Agrees, $"{kind} {id} after {last.Stream} {last.Version} {last.Type}: {string.Join("; ", path?.Stations.Where(s => s.Agrees == false) ?? [])}");
                Assert.True(path is not null || kind == "award");
            }
        }
    }

    [Theory]
    [InlineData("fund", MoneyStory.Fund, "P1 P9")]
    [InlineData("enterprise", MoneyStory.Enterprise, "P1")]
    [InlineData("batch", "b9", "P9")]
    [InlineData("payment", "b3-001", "P1")]
    public async Task The_same_is_asked_of_a_fund_a_batch_a_line_and_an_enterprise(string kind, string id, string awards)
    {
        var path = (await Of(kind, id))!;

        Assert.Equal((awards, true, 0), (string.Join(' ', path.Awards), path.Agrees, path.Cut.Count));
    }

    [Fact]
    public async Task A_posting_that_the_award_does_not_know_is_seen_at_its_station()
    {
        // Paid by the bank, and the fund's books say another amount.
        var wrong = new Chronicle("funding");
        foreach (var e in story.Entries)
        {
            var payload = System.Text.Json.Nodes.JsonNode.Parse(e.Payload)!;
            if (e.Type == "ReservationPosted" && (string?)payload["line"] == "b3-001")
            {
                payload["amount"] = "49999.99";
            }

            wrong.Add(e.Stream, e.Type, payload);
        }

        var postings = wrong.Entries.Select((e, i) => Posting.Of(i, CanonicalEntry.Write(e))!).Where(p => p.Id != "P9").ToArray();
        var path = new TraceMoneyPath(postings, new HashSet<string> { "P1" }, whole: true).Path([]);

        Assert.False(path.Agrees);
        Assert.Equal(["award/P1", "paid/P1"], path.Stations.Where(s => s.Agrees == false).Select(s => s.Id));
    }

    [Fact]
    public async Task Of_many_awards_the_newest_are_followed_and_the_others_stand_together()
    {
        var many = new Chronicle("funding", "350801").Add("fund/F", "FundOpened", new { name = "F", source = "municipal" }).Add("fund/F", "FundReceived", new { document = "1", amount = "100.00" })
            .Add("fund/F", "FundSplit", new { allocations = new[] { new { use = "enterprise-renovation", amount = "100.00" } } });
        for (var i = 0; i < ReadMoneyPath.AwardsMax + 3; i++)
        {
            many.Add($"award/A{i}", "AwardApproved", new { enterprise = "E", fund = "F", amount = "2.00", awarded = "2.00", planNumber = "1" }, command: 100 + i)
                .Add("fund/F", "FundsReserved", new { award = $"A{i}", enterprise = "E", amount = "2.00", pool = "renovation" }, command: 100 + i);
        }

        await OversightLog.Take(service.App.Services.GetRequiredService<ServiceLog>(), many.Entries);
        var path = (await ReadMoneyPath.Read(database, "350801", "fund", "F", long.MaxValue, default))!;

        Assert.Equal((12, true, "6.00", 3, 1), (path.Awards.Count, path.Agrees, path.Stations.Single(s => s.Kind == StationKind.Others).Remaining!.Value.ToString(), path.Movements.Single(m => m.To == "others/F/renovation").Count, path.Cut.Count));
        Assert.DoesNotContain("A0", path.Awards);
        Assert.Contains("A14", path.Awards);
    }

    [Fact]
    public async Task Of_a_fund_with_too_many_postings_the_award_is_followed_and_the_fund_s_sums_are_not_told()
    {
        var path = (await ReadMoneyPath.Read(database, TestService.City, "award", MoneyStory.Award, long.MaxValue, default, fundEntriesMax: 10))!;

        Assert.Equal((true, 1), (path.Agrees, path.Cut.Count));
        Assert.Equal("central-2025 renovation services", string.Join(' ', path.Stations.Where(s => s is { Agrees: null, Kind: not StationKind.Source }).Select(s => s.Name)));
        Assert.Equal("60000.00", path.Stations.Single(s => s.Id == "paid/P1").Remaining.ToString());
    }

    [Fact]
    public async Task Over_http_officials_ask_of_one_thing_and_parties_not_at_all()
    {
        var auditor = service.As(Role.Auditor);
        var path = await (await auditor.GetAsync($"{Root}?award=P1")).Json();
        Assert.True(path.GetProperty("agrees").GetBoolean());
        Assert.Equal("written-off", path.GetProperty("stations").EnumerateArray().Single(s => s.GetProperty("id").GetString() == "written-off/P1").GetProperty("kind").GetString());

        Assert.Equal((400, "money_path.subject"), await (await auditor.GetAsync(Root)).Refusal());
        Assert.Equal((400, "money_path.subject"), await (await auditor.GetAsync($"{Root}?award=P1&fund=F1")).Refusal());
        Assert.Equal((404, "money_path.unknown"), await (await auditor.GetAsync($"{Root}?award=P2")).Refusal());
        Assert.Equal((404, "money_path.unknown"), await (await auditor.GetAsync($"{Root}?award=P1&asOf=2026-01-01T00:00:01Z")).Refusal());
        Assert.Equal(403, (int)(await service.As(Role.Enterprise, org: MoneyStory.Enterprise).GetAsync($"{Root}?award=P1")).StatusCode);
    }

    private Task<MoneyPath?> Of(string kind, string id, long asOf = long.MaxValue) => ReadMoneyPath.Read(database, TestService.City, kind, id, asOf, default);
}
