using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Contracts.Registry.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Defaults.Tests.Workbooks;
using PilotCity.Testing;
using static PilotCity.Registry.Tests.Examples;

namespace PilotCity.Registry.Tests;

/// <summary>The wiring: every use case once over real HTTP and gRPC, on a database of its own.</summary>
public sealed class RegistryServiceTests : IAsyncLifetime
{
    private const string Root = "/api/registry/350800";
    private const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    private readonly SetClock clock = new(At);
    private TestService service = null!;

    public async Task InitializeAsync() => service = await TestService.Start(RegistryService.Build, clock);

    public async Task DisposeAsync() => await service.DisposeAsync();

    private static byte[] List(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "pilot-lists", name + ".xlsx"));

    private HttpClient Bureau => service.As(Role.BureauOfficer);

    private Task<HttpResponseMessage> Import(byte[] file, string query = "", Guid? key = null) => Bureau.Command(HttpMethod.Post, $"{Root}/pilot-lists{query}", file, Xlsx, key);

    private ServiceLog Log => service.App.Services.GetRequiredService<ServiceLog>();

    [Fact]
    public async Task A_pilot_list_is_imported_looked_up_and_searched()
    {
        var response = await Import(List("longyan-pilot-list"), "?day=2025-06-30&reportYear=2024");
        var imported = await response.Json(201);

        Assert.Equal((40, 40), (imported.GetProperty("rows").GetInt32(), imported.GetProperty("imported").GetInt32()));
        var list = await (await Bureau.GetAsync(response.Headers.Location)).Json();
        Assert.Equal(40, list.GetProperty("import").GetProperty("imported").GetInt32());
        Assert.Equal(1, (await (await Bureau.GetAsync($"{Root}/pilot-lists")).Json()).GetProperty("total").GetInt32());

        var one = await (await Bureau.GetAsync($"{Root}/enterprises/{Uscc}")).Json();
        Assert.Equal(
            ("龙岩湛嶂针织有限公司", "61818000.00", "small", "innovative", true, 2024),
            (one.GetProperty("name").GetString(), one.GetProperty("revenueYuan").GetString(), one.GetProperty("size").GetString(), one.GetProperty("tier").GetString(), one.GetProperty("onPilotList").GetBoolean(), one.GetProperty("reportYear").GetInt32()));
        Assert.Equal(5, await Total("?size=medium"));
        Assert.Equal(1, await Total("?q=" + Uri.EscapeDataString("湛嶂针织")));
        Assert.Equal(40, await Total($"?list={imported.GetProperty("list").GetString()}&onPilotList=true"));
    }

    [Fact]
    public async Task Contacts_and_phones_are_not_in_the_log()
    {
        await (await Import(List("longyan-pilot-list"))).Json(201);

        var payloads = string.Concat((await Log.Read(TestService.City, 0, 100, CancellationToken.None)).Select(entry => Encoding.UTF8.GetString(entry.Payload)));

        Assert.Contains("龙岩湛嶂针织有限公司", payloads, StringComparison.Ordinal);
        Assert.DoesNotContain("邱珩安", payloads, StringComparison.Ordinal);
        Assert.DoesNotContain("0597-9000026", payloads, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_errors_writes_nothing_and_every_cell_is_named()
    {
        var problem = await (await Import(List("longyan-pilot-list-errors"), "?day=2025-06-30")).Json(422);

        Assert.Equal("pilot_list.has_errors", problem.GetProperty("code").GetString());
        Assert.Equal(
            ["试点企业名单!C5 uscc.bad_check_character", "试点企业名单!C8 uscc.wrong_length", "试点企业名单!B11 name.missing"],
            problem.GetProperty("details").EnumerateArray().Take(3).Select(detail => $"{detail.GetProperty("path").GetString()} {detail.GetProperty("code").GetString()}"));
        Assert.Equal(9, problem.GetProperty("details").GetArrayLength());
        Assert.Equal(0, await Total(""));
        Assert.Empty(await Log.Read(TestService.City, 0, 1, CancellationToken.None));
    }

    [Fact]
    public async Task Valid_rows_are_imported_where_the_officer_says_so_and_a_repetition_imports_nothing_more()
    {
        var key = Guid.NewGuid();
        var first = await (await Import(List("longyan-pilot-list-errors"), "?day=2025-06-30&validRowsOnly=true", key)).Json(201);
        var again = await (await Import(List("longyan-pilot-list-errors"), "?day=2025-06-30&validRowsOnly=true", key)).Json(201);

        Assert.Equal((17, 8, 1), (first.GetProperty("imported").GetInt32(), first.GetProperty("errors").GetInt32(), first.GetProperty("warnings").GetInt32()));
        Assert.Equal(first.ToString(), again.ToString());
        Assert.Equal(9, first.GetProperty("findings").GetArrayLength());
        Assert.Equal(17, await Total(""));
        Assert.Equal((409, "pilot_list.already_imported"), await (await Import(List("longyan-pilot-list-errors"), "?validRowsOnly=true")).Refusal());
    }

    [Fact]
    public async Task Files_that_are_no_pilot_lists_are_refused_with_their_reason()
    {
        var whole = List("longyan-pilot-list");

        Assert.Equal((400, "workbook.not_a_workbook"), await (await Import("企业名称,代码"u8.ToArray())).Refusal());
        Assert.Equal((400, "workbook.truncated"), await (await Import(whole[..^100])).Refusal());
        Assert.Equal((400, "pilot_list.wrong_columns"), await (await Import(new WorkbookFile().Sheet("S", [["企业名称", "统一社会信用代码", "所属区县", "细分行业"], ["甲"]]).Bytes())).Refusal());
        Assert.Equal((422, "pilot_list.no_valid_row"), await (await Import(new WorkbookFile().Sheet("S",
            [["企业名称", "统一社会信用代码", "所属区县", "细分行业", "行业代码", "从业人员", "营业收入", "资产总额", "是否规上", "优质企业梯度", "成立日期", "联系人", "联系电话"], ["甲", "x"]]).Bytes(), "?validRowsOnly=true")).Refusal());
        using var large = new HttpRequestMessage(HttpMethod.Post, $"{Root}/pilot-lists") { Content = new ByteArrayContent(new byte[(16 << 20) + 1]) };
        // A client that asks first is answered before it sends.
        large.Headers.ExpectContinue = true;
        large.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        Assert.Equal((413, "request.too_large"), await (await Bureau.SendAsync(large)).Refusal());
        Assert.Equal((400, "request.query"), await (await Import(whole, "?when=now")).Refusal());
    }

    [Fact]
    public async Task A_city_without_data_is_told_so() =>
        Assert.Equal(
            (404, "city.unknown"),
            await (await service.As(Role.BureauOfficer, city: "350500").Command(HttpMethod.Post, "/api/registry/350500/pilot-lists", List("longyan-pilot-list"), Xlsx)).Refusal());

    [Fact]
    public async Task Others_may_not_import_and_see_only_what_is_theirs()
    {
        await (await Import(List("longyan-pilot-list"))).Json(201);

        Assert.Equal((403, "request.role"), await (await service.As(Role.Auditor).Command(HttpMethod.Post, $"{Root}/pilot-lists", List("longyan-pilot-list"), Xlsx)).Refusal());
        var own = service.As(Role.Enterprise, org: Uscc);
        Assert.Equal(1, (await (await own.GetAsync($"{Root}/enterprises")).Json()).GetProperty("total").GetInt32());
        Assert.Equal(Uscc, (await (await own.GetAsync($"{Root}/enterprises/{Uscc}")).Json()).GetProperty("uscc").GetString());
        Assert.Equal((404, "enterprise.unknown"), await (await own.GetAsync($"{Root}/enterprises/913508819095492496")).Refusal());
        var district = service.As(Role.DistrictOfficer, org: "350825");
        Assert.Equal(4, (await (await district.GetAsync($"{Root}/enterprises")).Json()).GetProperty("total").GetInt32());
        Assert.Equal((404, "enterprise.unknown"), await (await district.GetAsync($"{Root}/enterprises/913508819095492496")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Provider, org: Uscc).GetAsync($"{Root}/enterprises")).Refusal());
    }

    [Fact]
    public async Task Removal_exclusions_and_credit_listings_are_taken_and_read_as_of_then()
    {
        await (await Import(List("longyan-pilot-list"), "?day=2025-06-01")).Json(201);
        clock.Now = At.AddDays(1);
        await Take("exclusions", new { list = "pilot-2022", source = "名单" });
        await Take("credit-listings", new { list = "tax-violation", since = "2025-06-20", source = "信用中国" });
        clock.Now = At.AddDays(2);
        await Take("exclusions/pilot-2022/withdrawal", new { reason = "同名企业" });
        await Take("credit-listings/tax-violation/clearance", new { day = "2025-07-02", source = "信用中国" });
        await Take("removal", new { day = "2025-07-02", reason = "停产" });

        var now = await One("");
        Assert.Equal((false, 0, "2025-07-02"), (now.GetProperty("onPilotList").GetBoolean(), now.GetProperty("exclusions").GetArrayLength(), now.GetProperty("creditListings")[0].GetProperty("clearedOn").GetString()));
        var then = await One("?asOf=2025-07-01T12:00:00%2B08:00");
        Assert.Equal((true, 1, false), (then.GetProperty("onPilotList").GetBoolean(), then.GetProperty("exclusions").GetArrayLength(), then.GetProperty("creditListings")[0].TryGetProperty("clearedOn", out _)));
        Assert.Equal((404, "enterprise.unknown"), await (await Bureau.GetAsync($"{Root}/enterprises/{Uscc}?asOf=2025-06-01T00:00:00%2B08:00")).Refusal());

        Assert.Equal((404, "enterprise.list_unknown"), await (await Send("exclusions/other/withdrawal", new { reason = "x" })).Refusal());
        Assert.Equal((404, "enterprise.list_unknown"), await (await Send("credit-listings/other/clearance", new { day = "2025-07-02", source = "x" })).Refusal());
        Assert.Equal((400, "request.malformed"), await (await Send("removal", new { day = "2025-07-02", reason = " " })).Refusal());
        Assert.Equal((400, "request.malformed"), await (await Send("exclusions", new { list = "pilot2022", source = "x" })).Refusal());
        Assert.Equal((404, "enterprise.unknown"), await (await Bureau.Command(HttpMethod.Post, $"{Root}/enterprises/X/removal", new { day = "2025-07-02", reason = "x" })).Refusal());
    }

    [Fact]
    public async Task A_contact_is_read_for_a_purpose_on_record_and_not_after_ten_minutes()
    {
        await (await Import(List("longyan-pilot-list"))).Json(201);
        var auditor = service.As(Role.Auditor);

        var reading = await auditor.Command(HttpMethod.Post, $"{Root}/enterprises/{Uscc}/contact-readings", new { purpose = "抽查回访" });
        var contact = await (await auditor.GetAsync(reading.Headers.Location)).Json();

        Assert.Equal(("邱珩安", "0597-9000026"), (contact.GetProperty("name").GetString(), contact.GetProperty("phone").GetString()));
        var entry = (await Log.Stream(TestService.City, $"enterprise/{Uscc}", null, CancellationToken.None))[^1];
        Assert.Equal(("ContactRead", "auditor:auditor-1@350800-auditor"), (entry.Type, entry.Actor));
        Assert.Equal((404, "enterprise.reading_over"), await (await Bureau.GetAsync(reading.Headers.Location)).Refusal());
        await Erase($"enterprise/{Uscc}/contact");
        Assert.Equal((404, "enterprise.no_contact"), await (await auditor.GetAsync(reading.Headers.Location)).Refusal());
        clock.Now = At.AddMinutes(11);
        Assert.Equal((404, "enterprise.reading_over"), await (await auditor.GetAsync(reading.Headers.Location)).Refusal());
    }

    [Fact]
    public async Task Personal_data_is_erased_by_two_people_with_a_reason_and_a_repetition_erases_nothing_new()
    {
        await (await Import(List("longyan-pilot-list"))).Json(201);
        var subject = $"enterprise/{Uscc}/contact";
        var (officer, approver) = (service.As(Role.BureauOfficer, sub: "u-1"), service.As(Role.BureauApprover, sub: "u-2"));
        async Task<HttpResponseMessage> Ask(string of, string reason) => await officer.Command(HttpMethod.Post, $"{Root}/erasures", new { subject = of, reason });

        Assert.Equal([subject], (await (await officer.GetAsync($"{Root}/personal-data?of={Uscc}")).Json()).GetProperty("subjects").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal((400, "request.query"), await (await officer.GetAsync($"{Root}/personal-data")).Refusal());
        Assert.Equal((400, "erasure.reason"), await (await Ask(subject, " ")).Refusal());
        Assert.Equal((404, "erasure.nothing_held"), await (await Ask($"enterprise/{Uscc}", "离职")).Refusal());

        var kept = (await Ask(subject, "离职")).Headers.Location!;
        Assert.Equal((400, "erasure.reason"), await (await approver.Command(HttpMethod.Post, $"{kept}/decision", new { erase = false })).Refusal());
        await (await approver.Command(HttpMethod.Post, $"{kept}/decision", new { erase = false, reason = "凭证保存期内" })).Json(204);
        Assert.Equal((409, "erasure.decided"), await (await approver.Command(HttpMethod.Post, $"{kept}/decision", new { erase = true })).Refusal());
        Assert.True(await Log.Personal.Holds(TestService.City, subject, CancellationToken.None));

        var own = (await Ask(subject, "离职")).Headers.Location!;
        Assert.Equal((403, "erasure.same_person"), await (await service.As(Role.BureauApprover, sub: "u-1").Command(HttpMethod.Post, $"{own}/decision", new { erase = true })).Refusal());
        Assert.Equal((404, "erasure.unknown"), await (await approver.Command(HttpMethod.Post, $"{Root}/erasures/none/decision", new { erase = true })).Refusal());
        Assert.True(await Log.Personal.Holds(TestService.City, subject, CancellationToken.None));
        await (await approver.Command(HttpMethod.Post, $"{own}/decision", new { erase = true })).Json(204);
        Assert.False(await Log.Personal.Holds(TestService.City, subject, CancellationToken.None));
        Assert.Equal((404, "erasure.nothing_held"), await (await Ask(subject, "离职")).Refusal());
        Assert.Equal(
            ["executed"],
            (await (await officer.GetAsync($"{Root}/erasures?status=executed")).Json()).GetProperty("items").EnumerateArray().Select(e => e.GetProperty("status").GetString()));
    }

    private async Task Erase(string subject)
    {
        var asked = await service.As(Role.BureauOfficer, sub: "u-1").Command(HttpMethod.Post, $"{Root}/erasures", new { subject, reason = "离职" });
        await (await service.As(Role.BureauApprover, sub: "u-2").Command(HttpMethod.Post, $"{asked.Headers.Location}/decision", new { erase = true })).Json(204);
    }

    [Fact]
    public async Task Other_services_ask_over_gRPC_for_the_facts_at_an_instant()
    {
        await (await Import(List("longyan-pilot-list"), "?day=2025-06-01&reportYear=2024")).Json(201);
        clock.Now = At.AddDays(1);
        await Take("exclusions", new { list = "pilot-2022", source = "名单" });
        await Take("credit-listings", new { list = "dishonest-debtor", since = "2025-07-01", source = "x" });

        var now = await Ask(Uscc, 0);
        Assert.Equal(
            ("龙岩湛嶂针织有限公司", "small", true, true, "2025-06-01", "350825", "innovative", 6181800000L, 2024, "350825"),
            (now.Name, now.Size, now.AboveScale, now.InPilotList, now.ListedOn, now.DistrictCode, now.Tier, now.RevenueFen, now.ReportYear, now.RegisteredDivision));
        Assert.Equal(["pilot-2022"], now.Exclusions);
        Assert.Equal(["dishonest-debtor"], now.CreditLists);
        Assert.Equal(("registry", "350800", $"enterprise/{Uscc}", 3L), (now.Source.Service, now.Source.City, now.Source.Stream, now.Source.Version));
        Assert.False(now.HasDelistedOn);

        var before = await Ask(Uscc, Instant.Micros(At));
        Assert.Empty(before.Exclusions);
        Assert.Empty(before.CreditLists);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Ask(Uscc, Instant.Micros(At) - 1))).StatusCode);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(() => Ask("X", 0))).StatusCode);
        Assert.Equal(("InvalidArgument", "question.malformed"), await Assert.ThrowsAsync<RpcException>(() => Ask(Uscc, -1)) is var e ? (e.StatusCode.ToString(), GrpcFaults.Of(e)?.Code) : default);
    }

    [Fact]
    public async Task Other_services_ask_to_which_groups_enterprises_belong_now_and_at_an_instant()
    {
        await (await Import(List("longyan-pilot-list"), "?day=2025-06-01&reportYear=2024")).Json(201);
        using var channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var client = new Contracts.Registry.V1.Enterprises.EnterprisesClient(channel);
        var headers = new Metadata { { "authorization", $"Bearer {service.App.Services.GetRequiredService<ServiceToken>().Current()}" } };

        foreach (var asOf in new[] { 0L, Instant.Micros(At) })
        {
            var told = Assert.Single((await client.ListGroupsAsync(new() { City = TestService.City, Usccs = { Uscc, "X", Uscc }, AsOfMicros = asOf }, headers)).Enterprises);
            Assert.Equal((Uscc, "small", "350825", (await Ask(Uscc, 0)).SubIndustry), (told.Uscc, told.Size, told.DistrictCode, told.SubIndustry));
        }

        Assert.Empty((await client.ListGroupsAsync(new() { City = TestService.City, Usccs = { Uscc }, AsOfMicros = Instant.Micros(At) - 1 }, headers)).Enterprises);
        Assert.Empty((await client.ListGroupsAsync(new() { City = TestService.City }, headers)).Enterprises);
        Assert.Equal("enterprise.too_many", await Refused(Enumerable.Range(0, 201).Select(i => $"E{i}")));
        Assert.Equal("enterprise.too_many", await Refused([""]));
        Assert.Empty((await client.ListGroupsAsync(new() { City = TestService.City, Usccs = { Enumerable.Range(0, 200).Select(i => $"E{i}") } }, headers)).Enterprises);

        async Task<string?> Refused(IEnumerable<string> usccs) =>
            GrpcFaults.Of(await Assert.ThrowsAsync<RpcException>(async () => await client.ListGroupsAsync(new() { City = TestService.City, Usccs = { usccs } }, headers)))?.Code;
    }

    [Fact]
    public async Task Who_shares_a_person_or_a_phone_is_told_and_the_values_never_are()
    {
        await (await Import(List("longyan-pilot-list"))).Json(201);
        await (await Declare(Bureau, "provider-1", new { source = "公示系统", representative = "李 明", phone = "+86 597 9000026" })).Json(201);
        await (await Declare(service.As(Role.Evaluator, "evaluator-1"), "evaluator-1", new { source = "自报", representative = "李明" })).Json(201);
        Assert.Equal((404, "party.unknown"), await (await Declare(service.As(Role.Provider, "provider-2"), "provider-1", new { source = "自报", phone = "95588" })).Refusal());
        Assert.Equal((422, "party.on_record"), await (await Declare(service.As(Role.Provider, "provider-1"), "provider-1", new { source = "自报", phone = "95588" })).Refusal());

        using var channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var client = new Contracts.Registry.V1.Parties.PartiesClient(channel);
        var headers = new Metadata { { "Authorization", $"Bearer {service.App.Services.GetRequiredService<ServiceToken>().Current()}" } };
        var reply = await client.CompareAsync(new() { City = TestService.City, Orgs = { Uscc, "provider-1", "evaluator-1", "nobody" } }, headers);

        Assert.Equal([("representative", "evaluator-1", "provider-1"), ("phone", Uscc, "provider-1")], reply.Relations.Select(r => (r.Kind, r.A, r.B)));
        Assert.Equal(["nobody"], reply.Unknown);
        Assert.Equal(["party/provider-1", "party/evaluator-1"], reply.Sources.Select(s => s.Stream));
        Assert.DoesNotContain("李", reply.ToString() + await (await Bureau.GetAsync($"{Root}/parties/provider-1")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal((404, "party.unknown"), await (await service.As(Role.Provider, "provider-2").GetAsync($"{Root}/parties/provider-1")).Refusal());
        var many = await Assert.ThrowsAsync<RpcException>(async () => await client.CompareAsync(new() { City = TestService.City, Orgs = { Enumerable.Range(0, 51).Select(i => $"o{i}") } }, headers));
        Assert.Equal("party.too_many", GrpcFaults.Of(many)?.Code);

        Task<HttpResponseMessage> Declare(HttpClient client, string org, object body) => client.Command(HttpMethod.Put, $"{Root}/parties/{org}", body);
    }

    private async Task<GetEnterpriseReply> Ask(string uscc, long asOfMicros)
    {
        using var channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var headers = new Metadata { { "authorization", $"Bearer {service.App.Services.GetRequiredService<ServiceToken>().Current()}" } };
        return await new Contracts.Registry.V1.Enterprises.EnterprisesClient(channel).GetEnterpriseAsync(new() { City = TestService.City, Uscc = uscc, AsOfMicros = asOfMicros }, headers);
    }

    private Task<HttpResponseMessage> Send(string step, object body) => Bureau.Command(HttpMethod.Post, $"{Root}/enterprises/{Uscc}/{step}", body);

    private async Task Take(string step, object body) => await (await Send(step, body)).Json(204);

    private async Task<System.Text.Json.JsonElement> One(string query) => await (await Bureau.GetAsync($"{Root}/enterprises/{Uscc}{query}")).Json();

    private async Task<int> Total(string query) => (await (await Bureau.GetAsync($"{Root}/enterprises{query}")).Json()).GetProperty("total").GetInt32();
}
