using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using PilotCity.Contracts.Performance.V1;
using PilotCity.Defaults;
using PilotCity.Defaults.Bus;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Performance.Projects;
using PilotCity.Testing;
using static PilotCity.Performance.Tests.Examples;

namespace PilotCity.Performance.Tests;

/// <summary>The service over HTTP and gRPC: each route once, who sees what, and the store behind the evidence.</summary>
public sealed class PerformanceServiceTests : IAsyncLifetime
{
    private const string Root = "/api/performance/350800";
    private static readonly byte[] Content = Encoding.UTF8.GetBytes("盖章的合同");
    private static readonly byte[] OtherContract = Encoding.UTF8.GetBytes("另一份合同");
    private static readonly string Hash = Convert.ToHexStringLower(SHA256.HashData(Content));

    private readonly StoppedClock clock = new(Now);
    private TestService service = null!;

    public async Task InitializeAsync() => service = await TestService.Start(PerformanceService.Build, clock, services =>
    {
        services.AddSingleton<AskEnterprise>((_, uscc, _) => ValueTask.FromResult(uscc == EnterpriseCode ? Facts : EnterpriseFacts.Of(uscc, null)));
        services.AddSingleton<AskResult>((_, uscc, _) => ValueTask.FromResult<Result<ResultFacts?>>(uscc == EnterpriseCode ? Found("as-after-1") : null));
    });

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task A_project_goes_all_the_way_and_everybody_sees_what_is_theirs()
    {
        var id = await Claim();

        var project = await (await As(Role.Auditor).GetAsync($"{Root}/projects/{id}")).Json();
        Assert.Equal(("claimed", 16, 1), (project.GetProperty("state").GetString(), project.GetProperty("steps").GetArrayLength(), project.GetProperty("attempts").GetInt32()));

        Assert.Equal(1, await Total(As(Role.Enterprise)));
        Assert.Equal(1, await Total(As(Role.Provider)));
        Assert.Equal(1, await Total(As(Role.DistrictOfficer)));
        Assert.Equal(1, await Total(As(Role.FinanceOfficer)));
        Assert.Equal(0, await Total(service.As(Role.Enterprise, OtherCode)));
        Assert.Equal(0, await Total(service.As(Role.Provider, OtherCode)));
        Assert.Equal(0, await Total(service.As(Role.DistrictOfficer, "350802")));
        Assert.Equal(1, await Total(As(Role.Auditor), $"?provider={ProviderCode}&state=claimed&q={Uri.EscapeDataString("湛嶂")}"));
        Assert.Equal(0, await Total(As(Role.Auditor), "?provider=9135"));
        Assert.Equal((404, "project.unknown"), await (await service.As(Role.Enterprise, OtherCode).GetAsync($"{Root}/projects/{id}")).Refusal());
        Assert.Equal((403, "request.role"), await (await service.As(Role.Observer).GetAsync($"{Root}/projects/{id}")).Refusal());
    }

    [Fact]
    public async Task Another_service_asks_who_sells_to_an_enterprise()
    {
        var id = await Claim();
        using var channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var client = new Contracts.Performance.V1.Projects.ProjectsClient(channel);

        var seller = Assert.Single((await client.ListSellersAsync(new() { City = "350800", EnterpriseUscc = EnterpriseCode }, Token())).Sellers);
        Assert.Equal((ProviderCode, id, $"project/{id}"), (seller.Provider, seller.Project, seller.Source.Stream));
        Assert.Empty((await client.ListSellersAsync(new() { City = "350800", EnterpriseUscc = OtherCode }, Token())).Sellers);
        Assert.Empty((await client.ListSellersAsync(new() { City = "350100", EnterpriseUscc = EnterpriseCode }, Token())).Sellers);
        var malformed = await Assert.ThrowsAsync<RpcException>(async () => await client.ListSellersAsync(new() { City = "3508" }, Token()));
        Assert.Equal("question.malformed", GrpcFaults.Of(malformed)?.Code);
    }

