using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Funds;
using PilotCity.Testing;
using Xunit.Abstractions;

namespace PilotCity.Funding.Tests.ApprovalLists;

/// <summary>A signed list of thousands of awards, carried out by instances that come and go.</summary>
public class ApplyApprovalListTests(ITestOutputHelper output)
{
    private const string Root = "/api/funding/350800";

    /// <summary>What a person wants to measure; the sum of all lines is what the fund holds, less one line.</summary>
    private static readonly int Lines = int.TryParse(Environment.GetEnvironmentVariable("PILOTCITY_LINES"), NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : 2_400;

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now.ToUniversalTime();
    }

    [Fact]
    public async Task Instances_that_come_and_go_approve_every_line_once()
    {
        var town = Town.Founded().Computed().Publicised();
        var clock = new Clock(ChinaTime.StartOf(town.Award().Publicity!.Until.AddDays(1)));
        await using var first = await TestService.Start(FundingService.Build, clock);
        var database = new Dictionary<string, string?> { ["ConnectionStrings:Log"] = $"Data Source={first.Folder["log.db"]}" };
        await Seed(first.App.Services.GetRequiredService<ServiceLog>(), town);

        // One line asks for a fen more than its award gives.
        var csv = new StringBuilder("award,amount\n");
        for (var i = 1; i <= Lines; i++) csv.Append(CultureInfo.InvariantCulture, $"p-{i},{(i == 7 ? "1000.01" : "1000.00")}\n");
        var before = Stopwatch.GetTimestamp();
        var prepared = await (await first.As(Role.FinanceOfficer).Command(
            HttpMethod.Post, $"{Root}/approval-lists/csv?fund=central-2025&planNumber=1&reason=x", Encoding.UTF8.GetBytes(csv.ToString()), "text/csv")).Json(201);
        var id = prepared.GetProperty("id").GetString()!;
        output.WriteLine($"{Lines} lines prepared in {Stopwatch.GetElapsedTime(before).TotalSeconds:0.0} s");
        Assert.Equal((Lines, $"{(Lines * 1000) + 0.01m:0.00}"), (prepared.GetProperty("count").GetInt32(), prepared.GetProperty("sum").GetString()));

        before = Stopwatch.GetTimestamp();
        await (await first.As(Role.BureauApprover).Command(
            HttpMethod.Post, $"{Root}/approval-lists/{id}/signature", new { count = Lines, sum = prepared.GetProperty("sum").GetString(), sha256 = prepared.GetProperty("sha256").GetString() })).Json(204);
        await using (var second = await TestService.Start(FundingService.Build, clock, settings: database, sameKeysAs: first))
        {
            // It goes away between two parts, whatever it is doing.
            await Until(first, id, l => l.GetProperty("partsLeft").GetInt32() < l.GetProperty("parts").GetInt32());
        }

        await first.App.StopAsync();
        await using var third = await TestService.Start(FundingService.Build, clock, settings: database, sameKeysAs: first);
        var done = await Until(third, id, l => l.GetProperty("status").GetString() is "completed" or "waiting");
        output.WriteLine($"{Lines} lines carried out in {Stopwatch.GetElapsedTime(before).TotalSeconds:0.0} s");

        Assert.Equal(("waiting", Lines - 2, 1, 1), (done.GetProperty("status").GetString(), Count(done, "approved"), Count(done, "refused"), Count(done, "waiting")));
        var log = third.App.Services.GetRequiredService<ServiceLog>();
        var (fund, _, _) = await log.Load("350800", Fund.Noun, Town.FundId, null, default);
        Assert.Equal((Money.OfYuan((Lines - 2) * 1000L), Money.Zero), (fund.Ledger[Fund.Reserved(FundPool.Renovation)], fund.Ledger[Fund.Available(FundPool.Renovation)]));
        var approved = new List<string>();
        for (var after = 0L; ;)
        {
            var page = await log.Read("350800", after, 5_000, default);
            if (page.Count == 0) break;
            approved.AddRange(page.Where(e => e.Type == nameof(AwardApproved)).Select(e => e.Stream));
            after = page[^1].Position;
        }

        Assert.Equal((Lines - 2, Lines - 2), (approved.Count, approved.Distinct().Count()));
        var refused = (await (await third.As(Role.Auditor).GetAsync($"{Root}/approval-lists/{id}/lines?part=1")).Json()).GetProperty("lines")[6];
        Assert.Equal(("refused", "award.above_entitlement"), (refused.GetProperty("status").GetString(), refused.GetProperty("code").GetString()));

        // More money: what waited goes on by a person's word.
        await (await third.As(Role.FinanceOfficer).Command(HttpMethod.Post, $"{Root}/funds/central-2025/receipts", new { document = "2号", amount = "1000.00" })).Json(204);
        await (await third.As(Role.FinanceOfficer).Command(HttpMethod.Post, $"{Root}/funds/central-2025/splits", new { allocations = new[] { new { use = "enterprise-renovation", amount = "1000.00" } } })).Json(204);
        await (await third.As(Role.BureauOfficer).Command(HttpMethod.Post, $"{Root}/approval-lists/{id}/continuation", new { })).Json(204);
        done = await Until(third, id, l => l.GetProperty("status").GetString() is "completed");
        Assert.Equal((Lines - 1, 1, true), (Count(done, "approved"), Count(done, "refused"), done.GetProperty("reconciled").GetBoolean()));
    }

