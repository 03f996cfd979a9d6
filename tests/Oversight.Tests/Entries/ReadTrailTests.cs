using Microsoft.Extensions.DependencyInjection;
using PilotCity.Defaults.Identity;
using PilotCity.Defaults.Log;
using PilotCity.Oversight.Entries;
using PilotCity.Testing;

namespace PilotCity.Oversight.Tests.Entries;

/// <summary>The trail's filters, its two times and its readers, over HTTP. Entries are a second apart, from 2026-01-01T00:00:01Z on.</summary>
public sealed class ReadTrailTests : IAsyncLifetime
{
    private const string Root = $"/api/oversight/{TestService.City}/trail";
    private TestService service = null!;

    private readonly Chronicle performance = new Chronicle("performance")
        .Add("project/P1", "ProjectDiagnosed", new { enterprise = "E1", provider = "V1", diagnosedOn = "2025-03-01" }, "provider:v-1@V1")
        .Add("project/P1", "ContractRegistered", new { signedOn = "2025-06-01" }, "enterprise:e-1@E1")
        .Add("project/P1", "ProjectAccepted", new { acceptedOn = "2026-02-01" })
        .Add("project/P2", "ProjectDiagnosed", new { enterprise = "E2", provider = "V1", diagnosedOn = "2025-03-02" }, "provider:v-1@V1");

    private readonly Chronicle registry = new Chronicle("registry")
        .Add("enterprise/E1", "EnterpriseListed", new { enterprise = "E1" })
        .Add("enterprise/E1", "ContactRead", new { enterprise = "E1" }, "auditor:a-1@audit")
        .Add("enterprise/E2", "ContactRead", new { enterprise = "E2" }, "auditor:a-2@audit");

    public async Task InitializeAsync()
    {
        service = await TestService.Start(OversightService.Build, settings: OversightServiceTests.Settings);
        var log = service.App.Services.GetRequiredService<ServiceLog>();
        await OversightLog.Take(log, performance.Entries);
        await OversightLog.Take(log, registry.Entries);
    }

    public async Task DisposeAsync() => await service.DisposeAsync();

    [Theory]
    [InlineData("project=P1", "ProjectDiagnosed ContractRegistered ProjectAccepted")]
    [InlineData("project=P1&order=newest", "ProjectAccepted ContractRegistered ProjectDiagnosed")]
    [InlineData("project=P1&order=oldest&limit=1", "ProjectDiagnosed")]
    [InlineData("type=ContactRead", "ContactRead ContactRead")]
    [InlineData("type=ContactRead&enterprise=E1", "ContactRead")]
    [InlineData("look=any", "ContactRead ContactRead")]
    [InlineData("look=contact&actor=a-2", "ContactRead")]
    [InlineData("look=payment-file", "")]
    [InlineData("enterprise=E1&service=registry", "EnterpriseListed ContactRead")]
    [InlineData("enterprise=E1&service=funding", "")]
    [InlineData("enterprise=E1&service=performance&from=2026-01-01T00:00:02Z&until=2026-01-01T00:00:02Z", "ContractRegistered")]
    [InlineData("project=P1&from=2026-01-01T00:00:02.000001Z", "ProjectAccepted")]
    [InlineData("project=P1&until=2026-01-01T00:00:01.999999Z", "ProjectDiagnosed")]
    [InlineData("project=P1&from=2026-01-01&until=2026-01-01", "ProjectDiagnosed ContractRegistered ProjectAccepted")] // 08:00 in Shanghai
    [InlineData("project=P1&until=2025-12-31", "")]
    [InlineData("project=P1&from=2026-01-02", "")]
    public async Task Filters_narrow_the_trail(string query, string types) => Assert.Equal(types, await Types(service.As(Role.Auditor), query));

    [Theory]
    [InlineData("trueAt=2025-06-01", "ProjectDiagnosed ContractRegistered")] // as known today
    [InlineData("trueAt=2025-05-31", "ProjectDiagnosed")]
    [InlineData("trueAt=2025-05-31T15:59:59.999999Z", "ProjectDiagnosed")]
    [InlineData("trueAt=2025-05-31T16:00:00Z", "ProjectDiagnosed ContractRegistered")]
    [InlineData("trueAt=2025-06-01&asOf=2026-01-01T00:00:01Z", "ProjectDiagnosed")] // signed by then, known later
    [InlineData("asOf=2026-01-01T00:00:03Z", "ProjectDiagnosed ContractRegistered ProjectAccepted")] // recorded before it was true
    [InlineData("trueAt=2026-01-01&asOf=2026-01-01T00:00:03Z", "ProjectDiagnosed ContractRegistered")]
    public async Task What_was_true_at_one_moment_is_told_as_it_was_known_at_another(string query, string types) =>
        Assert.Equal(types, await Types(service.As(Role.Auditor), $"project=P1&{query}"));

    [Fact]
    public async Task A_step_says_since_when_it_was_true()
    {
        var items = (await (await service.As(Role.Auditor).GetAsync($"{Root}?enterprise=E1&order=newest")).Json()).GetProperty("items").EnumerateArray().ToArray();

        Assert.Equal(new DateTimeOffset(2026, 1, 31, 16, 0, 0, TimeSpan.Zero), items.Single(i => i.GetProperty("type").GetString() == "ProjectAccepted").GetProperty("trueAt").GetDateTimeOffset());
        Assert.False(items.Single(i => i.GetProperty("type").GetString() == "EnterpriseListed").TryGetProperty("trueAt", out _));
    }