    [Fact]
    public async Task Another_service_asks_for_a_project_now_and_as_it_was()
    {
        using var channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var client = new Contracts.Performance.V1.Projects.ProjectsClient(channel);
        var id = await Diagnose();
        var before = Instant.Micros(clock.GetUtcNow());
        clock.Move(TimeSpan.FromMinutes(1));
        await Contracted(id);

        var now = await client.GetProjectAsync(new GetProjectRequest { City = "350800", Project = id }, Token());
        Assert.Equal(("contracted", 1, $"project/{id}", 2L), (now.State, now.Contracts.Count, now.Source.Stream, now.Source.Version));
        var then = await client.GetProjectAsync(new GetProjectRequest { City = "350800", Project = id, AsOfMicros = before }, Token());
        Assert.Equal(("diagnosed", 0, 1L), (then.State, then.Contracts.Count, then.Source.Version));

        Assert.Equal(StatusCode.NotFound, await Refused(new() { City = "350800", Project = "nobody" }));
        Assert.Equal(StatusCode.NotFound, await Refused(new() { City = "350800", Project = id, AsOfMicros = 1 }));
        Assert.Equal(StatusCode.NotFound, await Refused(new() { City = "350100", Project = id }));
        Assert.Equal(StatusCode.InvalidArgument, await Refused(new() { City = "3508", Project = id }));
        Assert.Equal(StatusCode.InvalidArgument, await Refused(new() { City = "350800", Project = id, AsOfMicros = -1 }));

        var malformed = await Assert.ThrowsAsync<RpcException>(async () => await client.GetProjectAsync(new() { City = "3508" }, Token()));
        Assert.Equal("question.malformed", GrpcFaults.Of(malformed)?.Code);

        async Task<StatusCode> Refused(GetProjectRequest request) =>
            (await Assert.ThrowsAsync<RpcException>(async () => await client.GetProjectAsync(request, Token()))).StatusCode;
    }

    [Fact]
    public async Task Another_service_asks_for_a_provider_s_dossier()
    {
        using var channel = GrpcChannel.ForAddress(service.App.Addresses().Grpc);
        var client = new Contracts.Performance.V1.Providers.ProvidersClient(channel);
        await (await As(Role.Provider).Command(HttpMethod.Put, $"{Root}/providers/{ProviderCode}", Dossier())).Json(201);

        var now = await client.GetProviderAsync(new() { Provider = ProviderCode }, Token());
        Assert.Equal((ProviderCode, "000000", $"provider/{ProviderCode}"), (now.Provider, now.Source.City, now.Source.Stream));
        Assert.Equal("龙岩云造科技有限公司", now.Name);
        Assert.Equal(StatusCode.NotFound, (await Assert.ThrowsAsync<RpcException>(async () => await client.GetProviderAsync(new() { Provider = OtherCode }, Token()))).StatusCode);
        Assert.Equal(StatusCode.InvalidArgument, (await Assert.ThrowsAsync<RpcException>(async () => await client.GetProviderAsync(new() { Provider = ProviderCode, AsOfMicros = -1 }, Token()))).StatusCode);
    }

    [Fact]
    public async Task An_invoice_that_is_claimed_twice_is_refused_and_the_auditor_sees_it()
    {
        var id = await Claim();
        var second = await Diagnose();
        await PutOther();
        await Contracted(second, OtherContract, "500000.00");
        await File(second);

        Assert.Equal((422, "invoice.already_claimed"), await (await As(Role.Enterprise).Command(HttpMethod.Post, $"{Root}/projects/{second}/spend", Spend())).Refusal());

        var invoices = await (await As(Role.Auditor).GetAsync($"{Root}/invoices?refused=true")).Json();
        var invoice = Assert.Single(invoices.GetProperty("items").EnumerateArray());
        Assert.Equal((id, second), (invoice.GetProperty("project").GetString(), invoice.GetProperty("refused")[0].GetProperty("project").GetString()));
        Assert.Equal((403, "request.role"), await (await As(Role.Enterprise).GetAsync($"{Root}/invoices")).Refusal());
        Assert.Equal(id, (await (await As(Role.Auditor).GetAsync($"{Root}/invoices/26351000000020104676")).Json()).GetProperty("project").GetString());
    }