    [Fact]
    public async Task What_is_on_show_under_a_rule_set_is_listed_in_the_order_of_application()
    {
        var town = Town.Founded().Computed().Publicised();
        await using var service = await TestService.Start(FundingService.Build, new Clock(ChinaTime.StartOf(town.Award().Publicity!.Until.AddDays(1))));
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await Seed(log, town, 450);
        var finance = service.As(Role.FinanceOfficer);

        var listed = await (await finance.Command(HttpMethod.Post, $"{Root}/approval-lists", new { fund = "central-2025", planNumber = "1", ruleSet = "longyan" })).Json(201);
        Assert.Equal((450, "450000.00"), (listed.GetProperty("count").GetInt32(), listed.GetProperty("sum").GetString()));
        var lines = (await (await finance.GetAsync($"{Root}/approval-lists/{listed.GetProperty("id").GetString()}/lines")).Json()).GetProperty("lines");

        // p-450 applied first, p-1 last.
        Assert.Equal(("p-450", "p-449", "ahead"), (lines[0].GetProperty("award").GetString(), lines[1].GetProperty("award").GetString(), lines[0].GetProperty("status").GetString()));
        Assert.Equal((422, "approval_list.empty"), await (await finance.Command(HttpMethod.Post, $"{Root}/approval-lists", new { fund = "central-2025", planNumber = "1", ruleSet = "wuhan" })).Refusal());
        Assert.Equal((422, "approval_list.empty"), await (await finance.Command(HttpMethod.Post, $"{Root}/approval-lists", new { fund = "central-2025", planNumber = "1", batch = "9" })).Refusal());
        Assert.Equal((404, "fund.unknown"), await (await finance.Command(HttpMethod.Post, $"{Root}/approval-lists", new { fund = "nothing", planNumber = "1" })).Refusal());
        Assert.Equal((400, "approval_list.csv"), await (await finance.Command(HttpMethod.Post, $"{Root}/approval-lists/csv?fund=central-2025&planNumber=1", "x"u8.ToArray(), "text/csv")).Refusal());
        Assert.Equal((400, "request.query"), await (await finance.Command(HttpMethod.Post, $"{Root}/approval-lists/csv?fund=central-2025&planNumber=1&expiresOn=soon", "award,amount\np-1,1.00"u8.ToArray(), "text/csv")).Refusal());
        Assert.Equal((404, "approval_list.part"), await (await finance.GetAsync($"{Root}/approval-lists/{listed.GetProperty("id").GetString()}/lines?part=3")).Refusal());
        await (await finance.Command(HttpMethod.Post, $"{Root}/approval-lists/{listed.GetProperty("id").GetString()}/withdrawal", new { reason = "重编" })).Json(204);
        Assert.Equal(1, (await (await finance.GetAsync($"{Root}/approval-lists?status=withdrawn")).Json()).GetProperty("total").GetInt32());
    }

    private static int Count(JsonElement list, string tally) => list.GetProperty(tally).GetProperty("count").GetInt32();

    private static async Task<JsonElement> Until(TestService service, string id, Func<JsonElement, bool> holds)
    {
        var begun = Stopwatch.GetTimestamp();
        var auditor = service.As(Role.Auditor);
        while (true)
        {
            var list = await (await auditor.GetAsync($"{Root}/approval-lists/{id}")).Json();
            if (holds(list)) return list;
            Assert.True(Stopwatch.GetElapsedTime(begun) < TimeSpan.FromMinutes(Lines > 10_000 ? 30 : 2), list.GetRawText());
        }
    }

    /// <summary>The town's fund and rule set, and so many awards of 1,000 on show, of enterprises of their own, as its rules made one of them.</summary>
    private static async Task Seed(ServiceLog log, Town town, int? awards = null)
    {
        var lines = awards ?? Lines;
        var room = Money.OfYuan((lines - 2) * 1000L);
        var changes = town.Entries.Where(e => !e.Stream.StartsWith("award/", StringComparison.Ordinal)).Select(e => new Change(e.Stream, log.NounOf(e.Stream).Read(e.Type, e.Payload)))
            .Select(c => c.Event switch { FundReceived r => c with { Event = r with { Amount = room } }, FundSplit => c with { Event = new FundSplit([new(FundUse.EnterpriseRenovation, room)]) }, FundOpened o => c with { Event = o with { Planned = Money.OfYuan(1_000_000_000) } }, _ => c }).ToArray();
        await Do(log, new("00000000-0000-0000-0001-000000000000"), changes);
        var one = town.Entries.Where(e => e.Stream == "award/p-1").Select(e => Award.Noun.Read(e.Type, e.Payload)).ToArray();
        var (computed, shown) = ((AwardComputed)one[0], (AwardPublicised)one[1]);
        var each = Money.OfYuan(1000);
        var number = 1;
        foreach (var some in Enumerable.Range(1, lines).Chunk(500))
        {
            await Do(log, new(number++, 0, 0, new byte[8]), [.. some.SelectMany(i => (Change[])[
                new($"award/p-{i}", computed with
                {
                    Project = $"p-{i}", Enterprise = Uscc(i), Decision = computed.Decision with { Entitlement = each, Payable = each, Steps = [] },
                    Case = computed.Case with { Id = $"p-{i}", Project = computed.Case.Project with { ClaimSubmittedAt = new DateTimeOffset(2026, 7, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(-i) } },
                }),
                new($"award/p-{i}", shown with { Enterprise = Uscc(i), Entitlement = each })])]);
        }
    }

    private static async Task Do(ServiceLog log, Guid id, Change[] changes)
    {
        var answer = await log.Do(
            new Command { City = "350800", Id = id, Actor = Town.Officer, Input = [], Streams = [.. changes.Select(c => c.Stream).Distinct()], Decide = (_, _) => Decision.Accept(changes) }, default);
        Assert.Null(answer.Fault);
    }

    private static string Uscc(int i) => string.Create(CultureInfo.InvariantCulture, $"91350800MA{i:00000000}");
}
