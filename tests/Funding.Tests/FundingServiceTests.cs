using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Contracts.Assessment.V1;
using PilotCity.Contracts.Funding.V1;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Identity;
using PilotCity.Funding.Accounts;
using PilotCity.Funding.Awards;
using PilotCity.Funding.Simulations;
using PilotCity.Funding.Tests.Awards;
using PilotCity.Testing;

namespace PilotCity.Funding.Tests;

/// <summary>The whole way of one award over HTTP, with the answers of the other services given: routes, roles, scopes, files, the gRPC answer.</summary>
public class FundingServiceTests
{
    private const string Root = "/api/funding/350800";
    private static readonly string Company = Town.Company;

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 7, 6, 10, 0, 0, ChinaTime.Offset);

        public override DateTimeOffset GetUtcNow() => Now.ToUniversalTime();
    }

    private static Task<TestService> Start(Town town, Clock clock) => TestService.Start(FundingService.Build, clock, services =>
    {
        services.AddSingleton<AskProject>((_, project, _) => ValueTask.FromResult<Result<GetProjectReply?>>(project == "p-1" ? town.Project : null));
        services.AddSingleton<AskEnterprise>((_, uscc, _) => ValueTask.FromResult<Result<GetEnterpriseReply?>>(uscc == Company ? town.Enterprise : null));
        services.AddSingleton<AskProvider>((uscc, _) => ValueTask.FromResult<Result<GetProviderReply?>>(uscc == Town.Provider ? new GetProviderReply { Provider = uscc, Name = "福建智造服务有限公司" } : null));
        services.AddSingleton<AskParties>((_, _, _) => ValueTask.FromResult<Result<CompareReply>>(town.Parties));
        services.AddSingleton<AskResult>((_, _, purpose, _) => ValueTask.FromResult<Result<GetResultReply?>>(purpose == "after" ? town.After : null));
    });

    private static async Task Found(TestService service)
    {
        var finance = service.As(Role.FinanceOfficer);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds", new { id = "central-2025", name = "中央奖补资金", source = "central", planned = "100000000.00" })).Json(201);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds/central-2025/receipts", new { document = "财建〔2025〕1号", amount = "100000000.00" })).Json(204);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds/central-2025/splits", new
        {
            allocations = new object[] { new { use = "enterprise-renovation", amount = "80000000.00" }, new { use = "public-services", amount = "20000000.00" } },
        })).Json(204);
        var draft = await (await service.As(Role.BureauOfficer).Command(HttpMethod.Put, $"{Root}/rule-sets/longyan/draft", new { shipped = "longyan" })).Json(201);
        await (await service.As(Role.BureauApprover).Command(
            HttpMethod.Post, $"{Root}/rule-sets/longyan/publication", new { version = 1, hash = draft.GetProperty("hash").GetString() })).Json(201);
    }

    [Fact]
    public async Task What_another_city_claims_too_holds_the_award_until_a_person_decides()
    {
        var (town, clock) = (new Town(), new Clock());
        town.Project.Lines[0].InvoiceNumber = "26351000000020104676";
        town.Parties.Relations.Add(new Relation { Kind = "phone", A = "91350800MA0041E869", B = Company });
        await using var service = await Start(town, clock);
        await Found(service);

        // The same project stands in another city's pilot too.
        var other = service.As(Role.BureauOfficer, city: "350500", sub: "other-1");
        var rules = Root.Replace("350800", "350500", StringComparison.Ordinal);
        var draft = await (await other.Command(HttpMethod.Put, $"{rules}/rule-sets/quanzhou/draft", new { shipped = "quanzhou" })).Json(201);
        await (await service.As(Role.BureauApprover, city: "350500", sub: "other-2").Command(
            HttpMethod.Post, $"{rules}/rule-sets/quanzhou/publication", new { version = 1, hash = draft.GetProperty("hash").GetString() })).Json(201);
        await (await other.Command(HttpMethod.Post, $"{rules}/awards/p-1/computation", new { ruleSet = "quanzhou" })).Json(201);

        var (officer, approver) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover));
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        Assert.Equal((422, "award.concern_open"), await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/publicity", new { where = "https://gxj.example/1" })).Refusal());
        var concerns = (await (await officer.GetAsync($"{Root}/awards/p-1")).Json()).GetProperty("concerns").EnumerateArray().ToArray();
        Assert.Equal(["duplicate-invoice", "shared-phone"], concerns.Select(c => c.GetProperty("kind").GetString()));
        Assert.Equal("350500", concerns[0].GetProperty("about")[0].GetString());
        Assert.Equal(1, (await (await officer.GetAsync($"{Root}/awards?held=true")).Json()).GetProperty("total").GetInt32());

        foreach (var concern in concerns)
            await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/concerns/{concern.GetProperty("id").GetString()}/decision", new { dismissed = true, reason = "已核实" })).Json(204);
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/publicity", new { where = "https://gxj.example/1" })).Json();

        // A city of another installation reports the same: the approval asks again.
        var export = await (await other.GetAsync($"{rules}/claims/export")).Json();
        Assert.Equal(("350500", 1, false), (export.GetProperty("city").GetString(), export.GetProperty("claims").GetArrayLength(), export.TryGetProperty("next", out _)));
        var report = new { city = "350900", keyId = export.GetProperty("keyId").GetString(), claims = export.GetProperty("claims") };
        Assert.Equal((1, 0), Counts(await (await officer.Command(HttpMethod.Post, $"{Root}/claims/reports", report)).Json()));
        Assert.Equal((0, 1), Counts(await (await officer.Command(HttpMethod.Post, $"{Root}/claims/reports", report)).Json()));
        clock.Now = new(2026, 7, 14, 9, 0, 0, ChinaTime.Offset);
        approver = service.As(Role.BureauApprover);
        Assert.Equal((409, "award.concern_new"), await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/approval", new { fund = "central-2025", planNumber = "1号" })).Refusal());

        // Nobody is told what the other city claims, nor does it see what we do.
        Assert.Equal((403, "request.city"), await (await service.As(Role.BureauOfficer, city: "350500", sub: "other-1").GetAsync($"{Root}/claims")).Refusal());
        Assert.DoesNotContain("26351000000020104676", export.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("350900", (await (await service.As(Role.BureauOfficer).GetAsync($"{Root}/claims?reported=350900")).Json()).GetProperty("items")[0].GetProperty("reported")[0].GetString());

        static (int, int) Counts(System.Text.Json.JsonElement reported) => (reported.GetProperty("taken").GetInt32(), reported.GetProperty("known").GetInt32());
    }

    [Fact]
    public async Task Decided_awards_are_exported_and_replayed_under_a_draft_and_under_a_version()
    {
        var (town, clock) = (new Town(), new Clock());
        (town.Enterprise.DistrictCode, town.Enterprise.SubIndustry) = ("350802", "专用设备制造");
        await using var service = await Start(town, clock);
        await Found(service);
        var officer = service.As(Role.BureauOfficer);
        Task<HttpResponseMessage> Replay(string text, HttpClient? client = null, string query = "") => (client ?? officer).PostAsync($"{Root}/simulations{query}", new StringContent(text, Encoding.UTF8, "application/yaml"));
        var draft = Sample.LongyanText.Replace("version: 1", "version: 2", StringComparison.Ordinal).Replace("rate: { value: 0.50", "rate: { value: 0.60", StringComparison.Ordinal);
        Assert.Equal((404, "simulation.history_empty"), await (await Replay(draft)).Refusal());

        // Computed twice: the last counts.
        town.After!.Level = 4;
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        town.After.Level = 2;
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        var simulation = await (await Replay(draft)).Json();
        Assert.Equal((1, "200000.00", "240000.00"), (simulation.GetProperty("awards").GetInt32(), simulation.GetProperty("before").GetString(), simulation.GetProperty("after").GetString()));
        Assert.Equal("350802", simulation.GetProperty("byDistrict")[0].GetProperty("key").GetString());
        Assert.Equal("专用设备制造", simulation.GetProperty("changed")[0].GetProperty("subIndustry").GetString());

        // What the export gives is what the command line replays, with the same result.
        var export = await (await service.As(Role.Auditor).GetAsync($"{Root}/awards/history")).Content.ReadAsStringAsync();
        Assert.Equal((1, "350802"), (export.TrimEnd().Split('\n').Length, JsonDocument.Parse(export).RootElement.GetProperty("district").GetString()));
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(export));
        var items = new List<HistoryItem>();
        await foreach (var item in ReadHistory.OfFile(stream, CancellationToken.None)) items.Add(item);
        var offline = SimulateRuleSet.Run(new(Sample.Read(draft).Value, null, null), items, null, CancellationToken.None).Value.Simulation;
        Assert.Equal(simulation.GetRawText(), JsonSerializer.Serialize(offline, Json.Lenient));

        Assert.Equal(1, (await (await officer.PostAsync($"{Root}/simulations", JsonContent.Create(new { ruleSet = "longyan", version = 1, money = "1.00" }))).Json()).GetProperty("portfolio").GetProperty("waiting").GetInt32());
        Assert.Equal((404, "rule_set.version_unknown"), await (await officer.PostAsync($"{Root}/simulations", JsonContent.Create(new { ruleSet = "longyan", version = 9 }))).Refusal());
        Assert.Equal((404, "rule_set.unknown"), await (await officer.PostAsync($"{Root}/simulations", JsonContent.Create(new { ruleSet = "atlantis" }))).Refusal());
        Assert.Equal((400, "rule_set.unreadable"), await (await Replay("id: longyan\nid: longyan\n")).Refusal());
        Assert.Equal((400, "request.query"), await (await Replay(draft, query: "?money=much")).Refusal());
        Assert.Equal((403, "request.role"), await (await Replay(draft, service.As(Role.FinanceOfficer))).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, Company).GetAsync($"{Root}/awards/history")).Refusal());
    }

    [Fact]
    public async Task The_queue_for_a_funds_money_shows_who_is_paid_and_who_waits_and_moves_nothing()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var officer = service.As(Role.BureauOfficer);
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);

        var shown = await (await officer.GetAsync($"{Root}/portfolios/longyan?fund=central-2025")).Json();
        Assert.Equal(("longyan@1", "80000000.00", 0), (shown.GetProperty("ruleSet").GetString(), shown.GetProperty("money").GetString(), shown.GetProperty("approved").GetInt32()));
        var portfolio = shown.GetProperty("portfolio");
        Assert.Equal("""{"id":"p-1","due":"200000.00","paid":"200000.00","waits":false}""", portfolio.GetProperty("lines")[0].GetRawText());
        Assert.Equal(("79800000.00", "200000.00"), (portfolio.GetProperty("left").GetString(), portfolio.GetProperty("average").GetString()));
        Assert.Equal("80000000.00", (await (await officer.GetAsync($"{Root}/funds/central-2025")).Json()).GetProperty("renovation").GetProperty("available").GetString());

        Assert.Equal((400, "request.query"), await (await officer.GetAsync($"{Root}/portfolios/longyan")).Refusal());
        Assert.Equal((404, "fund.unknown"), await (await officer.GetAsync($"{Root}/portfolios/longyan?fund=x")).Refusal());
        Assert.Equal((404, "rule_set.unknown"), await (await officer.GetAsync($"{Root}/portfolios/x?fund=central-2025")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Enterprise, Company).GetAsync($"{Root}/portfolios/longyan?fund=central-2025")).Refusal());
    }

    [Fact]
    public async Task A_decision_is_explained_in_three_forms_and_two_languages_to_the_bureau_and_its_enterprise()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var officer = service.As(Role.BureauOfficer);
        Assert.Equal((404, "award.unknown"), await (await officer.GetAsync($"{Root}/awards/p-1/explanation")).Refusal());
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        town.After!.Level = 3;
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);

        async Task<(string? Type, string Text)> Get(HttpClient client, string accept, string language, string query = "")
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{Root}/awards/p-1/explanation{query}");
            request.Headers.Add("Accept", accept);
            request.Headers.Add("Accept-Language", language);
            var answer = await client.SendAsync(request);
            Assert.Equal(200, (int)answer.StatusCode);
            return (answer.Content.Headers.ContentType?.MediaType, await answer.Content.ReadAsStringAsync());
        }

        var (type, text) = await Get(officer, "text/plain", "zh");
        Assert.Equal("text/plain", type);
        Assert.Contains("改造后等级：3\n   来源：assessment assessment/a-2", text, StringComparison.Ordinal);
        (type, text) = await Get(service.As(Role.Enterprise, Company), "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "en");
        Assert.Equal("text/html", type);
        Assert.Contains("<h2>What would have changed the result</h2>", text, StringComparison.Ordinal);
        (type, text) = await Get(officer, "*/*", "zh");
        Assert.Equal("application/json", type);
        var shown = JsonDocument.Parse(text).RootElement;
        Assert.Equal("spend.below-cap", shown.GetProperty("outlook").GetProperty("prospects")[0].GetProperty("code").GetString());

        var computations = await (await officer.GetAsync($"{Root}/awards/p-1/computations")).Json();
        var first = computations[0].GetProperty("position").GetInt64();
        (_, text) = await Get(officer, "text/plain", "zh", $"?entry={first}");
        Assert.Contains("改造后等级：2", text, StringComparison.Ordinal);
        Assert.Equal((404, "award.no_computation"), await (await officer.GetAsync($"{Root}/awards/p-1/explanation?entry={first + 100}")).Refusal());
        Assert.Equal((400, "request.query"), await (await officer.GetAsync($"{Root}/awards/p-1/explanation?entry=-1")).Refusal());
        Assert.Equal((404, "award.unknown"), await (await service.As(Role.Enterprise, "91110000000000000X").GetAsync($"{Root}/awards/p-1/explanation")).Refusal());
    }

    [Fact]
    public async Task An_award_is_computed_publicised_approved_paid_and_closed()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var (officer, approver, finance, releaser) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover), service.As(Role.FinanceOfficer), service.As(Role.FinanceApprover));

        var computed = await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        Assert.Equal(("payable", "200000.00"), (computed.GetProperty("outcome").GetString(), computed.GetProperty("payable").GetString()));
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/publicity", new { where = "https://gxj.example/1" })).Json();
        var objected = await (await service.As(Role.Provider).Command(HttpMethod.Post, $"{Root}/awards/p-1/objections", new { statement = "数额有误" })).Json(201);
        await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/objections/{objected.GetProperty("objection").GetString()}/decision", new { upheld = false, reason = "不成立" })).Json(204);
        Assert.Equal((422, "award.publicity_running"), await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/approval", new { fund = "central-2025", planNumber = "1号" })).Refusal());
        clock.Now = new(2026, 7, 14, 9, 0, 0, ChinaTime.Offset);

        // Tokens live for hours: a week later everybody signs in again.
        (officer, approver, finance, releaser) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover), service.As(Role.FinanceOfficer), service.As(Role.FinanceApprover));
        await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/approval", new { fund = "central-2025", planNumber = "1号" })).Json(204);

        var owner = service.As(Role.Enterprise, Company);
        Assert.Equal((422, "account.other_name"), await (await owner.Command(HttpMethod.Put, $"{Root}/accounts/{Company}", new { accountName = "别的公司", accountNumber = "6222000011112222", bank = "中国银行" })).Refusal());
        await (await owner.Command(HttpMethod.Put, $"{Root}/accounts/{Company}", new { accountName = town.Enterprise.Name, accountNumber = "6222000011112222", bank = "中国银行" })).Json(204);
        Assert.DoesNotContain("6222", (await (await owner.GetAsync($"{Root}/accounts/{Company}")).Json()).GetRawText(), StringComparison.Ordinal);

        var batch = await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches", new { awards = new[] { "p-1" } })).Json(201);
        var (id, line) = (batch.GetProperty("id").GetString()!, batch.GetProperty("lines")[0].GetProperty("line").GetString());
        await (await releaser.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/approval", new { count = 1, total = "200000.00" })).Json();
        Assert.Equal((403, "payment_batch.file_not_opened"), await (await finance.GetAsync($"{Root}/payment-batches/{id}/file")).Refusal());
        var opened = await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/file", new { purpose = "提交银行" })).Json(201);
        var file = await (await finance.GetAsync($"{Root}/payment-batches/{id}/file")).Content.ReadAsByteArrayAsync();
        Assert.Equal(opened.GetProperty("fileSha256").GetString(), Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)));
        Assert.Contains($"{line},龙岩样本机械有限公司,6222000011112222,中国银行,200000.00,", Encoding.UTF8.GetString(file), StringComparison.Ordinal);

        clock.Now = clock.Now.AddHours(2);
        var result = Town.Csv(id, $"{line},paid,200000.00,B-1,2026-07-14T10:00:00+08:00,");
        Assert.Equal(1, (await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/result", result, "text/csv")).Json()).GetProperty("paid").GetInt32());
        Assert.True((await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/result", result, "text/csv")).Json()).GetProperty("repeated").GetBoolean());
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/closing", new { archive = "档-1" })).Json(204);

        var auditor = service.As(Role.Auditor);
        Assert.Equal("closed", (await (await auditor.GetAsync($"{Root}/awards/p-1")).Json()).GetProperty("status").GetString());
        Assert.Equal("publicised", (await (await auditor.GetAsync($"{Root}/awards/p-1?asOf=2026-07-06T02:00:00Z")).Json()).GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Array, (await (await auditor.GetAsync($"{Root}/awards/p-1/computations")).Json()).ValueKind);
        var trial = await (await auditor.GetAsync($"{Root}/funds/central-2025/trial-balance")).Json();
        Assert.Equal((true, "100000000.00"), (trial.GetProperty("balanced").GetBoolean(), trial.GetProperty("debits").GetString()));
        foreach (var list in new[] { "funds", "rule-sets", "awards?status=closed", "payment-batches?status=completed" })
            Assert.Equal(1, (await (await auditor.GetAsync($"{Root}/{list}")).Json()).GetProperty("total").GetInt32());

        // Nothing of the account stands in any payload of the log.
        var log = service.App.Services.GetRequiredService<Defaults.Log.ServiceLog>();
        var entries = await log.Read("350800", 0, 1_000, default);
        Assert.DoesNotContain(entries, e => Encoding.UTF8.GetString(e.Payload).Contains("6222000011112222", StringComparison.Ordinal));
        Assert.Null(RecomputeAward.Recompute(entries)?.Message.En);
    }

    [Fact]
    public async Task Sources_outcomes_clawback_write_off_and_expiry_go_over_http()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var (officer, approver, finance, releaser, evaluator) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover), service.As(Role.FinanceOfficer), service.As(Role.FinanceApprover), service.As(Role.Evaluator, "91350000MA0EVAL001"));
        var proof = new string('a', 64);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds", new { id = "municipal-2025", name = "市级配套", source = "municipal", planned = "60000.00", payUntil = "2027-12-31" })).Json(201);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds/municipal-2025/receipts", new { document = "市财1号", amount = "60000.00" })).Json(204);
        await (await finance.Command(HttpMethod.Post, $"{Root}/funds/municipal-2025/splits", new { allocations = new[] { new { use = "enterprise-renovation", amount = "60000.00" } } })).Json(204);
        var draft = await (await officer.Command(HttpMethod.Put, $"{Root}/rule-sets/state-council-427/draft", new { shipped = "state-council-427" })).Json(201);
        await (await approver.Command(HttpMethod.Post, $"{Root}/rule-sets/state-council-427/publication", new { version = 1, hash = draft.GetProperty("hash").GetString() })).Json(201);
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/publicity", new { where = "https://gxj.example/1" })).Json();
        clock.Now = new(2026, 7, 14, 9, 0, 0, ChinaTime.Offset);
        (officer, approver, finance, releaser, evaluator) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover), service.As(Role.FinanceOfficer), service.As(Role.FinanceApprover), service.As(Role.Evaluator, "91350000MA0EVAL001"));
        var outcome = new { indicator = "单位产品能耗", unit = "kgce/t", better = "lower", baseline = "100", target = "80", by = "2027-01-31", inProportion = true };
        await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/approval", new
        {
            planNumber = "1号",
            sources = new[] { new { fund = "central-2025", amount = "150000.00" }, new { fund = "municipal-2025", amount = "50000.00" } },
            instalments = new object[]
            {
                new { amount = "120000.00" }, new { amount = "20000.00", condition = new { requires = "稳定运行半年" } }, new { amount = "40000.00", condition = new { outcome } },
                new { amount = "20000.00", condition = new { notBefore = "2026-12-01" } },
            },
            expiresOn = "2027-06-30",
        })).Json(204);

        // final of 120,000; final-2 waits for a document; final-3 and -4 (two sources) for the outcome; final-5 for its day.
        var shown = await (await officer.GetAsync($"{Root}/awards/p-1")).Json();
        Assert.Equal(["approved", "held", "held", "held", "approved"], shown.GetProperty("tranches").EnumerateArray().Select(t => t.GetProperty("status").GetString()));
        Assert.Equal(["central-2025", "municipal-2025"], shown.GetProperty("sources").EnumerateArray().Select(t => t.GetProperty("fund").GetString()));
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/payments/final-2/confirmation", new { document = "验-7", evidence = proof })).Json(204);
        foreach (var payment in (string[])["final-3", "final-4"])
            Assert.False((await (await evaluator.Command(HttpMethod.Post, $"{Root}/awards/p-1/payments/{payment}/measurement", new { value = "90", on = "2026-07-14", evidence = proof })).Json()).GetProperty("reached").GetBoolean());
        Assert.Equal("5000.00", (await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/payments/final-3/outcome", new { reason = "按比例", inProportion = true })).Json()).GetProperty("paid").GetString());
        Assert.Equal("30000.00", (await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/payments/final-4/outcome", new { reason = "未达" })).Json()).GetProperty("freed").GetString());
        await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/payments/final-2/withdrawal", new { reason = "企业放弃" })).Json(204);
        await (await releaser.Command(HttpMethod.Post, $"{Root}/awards/p-1/payments/final-5/extension", new { until = "2027-09-30", reason = "银行退票" })).Json(204);

        await (await service.As(Role.Enterprise, Company).Command(HttpMethod.Put, $"{Root}/accounts/{Company}", new { accountName = town.Enterprise.Name, accountNumber = "6222000011112222", bank = "中国银行" })).Json(204);
        var batch = await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches", new { awards = new[] { "p-1#final" } })).Json(201);
        var id = batch.GetProperty("id").GetString()!;
        await (await releaser.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/approval", new { count = 1, total = "120000.00" })).Json();
        clock.Now = clock.Now.AddHours(2);
        await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/result", Town.Csv(id, $"{id}-001,paid,120000.00,B-1,2026-07-14T10:00:00+08:00,"), "text/csv")).Json();

        var proposed = await (await finance.Command(HttpMethod.Post, $"{Root}/awards/p-1/clawbacks", new { basis = "fraud", facts = "发票系伪造", evidence = new[] { proof }, amount = "100000.00" })).Json(201);
        Assert.Equal(("10000.00", "50000.00"), (proposed.GetProperty("fineMin").GetString(), proposed.GetProperty("fineMax").GetString()));
        await (await releaser.Command(HttpMethod.Post, $"{Root}/awards/p-1/clawbacks/{proposed.GetProperty("clawback").GetString()}/decision", new { upheld = true, document = "财监1号", reason = "查实", fine = "10000.00" })).Json(204);
        await (await finance.Command(HttpMethod.Post, $"{Root}/awards/p-1/recoveries", new { amount = "70000.00", document = "票-1" })).Json(204);
        var writeOff = await (await finance.Command(HttpMethod.Post, $"{Root}/awards/p-1/write-offs", new { amount = "30000.00", reason = "破产", document = "民破1号" })).Json(201);
        await (await releaser.Command(HttpMethod.Post, $"{Root}/awards/p-1/write-offs/{writeOff.GetProperty("writeOff").GetString()}/decision", new { granted = true, document = "财9号", reason = "同意" })).Json(204);
        Assert.Equal((422, "clawback.not_terminated"), await (await finance.Command(HttpMethod.Post, $"{Root}/awards/p-1/clawbacks", new { basis = "terminated", facts = "终止", evidence = new[] { proof } })).Refusal());

        clock.Now = new(2027, 10, 1, 9, 0, 0, ChinaTime.Offset);
        (finance, releaser) = (service.As(Role.FinanceOfficer), service.As(Role.FinanceApprover));
        Assert.Equal((400, "fund.expiry_limit"), await (await finance.Command(HttpMethod.Post, $"{Root}/funds/municipal-2025/expiry", new { limit = 201 })).Refusal());
        Assert.Equal("20000.00", (await (await finance.Command(HttpMethod.Post, $"{Root}/funds/municipal-2025/expiry", new { limit = 1 })).Json()).GetProperty("total").GetString());
        await (await releaser.Command(HttpMethod.Post, $"{Root}/funds/municipal-2025/returns", new { document = "缴-1", amount = "60000.00", pool = "renovation" })).Json(204);
        await (await releaser.Command(HttpMethod.Post, $"{Root}/funds/central-2025/carry-over", new { document = "结转3号", payUntil = "2027-12-31" })).Json(204);

        var auditor = service.As(Role.Auditor);
        shown = await (await auditor.GetAsync($"{Root}/awards/p-1")).Json();
        Assert.Equal(["paid", "withdrawn", "approved", "withdrawn", "expired"], shown.GetProperty("tranches").EnumerateArray().Select(t => t.GetProperty("status").GetString()));
        Assert.Equal(("25000.00", "30000.00"), (shown.GetProperty("awarded").GetString(), shown.GetProperty("writtenOff").GetString()));
        var entries = await service.App.Services.GetRequiredService<Defaults.Log.ServiceLog>().Read("350800", 0, 1_000, default);
        Assert.Null(RecomputeAward.Recompute(entries)?.Message.En);
    }

    [Fact]
    public async Task A_provider_registers_its_own_account_under_the_name_of_its_dossier()
    {
        await using var service = await Start(new Town(), new Clock());
        var account = new { accountName = "福建智造服务有限公司", accountNumber = "6222000011113333", bank = "工商银行" };
        var provider = service.As(Role.Provider, Town.Provider);

        Assert.Equal((422, "account.other_name"), await (await provider.Command(HttpMethod.Put, $"{Root}/accounts/{Town.Provider}", account with { accountName = "别的公司" })).Refusal());
        Assert.Equal((404, "account.unknown"), await (await provider.Command(HttpMethod.Put, $"{Root}/accounts/{Company}", account)).Refusal());
        Assert.Equal((404, "provider.unknown"), await (await service.As(Role.Provider, "91350200MA2Y7X8W2K").Command(HttpMethod.Put, $"{Root}/accounts/91350200MA2Y7X8W2K", account)).Refusal());
        Assert.Equal((404, "enterprise.unknown"), await (await service.As(Role.Enterprise, Town.Provider).Command(HttpMethod.Put, $"{Root}/accounts/{Town.Provider}", account)).Refusal());
        await (await provider.Command(HttpMethod.Put, $"{Root}/accounts/{Town.Provider}", account)).Json(204);
        await (await service.As(Role.FinanceOfficer).Command(HttpMethod.Put, $"{Root}/accounts/{Town.Provider}", account)).Json(204);
        Assert.Equal(2, (await (await provider.GetAsync($"{Root}/accounts/{Town.Provider}")).Json()).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_batch_goes_to_the_bank_and_comes_back_by_ISO_20022()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var (officer, approver) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover));
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/publicity", new { where = "https://gxj.example/1" })).Json();
        clock.Now = new(2026, 7, 14, 9, 0, 0, ChinaTime.Offset);
        var (finance, releaser) = (service.As(Role.FinanceOfficer), service.As(Role.FinanceApprover));
        await (await service.As(Role.BureauApprover).Command(HttpMethod.Post, $"{Root}/awards/p-1/approval", new { fund = "central-2025", planNumber = "1号" })).Json(204);
        await (await finance.Command(HttpMethod.Put, $"{Root}/accounts/{Company}", new { accountName = town.Enterprise.Name, accountNumber = "6222000011112222", bank = "中国银行" })).Json(204);
        await (await releaser.Command(HttpMethod.Put, $"{Root}/funds/central-2025/account", new { name = "龙岩市财政局", bank = "中国银行", number = "3500112233" })).Json(204);
        await (await releaser.Command(HttpMethod.Post, $"{Root}/funds/central-2025/carry-over", new { payUntil = "2026-12-31", document = "财预〔2026〕1号" })).Json(204);

        var batch = await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches", new { awards = new[] { "p-1" } })).Json(201);
        var (id, line) = (batch.GetProperty("id").GetString()!, batch.GetProperty("lines")[0].GetProperty("line").GetString()!);
        var released = await (await releaser.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/approval", new { count = 1, total = "200000.00" })).Json();
        var signed = released.GetProperty("files").GetProperty("pain.001").GetString();
        Assert.Equal((400, "payment_batch.file_format"), await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/file", new { purpose = "x", format = "mt101" })).Refusal());
        var opened = await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/file", new { purpose = "提交银行", format = "pain.001" })).Json(201);
        Assert.Equal(signed, opened.GetProperty("fileSha256").GetString());
        var file = await (await finance.GetAsync($"{Root}/payment-batches/{id}/file?format=pain.001")).Content.ReadAsByteArrayAsync();
        Assert.Equal(signed, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file)));
        Assert.Contains($"<EndToEndId>{line}</EndToEndId>", Encoding.UTF8.GetString(file), StringComparison.Ordinal);

        clock.Now = clock.Now.AddHours(2);
        var waits = BankMessages.Sent.Report(id, BankMessages.Sent.Payment($"{id}-P01", BankMessages.Sent.Transfer(line, "PDNG")));
        Assert.Equal(1, (await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/result", waits, "application/xml")).Json()).GetProperty("onTheWay").GetInt32());
        Assert.Equal((400, "bank_message.has_errors"), await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{id}/result", "<x/>"u8.ToArray(), "text/xml")).Refusal());
        Assert.Equal("accepted", (await (await finance.GetAsync($"{Root}/payment-batches/{id}/reconciliation")).Json()).GetProperty("lines")[0].GetProperty("outcome").GetString());

        byte[] Statement(string account) => BankMessages.Sent.Statement(BankMessages.Sent.Account("S1", "500000.00", "300000.00", BankMessages.Sent.Entry("200000.00", "DBIT", BankMessages.Sent.Details(line, reference: "R-1")), account));
        Assert.Equal((422, "bank_statement.account_unknown"), await (await finance.Command(HttpMethod.Post, $"{Root}/bank-statements", Statement("99"), "application/xml")).Refusal());
        var statement = await (await finance.Command(HttpMethod.Post, $"{Root}/bank-statements", Statement("3500112233"), "application/xml")).Json(201);
        var name = statement.GetProperty("statements")[0].GetProperty("id").GetString();
        Assert.True((await (await finance.Command(HttpMethod.Post, $"{Root}/bank-statements", Statement("3500112233"), "application/xml")).Json()).GetProperty("repeated").GetBoolean());
        var shown = await (await service.As(Role.Auditor).GetAsync($"{Root}/bank-statements/{name}")).Json();
        Assert.Equal(("paid", 0), (shown.GetProperty("lines")[0].GetProperty("finding").GetString(), shown.GetProperty("statement").GetProperty("unexpected").GetInt32()));
        Assert.True((await (await finance.GetAsync($"{Root}/payment-batches/{id}/reconciliation")).Json()).GetProperty("reconciled").GetBoolean());
        finance.DefaultRequestHeaders.Accept.ParseAdd("text/csv");
        Assert.Contains($"{line},p-1,{Company},central-2025,200000.00,booked,PDNG,R-1", await finance.GetStringAsync($"{Root}/payment-batches/{id}/reconciliation"), StringComparison.Ordinal);
        Assert.Contains($"{line},paid,200000.00,debit,R-1,2026-07-14", await finance.GetStringAsync($"{Root}/bank-statements/{name}"), StringComparison.Ordinal);
        var log = service.App.Services.GetRequiredService<Defaults.Log.ServiceLog>();
        Assert.Null(RecomputeAward.Recompute(await log.Read("350800", 0, 1_000, default))?.Message.En);
        await Queries(service, id, line);
    }

    /// <summary>What the auditor is told of it afterwards, and as it stood before the bank paid.</summary>
    private static async Task Queries(TestService service, string batch, string line)
    {
        var auditor = service.As(Role.Auditor);
        var now = await (await auditor.GetAsync($"{Root}/whereabouts?source=central")).Json();
        var fund = now.GetProperty("funds")[0];
        Assert.Equal((true, "100000000.00", "200000.00", "79800000.00"), (fund.GetProperty("agrees").GetBoolean(), fund.GetProperty("sum").GetString(), fund.GetProperty("places").GetProperty("renovation:paid").GetString(), fund.GetProperty("places").GetProperty("renovation:available").GetString()));
        var paid = now.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("place").GetString() == "paid");
        Assert.Equal(("award/p-1", Company, batch, line), (paid.GetProperty("subject").GetString(), paid.GetProperty("payee").GetString(), paid.GetProperty("batch").GetString(), paid.GetProperty("number").GetString()));
        var before = await (await auditor.GetAsync($"{Root}/whereabouts?fund=central-2025&asOf=2026-07-14T02:00:00Z&limit=200")).Json();
        Assert.True(before.GetProperty("funds")[0].GetProperty("agrees").GetBoolean());
        var frozen = before.GetProperty("items").EnumerateArray().Single(i => i.GetProperty("place").GetString() == "reserved");
        Assert.Equal(("frozen", batch, "200000.00"), (frozen.GetProperty("state").GetString(), frozen.GetProperty("batch").GetString(), frozen.GetProperty("amount").GetString()));
        Assert.Equal(0, (await (await auditor.GetAsync($"{Root}/whereabouts?source=district")).Json()).GetProperty("total").GetInt32());
        Assert.Equal((400, "request.query"), await (await auditor.GetAsync($"{Root}/whereabouts?source=heaven")).Refusal());
        Assert.Equal((400, "request.query"), await (await auditor.GetAsync($"{Root}/whereabouts?limit=201")).Refusal());

        var executed = (await (await auditor.GetAsync($"{Root}/execution?fund=central-2025")).Json()).GetProperty("items");
        Assert.Equal(0.002m, executed[0].GetProperty("rate").GetDecimal());
        foreach (var asOf in new[] { "", "?asOf=2026-12-01T00:00:00Z" })
        {
            var rule = (await (await auditor.GetAsync($"{Root}/awards-by-rule{asOf}")).Json()).GetProperty("items")[0];
            Assert.Equal(("longyan", 1, "200000.00"), (rule.GetProperty("ruleSet").GetString(), rule.GetProperty("count").GetInt32(), rule.GetProperty("paid").GetString()));
            var waited = (await (await auditor.GetAsync($"{Root}/waiting-times{asOf}")).Json()).GetProperty("items").EnumerateArray().ToArray();
            Assert.Equal((191, 6), (waited.Single(w => w.GetProperty("step").GetString() == "publicised-to-approved" && !w.TryGetProperty("month", out _)).GetProperty("medianHours").GetInt32(), waited[0].GetProperty("count").GetInt32() * 6));
        }

        auditor.DefaultRequestHeaders.Accept.ParseAdd("text/csv");
        Assert.Contains("central-2025,central,paid,renovation,award/p-1,", await auditor.GetStringAsync($"{Root}/whereabouts"), StringComparison.Ordinal);
        Assert.Contains("central,central-2025,2026-07,100000000.00,200000.00,100000000.00,200000.00,0.0020", await auditor.GetStringAsync($"{Root}/execution"), StringComparison.Ordinal);
        Assert.Contains("longyan,1,1,1,200000.00,200000.00,200000.00", await auditor.GetStringAsync($"{Root}/awards-by-rule"), StringComparison.Ordinal);
        Assert.Contains("publicised-to-approved,,,1,191,191,191,6", await auditor.GetStringAsync($"{Root}/waiting-times"), StringComparison.Ordinal);
        auditor.DefaultRequestHeaders.Accept.Clear();
        auditor.DefaultRequestHeaders.Accept.ParseAdd("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
        foreach (var query in new[] { "whereabouts", "execution", "waiting-times", "awards-by-rule" })
        {
            using var workbook = Defaults.Workbooks.WorkbookReader.Open(await auditor.GetByteArrayAsync($"{Root}/{query}")).Value;
            Assert.Equal(query, Assert.Single(workbook.Sheets).Name);
        }
    }

    [Fact]
    public async Task A_voucher_goes_its_way_over_HTTP()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var (officer, approver, holder) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover), service.As(Role.Enterprise, Company));
        var terms = new { name = "算力券2026", kind = "算力券", fund = "central-2025", use = "public-services", faceMin = "1000.00", faceMax = "50000.00", share = 0.3, validDays = 180, total = "100000.00" };
        Assert.Equal((404, "fund.unknown"), await (await approver.Command(HttpMethod.Post, $"{Root}/voucher-programmes", new { id = "x", terms = terms with { fund = "nothing" } })).Refusal());
        await (await approver.Command(HttpMethod.Post, $"{Root}/voucher-programmes", new { id = "compute", terms })).Json(201);
        Assert.Equal((400, "voucher.issues"), await (await officer.Command(HttpMethod.Post, $"{Root}/voucher-programmes/compute/vouchers", new { issues = Array.Empty<object>() })).Refusal());
        var issued = await (await officer.Command(HttpMethod.Post, $"{Root}/voucher-programmes/compute/vouchers", new { issues = new[] { new { enterprise = Company, face = "10000.00" }, new { enterprise = Company, face = "2000.00" } } })).Json(201);
        var (id, second) = (issued.GetProperty("vouchers")[0].GetProperty("voucher").GetString()!, issued.GetProperty("vouchers")[1].GetProperty("voucher").GetString()!);

        Assert.Equal((404, "voucher.unknown"), await (await service.As(Role.Enterprise, "91350800MA31B2C3D6").Command(HttpMethod.Post, $"{Root}/vouchers/{id}/parts", new { parts = new[] { "5000.00", "5000.00" } })).Refusal());
        await (await holder.Command(HttpMethod.Post, $"{Root}/vouchers/{id}/parts", new { parts = new[] { "4000.00", "6000.00" } })).Json();
        var claim = new { provider = Vouchers.VoucherTests.Code, invoice = "25352000000000000009", amount = "20000.00", issuedOn = "2026-07-06" };
        Assert.Equal("4000.00", (await (await holder.Command(HttpMethod.Post, $"{Root}/vouchers/{id}.1/claim", claim)).Json()).GetProperty("pays").GetString());
        Assert.Equal((422, "voucher.invoice_claimed"), await (await holder.Command(HttpMethod.Post, $"{Root}/vouchers/{id}.2/claim", claim)).Refusal());
        await (await approver.Command(HttpMethod.Post, $"{Root}/vouchers/{id}.1/confirmation", new { confirmed = true })).Json(204);
        await (await service.As(Role.FinanceOfficer).Command(HttpMethod.Post, $"{Root}/vouchers/{id}.1/settlement", new { document = "支-1" })).Json(204);
        await (await service.As(Role.FinanceApprover).Command(HttpMethod.Post, $"{Root}/vouchers/{id}.1/settlement/booking", new { document = "支-1", amount = "4000.00" })).Json(204);
        await (await approver.Command(HttpMethod.Post, $"{Root}/vouchers/{second}/revocation", new { reason = "企业退出试点" })).Json(204);

        clock.Now = clock.Now.AddDays(200);
        var freed = await (await service.As(Role.BureauOfficer).Command(HttpMethod.Post, $"{Root}/voucher-programmes/compute/expiry", new { })).Json();
        Assert.Equal((1, "6000.00", 0), (freed.GetProperty("vouchers").GetInt32(), freed.GetProperty("face").GetString(), freed.GetProperty("left").GetInt32()));
        var auditor = service.As(Role.Auditor);
        var shown = await (await auditor.GetAsync($"{Root}/voucher-programmes/compute")).Json();
        Assert.Equal(("12000.00", "0.00", "4000.00", "6000.00", "2000.00"), (Text("issued"), Text("open"), Text("redeemed"), Text("expired"), Text("revoked")));
        Assert.Equal("settled", (await (await auditor.GetAsync($"{Root}/vouchers/{id}.1")).Json()).GetProperty("status").GetString());
        Assert.Equal("4000.00", (await (await auditor.GetAsync($"{Root}/funds/central-2025")).Json()).GetProperty("services").GetProperty("paid").GetString());
        Assert.Equal((4, 0), ((await (await service.As(Role.Enterprise, Company).GetAsync($"{Root}/vouchers")).Json()).GetProperty("total").GetInt32(), (await (await service.As(Role.Enterprise, "91350800MA31B2C3D6").GetAsync($"{Root}/vouchers")).Json()).GetProperty("total").GetInt32()));

        string? Text(string name) => shown.GetProperty(name).GetString();
    }

    [Fact]
    public async Task An_advance_is_computed_approved_and_withdrawn_and_a_batch_cancelled()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var (officer, approver, finance) = (service.As(Role.BureauOfficer), service.As(Role.BureauApprover), service.As(Role.FinanceOfficer));

        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/advance", new { ruleSet = "longyan" })).Json(201);
        Assert.Equal((404, "fund.unknown"), await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/advance/approval", new { fund = "nothing", planNumber = "1号" })).Refusal());
        await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/advance/approval", new { fund = "central-2025", planNumber = "1号" })).Json(204);
        await (await finance.Command(HttpMethod.Put, $"{Root}/accounts/{Company}", new { accountName = town.Enterprise.Name, accountNumber = "6222000011112222", bank = "中国银行" })).Json(204);
        var batch = await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches", new { awards = new[] { "p-1" } })).Json(201);
        Assert.Equal((409, "award.no_advance"), await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/advance/withdrawal", new { reason = "合同终止" })).Refusal());
        await (await finance.Command(HttpMethod.Post, $"{Root}/payment-batches/{batch.GetProperty("id").GetString()}/cancellation", new { reason = "重做" })).Json(204);
        await (await approver.Command(HttpMethod.Post, $"{Root}/awards/p-1/advance/withdrawal", new { reason = "合同终止" })).Json(204);
        Assert.Equal((409, "award.no_recovery"), await (await finance.Command(HttpMethod.Post, $"{Root}/awards/p-1/recoveries", new { amount = "1.00", document = "票-1" })).Refusal());
    }

    [Fact]
    public async Task A_reservation_is_made_posted_and_voided_by_the_right_people_and_shown_as_it_stood()
    {
        var clock = new Clock();
        await using var service = await Start(new Town(), clock);
        await Found(service);
        var (officer, approver, both) = (service.As(Role.FinanceOfficer), service.As(Role.FinanceApprover), service.As(Role.FinanceOfficer, sub: "both-1", furtherRoles: Role.FinanceApprover));
        var key = Guid.Parse("0198a000-0000-7000-8000-000000000001");
        var wish = new { use = "public-services", amount = "1000.00", reference = "合同-1" };
        var reservations = $"{Root}/funds/central-2025/reservations";

        foreach (var _ in new[] { 1, 2 })
        {
            var made = await officer.Command(HttpMethod.Post, reservations, wish, key);
            await made.Json(201);
            Assert.Equal($"{reservations}/0198a000000070008000000000000001", made.Headers.Location?.OriginalString);
        }

        var location = $"{reservations}/0198a000000070008000000000000001";
        var second = (await both.Command(HttpMethod.Post, reservations, wish)).Headers.Location!.OriginalString;
        Assert.Equal(2, (await (await officer.GetAsync(reservations)).Json()).GetProperty("total").GetInt32());
        Assert.Equal((400, "request.query"), await (await officer.GetAsync($"{reservations}?limit=201")).Refusal());
        Assert.Equal((404, "fund.unknown"), await (await officer.GetAsync($"{Root}/funds/f-9/reservations")).Refusal());
        Assert.Equal((404, "fund.unknown"), await (await officer.Command(HttpMethod.Post, $"{Root}/funds/f-9/reservations", wish)).Refusal());
        Assert.Equal((403, "request.role"), await (await approver.Command(HttpMethod.Post, reservations, wish)).Refusal());
        Assert.Equal((403, "request.role"), await (await officer.Command(HttpMethod.Post, $"{location}/posting", new { document = "支-1" })).Refusal());
        Assert.Equal((422, "reservation.same_person"), await (await both.Command(HttpMethod.Post, $"{second}/posting", new { document = "支-1" })).Refusal());

        clock.Now = clock.Now.AddMinutes(1);
        await (await approver.Command(HttpMethod.Post, $"{location}/posting", new { document = "支-1", amount = "400.00" })).Json(204);
        Assert.Equal("600.00", (await (await officer.GetAsync(location)).Json()).GetProperty("open").GetString());
        Assert.Equal("1000.00", (await (await officer.GetAsync($"{location}?asOf=2026-07-06T02:00:30Z")).Json()).GetProperty("open").GetString());
        await (await officer.Command(HttpMethod.Post, $"{location}/void", new { reason = "合同终止" })).Json(204);
        await (await approver.Command(HttpMethod.Post, $"{second}/void", new { reason = "合同终止" })).Json(204);
        Assert.Equal((404, "reservation.not_open"), await (await officer.GetAsync(location)).Refusal());
        Assert.Equal("400.00", (await (await officer.GetAsync($"{Root}/funds/central-2025")).Json()).GetProperty("services").GetProperty("paid").GetString());
    }

    [Fact]
    public async Task What_is_not_there_is_said_and_what_is_anothers_is_not_shown()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        var officer = service.As(Role.BureauOfficer);

        Assert.Equal((404, "project.unknown"), await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-9/computation", new { ruleSet = "longyan" })).Refusal());
        Assert.Equal((404, "rule_set.unknown"), await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "atlantis" })).Refusal());
        Assert.Equal((404, "enterprise.unknown"), await (await service.As(Role.FinanceOfficer).Command(HttpMethod.Put, $"{Root}/accounts/913", new { accountName = "x", accountNumber = "12345678", bank = "y" })).Refusal());
        Assert.Equal((404, "award.unknown"), await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/publicity", new { where = "x" })).Refusal());
        Assert.Equal((409, "fund.exists"), await (await service.As(Role.FinanceOfficer).Command(HttpMethod.Post, $"{Root}/funds", new { id = "central-2025", name = "x", source = "central", planned = "1.00" })).Refusal());
        Assert.Equal((404, "payment_batch.unknown"), await (await service.As(Role.FinanceApprover).Command(HttpMethod.Post, $"{Root}/payment-batches/b9/approval", new { count = 1, total = "1.00" })).Refusal());

        await (await officer.Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        var (own, other) = (service.As(Role.Enterprise, Company), service.As(Role.Enterprise, "91350800MA0041E869"));
        await (await own.GetAsync($"{Root}/awards/p-1")).Json();
        Assert.Equal((404, "award.unknown"), await (await other.GetAsync($"{Root}/awards/p-1")).Refusal());
        Assert.Equal((404, "award.unknown"), await (await other.GetAsync($"{Root}/awards/p-1/computations")).Refusal());
        Assert.Equal(0, (await (await other.GetAsync($"{Root}/awards")).Json()).GetProperty("total").GetInt32());
        Assert.Equal((404, "account.unknown"), await (await other.GetAsync($"{Root}/accounts/{Company}")).Refusal());
        Assert.Equal((404, "account.unknown"), await (await other.Command(HttpMethod.Put, $"{Root}/accounts/{Company}", new { accountName = "x", accountNumber = "12345678", bank = "y" })).Refusal());
        Assert.Equal((403, "request.role"), await (await own.Command(HttpMethod.Post, $"{Root}/awards/p-1/approval", new { fund = "central-2025", planNumber = "1号" })).Refusal());
        Assert.Equal((400, "award.statement"), await (await own.Command(HttpMethod.Post, $"{Root}/awards/p-1/objections", new { statement = "" })).Refusal());
        Assert.Equal((400, "payment_batch.awards"), await (await service.As(Role.FinanceOfficer).Command(HttpMethod.Post, $"{Root}/payment-batches", new { awards = new[] { "p-1", "p-1" } })).Refusal());
        Assert.Equal((404, "rule_set.version_unknown"), await (await own.GetAsync($"{Root}/rule-sets/longyan/versions/2")).Refusal());
        Assert.StartsWith("# 龙岩", await (await own.GetAsync($"{Root}/rule-sets/longyan/versions/1")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_is_away_is_said_so_and_nothing_is_decided()
    {
        await using var service = await TestService.Start(FundingService.Build, new Clock());
        await Found(service);

        Assert.Equal((503, "peer.unavailable"), await (await service.As(Role.BureauOfficer).Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Refusal());
    }

    [Fact]
    public async Task Other_services_are_told_over_grpc_where_an_award_stands()
    {
        var (town, clock) = (new Town(), new Clock());
        await using var service = await Start(town, clock);
        await Found(service);
        await (await service.As(Role.BureauOfficer).Command(HttpMethod.Post, $"{Root}/awards/p-1/computation", new { ruleSet = "longyan" })).Json(201);
        using var channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var client = new Contracts.Funding.V1.Awards.AwardsClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {service.App.Services.GetRequiredService<ServiceToken>().Current()}" } };

        var reply = await client.GetAwardAsync(new GetAwardRequest { City = "350800", Award = "p-1" }, headers);
        Assert.Equal(("computed", "longyan@1", 20_000_000, 20_000_000, 0), (reply.Status, reply.RuleSet, reply.EntitlementFen, reply.PayableFen, reply.PaidFen));
        Assert.Equal(("award/p-1", 1, Company), (reply.Source.Stream, reply.Source.Version, reply.BeneficiaryUscc));
        var nothing = await Assert.ThrowsAsync<RpcException>(async () => await client.GetAwardAsync(new GetAwardRequest { City = "350800", Award = "p-9" }, headers));
        Assert.Equal(StatusCode.NotFound, nothing.StatusCode);
        var nobody = await Assert.ThrowsAsync<RpcException>(async () => await client.GetAwardAsync(new GetAwardRequest { City = "350800", Award = "p-1" }));
        Assert.Equal(StatusCode.Unauthenticated, nobody.StatusCode);
    }
}