    [Fact]
    public async Task A_contract_or_a_proof_that_carries_another_project_is_refused_and_the_auditor_sees_it()
    {
        var id = await Claim();
        var second = await Diagnose();

        Assert.Equal((422, "proof.already_used"), await Refused(second, Papers("contract", "need-list", "promise-letter"), "500000.00"));
        await PutOther();
        Assert.Equal((422, "proof.already_used"), await Refused(second, PapersOf(OtherContract, "contract", "need-list", "promise-letter"), "400000.00"));
        await Contracted(second, OtherContract, "500000.00");

        var used = (await (await As(Role.Auditor).GetAsync($"{Root}/used-proofs?refused=true")).Json()).GetProperty("items").EnumerateArray().ToArray();
        Assert.Equal([(id, 1), (id, 1)], used.Select(u => (u.GetProperty("project").GetString()!, u.GetProperty("refused").GetInt32())));
        Assert.Equal((403, "request.role"), await (await As(Role.Enterprise).GetAsync($"{Root}/used-proofs")).Refusal());

        async Task<(int, string?)> Refused(string project, object[] documents, string amount) => await (await As(Role.Enterprise).Command(
            HttpMethod.Post, $"{Root}/projects/{project}/contracts",
            new { id = "HT-1", provider = ProviderCode, signedOn = "2025-03-01", amount, downPayment = "120000.00", documents })).Refusal();
    }

    [Fact]
    public async Task The_pool_is_open_to_all_and_what_was_said_of_a_provider_is_not()
    {
        Assert.Equal((404, "pool.unknown"), await (await As(Role.Auditor).GetAsync($"{Root}/pool/{ProviderCode}")).Refusal());
        Assert.Equal((404, "provider.unknown"), await (await As(Role.Auditor).GetAsync($"{Root}/providers/{ProviderCode}")).Refusal());
        Assert.Equal((404, "invoice.unknown"), await (await As(Role.Auditor).GetAsync($"{Root}/invoices/1")).Refusal());
        await Admit();

        var pool = await (await service.As(Role.Enterprise, OtherCode).GetAsync($"{Root}/pool?state=in-pool")).Json();
        Assert.Equal(ProviderCode, pool.GetProperty("items")[0].GetProperty("provider").GetString());
        Assert.Equal(4, await Steps(As(Role.Provider)));
        Assert.Equal(0, await Steps(service.As(Role.Provider, OtherCode)));
        Assert.Equal(0, await Steps(As(Role.Enterprise)));
        Assert.Equal("龙岩云造科技有限公司", (await (await As(Role.Enterprise).GetAsync($"{Root}/providers/{ProviderCode}")).Json()).GetProperty("name").GetString());
        Assert.Equal((404, "provider.unknown"), await (await As(Role.Provider).Command(HttpMethod.Put, $"{Root}/providers/{OtherCode}", Dossier())).Refusal());
        Assert.Equal((404, "provider.unknown"), await (await service.As(Role.Provider, OtherCode).Command(HttpMethod.Post, $"{Root}/pool/{OtherCode}/application", new { })).Refusal());

        async Task<int> Steps(HttpClient client) => (await (await client.GetAsync($"{Root}/pool/{ProviderCode}")).Json()).GetProperty("steps").GetArrayLength();
    }

    [Fact]
    public async Task An_enterprise_that_the_city_does_not_know_is_not_diagnosed() =>
        Assert.Equal((404, "enterprise.unknown"), await (await As(Role.Provider).Command(HttpMethod.Post, $"{Root}/projects", Diagnosis(OtherCode))).Refusal());

