using System.Net;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Findings;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Findings;

/// <summary>What was followed is checked, and what is found lives over HTTP.</summary>
public sealed class FindingWatchTests
{
    private const string Root = "/api/oversight/350800";
    private const string Enterprise = "91350825MAW5MTJ0XQ";
    private const string Provider = "91350800MA0041E869";

    [Fact]
    public async Task A_hit_is_noted_once_handled_by_two_people_and_counted()
    {
        var folder = new TemporaryFolder();
        var settings = new Dictionary<string, string?>(OversightServiceTests.Settings) { ["ConnectionStrings:Log"] = $"Data Source={folder["log.db"]}" };
        string id;
        await using (var service = await TestService.Start(OversightService.Build, settings: settings))
        {
            var log = service.App.Services.GetRequiredService<ServiceLog>();
            await OversightLog.Take(log, Project().Entries);
            await Watch(service).LookAtAll(default);
            await Watch(service).LookAtAll(default);

            var auditor = service.As(Role.Auditor);
            var found = await Items(auditor, "/findings?check=AC07");
            id = found.Single().GetProperty("id").GetString()!;
            Assert.Equal("opened medium 2025-07-01", $"{Word(found[0], "status")} {Word(found[0], "severity")} {found[0].GetProperty("found").GetProperty("figures").GetProperty("issuedOn").GetString()}");
            Assert.Equal([4L, 5L], found[0].GetProperty("found").GetProperty("evidence").EnumerateArray().Select(e => e.GetProperty("position").GetInt64()));
            Assert.Single(await Items(auditor, "/findings?about=project/p1&check=AC07"));
            Assert.Equal((404, "finding.unknown"), await (await auditor.GetAsync($"{Root}/findings/x")).Refusal());
            Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, Enterprise).GetAsync($"{Root}/findings")).Refusal());

            var (officer, approver, other) = (service.As(Role.BureauOfficer, sub: "u-1"), service.As(Role.BureauApprover, sub: "u-2"), service.As(Role.BureauOfficer, sub: "u-3"));
            await Must(approver, id, "assignment", new { to = "u-1" });
            await Must(officer, id, "explanation", new { reason = "补签系笔误", documents = new[] { "文1" } });
            Assert.Equal((403, "finding.same_person"), await (await officer.Command(HttpMethod.Post, $"{Root}/findings/{id}/recheck", new { settled = true, reason = "x" })).Refusal());
            await Must(other, id, "recheck", new { settled = true, reason = "属实" });
            await Must(approver, id, "closure", new { outcome = "explained", reason = "属实" });
            Assert.Equal((409, "finding.wrong_state"), await (await approver.Command(HttpMethod.Post, $"{Root}/findings/{id}/rectification", new { measure = "x", dueOn = "2099-01-01" })).Refusal());

            var view = await (await auditor.GetAsync($"{Root}/findings/{id}")).Json();
            Assert.Equal(5, view.GetProperty("steps").GetArrayLength());
            var counted = await (await auditor.GetAsync($"{Root}/finding-statistics")).Json();
            Assert.Equal(1, counted.GetProperty("byCheck").EnumerateArray().Single(c => Word(c, "check") == "AC07").GetProperty("closed").GetInt32());
        }

        // Started again, everything is folded anew and nothing is raised twice.
        await using (var service = await TestService.Start(OversightService.Build, settings: settings))
        {
            await Watch(service).LookAtAll(default);

            Assert.Equal("closed", Word((await Items(service.As(Role.Auditor), "/findings?check=AC07")).Single(), "status"));
        }

        folder.Dispose();
    }

    [Fact]
    public async Task Outside_data_wakes_its_check_and_a_broken_log_is_a_finding()
    {
        await using var service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        var (log, auditor) = (service.App.Services.GetRequiredService<ServiceLog>(), service.As(Role.Auditor));
        await OversightLog.Take(log, Project().Entries);
        await Watch(service).LookAtAll(default);
        Assert.Equal("not-checked", await StateOf(auditor, "AC09"));
        Assert.Empty(await Items(auditor, "/findings?check=AC09"));

        var officer = service.As(Role.BureauOfficer);
        Assert.Equal((404, "snapshot.kind"), await (await officer.Command(HttpMethod.Post, $"{Root}/snapshots/weather", new { takenOn = "2026-01-01", source = "x", rows = Array.Empty<object>() })).Refusal());
        var told = await (await officer.Command(HttpMethod.Post, $"{Root}/snapshots/invoice-status", new { takenOn = "2026-01-01", source = "税务局", rows = new[] { new { number = "2635100000002010", status = "reversed" } } })).Json(201);
        Assert.Equal(1, told.GetProperty("rows").GetInt32());
        Assert.Equal("税务局", Word(await (await auditor.GetAsync($"{Root}/snapshots/invoice-status")).Json(), "source"));
        Assert.Equal((404, "snapshot.unknown"), await (await auditor.GetAsync($"{Root}/snapshots/usage")).Refusal());
        Assert.Equal("runs", await StateOf(auditor, "AC09"));
        var own = new { values = new { daysTolerated = 30 } };
        await (await officer.Command(HttpMethod.Put, $"{Root}/checks/AC07/parameters", new { own.values, reason = "本市做法" })).Json(204);
        Assert.Equal((403, "request.role"), await (await officer.Command(HttpMethod.Post, $"{Root}/checks/AC07/parameters/approval", own)).Refusal());
        Assert.Equal("bureau-officer-1", Word((await Checks(auditor)).Single(c => Word(c, "id") == "AC07").GetProperty("proposed"), "by"));
        await (await service.As(Role.BureauApprover).Command(HttpMethod.Post, $"{Root}/checks/AC07/parameters/approval", own)).Json(204);
        Assert.Equal((404, "check.unknown"), await (await service.As(Role.BureauApprover).Command(HttpMethod.Put, $"{Root}/checks/AC99/parameters", new { values = new { x = 1 }, reason = "x" })).Refusal());
        await Oversight.Entries.WhenEntriesAppended.Record(log, new("funding", TestService.City, 9, "the entry has position 10"), DateTimeOffset.UnixEpoch, default);
        // Oversight follows its own log like the others: what was set and imported is taken into the tree first.
        await service.App.Services.GetRequiredService<Follower>().Reaches("oversight", TestService.City, (await log.Head(TestService.City, default)).Position, default);
        await Watch(service).LookAtAll(default);

        Assert.Single(await Items(auditor, "/findings?check=AC09"));
        Assert.Single(await Items(auditor, "/findings?check=AC45"));
        var threshold = (await Checks(auditor)).Single(c => Word(c, "id") == "AC07").GetProperty("parameters")[0];
        Assert.Equal((30, 0), (threshold.GetProperty("value").GetInt32(), threshold.GetProperty("standard").GetInt32()));
    }

    [Fact]
    public async Task What_nobody_explains_goes_to_the_next_level_by_itself_once_and_not_before_its_day()
    {
        var clock = new SetClock(Found);
        await using var service = await TestService.Start(OversightService.Build, clock, settings: OversightServiceTests.Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await OversightLog.Take(log, Three().Entries);
        await Watch(service).LookAtAll(default);
        var found = await Ids(service);
        Assert.True(found.Length > 2, "there are several");
        await Must(service.As(Role.BureauApprover, sub: "u-2"), found[0], "assignment", new { to = "u-1" });
        await Must(service.As(Role.BureauOfficer, sub: "u-1"), found[0], "explanation", new { reason = "补签系笔误" });
        var watch = Watch(service);
        await watch.LookAtAll(default);

        // The last moment of the fifteenth day in China, and the first of the sixteenth.
        var sixteenth = ChinaTime.StartOf(ChinaTime.DayOf(Found).AddDays(CountFindings.EscalatesAfterDays + 1));
        clock.Now = sixteenth.AddTicks(-10);
        await watch.LookAtAll(default);
        Assert.Empty(await Escalated(log));

        clock.Now = sixteenth;
        await watch.LookAtAll(default);
        Assert.Equal(found[1..].Order(StringComparer.Ordinal), await Escalated(log));

        // Round after round, day after day, and after a start: nothing more.
        await watch.LookAtAll(default);
        await Watch(service).LookAtAll(default);
        clock.Now = sixteenth.AddDays(90);
        await watch.LookAtAll(default);
        await Watch(service).LookAtAll(default);
        Assert.Equal(found[1..].Order(StringComparer.Ordinal), await Escalated(log));
        var shown = (await Items(service.As(Role.Auditor), "/findings?level=1")).Select(f => Word(f.GetProperty("escalations")[0].GetProperty("what"), "cause")).Distinct();
        Assert.Equal(["unexplained"], shown);
    }

    [Fact]
    public async Task A_crash_while_findings_escalate_loses_none_and_doubles_none()
    {
        var clock = new SetClock(Found);
        await using var service = await TestService.Start(OversightService.Build, clock, settings: OversightServiceTests.Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await OversightLog.Take(log, Three().Entries);
        await Watch(service).LookAtAll(default);
        var found = await Ids(service);
        Assert.True(found.Length > 2, "there are several");
        clock.Now = Found.AddDays(CountFindings.EscalatesAfterDays + 1);
        await using var connection = await log.Database.Connect(default);

        // The database ends the transaction of one of them; whichever others were in it go with it.
        await connection.ExecuteAsync($"CREATE TRIGGER crash BEFORE INSERT ON log WHEN NEW.type = 'FindingEscalated' AND NEW.stream = 'finding/{found[^1]}' BEGIN SELECT RAISE(ABORT, 'crash'); END");
        var watch = Watch(service);
        await Assert.ThrowsAnyAsync<Exception>(() => watch.LookAtAll(default));
        Assert.DoesNotContain(found[^1], await Escalated(log));

        await connection.ExecuteAsync("DROP TRIGGER crash");
        await Task.WhenAll(watch.LookAtAll(default), Watch(service).LookAtAll(default));
        await Watch(service).LookAtAll(default);

        Assert.Equal(found.Order(StringComparer.Ordinal), await Escalated(log));
    }

    private static readonly DateTimeOffset Found = new(2026, 3, 10, 4, 0, 0, TimeSpan.Zero);

    private static async Task<string[]> Ids(TestService service) => [.. (await Items(service.As(Role.Auditor), "/findings?limit=200")).Select(f => Word(f, "id"))];

    /// <summary>Which findings went up, each as often as it did.</summary>
    private static async Task<string[]> Escalated(ServiceLog log) =>
        [.. (await log.Read(TestService.City, 0, 1_000, default)).Where(e => e.Type == "FindingEscalated").Select(e => e.Stream["finding/".Length..]).Order(StringComparer.Ordinal)];

    /// <summary>Three projects of which each is such a one.</summary>
    private static Chronicle Three()
    {
        var chronicle = Project();
        foreach (var id in (string[])["p2", "p3"])
        {
            chronicle
                .Add($"project/{id}", "ProjectDiagnosed", new { project = id, enterprise = Enterprise, type = "single" }, $"provider:p-1@{Provider}")
                .Add($"project/{id}", "ContractRegistered", new { project = id, contract = $"HT-{id}", signedOn = "2025-07-21", amount = "200000.00", provider = Provider }, $"enterprise:e-1@{Enterprise}")
                .Add($"project/{id}", "SpendReported", new
                {
                    project = id,
                    line = new
                    {
                        id = "L1",
                        contract = $"HT-{id}",
                        category = "cloud",
                        invoice = new { number = $"263510000000202{id[1]}", issuedOn = "2025-07-01", net = "100000.00", vat = "6000.00" },
                        payments = Array.Empty<object>(),
                        flags = Array.Empty<string>(),
                    },
                }, $"enterprise:e-1@{Enterprise}");
        }

        return chronicle;
    }

    /// <summary>A project whose invoice is older than its contract.</summary>
    private static Chronicle Project() => new Chronicle("performance")
        .Add($"pool/{Provider}", "AdmittedToPool", new { provider = Provider, from = "2025-01-01" })
        .Add("project/p1", "ProjectDiagnosed", new { project = "p1", enterprise = Enterprise, type = "single" }, $"provider:p-1@{Provider}")
        .Add("project/p1", "MilestoneReported", new { project = "p1", name = "x", reachedOn = "2025-09-01", documents = Array.Empty<object>() }, $"provider:p-1@{Provider}")
        .Add("project/p1", "ContractRegistered", new { project = "p1", contract = "HT-1", signedOn = "2025-07-21", amount = "200000.00", provider = Provider }, $"enterprise:e-1@{Enterprise}")
        .Add("project/p1", "SpendReported", new
        {
            project = "p1",
            line = new { id = "L1", contract = "HT-1", category = "cloud", invoice = new { number = "2635100000002010", issuedOn = "2025-07-01", net = "100000.00", vat = "6000.00" }, payments = Array.Empty<object>(), flags = Array.Empty<string>() },
        }, $"enterprise:e-1@{Enterprise}");

    private static FindingWatch Watch(TestService service) => ActivatorUtilities.CreateInstance<FindingWatch>(service.App.Services);

    private static async Task Must(HttpClient client, string id, string step, object body)
    {
        var answer = await client.Command(HttpMethod.Post, $"{Root}/findings/{id}/{step}", body);
        Assert.True(answer.StatusCode == HttpStatusCode.NoContent, await answer.Content.ReadAsStringAsync());
    }

    private static async Task<JsonElement[]> Items(HttpClient client, string path) => [.. (await (await client.GetAsync(Root + path)).Json()).GetProperty("items").EnumerateArray()];

    private static Task<JsonElement[]> Checks(HttpClient client) => Items(client, "/checks");

    private static async Task<string> StateOf(HttpClient client, string check) => Word((await Checks(client)).Single(c => Word(c, "id") == check), "state");

    private static string Word(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