    [Theory]
    [InlineData("oldest")]
    [InlineData("newest")]
    public async Task Pages_join_without_gap_or_repetition_either_way_round(string order)
    {
        var whole = await Types(service.As(Role.Auditor), $"enterprise=E1&order={order}");
        var (paged, next) = (new List<string>(), "");
        do
        {
            var page = await (await service.As(Role.Auditor).GetAsync($"{Root}?enterprise=E1&order={order}&limit=1{next}")).Json();
            Assert.Equal(5, page.GetProperty("total").GetInt64());
            paged.AddRange(page.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("type").GetString()!));
            next = page.TryGetProperty("next", out var n) ? $"&after={n.GetString()}" : null;
        }
        while (next is not null);

        Assert.Equal(whole, string.Join(' ', paged));
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 2)]
    [InlineData(true, 2)]
    [InlineData(true, 3)]
    public async Task A_walk_that_ends_before_the_answer_says_where_to_go_on(bool newestFirst, int walkMax)
    {
        var database = service.App.Services.GetRequiredService<ServiceLog>().Database;
        var query = new TrailQuery([new("provider", "V1"), new(Subject.Type, "ProjectAccepted")]) { NewestFirst = newestFirst, Limit = 2 };
        var whole = new TrailQuery([new("enterprise", "E1")]) { Service = "registry", NewestFirst = newestFirst };

        foreach (var (asked, types) in new[] { (query, "ProjectAccepted"), (whole, newestFirst ? "ContactRead EnterpriseListed" : "EnterpriseListed ContactRead") })
        {
            var (found, page, pages) = (new List<string>(), asked, 0);
            while (true)
            {
                var view = await ReadTrail.Read(database, TestService.City, page, default, walkMax);
                found.AddRange(view.Items.Select(i => i.Type));
                if (++pages == 1 && asked == whole)
                {
                    Assert.True(view.TotalAtLeast);
                }

                if (view.Next is null)
                {
                    break;
                }

                var dash = view.Next.LastIndexOf('-');
                page = page with { After = (long.Parse(view.Next[..dash], System.Globalization.CultureInfo.InvariantCulture), long.Parse(view.Next[(dash + 1)..], System.Globalization.CultureInfo.InvariantCulture)) };
            }

            Assert.Equal(types, string.Join(' ', found));
            Assert.InRange(pages, 1, 1 + (5 / walkMax) + 1);
        }
    }

    [Theory]
    [InlineData("project=P1&order=up", 400, "request.query")]
    [InlineData("project=P1&service=other", 400, "request.query")]
    [InlineData("project=P1&from=yesterday", 400, "request.query")]
    [InlineData("project=P1&until=2026-02-30", 400, "request.query")]
    [InlineData("project=P1&trueAt=2026-01-01T00:00:00", 400, "request.query")]
    [InlineData("project=P1&trueAt=1969-12-31", 400, "request.query")]
    [InlineData("look=everything", 400, "request.query")]
    [InlineData("service=registry", 400, "trail.subject_missing")]
    public async Task A_filter_that_says_nothing_is_refused(string query, int status, string code) =>
        Assert.Equal((status, code), await (await service.As(Role.Auditor).GetAsync($"{Root}?{query}")).Refusal());

    [Fact]
    public async Task An_enterprise_and_a_provider_see_the_steps_of_their_own_trail_and_not_what_they_say()
    {
        var enterprise = service.As(Role.Enterprise, org: "E1");
        Assert.Equal("ProjectDiagnosed EnterpriseListed ContractRegistered ProjectAccepted", await Types(enterprise, ""));
        Assert.Equal("ProjectDiagnosed ProjectDiagnosed", await Types(service.As(Role.Provider, org: "V1"), "type=ProjectDiagnosed"));
        Assert.Equal("", await Types(enterprise, "project=P2"));
        Assert.Equal("ProjectDiagnosed ContractRegistered ProjectAccepted", await Types(enterprise, "project=P1&enterprise=E1"));

        var steps = (await (await enterprise.GetAsync(Root)).Json()).GetProperty("items").EnumerateArray().ToArray();
        Assert.All(steps, s => Assert.False(s.TryGetProperty("event", out _) || s.TryGetProperty("trace", out _)));
        Assert.Equal(["e-1"], steps.Where(s => s.GetProperty("actor").TryGetProperty("account", out _)).Select(s => s.GetProperty("actor").GetProperty("account").GetString()!));
    }

    [Theory]
    [InlineData("enterprise=E2")]
    [InlineData("actor=u-1")]
    [InlineData("look=any")]
    public async Task An_enterprise_asks_neither_for_another_s_trail_nor_for_who_did_what(string query) =>
        Assert.Equal((403, "trail.not_own"), await (await service.As(Role.Enterprise, org: "E1").GetAsync($"{Root}?{query}")).Refusal());

    private static async Task<string> Types(HttpClient client, string query)
    {
        var trail = await (await client.GetAsync($"{Root}?{query}")).Json();
        var types = trail.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("type").GetString()!).ToArray();
        Assert.True(trail.GetProperty("total").GetInt64() >= types.Length);
        return string.Join(' ', types);
    }
}