    [Fact]
    public async Task Evidence_is_kept_under_its_hash_and_handed_out_to_whom_it_concerns()
    {
        Assert.Equal((400, "evidence.hash_mismatch"), await (await Put(Role.Provider, [.. Content, 1])).Refusal());
        Assert.Equal((400, "evidence.hash_malformed"), await (await As(Role.Provider).Command(HttpMethod.Put, $"{Root}/evidence/{Hash.ToUpperInvariant()}", Content, "application/octet-stream")).Refusal());
        Assert.Equal((422, "evidence.missing"), await (await As(Role.Provider).Command(HttpMethod.Post, $"{Root}/projects", Diagnosis())).Refusal());

        Assert.Equal(Content.Length, (await (await Put(Role.Provider)).Json(201)).GetProperty("size").GetInt32());
        Assert.Equal(HttpStatusCode.Created, (await Put(Role.Provider)).StatusCode);

        var handed = await As(Role.Provider).GetAsync($"{Root}/evidence/{Hash}");
        Assert.Equal(Content, await handed.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/octet-stream", "attachment"), (handed.Content.Headers.ContentType!.MediaType, handed.Content.Headers.ContentDisposition!.DispositionType));
        Assert.Equal("nosniff", handed.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(HttpStatusCode.OK, (await As(Role.Auditor).GetAsync($"{Root}/evidence/{Hash}")).StatusCode);

        Assert.Equal((404, "evidence.unknown"), await (await As(Role.Enterprise).GetAsync($"{Root}/evidence/{Hash}")).Refusal());
        var id = await Diagnose();
        Assert.Equal(HttpStatusCode.OK, (await As(Role.Enterprise).GetAsync($"{Root}/evidence/{Hash}?project={id}")).StatusCode);
        Assert.Equal((404, "evidence.unknown"), await (await service.As(Role.Enterprise, OtherCode).GetAsync($"{Root}/evidence/{Hash}?project={id}")).Refusal());
        Assert.Equal((404, "evidence.unknown"), await (await As(Role.Auditor).GetAsync($"{Root}/evidence/{new string('0', 64)}")).Refusal());
    }

    [Fact]
    public async Task Evidence_that_was_changed_on_the_disk_is_not_handed_out()
    {
        await Put(Role.Provider);
        var path = Directory.EnumerateFiles(service.Folder["content"], Hash, SearchOption.AllDirectories).Single();
        System.IO.File.WriteAllBytes(path, [.. Content[..^1], 0]);

        Assert.Equal((503, "evidence.damaged"), await (await As(Role.Auditor).GetAsync($"{Root}/evidence/{Hash}")).Refusal());
    }

    [Fact]
    public async Task A_file_without_content_or_beyond_the_bound_is_refused()
    {
        var empty = Convert.ToHexStringLower(SHA256.HashData([]));
        Assert.Equal((400, "evidence.empty"), await (await As(Role.Provider).Command(HttpMethod.Put, $"{Root}/evidence/{empty}", [], "application/octet-stream")).Refusal());

        using var request = new HttpRequestMessage(HttpMethod.Put, $"{Root}/evidence/{Hash}") { Content = new Endless((50L << 20) + 1) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString("D"));
        request.Headers.ExpectContinue = true;
        Assert.Equal((413, "request.too_large"), await (await As(Role.Provider).SendAsync(request)).Refusal());
    }

    [Fact]
    public async Task A_city_that_has_used_up_its_room_is_told_so()
    {
        await using var small = await TestService.Start(PerformanceService.Build, clock, settings: new Dictionary<string, string?> { ["Content:BytesMax"] = "3" });

        var answer = await small.As(Role.Provider, ProviderCode).Command(HttpMethod.Put, $"{Root}/evidence/{Hash}", Content, "application/octet-stream");

        Assert.Equal((503, "evidence.store_full"), await answer.Refusal());
    }

    [Fact]
    public async Task Without_Registry_nothing_is_diagnosed_and_the_caller_may_try_again()
    {
        await using var alone = await TestService.Start(PerformanceService.Build, clock);

        Assert.Equal((503, "peer.unavailable"), await (await alone.As(Role.Provider, ProviderCode).Command(HttpMethod.Post, $"{Root}/projects", Diagnosis())).Refusal());
    }

    [Fact]
    public async Task A_body_with_an_unknown_field_or_a_shape_that_is_none_is_refused_with_its_place()
    {
        await Put(Role.Provider);
        var unknown = await As(Role.Provider).Command(HttpMethod.Post, $"{Root}/projects", new { enterprise = EnterpriseCode, diagnosedOn = "2025-02-10", levelBefore = 1, needs = Array.Empty<string>(), documents = Array.Empty<object>(), colour = 1 });
        Assert.Equal("/colour", (await unknown.Json(400)).GetProperty("details")[0].GetProperty("path").GetString());
        var malformed = await As(Role.Provider).Command(HttpMethod.Post, $"{Root}/projects", new { enterprise = "12345", diagnosedOn = "2025-02-10", levelBefore = 1, needs = Array.Empty<string>(), documents = Array.Empty<object>() });
        Assert.Equal("/enterprise", (await malformed.Json(400)).GetProperty("details")[0].GetProperty("path").GetString());
    }

    private HttpClient As(Role role) => service.As(role, Org(role));

    private static string Org(Role role) => role switch
    {
        Role.Enterprise => EnterpriseCode,
        Role.Provider => ProviderCode,
        Role.DistrictOfficer => District,
        Role.Evaluator => Examples.Evaluator.Org,
        _ => "350800-bureau",
    };

    private Task<HttpResponseMessage> Put(Role role, byte[]? content = null) =>
        As(role).Command(HttpMethod.Put, $"{Root}/evidence/{Hash}", content ?? Content, "application/octet-stream");

    private static object[] Papers(params string[] codes) => PapersOf(Content, codes);

    private static object[] PapersOf(byte[] content, params string[] codes) =>
        [.. codes.Select(code => new { code, files = new[] { new { name = "材料.pdf", sha256 = Convert.ToHexStringLower(SHA256.HashData(content)), size = content.Length } } })];

    private static object Dossier() => new { name = "龙岩云造科技有限公司", capabilities = new[] { "MES" }, products = new[] { new { name = "云造 MES", category = "software-licence" } } };

    private static object Diagnosis(string enterprise = EnterpriseCode) => new { enterprise, diagnosedOn = "2025-02-10", levelBefore = 1, needs = new[] { "排程" }, documents = Papers("diagnosis-report") };

    private static object Spend() => new
    {
        lines = new[]
        {
            new
            {
                contract = "HT-1", category = "software-licence", description = "MES 软件许可",
                invoice = new { number = "26351000000020104676", issuedOn = "2026-03-20", net = "100000.00", vat = "13000.00" },
                payments = new[] { new { paidOn = "2026-04-01", amount = "113000.00" } },
            },
        },
    };

    private async Task Do(Role role, string path, object body)
    {
        var answer = await As(role).Command(HttpMethod.Post, Root + path, body);
        Assert.True(answer.IsSuccessStatusCode, $"{role} {path}: {await answer.Content.ReadAsStringAsync()}");
    }

    private async Task Admit()
    {
        await (await As(Role.Provider).Command(HttpMethod.Put, $"{Root}/providers/{ProviderCode}", Dossier())).Json(201);
        await Do(Role.Provider, $"/pool/{ProviderCode}/application", new { });
        await Do(Role.BureauOfficer, $"/pool/{ProviderCode}/review", new { fit = true, opinion = "材料齐全" });
        await Do(Role.BureauOfficer, $"/pool/{ProviderCode}/publicity", new { from = "2025-01-10", until = "2025-01-20" });
        await Do(Role.BureauApprover, $"/pool/{ProviderCode}/admission", new { from = "2025-02-01" });
    }

    private async Task<string> Diagnose()
    {
        await Put(Role.Provider);
        return (await (await As(Role.Provider).Command(HttpMethod.Post, $"{Root}/projects", Diagnosis())).Json(201)).GetProperty("project").GetString()!;
    }

    private async Task PutOther() => await (await As(Role.Enterprise).Command(
        HttpMethod.Put, $"{Root}/evidence/{Convert.ToHexStringLower(SHA256.HashData(OtherContract))}", OtherContract, "application/octet-stream")).Json(201);

    private async Task Contracted(string id, byte[]? contract = null, string amount = "400000.00")
    {
        if ((await As(Role.Auditor).GetAsync($"{Root}/pool/{ProviderCode}")).StatusCode == HttpStatusCode.NotFound)
        {
            await Admit();
        }

        await Do(Role.Enterprise, $"/projects/{id}/contracts", new
        {
            id = "HT-1",
            provider = ProviderCode,
            signedOn = "2025-03-01",
            amount,
            downPayment = "120000.00",
            documents = PapersOf(contract ?? Content, "contract", "need-list", "promise-letter"),
        });
    }

    private async Task File(string id)
    {
        await Do(Role.DistrictOfficer, $"/projects/{id}/filing-check", new { opinion = "情况属实", documents = Papers("filing-form") });
        await Do(Role.BureauOfficer, $"/projects/{id}/filing-confirmation", new { filedOn = "2025-06-10" });
    }

    private async Task<string> Claim()
    {
        var id = await Diagnose();
        await Contracted(id);
        await Do(Role.Enterprise, $"/projects/{id}/contracts/HT-1/down-payment", new { paidOn = "2025-03-18", amount = "120000.00", documents = Papers("down-payment-proof") });
        await File(id);
        await Do(Role.Provider, $"/projects/{id}/milestones", new { name = "上线", reachedOn = "2026-01-15", documents = Papers("milestone-report") });
        await Do(Role.Enterprise, $"/projects/{id}/spend", Spend());
        await Do(Role.Enterprise, $"/projects/{id}/completion", new { completedOn = "2026-05-25", documents = Papers("completion-report", "invoices-and-payments", "input-list") });
        await Do(Role.Enterprise, $"/projects/{id}/acceptance-application", new { appliedOn = "2026-06-08", documents = Papers("acceptance-form", "after-assessment") });
        await Do(Role.DistrictOfficer, $"/projects/{id}/verification", new { visitedOn = "2026-06-15", opinion = "属实", documents = Papers("on-site-record", "photographs") });
        await Do(Role.BureauOfficer, $"/projects/{id}/batch", new { batch = "1" });
        await Do(Role.BureauOfficer, $"/projects/{id}/audit-assignment", new { auditor = Examples.Evaluator.Org });
        await Do(Role.Evaluator, $"/projects/{id}/evaluation", new { assessment = "as-after-1", doneAt = "2026-06-20T09:00:00+08:00", documents = Papers("evaluation-report") });
        await Do(Role.Evaluator, $"/projects/{id}/audit", new { spend = "113000.00", doneAt = "2026-06-25T09:00:00+08:00", findings = new[] { "无" }, documents = Papers("audit-report") });
        await Do(Role.BureauApprover, $"/projects/{id}/acceptance", new { acceptedOn = "2026-07-02", satisfaction = 95, documents = Papers("minutes") });
        await Do(Role.Enterprise, $"/projects/{id}/claim", new { promise = true });
        return id;
    }

    private static async Task<int> Total(HttpClient client, string query = "") =>
        (await (await client.GetAsync($"{Root}/projects{query}")).Json()).GetProperty("total").GetInt32();

    private Metadata Token() => new() { { "Authorization", $"Bearer {service.App.Services.GetRequiredService<ServiceToken>().Current()}" } };

    /// <summary>A body of so many bytes that are never made: its length alone is refused.</summary>
    private sealed class Endless : HttpContent
    {
        private readonly long length;

        public Endless(long length)
        {
            this.length = length;
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;

        protected override bool TryComputeLength(out long size)
        {
            size = length;
            return true;
        }
    }

    /// <summary>A clock that stands until a test moves it.</summary>
    private sealed class StoppedClock(DateTimeOffset now) : TimeProvider
    {
        private DateTimeOffset at = now.ToUniversalTime();

        public override DateTimeOffset GetUtcNow() => at;

        public void Move(TimeSpan by) => at += by;
    }
}
